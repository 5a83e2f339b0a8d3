"""Streets of one name that differ in what stands around it: a direction, a type.

"Union St" is North Union Street with its direction left out; "Hubbard Park" is Hubbard Park Drive
without its type, whatever a parser takes for the type. So streets are compared as words, with the
type, the direction or both taken off one side or the other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from geomatch.core.addresses import Street
from geomatch.core.addresses.words import DIRECTIONS, SUFFIXES
from geomatch.core.translation import gettext, pgettext

__all__ = ["Difference", "SiblingIndex", "only_parts_left_out"]

_PARTS: Final = ("type", "direction", "directions")


class Difference(NamedTuple):
    """What keeps two streets of one name apart.

    Attributes
    ----------
    left_out
        How many parts the address asked for leaves out.
    wrong
        How many parts it has and the street has not, or has another.
    words
        The same for people: "direction left out", "another type".
    """

    left_out: int
    wrong: int
    words: str


class _Bare(NamedTuple):
    """A street's words without some of its parts."""

    words: str
    dropped: tuple[str, ...]


class SiblingIndex:
    """Streets by their words with the type, the direction or both taken off.

    Parameters
    ----------
    streets : iterable of Street
        The streets to find.
    """

    def __init__(self, streets: Iterable[Street]) -> None:
        self._by_words: dict[str, list[tuple[Street, tuple[str, ...]]]] = defaultdict(list)
        for street in streets:
            for bare in _bare_forms(street):
                self._by_words[bare.words].append((street, bare.dropped))

    def find(self, asked: Street) -> list[tuple[Street, Difference]]:
        """Streets that differ from `asked` in type or direction only.

        Returns
        -------
        list of (Street, Difference)
            Each street once, with its least difference; `asked` itself is not among them.
        """
        found: dict[Street, Difference] = {}
        for mine in _bare_forms(asked):
            for street, theirs in self._by_words.get(mine.words, ()):
                # Of a grid's two directions one may be wrong; with both wrong it is another street.
                if street == asked or ("directions" in theirs and mine.dropped):
                    continue
                if "directions" in mine.dropped and theirs:
                    continue
                difference = _difference(mine.dropped, theirs)
                known = found.get(street)
                if known is None or _cost(difference) < _cost(known):
                    found[street] = difference
        return list(found.items())


def only_parts_left_out(asked: Street, known: Street) -> bool:
    """Whether two streets are one, but for parts that one of them leaves out.

    Examples
    --------
    >>> only_parts_left_out(Street("UNION"), Street("UNION", "ST", before="N"))
    True
    >>> only_parts_left_out(Street("UNION", "AVE"), Street("UNION", "ST"))
    False
    """
    return asked == known or any(
        not difference.wrong for _, difference in SiblingIndex([known]).find(asked)
    )


def _bare_forms(street: Street) -> Iterator[_Bare]:
    """Words of a street: all of them, without type, without direction, without both."""
    yield _Bare(_words(street), ())
    if street.suffix:
        yield _Bare(_words(street._replace(suffix="")), ("type",))
    elif street.name.startswith("HWY "):  # "S 33", as people who live there say
        yield _Bare(_words(street._replace(name=street.name.removeprefix("HWY "))), ("type",))
    if street.before and street.after:
        yield _Bare(_words(street._replace(before="")), ("direction",))
        yield _Bare(_words(street._replace(after="")), ("direction",))
        yield _Bare(_words(street._replace(before="", after="")), ("directions",))
    elif street.before or street.after:
        yield _Bare(_words(street._replace(before="", after="")), ("direction",))
        if street.suffix:
            yield _Bare(_words(Street(street.name)), ("type", "direction"))
    if street.before and street.suffix and not street.after:  # N Main St, Main St N
        yield _Bare(_words(street._replace(before="", after=street.before)), ("place",))


def _words(street: Street) -> str:
    """Write a street so that a word is one word, whether it is in the name, a type or a way."""
    return " ".join(
        SUFFIXES.get(word) or DIRECTIONS.get(word) or word for word in str(street).split()
    )


def _cost(difference: Difference) -> tuple[int, int]:
    return difference.wrong, difference.left_out


def _difference(mine: tuple[str, ...], theirs: tuple[str, ...]) -> Difference:
    conflicts = [part for part in _PARTS if part in mine and part in theirs]
    extra = [part for part in _PARTS if part in mine and part not in theirs]
    left_out = [part for part in _PARTS if part in theirs and part not in mine]
    said = []
    if left_out:
        said.append(gettext("{parts} left out").format(parts=_named(left_out)))
    if extra:
        said.append(gettext("{parts} too many").format(parts=_named(extra)))
    if conflicts:
        said.append(gettext("another {parts}").format(parts=_named(conflicts)))
    words = ", ".join(said) or gettext("direction elsewhere")
    return Difference(len(left_out), len(extra) + len(conflicts), words)


def _named(parts: Sequence[str]) -> str:
    words = {
        "type": pgettext("part of a street's name", "type"),
        "direction": pgettext("part of a street's name", "direction"),
        "place": pgettext("part of a street's name", "place"),
    }
    if len(parts) < 2:
        return words[parts[0]]
    first = ", ".join(words[part] for part in parts[:-1])
    return gettext("{first} and {last}").format(first=first, last=words[parts[-1]])
