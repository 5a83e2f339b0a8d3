"""Change and remove rows of any model, one by one, and keep what they were."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import Field, Model

from geomatch.network.intake.write.before_images import as_json, from_json
from geomatch.network.services.bulk import foreign_keys_to

Step = dict[str, Any]
"""What was done to a row: model, key, and columns as `[before, after]`, or the whole row gone."""


class Rows:
    """Changes rows and writes down each step.

    Attributes
    ----------
    steps
        In the order they were taken.
    """

    def __init__(self) -> None:
        self.steps: list[Step] = []

    def change(self, row: Model, **values: Any) -> None:
        """Set some columns (by their attribute's name) of a row that is in the database."""
        before = {name: as_json(getattr(row, name)) for name in values}
        for name, value in values.items():
            setattr(row, name, value)
        columns = {
            name: [was, as_json(getattr(row, name))]
            for name, was in before.items()
            if was != as_json(getattr(row, name))
        }
        if columns:
            new = {name: getattr(row, name) for name in columns}
            type(row)._default_manager.filter(pk=row.pk).update(**new)
            self.steps.append({"model": row._meta.label, "key": row.pk, "columns": columns})

    def remove(self, row: Model) -> None:
        """Remove a row that nothing points at any more."""
        said = {
            column.attname: as_json(getattr(row, column.attname))
            for column in row._meta.concrete_fields
        }
        self.steps.append({"model": row._meta.label, "key": row.pk, "gone": said})
        row.delete()

    def point_elsewhere(self, gone: Model, kept: Model) -> None:
        """Let every row that points at one row point at another of its kind.

        Where the other has such a row already (a pod in the same plan, say), its own one stands.
        """
        for column, row in _pointing_at(gone):
            steps = len(self.steps)
            try:
                with transaction.atomic():
                    self.change(row, **{column: kept.pk})
            except IntegrityError:
                del self.steps[steps:]
                row.refresh_from_db()
                self.remove(row)


def _pointing_at(target: Model) -> Iterator[tuple[str, Model]]:
    """Yield every row that points at one, and the column it does so with."""
    for relation in foreign_keys_to(type(target)):
        rows = relation.related_model._default_manager.filter(**{relation.field.name: target.pk})
        for row in list(rows.order_by("pk")):
            yield relation.field.attname, row


def taken_back(steps: list[Step]) -> list[str]:
    """Undo steps, last first; return what stays as people made it since, in words."""
    stays = []
    for step in reversed(steps):
        model = apps.get_model(step["model"])
        undo = _return if "gone" in step else _reset
        stays += undo(model, step)
    return stays


def _return(model: type[Model], step: Step) -> list[str]:
    row = model(**{name: from_json(model, name, value) for name, value in step["gone"].items()})
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return [f"{_noun(model)} that was set aside could not come back beside newer ones"]
    # Saving has dated it anew.
    dated = {
        name: from_json(model, name, said)
        for name, said in step["gone"].items()
        if name.endswith("_at")
    }
    if dated:
        model._default_manager.filter(pk=row.pk).update(**dated)
    return []


def _reset(model: type[Model], step: Step) -> list[str]:
    row = model._default_manager.filter(pk=step["key"]).first()
    if row is None:
        return [f"{_noun(model)} was removed since"]
    back, stays = {}, []
    for name, (before, after) in step["columns"].items():
        if as_json(getattr(row, name)) == after:
            back[name] = from_json(model, name, before)
        else:
            label = cast("Field[Any, Any]", model._meta.get_field(name)).verbose_name
            stays.append(f"{_noun(model)}: {label} was changed since")
    if back:
        try:
            with transaction.atomic():
                model._default_manager.filter(pk=row.pk).update(**back)
        except IntegrityError:
            stays.append(f"{_noun(model)} could not be put back beside newer ones")
    return stays


def _noun(model: type[Model]) -> str:
    return f"A {model._meta.verbose_name}"
