"""Street lists from a site that is really served: at the first click, at once, and repeatedly."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import product
from pathlib import Path

import pytest

from geomatch.site.ops.demo import PASSWORD
from tests.maps.streetlists.samples import text
from tests.reliability.served import Site, Visitor

LISTS = "/port-halyard/lists/"
ALL = f"{LISTS}all.pdf"
OPTIONS = {"order": "walk", "details": "minimum", "language": "en"}
on_linux = pytest.mark.skipif(not Path("/proc").is_dir(), reason="reads /proc")


def printed(visitor: Visitor, path: str, **options: str) -> bytes:
    status, pdf = visitor.get(path, **OPTIONS | options)
    assert status == 200
    assert pdf.startswith(b"%PDF-")
    return pdf


def buttons(visitor: Visitor) -> list[str]:
    """Where the button beside each pod sends the form."""
    status, page = visitor.get(LISTS)
    assert status == 200
    return re.findall(r'formaction="([^"]+)"', page.decode())


@pytest.fixture
def organizer(demo_site) -> Visitor:
    return demo_site.visitor("organizer", PASSWORD)


def test_the_first_click_prints(demo_site: Site, organizer: Visitor):
    """In the state that making the town left behind, as its point person and as organizer."""
    point_person = demo_site.visitor("pointperson", PASSWORD)
    own, *others = buttons(point_person)
    assert not others
    number = re.search(r"(\d+)\.pdf", own)[1]
    assert f"Pod {number}" in text(printed(point_person, own))
    assert len(buttons(organizer)) > 50
    assert printed(organizer, own) == printed(point_person, own)
    assert f"Pod {number}" in text(printed(organizer, ALL))


@on_linux
def test_the_server_never_meets_typst(demo_site: Site, organizer: Visitor):
    """It leaves threads and memory behind, and the server forks."""
    printed(organizer, ALL)
    for process in (Path(f"/proc/{demo_site.server.pid}"), demo_site.web_process()):
        assert "typst" not in (process / "maps").read_text()


def test_sixteen_people_print_at_once(organizer: Visitor):
    """Small lists beside everything: each of them gets what one alone gets."""
    wanted = [*buttons(organizer)[:12], *[ALL] * 4]
    alone = {path: printed(organizer, path) for path in set(wanted)}
    with ThreadPoolExecutor(len(wanted)) as people:
        at_once = list(people.map(partial(printed, organizer), wanted))
    wrong = [path for path, pdf in zip(wanted, at_once, strict=True) if pdf != alone[path]]
    assert not wrong
    assert len(set(at_once)) == 13


@on_linux
def test_memory_does_not_grow_with_each_print(demo_site: Site, organizer: Visitor):
    """Each print says something else: what typst has set before costs it nothing."""
    printed(organizer, ALL)
    before = demo_site.web_memory_mb()
    for language, order in product(("es", "tl"), ("street", "odd-even")):
        printed(organizer, ALL, language=language, order=order)
    assert demo_site.web_memory_mb() - before < 200
