"""Who may call what: the table, and the site held against it.

The table is written by hand, apart from the code: a view that is in no row of it fails, and so
does one that lets in anybody the table does not.
"""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from geomatch.network.duplicates.merging import merge_people
from geomatch.network.models import Role
from geomatch.network.scope import use_network
from pods.models import Plan
from tests.factories import (
    PASSWORD,
    HouseholdFactory,
    MatchFactory,
    MemberFactory,
    MembershipFactory,
    NetworkFactory,
    PersonFactory,
    PlacementFactory,
    UserFactory,
)

STEWARD, ORGANIZER, COORDINATOR = Role.STEWARD, Role.ORGANIZER, Role.COORDINATOR
POINT_PERSON, VOLUNTEER = Role.POINT_PERSON, Role.VOLUNTEER
EVERYBODY = set(Role)
STAFF = {STEWARD, ORGANIZER, COORDINATOR}

# Pages of a network: address name → who may call it, how, and with which further arguments.
IN_NETWORK = {
    "dashboard": (EVERYBODY, "get", {}),
    "settings": (STAFF, "get", {}),
    "numbers": (EVERYBODY, "get", {}),
    "household_list": (STAFF, "get", {}),
    "household_detail": (STAFF, "get", {"household": "household"}),
    "duplicate_list": ({STEWARD, ORGANIZER}, "get", {}),
    "duplicate_pair": ({STEWARD, ORGANIZER}, "get", {"one": "person", "other": "another"}),
    "duplicate_undo": ({STEWARD, ORGANIZER}, "post", {"merge": "merge"}),
    "start_locating": ({STEWARD, ORGANIZER}, "post", {}),
    "place_queue": ({STEWARD, ORGANIZER}, "get", {}),
    "place_household": ({STEWARD, ORGANIZER}, "get", {"household": "household"}),
    "place_put": ({STEWARD, ORGANIZER}, "post", {"household": "household"}),
    "placement_undo": ({STEWARD, ORGANIZER}, "post", {"placement": "placement"}),
    "import_upload": ({STEWARD, ORGANIZER}, "get", {}),
    "import_preview": ({STEWARD, ORGANIZER}, "get", {"staged": "staged"}),
    "import_preview_rows": ({STEWARD, ORGANIZER}, "get", {"staged": "staged"}),
    "import_read": ({STEWARD, ORGANIZER}, "post", {"staged": "staged"}),
    "import_choices": ({STEWARD, ORGANIZER}, "post", {"staged": "staged"}),
    "import_columns": ({STEWARD, ORGANIZER}, "post", {"staged": "staged"}),
    "import_apply": ({STEWARD, ORGANIZER}, "post", {"staged": "staged"}),
    "import_discard": ({STEWARD, ORGANIZER}, "post", {"staged": "staged"}),
    "import_take_back": ({STEWARD, ORGANIZER}, "post", {"sheet": "sheet"}),
    "import_result": ({STEWARD, ORGANIZER}, "get", {"sheet": "sheet"}),
    "import_rejected": ({STEWARD, ORGANIZER}, "get", {"sheet": "sheet"}),
    "signup_list": ({STEWARD, ORGANIZER}, "get", {}),
    "signup_decide": ({STEWARD, ORGANIZER}, "post", {}),
    "signup_form": ({STEWARD, ORGANIZER}, "get", {}),
    "run_detail": (STAFF, "get", {"run": "run"}),
    "run_cancel": (STAFF, "post", {"run": "run"}),
    "plan_list": (STAFF, "get", {}),
    "start_planning": ({STEWARD, ORGANIZER}, "post", {}),
    "start_rebalancing": ({STEWARD, ORGANIZER}, "post", {}),
    "plan_map": (STAFF, "get", {"version": "version"}),
    "plan_data": (STAFF, "get", {"version": "version"}),
    "plan_publish": ({STEWARD, ORGANIZER}, "post", {"version": "version"}),
    "plan_set_aside": ({STEWARD, ORGANIZER}, "post", {"version": "version"}),
    "plan_take_up": ({STEWARD, ORGANIZER}, "post", {"version": "version"}),
    "ground_data": (STAFF, "get", {}),
    "request_list": ({STEWARD, COORDINATOR}, "get", {}),
    "request_detail": ({STEWARD, COORDINATOR}, "get", {"ask": "ask"}),
    "request_data": ({STEWARD, COORDINATOR}, "get", {"ask": "ask"}),
    "request_ask": ({STEWARD, COORDINATOR}, "post", {"ask": "ask"}),
    "request_pin": ({STEWARD, COORDINATOR}, "post", {"ask": "ask"}),
    "request_take": ({STEWARD, COORDINATOR}, "post", {"ask": "ask"}),
    "offer_list": ({STEWARD, COORDINATOR}, "get", {}),
    "offer_everybody": ({STEWARD, COORDINATOR}, "post", {}),
    "match_answer": ({STEWARD, COORDINATOR}, "post", {"match": "match"}),
    "volunteer_detail": ({STEWARD, COORDINATOR}, "get", {"volunteer": "volunteer"}),
    "volunteer_handover": ({STEWARD, COORDINATOR}, "get", {"volunteer": "volunteer"}),
    "geocoding_settings": ({STEWARD, ORGANIZER}, "get", {}),
    "geocoding_choose": ({STEWARD}, "post", {}),
    "geocoding_send": ({STEWARD, ORGANIZER}, "post", {}),
    "geocoding_lines": ({STEWARD, ORGANIZER}, "get", {}),
    "policy_edit": ({STEWARD, COORDINATOR}, "get", {}),
    "volunteer_list": ({STEWARD, COORDINATOR}, "get", {}),
    "match_map": ({STEWARD, COORDINATOR}, "get", {}),
    "start_matching": ({STEWARD, COORDINATOR}, "post", {}),
    "match_data": ({STEWARD, COORDINATOR}, "get", {}),
    "street_lists": ({STEWARD, ORGANIZER, POINT_PERSON}, "get", {}),
    "street_lists_pdf": ({STEWARD, ORGANIZER, POINT_PERSON}, "get", {}),
    "street_list_pdf": ({STEWARD, ORGANIZER, POINT_PERSON}, "get", {"pod": "pod"}),
}
SIGNED_IN = {"home", "network_choose"}
PUBLIC = {"choose_language", "health", "offer_answer", "join", "join_thanks"}
# allauth's own pages decide for themselves; each is named here, so that a new one is noticed.
ACCOUNT = {
    "account_login",
    "account_logout",
    "account_signup",
    "account_inactive",
    "account_reauthenticate",
    "account_confirm_login_code",
    "account_email",
    "account_email_verification_sent",
    "account_confirm_email",
    "account_change_password",
    "account_set_password",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "mfa_index",
    "mfa_authenticate",
    "mfa_reauthenticate",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_generate_recovery_codes",
    "mfa_view_recovery_codes",
    "mfa_download_recovery_codes",
}


