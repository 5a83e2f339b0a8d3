"""From tables to a folder of PDFs: joined by id, whole or not at all."""

from __future__ import annotations

import pytest

from geomatch.core.errors import ColumnError, InputError, ParameterError, RowError, TableError
from geomatch.tables import Table
from maps.streetlists import StreetList, files, street_lists_from_tables, write_street_lists

from .samples import Door, corner, harbor_street, options, pages, pod, replace, text


def households(rows: int = 4, **columns) -> Table:
    base = {
        "id": [f"N{i}" for i in range(rows)],
        "name": [f"Neighbour {i}" for i in range(rows)],
        "number": [str(101 + i) for i in range(rows)],
        "street": ["Harbor Street"] * rows,
        "lon": [str(-137.4 + i * 1e-4) for i in range(rows)],
        "lat": ["57.3"] * rows,
    }
    return Table.from_columns(base | columns, file="households.csv")


def pods(*labels: str) -> Table:
    ids = [f"N{i}" for i in range(len(labels))]
    return Table.from_columns({"id": ids, "pod": list(labels)}, file="pods.csv")


def test_households_are_gathered_by_pod_in_natural_order():
    gathered = street_lists_from_tables(households(5), pods("10", "9", "", "10", "9"))
    assert [(item.pod, len(item.doors)) for item in gathered.lists] == [("9", 2), ("10", 2)]
    assert (gathered.without_pod, gathered.unknown_ids) == (1, 0)


def test_columns_become_what_they_say():
    table = households(
        2,
        unit=["3", ""],
        city=["Port Halyard", "Eider"],
        people=["4", ""],
        phone=["907-555-0100", ""],
        languages=["es; en", ""],
        point_person=["yes", "no"],
        do_not_contact=["", "1"],
    )
    (item,) = street_lists_from_tables(table, pods("1", "1")).lists
    one, two = item.doors
    assert one == Door(
        name="Neighbour 0",
        number="101",
        street="Harbor Street",
        unit="3",
        city="Port Halyard",
        lon=-137.4,
        lat=57.3,
        people=4,
        phone="907-555-0100",
        languages=("es", "en"),
        point_person=True,
    )
    assert (two.name, two.city, two.people, two.do_not_contact) == ("", "Eider", 1, True)
    assert item.point_person == "Neighbour 0"


def test_hidden_and_quiet_rows_are_dropped_and_an_empty_pod_has_no_list():
    table = households(4, hidden=["yes", "", "yes", ""], quiet=["", "yes", "", ""])
    gathered = street_lists_from_tables(table, pods("1", "1", "2", "2"))
    assert [(item.pod, [d.name for d in item.doors]) for item in gathered.lists] == [
        ("2", ["Neighbour 3"])
    ]


def test_no_other_column_is_ever_printed(tmp_path):
    table = households(2, notes=["on oxygen", ""], immunocompromised=["yes", ""], flags=["x9", ""])
    gathered = street_lists_from_tables(table, pods("1", "1"))
    write_street_lists(gathered.lists, tmp_path / "out", options(details="contact"))
    for path in (tmp_path / "out").iterdir():
        printed = text(path.read_bytes())
        assert "oxygen" not in printed
        assert "x9" not in printed
        assert "immuno" not in printed.casefold()


def test_rows_without_a_place_are_kept():
    (item,) = street_lists_from_tables(
        households(2, lon=["", "-137.4"], lat=["", "57.3"]), pods("1", "1")
    ).lists
    assert [door.placed for door in item.doors] == [False, True]


@pytest.mark.parametrize("missing", files.HOUSEHOLD_COLUMNS)
def test_a_missing_column_is_named(missing):
    table = households(1)
    columns = {name: column for name, column in table.columns.items() if name != missing}
    with pytest.raises(ColumnError, match=missing):
        street_lists_from_tables(Table.from_columns(columns, file="h.csv"), pods("1"))


@pytest.mark.parametrize(
    ("column", "value"), [("hidden", "maybe"), ("people", "many"), ("lat", "91"), ("lon", "x")]
)
def test_a_bad_value_is_refused_with_its_place(column, value):
    good = {"hidden": "no", "people": "1", "lat": "57.3", "lon": "-137.4"}[column]
    with pytest.raises(RowError) as caught:
        street_lists_from_tables(households(2, **{column: [good, value]}), pods("1", "1"))
    assert caught.value.file == "households.csv"
    assert (caught.value.problems[0].row, caught.value.problems[0].column) == (3, column)


