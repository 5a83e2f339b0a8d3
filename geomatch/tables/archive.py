"""The zip archive that a workbook is: opened within limits, read part by part as a stream.

The archive's directory says how large each part unpacks; that is looked at first, because it is
cheap. It can lie, so what really comes out is counted as well.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from xml.parsers import expat

from geomatch.core.errors import GeomatchError, TableError
from geomatch.core.translation import gettext
from geomatch.tables.limits import Limits, megabytes
from geomatch.tables.progress import Progress

__all__ = ["Archive", "opened_archive"]


_CHUNK_BYTES = 1 << 16
_MANY_PARTS = 10_000
_DEEPEST = 100  # elements within elements; a sheet needs about ten
_LONGEST_TAG = 4_000_000  # bytes of one tag, with its attributes


class Archive:
    """Parts of an open workbook, each read at most once from front to end."""

    def __init__(self, opened: zipfile.ZipFile, file: str, limits: Limits) -> None:
        self._opened, self._file = opened, file
        self._budget = limits.unpacked_bytes

    def __contains__(self, part: str) -> bool:
        return part in self._opened.NameToInfo

    def size(self, part: str) -> int:
        """How large a part says that it unpacks."""
        return self._opened.getinfo(part).file_size if part in self else 0

    def parse(
        self, part: str, parser: expat.XMLParserType, progress: Progress | None = None
    ) -> Iterator[None]:
        """Feed one part to an XML parser, giving way after each piece.

        Yields
        ------
        None
            After each piece, so that the caller can hand on what the parser has found so far.
        """

        def refuse_doctype(*_: object) -> None:
            raise TableError(
                gettext("this workbook declares XML entities, which none needs"), file=self._file
            )

        parser.StartDoctypeDeclHandler = refuse_doctype
        self._bound_depth(parser)
        info = self._opened.getinfo(part)
        done = 0
        with self._opened.open(info) as stream:
            while piece := stream.read(_CHUNK_BYTES):
                done += len(piece)
                self._spend(len(piece))
                parser.Parse(piece, False)
                # What is not yet parsed is one tag that goes on: the parser would hold all of it.
                if done - parser.CurrentByteIndex > _LONGEST_TAG:
                    raise TableError(gettext("the workbook holds an endless tag"), file=self._file)
                if progress:
                    progress(done, info.file_size)
                yield
        parser.Parse(b"", True)
        yield

    def _bound_depth(self, parser: expat.XMLParserType) -> None:
        """Refuse elements nested without end, of each of which the parser keeps the name."""
        start: Any = parser.StartElementHandler
        end: Any = parser.EndElementHandler
        depth = 0

        def deeper(name: str, attributes: dict[str, str]) -> None:
            nonlocal depth
            depth += 1
            if depth > _DEEPEST:
                raise TableError(
                    gettext(
                        "the workbook nests more than {deepest} elements, which no honest one does"
                    ).format(deepest=_DEEPEST),
                    file=self._file,
                )
            start(name, attributes)

        def back(name: str) -> None:
            nonlocal depth
            depth -= 1
            if end:
                end(name)

        parser.StartElementHandler, parser.EndElementHandler = deeper, back

    def _spend(self, size: int) -> None:
        self._budget -= size
        if self._budget < 0:
            raise TableError(
                gettext("the workbook unpacks to far more than it says"), file=self._file
            )


@contextmanager
def opened_archive(path: Path, file: str, limits: Limits) -> Iterator[Archive]:
    """Open a workbook's archive; whatever is wrong inside becomes one `TableError`.

    Raises
    ------
    TableError
        If it unpacks to more than the limits allow, or is damaged or locked.
    """
    try:
        with zipfile.ZipFile(path) as opened:
            _check_size(opened, path, file, limits)
            yield Archive(opened, file, limits)
    except GeomatchError:
        raise
    except expat.ExpatError as error:
        raise TableError(
            gettext("the workbook is damaged ({error}); open it and save it again").format(
                error=error
            ),
            file=file,
        ) from error
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        LookupError,  # a part that the directory lacks, or an encoding that nobody knows
        ValueError,
        NotImplementedError,  # a compression that no spreadsheet uses
        RuntimeError,  # a password
        OverflowError,
        OSError,
    ) as error:
        raise TableError(
            gettext(
                "the workbook is cut short, damaged or locked ({error}); open it and save it again"
            ).format(error=error),
            file=file,
        ) from error


def _check_size(opened: zipfile.ZipFile, path: Path, file: str, limits: Limits) -> None:
    parts = opened.infolist()
    unpacked = sum(part.file_size for part in parts)
    ratio = unpacked / max(path.stat().st_size, 1)
    bomb = unpacked > limits.ratio_from_bytes and ratio > limits.unpacked_ratio
    if unpacked > limits.unpacked_bytes or bomb or len(parts) > _MANY_PARTS:
        raise TableError(
            gettext(
                "the workbook of {size} unpacks to {unpacked} in {number:,} parts, "
                "which no honest one does. Clear unused rows and columns, or save the "
                "sheet as .csv"
            ).format(
                size=megabytes(path.stat().st_size),
                unpacked=megabytes(unpacked),
                number=len(parts),
            ),
            file=file,
        )
