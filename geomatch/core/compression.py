"""Press bytes into text, for the sealed columns."""

from __future__ import annotations

import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterable


def pressed(pieces: Iterable[bytes]) -> str:
    """Press bytes that come in pieces: the whole is never held unpressed."""
    press = zlib.compressobj(6)
    parts = [press.compress(piece) for piece in pieces]
    return b64encode(b"".join((*parts, press.flush()))).decode()


def unpressed(text: str) -> bytes:
    """Undo `pressed`.

    >>> unpressed(pressed([b"14 Harbor", b" Street"]))
    b'14 Harbor Street'
    """
    return zlib.decompress(b64decode(text))
