"""The sheets look as they did when a person last looked at them.

Compared coarsely (a grey thumbnail), so that a new release of typst may shift a hair. After a
change that is meant: `GEOMATCH_RENEW_GOLDEN=1 pytest tests/maps/streetlists/test_golden.py`, then
look at every picture in `golden/` before committing it.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from PIL import Image

from maps.streetlists import render_pdf

from .samples import apartments, corner, harbor_street, options, pod, replace

GOLDEN = Path(__file__).parent / "golden"
ALLOWED = 4.0
"""Mean difference of grey levels (0-255) that a golden picture may have."""


def sheet(name: str) -> np.ndarray:
    doors = harbor_street(12)
    doors[2] = replace(doors[2], do_not_contact=True)
    doors[5] = replace(doors[5], point_person=True)
    choices = {
        "walk": (doors, options()),
        "odd-even": (doors, options(order="odd-even")),
        "large-spanish": (doors, options(large_print=True, language="es", details="contact")),
        "building-tagalog": ([*doors[:3], *apartments(30)], options(language="tl")),
    }
    chosen, how = choices[name]
    page = pypdfium2.PdfDocument(render_pdf(pod(chosen), how, corner()))[0]
    picture = page.render(scale=1.5, grayscale=True).to_pil()
    return np.asarray(picture.reduce(3), dtype=np.int16)


NAMES = ["walk", "odd-even", "large-spanish", "building-tagalog"]


@pytest.mark.parametrize("name", NAMES)
def test_sheet_looks_as_it_did(name):
    path = GOLDEN / f"{name}.png"
    drawn = sheet(name)
    if os.environ.get("GEOMATCH_RENEW_GOLDEN"):
        Image.fromarray(drawn.astype(np.uint8)).save(path, optimize=True)
    golden = np.asarray(Image.open(path), dtype=np.int16)
    assert drawn.shape == golden.shape
    assert np.abs(drawn - golden).mean() < ALLOWED


def test_the_comparison_tells_sheets_apart():
    golden = np.asarray(Image.open(GOLDEN / "walk.png"), dtype=np.int16)
    assert np.abs(sheet("odd-even") - golden).mean() > 1.5 * ALLOWED


def test_a_sheet_is_mostly_paper():
    for name in NAMES:
        assert (255 - sheet(name)).mean() / 255 < 0.12  # toner
