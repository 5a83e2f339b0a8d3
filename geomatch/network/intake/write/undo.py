"""Undo a whole import by its before-image, and keep what people changed since.

Each value goes back where it still is what the import made it; each new row goes where nobody has
touched it and nothing new hangs on it. What stays is said, with the reason.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Set
from typing import Any

from django.db.models import Model

from geomatch.network.intake.linkage.addresses import is_placed_by_a_person
from geomatch.network.intake.linkage.draft import MODELS
from geomatch.network.intake.write.before_images import Image, as_json, from_json
from geomatch.network.intake.write.writer import LOOKED_UP, digest
from geomatch.network.locating.look_up import PARTS
from geomatch.network.models import (
    Household,
    NotTheSame,
    Person,
    Request,
    RiskFlag,
    Skill,
    Volunteer,
)
from geomatch.network.services.bulk import (
    BATCH,
    foreign_keys_to,
    in_bulk,
    one_by_one,
    write_columns,
)

# An address and what was looked up for it go back together.
PLACE = frozenset({"given_address", "address_before"}) | LOOKED_UP
PIN = LOOKED_UP - set(PARTS)
NOUNS: Mapping[type[Model], str] = {
    Household: "household",
    Person: "person",
    RiskFlag: "health flag",
    Skill: "kind of help",
    Volunteer: "volunteer",
    Request: "request",
}
CHANGED_SINCE = "changed since"
NEEDED_BY = "needed by a {}"
# What other rooms call their rows is not always what people call them.
HOLDERS = {
    "membership": "plan of pods",
    "placement": "pin placed by hand",
    "never pair": "pair that never meets",
    "merge": "neighbour made of two",
}


class TakenBack:
    """What was undone, and what was kept.

    Attributes
    ----------
    removed, restored
        How many rows went, and how many got back what they said.
    waiting
        How many sign-ups, which the import had let in, wait again.
    kept
        What stays: model, key, the column (empty for a whole row) and why.
    """

    def __init__(self) -> None:
        self.removed = 0
        self.restored = 0
        self.waiting = 0
        self.kept: list[dict[str, Any]] = []

    def keep(self, model: type[Model], key: int, why: str, column: str = "") -> None:
        """Remember what stays, and why."""
        self.kept.append({"what": NOUNS[model], "key": key, "column": column, "why": why})

    def figures(self) -> dict[str, int]:
        """Count what was done."""
        return {"removed": self.removed, "restored": self.restored, "kept": len(self.kept)}


def take_back_image(image: Image) -> TakenBack:
    """Undo an import in the network that was entered, inside the caller's transaction."""
    done = TakenBack()
    for model in reversed(MODELS):
        changed = image.get(model.__name__, {}).get("changed", {})
        _restore(model, {int(key): columns for key, columns in changed.items()}, done)
    new = {
        model: {
            int(key): said for key, said in image.get(model.__name__, {}).get("new", {}).items()
        }
        for model in MODELS
    }
    _remove(new, done)
    return done


# --- what was changed --------------------------------------------------------------------------


def _restore(model: type[Model], changed: dict[int, dict[str, list[Any]]], done: TakenBack) -> None:
    rows = in_bulk(model, changed)
    renamed = any("ref" in columns for columns in changed.values())
    refs = set(model._default_manager.values_list("ref", flat=True)) if renamed else set()
    by_columns: dict[frozenset[str], list[Model]] = defaultdict(list)
    stamps: list[Household] = []
    for key, columns in changed.items():
        row = rows.get(key)
        if row is None:
            continue  # somebody removed it; there is nothing to put back
        stamp = columns.pop("updated_at", None)
        back = _still_as_imported(row, columns, done)
        if "ref" in back and columns["ref"][0] in refs:
            done.keep(model, key, "its earlier id is somebody else's now", "ref")
            back.remove("ref")
        for name in back:
            setattr(row, name, from_json(model, name, columns[name][0]))
        if back:
            by_columns[frozenset(back)].append(row)
            done.restored += 1
        if not stamp or not isinstance(row, Household):
            continue
        if len(back) == len(columns) and as_json(row.updated_at) == stamp[1]:
            row.updated_at = from_json(model, "updated_at", stamp[0])
            stamps.append(row)
    for names, group in by_columns.items():
        write_columns(model, group, names)
    if stamps:
        write_columns(model, stamps, ("updated_at",), keeps_times=True)


def _still_as_imported(row: Model, columns: dict[str, list[Any]], done: TakenBack) -> list[str]:
    """Return the columns that may go back; remember the others."""
    back = []
    for name, (_, after) in columns.items():
        if isinstance(row, Household) and name in PLACE:
            continue
        if as_json(getattr(row, name)) == after:
            back.append(name)
        else:
            done.keep(type(row), row.pk, CHANGED_SINCE, name)
    if isinstance(row, Household):
        back += _place_still_as_imported(row, columns, done)
    return back


