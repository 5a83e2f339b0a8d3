"""Our own folium elements: a pod map and a match map. The only module that imports folium.

folium writes data into code: a name with `${…}` or `</script>` in it runs. An element here emits
exactly one call into our own script, with a JSON configuration; the data reach the page as JSON
too, and the script shows them with `textContent`. No file comes from another host, and neither
jQuery nor Bootstrap comes at all.

The same map object serves three places: `map_parts` gives a Django template its pieces, a notebook
shows it in a sandboxed frame, and `maps.exports` (or `map.save(path)`) writes one file that opens
with no network.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Any, NoReturn, cast

import folium
from branca.element import Figure
from folium.template import Template
from markupsafe import Markup

from geomatch.core.errors import ParameterError
from maps.assets import SCRIPTS, STYLES, modules
from maps.data import Catalogue, MatchMapData, PlaceMapData, PodMapData
from maps.document import self_contained
from maps.payload import (
    Json,
    catalogue_payload,
    ground_payload,
    match_payload,
    place_payload,
    pod_payload,
    script_json,
)

__all__ = [
    "MapParts",
    "MatchMap",
    "PlaceMap",
    "PodMap",
    "map_parts",
    "match_map",
    "place_map",
    "pod_map",
]


@dataclass(frozen=True)
class MapParts:
    """A map in pieces, for a template that owns the page.

    Attributes
    ----------
    styles, scripts, modules
        Paths for `{% static %}`, in the order they must load: style sheets, plain scripts, then ES
        modules (`<script type="module">`).
    stage, panel
        HTML of the map itself, and of the sentence, legend and table beside it. Both belong
        inside one `<section class="gm-map" id="{{ parts.id }}">`, in this order. They are marked
        as safe: nothing in them comes from the data.
    data
        JSON blocks (`<script type="application/json">`), empty where the data come by URL. They
        are not code, so they need no nonce.
    script
        The one inline call, without its `<script type="module" nonce=…>` tags: as a module it runs
        after the modules before it.
    id
        The id the section must have.
    """

    styles: tuple[str, ...]
    scripts: tuple[str, ...]
    modules: tuple[str, ...]
    stage: Markup
    panel: Markup
    data: Markup
    script: Markup
    id: str


class _LocalFigure(Figure):
    """A figure whose page is self-contained, whoever asks for it."""

    def render(self, **_: Any) -> str:
        local = self._local
        parts = map_parts(local)
        return self_contained(
            title=local.title,
            section_id=parts.id,
            body=parts.stage + parts.panel,
            data=parts.data,
            call=parts.script,
            lang=local.language,
        )

    def _repr_html_(self, **_: Any) -> str:
        # Sandboxed without `allow-same-origin`: the frame can run our script, and reach nothing
        # of the notebook it stands in.
        return (
            f'<iframe srcdoc="{escape(self.render())}" sandbox="allow-scripts allow-popups"'
            f' allow="fullscreen" title="{escape(self._title())}" width="100%"'
            f' height="{escape(str(self.height or 640))}"'
            ' style="border:0;border-radius:6px"></iframe>'
        )

    def _title(self) -> str:
        return self._local.title

    @property
    def _local(self) -> _LocalMap:
        (local,) = self._children.values()
        return cast("_LocalMap", local)  # each makes its own figure, and no other is added


class _LocalMap(folium.Map):
    """A folium map drawn by our script: one call, local files, data as JSON."""

    default_js = [(path, f"/static/{path}") for path in SCRIPTS]  # noqa: RUF012 - folium's name and type
    default_css = [(path, f"/static/{path}") for path in STYLES]  # noqa: RUF012

    _template = Template("""
        {% macro html(this, kwargs) %}
        <div class="gm-stage" data-gm="stage"></div>
        {% endmacro %}
        {% macro script(this, kwargs) %}
        GeomatchMaps.open({{ this.config | tojson }});
        {% endmacro %}
    """)

    def __init__(
        self,
        *,
        title: str,
        data: Json,
        ground: Json,
        urls: tuple[str, str] | None,
        catalogue: Catalogue | None,
    ) -> None:
        super().__init__(tiles=None)
        self._name = type(self).__name__
        self.title = title
        _LocalFigure(title=title).add_child(self)
        self.payloads: dict[str, Json] = {} if urls else {"data": data, "ground": ground}
        self.config: Json = {"id": self.get_name()}
        if urls:
            self.config |= {"data": urls[0], "ground": urls[1]}
        self.language = catalogue.language if catalogue else "en"
        if catalogue:
            self.payloads["words"] = catalogue_payload(catalogue)

    def add_child(self, child: Any, name: str | None = None, index: int | None = None) -> NoReturn:
        """Refuse: folium's own layers put data into code and fetch files from other hosts."""
        raise ParameterError(
            f"a geomatch map takes no folium layer ({type(child).__name__}): give the data to"
            " pod_map or match_map instead"
        )