def all_patterns(resolver: URLResolver | None = None):
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from all_patterns(pattern)
        else:
            yield pattern


def test_every_address_is_in_the_table():
    names = {pattern.name for pattern in all_patterns()}
    assert names == {*IN_NETWORK, *SIGNED_IN, *PUBLIC, *ACCOUNT}


@pytest.mark.parametrize("pattern", list(all_patterns()), ids=lambda pattern: pattern.name)
def test_every_view_of_ours_declares_its_permission(pattern: URLPattern):
    if pattern.name in ACCOUNT:
        return
    declared = pattern.callback.permission
    if pattern.name in IN_NETWORK:
        assert declared == IN_NETWORK[pattern.name][0]
    else:
        assert declared == ("signed in" if pattern.name in SIGNED_IN else "public")


@pytest.fixture
def things(network):
    """One of each thing that an address can name, in one network."""
    from geomatch.network.intake.staging.sheets import stage_sheet
    from geomatch.network.models import Run, SheetImport

    with use_network(network):
        membership = MembershipFactory()
        Plan.objects.filter(pk=membership.plan_id).update(
            state="published", published_at="2026-01-01T00:00Z"
        )
        match = MatchFactory()
        people = PersonFactory.create_batch(4)
        merge = merge_people(
            network=network, kept=people[2], other=people[3], chosen={}, actor=None
        )
        return {
            "person": people[0].pk,
            "another": people[1].pk,
            "merge": merge.pk,
            "ask": match.request_id,
            "match": match.pk,
            "volunteer": match.volunteer_id,
            "household": HouseholdFactory().pk,
            "placement": PlacementFactory().pk,
            "sheet": SheetImport.objects.create(file_name="x.csv", figures={}).pk,
            "staged": stage_sheet(
                network=network, file_name="x.csv", content=b"Name,Address\nA,1 A St\n", actor=None
            ).pk,
            "run": Run.objects.create(kind="plan").pk,
            "version": membership.plan.version,
            "pod": membership.pod.number,
        }


