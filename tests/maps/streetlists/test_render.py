"""The PDF itself: what can be read from it, how it is tagged, and that it never changes."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys

import pypdf
import pytest

from geomatch.core.errors import ParameterError
from maps.streetlists import render_pdf

from .samples import (
    apartments,
    at,
    corner,
    harbor_street,
    options,
    pages,
    pod,
    replace,
    text,
)

HOSTILE = [
    "Ana #let $x$ *b* _i_ @ref",
    "<lab> \\ ] [ }",
    '#panic("x")',
    "`raw` // c /* */",
    "$ integral $ = Head",
    "- item + 1. ~ ---",
    '"; sys.inputs',
    "{page} {pages} {}",
    "=HYPERLINK(1)",
]
HEALTH = ("immuno", "exposed", "diagnos", "oxygen", "health", "frail", "risk")


def rows_found(doors, **values) -> list[int]:
    """Where each door's name stands in the text of the list, page headers and map left out."""
    printed = text(render_pdf(pod(doors), options(**values)))
    return [printed.index(f" {door.name} ") for door in doors]


def test_every_name_and_address_is_there_once():
    doors = harbor_street(30)
    printed = text(render_pdf(pod(doors), options(), corner()))
    for door in doors:
        assert printed.count(f"{door.number} Harbor Street {door.name} ") == 1


def test_rows_come_in_the_order_asked_for():
    doors = harbor_street(9)
    found = rows_found(doors, order="street")
    assert found == sorted(found)
    sides = rows_found(doors, order="odd-even")
    expected = sorted(range(9), key=lambda i: (i % 2, i if i % 2 == 0 else -i))
    assert sorted(range(9), key=sides.__getitem__) == expected


def test_hostile_text_prints_as_it_is():
    doors = [replace(d, name=n) for d, n in zip(harbor_street(9), HOSTILE, strict=True)]
    street_list = pod(
        doors, pod="#pod $1$ *x*", network="@net <a>", version="#1", point_person="[p]"
    )
    printed = text(render_pdf(street_list, options(), corner()))
    for words in [*HOSTILE, "#pod $1$ *x*", "@net <a>", "List #1", "[p]"]:
        assert words in printed


def test_hostile_addresses_and_contacts_print_as_they_are():
    doors = [
        replace(d, street=f"{n} St", unit=f"#{i}", phone=n, languages=(n,), city=n)
        for i, (d, n) in enumerate(zip(harbor_street(9), HOSTILE, strict=True))
    ]
    printed = text(render_pdf(pod(doors), options(details="contact", order="street"), corner()))
    for words in HOSTILE:
        assert f"Phone {words}" in printed
        assert f"Speaks {words}" in printed
        assert f"{words} St" in printed


@pytest.mark.parametrize("mark", ["hidden", "quiet"])
@pytest.mark.parametrize("order", ["walk", "odd-even", "street"])
def test_a_door_that_must_not_print_leaves_no_trace(mark, order):
    doors = harbor_street(8)
    secret = replace(
        doors[3],
        name="Secret Name",
        number="999",
        phone="907-555-0999",
        **at(400, 300),
        **{mark: True},
    )
    with_it = render_pdf(pod([*doors, secret]), options(order=order, details="contact"), corner())
    without = render_pdf(pod(doors), options(order=order, details="contact"), corner())
    assert with_it == without  # no row, no dot, no count, no frame, no way round, no version


def test_somebody_who_said_no_is_skipped_politely():
    doors = harbor_street(4)
    doors[1] = replace(doors[1], do_not_contact=True, name="Private Person")
    for details in ("minimum", "contact"):
        printed = text(render_pdf(pod(doors), options(details=details)))
        assert "102 Harbor Street Please skip" in printed
        assert "Private" not in printed
        assert "907-555-0101" not in printed
    assert "Por favor, omitir" in text(render_pdf(pod(doors), options(language="es")))
    assert "Pakilaktawan po" in text(render_pdf(pod(doors), options(language="tl")))


