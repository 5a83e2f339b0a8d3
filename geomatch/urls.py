"""Every address of the site. Names, streets and health never stand in one."""

from __future__ import annotations

from django.conf import settings
from django.urls import include, path, register_converter
from django.urls.converters import SlugConverter

from geomatch.network.models import RESERVED_SLUGS
from geomatch.site.jobs import views as runs
from geomatch.site.pages.geocoding import views as geocoding
from geomatch.site.pages.home import home
from geomatch.site.pages.imports import imports, previews
from geomatch.site.pages.join import join, signups
from geomatch.site.pages.matching import matches, offers, policies, requests, volunteers
from geomatch.site.pages.neighbours import duplicates, neighbours, places
from geomatch.site.pages.pods import lists, pods
from geomatch.site.shell.language import choose_language


class NetworkConverter(SlugConverter):
    """A network's slug: any word that is no page of the site itself."""

    regex = rf"(?!(?:{'|'.join(RESERVED_SLUGS)})/)[-a-zA-Z0-9_]+"


register_converter(NetworkConverter, "network")

in_network = [
    path("", home.dashboard, name="dashboard"),
    path("settings/", home.settings, name="settings"),
    path("numbers/", home.numbers, name="numbers"),
    path("neighbours/", neighbours.household_list, name="household_list"),
    path("neighbours/<int:household>/", neighbours.household_detail, name="household_detail"),
    path("neighbours/duplicates/", duplicates.duplicate_list, name="duplicate_list"),
    path(
        "neighbours/duplicates/<int:one>/<int:other>/",
        duplicates.duplicate_pair,
        name="duplicate_pair",
    ),
    path(
        "neighbours/duplicates/undo/<int:merge>/", duplicates.duplicate_undo, name="duplicate_undo"
    ),
    path("neighbours/place/", runs.start_locating, name="start_locating"),
    path("neighbours/places/", places.place_queue, name="place_queue"),
    path("neighbours/places/<int:household>/", places.place_household, name="place_household"),
    path("neighbours/places/<int:household>/put/", places.place_put, name="place_put"),
    path("neighbours/places/undo/<int:placement>/", places.placement_undo, name="placement_undo"),
    path("import/", imports.import_upload, name="import_upload"),
    path("import/look/<int:staged>/", previews.import_preview, name="import_preview"),
    path(
        "import/look/<int:staged>/rows-to-mend.csv",
        previews.import_preview_rows,
        name="import_preview_rows",
    ),
    path("import/look/<int:staged>/read/", previews.import_read, name="import_read"),
    path("import/look/<int:staged>/choices/", previews.import_choices, name="import_choices"),
    path("import/look/<int:staged>/columns/", previews.import_columns, name="import_columns"),
    path("import/look/<int:staged>/apply/", previews.import_apply, name="import_apply"),
    path("import/look/<int:staged>/discard/", previews.import_discard, name="import_discard"),
    path("import/<int:sheet>/", imports.import_result, name="import_result"),
    path("import/<int:sheet>/take-back/", imports.import_take_back, name="import_take_back"),
    path("import/<int:sheet>/rows-to-mend.csv", imports.import_rejected, name="import_rejected"),
    path("join/", join.join, name="join"),
    path("join/<slug:language>/", join.join, name="join"),
    path("join/<slug:language>/thanks/", join.join_thanks, name="join_thanks"),
    path("sign-ups/", signups.signup_list, name="signup_list"),
    path("sign-ups/decide/", signups.signup_decide, name="signup_decide"),
    path("settings/sign-ups/", signups.signup_form, name="signup_form"),
    path("work/<int:run>/", runs.run_detail, name="run_detail"),
    path("work/<int:run>/stop/", runs.run_cancel, name="run_cancel"),
    path("pods/", pods.plan_list, name="plan_list"),
    path("pods/suggest/", runs.start_planning, name="start_planning"),
    path("pods/rebalance/", runs.start_rebalancing, name="start_rebalancing"),
    path("pods/<int:version>/", pods.plan_map, name="plan_map"),
    path("pods/<int:version>/data.json", pods.plan_data, name="plan_data"),
    path("pods/<int:version>/publish/", pods.plan_publish, name="plan_publish"),
    path("pods/<int:version>/set-aside/", pods.plan_set_aside, name="plan_set_aside"),
    path("pods/<int:version>/take-up/", pods.plan_take_up, name="plan_take_up"),
    path("ground.json", pods.ground_data, name="ground_data"),
    path("requests/", matches.request_list, name="request_list"),
    path("requests/<int:ask>/", requests.request_detail, name="request_detail"),
    path("requests/<int:ask>/data.json", requests.request_data, name="request_data"),
    path("requests/<int:ask>/ask/", requests.request_ask, name="request_ask"),
    path("requests/<int:ask>/choose/", requests.request_pin, name="request_pin"),
    path("requests/<int:ask>/let-in/", requests.request_take, name="request_take"),
    path("offers/", offers.offer_list, name="offer_list"),
    path("offers/all/", offers.offer_everybody, name="offer_everybody"),
    path("offers/<int:match>/answer/", offers.match_answer, name="match_answer"),
    path("volunteers/", matches.volunteer_list, name="volunteer_list"),
    path("volunteers/<int:volunteer>/", volunteers.volunteer_detail, name="volunteer_detail"),
    path(
        "volunteers/<int:volunteer>/hand-over/",
        volunteers.volunteer_handover,
        name="volunteer_handover",
    ),
    path("settings/geocoding/", geocoding.geocoding_settings, name="geocoding_settings"),
    path("settings/geocoding/choose/", geocoding.geocoding_choose, name="geocoding_choose"),
    path("settings/geocoding/send/", geocoding.geocoding_send, name="geocoding_send"),
    path("settings/geocoding/lines.txt", geocoding.geocoding_lines, name="geocoding_lines"),
    path("settings/matching/", policies.policy_edit, name="policy_edit"),
    path("matches/", matches.match_board, name="match_map"),
    path("matches/suggest/", runs.start_matching, name="start_matching"),
    path("matches/data.json", matches.match_data, name="match_data"),
    path("lists/", lists.street_lists, name="street_lists"),
    path("lists/all.pdf", lists.street_lists_pdf, name="street_lists_pdf"),
    path("lists/<int:pod>.pdf", lists.street_list_pdf, name="street_list_pdf"),
]

handler500 = "geomatch.site.shell.busy.broken"

urlpatterns = [
    path("", home.home, name="home"),
    path("health/", home.health, name="health"),
    path("networks/", home.network_choose, name="network_choose"),
    path("language/", choose_language, name="choose_language"),
    path("offer/", offers.offer_answer, name="offer_answer"),
    path("account/", include("allauth.urls")),
    *([path("style/", home.style, name="style")] if settings.DEBUG else []),
    path("<network:network>/", include(in_network)),
]
