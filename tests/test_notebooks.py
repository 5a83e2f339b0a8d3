"""Every notebook runs from top to bottom, and is kept without its outputs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).resolve().parent.parent / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))


def read(path: Path) -> Any:
    return nbformat.read(path, as_version=4)


def test_there_is_a_notebook() -> None:
    assert NOTEBOOKS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_is_kept_without_outputs(path: Path) -> None:
    for cell in read(path).cells:
        assert not cell.get("outputs"), cell.id
        assert cell.get("execution_count") is None, cell.id


@pytest.fixture(scope="module")
def town_run(tmp_path_factory: pytest.TempPathFactory) -> Any:
    notebook = read(FOLDER / "plan_a_town.ipynb")
    # Run elsewhere: a notebook that leans on the folder it stands in would break for its reader.
    there = tmp_path_factory.mktemp("notebook")
    NotebookClient(
        notebook, timeout=300, resources={"metadata": {"path": str(there)}}, kernel_name="python3"
    ).execute()
    return notebook


def printed(notebook: Any) -> str:
    return "".join(
        output.text
        for cell in notebook.cells
        for output in cell.get("outputs", ())
        if output.output_type == "stream"
    )


def test_plan_a_town_reaches_its_end(town_run: Any) -> None:
    words = printed(town_run)
    for name in ("Neighbors", "Volunteers", "Requests", "pod-1.pdf", "pods.csv", "pods.html"):
        assert name in words
    assert not [
        output
        for cell in town_run.cells
        for output in cell.get("outputs", ())
        if output.output_type == "stream" and output.name == "stderr"
    ]


def test_plan_a_town_shows_both_maps_in_frames_that_reach_nothing(town_run: Any) -> None:
    shown = [
        output.data["text/html"]
        for cell in town_run.cells
        for output in cell.get("outputs", ())
        if "text/html" in output.get("data", {})
    ]
    assert len(shown) == 2
    for html in shown:
        assert html.startswith("<iframe srcdoc=")
        assert 'sandbox="allow-scripts allow-popups"' in html


def test_plan_a_town_keeps_pods_in_their_bounds(town_run: Any) -> None:
    figures = dict(
        line.split()
        for line in printed(town_run).splitlines()
        if line.startswith(("size_", "pods "))
    )
    assert int(figures["pods"]) > 50
    assert int(figures["size_min"]) >= 5
    assert int(figures["size_max"]) <= 30