def test_counts_footer_and_dates():
    printed = pages(render_pdf(pod(harbor_street(30)), options(destroy_after_days=14)))
    assert "30 homes · 60 people" in printed[0]
    for number, page in enumerate(printed, start=1):
        assert f"Page {number} of {len(printed)}" in page
        assert "Printed October 14, 2026" in page
        assert "Destroy by October 28, 2026" in page
        assert f"List {pod(harbor_street(30)).fingerprint}" in page


def test_the_head_of_the_table_repeats_on_every_page():
    printed = pages(render_pdf(pod(harbor_street(40)), options()))
    assert len(printed) == 3
    for page in printed:
        assert "No. Home Reached Not home Needs help Moved Do not contact Notes" in page
    assert "continued" not in printed[0]
    assert all("Pod 7 · 40 homes · 79 people continued" in page for page in printed[1:])


def test_a_building_is_named_on_every_page_of_its_doors():
    printed = pages(render_pdf(pod(apartments(80)), options(), corner()))
    assert len(printed) == 5
    for page in printed:
        assert "240 Alder Way · 80 homes" in page
    whole = " ".join(printed)
    found = [
        whole.index(f"Unit {floor}{letter} ") for floor in range(1, 11) for letter in "ABCDEFGH"
    ]
    assert found == sorted(found)


def test_no_heading_stands_alone_at_the_foot_of_a_page():
    for count in range(4, 16):
        doors = harbor_street(count) + apartments(6)
        for page in pages(render_pdf(pod(doors), options(order="street"))):
            body = page.split(" List ")[0]
            assert not body.endswith(("6 homes", "Harbor Street", "Notes"))


def test_spanish_and_tagalog_have_no_english_left():
    english = ("Home", "Reached", "Notes", "Point", "Printed", "Destroy", "Page", "walk", "List ")
    doors = [*harbor_street(14), *apartments(4), replace(harbor_street(1)[0], lon=None, lat=None)]
    for language in ("es", "tl"):
        for large in (False, True):
            choice = options(language=language, large_print=large, details="contact")
            printed = text(render_pdf(pod(doors), choice, corner())).replace("Listahan", "")
            assert [word for word in english if word in printed] == []


def test_large_print_is_eighteen_point_and_the_rest_eleven():
    for large, least in ((True, 18.0), (False, 11.0)):
        sizes: set[float] = set()

        def note(text_, cm, tm, font, size, sizes=sizes):
            if text_.strip():
                scale = abs(cm[0] * tm[0] + cm[1] * tm[2]) + abs(cm[0] * tm[1] + cm[1] * tm[3])
                if scale:
                    sizes.add(round(size * scale, 1))

        reader = pypdf.PdfReader(
            io.BytesIO(render_pdf(pod(harbor_street(6)), options(large_print=large)))
        )
        for page in reader.pages:
            page.extract_text(visitor_text=note)
        assert sizes
        assert min(sizes) >= least - 0.1


def test_health_can_not_be_said():
    # A door has no place for it; this guards the words of the paper itself.
    for language in ("en", "es", "tl"):
        choice = options(language=language, details="contact", large_print=True)
        printed = text(render_pdf(pod(), choice, corner())).casefold()
        assert [word for word in HEALTH if word in printed] == []


def test_the_file_says_it_is_accessible_and_in_which_language():
    for language in ("en", "es", "tl"):
        reader = pypdf.PdfReader(
            io.BytesIO(render_pdf(pod(), options(language=language), corner()))
        )
        root = reader.trailer["/Root"]
        assert root["/MarkInfo"]["/Marked"].value is True
        assert root["/Lang"] == language
        assert root["/ViewerPreferences"]["/DisplayDocTitle"].value is True
        assert b"<pdfuaid:part>1<" in root["/Metadata"].get_object().get_data()
        assert reader.metadata.title.startswith(("Pod 7", "Grupo 7", "Pangkat 7"))


