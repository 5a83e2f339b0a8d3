"""The contexts of the pages on which homes are placed."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django import forms

from tests.browser.look_samples import MIDDLE, step


@lru_cache
def place_map_parts() -> Any:
    from maps.data import PlaceMapData, Spot
    from maps.elements import map_parts, place_map

    lon, lat = MIDDLE
    spots = [Spot(lon + 0.001 * i, lat, f"{12 + 2 * i} Spruce Lane") for i in range(3)]
    doors = [Spot(lon + 0.0004 * i, lat + 0.0003, str(2 * i)) for i in range(8)]
    drawn = place_map(
        PlaceMapData("Where is 12 Sprcue Ln?", Spot(lon, lat + 0.0005), spots, doors),
        ground_url="/look/nothing.json",
    )
    del drawn.config["ground"]  # the look has no network to ask for its streets
    return map_parts(drawn)


def places() -> dict[str, tuple[str, dict[str, Any]]]:
    page = {
        "map": place_map_parts,
        "lead": "38 addresses need you, the worst first. 112 more lie between two homes.",
        "back": {"label": "Neighbours", "url": "#"},
        "position": "3 of 150",
        "next_url": "#next",
        "previous_url": "#before",
        "put_url": "#",
        "point": f"{MIDDLE[1] + 0.0005:.6f}, {MIDDLE[0]:.6f}",
        "seen": "0a1b2c3d",
        "upcoming": [
            {"address": "No address", "url": "#", "quality": "none"},
            {"address": "3rd Street and Lantern Street", "url": "#", "quality": "street"},
        ],
    }
    home = {"written": "12 Sprcue Ln", "who": "Lucía Torres", "url": "#", "states": []}
    why = "if Spruce Lane is meant"
    return {
        "place": (
            "network/place.html",
            page
            | {
                "home": home | {"quality": "street", "sure": "an unsure match", "reason": why},
                "candidates": [
                    {
                        "value": f"58.3, -134.4 {n} Spruce Lane",
                        "address": f"{n} Spruce Lane, Port Alder",
                        "quality": quality,
                        "sure": "a likely match",
                        "why": why,
                    }
                    for n, quality in ((12, "rooftop"), (14, "interpolated"), (16, "rooftop"))
                ],
                "placed": [
                    {"address": "9 Fir Street", "url": "#", "words": "Ana, a minute ago"},
                    {"address": "4 Elm Street", "url": "#", "words": "Tom, 3 June 2026"},
                ],
            },
        ),
        "place-box": (
            "network/place.html",
            page
            | {
                "home": home
                | {"written": "PO Box 12", "quality": "none", "asks_for_place": True, "box": "x"}
                | {"states": ["hidden"], "hidden": True},
                "typed": "the old cannery",
                "found_nothing": True,
            },
        ),
        "place-none": (
            "network/place_none.html",
            {
                "lead": "No address needs you.",
                "back": page["back"],
                "onward": step("Go on to the pods", "pods"),
            },
        ),
    }


class _Chosen(forms.Form):
    service = forms.ChoiceField(
        choices=[("none", "Nobody: addresses stay on this machine"), ("nominatim", "Nominatim")],
        widget=forms.RadioSelect,
        label="Service",
    )
    url = forms.CharField(required=False, label="Its address, if it is your own server")


def geocoding() -> dict[str, tuple[str, dict[str, Any]]]:
    back = {"label": "Settings", "url": "#"}
    return {
        "geocoding": (
            "site/geocoding.html",
            {
                "lead": "Nominatim may be asked. Nothing is sent before you have seen the lines.",
                "back": back,
                "form": _Chosen(initial={"service": "nominatim"}),
                "unlooked": 3,
                "next_step": step("Place 3 addresses", "pin", "post"),
                "sending": {
                    "host": "nominatim.openstreetmap.org",
                    "terms": "https://operations.osmfoundation.org/policies/nominatim/",
                    "heading": "12 addresses would go to nominatim.openstreetmap.org",
                    "time": "About 13 seconds, at the pace it allows.",
                    "button": "Send 12 addresses to nominatim.openstreetmap.org",
                    "lines": [f"{n} SPRUCE LN, PORT ALDER, AK 99801" for n in range(2, 26, 2)],
                    "count": 12,
                    "notes": ["Hidden homes are never sent.", "2 homes without a street."],
                },
                "consents": [{"words": "38 addresses to photon.komoot.io", "who": "Ana, 3 June"}],
            },
        ),
        "geocoding-off": (
            "site/geocoding.html",
            {"lead": "Off: no address leaves this machine.", "back": back},
        ),
    }
