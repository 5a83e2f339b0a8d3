"""`geomatch match`: files in, files out, refusals with row, column and value."""

from __future__ import annotations

import csv
import datetime as dt
import json
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from geomatch.core.errors import PolicyError, RowError
from geomatch.matching.engine import PARTS, Policy
from geomatch.matching.engine.check import Judge
from geomatch.matching.matchfile import match_tables, read_policy
from geomatch.matching.matchpeople import read_requests, read_volunteers
from geomatch.tables.table import Table
from tests.matching.invented import invented_cells

TODAY = dt.date(2026, 11, 22)
HEADER = ["request", "volunteer", "score", *PARTS, "distance_m", "reason"]

VOLUNTEERS = """\
id,lon,lat,skills,languages,flags,capacity,max_km,vehicle,modes,availability,resting_until,shoe size
ana,-134.40,58.30,driving;nursing,en;es,immunocompromised,2,5,yes,,,,38
bo,-134.41,58.30,,en,,1,,,,mon-am;sat-eve,,45
chi,-134.42,58.30,driving,tl,exposed@2026-12-01,3,20,1,contactless;remote,,2026-11-01,
di,,,,en,,1,,,,,,
"""
REQUESTS = """\
id,lon,lat,skills,languages,flags,urgency,mode,needs_vehicle,availability,name,Score
r1,-134.40,58.30,driving,es,,4,,yes,,Nkechi,a
r2,-134.41,58.31,,,exposed,2,in_person,,sat-eve,Petra,b
r3,-134.42,58.30,,tl;en,immunocompromised,1,contactless,,,Sol,c
r4,-134.40,58.30,nursing,,exposed,1,in_person,,,Tam,d
r5,,,,,,,remote,,,=cmd|' /C calc'!A0,e
r6,,,,,,1,,,,Uma,f
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "volunteers.csv").write_text(VOLUNTEERS, encoding="utf-8")
    (tmp_path / "requests.csv").write_text(REQUESTS, encoding="utf-8")
    return tmp_path


def match(folder: Path, *options: str, out: str = "out.csv") -> str:
    words = StringIO()
    call_command(
        "match",
        str(folder / "volunteers.csv"),
        str(folder / "requests.csv"),
        f"--out={folder / out}",
        "--today=2026-11-22",
        *options,
        stderr=words,
    )
    return words.getvalue()


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_one_row_per_request_in_their_order_with_parts_that_add_up(folder):
    words = match(folder, f"--report={folder / 'report.json'}")
    rows = rows_of(folder / "out.csv")
    assert [row["request"] for row in rows] == ["r1", "r2", "r3", "r4", "r5", "r6"]
    assert list(rows[0]) == [*HEADER, "name", "request_Score"]
    for row in rows:
        assert bool(row["volunteer"]) != bool(row["reason"])
        if row["volunteer"]:
            assert sum(int(row[part]) for part in PARTS) == int(row["score"]) <= 9_999
        else:
            assert not any(row[column] for column in HEADER[1:-1])
    by_request = {row["request"]: row for row in rows}
    assert [by_request[r]["volunteer"] for r in ("r1", "r2", "r3")] == ["ana", "bo", "chi"]
    assert (
        "exposed household" in by_request["r4"]["reason"] or "skill" in by_request["r4"]["reason"]
    )
    assert by_request["r5"]["volunteer"]
    assert by_request["r5"]["distance_m"] == ""
    assert "no point on the map" in by_request["r6"]["reason"]
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    assert report["objective"] == report["upper_bound"]
    assert report["gap"] == 0
    assert report["served"] == 4
    assert "4 of 6 requests" in words


def test_the_same_files_give_the_same_bytes(folder):
    match(folder, f"--pairs={folder / 'pairs.csv'}")
    first = (folder / "out.csv").read_bytes(), (folder / "pairs.csv").read_bytes()
    match(folder, f"--pairs={folder / 'pairs.csv'}")
    assert first == ((folder / "out.csv").read_bytes(), (folder / "pairs.csv").read_bytes())


def test_pairs_and_prices_prove_the_objective(folder):
    match(
        folder,
        f"--pairs={folder / 'pairs.csv'}",
        f"--prices={folder / 'prices.csv'}",
        f"--report={folder / 'report.json'}",
    )
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    pairs = rows_of(folder / "pairs.csv")
    assert list(pairs[0]) == ["request", "volunteer", "score", *PARTS, "distance_m"]
    assert len(pairs) == report["pairs"]
    assert all(sum(int(p[part]) for part in PARTS) == int(p["score"]) for p in pairs)
    verdict = judged(folder, rows_of(folder / "out.csv"), rows_of(folder / "prices.csv"))
    assert verdict.proven_best
    assert verdict.objective == report["objective"]


def checked(folder: Path, *options: str) -> str:
    words = StringIO()
    names = ("volunteers.csv", "requests.csv", "out.csv")
    files = [str(folder / name) for name in names]
    call_command("checkmatch", *files, "--today=2026-11-22", *options, stderr=words)
    return words.getvalue()


def test_checkmatch_judges_by_the_files_alone(folder):
    match(folder, f"--prices={folder / 'prices.csv'}")
    assert "4 matches" in checked(folder)
    other = folder / "other.csv"
    other.write_text("volunteer,price\nana,5000\n", encoding="utf-8")
    assert "not proven best by these prices" in checked(folder, f"--prices={other}")
    report = folder / "report.json"
    words = checked(folder, f"--prices={folder / 'prices.csv'}", f"--report={report}")
    assert "; proven best" in words
    assert json.loads(report.read_text(encoding="utf-8"))["proven_best"]


@pytest.mark.parametrize(
    ("asked", "column", "value", "said"),
    [
        ("r1", "volunteer", "bo", "r1 and bo: vehicle"),
        ("r2", "volunteer", "ana", "exposed-household"),
        ("r2", "volunteer", "zoe", "zoe is no volunteer"),
        ("r1", "score", "9998", "r1: parts"),
        ("r1", "distance", "1", "should be"),
        ("r3", "request", "r9", "r9: no such request"),
        ("r3", "request", "r1", "the same request as in row 2"),
    ],
)
def test_checkmatch_finds_what_somebody_changed(folder, asked, column, value, said):
    match(folder)
    rows = rows_of(folder / "out.csv")
    next(row for row in rows if row["request"] == asked)[column] = value
    with (folder / "out.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    with pytest.raises(CommandError, match=said):
        checked(folder)


def test_checkmatch_refuses_many_networks_in_one_file(folder):
    match(folder)
    lines = (folder / "volunteers.csv").read_text(encoding="utf-8").splitlines()
    named = [f"{line},{name}" for line, name in zip(lines, ["network", *"abababab"], strict=False)]
    (folder / "volunteers.csv").write_text("\n".join(named), encoding="utf-8")
    with pytest.raises(CommandError, match="many networks; check each by its own rows"):
        checked(folder)


def judged(folder: Path, matches: list[dict], prices: list[dict]):
    from geomatch.tables import read_table

    judge = Judge(
        read_volunteers(read_table(folder / "volunteers.csv")),
        read_requests(read_table(folder / "requests.csv")),
        Policy.default(),
        today=TODAY,
    )
    return judge.judge(
        {row["request"]: row["volunteer"] for row in matches},
        scores={
            row["request"]: {name: int(row[name]) for name in (*PARTS, "score")}
            for row in matches
            if row["volunteer"]
        },
        prices={row["volunteer"]: int(row["price"]) for row in prices},
    )


def test_today_decides_which_flags_hold(folder):
    """Chi may not meet r3 in person until her exposure is over; the last day still counts."""
    requests = REQUESTS.replace("1,contactless", "1,in_person")
    volunteers = VOLUNTEERS.replace("contactless;remote", "").replace("ana,", "ana,", 1)
    alone = "\n".join([volunteers.splitlines()[0], volunteers.splitlines()[3]])
    (folder / "volunteers.csv").write_text(alone)
    (folder / "requests.csv").write_text(
        "\n".join([requests.splitlines()[0], requests.splitlines()[3]])
    )
    for day, served in (("2026-12-01", 0), ("2026-12-02", 1)):
        match(folder, f"--today={day}", f"--report={folder / 'report.json'}")
        assert json.loads((folder / "report.json").read_text())["served"] == served


def test_never_and_pinned(folder):
    (folder / "never.csv").write_text("volunteer,request\nana,r1\nnobody,r9\n")
    match(folder, f"--never={folder / 'never.csv'}")
    assert rows_of(folder / "out.csv")[0]["volunteer"] == ""
    (folder / "pinned.csv").write_text("request,volunteer\nr5,ana\n")
    match(folder, f"--pinned={folder / 'pinned.csv'}")
    assert rows_of(folder / "out.csv")[4]["volunteer"] == "ana"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("r9,ana", ("row 2", "column “request”", "value “r9”", "no request")),
        ("r1,bo", ("row 2", "column “volunteer”", "value “bo”", "lacks driving", "“skills”")),
        ("r4,ana", ("contactless only", "“exposed-household”")),
        ("r1,", ("row 2", "column “volunteer”", "a pair needs both")),
        ("r1,ana\nr1,ana", ("row 3", "pinned twice")),
    ],
)
def test_a_pin_that_cannot_be_kept_is_refused_with_its_row(folder, line, said):
    (folder / "pinned.csv").write_text(f"request,volunteer\n{line}\n")
    with pytest.raises(CommandError) as refusal:
        match(folder, f"--pinned={folder / 'pinned.csv'}")
    for words in ("pinned.csv", *said):
        assert words in str(refusal.value)
    assert not (folder / "out.csv").exists()


@pytest.mark.parametrize(
    ("file", "column", "value", "said"),
    [
        ("volunteers", "capacity", "-1", "at least 0"),
        ("volunteers", "capacity", "1.5", "whole number"),
        ("volunteers", "max_km", "far", "number"),
        ("volunteers", "vehicle", "maybe", "true or false"),
        ("volunteers", "modes", "walking", "is no mode"),
        ("volunteers", "availability", "monday", "no part of the week"),
        ("volunteers", "flags", "exposed@tomorrow", "is no date"),
        ("volunteers", "resting_until", "soon", "is no date"),
        ("volunteers", "lat", "91", "-90"),
        ("volunteers", "lon", "nan", "number"),
        ("volunteers", "id", "", "id"),
        ("requests", "urgency", "3", "1 (can wait), 2 (soon) or 4 (today)"),
        ("requests", "mode", "anyhow", "is no mode"),
        ("requests", "needs_vehicle", "2", "true or false"),
    ],
)
def test_a_bad_value_is_refused_with_row_column_and_value(file, column, value, said):
    cells = {"id": ["a", "b"], "lon": ["-134", "-134"], "lat": ["58", "58"], column: ["", ""]}
    cells = {name: list(values) for name, values in cells.items()}
    if column in ("lon", "lat"):
        cells[column][0] = "58"
    if column == "id":
        cells["id"] = ["a", "b"]
    cells[column][1] = value
    read = read_volunteers if file == "volunteers" else read_requests
    with pytest.raises(RowError) as refusal:
        read(Table.from_columns(cells, file=f"{file}.csv"))
    problem = refusal.value.problems[0]
    assert (problem.row, problem.column) == (3, column)
    assert (problem.value or "") == value
    assert said in str(refusal.value)
    assert f"{file}.csv" in str(refusal.value)


def test_faults_of_all_columns_are_told_together():
    table = Table.from_columns(
        {"id": ["a", "a"], "lon": ["x", "1"], "lat": ["1", "1"], "capacity": ["1", "-1"]}
    )
    with pytest.raises(RowError) as refusal:
        read_volunteers(table)
    assert {p.column for p in refusal.value.problems} == {"id", "lon", "capacity"}


def test_hidden_quiet_and_do_not_contact_are_honoured():
    volunteers = Table.from_columns(
        {"id": ["a", "b"], "lon": ["-134", "-134"], "lat": ["58", "58"], "quiet": ["", "yes"]}
    )
    requests = Table.from_columns(
        {
            "id": ["r", "h", "d", "q"],
            "lon": ["-134"] * 4,
            "lat": ["58"] * 4,
            "hidden": ["", "1", "", "1"],
            "do_not_contact": ["", "", "true", ""],
            "quiet": ["", "", "", "yes"],
        }
    )
    columns, report = match_tables(volunteers, requests, today=TODAY)
    assert columns["volunteer"] == ["a", None, None, None]
    assert report["unmatched"] == {"hidden": 1, "do-not-contact": 1, "quiet": 1}


def test_a_flag_that_no_rule_names_is_pointed_out():
    volunteers = Table.from_columns(
        {"id": ["a"], "lon": ["-134"], "lat": ["58"], "flags": ["Immuno-compromised"]}
    )
    requests = Table.from_columns({"id": ["r"], "lon": ["-134"], "lat": ["58"]})
    _, report = match_tables(volunteers, requests, today=TODAY)
    assert report["notes"] == [
        "no rule of the policy names the flag “immuno-compromised” (1 row); "
        "did you mean “immunocompromised”?"
    ]


def test_show_policy_prints_what_policy_reads(folder):
    out = StringIO()
    call_command("match", "--show-policy", stdout=out)
    (folder / "policy.toml").write_text(out.getvalue(), encoding="utf-8-sig")
    assert read_policy(folder / "policy.toml").weights == Policy.default().weights
    match(folder, f"--policy={folder / 'policy.toml'}")


def test_a_policy_that_cannot_be_used_is_refused(folder):
    (folder / "policy.toml").write_text("[weights]\npod = 'x'\n")
    with pytest.raises(CommandError, match=r"policy.toml.*\n.*line 2, column 7"):
        match(folder, f"--policy={folder / 'policy.toml'}")
    (folder / "policy.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(PolicyError, match="UTF-8"):
        read_policy(folder / "policy.toml")
    with pytest.raises(PolicyError, match="check its name"):
        read_policy(folder / "absent.toml")


def test_wrong_usage_exits_with_2_and_says_what_to_do(folder):
    for options in ([], [str(folder / "volunteers.csv"), str(folder / "requests.csv")]):
        with pytest.raises(CommandError) as refusal:
            call_command("match", *options)
        assert refusal.value.returncode == 2


@pytest.mark.real_data
def test_teton_county(shared_data, tmp_path, capsys):
    """Invented neighbours on the county's real addresses; printed for the README."""
    with (shared_data / "teton_county_id" / "addresses.csv").open(encoding="utf-8") as file:
        points = np.array([(float(row["lon"]), float(row["lat"])) for row in csv.DictReader(file)])
    volunteers, requests = invented_cells(points, volunteers=900, requests=700, seed=1)
    for name, cells in (("volunteers", volunteers), ("requests", requests)):
        with (tmp_path / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(cells)
            writer.writerows(zip(*cells.values(), strict=True))
    match(tmp_path, f"--report={tmp_path / 'report.json'}", f"--prices={tmp_path / 'prices.csv'}")
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    rows = rows_of(tmp_path / "out.csv")
    assert [row["request"] for row in rows] == requests["id"]
    assert report["gap"] == 0
    verdict = judged(tmp_path, rows, rows_of(tmp_path / "prices.csv"))
    assert verdict.proven_best
    assert verdict.objective == report["objective"]
    away = [int(row["distance_m"]) for row in rows if row["distance_m"]]
    with capsys.disabled():
        print(
            f"\nTeton County: {report['served']} of {len(rows)} requests matched to "
            f"{len(volunteers['id'])} volunteers, median {np.median(away):.0f} m, "
            f"{report['pairs']:,} feasible pairs, gap {report['gap']}, {report['seconds']} s; "
            f"open: {report['unmatched']}"
        )


class TestNamesOfColumns:
    """What is not read is passed through; a slip in a name is told."""

    def notes(self, volunteers: str, requests: str) -> list[str]:
        people = [
            Table.from_columns(
                {name: [CELLS.get(name, "")] for name in names.split(",")}, file=file
            )
            for file, names in (("v.csv", volunteers), ("r.csv", requests))
        ]
        _, report = match_tables(*people, today=dt.date(2026, 7, 1))
        return report["notes"]

    @pytest.mark.parametrize(
        ("name", "meant"),
        [
            ("skill", "skills"),
            ("Max distance km", "max_km"),
            ("car", "vehicle"),
            ("languges", "languages"),
        ],
    )
    def test_nearly_one_of_ours_is_said(self, name, meant):
        notes = self.notes(f"id,lon,lat,{name}", "id,lon,lat")
        assert notes == [
            f"v.csv: the column “{name}” is not read, “{meant}” would be; "
            "rename it if that is meant"
        ]

    def test_of_requests_too(self):
        [note] = self.notes("id,lon,lat", "id,lon,lat,needs_car")
        assert note.startswith("r.csv: the column “needs_car” is not read, “needs_vehicle”")

    @pytest.mark.parametrize("name", ["name", "notes", "street", "request_id", "person_name"])
    def test_unlike_any_of_ours_is_passed_through_in_silence(self, name):
        assert self.notes("id,lon,lat", f"id,lon,lat,{name}") == []

    def test_nothing_is_said_of_a_column_whose_name_is_taken(self):
        assert self.notes("id,lon,lat,skills,skill", "id,lon,lat") == []


CELLS = {"id": "a", "lon": "-134.5", "lat": "58.3"}