def _place_still_as_imported(
    row: Household, columns: dict[str, list[Any]], done: TakenBack
) -> list[str]:
    """Decide on the address and the point: a point we looked up since goes back with its address.

    A pin that somebody placed since stays where it is, and the address still goes back.
    """
    names = [name for name in columns if name in PLACE]
    here = {name for name in names if as_json(getattr(row, name)) == columns[name][1]}
    if "given_address" in columns and row.given_address != (columns["given_address"][1] or ""):
        done.keep(Household, row.pk, CHANGED_SINCE, "given_address")
        return []
    if not is_placed_by_a_person(row):
        return names
    if "location" in names:
        done.keep(Household, row.pk, "placed by hand since", "location")
        return [name for name in names if name not in PIN]
    # The pin was there before; whether it is in doubt goes back with the address.
    return [name for name in names if name not in PIN or name in here]


# --- what was new ------------------------------------------------------------------------------


def _remove(new: dict[type[Model], dict[int, str]], done: TakenBack) -> None:
    """Remove new rows that nobody touched and nothing holds, those that hang on others first.

    Who lives behind a door that stays is not taken from it, nor a health flag from somebody who
    stays: somebody may have asked not to be contacted since, and the next sheet must find them.
    """
    going: dict[type[Model], set[int]] = {model: set() for model in MODELS}
    doors = _doors_that_stay(new)
    for model in (Request, Volunteer, RiskFlag, Person, Household):
        held = _held_by_others(model, new[model].keys(), going)
        staying: set[int] = set()
        for row in one_by_one(model, new[model]):
            at_home = isinstance(row, Person) and row.household_id in doors
            holder = held.get(row.pk, "household" if at_home else "")
            if digest(row) != new[model][row.pk]:
                done.keep(model, row.pk, CHANGED_SINCE)
            elif holder:
                done.keep(model, row.pk, NEEDED_BY.format(holder))
            else:
                going[model].add(row.pk)
                continue
            staying.add(row.pk)
        if model is Person:
            _leave_flags(staying, going, done)
    for model in (Request, Volunteer, RiskFlag, Person, Household):
        _delete(model, going[model])
        done.removed += len(going[model])
    _forget_skills(new[Skill], done)


def _doors_that_stay(new: dict[type[Model], dict[int, str]]) -> set[int]:
    """Return the new households that people changed, or that something but their people holds."""
    held = _held_by_others(Household, new[Household].keys(), {Person: new[Person].keys()})
    return {
        row.pk
        for row in one_by_one(Household, new[Household])
        if row.pk in held or digest(row) != new[Household][row.pk]
    }


def _leave_flags(persons: set[int], going: dict[type[Model], set[int]], done: TakenBack) -> None:
    """Leave the new health flags of new people who stay."""
    for key, flag in in_bulk(RiskFlag, going[RiskFlag]).items():
        if flag.person_id in persons:
            going[RiskFlag].discard(key)
            done.keep(RiskFlag, key, NEEDED_BY.format("person"))


def _held_by_others(
    model: type[Model], keys: Set[int], going: Mapping[type[Model], Set[int]]
) -> dict[int, str]:
    """Return the keys that some row points at which does not go itself, and what that row is."""
    held: dict[int, str] = {}
    for relation in foreign_keys_to(model) if keys else ():
        other, column = relation.related_model, relation.field.attname
        if other is NotTheSame:  # a note that two are not the same goes with whom it is about
            continue
        pointing = other._default_manager.filter(**{f"{relation.field.name}__isnull": False})
        for key, target in pointing.values_list("pk", column).iterator():
            if target in keys and key not in going.get(other, ()):
                name = str(other._meta.verbose_name)
                held.setdefault(target, HOLDERS.get(name, name))
    return held


def _delete(model: type[Model], keys: Iterable[int]) -> None:
    keys = sorted(keys)
    for start in range(0, len(keys), BATCH):
        model._default_manager.filter(pk__in=keys[start : start + BATCH]).delete()


def _forget_skills(new: dict[int, str], done: TakenBack) -> None:
    """Forget kinds of help that the import brought, unless somebody gives or asks for them."""
    rows = in_bulk(Skill, new)
    if not rows:
        return
    used: Counter[str] = Counter()
    for model in (Volunteer, Request):
        for codes in model._default_manager.values_list("skills", flat=True).iterator():
            used.update(codes)
    gone = []
    for key, skill in rows.items():
        if digest(skill) != new[key]:
            done.keep(Skill, key, CHANGED_SINCE)
        elif used[skill.code]:
            done.keep(Skill, key, NEEDED_BY.format("volunteer or a request"))
        else:
            gone.append(key)
    _delete(Skill, gone)
    done.removed += len(gone)
