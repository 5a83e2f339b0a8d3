"""Any text can be printed, and is printed as it is where we have the letters."""

from __future__ import annotations

import io
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maps.streetlists import Door, StreetList, letters, render, render_pdf
from maps.streetlists.letters import FAMILIES, REPLACEMENT, printable, text_width_em

from .samples import at, options, text

anything = st.text(max_size=30)


@pytest.mark.parametrize(
    "name",
    [
        "Ana María Ñúñez",
        "X̱áa Ḵwáan",
        "김한",
        "陳大文",
        "あべ",
        "שלום כהן",
        "محمد الأحمد",
        "Жанна Щукина",
        "Nguyễn Thị Ằ",
        "हिन्दी",
        "ไทยแท้",
        "Kim 😀",
        "#let $x$ *b* _i_ @ref <lab> \\ ]",
    ],
)
def test_names_we_have_letters_for_stay_as_they_are(name):
    assert printable(name) == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize(
    ("given_", "printed"),
    [
        ("\u202egnihton\u202c", "gnihton"),  # right-to-left override
        ("a\u0000b\u0007", "ab"),
        ("two\n\tlines", "two lines"),
        ("soft\u00adhyphen", "softhyphen"),
        ("\ue000", ""),  # private use
        ("\ud800x", "x"),  # half a surrogate pair
        ("ក", REPLACEMENT),  # Khmer: no font here
        ("ª\u0301", "ª\u0301"),
        ("\u0301", ""),
        ("a\u0658", "a"),  # an Arabic mark on a Latin letter
        ("❤\ufe0f", "❤"),
    ],
)
def test_what_cannot_be_printed(given_, printed):
    assert printable(given_) == printed


def test_long_text_is_cut_and_long_words_may_break():
    assert len(printable("name " * 100)) <= letters.LONGEST
    assert printable("name " * 100).endswith("…")
    assert max(len(part) for part in printable("W" * 90).split("\u200b")) <= letters.BREAK_AFTER
    assert "\u200b" not in printable("Wolfeschlegelstein")


@settings(max_examples=200, deadline=None)
@given(anything)
def test_printable_is_covered_single_lined_and_stable(raw):
    printed = printable(raw)
    for character in printed:
        assert unicodedata.category(character) not in {"Cc", "Cs", "Co", "Cn"}
        shown = character in "\u200b\u200c\u200d" or any(
            ord(character) in letters._typeface(family).glyphs for family in FAMILIES
        )
        assert shown
    assert printable(printed) == printed
    assert printed == printed.strip()


@settings(max_examples=40, deadline=None)
@given(st.lists(anything, min_size=4, max_size=4), st.sampled_from(["en", "es", "tl"]))
def test_no_text_stops_a_list(texts, language):
    name, street, unit, directions = texts
    door = Door(name, "1", street, unit, name, directions=directions, phone=unit, **at(0, 0))
    pdf = render_pdf(
        StreetList(street, [door], point_person=name, network=name),
        options(language=language, details="contact"),
    )
    assert pdf.startswith(b"%PDF-")


def test_a_letter_that_fails_all_the_same_leaves_a_hole_and_not_no_list():
    # Khmer has no font here, and is smuggled past `printable`.
    data = render.document_data([], options(), contents=True) | {"network": "ក្រុម and Ana"}
    printed = text(render.render_data(data, options()))
    assert "and Ana" in printed
    assert REPLACEMENT in printed


def test_widths_are_those_of_the_font():
    assert text_width_em("0") == pytest.approx(0.648)  # AtkinsonHyperlegible-Regular, hmtx
    assert text_width_em("ab") == pytest.approx(text_width_em("a") + text_width_em("b"))
    assert text_width_em("陳") > 0.9
    assert text_width_em("x\u0331") == text_width_em("x")


def test_our_fonts_are_those_in_the_pdf():
    import pypdf

    door = Door("Ana 陳 ḵ", "1", "Harbor Street", **at(0, 0))
    reader = pypdf.PdfReader(io.BytesIO(render_pdf(StreetList("1", [door]), options())))
    fonts = {
        str(font.get_object()["/BaseFont"]).split("+")[1]
        for font in reader.pages[0]["/Resources"]["/Font"].values()
    }
    assert {"AtkinsonHyperlegible-Regular", "AtkinsonHyperlegible-Bold"} <= fonts
    assert any("Droid" in font for font in fonts)
    assert any("NotoSans" in font for font in fonts)
