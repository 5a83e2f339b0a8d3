"""A table in, a table out: every row comes back, hidden rows stay on this machine."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from geomatch.core.addresses import Address
from geomatch.core.errors import ColumnError, RowError
from geomatch.geocoding import QUALITIES, Gazetteer, Geocode
from geomatch.geocoding.geocodefile import geocode_table, read_gazetteer
from geomatch.geocoding.providers import ProviderGeocoder
from geomatch.geocoding.providers.services import SERVICES
from geomatch.site.management.commands.geocode import PROVIDERS
from geomatch.tables import Table, read_table
from tests.geocoding.town import PORT_ALDER, gazetteer, street_line

TOWN = gazetteer(*PORT_ALDER)
PARTS = ("number", "street", "unit", "city", "region", "postcode", "lon", "lat")


def table(**columns: list[str]) -> Table:
    return Table.from_columns(columns)


def test_every_row_comes_back_with_what_it_had() -> None:
    asked = table(
        id=["a", "b", "c"],
        address=["12 Spruce Ln, Port Alder", "", "99 Nowhere Rd"],
        Note=["x", "y", "z"],
        lon=["1", "", ""],
        lat=["1", "", ""],
    )
    columns, report = geocode_table(asked, TOWN)
    assert columns["id"] == ["a", "b", "c"]
    assert columns["Note"] == ["x", "y", "z"]
    assert columns["quality"] == ["rooftop", "none", "none"]
    assert columns["lon"] == [PORT_ALDER[6][6], None, None]
    assert list(columns)[-4:] == ["quality", "score", "matched_address", "reason"]
    assert all(columns["reason"][1:])
    assert report["rows"] == 3
    assert sum(report[quality] for quality in QUALITIES) == 3


def test_parts_and_lines_give_the_same_answer() -> None:
    parts = {name: [r[i] for r in PORT_ALDER] for i, name in enumerate(PARTS[:6])}
    ids = [str(i) for i in range(len(PORT_ALDER))]
    by_parts, _ = geocode_table(table(id=ids, **parts), TOWN)
    lines = [
        f"{number} {street}" + (f" #{unit}" if unit else "") + f", {city}, {region} {postcode}"
        for number, street, unit, city, region, postcode, *_ in PORT_ALDER
    ]
    by_line, _ = geocode_table(table(id=ids, address=lines), TOWN)
    town_beside = {"address": [line.split(",")[0] for line in lines], "city": parts["city"]}
    by_both, _ = geocode_table(table(id=ids, **town_beside), TOWN)
    for name in ("lon", "lat", "quality"):
        assert by_parts[name] == by_line[name] == by_both[name]
    assert set(by_line["quality"]) == {"rooftop"}
    assert by_line["lon"] == [r[6] for r in PORT_ALDER]


class Spy:
    """A geocoder on another machine that remembers what it was sent."""

    leaves_machine = True

    def __init__(self) -> None:
        self.sent: list[Address] = []
        self.read = TOWN.read
        self.read_fields = TOWN.read_fields

    def geocode_many(
        self, addresses: Sequence[Address | str], progress: Any = None
    ) -> list[Geocode]:
        self.sent += [a for a in addresses if isinstance(a, Address)]
        return [Geocode(1.0, 2.0, "rooftop", 1.0) for _ in addresses]


def test_a_hidden_row_is_never_sent_to_another_machine() -> None:
    asked = table(
        id=["a", "b"],
        address=["12 Spruce Ln, Port Alder", "14 Spruce Ln, Port Alder"],
        hidden=["yes", ""],
    )
    spy = Spy()
    columns, _ = geocode_table(asked, spy)
    assert [address.number for address in spy.sent] == ["14"]
    assert columns["quality"] == ["none", "rooftop"]
    assert "hidden" in columns["reason"][0]
    columns, _ = geocode_table(asked, TOWN)  # the local gazetteer tells nobody
    assert columns["quality"] == ["rooftop", "rooftop"]


def test_a_table_without_addresses_is_refused() -> None:
    with pytest.raises(ColumnError, match="address"):
        geocode_table(table(id=["a"], name=["x"]), TOWN)
    with pytest.raises(RowError):
        geocode_table(table(id=["a", "a"], address=["x", "y"]), TOWN)


def test_a_gazetteer_with_a_point_beyond_the_pole_is_refused() -> None:
    columns = {name: [str(value)] for name, value in zip(PARTS, PORT_ALDER[0], strict=True)}
    columns["lat"] = ["-134.4"]
    with pytest.raises(RowError, match="-134"):
        read_gazetteer(Table.from_columns(columns))


def test_streets_without_a_name_are_refused() -> None:
    columns = {name: [str(value)] for name, value in zip(PARTS, PORT_ALDER[0], strict=True)}
    nameless = street_line("", (0, 0), (9, 0))
    with pytest.raises(ColumnError, match="name"):
        read_gazetteer(Table.from_columns(columns), [nameless])


@pytest.fixture
def files(tmp_path: Path) -> Path:
    lines = [",".join(PARTS)] + [",".join(str(value) for value in r) for r in PORT_ALDER]
    (tmp_path / "gazetteer.csv").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "asked.csv").write_text(
        'id,address\n1,"12 Spruce Ln, Port Alder"\n2,"PO Box 5, Port Alder"\n', encoding="utf-8"
    )
    return tmp_path


def geocode(folder: Path, *more: str) -> Table:
    out = folder / "out.csv"
    call_command(
        "geocode",
        str(folder / "asked.csv"),
        "--gazetteer",
        str(folder / "gazetteer.csv"),
        "--out",
        str(out),
        *more,
    )
    return read_table(out)


def test_the_command_writes_the_table_and_the_figures(files: Path) -> None:
    out = geocode(files, "--report", str(files / "report.json"))
    assert out.texts("quality") == ["rooftop", "none"]
    report = json.loads((files / "report.json").read_text(encoding="utf-8"))
    assert (report["rows"], report["rooftop"], report["none"]) == (2, 1, 1)
    assert report["seconds"] >= 0


def test_the_same_input_gives_the_same_bytes(files: Path) -> None:
    geocode(files)
    first = (files / "out.csv").read_bytes()
    geocode(files)
    assert (files / "out.csv").read_bytes() == first


def test_streets_add_interpolation(files: Path) -> None:
    asked = 'id,address\n1,"51 Walnut Rd, Port Alder"\n'
    (files / "asked.csv").write_text(asked, encoding="utf-8")
    properties = {"name": "Walnut Rd", "left_from": 1, "left_to": 99}
    line = {"type": "LineString", "coordinates": [[-134.4, 58.3], [-134.396, 58.3]]}
    feature = {"type": "Feature", "properties": properties, "geometry": line}
    layer = {"type": "FeatureCollection", "features": [feature]}
    (files / "streets.geojson").write_text(json.dumps(layer), encoding="utf-8")
    assert geocode(files).texts("quality") == ["town"]
    out = geocode(files, "--streets", str(files / "streets.geojson"))
    assert out.texts("quality") == ["interpolated"]


@pytest.mark.parametrize(
    ("gazetteer_text", "said"),
    [
        ("", "empty"),
        ("number,street\n1,Oak St\n", "lon"),
        ("number,street,lon,lat\n1,Oak St,-134.4,95\n", "95"),
        ("number,street,lon,lat\n1,Oak St,x,58.3\n", "row 2"),
        ("number,street,lon,lat\n1,Oak St,58.3,-34.4\n2,Oak St,,\n", None),
    ],
)
def test_a_bad_gazetteer_is_refused_whole_with_words(
    files: Path, gazetteer_text: str, said: str | None
) -> None:
    (files / "gazetteer.csv").write_text(gazetteer_text, encoding="utf-8")
    if said is None:
        geocode(files)
        return
    with pytest.raises(CommandError, match=said) as refused:
        geocode(files)
    assert refused.value.returncode == 1
    assert not (files / "out.csv").exists()


def test_the_command_wants_exactly_one_place_to_look(files: Path) -> None:
    for more in ([], ["--provider", "nominatim", "--gazetteer", "x.csv"]):
        with pytest.raises(CommandError) as refused:
            call_command("geocode", str(files / "asked.csv"), "--out", str(files / "o.csv"), *more)
        assert refused.value.returncode == 2


def test_a_provider_that_nobody_knows_is_wrong_usage(files: Path) -> None:
    with pytest.raises(CommandError, match="nominatim"):  # argparse names those there are
        call_command(
            "geocode", str(files / "asked.csv"), "--provider=x", "--out", str(files / "o.csv")
        )
    assert PROVIDERS == SERVICES


@pytest.mark.parametrize("option", ["--out", "--report", "--provider-answers"])
def test_no_file_is_written_over_one_that_is_read(files: Path, option: str) -> None:
    gazetteer, out = files / "gazetteer.csv", files / "o.csv"
    before = gazetteer.read_bytes()
    options = {"--gazetteer": gazetteer, "--out": out, option: files / "." / gazetteer.name}
    with pytest.raises(CommandError, match=f"{option} would be written over") as refused:
        call_command("geocode", str(files / "asked.csv"), *(f"{k}={v}" for k, v in options.items()))
    assert refused.value.returncode == 2
    assert gazetteer.read_bytes() == before
    assert not out.exists()


def test_the_addresses_themselves_may_be_replaced_as_every_column_stays(files: Path) -> None:
    asked = files / "asked.csv"
    names = asked.read_text(encoding="utf-8").splitlines()[0].split(",")
    call_command(
        "geocode", str(asked), "--gazetteer", str(files / "gazetteer.csv"), "--out", str(asked)
    )
    assert asked.read_text(encoding="utf-8").splitlines()[0].split(",")[: len(names)] == names


@pytest.mark.parametrize(
    ("out", "said"), [("o.pdf", "must end in one of"), ("none/o.csv", "there is no folder")]
)
def test_where_nothing_can_be_written_nobody_is_asked(
    files: Path, monkeypatch: pytest.MonkeyPatch, out: str, said: str
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(ProviderGeocoder, "geocode_many", lambda *_, **__: asked.append("yes"))
    with pytest.raises(CommandError, match=said) as refused:
        call_command(
            "geocode",
            str(files / "asked.csv"),
            "--provider=photon",
            "--out",
            str(files / out),
        )
    assert refused.value.returncode == 1
    assert not asked


def test_the_gazetteer_of_the_files_is_the_gazetteer(files: Path) -> None:
    read = read_gazetteer(read_table(files / "gazetteer.csv", needed=("number",)))
    assert isinstance(read, Gazetteer)
    assert len(read) == len(PORT_ALDER)
