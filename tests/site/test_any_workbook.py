"""Whatever a workbook holds: imported twice it changes nothing, and taken back nothing is left.

The whole path as the site goes it: the file is dropped, its sheets and columns are found, the
preview is looked at, and what it shows is imported. For new and more examples:
`python -m pytest tests/site/test_any_workbook.py --hypothesis-profile long`.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geomatch.core.errors import InputError
from geomatch.network.intake.compare.compare import compare
from geomatch.network.intake.linkage.outcomes import Comparison, Status
from geomatch.network.intake.services import take_back
from geomatch.network.intake.staging.apply import apply_staged
from geomatch.network.intake.staging.reading import find_tables, read_staged
from geomatch.network.intake.staging.sheets import stage_sheet
from geomatch.network.models import Household, Network, SheetImport
from geomatch.network.scope import use_network
from tests.factories import NetworkFactory, UserFactory
from tests.network.sheets_of import everything
from tests.site.messy_workbooks import WORKBOOKS, as_file

EXAMPLES = settings(max_examples=max(15, settings().max_examples // 6), deadline=None)


def imported(network: Network, workbook: dict[str, Any]) -> tuple[Comparison, SheetImport] | None:
    """Import a workbook as its preview shows it; nothing where it is refused as a whole."""
    content = as_file(workbook)
    try:
        reading, tables = find_tables(content, "n.xlsx", {})
    except InputError:
        return None
    staged = stage_sheet(
        network=network,
        file_name="n.xlsx",
        content=content,
        actor=UserFactory(),
        reading=reading,
        tables=tables,
    )
    with use_network(network):
        shown = compare(network=network, sheets=read_staged(network, staged).understood())
    taken = apply_staged(
        network=network,
        staged=staged.pk,
        looked_at=shown.fingerprint(),
        sees_hidden=True,
        actor=None,
    )
    return shown, taken


def state(network: Network) -> dict[str, list[dict[str, Any]]]:
    """All that an import could touch, but for when it was touched."""
    with use_network(network):
        return {
            model: [
                {name: value for name, value in row.items() if name != "updated_at"} for row in rows
            ]
            for model, rows in everything().items()
        }


@pytest.mark.django_db
class TestAnyWorkbook:
    @EXAMPLES
    @given(workbook=WORKBOOKS)
    def test_a_second_time_adds_nobody(self, workbook):
        network = NetworkFactory()
        if imported(network, workbook) is None:
            return
        before = state(network)
        shown, _ = imported(network, workbook)
        assert shown.count(Status.NEW) == 0
        if not shown.count(Status.CHANGED):
            assert state(network) == before

    @EXAMPLES
    @given(first=WORKBOOKS, second=WORKBOOKS)
    def test_taken_back_everything_is_as_it_was(self, first, second):
        network = NetworkFactory()
        imported(network, first)
        before = state(network)
        done = imported(network, second)
        if done is not None:
            take_back(network=network, sheet_import=done[1], actor=None)
        assert state(network) == before

    @EXAMPLES
    @given(first=WORKBOOKS, second=WORKBOOKS, pick=st.integers(0, 99))
    def test_what_people_said_since_stays(self, first, second, pick):
        network = NetworkFactory()
        imported(network, first)
        before = state(network)
        done = imported(network, second)
        with use_network(network):
            homes = list(Household.objects.order_by("pk"))
            if done is None or not homes:
                return
            home = homes[pick % len(homes)]
            Household.objects.filter(pk=home.pk).update(meeting_place="the library")
        take_back(network=network, sheet_import=done[1], actor=None)
        with use_network(network):
            assert Household.objects.get(pk=home.pk).meeting_place == "the library"
        there = {row["id"] for row in before["Household"]}
        after = [row for row in state(network)["Household"] if row["id"] in there - {home.pk}]
        assert after == [row for row in before["Household"] if row["id"] != home.pk]

    @EXAMPLES
    @given(first=WORKBOOKS, second=WORKBOOKS)
    def test_protection_survives(self, first, second):
        network = NetworkFactory()
        imported(network, first)
        with use_network(network):
            said = list(Household.objects.values_list("pk", "do_not_contact", "hidden"))
        imported(network, second)
        with use_network(network):
            for key, do_not_contact, hidden in said:
                home = Household.objects.get(pk=key)
                assert home.do_not_contact >= do_not_contact
                assert home.hidden >= hidden
