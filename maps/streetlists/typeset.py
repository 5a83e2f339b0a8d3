"""Sheets set by typst: here, or in a process that does nothing else and ends.

typst keeps threads and a memory of all it has set. A process that forks after using it leaves a
child whose typst waits for ever, and one that lives long grows with every print. A program that
prints and ends (`geomatch streetlists`, a notebook) uses `typeset`; the site uses `typeset_apart`.

This file is also the program that `typeset_apart` starts, so it imports nothing of ours: a new
process is ready to set in a tenth of a second.
"""

from __future__ import annotations

import json
import re
import resource
import subprocess
import sys
from datetime import UTC, date, datetime, time
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typst import Fonts

__all__ = ["FONTS", "REPLACEMENT", "typeset", "typeset_apart"]

HERE = Path(__file__).resolve().parent
FONTS = HERE / "fonts"
TEMPLATES = HERE / "templates"

REPLACEMENT = "�"
NO_GLYPH = "could not be displayed"
UNSURE = re.compile(r"[^\x20-\x7e\u00a0-\u017f\u2013\u2014\u2018-\u201d\u2026\ufffd]")
"""All but the letters that the main font surely has."""

TIME_LIMIT_S = 120.0
"""400 pods take 5 s on two quiet cores: whoever needs more is stuck."""
MEMORY_LIMIT_MB = 3_072
"""2.5 MB a pod: enough for a thousand pods in one file."""


def typeset(text: str, day: date) -> bytes:
    """Set a document in this process.

    Parameters
    ----------
    text : str
        What `document_data` returned, as JSON. Text of people is set as strings: it is never part
        of a program.
    day : datetime.date
        Date of the file.

    Returns
    -------
    bytes
        A tagged PDF (PDF/UA-1). The same for the same arguments, byte for byte.

    Raises
    ------
    typst.TypstError
        If the sheets cannot be set. Its message may quote the text.
    """
    from typst import TypstError

    try:
        return _compiled(text, day)
    except TypstError as error:
        if NO_GLYPH not in error.message:
            raise
    # `printable` lets nothing through that we know to fail. Should a letter fail all the same, a
    # list with a hole in one name is worth more to somebody at a door than no list.
    return _compiled(UNSURE.sub(REPLACEMENT, text), day)


def typeset_apart(
    text: str,
    day: date,
    *,
    time_limit_s: float = TIME_LIMIT_S,
    memory_limit_mb: int = MEMORY_LIMIT_MB,
) -> bytes:
    """Set a document in a new process, which ends with it and gives its memory back.

    Addresses go to it and come back through pipes: they are in no file and in no argument.

    Parameters
    ----------
    text, day
        As for `typeset`.
    time_limit_s, memory_limit_mb
        What it may take; then it is stopped.

    Returns
    -------
    bytes
        What `typeset` returns.

    Raises
    ------
    ChildProcessError
        If no sheets came back. The message says how the process ended, and quotes no text.
    """
    job = json.dumps({"text": text, "day": day.isoformat()}).encode()
    # -P: the folder of this file is no place to import from.
    program = [sys.executable, "-P", str(Path(__file__).resolve()), str(memory_limit_mb)]
    try:
        done = subprocess.run(  # noqa: S603 - our own program
            program,
            input=job,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # it may quote an address, and stderr is the server's log
            timeout=time_limit_s,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise ChildProcessError(f"not set within {time_limit_s:g} s") from None
    if done.returncode != 0 or not done.stdout.startswith(b"%PDF-"):
        raise ChildProcessError(f"the process that sets sheets ended with {done.returncode}")
    return done.stdout


def _compiled(text: str, day: date) -> bytes:
    from typst import Compiler

    # One for each document: two threads cannot use the same, and making one takes 0.4 ms.
    compiler = Compiler(
        input=str(TEMPLATES / "streetlists.typ"),
        root=str(TEMPLATES),
        font_paths=_fonts(),
        ignore_system_fonts=True,
    )
    pdf = compiler.compile(
        format="pdf",
        sys_inputs={"data": text},
        pdf_standards=["ua-1"],
        timestamp=datetime.combine(day, time(12), tzinfo=UTC),
    )
    assert isinstance(pdf, bytes)
    return pdf


@lru_cache(maxsize=1)
def _fonts() -> Fonts:
    from typst import Fonts

    return Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])


def _set_one_job() -> None:
    """Set what comes in on stdin, within bounds, and leave no core file with addresses."""
    memory_limit = int(sys.argv[1]) * 2**20
    resource.setrlimit(resource.RLIMIT_DATA, (memory_limit, memory_limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    job = json.load(sys.stdin.buffer)
    sys.stdout.buffer.write(typeset(job["text"], date.fromisoformat(job["day"])))


if __name__ == "__main__":
    _set_one_job()
