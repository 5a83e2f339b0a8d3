"""Invented volunteers and requests on given points, the same for the same seed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from geomatch.core.arrays import Floats, Ints
from geomatch.matching.engine import SLOTS, Requests, Volunteers

SKILLS = ("groceries", "pharmacy", "driving", "tutoring", "nursing", "repairs", "dog walking")
LANGUAGES = ("en", "es", "tl", "tlingit", "sm")
Cells = dict[str, list[str]]


def invented_cells(
    points: Floats, *, volunteers: int, requests: int, seed: int = 0
) -> tuple[Cells, Cells]:
    """Columns of text, as the two files of `geomatch match` hold them.

    Parameters
    ----------
    points
        (k, 2) longitude and latitude of homes; both sides live on some of them.
    """
    rng = np.random.default_rng(seed)
    return _volunteer_cells(rng, points, volunteers), _request_cells(rng, points, requests)


def invented_day(
    points: Floats, *, volunteers: int, requests: int, seed: int = 0
) -> tuple[Volunteers, Requests]:
    """The same people as the engine takes them."""
    v, r = invented_cells(points, volunteers=volunteers, requests=requests, seed=seed)
    return volunteers_of(v), requests_of(r)


def volunteers_of(cells: Cells) -> Volunteers:
    return Volunteers.build(
        cells["id"],
        _points(cells),
        person=cells["person"],
        skills=_lists(cells["skills"]),
        languages=_lists(cells["languages"]),
        flags=_lists(cells["flags"]),
        capacity=[int(c) for c in cells["capacity"]],
        max_km=[float(c) for c in cells["max_km"]],
        vehicle=[c == "yes" for c in cells["vehicle"]],
        modes=_lists(cells["modes"]),
        availability=_lists(cells["availability"]),
        resting_until=cells["resting_until"],
        pod=cells["pod"],
    )


def requests_of(cells: Cells) -> Requests:
    return Requests.build(
        cells["id"],
        _points(cells),
        person=cells["person"],
        skills=_lists(cells["skills"]),
        languages=_lists(cells["languages"]),
        flags=_lists(cells["flags"]),
        urgency=[int(c) for c in cells["urgency"]],
        mode=cells["mode"],
        needs_vehicle=[c == "yes" for c in cells["needs_vehicle"]],
        availability=_lists(cells["availability"]),
        pod=cells["pod"],
    )


def _volunteer_cells(rng: np.random.Generator, points: Floats, m: int) -> Cells:
    home = rng.integers(len(points), size=m)
    flags = ["", "immunocompromised", "exposed@2026-12-01", "exposed@2026-11-01"]
    modes = ["", "contactless;remote", "remote", "in_person;contactless"]
    english = ["en" if share < 0.9 else "" for share in rng.random(m)]
    return {
        "id": [f"v{k}" for k in range(m)],
        **_place(points, home),
        "person": [f"p{h}" for h in home],
        "skills": [_some(rng, SKILLS, 3) for _ in range(m)],
        "languages": [f"{word};{_some(rng, LANGUAGES[1:], 1)}".strip(";") for word in english],
        "flags": _pick(rng, m, flags, [0.8, 0.1, 0.05, 0.05]),
        "capacity": _pick(rng, m, ["1", "2", "3", "5", "0"], [0.45, 0.25, 0.15, 0.1, 0.05]),
        "max_km": _pick(rng, m, ["2", "5", "10", "20"], [0.2, 0.3, 0.3, 0.2]),
        "vehicle": _pick(rng, m, ["yes", ""], [0.6, 0.4]),
        "modes": _pick(rng, m, modes, [0.6, 0.15, 0.1, 0.15]),
        "availability": [_some(rng, SLOTS, 8) for _ in range(m)],
        "resting_until": _pick(rng, m, ["", "2026-12-24", "2026-11-01"], [0.9, 0.05, 0.05]),
        "pod": [str(h // 13) for h in home],
    }


def _request_cells(rng: np.random.Generator, points: Floats, n: int) -> Cells:
    home = rng.integers(len(points), size=n)
    return {
        "id": [f"r{k}" for k in range(n)],
        **_place(points, home),
        "person": [f"p{h}" for h in home],
        "skills": [_some(rng, SKILLS, 1) for _ in range(n)],
        "languages": _pick(rng, n, ["", "en", "es;en", "tl"], [0.3, 0.5, 0.12, 0.08]),
        "flags": _pick(rng, n, ["", "immunocompromised", "exposed@2026-12-01"], [0.75, 0.15, 0.1]),
        "urgency": _pick(rng, n, ["1", "2", "4"], [0.6, 0.3, 0.1]),
        "mode": _pick(rng, n, ["in_person", "contactless", "remote", ""], [0.5, 0.2, 0.2, 0.1]),
        "needs_vehicle": _pick(rng, n, ["", "yes"], [0.7, 0.3]),
        "availability": [_some(rng, SLOTS, 5) for _ in range(n)],
        "pod": [str(h // 13) for h in home],
    }


def _place(points: Floats, home: Ints) -> Cells:
    return {
        "lon": [f"{lon:.6f}" for lon in points[home, 0]],
        "lat": [f"{lat:.6f}" for lat in points[home, 1]],
    }


def _pick(rng: np.random.Generator, k: int, words: list[str], shares: list[float]) -> list[str]:
    return [str(w) for w in rng.choice(words, size=k, p=shares)]


def _some(rng: np.random.Generator, words: Sequence[str], most: int) -> str:
    chosen = rng.permutation(len(words))[: rng.integers(0, most + 1)]
    return ";".join(words[k] for k in sorted(chosen))


def _lists(cells: list[str]) -> list[list[str]]:
    return [[word for word in cell.split(";") if word] for cell in cells]


def _points(cells: Cells) -> Floats:
    return np.array(
        [
            (float(x or "nan"), float(y or "nan"))
            for x, y in zip(cells["lon"], cells["lat"], strict=True)
        ]
    ).reshape(-1, 2)
