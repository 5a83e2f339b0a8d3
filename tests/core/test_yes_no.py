"""Yes and no, as people and programs write them."""

from __future__ import annotations

import doctest

import pytest

from geomatch.core import yes_no


def test_doctests() -> None:
    failed, tried = doctest.testmod(yes_no)
    assert tried
    assert not failed


def test_no_word_means_both() -> None:
    assert not yes_no.YES & yes_no.NO


@pytest.mark.parametrize("value", [True, 1, 1.0, " YES", "Sí", "x", "oo", "✓"])
def test_yes_in_any_shape(value: object) -> None:
    assert yes_no.is_yes(value)


@pytest.mark.parametrize("value", [False, 0, 0.0, None, "", "no", "perhaps", float("nan")])
def test_all_else_is_no_yes(value: object) -> None:
    assert not yes_no.is_yes(value)
