"""The demo, whose password is published, and networks of real people never meet."""

from __future__ import annotations

import json
import os

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import CommandError
from shapely import box

from geomatch import cli
from geomatch.core.errors import InputError
from geomatch.network.models import Member, Network, Role
from geomatch.network.scope import use_network
from geomatch.network.services.networks import add_member, create_network, tie_person
from geomatch.site.ops.demo import PASSWORD, SIGN_INS, demo_network, make_demo
from geomatch.site.ops.new_home import first_steps
from tests.factories import HouseholdFactory, PersonFactory, UserFactory
from tests.site.test_commands import run


def make(slug, **options):
    return create_network(
        slug=slug, name=slug.title(), boundary=box(-135, 58, -134, 59), actor=None, **options
    )


@pytest.fixture
def real(db):
    return make("juneau")


@pytest.fixture
def steward(db):
    """The demo's steward, with the password that everybody can read."""
    user = UserFactory(username="steward")
    add_member(network=make("port-halyard", is_demo=True), user=user, roles=["steward"], actor=None)
    return user


def test_a_demo_account_gets_no_role_in_a_real_network(steward, real):
    with pytest.raises(InputError, match="“steward” is an account of the demo"):
        add_member(network=real, user=steward, roles=[Role.STEWARD], actor=None)
    assert not Member.objects.filter(network=real).exists()


def test_nor_when_the_demo_is_gone(steward, real):
    demo = Network.objects.get(is_demo=True)
    with use_network(demo):
        demo.delete()
    with pytest.raises(InputError, match="account of the demo"):
        add_member(network=real, user=steward, roles=[Role.VOLUNTEER], actor=None)


def test_nor_is_it_a_neighbour_of_a_real_network(steward, real):
    with use_network(real):
        person = PersonFactory(household=HouseholdFactory(ref="1"))
    with pytest.raises(InputError, match="account of the demo"):
        tie_person(network=real, person=person, user=steward, actor=None)


def test_newnetwork_refuses_a_demo_account_and_makes_nothing(steward, tmp_path):
    path = tmp_path / "boundary.geojson"
    shape = box(-135, 58, -134, 59).__geo_interface__
    path.write_text(json.dumps({"type": "Feature", "properties": {}, "geometry": shape}), "utf-8")
    words = ("--name", "Juneau", "--boundary", str(path), "--steward", "steward")
    with pytest.raises(CommandError, match="choose another user name") as refused:
        call_command("newnetwork", "juneau", *words)
    assert refused.value.returncode == 1
    assert not Network.objects.filter(slug="juneau").exists()


def test_addmember_refuses_a_demo_account(steward, real):
    with pytest.raises(CommandError, match="choose another user name"):
        run("addmember", "steward", "--network", "juneau", "--role", "organizer")


def test_who_works_in_a_real_network_gets_no_role_in_the_demo(real):
    ana = UserFactory(username="ana")
    add_member(network=real, user=ana, roles=[Role.STEWARD], actor=None)
    demo = make("port-halyard", is_demo=True)
    with pytest.raises(InputError, match="“ana” works in a network of real people"):
        add_member(network=demo, user=ana, roles=[Role.VOLUNTEER], actor=None)
    add_member(network=real, user=ana, roles=[Role.ORGANIZER], actor=None)


def test_the_demo_is_not_made_among_real_networks(real, tmp_path):
    with pytest.raises(InputError, match=r"networks of your own are here \(juneau\)"):
        make_demo(tmp_path, print)
    assert list(Network.objects.all()) == [real]
    assert not User.objects.exists()


def test_a_real_network_of_the_same_name_is_not_taken_for_the_demo(db):
    make("port-halyard")
    assert demo_network() is None


def test_a_demo_from_before_the_mark_is_marked(db):
    from importlib import import_module

    from django.apps import apps

    old = make("port-halyard")
    for name in SIGN_INS:
        user = User.objects.create_user(name, f"{name}@example.org", PASSWORD)
        Member.objects.create(network=old, user=user, role=Role.STEWARD)
    neighbour = UserFactory(username="ana")
    import_module("geomatch.network.migrations.0019_demo_networks").mark_what_is_there(apps, None)
    real = make("juneau")
    add_member(network=real, user=neighbour, roles=[Role.STEWARD], actor=None)
    with pytest.raises(InputError, match="account of the demo"):
        add_member(
            network=real, user=User.objects.get(username="steward"), roles=["steward"], actor=None
        )


@pytest.mark.parametrize("given", [None, "/srv/elsewhere"])
def test_the_demo_has_a_home_of_its_own_unless_told_otherwise(monkeypatch, given):
    monkeypatch.setenv("GEOMATCH_HOME", given or "")
    if given is None:
        monkeypatch.delenv("GEOMATCH_HOME")
    homes = []
    monkeypatch.setattr(
        "django.core.management.execute_from_command_line",
        lambda argv: homes.append(os.environ.get("GEOMATCH_HOME")),
    )
    cli.main(["geomatch", "serve"])
    cli.main(["geomatch", "demo"])
    assert homes == [given, given or str(settings.BASE_DIR / "var" / "port-halyard")]


def test_where_no_network_is_the_server_says_how_to_begin(db):
    said = first_steps()
    assert "geomatch newnetwork" in said
    assert "bin/demo" in said
    make("juneau")
    assert first_steps() == ""
