"""Strings that have run as code somewhere, and data for a map in which every field is one."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import shapely

from maps.data import (
    Ground,
    Household,
    Match,
    MatchMapData,
    Pod,
    PodMapData,
    Request,
    ScorePart,
    Volunteer,
)

# Each would call pwned(…) if it ran; a test defines pwned and looks whether it was called.
TEXTS = (
    "${pwned(1)}",
    "`+pwned(2)+`",
    "</script><img src=x onerror=pwned(3)>",
    '"><svg onload="pwned(4)">',
    "'-pwned(5)-'",
    "<!--<script>pwned(6)</script>",
    "{{ constructor.constructor('pwned(7)')() }}",
    "</title></style><script>pwned(8)</script>",
    "<iframe srcdoc='<script>parent.pwned(9)</script>'></iframe>",
    "\\u003c/script>\\x3cscript>pwned(10)",
    "line\u2028separator\u2029and\nnewline\ttab",
    "שלום \u202egnp.exe\u202c مرحبا",
    "👩‍👩‍👧 🏠 e\u0301\u0302 ｆｕｌｌ",
    "&lt;img src=x onerror=pwned(11)&gt;",
    "]]><script>pwned(12)</script>",
    "%3Cscript%3Epwned(13)%3C/script%3E",
    "__proto__",
)
LINKS = (
    "javascript:pwned(20)",
    "//evil.example/x",
    "/\\evil.example",
    "https://evil.example/",
    "data:text/html,<script>pwned(21)</script>",
    " /x",
    "/ok\njavascript:pwned(22)",
)


def feature(geometry: shapely.Geometry, **properties: object) -> Any:
    return SimpleNamespace(geometry=geometry, properties=properties)


def ground(text: str) -> Ground:
    return Ground(
        streets=[feature(shapely.LineString([(-134.42, 58.300), (-134.38, 58.301)]), name=text)],
        water=[feature(shapely.box(-134.42, 58.290, -134.38, 58.297), name=text)],
        barriers=[
            feature(shapely.LineString([(-134.42, 58.305), (-134.38, 58.305)]), name=text),
            feature(shapely.LineString([(-134.40, 58.304), (-134.40, 58.306)]), crossing=True),
        ],
        buildings=[feature(shapely.box(-134.401, 58.301, -134.400, 58.302), name=text)],
        landuse=[feature(shapely.box(-134.411, 58.301, -134.410, 58.302), name=text, kind=text)],
        contours=[feature(shapely.LineString([(-134.42, 58.31), (-134.4, 58.31)]), height_m=text)],
        boundary=[feature(shapely.box(-134.43, 58.28, -134.37, 58.32), name=text)],
        source=text,
    )


def pods(texts: tuple[str, ...] = TEXTS) -> PodMapData:
    """Five homes for each text, a pod of its own, and one home in no pod."""
    households = [
        Household(
            lon=-134.41 + 0.002 * (i % 9) + 0.0003 * k,
            lat=58.300 + 0.002 * (i // 9) + 0.0002 * (k % 2),
            label=text,
            pod=i + 1 if k < 5 else None,
            key=text,
            people=k + 1,
            building=text if k in (1, 2) else "",
            unit=text if k in (1, 2) else "",
            reason=text if k in (0, 5) else "",
            point_person=k == 3,
            href=LINKS[(i + k) % len(LINKS)],
        )
        for i, text in enumerate(texts)
        for k in range(6)
    ]
    numbered = [
        Pod(i + 1, name=text, needs=(text,), point_person=text, href=LINKS[i % len(LINKS)])
        for i, text in enumerate(texts)
    ]
    return PodMapData(households, numbered, ground(texts[2]), title=texts[2])


def matches(texts: tuple[str, ...] = TEXTS) -> MatchMapData:
    n = len(texts)
    requests = [
        Request(
            key=f"{text}{i}", label=text, lon=-134.41 + 0.002 * i, lat=58.300,
            urgency=(1, 2, 4)[i % 3], details=(text,), reason="" if i % 3 else text,
            href=LINKS[i % len(LINKS)],
        )
        for i, text in enumerate(texts)
    ]  # fmt: skip
    volunteers = [
        Volunteer(
            key=f"{text}{i}", label=text, lon=-134.41 + 0.002 * i, lat=58.304,
            details=(text,), href=LINKS[i % len(LINKS)],
        )
        for i, text in enumerate(texts)
    ]  # fmt: skip
    states = ("proposed", "offered", "accepted", "done", "declined", texts[2])
    made = [
        Match(
            request=requests[i].key, volunteer=volunteers[(i + 1) % n].key,
            state=states[i % 6], score=5, parts=(ScorePart(text, 5, 9, text),),
            distance_m=450.0, pinned=True, href=LINKS[i % len(LINKS)],
        )
        for i, text in enumerate(texts)
        if i % 3
    ]  # fmt: skip
    return MatchMapData(requests, volunteers, made, ground(texts[0]), title=texts[2])
