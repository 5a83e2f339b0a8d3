"""The catalogues of translations, kept by Babel: no system gettext is needed.

``python -m geomatch.catalogues update`` collects every marked word of modules, templates and
scripts and brings `geomatch/locale` up to date; ``compile`` makes the files that are read at run
time. `bin/words` calls both. How to translate: `docs/explanation/words.md`.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract, extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from geomatch.core.translation import LOCALE

__all__ = ["DOMAINS", "LANGUAGES", "compile_all", "extracted", "path_of", "read", "update_all"]

ROOT = LOCALE.parent.parent
ROOMS = ("geomatch", "pods", "maps")
LANGUAGES = ("es", "tl")
DOMAINS = ("django", "djangojs")

_HEADER = """\
# Words of geomatch. How to translate them: docs/explanation/words.md.
# "unread" above an entry: no native speaker has read it yet. Read it, mend it, take the mark away.
#"""
# Who changed a catalogue, when and with what is git's to say.
_NEWS = re.compile(
    rb'"(?:Report-Msgid-Bugs-To|POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team'
    rb'|Generated-By):.*\\n"\n'
)
_KEYWORDS: dict[str, Any] = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}


def extract_template(
    file: IO[bytes], keywords: Any, comment_tags: Sequence[str], options: dict[str, Any]
) -> Iterator[tuple[int, str, Any, list[str]]]:
    """Yield the messages of a Django template, as a method of Babel's extraction.

    Django itself turns a template into lines that only hold the calls; their indentation is
    dropped, because Python's tokenizer would read it.
    """
    from django.utils.translation.template import templatize

    calls = templatize(file.read().decode())
    flat = re.sub(r"(?m)^[ \t]+", "", calls)
    yield from extract_python(BytesIO(flat.encode()), keywords, comment_tags, options)


def path_of(language: str, domain: str, ending: str = "po") -> Path:
    """Return where the catalogue of a language lies."""
    return LOCALE / language / "LC_MESSAGES" / f"{domain}.{ending}"


def read(language: str, domain: str) -> Catalog:
    """Read the catalogue of a language, or begin it."""
    path = path_of(language, domain)
    if not path.exists():
        return _blank(language)
    with path.open("rb") as file:
        return read_po(file, locale=language, domain=domain)


def extracted(domain: str) -> Catalog:
    """Collect every marked message: of modules and templates, or of scripts (``djangojs``)."""
    catalogue = _blank(None)
    for path, method in _sources(domain):
        with path.open("rb") as file:
            for _, message, comments, context in extract(method, file, _KEYWORDS, ["Translators:"]):
                catalogue.add(
                    message,
                    None,
                    [(path.relative_to(ROOT).as_posix(), 1)],
                    auto_comments=comments,
                    context=context,
                )
    return catalogue


def updated(language: str, domain: str, template: Catalog) -> bytes:
    """Return a catalogue as it is to be: all messages of the template, and no others."""
    catalogue = read(language, domain)
    catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
    catalogue.fuzzy = False
    written = BytesIO()
    # Sorted and without line numbers: a change of a page changes its own entries only.
    write_po(
        written, catalogue, width=100, sort_output=True, ignore_obsolete=True, include_lineno=False
    )
    return _NEWS.sub(b"", written.getvalue())


def update_all() -> None:
    """Bring every catalogue up to date with the words that are marked."""
    for domain in DOMAINS:
        template = extracted(domain)
        for language in LANGUAGES:
            path = path_of(language, domain)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(updated(language, domain, template))


def compile_all() -> None:
    """Compile every catalogue that is newer than its compiled file."""
    for domain in DOMAINS:
        for language in LANGUAGES:
            source, target = path_of(language, domain), path_of(language, domain, "mo")
            if target.exists() and target.stat().st_mtime_ns > source.stat().st_mtime_ns:
                continue
            whole = target.with_suffix(f".mo.{os.getpid()}")  # several may compile at once
            with whole.open("wb") as file:
                write_mo(file, read(language, domain))
            whole.replace(target)


def _blank(language: str | None) -> Catalog:
    catalogue = Catalog(
        locale=language,
        project="geomatch",
        version="0.2.0",
        header_comment=_HEADER,
        fuzzy=False,
    )
    # One and many, as in English, is all that both languages need on a page.
    catalogue.mime_headers = [("Plural-Forms", "nplurals=2; plural=(n != 1);")]
    return catalogue


def _sources(domain: str) -> Iterator[tuple[Path, Any]]:
    """Every file whose words are shown, and how it is read."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*")):
            if "vendor" in path.parts or "migrations" in path.parts:
                continue
            if domain == "djangojs" and path.suffix == ".js":
                yield path, "javascript"
            elif domain == "django" and path.suffix == ".py":
                yield path, "python"
            elif domain == "django" and path.suffix in {".html", ".txt"} and _is_template(path):
                yield path, extract_template


def _is_template(path: Path) -> bool:
    return "templates" in path.parts


def main(arguments: Sequence[str]) -> int:
    """Run ``update`` or ``compile``."""
    work = {"update": update_all, "compile": compile_all}
    if len(arguments) != 1 or arguments[0] not in work:
        print("usage: python -m geomatch.catalogues update|compile", file=sys.stderr)
        return 2
    work[arguments[0]]()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
