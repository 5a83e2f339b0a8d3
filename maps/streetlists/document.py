"""From a street list to the plain data its sheet is set from. All words are chosen here."""

from __future__ import annotations

from collections.abc import Sequence

from geomatch.core.geodesy import METRES_PER_MILE
from maps.streetlists.letters import FAMILIES, printable
from maps.streetlists.list_rows import Rows
from maps.streetlists.model import PrintOptions, StreetList
from maps.streetlists.phrases import Words, words_for
from maps.streetlists.planning import Plan, plan_of
from maps.streetlists.sketch import Mark, draw
from maps.streetlists.surroundings import Surroundings

__all__ = ["document_data", "list_data", "pod_title"]

WALKING_M_PER_MIN = 75.0
"""4.5 km/h, an easy pace."""


def document_data(
    lists: Sequence[dict[str, object]], options: PrintOptions, *, contents: bool = False
) -> dict[str, object]:
    """Return everything the template prints.

    Parameters
    ----------
    lists : sequence of dict
        What `list_data` returned for each pod, in the order of the paper.
    options : PrintOptions
        How to print.
    contents : bool
        Whether a page of contents comes first.

    Returns
    -------
    dict
        Strings, numbers, lists and dicts only.
    """
    words = words_for(options.language)
    return {
        "language": options.language,
        "fonts": list(FAMILIES),
        "large": options.large_print,
        "paper": {"letter": "us-letter", "a4": "a4"}[options.paper],
        "contents": contents,
        "network": next((str(item["network"]) for item in lists if item["network"]), ""),
        "words": {
            "street_list": words.street_list,
            "all_pods": words.all_pods,
            "contents_note": words.contents_note,
            "point_person": words.point_person,
            "number": words.number,
            "door": words.door,
            "notes": words.notes,
            "results": list(words.results),
            "please_skip": words.please_skip,
            "printed": words.printed.format(words.date(options.date)),
            "destroy_by": words.destroy_by.format(words.date(options.destroy_by)),
            "page": words.page.format(page="{page}", pages="{pages}"),
            "page_head": words.page_head,
            "counts_head": words.counts_head,
            "continued": words.continued,
            "care": words.handle_with_care,
            "legend_door": words.legend_door,
            "legend_building": words.legend_building,
            "legend_skip": words.legend_skip,
            "north": words.north,
            "no_places": words.no_places,
        },
        "lists": list(lists),
    }


def list_data(
    street_list: StreetList, options: PrintOptions, surroundings: Surroundings | None = None
) -> dict[str, object]:
    """Order and draw one list, and choose its words.

    Parameters
    ----------
    street_list : StreetList
        One pod.
    options : PrintOptions
        How to print.
    surroundings : Surroundings, optional
        What to draw and walk along.

    Returns
    -------
    dict
        Strings, numbers, lists and dicts only, for `document_data`.
    """
    words = words_for(options.language)
    plan = plan_of(street_list, options, surroundings)
    doors = words.count(words.doors, len(street_list.doors))
    people = street_list.people
    title = pod_title(street_list.pod, words)
    cities = {printable(door.city) for door in street_list.doors if door.city.strip()}
    return {
        "title": title,
        "network": printable(street_list.network),
        "city": next(iter(cities)) if len(cities) == 1 else "",
        "point_person": printable(street_list.point_person),
        "counts": doors if people is None else f"{doors} · {words.count(words.people, people)}",
        "version": words.version.format(printable(street_list.version or street_list.fingerprint)),
        "walk": _walk_words(plan.walk_m, words),
        "rows": Rows(street_list, plan, options, words, show_city=len(cities) > 1).rows(),
        "map": _map_data(street_list, plan, options),
        "map_alt": words.map_of.format(
            pod=title, doors=doors, streets=_streets_words(street_list, words)
        ),
    }


def pod_title(pod: str, words: Words) -> str:
    """Return "Pod 12" for a number; a pod with a name goes by its name."""
    label = printable(pod)
    return words.pod.format(label) if label[:1].isdigit() or len(label) <= 2 else label


def _walk_words(walk_m: float, words: Words) -> str:
    if walk_m < 1:
        return ""
    # No-break spaces: a number and its unit stay together.
    metric = f"{max(round(walk_m, -1), 10):.0f}\u00a0m"
    if walk_m >= 950:
        metric = f"{walk_m / 1000:.1f}\u00a0km"
    length = f"{metric} · {max(walk_m / METRES_PER_MILE, 0.1):.1f}\u00a0mi"
    minutes = walk_m / WALKING_M_PER_MIN
    lasting = f"{max(minutes, 1):.0f}\u00a0min" if minutes < 90 else f"{minutes / 60:.1f}\u00a0h"
    return words.walk.format(time=lasting, length=length)


def _streets_words(street_list: StreetList, words: Words) -> str:
    names = sorted({printable(door.street) for door in street_list.doors if door.street.strip()})
    return words.list_comma.join(names) if names else "—"


def _map_data(
    street_list: StreetList, plan: Plan, options: PrintOptions
) -> dict[str, object] | None:
    if plan.frame is None:
        return None
    first: dict[int, int] = {}
    at = 1
    for stop in plan.order:
        first[stop] = at
        at += len(plan.stops[stop].doors)
    marks = []
    for index in plan.placed:
        doors = plan.stops[index].doors
        last = first[index] + len(doors) - 1
        text = str(first[index]) if len(doors) == 1 else f"{first[index]}–{last}"
        marks.append(Mark(text, all(street_list.doors[d].do_not_contact for d in doors)))
    type_pt = 18.0 if options.large_print else 11.0
    sketch = draw(plan.frame, plan.points_m, marks, plan.near, plan.legs_m, type_pt=type_pt)
    return sketch.as_data() | {
        "has_buildings": any(len(plan.stops[i].doors) > 1 for i in plan.placed),
        "has_skips": any(mark.skip for mark in marks),
    }
