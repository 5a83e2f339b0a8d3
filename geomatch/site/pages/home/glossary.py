"""What each word and each number means: the one source of the page and of the reference.

`python -m geomatch.site.pages.home.glossary` prints `docs/reference/glossary.md`; a test holds the
two to each other. A number that is not here is on no page.
"""

from __future__ import annotations

from typing import NamedTuple


class Term(NamedTuple):
    """A word, or a number by its label, and its one definition."""

    name: str
    meaning: str


class Section(NamedTuple):
    """Terms that belong together."""

    title: str
    terms: tuple[Term, ...]


TITLE = "What the numbers mean"
LEAD = (
    "Each word and each number has one meaning: the same on every page, list, map and in the "
    "terminal."
)
SECTIONS = (
    Section(
        "Who is counted",
        (
            Term(
                "hidden home",
                "A home whose address must not be known. It is in no number, on no map and on no "
                "paper, and neither is what its people ask for or offer. A steward is told of "
                "hidden homes apart (“and 2 hidden homes”); the numbers beside are the same for "
                "everybody.",
            ),
            Term(
                "quiet home",
                "A home that nothing is sent to or printed for, after a death for instance. It "
                "is counted as a home and stays in its pod; on paper it is neither a row nor "
                "counted, and what its people ask for is on no map.",
            ),
            Term(
                "please skip",
                "A home that wants no contact. It is counted everywhere; lists print “please "
                "skip” in its row.",
            ),
        ),
    ),
    Section(
        "Homes and people",
        (
            Term(
                "home",
                "Whoever lives behind one door. A building has as many homes as it has such "
                "doors. Homes of the network are those that may be in a pod: a volunteer’s home "
                "that no neighbour’s row names is not among them.",
            ),
            Term(
                "volunteer’s home",
                "A home known only because a volunteer lives there. It is in no pod, and counted "
                "by this name only.",
            ),
            Term(
                "people",
                "How many live in the homes that are counted, as each home’s row says; a home "
                "whose row says nothing counts one.",
            ),
            Term("neighbours", "The people of the network’s homes: the same number as people."),
            Term(
                "on the map",
                "Homes whose point is their own: placed by hand, found at the house, or between "
                "two known house numbers. A street’s or a town’s point does not count.",
            ),
            Term(
                "needs you, needs a look",
                "Addresses, of volunteers’ homes too, that were looked up and whose point is only "
                "the street’s or the town’s, or was not found, or is unsure, or lies outside the "
                "network.",
            ),
            Term(
                "addresses to place",
                "Homes that nobody has looked up yet: “Place 38 addresses”.",
            ),
        ),
    ),
    Section(
        "Pods",
        (
            Term("plan", "One way to make pods: a draft, the published one, or an archived one."),
            Term("pod", "Neighbours near each other who look after each other, of one plan."),
            Term("point person", "Who looks after a pod; at most one for each."),
            Term(
                "homes of a plan",
                "The homes there were when the plan was drawn: those in a pod and those in none.",
            ),
            Term("in a pod", "Homes that a plan puts in one of its pods."),
            Term("in no pod", "Homes that a plan puts in none; each has its reason."),
            Term(
                "smallest pod, largest pod",
                "Their homes. Where a pod would show fewer than the plan allows, since hidden "
                "homes are not counted, the smallest size that the plan allows is said.",
            ),
            Term(
                "from a home to its pod’s middle",
                "The mean over the homes in a pod. The middle is the point person’s home, else "
                "the home with the shortest ways to the others.",
            ),
            Term(
                "would change pod",
                "Homes in another pod than in the plan before; a newcomer had none, and is not "
                "among them.",
            ),
        ),
    ),
    Section(
        "Requests and volunteers",
        (
            Term("volunteer", "Somebody who offers help, with or without a home known to us."),
            Term("request", "What one person asks for; somebody may have several."),
            Term("open request", "A request that nobody has said yes to, and that still stands."),
            Term("urgent", "Open requests marked as urgent."),
            Term(
                "have somebody",
                "Open requests with a volunteer suggested, offered or asked.",
            ),
            Term(
                "without anybody, nobody yet",
                "Open requests with no volunteer suggested, offered or asked. With those that "
                "have somebody they make up the open requests.",
            ),
            Term("suggestion", "A volunteer found for an open request; nobody was told."),
            Term(
                "offer",
                "A suggestion that somebody decided to make: first to tell, then asked.",
            ),
            Term("to tell", "Offers that the volunteer does not know of yet."),
            Term("asked", "Offers that the volunteer was told of and has not answered."),
            Term("agreed, matched", "Offers that the volunteer said yes to, not yet done."),
        ),
    ),
    Section(
        "Paper and spreadsheets",
        (
            Term(
                "homes and people to print",
                "The rows of a printed list: the pod’s homes without quiet ones.",
            ),
            Term(
                "row",
                "A line of a spreadsheet; it can be a home, a volunteer or a request. Rows are "
                "never counted as homes. Whoever brings a spreadsheet is told of all its rows; "
                "others are not told of those of hidden homes, but for stewards.",
            ),
        ),
    ),
)


def as_markdown() -> str:
    """Return the reference page."""
    lines = [f"# {TITLE}", "", LEAD, ""]
    for section in SECTIONS:
        lines += [f"## {section.title}", "", "| word or number | meaning |", "|---|---|"]
        lines += [f"| **{term.name}** | {term.meaning} |" for term in section.terms]
        lines.append("")
    lines.append(
        "Counted in `geomatch/network/selectors/numbers.py`, `pods/selectors.py` (`plan_numbers`) "
        "and\n`geomatch/matching/selectors.py` (`request_numbers`), and nowhere else. Written by\n"
        "`python -m geomatch.site.pages.home.glossary`.\n"
    )
    return "\n".join(lines)


if __name__ == "__main__":
    print(as_markdown(), end="")
