"""Files that a page answers with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse

from geomatch.network.intake.files.spreadsheets import write_rejected
from geomatch.network.intake.staging.scratch import open_folder


def rejected_file(rejected: Sequence[Mapping[str, Any]]) -> HttpResponse:
    """Answer with rejected rows as a file."""
    with open_folder() as folder:
        path = folder / "rows-to-mend.csv"
        write_rejected(path, rejected)
        content = path.read_bytes()
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="rows-to-mend.csv"'
    response["Cache-Control"] = "no-store"
    return response