def test_pods_of_other_households_are_refused_and_of_some_counted():
    other = Table.from_columns({"id": ["A", "B"], "pod": ["1", "2"]}, file="pods.csv")
    with pytest.raises(InputError, match="same homes"):
        street_lists_from_tables(households(2), other)
    assert street_lists_from_tables(households(1), pods("1", "2", "2")).unknown_ids == 2


def lists() -> list[StreetList]:
    return [pod(harbor_street(3), pod="2"), pod(harbor_street(5), pod="10")]


def test_a_folder_has_one_file_per_pod_and_one_of_all(tmp_path):
    steps: list[int] = []
    figures = write_street_lists(
        lists(), tmp_path / "deep" / "out", options(), corner(), progress=steps.append
    )
    assert sorted(path.name for path in (tmp_path / "deep" / "out").iterdir()) == [
        "all-pods.pdf",
        "pod-02.pdf",
        "pod-10.pdf",
    ]
    assert figures == {"pods": 2, "doors": 8, "files": 3, "unprintable": 0}
    assert steps == [1, 1, 2]
    assert "3 homes" in pages((tmp_path / "deep/out/pod-02.pdf").read_bytes())[0]
    together = text((tmp_path / "deep/out/all-pods.pdf").read_bytes())
    assert together.count("Page 1 of") == 2
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["out"]


def test_the_same_lists_give_the_same_files(tmp_path):
    for name in ("one", "two"):
        write_street_lists(lists(), tmp_path / name, options(), corner())
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


def test_a_failure_leaves_nothing_behind(tmp_path, monkeypatch):
    calls = iter(range(10))

    def fails_late(data, how):
        if next(calls) == 2:
            raise RuntimeError("power cut")
        return b"%PDF-"

    monkeypatch.setattr(files, "render_data", fails_late)
    with pytest.raises(RuntimeError):
        write_street_lists(lists(), tmp_path / "out", options())
    assert list(tmp_path.iterdir()) == []


def test_a_failure_leaves_the_lists_of_yesterday(tmp_path, monkeypatch):
    out = tmp_path / "out"
    write_street_lists(lists(), out, options())
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    monkeypatch.setattr(files, "render_data", lambda data, how: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        write_street_lists(lists()[:1], out, options())
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_lists_of_pods_that_are_no_more_go_and_other_files_stay(tmp_path):
    out = tmp_path / "out"
    write_street_lists(lists(), out, options())
    (out / "pod-notes.pdf").write_bytes(b"%PDF- somebody's own")
    (out / "pods.csv").write_text("id,pod\n")
    write_street_lists(lists()[:1], out, options())
    assert sorted(path.name for path in out.iterdir()) == [
        "all-pods.pdf",
        "pod-2.pdf",
        "pod-notes.pdf",
        "pods.csv",
    ]


def test_nothing_to_print_is_refused_and_makes_no_folder(tmp_path):
    nobody = pod([replace(door, quiet=True) for door in harbor_street(2)])
    for empty in ([], [nobody]):
        with pytest.raises(ParameterError, match="no home to print"):
            write_street_lists(empty, tmp_path / "out", options())
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_the_way_is_refused(tmp_path):
    (tmp_path / "out").write_text("mine")
    with pytest.raises(TableError, match="name a folder"):
        write_street_lists(lists(), tmp_path / "out", options())
    assert (tmp_path / "out").read_text() == "mine"


def test_letters_without_a_font_are_counted(tmp_path):
    doors = [replace(harbor_street(1)[0], name="ក្រុម"), *harbor_street(2)]
    assert write_street_lists([pod(doors)], tmp_path / "out", options())["unprintable"] == 1


@pytest.mark.parametrize(
    ("labels", "names"),
    [
        (["1", "2"], ["pod-1.pdf", "pod-2.pdf"]),
        (["7", "100"], ["pod-007.pdf", "pod-100.pdf"]),
        (["Harbor St/Ave", "../../etc"], ["pod-harbor-st-ave.pdf", "pod-etc.pdf"]),
        (["A b", "a B", "…"], ["pod-a-b.pdf", "pod-a-b-2.pdf", "pod-unnamed.pdf"]),
        (["٣"], ["pod-unnamed.pdf"]),
    ],
)
def test_file_names_are_safe_sorted_and_different(labels, names):
    assert files.file_names([pod(pod=label) for label in labels]) == names
