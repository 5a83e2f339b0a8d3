"""Find people by their door, their name or their phone."""

from __future__ import annotations

from typing import Generic, TypeVar

from geomatch.network.models import Person

__all__ = ["PeopleIndex"]

Key = TypeVar("Key")


class PeopleIndex(Generic[Key]):
    """People by a key. Nearly every key is one person's: a list for each would double the index."""

    def __init__(self) -> None:
        self._found: dict[Key, Person | list[Person]] = {}

    def __contains__(self, key: Key) -> bool:
        return key in self._found

    def add(self, key: Key, person: Person) -> None:
        """Find a person under one more key; under one key they are found once."""
        found = self._found.setdefault(key, person)
        if isinstance(found, list):
            if person is not found[-1]:
                found.append(person)
        elif person is not found:
            self._found[key] = [found, person]

    def get(self, key: Key) -> list[Person]:
        """Everybody found under a key, those who came first before the others."""
        found = self._found.get(key, [])
        return found if isinstance(found, list) else [found]
