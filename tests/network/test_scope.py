"""The two walls between networks, and the encryption behind them."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection, models, transaction
from django.db.utils import DatabaseError

from geomatch.core.errors import SetupError
from geomatch.network.models import Household, Person, RiskFlag
from geomatch.network.scope import NetworkScoped, OutsideNetworkError, ScopedManager, use_network
from tests.factories import HouseholdFactory, NetworkFactory, PersonFactory, RiskFlagFactory

ROOMS = ("network", "pods", "matching")
UNSCOPED = {"network.Network", "network.Member"}  # they decide which network may be entered
is_postgis = pytest.mark.skipif(
    "connection.vendor != 'postgresql'", reason="row-level security is PostGIS's"
)


def own_models():
    return [model for room in ROOMS for model in apps.get_app_config(room).get_models()]


@pytest.mark.parametrize("model", own_models(), ids=lambda model: model._meta.label)
def test_every_model_belongs_to_a_network(model):
    if model._meta.label in UNSCOPED:
        return
    assert issubclass(model, NetworkScoped)
    assert isinstance(model._default_manager, ScopedManager)


@pytest.mark.django_db
def test_no_rows_without_a_network():
    with pytest.raises(OutsideNetworkError, match="use_network"):
        Household.objects.count()


def test_each_network_sees_its_own_rows(network):
    other = NetworkFactory()
    for here, ref in ((network, "ours"), (other, "theirs")):
        with use_network(here):
            HouseholdFactory(ref=ref)
    with use_network(network):
        assert [h.ref for h in Household.objects.all()] == ["ours"]
        with use_network(other):
            assert [h.ref for h in Household.objects.all()] == ["theirs"]
        assert [h.ref for h in Household.objects.all()] == ["ours"]


def test_a_row_cannot_move_to_another_network(inside):
    household = HouseholdFactory()
    with use_network(NetworkFactory()), pytest.raises(OutsideNetworkError, match="another"):
        household.save()


def test_related_rows_keep_to_the_network(network):
    with use_network(network):
        household = PersonFactory().household
    with pytest.raises(OutsideNetworkError):
        household.people.count()


@is_postgis
class TestRowLevelSecurity:
    def test_the_role_of_the_application_is_bound_by_it(self, db):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
            )
            assert cursor.fetchone() == (False, False)

    @pytest.mark.parametrize("model", own_models(), ids=lambda model: model._meta.label)
    def test_every_table_with_a_network_is_protected(self, db, model):
        if model._meta.label in UNSCOPED:
            return
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = %s::regclass",
                [model._meta.db_table],
            )
            assert cursor.fetchone() == (True, True)

    def test_a_raw_unscoped_query_sees_one_network_only(self, network):
        other = NetworkFactory()
        for here in (network, other):
            with use_network(here):
                HouseholdFactory.create_batch(3)
        assert raw_count() == other_count_after_leaving(other)

    def test_nothing_is_seen_before_a_network_is_entered(self, transactional_db):
        network = NetworkFactory()
        with use_network(network):
            HouseholdFactory()
        assert raw_count() == 0
        with use_network(network):
            assert raw_count() == 1
        assert raw_count() == 0

    def test_a_raw_write_into_another_network_is_refused(self, network):
        other = NetworkFactory()
        with use_network(other):
            household = HouseholdFactory()
        with use_network(network), connection.cursor() as cursor:
            cursor.execute("UPDATE network_household SET ref = 'x' WHERE id = %s", [household.pk])
            assert cursor.rowcount == 0
            with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
                cursor.execute(
                    "INSERT INTO network_person (network_id, name, phone, email, languages, drives,"
                    " is_point_person) VALUES (%s, 'x', '', '', '[]', false, false)",
                    [other.pk],
                )


def raw_count() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM network_household")
        return cursor.fetchone()[0]


def other_count_after_leaving(other) -> int:
    """The setting is the transaction's: the test's own still names the network entered last."""
    with use_network(other):
        return Household.objects.count()


class TestSealedText:
    def test_risk_flags_and_notes_are_cipher_text_at_rest(self, inside):
        flag = RiskFlagFactory(code="immunocompromised")
        household = HouseholdFactory(notes="oxygen at home")
        with connection.cursor() as cursor:
            cursor.execute("SELECT code FROM network_riskflag")
            assert "immuno" not in cursor.fetchone()[0]
            cursor.execute("SELECT notes FROM network_household WHERE id = %s", [household.pk])
            assert "oxygen" not in cursor.fetchone()[0]
        assert RiskFlag.objects.get(pk=flag.pk).code == "immunocompromised"
        assert Household.objects.get(pk=household.pk).notes == "oxygen at home"

    def test_the_wrong_key_is_an_error_and_not_noise(self, inside):
        RiskFlagFactory(code="exposed")
        with connection.cursor() as cursor:
            cursor.execute("UPDATE network_riskflag SET code = 'gAAAAABnot-a-token'")
        with pytest.raises(SetupError, match="key of this installation"):
            RiskFlag.objects.get()

    def test_no_text_of_a_person_shows_in_its_name(self, inside):
        person = PersonFactory(name="Somebody")
        assert "Somebody" not in str(Person.objects.get(pk=person.pk))


def test_planar_distances_are_metres(inside):
    from django.contrib.gis.db.models.functions import Distance

    home = HouseholdFactory(lonlat=(-134.5, 58.3))
    near = HouseholdFactory(lonlat=(-134.5, 58.3009))  # 0.0009° of latitude: about 100 m
    here = home.location_m
    within = Household.objects.filter(location_m__dwithin=(here, 101))
    assert set(within) == {home, near}
    assert list(Household.objects.filter(location_m__dwithin=(here, 99))) == [home]
    by_distance = Household.objects.annotate(away=Distance("location_m", here)).order_by("away")
    assert by_distance.last().away.m == pytest.approx(100.2, abs=0.5)


def test_every_field_of_every_model_has_a_type_both_databases_know(db):
    """The tables that the migrations made hold what the models say."""
    with connection.cursor() as cursor:
        for model in own_models():
            made = {
                column.name
                for column in connection.introspection.get_table_description(
                    cursor, model._meta.db_table
                )
            }
            wanted = {
                field.column
                for field in model._meta.concrete_fields
                if isinstance(field, models.Field)
            }
            assert wanted == made
