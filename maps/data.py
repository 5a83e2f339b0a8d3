"""What a map shows, as plain data: no folium, no Django, no database.

A page, a notebook or a command fills these in; `maps.payload` turns them into the JSON the script
reads. Everything here is text and numbers: no HTML is ever taken, and none is made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

__all__ = [
    "Catalogue",
    "Ground",
    "Household",
    "Match",
    "MatchMapData",
    "PlaceMapData",
    "Pod",
    "PodMapData",
    "Request",
    "ScorePart",
    "Spot",
    "SupportsFeature",
    "Volunteer",
]

NAN = float("nan")


class SupportsFeature(Protocol):
    """A shape with properties, as `geomatch.tables.read_features` gives them."""

    @property
    def geometry(self) -> Any:
        """A shapely geometry in WGS84 longitude and latitude."""

    @property
    def properties(self) -> Mapping[str, object]:
        """Its attributes; the map reads those `Ground` names, and no other."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The words a map says itself, in another language than English.

    Attributes
    ----------
    language
        Its code: `es`, `tl`.
    words
        By the English text (of a text that counts: its singular), the translation, or its plural
        forms in the order of the language's gettext header. What is missing is said in English.
    """

    language: str
    words: Mapping[str, str | Sequence[str]]


@dataclass(frozen=True, slots=True)
class Household:
    """One door.

    Attributes
    ----------
    lon, lat
        Degrees, or NaN where nobody knows yet: the household is then in the table only.
    label
        What a person reads first: the address, or whatever this reader may see.
    pod
        Number of its pod, or None.
    key
        Identifier that the page's events carry; never shown.
    people
        How many live there.
    building, unit
        Doors with the same building are one badge ("14 doors").
    reason
        Why it has no pod, or needs a look, in words.
    point_person
        Whether the pod's point person lives here.
    href
        Page of the household, a path on this site.
    hidden
        A hidden household never enters any map's data: it is dropped before anything is counted.
    """

    lon: float = NAN
    lat: float = NAN
    label: str = ""
    pod: int | None = None
    key: str = ""
    people: int = 1
    building: str = ""
    unit: str = ""
    reason: str = ""
    point_person: bool = False
    href: str = ""
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Pod:
    """One pod; what is not given is counted from its households.

    Attributes
    ----------
    number
        What it is called on every list and map, from 1.
    name
        "Harbor Street", where it has a name.
    needs
        What somebody should look at, one sentence each; an empty tuple when all is well.
    point_person
        Who looks after it, or "".
    longest_walk_m
        Metres from the medoid to the farthest member, or None.
    href
        Page of the pod, a path on this site.
    colour
        1 to 8, one of the look's pod colours; 0 leaves the choice to the map, for all pods.
    """

    number: int
    name: str = ""
    needs: tuple[str, ...] = ()
    point_person: str = ""
    longest_walk_m: float | None = None
    href: str = ""
    colour: int = 0


@dataclass(frozen=True, slots=True)
class Ground:
    """The pale map underneath: whatever of it is known. All in WGS84 longitude and latitude.

    Attributes
    ----------
    streets
        Lines with `name`; `class` or `highway` makes the large roads wider.
    water, land, buildings
        Areas (water lines are drawn as streams). With `land`, all the rest is sea.
    landuse
        Areas with `kind`: forest, park, pitch, cemetery, wetland, tidal_flat, rock, ice, pier,
        breakwater, runway; another kind is drawn as open ground.
    contours
        Lines of equal height, with `height_m`.
    barriers
        Lines or areas nobody crosses; those with `crossing` true are drawn as a bridge.
    boundary
        The network's edge.
    source
        Who is to be thanked for the data, shown in a corner.
    """

    streets: Sequence[SupportsFeature] = ()
    water: Sequence[SupportsFeature] = ()
    land: Sequence[SupportsFeature] = ()
    landuse: Sequence[SupportsFeature] = ()
    contours: Sequence[SupportsFeature] = ()
    buildings: Sequence[SupportsFeature] = ()
    barriers: Sequence[SupportsFeature] = ()
    boundary: Sequence[SupportsFeature] = ()
    source: str = ""


@dataclass(frozen=True, slots=True)
class PodMapData:
    """A pod map: the households, their pods, and the ground."""

    households: Sequence[Household]
    pods: Sequence[Pod] = ()
    ground: Ground = field(default_factory=Ground)
    title: str = "Pods"


@dataclass(frozen=True, slots=True)
class ScorePart:
    """One named part of a match's score.

    Attributes
    ----------
    name
        "Distance", "Languages", …
    points
        What it adds to the score.
    most
        The most it could have added: the length of the bar.
    words
        "0.6 km", "both speak Spanish".
    """

    name: str
    points: int
    most: int
    words: str = ""


@dataclass(frozen=True, slots=True)
class Volunteer:
    """Somebody who offers help. `lon`, `lat` are degrees, or NaN: in the table only."""

    key: str
    label: str
    lon: float = NAN
    lat: float = NAN
    capacity: int = 1
    details: tuple[str, ...] = ()
    href: str = ""
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """Somebody who asked for help.

    Attributes
    ----------
    key, label
        Identifier, and what this reader may see ("Groceries · Harbor Street").
    lon, lat
        Degrees, or NaN: in the table only.
    urgency
        1 when it suits, 2 this week, 4 today.
    details
        "speaks Spanish", "needs a car": never a diagnosis.
    reason
        Why nobody was found, in words; empty when somebody was.
    href, hidden
        As for a household.
    """

    key: str
    label: str
    lon: float = NAN
    lat: float = NAN
    urgency: int = 1
    details: tuple[str, ...] = ()
    reason: str = ""
    href: str = ""
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """A request and a volunteer, by their keys.

    Attributes
    ----------
    state
        `proposed`, `offered`, `accepted`, `declined` or `done`.
    score, parts
        The whole number and the named parts that add up to it.
    distance_m
        Metres on foot where those were measured, else great-circle; None where it does not matter.
    pinned
        Whether a person chose it and the solver left it alone.
    """

    request: str
    volunteer: str
    state: str = "proposed"
    score: int = 0
    parts: tuple[ScorePart, ...] = ()
    distance_m: float | None = None
    pinned: bool = False
    href: str = ""


@dataclass(frozen=True, slots=True)
class MatchMapData:
    """A match map: requests, volunteers, the lines between them, and the ground."""

    requests: Sequence[Request]
    volunteers: Sequence[Volunteer]
    matches: Sequence[Match] = ()
    ground: Ground = field(default_factory=Ground)
    title: str = "Matches"


@dataclass(frozen=True, slots=True)
class Spot:
    """A place with a few words beside it: degrees, and what it is called there."""

    lon: float
    lat: float
    label: str = ""


@dataclass(frozen=True, slots=True)
class PlaceMapData:
    """One home on the map, to be put where it is.

    Attributes
    ----------
    title
        What the map is of.
    pin
        Where the home is thought to be, or None.
    candidates
        Places it may be, numbered from 1 in this order.
    doors
        Known doors near by, drawn as small house numbers.
    around
        Longitude and latitude of known homes: the first view where there is neither a pin nor a
        candidate. They are not drawn, and not in the page.
    """

    title: str
    pin: Spot | None = None
    candidates: Sequence[Spot] = ()
    doors: Sequence[Spot] = ()
    around: Sequence[tuple[float, float]] = ()
