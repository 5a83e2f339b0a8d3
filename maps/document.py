"""One HTML file with everything in it, that opens with no network and can run nothing else."""

from __future__ import annotations

import base64
import hashlib
import os
import tempfile
from html import escape
from pathlib import Path

from maps.assets import inlined_scripts, inlined_style

__all__ = ["self_contained", "write_whole"]

_PAGE = """<!DOCTYPE html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>{style}</style>
</head>
<body class="gm-alone">
<section class="gm-map" id="{section_id}">
{body}
</section>
{data}
{scripts}
</body>
</html>
"""


def self_contained(
    *, title: str, section_id: str, body: str, data: str, call: str, lang: str = "en"
) -> str:
    """Put a map into one page.

    Parameters
    ----------
    title
        Shown in the browser's tab.
    section_id, body, data, call
        From `maps.elements.map_parts`: the section's id, its inside, the JSON blocks, the call.
    lang
        Language of the page.

    Returns
    -------
    str
        The page. Its policy names the hash of each script and style in it and allows nothing
        else: no other script, no request to anywhere.
    """
    style = inlined_style()
    scripts = [*inlined_scripts(), call]
    return _PAGE.format(
        lang=escape(lang),
        policy=escape(_policy(scripts, style)),
        title=escape(title),
        style=style,
        section_id=escape(section_id),
        body=body,
        data=data,
        scripts="\n".join(f"<script>{script}</script>" for script in scripts),
    )


def write_whole(path: Path, text: str) -> None:
    """Write a file whole or not at all: beside its place first, then renamed."""
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(beside).chmod(0o600)  # addresses: for the one who asked for the file
        Path(beside).replace(path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise


def _policy(scripts: list[str], style: str) -> str:
    allowed = " ".join(f"'sha256-{_digest(script)}'" for script in scripts)
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src {allowed}",
            f"style-src 'sha256-{_digest(style)}'",
            "img-src data:",
            "font-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
