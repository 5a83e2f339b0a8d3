"""Rows by their key, against a dictionary."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pods.planner.town.grouping import grouped


@given(st.lists(st.integers(-2, 6)))
def test_every_row_is_in_the_group_of_its_key_and_nowhere_else(keys):
    expected: dict[int, list[int]] = {}
    for row, key in enumerate(keys):
        if key >= 0:
            expected.setdefault(key, []).append(row)
    found = [rows.tolist() for rows in grouped(np.array(keys, dtype=np.int64))]
    assert found == [expected[key] for key in sorted(expected)]
