"""What the page behind an offer's link says, from the catalogues.

Plain, short, polite, as on paper (`maps.streetlists.phrases`, which also has the names of languages
and months). Kinds of help are the network's own words and stay as they are.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from django.utils import timezone

from geomatch.core.translation import gettext, pgettext, speaking
from geomatch.matching.engine.inputs.vocabulary import SLOTS, parse_slots
from maps.streetlists.phrases import words_for

MANY_SLOTS = 4

Code = Literal["en", "es", "tl"]


@dataclass(frozen=True)
class OfferWords:
    """The words of one language; those with braces are `str.format` patterns.

    `headings` and `explained` go by how the offer stands (`geomatch.matching.links.standing`).
    """

    code: Code
    headings: dict[str, str]
    explained: dict[str, str]
    asks_for: str
    yes: str
    no: str
    answer_until: str
    said_yes: str
    for_whom: str
    where: str
    phone: str
    details: str
    done: str
    cannot: str
    how: str
    how_far: str
    when: str
    they_speak: str
    needed: str
    car: str
    modes: dict[str, str]
    less_than: str
    any_time: str
    more: str
    days: tuple[str, ...]
    parts: tuple[str, str, str]
    slot: str
    moment: str

    def times(self, availability: list[str]) -> str:
        """Say the parts of the week somebody named."""
        if not availability:
            return self.any_time
        mask = parse_slots(availability)
        slots = [divmod(k, 3) for k in range(len(SLOTS)) if mask >> k & 1]
        named = [self.slot.format(day=self.days[d], part=self.parts[p]) for d, p in slots]
        more = f" {self.more.format(len(named) - MANY_SLOTS)}" if len(named) > MANY_SLOTS else ""
        return ", ".join(named[:MANY_SLOTS]) + more

    def languages(self, codes: Sequence[str]) -> str:
        """Name languages."""
        paper = words_for(self.code)
        return paper.list_comma.join(paper.language(code) for code in codes)

    def until(self, moment: dt.datetime) -> str:
        """Say a moment as a person would."""
        local = timezone.localtime(moment)
        return self.moment.format(
            day=self.days[local.weekday()],
            number=local.day,
            month=words_for(self.code).months[local.month - 1],
            time=f"{local:%-I:%M} {'am' if local.hour < 12 else 'pm'}",
        )


def _words(code: Code) -> OfferWords:
    with speaking(code):
        return OfferWords(
            code=code,
            headings={
                "asked": gettext("{}, can you help?"),
                "accepted": gettext("Thank you, {}"),
                "declined": gettext("That is fine"),
                "done": gettext("Done. Thank you"),
                "late": gettext("The time to answer is over"),
                "over": gettext("You need not go"),
            },
            explained={
                "asked": gettext(
                    "A no is fine and is not counted. You see the address after your yes."
                ),
                "accepted": gettext(
                    "Keep the link: it shows the address until it is done. Please do not pass it "
                    "on."
                ),
                "declined": gettext(
                    "Whoever asked you looks for somebody else. A no is never held against anybody."
                ),
                "done": gettext("The address is hidden again."),
                "late": gettext("Nothing is lost, and nothing is counted."),
                "over": gettext(
                    "Somebody else is going, or it was called off. Thank you for being there."
                ),
            },
            asks_for=gettext("{} asks for a neighbour:"),
            yes=gettext("Yes, I can go"),
            no=gettext("Not this time"),
            answer_until=gettext("Please answer until {}."),
            said_yes=gettext("You said yes to:"),
            for_whom=gettext("For"),
            where=gettext("Where"),
            phone=gettext("Phone"),
            details=gettext("Details"),
            done=gettext("It is done"),
            cannot=gettext("I cannot make it after all"),
            how=gettext("How"),
            how_far=gettext("How far"),
            when=gettext("When"),
            they_speak=gettext("They speak"),
            needed=gettext("Needed"),
            car=gettext("a car"),
            modes={
                "in_person": gettext("in person"),
                "contactless": gettext("without meeting: leave it at the door"),
                "remote": gettext("by phone or online"),
            },
            less_than=gettext("less than {}"),
            any_time=gettext("any time"),
            more=gettext("and {} more"),
            days=(
                pgettext("day", "Monday"),
                pgettext("day", "Tuesday"),
                pgettext("day", "Wednesday"),
                pgettext("day", "Thursday"),
                pgettext("day", "Friday"),
                pgettext("day", "Saturday"),
                pgettext("day", "Sunday"),
            ),
            parts=(
                gettext("morning"),
                gettext("afternoon"),
                gettext("evening"),
            ),
            slot=pgettext("date", "{day} {part}"),
            moment=pgettext("date", "{day} {number} {month}, {time}"),
        )


_BY_CODE: dict[str, OfferWords] = {code: _words(code) for code in get_args(Code)}


def offer_words(spoken: Sequence[str]) -> OfferWords:
    """Return the words of the first language somebody speaks that there are words in.

    >>> offer_words(["tli", "es", "en"]).yes, offer_words([]).yes
    ('Sí, puedo ir', 'Yes, I can go')
    """
    return next((_BY_CODE[code] for code in spoken if code in _BY_CODE), _BY_CODE["en"])
