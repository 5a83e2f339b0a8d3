"""The demo: a fictional town, from its raw spreadsheet to street lists."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from django.contrib.auth.models import User
from django.utils import timezone

from geomatch.core.errors import InputError, SetupError
from geomatch.core.phrases import count
from geomatch.matching.selectors import request_numbers
from geomatch.matching.services import match_all
from geomatch.network.intake.files.rejected import rejected_rows
from geomatch.network.intake.files.spreadsheets import read_sheets_of, write_rejected
from geomatch.network.intake.services import ImportResult, import_sheet
from geomatch.network.locating.look_up import locate_households
from geomatch.network.models import GroundFeature, Network, Person, Role
from geomatch.network.scope import use_network
from geomatch.network.selectors.numbers import network_numbers
from geomatch.network.services.ground import replace_gazetteer, replace_ground
from geomatch.network.services.networks import add_member, create_network
from geomatch.private import private_folder
from geomatch.site.cli.file_command import hushed_libraries
from geomatch.site.pages.pods.street_lists import lists_of, surroundings_of
from geomatch.site.shell import map_data
from geomatch.tables import read_features, read_table
from maps.elements import match_map, pod_map
from maps.streetlists.model import PrintOptions
from maps.streetlists.render import render_pdf
from pods.models import Pod
from pods.selectors import plan_numbers, published_plan, published_pod_of_households
from pods.services import publish_plan, replace_barriers, suggest_plan

TOWN = Path(__file__).resolve().parents[3] / "fixtures" / "town"
PASSWORD = "paper map on a kitchen table"  # noqa: S105 - for the demo on this machine only
SLUG = "port-halyard"
NAME = "Port Halyard Neighbours"
SIGN_INS = {
    "steward": (Role.STEWARD,),
    "organizer": (Role.ORGANIZER,),
    "coordinator": (Role.COORDINATOR,),
    "pointperson": (Role.POINT_PERSON,),
    "volunteer": (Role.VOLUNTEER,),
}
Say = Callable[[str], None]


def demo_network() -> Network | None:
    """Return the demo network if it was made before and is complete."""
    network = Network.objects.filter(slug=SLUG, is_demo=True).first()
    if network is None:
        return None
    with use_network(network):
        return network if published_plan() else None


def make_demo(
    folder: Path, say: Say, planner_is_ready: Callable[[], None] = lambda: None
) -> Network:
    """Make the demo network and walk the whole path, saying each step.

    Parameters
    ----------
    folder
        Where maps, lists and rejected rows are written.
    planner_is_ready
        Waits until the planner is compiled, where that is done beside.

    Raises
    ------
    geomatch.core.errors.SetupError
        If the fixtures are not beside the code.
    geomatch.core.errors.InputError
        If networks of real people lie here.
    """
    _refuse_among_real_networks()
    if not TOWN.is_dir():
        raise SetupError(f"the demo town is missing ({TOWN}); make it: python -m fixtures.build")
    _forget_unfinished()
    network = lay_out_town()
    users = _make_members(network)
    private_folder(folder)

    sheet = TOWN / "network_sheet.xlsx"
    result = import_sheet(
        network=network,
        sheets=read_sheets_of(sheet),
        file_name=sheet.name,
        actor=users["organizer"],
    )
    write_rejected(folder / "rows-to-mend.csv", result.rejected)
    say(f"Import    {_import_in_words(network, result)}")

    locate_households(network=network, actor=users["organizer"])
    with use_network(network):
        numbers = network_numbers(roles=())
    say(f"Geocode   {numbers.located:,} of {count(numbers.households, 'home')} on the map")

    planner_is_ready()
    with hushed_libraries():
        plan = suggest_plan(network=network, actor=users["organizer"])
    publish_plan(network=network, plan=plan, actor=users["organizer"])
    with use_network(network):
        pods = plan_numbers(plan, roles=())
    say(
        f"Pods      {count(pods.households, 'home')} in {count(pods.pods, 'pod')} of "
        f"{pods.smallest}-{pods.largest}; {plan.report['mean_distance_to_medoid_m']:.0f} m "
        "from a home to its pod's middle on average"
    )
    _give_point_person_a_pod(network, users["pointperson"])

    with use_network(network):
        pod_of = published_pod_of_households()
    assignment = match_all(network=network, actor=users["coordinator"], pod_of=pod_of)
    proof = "proven best" if assignment.gap == 0 else f"gap {assignment.gap:.1%}"
    with use_network(network):
        requests = request_numbers()
    served = f"{requests.served:,} of {count(requests.open, 'request')}"
    say(f"Matches   {served} have somebody ({proof})")

    _write_files(network, folder, say)
    return network


def _import_in_words(network: Network, result: ImportResult) -> str:
    """Say what is known now, counted as on every page, and which rows the organizer is to mend."""
    with use_network(network):
        numbers = network_numbers(roles=())
    taken = (
        f"{count(numbers.households, 'home')} with {count(numbers.people, 'person', 'people')}, "
        f"{count(numbers.volunteers, 'volunteer')}, {count(numbers.open_requests, 'request')}"
    )
    rejected = count(len(rejected_rows(result.rejected)), "row")
    return f"{taken}; {rejected} rejected, with their reasons"


def _refuse_among_real_networks() -> None:
    """Keep accounts with a published password off a site that real people sign in to."""
    real = Network.objects.filter(is_demo=False).values_list("slug", flat=True)
    if real:
        raise InputError(
            f"networks of your own are here ({', '.join(real)}), and the demo's password is "
            "published; unset GEOMATCH_HOME and DATABASE_URL, or name an empty folder: "
            "GEOMATCH_HOME=FOLDER geomatch demo"
        )


def lay_out_town() -> Network:
    """Make the demo network with its ground and gazetteer, and nobody in it."""
    boundary = read_features(TOWN / "boundary.geojson")[0].geometry
    network = create_network(
        slug=SLUG,
        name=NAME,
        town="Port Halyard",
        region="AK",
        boundary=boundary,
        languages=("en", "es", "tl"),
        is_demo=True,
        actor=None,
    )
    _lay_the_ground(network)
    return network


def _forget_unfinished() -> None:
    """Let a demo that was cut off start anew."""
    network = Network.objects.filter(slug=SLUG, is_demo=True).first()
    if network is not None:
        with use_network(network):
            network.delete()


def _lay_the_ground(network: Network) -> None:
    replace_gazetteer(
        network=network, table=read_table(TOWN / "gazetteer.csv", needed=()), actor=None
    )
    for kind, name in (
        (GroundFeature.Kind.STREET, "streets"),
        (GroundFeature.Kind.WATER, "water"),
        (GroundFeature.Kind.BUILDING, "buildings"),
        (GroundFeature.Kind.LAND_USE, "landuse"),
        (GroundFeature.Kind.CONTOUR, "contours"),
    ):
        path = TOWN / f"{name}.geojson"
        if path.exists():
            replace_ground(network=network, kind=kind, features=read_features(path), actor=None)
    replace_barriers(network=network, features=read_features(TOWN / "barriers.geojson"), actor=None)


def _make_members(network: Network) -> dict[str, User]:
    users = {}
    for name, roles in SIGN_INS.items():
        user, is_new = User.objects.get_or_create(
            username=name, defaults={"email": f"{name}@example.org"}
        )
        if is_new:
            user.set_password(PASSWORD)
            user.save()
        add_member(network=network, user=user, roles=roles, actor=None)
        users[name] = user
    return users


def _give_point_person_a_pod(network: Network, user: User) -> None:
    """Let the demo's point person look after the first pod that has somebody willing."""
    with use_network(network):
        pod = Pod.objects.exclude(point_person=None).first()
        if pod is not None:
            Person.objects.filter(pk=pod.point_person_id).update(user=user)


def _write_files(network: Network, folder: Path, say: Say) -> None:
    roles = frozenset({Role.ORGANIZER, Role.COORDINATOR})  # what a steward alone may see stays out
    with use_network(network):
        plan = published_plan()
        assert plan is not None
        ground = map_data.ground(network)
        pods = map_data.plan_map_data(network, plan, roles, ground=ground)
        matches = map_data.match_map_data(network, roles, ground=ground)
        lists = lists_of(
            network, plan, Pod.objects.filter(plan=plan).select_related("point_person")
        )
        surroundings = surroundings_of(network)
    options = PrintOptions(date=timezone.localdate())
    pdf = render_pdf(lists, options, surroundings, contents=True, apart=True)
    pod_map(pods).save(str(folder / "pods.html"))
    match_map(matches).save(str(folder / "matches.html"))
    (folder / "street-lists.pdf").write_bytes(pdf)
    say(f"Maps      {folder / 'pods.html'}, {folder / 'matches.html'}")
    say(f"Lists     {folder / 'street-lists.pdf'} ({len(lists)} pods)")
