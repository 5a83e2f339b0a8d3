"""What two spellings of one name or address share."""

from __future__ import annotations

_NEITHER_LETTER_NOR_DIGIT = {code: None for code in range(128) if not chr(code).isalnum()}


def comparable(text: str) -> str:
    """Reduce a name or an address to its letters and digits, all small.

    >>> comparable("12 Main St., APT 4")
    '12mainstapt4'
    """
    text = text.casefold()
    if text.isascii():  # nearly all text, and ten times as quick
        return text.translate(_NEITHER_LETTER_NOR_DIGIT)
    return "".join(filter(str.isalnum, text))
