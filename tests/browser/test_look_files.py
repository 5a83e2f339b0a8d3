"""The look's files, without a browser: contrast, colours told apart, rules of templates."""

from __future__ import annotations

import itertools
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from django.template.loader import render_to_string

SITE = Path(__file__).resolve().parents[2] / "geomatch" / "site"
MAPS = Path(__file__).resolve().parents[2] / "maps" / "static" / "maps"
STYLES = [MAPS / "tokens.css", *sorted((SITE / "static" / "site").glob("*.css"))]
TEMPLATES = sorted((SITE / "templates").rglob("*.html"))
TOKENS = (MAPS / "tokens.css").read_text("utf-8")
PAIR = re.compile(r"^\s*(--[\w-]+):\s*(?:light-dark\()?(#\w{6,8})(?:, (#\w{6,8})\))?;", re.M)
COLOURS = {name: {"light": day, "dark": night or day} for name, day, night in PAIR.findall(TOKENS)}

AAA, AA, EDGE = 7.0, 4.5, 3.0
GROUNDS = ("--paper", "--surface", "--sunken")
USED_TOGETHER = [
    *[("--ink", ground, AAA) for ground in (*GROUNDS, "--accent-soft")],
    *[("--ink", ground, AAA) for ground in ("--amber-soft", "--red-soft")],
    *[("--ink-soft", ground, AAA) for ground in GROUNDS],
    *[("--accent-text", ground, AAA) for ground in (*GROUNDS, "--accent-soft")],
    *[("--accent", ground, EDGE) for ground in GROUNDS],
    *[("--amber-text", ground, AAA) for ground in ("--paper", "--surface", "--amber-soft")],
    *[("--red-text", ground, AAA) for ground in ("--paper", "--surface", "--red-soft")],
    *[("--edge", ground, EDGE) for ground in GROUNDS],
    *[("--focus", ground, EDGE) for ground in GROUNDS],
    ("--accent-ink", "--accent", AAA),
    ("--accent-ink", "--accent-strong", AAA),
    ("--red-ink", "--red", AA),
    ("--ink-soft", "--accent-soft", AA),
    ("--label", "--land", AA),
    ("--label", "--halo", AAA),
    ("--barrier", "--land", EDGE),
    ("--barrier", "--water", EDGE),
    ("--pod-line", "--land", EDGE),
    *[(f"--pod-{n}-ink", f"--pod-{n}", AA) for n in range(1, 9)],
]  # fmt: skip


def linear(colour: str) -> np.ndarray:
    """sRGB hexadecimal to linear light, (3,) in 0-1."""
    value = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """WCAG 2.2 contrast ratio."""
    light = sorted(float(linear(c) @ [0.2126, 0.7152, 0.0722]) for c in (one, other))
    return (light[1] + 0.05) / (light[0] + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("front", "ground", "least"), USED_TOGETHER)
def test_contrast(front, ground, least, scheme):
    assert contrast(COLOURS[front][scheme], COLOURS[ground][scheme]) >= least


# Machado, Oliveira and Fernandes (2009), severity 1; rows of matrices on linear RGB.
VISION = {
    "usual": np.eye(3),
    "no red cones": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                              [-0.003882, -0.048116, 1.051998]]),
    "no green cones": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                                [-0.011820, 0.042940, 0.968881]]),
    "no blue cones": np.array([[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
                               [0.004733, 0.691367, 0.303900]]),
}  # fmt: skip


def oklab(light: np.ndarray) -> np.ndarray:
    """Linear RGB to Oklab (Ottosson 2020), where distance is difference as it is seen."""
    cones = np.array([[0.4122214708, 0.5363325363, 0.0514459929],
                      [0.2119034982, 0.6806995451, 0.1073969566],
                      [0.0883024619, 0.2817188376, 0.6299787005]])  # fmt: skip
    axes = np.array([[0.2104542553, 0.7936177850, -0.0040720468],
                     [1.9779984951, -2.4285922050, 0.4505937099],
                     [0.0259040371, 0.7827717662, -0.8086757660]])  # fmt: skip
    return axes @ np.cbrt(cones @ np.clip(light, 0, 1))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("vision", VISION)