class PodMap(_LocalMap):
    """Households, pods, barriers and the ground; made by `pod_map`."""


class MatchMap(_LocalMap):
    """Requests, volunteers and the lines between them; made by `match_map`."""


class PlaceMap(_LocalMap):
    """One home, to be put where it is; made by `place_map`."""


def pod_map(
    data: PodMapData,
    *,
    urls: tuple[str, str] | None = None,
    catalogue: Catalogue | None = None,
) -> PodMap:
    """Make a pod map.

    Parameters
    ----------
    data
        Households, pods and ground. Hidden households are dropped here.
    urls
        Addresses on this site from which the page fetches `pod_payload` and `ground_payload`;
        None puts both into the page.
    catalogue
        The map's own words in another language than English; they go into the page as JSON.

    Returns
    -------
    PodMap
        For `map_parts`, for a notebook cell, or to `save`.
    """
    inline = urls is None
    return PodMap(
        title=data.title,
        data=pod_payload(data) if inline else {},
        ground=ground_payload(data.ground) if inline else {},
        urls=urls,
        catalogue=catalogue,
    )


def match_map(
    data: MatchMapData,
    *,
    urls: tuple[str, str] | None = None,
    catalogue: Catalogue | None = None,
) -> MatchMap:
    """Make a match map; as `pod_map`, with `match_payload`."""
    inline = urls is None
    return MatchMap(
        title=data.title,
        data=match_payload(data) if inline else {},
        ground=ground_payload(data.ground) if inline else {},
        urls=urls,
        catalogue=catalogue,
    )


def place_map(
    data: PlaceMapData, *, ground_url: str, catalogue: Catalogue | None = None
) -> PlaceMap:
    """Make the map of one home, for a page with a form that places it.

    The home's point stands in the page itself: there is no address from which anybody else could
    load it. Only the ground comes from `ground_url`.
    """
    drawn = PlaceMap(
        title=data.title, data=place_payload(data), ground={}, urls=None, catalogue=catalogue
    )
    del drawn.payloads["ground"]
    drawn.config["ground"] = ground_url
    return drawn


def map_parts(local_map: _LocalMap) -> MapParts:
    """Render a map in pieces for a page with a nonce.

    Parameters
    ----------
    local_map
        From `pod_map`, `match_map` or `place_map`.

    Returns
    -------
    MapParts
        Nothing in it came from the data but JSON, and the script is one call.
    """
    macros = local_map._template.module.__dict__
    name = local_map.get_name()
    return MapParts(
        styles=STYLES,
        scripts=SCRIPTS,
        modules=modules(),
        stage=Markup(macros["html"](local_map, {}).strip()),  # noqa: S704 - no data in it
        panel=Markup('<aside class="gm-panel" data-gm="panel"></aside>'),
        data=Markup("").join(_json_block(f"{name}-{k}", v) for k, v in local_map.payloads.items()),
        script=Markup(macros["script"](local_map, {}).strip()),  # noqa: S704 - folium's tojson
        id=name,
    )


def _json_block(block_id: str, payload: Json) -> Markup:
    text = script_json(payload)  # escapes whatever could close the block
    return Markup(f'<script type="application/json" id="{block_id}">{text}</script>')  # noqa: S704