def call(client: Client, network, name: str, things: dict):
    _, method, wanted = IN_NETWORK[name]
    arguments = {argument: things[thing] for argument, thing in wanted.items()}
    return getattr(client, method)(reverse(name, kwargs={"network": network.slug, **arguments}))


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("name", IN_NETWORK)
def test_a_role_opens_exactly_the_pages_of_its_rows(name, role, network, things):
    client = signed_in(MemberFactory(network=network, role=role).user)
    answer = call(client, network, name, things)
    allowed = role in IN_NETWORK[name][0]
    if allowed and name == "street_list_pdf" and role == POINT_PERSON:
        assert answer.status_code == 404, "the pod is not theirs"
    elif allowed and "staged" in IN_NETWORK[name][2] and role != STEWARD:
        assert answer.status_code == 404, "somebody else dropped the sheet"
    elif allowed:
        assert answer.status_code in {200, 302}
    else:
        assert answer.status_code == 403


@pytest.mark.parametrize("name", IN_NETWORK)
def test_another_networks_things_do_not_exist(name, network, things):
    stranger = MemberFactory(network=NetworkFactory(), role=STEWARD).user
    assert call(signed_in(stranger), network, name, things).status_code == 404


@pytest.mark.parametrize("name", [name for name, row in IN_NETWORK.items() if row[2]])
def test_ids_of_another_network_do_not_exist_in_mine(name, network, things):
    other = NetworkFactory()
    client = signed_in(MemberFactory(network=other, role=STEWARD).user)
    assert call(client, other, name, things).status_code == 404


@pytest.mark.parametrize("name", IN_NETWORK)
def test_strangers_are_asked_to_sign_in(name, network, things):
    answer = call(Client(), network, name, things)
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


def test_posting_only_views_refuse_to_be_visited(network, things):
    client = signed_in(MemberFactory(network=network, role=STEWARD).user)
    for name, (_, method, wanted) in IN_NETWORK.items():
        if method == "post":
            arguments = {argument: things[thing] for argument, thing in wanted.items()}
            url = reverse(name, kwargs={"network": network.slug, **arguments})
            assert client.get(url).status_code == 405, name


def test_nobody_signs_up_by_themselves(db):
    client = Client()
    client.post(
        reverse("account_signup"),
        {"username": "x", "email": "x@example.org", "password1": PASSWORD, "password2": PASSWORD},
    )
    assert not client.session.get("_auth_user_id")
    assert UserFactory._meta.model.objects.count() == 0


def test_a_guesser_is_locked_out(network):
    user = MemberFactory(network=network).user
    client = Client()
    url = reverse("account_login")
    for _ in range(9):
        client.post(url, {"login": user.username, "password": "wrong"})
    answer = client.post(url, {"login": user.username, "password": PASSWORD})
    assert not client.session.get("_auth_user_id")
    assert answer.status_code in {200, 302, 403, 429}


class TestHiddenHouseholds:
    """A hidden address is for stewards: nobody else's list, map or count gives it away."""

    SECRET = "77 Secret Cove"

    @pytest.fixture
    def hidden(self, network):
        with use_network(network):
            home = HouseholdFactory(
                hidden=True, given_address=self.SECRET, number="77", street="Secret Cove"
            )
            membership = MembershipFactory(household=home)
            Plan.objects.filter(pk=membership.plan_id).update(
                state="published", published_at="2026-01-01T00:00Z"
            )
            HouseholdFactory.create_batch(2)
        return membership

    @pytest.mark.parametrize("role", [ORGANIZER, COORDINATOR])
    def test_is_on_no_page(self, role, network, hidden):
        client = signed_in(MemberFactory(network=network, role=role).user)
        for name, (roles, method, wanted) in IN_NETWORK.items():
            if role not in roles or method == "post" or not set(wanted) <= {"version"}:
                continue
            arguments = {"version": hidden.plan.version} if wanted else {}
            answer = client.get(reverse(name, kwargs={"network": network.slug, **arguments}))
            assert b"Secret Cove" not in answer.content, name

    def test_does_not_exist_for_an_organizer(self, network, hidden):
        client = signed_in(MemberFactory(network=network, role=ORGANIZER).user)
        url = reverse("household_detail", args=[network.slug, hidden.household_id])
        assert client.get(url).status_code == 404

    def test_is_in_no_count_of_an_organizer(self, network, hidden):
        client = signed_in(MemberFactory(network=network, role=ORGANIZER).user)
        page = client.get(reverse("household_list", args=[network.slug])).content.decode()
        assert "2 homes" in page

    def test_a_steward_sees_it_in_the_list_but_on_no_map(self, network, hidden):
        client = signed_in(MemberFactory(network=network, role=STEWARD).user)
        page = client.get(reverse("household_list", args=[network.slug])).content
        assert b"Secret Cove" in page
        url = reverse("plan_data", args=[network.slug, hidden.plan.version])
        assert b"Secret Cove" not in client.get(url).content