def test_pods_are_told_apart_by_every_eye(vision, scheme):
    seen = [oklab(VISION[vision] @ linear(COLOURS[f"--pod-{n}"][scheme])) for n in range(1, 9)]
    nearest = min(np.linalg.norm(a - b) for a, b in itertools.combinations(seen, 2))
    # Neighbouring greys at 0.02 are just told apart; three times that is plain to see.
    assert nearest > 0.06


def test_every_colour_is_registered_with_its_light_value():
    registered = dict(re.findall(r"@property (--[\w-]+) \{[^}]*initial-value: (#\w+)", TOKENS))
    assert registered == {name: pair["light"] for name, pair in COLOURS.items()}


@pytest.mark.parametrize("style", STYLES, ids=lambda path: path.name)
def test_styles_use_only_tokens_that_exist_and_no_other_host(style):
    text = re.sub(r"/\*.*?\*/", "", style.read_text("utf-8"), flags=re.S)
    known = set(re.findall(r"(--[\w-]+)\s*:", TOKENS)) | set(re.findall(r"(--[\w-]+)\s*:", text))
    assert set(re.findall(r"var\((--[\w-]+)", text)) <= known
    assert not re.search(r"url\(\s*['\"]?(https?:)?//", text)
    if style.name not in ("tokens.css", "print.css", "forms.css"):  # paper is white, a QR code too
        assert not re.findall(r"#[0-9a-f]{3,8}\b", text), "a colour that is not a token"


# A handler of an event; words of a template's own tags ("one.current") are none.
REFUSED = re.compile(r"style|on[a-z]{3,}")


class _Rules(HTMLParser):
    """What the content security policy would refuse, and images that say nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.faults += [f"{tag} {name}" for name in given if REFUSED.fullmatch(name)]
        if tag == "script" and not given.get("src") and "nonce" not in given:
            self.faults.append("an inline script without a nonce")
        if tag == "style":
            self.faults.append("an inline style sheet")
        if tag == "img" and "alt" not in given:
            self.faults.append("an image without words")
        # Radio buttons and boxes stand inside their label.
        labelled = ("hidden", "radio", "checkbox")
        if tag == "input" and given.get("type") not in labelled and "id" not in given:
            self.faults.append(f"a field without a label: {given}")


@pytest.mark.parametrize(
    "path", TEMPLATES, ids=lambda path: str(path.relative_to(SITE / "templates"))
)
def test_templates_keep_the_rules(path):
    text = path.read_text("utf-8")
    text = re.sub(r"{% comment %}.*?{% endcomment %}|{#.*?#}", "", text, flags=re.S)
    assert "{#" not in text, "a comment over several lines is shown on the page"
    rules = _Rules()
    rules.feed(text)
    assert rules.faults == []
    for mark in re.findall(r"[^<\"'=!]!(?!=)", text):
        pytest.fail(f"an exclamation mark: {mark!r}")
    assert "safe" not in re.findall(r"\|(\w+)", text) or path.name in ("map.html", "field.html")


def test_icons_that_are_asked_for_exist():
    drawn = set(
        re.findall(r'<symbol id="([\w-]+)"', (SITE / "static/site/icons.svg").read_text("utf-8"))
    )
    asked = {
        name
        for path in TEMPLATES
        for name in re.findall(
            r'(?:icon\.html" with name=|icon=)"([\w-]+)"', path.read_text("utf-8")
        )
    }
    assert asked
    assert asked <= drawn


@pytest.mark.parametrize("code", ["400", "403", "403_csrf", "404", "429", "500"])
def test_error_pages_need_nothing(code):
    page = render_to_string(f"{code}.html")  # as Django does when all else has failed
    assert "<h1>" in page
    assert 'href="/' in page
