"""What a cell means: people write yes, dates, days and urgencies in many ways.

Every function takes the cell's text and returns a value, or raises `ValueError` with a sentence
that says what is wrong and what to write instead.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from itertools import product

from geomatch.core.geodesy import METRES_PER_MILE
from geomatch.core.yes_no import yes_or_no

LANGUAGES = {
    "english": "en", "en": "en", "eng": "en", "ingles": "en",
    "spanish": "es", "espanol": "es", "español": "es", "es": "es", "spa": "es",
    "tagalog": "tl", "filipino": "tl", "tl": "tl",
    "tlingit": "tli", "lingit": "tli", "lingít": "tli", "tli": "tli",
    "samoan": "sm", "sm": "sm",
    "korean": "ko", "ko": "ko",
    "russian": "ru", "ru": "ru",
    "ukrainian": "uk", "uk": "uk",
    "vietnamese": "vi", "vi": "vi",
    "chinese": "zh", "mandarin": "zh", "zh": "zh",
    "french": "fr", "fr": "fr",
    "german": "de", "de": "de",
    "hmong": "hmn", "hmn": "hmn",
    "asl": "ase", "sign language": "ase", "american sign language": "ase", "ase": "ase",
}  # fmt: skip
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY_WORD = r"(mon|tues?|wed(nes)?|thu(rs?)?|fri|sat(ur)?|sun)(days?)?"
_PARTS = {
    "am": "am", "morning": "am", "mornings": "am",
    "pm": "pm", "afternoon": "pm", "afternoons": "pm",
    "eve": "eve", "evening": "eve", "evenings": "eve", "night": "eve", "nights": "eve",
}  # fmt: skip
_SPANS = {
    "weekday": _DAYS[:5], "weekdays": _DAYS[:5],
    "weekend": _DAYS[5:], "weekends": _DAYS[5:],
    "daily": _DAYS, "every day": _DAYS, "everyday": _DAYS,
}  # fmt: skip
_ANY_TIME = frozenset({"", "any", "anytime", "any time", "always", "flexible", "whenever"})
_URGENCY = {
    "": 1, "1": 1, "low": 1, "can wait": 1, "whenever": 1, "normal": 1, "not urgent": 1,
    "2": 2, "medium": 2, "soon": 2, "this week": 2,
    "4": 4, "3": 4, "high": 4, "urgent": 4, "asap": 4, "today": 4, "emergency": 4,
}  # fmt: skip
_MODES = {
    "in person": "in_person", "in_person": "in_person", "inperson": "in_person",
    "visit": "in_person", "at home": "in_person", "face to face": "in_person",
    "contactless": "contactless", "no contact": "contactless", "porch": "contactless",
    "doorstep": "contactless", "leave at door": "contactless", "drop off": "contactless",
    "remote": "remote", "phone": "remote", "by phone": "remote", "online": "remote",
    "video": "remote", "call": "remote",
}  # fmt: skip
_DATE_FORMATS = (
    "%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y",
    "%b %d %Y", "%B %d %Y", "%Y/%m/%d", "%m-%d-%Y", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S",
    "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M",
)  # fmt: skip


def yes_no(text: str) -> bool:
    """Read a yes or a no; empty is no."""
    said = yes_or_no(text.strip().rstrip(".!"))
    if said is None:
        raise ValueError("neither yes nor no; write yes, no, or leave it empty")
    return said


def whole(text: str, *, default: int, least: int, most: int) -> int:
    """Read a whole number between two limits; empty is the default."""
    if not text.strip():
        return default
    try:
        value = float(text)
    except ValueError:
        raise ValueError(f"not a number; write a whole number from {least} to {most}") from None
    if not value.is_integer() or not least <= value <= most:
        raise ValueError(f"write a whole number from {least} to {most}")
    return int(value)


def kilometres(text: str, *, default: float) -> float:
    """Read a distance: bare kilometres, `"5 km"` or `"3 mi"`."""
    if not text.strip():
        return default
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(km|k|mi|mile|miles)?\.?\s*", text.casefold())
    if not found:
        raise ValueError("not a distance; write kilometres such as 5, or 3 mi")
    value = float(found[1]) * (METRES_PER_MILE / 1000 if (found[2] or "").startswith("mi") else 1.0)
    if not 0 <= value <= 1000:
        raise ValueError("farther than anybody goes; write kilometres from 0 to 1000")
    return value


def day(text: str) -> date | None:
    """Read a date in the ways people write them; empty is none."""
    text = text.strip()
    if not text:
        return None
    for form in _DATE_FORMATS:
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    raise ValueError("not a date; write it like 2026-12-01")


def words(text: str) -> list[str]:
    """Split a list cell on `;`, `,`, `/`, `&`, `+` and “and”."""
    return [part.strip() for part in re.split(r"[;,/&+\n]|\band\b|\by\b", text) if part.strip()]


def languages(text: str) -> list[str]:
    """Read languages as ISO 639 codes, in the order written; unknown is not English."""
    codes: list[str] = []
    for word in words(text):
        plain = word.casefold().strip(" .")
        if plain in {"?", "unknown", "not sure"}:
            continue
        code = LANGUAGES.get(plain)
        if code is None:
            raise ValueError(f"the language “{word}” is not known; write it out, such as Spanish")
        if code not in codes:
            codes.append(code)
    return codes


def slug(text: str) -> str:
    """Turn a skill as written into its code: `"Phone check-in"` → `"phone-check-in"`.

    >>> slug("Phone check-in")
    'phone-check-in'
    """
    return "-".join(re.findall(r"[a-z0-9]+", text.casefold()))[:50]


def skills(text: str) -> list[str]:
    """Read a list of skills as codes."""
    codes = [slug(word) for word in words(text)]
    return list(dict.fromkeys(code for code in codes if code))


def urgency(text: str) -> int:
    """Read an urgency: 1 can wait, 2 soon, 4 urgent."""
    value = _URGENCY.get(text.strip().casefold().rstrip("!."))
    if value is None:
        raise ValueError("not an urgency; write can wait, soon or urgent")
    return value


def mode(text: str) -> str:
    """Read how help is given; empty is in person."""
    word = " ".join(text.casefold().replace("-", " ").split())
    if not word:
        return "in_person"
    if word not in _MODES:
        raise ValueError("not a way to help; write in person, contactless or remote")
    return _MODES[word]


def modes(text: str) -> list[str]:
    """Read a list of ways to help; empty is every way."""
    if text.strip().casefold() in {"", "any", "all", "any way"}:
        return []
    return list(dict.fromkeys(mode(word) for word in re.split(r"[;,/]", text) if word.strip()))


def availability(text: str) -> list[str]:
    """Read times such as `"Mon am, Tue pm"`, `"weekends"` or `"Sat"` as `mon-am` codes.

    An empty cell, like “any time”, is every time and gives an empty list.
    """
    if text.strip().casefold() in _ANY_TIME:
        return []
    codes: list[str] = []
    for piece in re.split(r"[;,\n]|\band\b", text.casefold()):
        if piece.strip():
            codes += [f"{d}-{p}" for d, p in product(*_days_and_parts(piece))]
    return list(dict.fromkeys(codes))


def _days_and_parts(piece: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    days: list[str] = []
    parts: list[str] = []
    for word in re.findall(r"[a-z]+", piece):
        if word[:3] in _DAYS and (
            len(word) == 3 or word.endswith(("day", "days")) or word in {"tues", "thur", "thurs"}
        ):
            days.append(word[:3])
        elif word in _SPANS:
            days += _SPANS[word]
        elif word in _PARTS:
            parts.append(_PARTS[word])
        else:
            raise ValueError(
                f"the time “{word}” is not understood; write times like Mon am, Sat eve"
            )
    return tuple(days) or _DAYS, tuple(parts) or ("am", "pm", "eve")
