"""`geomatch streetlists`, as somebody types it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command

from .samples import text

HOUSEHOLDS = """id,name,number,street,unit,city,lon,lat,phone,languages,hidden,quiet,do_not_contact
N1,Ana Ruiz,101,Harbor Street,,Port Halyard,-137.4000,57.3000,907-555-0101,es,,,
N2,Bo Lund,102,Harbor Street,,Port Halyard,-137.3995,57.3002,907-555-0102,,,,
N3,Cy Secret,103,Harbor Street,,Port Halyard,-137.3990,57.3000,,,yes,,
N4,Di Quiet,104,Harbor Street,,Port Halyard,-137.3985,57.3002,,,,yes,
N5,Ed No,105,Harbor Street,,Port Halyard,-137.3980,57.3000,907-555-0105,,,,yes
N6,Fay Odd,7,Alder Way,,Port Halyard,,,,,,,
"""
PODS = "id,pod,reason\nN1,1,\nN2,1,\nN3,1,\nN4,1,\nN5,1,\nN6,,no place is known\n"
STREETS = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"name": "Harbor Street"},
            "geometry": {
                "type": "LineString",
                "coordinates": [[-137.401, 57.3001], [-137.397, 57.3001]],
            },
        }
    ],
}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "households.csv").write_text(HOUSEHOLDS, encoding="utf-8")
    (tmp_path / "pods.csv").write_text(PODS, encoding="utf-8")
    (tmp_path / "streets.geojson").write_text(json.dumps(STREETS), encoding="utf-8")
    return tmp_path


def run(folder, *extra):
    files = [folder / "households.csv", "--pods", folder / "pods.csv", "--out", folder / "lists"]
    call_command("streetlists", *map(str, [*files, *extra]))


def test_prints_lists_and_a_report(folder, capsys):
    run(folder, "--date", "2026-10-14", "--report", folder / "report.json")
    printed = text((folder / "lists/pod-1.pdf").read_bytes())
    assert "101 Harbor Street Ana Ruiz" in printed
    assert "105 Harbor Street Please skip" in printed
    for absent in ("Secret", "103", "Quiet", "104 ", "Ed No", "907-555"):
        assert absent not in printed
    assert "3 homes" in printed
    assert "Printed October 14, 2026" in printed
    report = json.loads((folder / "report.json").read_text())
    assert {k: report[k] for k in ("pods", "doors", "files", "without_pod")} == {
        "pods": 1,
        "doors": 3,
        "files": 2,
        "without_pod": 1,
    }
    said = capsys.readouterr().err
    assert "1 street list with 3 homes" in said
    assert "1 home in no pod" in said


def test_all_options_reach_the_paper(folder):
    run(
        folder,
        *("--order", "odd-even", "--large-print", "--language", "es", "--details", "contact"),
        *("--streets", folder / "streets.geojson", "--date", "2026-10-14", "--paper", "a4"),
        *("--destroy-after", "7", "--network", "Vecinos"),
    )
    printed = text((folder / "lists/pod-1.pdf").read_bytes())
    for words in (
        "Harbor Street, números impares",
        "Tel. 907-555-0101",
        "Habla español",
        "Destruir a más tardar el 21 de octubre de 2026",
        "Vecinos · Port Halyard",
    ):
        assert words in printed


def test_the_same_run_gives_the_same_bytes(folder):
    run(folder, "--date", "2026-10-14", "--streets", folder / "streets.geojson")
    first = (folder / "lists/all-pods.pdf").read_bytes()
    run(folder, "--date", "2026-10-14", "--streets", folder / "streets.geojson")
    assert (folder / "lists/all-pods.pdf").read_bytes() == first


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("households.csv", "id,name\nN1,Ana\n", "number"),
        ("households.csv", HOUSEHOLDS.replace("57.3000", "157.3", 1), "row 2"),
        ("pods.csv", "id\nN1\n", "pod"),
        ("pods.csv", "id,pod\nX9,1\n", "same homes"),
        ("pods.csv", "id,pod\nN3,1\nN4,1\n", "no home to print"),
    ],
)
def test_refusals_name_the_file_and_leave_nothing(folder, file, content, said):
    (folder / file).write_text(content, encoding="utf-8")
    with pytest.raises(CommandError, match=said):
        run(folder, "--date", "2026-10-14")
    assert not (folder / "lists").exists()


def test_a_wrong_date_is_wrong_usage(folder):
    with pytest.raises(CommandError, match="2026-10-14"):
        run(folder, "--date", "14.10.2026")


def test_help_does_not_load_typst():
    code = (
        "import sys; from django.core.management import call_command; import geomatch.settings;"
        "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'geomatch.settings';"
        "import django; django.setup()\n"
        "try: call_command('streetlists', '--help')\n"
        "except SystemExit: pass\n"
        "assert 'typst' not in sys.modules\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert "geomatch streetlists households.csv --pods pods.csv" in ran.stdout
