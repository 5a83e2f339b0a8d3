"""How a reader tells how far it is."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[float, float | None], object]
"""Told how much is done, and of how much where that is known."""
