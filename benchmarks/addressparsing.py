"""How well labelled address lines from the whole country are read."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from geomatch.core import addresses
from geomatch.core.addresses import parse_address

__all__ = ["PARTS", "parsing"]

PARTS = {
    "number": {"AddressNumber", "AddressNumberSuffix"},
    "street": {
        "StreetName",
        "StreetNamePreDirectional",
        "StreetNamePreModifier",
        "StreetNamePreType",
        "StreetNamePostDirectional",
        "StreetNamePostModifier",
        "StreetNamePostType",
    },
    "unit": {"OccupancyType", "OccupancyIdentifier"},
    "city": {"PlaceName"},
    "region": {"StateName"},
    "postcode": {"ZipCode"},
}
NORMALISE: dict[str, Callable[[str], object]] = {
    "number": addresses.normalise_number,
    "street": addresses.normalise_street,
    "unit": addresses.normalise_unit,
    "city": addresses.normalise_city,
    "region": addresses.normalise_region,
    "postcode": addresses.normalise_postcode,
}


def parsing(folder: Path) -> None:
    """Read labelled lines; with the town known, as a gazetteer knows it, and without."""
    path = folder / "address_strings_usaddress" / "labeled.csv"
    with path.open(encoding="utf-8") as file:
        lines = [(row["address"], json.loads(row["tokens_json"])) for row in csv.DictReader(file)]
    labels = {label for wanted in PARTS.values() for label in wanted}
    lines = [
        (line, tokens)
        for line, tokens in lines
        if {"AddressNumber", "StreetName"} <= {label for _, label in tokens} <= labels
    ]
    for name in ("no town known", "its town known"):
        right: Counter[str] = Counter()
        for line, tokens in lines:
            truth = {
                part: NORMALISE[part](
                    " ".join(word for word, label in tokens if label in wanted).replace(",", " ")
                )
                for part, wanted in PARTS.items()
            }
            towns = [str(truth["city"])] if name == "its town known" else []
            read = parse_address(line, towns=towns)
            good = [part for part in PARTS if getattr(read, part) == truth[part]]
            right.update(good)
            right["all parts"] += len(good) == len(PARTS)
        shares = " | ".join(
            f"{right[part] * 100 / len(lines):.1f}" for part in [*PARTS, "all parts"]
        )
        print(f"| {name} | {len(lines):,} | {shares} |")
