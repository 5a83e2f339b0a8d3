"""What rows said before something was done to them, as JSON: so that it can be undone."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.db import models

from geomatch.core.compression import pressed, unpressed

Image = dict[str, Any]
"""By what it is about; whoever wrote an entry knows its shape."""


def as_json(value: Any) -> Any:
    """Turn a column's value into what JSON can hold; what is empty in two ways is one."""
    if isinstance(value, GEOSGeometry):
        return value.hexewkb.decode()
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return repr(value)
    return value if value != "" else None


def from_json(model: type[models.Model], name: str, value: Any) -> Any:
    """Undo `as_json`."""
    field: Any = model._meta.get_field(name)
    if value is None:
        empty_text = isinstance(field, (models.CharField, models.TextField)) and not field.null
        return "" if empty_text else None
    if hasattr(field, "geom_type"):
        return GEOSGeometry(value)
    return field.to_python(float(value) if isinstance(field, models.FloatField) else value)


def packed(image: Image) -> str:
    """Press a before-image into text, to be sealed."""
    return pressed([json.dumps(image).encode()])


def unpacked(text: str) -> Image:
    """Undo `packed`."""
    image: Image = json.loads(unpressed(text)) if text else {}
    return image
