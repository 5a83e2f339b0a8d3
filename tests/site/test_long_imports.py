"""An import that takes long is carried out in the background, as it was agreed to."""

from __future__ import annotations

import json

import pytest

from geomatch.core.errors import CancelledError
from geomatch.network.intake.staging.apply import CHOSEN_SINCE, apply_staged
from geomatch.network.intake.staging.sheets import CHOICE, keep_choices
from geomatch.network.models import Household, Person, Run, SheetImport, StagedSheet
from geomatch.network.scope import use_network
from geomatch.site.jobs.tasks import carry_out
from geomatch.site.pages.imports import previews
from tests.site.test_import_page import agree, drop
from tests.site.test_preview_page import ANA, text
from tests.site.test_preview_page import TestChoices as Choices


class TestInTheBackground:
    def test_a_large_sheet_is_a_run_that_leads_to_its_result(self, organizer, network, monkeypatch):
        monkeypatch.setattr(previews, "AT_ONCE", 0)
        preview = drop(organizer, network, "n.csv", ANA)
        result = agree(organizer, preview)
        assert "1 new" in text(result)
        with use_network(network):
            assert Run.objects.get().kind == Run.Kind.IMPORT
            assert StagedSheet.objects.count() == 0

    def test_whose_worker_was_killed_at_the_very_end_is_done_all_the_same(
        self, organizer, network, monkeypatch
    ):
        monkeypatch.setattr(previews, "AT_ONCE", 0)
        agree(organizer, drop(organizer, network, "n.csv", ANA))
        with use_network(network):  # as it was before the worker could say that it was done
            Run.objects.update(state=Run.State.WAITING, finished_at=None)
            run = Run.objects.get()
        carry_out.call(network.pk, run.pk)
        with use_network(network):
            run.refresh_from_db()
            assert (run.state, run.message) == (Run.State.DONE, "")
            assert run.report["sheet"] == SheetImport.objects.get().pk
            assert Household.objects.count() == 1

    @pytest.mark.parametrize("was_something_chosen", [False, True])
    def test_its_bar_moves_and_it_can_be_stopped(self, organizer, network, was_something_chosen):
        sheet = b"Name,Address\n" + b"".join(b"N%d,%d A St\n" % (n, n) for n in range(10_000))
        preview = drop(organizer, network, "n.csv", sheet)
        staged = preview.resolver_match.kwargs["staged"]
        if was_something_chosen:
            with use_network(network):
                StagedSheet.objects.update(choices_json=json.dumps({f"{CHOICE}n:2": "new"}))
        said: list[tuple[float, str]] = []

        def stop(done: float, total: float, step: str) -> bool:
            said.append((done / total, step))
            return not step.startswith("Writing: 2,000")

        with pytest.raises(CancelledError):
            apply_staged(
                network=network,
                staged=staged,
                looked_at=preview.context["fingerprint"],
                sees_hidden=True,
                actor=None,
                progress=stop,
            )
        shares = [share for share, _ in said]
        assert shares == sorted(shares)
        steps = [step for _, step in said]
        assert steps[0] == "Reading the cells: 0 of 10,000 rows"
        assert ("Comparing: 10,000 of 10,000 rows" in steps) == was_something_chosen
        assert "Writing: 1,500 of 10,000 rows" in steps
        assert steps[-1] == "Writing: 2,000 of 10,000 rows"
        between = steps[steps.index("Reading the cells: 0 of 10,000 rows") :]
        assert between[1] == "Reading the cells: 500 of 10,000 rows"
        assert {"Looking who is known: 0%", "Looking who is known: 50%"} <= set(between)
        before = 12 if was_something_chosen else 6
        assert shares[-1] == pytest.approx((before + 20 * 0.2) / (before + 20))
        with use_network(network):
            assert Household.objects.count() == 0
            assert StagedSheet.objects.count() == 1

    @pytest.fixture
    def waiting(self, organizer, network, ana, monkeypatch, settings):
        """The preview of an import that waits, and what was agreed to: somebody new."""
        monkeypatch.setattr(previews, "AT_ONCE", 0)
        preview = drop(organizer, network, "n.csv", Choices.ANNA)
        settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
        (row,) = preview.context["unclear"]
        said = {f"saw {row['key']}": row["saw"]}
        agree(organizer, preview, **said, **{Choices.FIELD: "new"})
        return preview, said | {Choices.FIELD: "ref:1"}

    @pytest.mark.parametrize("how", ["kept by itself", "kept by a button", "pressed again"])
    def test_what_another_tab_chooses_later_is_not_imported(self, organizer, network, waiting, how):
        preview, other = waiting
        if how == "pressed again":
            agree(organizer, preview, **other)
        else:
            headers = {"HX-Request": "true"} if how == "kept by itself" else {}
            url = preview.context["choices_url"]
            answer = organizer.post(url, other, headers=headers)
            assert answer.status_code == (409 if headers else 302)
            if not headers:
                assert "is being imported" in text(organizer.get(answer.url))
        with use_network(network):
            run = Run.objects.get()
        carry_out.call(network.pk, run.pk)
        with use_network(network):
            names = sorted(Person.objects.values_list("name", flat=True))
        assert names == ["Ana Ruiz", "Anna Ruiz", "Bo Lind"]

    def test_choices_that_changed_all_the_same_are_refused(self, organizer, network, waiting):
        _, other = waiting
        with use_network(network):
            run = Run.objects.get()
            assert "ref:1" not in str(run.options)
            keep_choices(StagedSheet.objects.get(), other)
        carry_out.call(network.pk, run.pk)
        with use_network(network):
            run.refresh_from_db()
            assert (run.state, run.message) == (Run.State.FAILED, CHOSEN_SINCE)
            assert not SheetImport.objects.exists()
            assert StagedSheet.objects.exists()

    def test_one_at_a_time(self, organizer, network, monkeypatch, settings):
        settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
        monkeypatch.setattr(previews, "AT_ONCE", 0)
        first, second = (drop(organizer, network, name, ANA) for name in ("a.csv", "b.csv"))
        agree(organizer, first)
        assert "Another spreadsheet is being imported" in text(agree(organizer, second))
        with use_network(network):
            assert Run.objects.count() == 1

    def test_a_stale_one_fails_with_words_and_the_way_back(
        self, organizer, network, ana, monkeypatch
    ):
        monkeypatch.setattr(previews, "AT_ONCE", 0)
        preview = drop(organizer, network, "n.csv", ANA)
        with use_network(network):
            Person.objects.update(phone="555-0999")
        page = text(agree(organizer, preview))
        assert "Somebody changed the neighbours since you looked" in page
        assert preview.request["PATH_INFO"] in page