def structure(reader) -> list[tuple[str, str]]:
    """Kinds and alternative texts of the structure tree, in reading order."""
    found = []

    def walk(node):
        node = node.get_object()
        if isinstance(node, list):
            for child in node:
                walk(child)
        elif isinstance(node, dict):
            if "/S" in node:
                found.append((str(node["/S"]), str(node.get("/Alt", ""))))
            if "/K" in node:
                walk(node["/K"])

    walk(reader.trailer["/Root"]["/StructTreeRoot"]["/K"])
    return found


def test_the_map_is_described_and_the_list_is_a_table():
    reader = pypdf.PdfReader(io.BytesIO(render_pdf(pod(harbor_street(5)), options(), corner())))
    found = structure(reader)
    kinds = [kind for kind, _ in found]
    (alt,) = [alt for kind, alt in found if kind == "/Figure" and "Map" in alt]
    assert alt == ("Map of Pod 7, north up. 5 homes, numbered as in the list, on Harbor Street.")
    assert kinds.count("/Table") >= 1
    assert kinds.count("/TH") >= 8
    assert kinds.index("/H1") < kinds.index("/Figure") < kinds.index("/TH")


def test_equal_arguments_give_equal_bytes_in_any_process():
    code = (
        "import hashlib, sys; sys.path.insert(0, '.');"
        "from tests.maps.streetlists.samples import *;"
        "from maps.streetlists import render_pdf;"
        "print(hashlib.sha256(render_pdf(pod(apartments(9)+harbor_street(9)), options(), corner()))"
        ".hexdigest())"
    )
    here = render_pdf(pod(apartments(9) + harbor_street(9)), options(), corner())
    there = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.strip()
    assert hashlib.sha256(here).hexdigest() == there
    shuffled = pod((apartments(9) + harbor_street(9))[::-1])
    assert render_pdf(shuffled, options(), corner()) == here


def test_many_pods_in_one_file_never_share_a_sheet_of_paper():
    lists = [pod(harbor_street(n), pod=str(n)) for n in (3, 20, 5)]
    printed = pages(render_pdf(lists, options(), contents=True))
    first = {
        n: next(i for i, page in enumerate(printed) if f"Pod {n} " in page and "Page 1 of" in page)
        for n in (3, 20, 5)
    }
    assert all(index % 2 == 0 for index in first.values())  # front sides
    assert "Page 1 of 1" in printed[first[3]]
    assert "Page 2 of 2" in printed[first[20] + 1]
    assert printed[1] == ""
    for n in (3, 20, 5):
        assert (
            f"Pod {n} {n} homes · {pod(harbor_street(n)).people} people {first[n] + 1}"
            in printed[0]
        )


def test_a_pod_where_nobody_may_be_printed_is_refused():
    nobody = pod([replace(door, hidden=True) for door in harbor_street(3)])
    for lists in (nobody, [nobody], []):
        with pytest.raises(ParameterError, match="without a home"):
            render_pdf(lists, options())


@pytest.mark.parametrize("paper", ["letter", "a4"])
def test_the_paper_is_the_paper_asked_for(paper):
    reader = pypdf.PdfReader(io.BytesIO(render_pdf(pod(), options(paper=paper), corner())))
    width, height = reader.pages[0].mediabox.width, reader.pages[0].mediabox.height
    expected = {"letter": (612.0, 792.0), "a4": (595.28, 841.89)}[paper]
    assert (float(width), float(height)) == pytest.approx(expected, abs=0.1)


@pytest.mark.parametrize(("paper", "doors"), [("letter", 9), ("a4", 11)])
def test_a_small_pod_fits_one_page(paper, doors):
    tall = [replace(door, **at(0, 25.0 * i)) for i, door in enumerate(harbor_street(doors))]
    for language in ("en", "es", "tl"):
        choice = options(paper=paper, language=language)
        assert len(pages(render_pdf(pod(tall), choice, corner()))) == 1
