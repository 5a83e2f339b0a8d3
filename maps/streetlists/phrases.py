r"""Every word on the paper that is not data, from the catalogues (`geomatch.core.translation`).

The words are for handing to a neighbour: plain, short, polite. Column heads hold their own line
breaks ("\n"), because a narrow column of big letters must break where a person would.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import get_args

from geomatch.core.phrases import month_name
from geomatch.core.translation import npgettext, pgettext, speaking
from maps.streetlists.model import Language

__all__ = ["Words", "words_for"]


@dataclass(frozen=True)
class Words:
    """The words of one language; those with braces are `str.format` patterns."""

    pod: str
    all_pods: str
    street_list: str
    point_person: str
    doors: tuple[str, str]
    people: tuple[str, str]
    walk: str
    number: str
    door: str
    notes: str
    results: tuple[str, str, str, str, str]
    please_skip: str
    phone: str
    speaks: str
    language_not_known: str
    unit: str
    odd: str
    even: str
    several_streets: str
    not_on_map: str
    no_places: str
    legend_door: str
    legend_building: str
    legend_skip: str
    north: str
    map_of: str
    version: str
    printed: str
    destroy_by: str
    page: str
    page_head: str
    counts_head: str
    continued: str
    handle_with_care: str
    contents_note: str
    months: tuple[str, ...]
    day: str
    list_comma: str
    languages: dict[str, str]

    def date(self, day: dt.date) -> str:
        """Write a date as people write it ("October 14, 2026")."""
        return self.day.format(day=day.day, month=self.months[day.month - 1], year=day.year)

    def count(self, forms: tuple[str, str], number: int) -> str:
        """Write a count with its noun ("1 home", "14 homes")."""
        return forms[0 if number == 1 else 1].format(number)

    def language(self, spoken: str) -> str:
        """Name a language given by code or by name; an unknown one stays as it is written."""
        key = spoken.strip().casefold()
        return self.languages.get(key) or self.languages.get(_CODES.get(key, ""), spoken.strip())


def _words(language: Language) -> Words:
    with speaking(language):
        return Words(
            pod=pgettext("paper", "Pod {}"),
            all_pods=pgettext("paper", "All pods"),
            street_list=pgettext("paper", "Street list"),
            point_person=pgettext("paper", "Point person"),
            doors=(
                npgettext("paper", "{} home", "{} homes", 1),
                npgettext("paper", "{} home", "{} homes", 2),
            ),
            people=(
                npgettext("paper", "{} person", "{} people", 1),
                npgettext("paper", "{} person", "{} people", 2),
            ),
            walk=pgettext("paper", "the walk: about {time}, {length}"),
            number=pgettext("paper", "No."),
            door=pgettext("paper", "Home"),
            notes=pgettext("paper", "Notes"),
            results=(
                pgettext("paper", "Reached"),
                pgettext("paper", "Not\nhome"),
                pgettext("paper", "Needs\nhelp"),
                pgettext("paper", "Moved"),
                pgettext("paper", "Do not\ncontact"),
            ),
            please_skip=pgettext("paper", "Please skip"),
            phone=pgettext("paper", "Phone"),
            speaks=pgettext("paper", "Speaks {}"),
            language_not_known=pgettext("paper", "Language not known"),
            unit=pgettext("paper", "Unit {}"),
            odd=pgettext("paper", "{}, odd numbers"),
            even=pgettext("paper", "{}, even numbers"),
            several_streets=pgettext("paper", "Along the way"),
            not_on_map=pgettext("paper", "not on the map"),
            no_places=pgettext("paper", "No map: the places of these homes are not known yet."),
            legend_door=pgettext("paper", "home, as numbered in the list"),
            legend_building=pgettext("paper", "several homes"),
            legend_skip=pgettext("paper", "please skip"),
            north=pgettext("paper", "N"),
            map_of=pgettext(
                "paper", "Map of {pod}, north up. {doors}, numbered as in the list, on {streets}."
            ),
            version=pgettext("paper", "List {}"),
            printed=pgettext("paper", "Printed {}"),
            destroy_by=pgettext("paper", "Destroy by {}"),
            page=pgettext("paper", "Page {page} of {pages}"),
            page_head=pgettext("paper", "Page"),
            counts_head=pgettext("paper", "Homes and people"),
            continued=pgettext("paper", "continued"),
            handle_with_care=pgettext(
                "paper", "Names and home addresses: keep this list with you and give it to nobody."
            ),
            contents_note=pgettext(
                "paper",
                "Every pod begins on a new sheet, so that no page of one pod is on the back of "
                "another's.",
            ),
            months=tuple(month_name(month) for month in range(1, 13)),
            day=pgettext("date", "{month} {day}, {year}"),
            list_comma=", ",
            languages={
                "ar": pgettext("language", "Arabic"),
                "en": pgettext("language", "English"),
                "es": pgettext("language", "Spanish"),
                "fr": pgettext("language", "French"),
                "hmn": pgettext("language", "Hmong"),
                "ilo": pgettext("language", "Ilocano"),
                "ja": pgettext("language", "Japanese"),
                "ko": pgettext("language", "Korean"),
                "ru": pgettext("language", "Russian"),
                "sm": pgettext("language", "Samoan"),
                "so": pgettext("language", "Somali"),
                "th": pgettext("language", "Thai"),
                "tl": pgettext("language", "Tagalog"),
                "tli": pgettext("language", "Tlingit"),
                "to": pgettext("language", "Tongan"),
                "uk": pgettext("language", "Ukrainian"),
                "vi": pgettext("language", "Vietnamese"),
                "zh": pgettext("language", "Chinese"),
                "ase": pgettext("language", "American Sign Language"),
            },
        )


_BY_CODE: dict[str, Words] = {code: _words(code) for code in get_args(Language)}

# "Spanish", "español", "Espanyol" in the spreadsheet all mean "es".
_CODES: dict[str, str] = {
    name.casefold(): code for words in _BY_CODE.values() for code, name in words.languages.items()
} | {"fil": "tl", "filipino": "tl", "asl": "ase", "espanol": "es", "sign language": "ase"}


def words_for(language: Language) -> Words:
    """Return the words of a language.

    Parameters
    ----------
    language : {"en", "es", "tl"}
        As in `PrintOptions`.
    """
    return _BY_CODE[language]
