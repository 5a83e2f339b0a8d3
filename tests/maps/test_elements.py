"""One call, local files, and no word of the data outside JSON."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import folium
import pytest

from geomatch.core.errors import ParameterError
from maps.data import PlaceMapData, PodMapData, Spot
from maps.elements import map_parts, match_map, place_map, pod_map
from tests.maps import hostile

STATIC = Path(__file__).resolve().parents[2] / "maps" / "static"
MAPS = {"pods": lambda: pod_map(hostile.pods()), "matches": lambda: match_map(hostile.matches())}


class Outline(HTMLParser):
    """The elements and attributes of a page, as a browser would read them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def tags(self) -> list[str]:
        return [tag for tag, _ in self.found]


@pytest.mark.parametrize("kind", MAPS)
def test_the_script_is_exactly_one_call_with_the_id(kind: str) -> None:
    parts = map_parts(MAPS[kind]())
    assert re.fullmatch(rf'GeomatchMaps\.open\(\{{"id": "{parts.id}"\}}\);', parts.script)


@pytest.mark.parametrize("kind", MAPS)
def test_the_markup_holds_nothing_of_the_data(kind: str) -> None:
    parts = map_parts(MAPS[kind]())
    assert Outline(parts.stage).tags() == ["div"]
    assert Outline(parts.panel).tags() == ["aside"]
    blocks = Outline(parts.data).found
    assert [(tag, attrs["type"]) for tag, attrs in blocks] == [("script", "application/json")] * 2


def test_data_by_address_leave_only_the_addresses_in_the_page() -> None:
    drawn = pod_map(PodMapData([], title="Pods"), urls=("/a/</script>", "/b'/\u2028"))
    parts = map_parts(drawn)
    assert parts.data == ""
    assert "</script>" not in parts.script
    assert "\\u003c/script\\u003e" in parts.script


def test_every_file_a_map_names_is_in_the_tree() -> None:
    parts = map_parts(pod_map(PodMapData([])))
    for path in (*parts.styles, *parts.scripts, *parts.modules):
        assert (STATIC / path).is_file(), path


@pytest.mark.parametrize("kind", MAPS)
def test_whatever_folium_is_asked_for_names_no_other_host(kind: str) -> None:
    drawn = MAPS[kind]()
    for page in (drawn.get_root().render(), drawn._repr_html_()):
        for _, attrs in Outline(page).found:
            for name in ("src", "href", "action", "data"):
                assert attrs.get(name) is None, (name, attrs[name])
        assert not re.search(r"(?:@import|url\()\s*['\"]?(?:https?:)?//", page)


def test_a_notebook_shows_it_in_a_frame_that_reaches_nothing() -> None:
    ((tag, attrs),) = Outline(pod_map(hostile.pods())._repr_html_()).found
    assert tag == "iframe"
    assert "allow-same-origin" not in attrs["sandbox"].split()
    assert "default-src 'none'" in Outline(attrs["srcdoc"]).found[3][1]["content"]


@pytest.mark.parametrize(
    "layer",
    [
        folium.Marker([58.3, -134.4], popup="${alert(1)}"),
        folium.TileLayer("OpenStreetMap"),
        folium.GeoJson({"type": "FeatureCollection", "features": []}),
    ],
    ids=lambda layer: type(layer).__name__,
)
def test_folium_layers_are_refused_with_what_to_do(layer: object) -> None:
    drawn = pod_map(PodMapData([]))
    with pytest.raises(ParameterError, match="give the data to pod_map"):
        layer.add_to(drawn)
    assert drawn._children == {}


def test_the_point_of_one_home_stands_in_the_page_and_at_no_address() -> None:
    hostile_label = "</script><img src=x onerror=alert(1)>"
    data = PlaceMapData(hostile_label, Spot(-134.4, 58.3, hostile_label))
    parts = map_parts(place_map(data, ground_url="/harbor/ground.json"))
    assert parts.modules[-1] == "maps/main.js"
    call = rf'GeomatchMaps\.open\(\{{"ground": "/harbor/ground.json", "id": "{parts.id}"\}}\);'
    assert re.fullmatch(call, parts.script)
    assert Outline(parts.data).tags() == ["script"]
    assert "-134.4" in parts.data
    assert "<img" not in parts.data
