"""What each word and each number means: the one source of the page and of the reference.

`python -m geomatch.site.pages.home.glossary` prints `docs/reference/glossary.md`; a test holds the
two to each other. A number that is not here is on no page.
"""

from __future__ import annotations

from typing import NamedTuple

from geomatch.core.translation import gettext
from geomatch.core.translation import gettext_noop as _


class Term(NamedTuple):
    """A word, or a number by its label, and its one definition."""

    name: str
    meaning: str


class Section(NamedTuple):
    """Terms that belong together."""

    title: str
    terms: tuple[Term, ...]


TITLE = _("What the numbers mean")
LEAD = _(
    "Each word and each number has one meaning: the same on every page, list, map and in the "
    "terminal."
)
SECTIONS = (
    Section(
        _("Who is counted"),
        (
            Term(
                _("hidden home"),
                _(
                    "A home whose address must not be known. It is in no number, on no map and on "
                    "no paper, and neither is what its people ask for or offer. A steward is told "
                    "of hidden homes apart (“and 2 hidden homes”); the numbers beside are the same"
                    " for everybody."
                ),
            ),
            Term(
                _("quiet home"),
                _(
                    "A home that nothing is sent to or printed for, after a death for instance. It"
                    " is counted as a home and stays in its pod; on paper it is neither a row nor "
                    "counted, and what its people ask for is on no map."
                ),
            ),
            Term(
                _("please skip"),
                _(
                    "A home that wants no contact. It is counted everywhere; lists print “please "
                    "skip” in its row."
                ),
            ),
        ),
    ),
    Section(
        _("Homes and people"),
        (
            Term(
                _("home"),
                _(
                    "Whoever lives behind one door. A building has as many homes as it has such "
                    "doors. Homes of the network are those that may be in a pod: a volunteer’s "
                    "home that no neighbour’s row names is not among them."
                ),
            ),
            Term(
                _("volunteer’s home"),
                _(
                    "A home known only because a volunteer lives there. It is in no pod, and "
                    "counted by this name only."
                ),
            ),
            Term(
                _("people"),
                _(
                    "How many live in the homes that are counted, as each home’s row says; a home "
                    "whose row says nothing counts one."
                ),
            ),
            Term(
                _("neighbours"), _("The people of the network’s homes: the same number as people.")
            ),
            Term(
                _("on the map"),
                _(
                    "Homes whose point is their own: placed by hand, found at the house, or "
                    "between two known house numbers. A street’s or a town’s point does not count."
                ),
            ),
            Term(
                _("needs you, needs a look"),
                _(
                    "Addresses, of volunteers’ homes too, that were looked up and whose point is "
                    "only the street’s or the town’s, or was not found, or is unsure, or lies "
                    "outside the network."
                ),
            ),
            Term(
                _("addresses to place"),
                _("Homes that nobody has looked up yet: “Place 38 addresses”."),
            ),
        ),
    ),
    Section(
        _("Pods"),
        (
            Term(
                _("plan"),
                _("One way to make pods: a draft, the published one, or an archived one."),
            ),
            Term(_("pod"), _("Neighbours near each other who look after each other, of one plan.")),
            Term(_("point person"), _("Who looks after a pod; at most one for each.")),
            Term(
                _("homes of a plan"),
                _(
                    "The homes there were when the plan was drawn: those in a pod and those in "
                    "none."
                ),
            ),
            Term(_("in a pod"), _("Homes that a plan puts in one of its pods.")),
            Term(_("in no pod"), _("Homes that a plan puts in none; each has its reason.")),
            Term(
                _("smallest pod, largest pod"),
                _(
                    "Their homes. Where a pod would show fewer than the plan allows, since hidden "
                    "homes are not counted, the smallest size that the plan allows is said."
                ),
            ),
            Term(
                _("from a home to its pod’s middle"),
                _(
                    "The mean over the homes in a pod. The middle is the point person’s home, else"
                    " the home with the shortest ways to the others."
                ),
            ),
            Term(
                _("would change pod"),
                _(
                    "Homes in another pod than in the plan before; a newcomer had none, and is not"
                    " among them."
                ),
            ),
        ),
    ),
    Section(
        _("Requests and volunteers"),
        (
            Term(
                _("volunteer"), _("Somebody who offers help, with or without a home known to us.")
            ),
            Term(_("request"), _("What one person asks for; somebody may have several.")),
            Term(
                _("open request"),
                _("A request that nobody has said yes to, and that still stands."),
            ),
            Term(_("urgent"), _("Open requests marked as urgent.")),
            Term(
                _("have somebody"),
                _("Open requests with a volunteer suggested, offered or asked."),
            ),
            Term(
                _("without anybody, nobody yet"),
                _(
                    "Open requests with no volunteer suggested, offered or asked. With those that "
                    "have somebody they make up the open requests."
                ),
            ),
            Term(_("suggestion"), _("A volunteer found for an open request; nobody was told.")),
            Term(
                _("offer"),
                _("A suggestion that somebody decided to make: first to tell, then asked."),
            ),
            Term(_("to tell"), _("Offers that the volunteer does not know of yet.")),
            Term(_("asked"), _("Offers that the volunteer was told of and has not answered.")),
            Term(_("agreed, matched"), _("Offers that the volunteer said yes to, not yet done.")),
        ),
    ),
    Section(
        _("Paper and spreadsheets"),
        (
            Term(
                _("homes and people to print"),
                _("The rows of a printed list: the pod’s homes without quiet ones."),
            ),
            Term(
                _("row"),
                _(
                    "A line of a spreadsheet; it can be a home, a volunteer or a request. Rows are"
                    " never counted as homes. Whoever brings a spreadsheet is told of all its "
                    "rows; others are not told of those of hidden homes, but for stewards."
                ),
            ),
        ),
    ),
)


def in_words() -> dict[str, object]:
    """Return all of it in the reader's language, as the page takes it."""
    sections = [
        Section(
            gettext(section.title),
            tuple(Term(gettext(term.name), gettext(term.meaning)) for term in section.terms),
        )
        for section in SECTIONS
    ]
    return {"title": gettext(TITLE), "lead": gettext(LEAD), "sections": sections}


def as_markdown() -> str:
    """Return the reference page, in English."""
    lines = [f"# {TITLE}", "", LEAD, ""]
    for section in SECTIONS:
        lines += [f"## {section.title}", "", "| word or number | meaning |", "|---|---|"]
        lines += [f"| **{term.name}** | {term.meaning} |" for term in section.terms]
        lines.append("")
    lines.append(
        "Counted in `geomatch/network/selectors/numbers.py`, `pods/selectors.py` (`plan_numbers`) "
        "and\n`geomatch/matching/selectors.py` (`request_numbers`), and nowhere else. Written by "
        "`python -m geomatch.site.pages.home.glossary`.\n"
    )
    return "\n".join(lines)


if __name__ == "__main__":
    print(as_markdown(), end="")
