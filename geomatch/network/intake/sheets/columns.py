"""Recognise what a sheet holds and which of its columns is which, by the names people use."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from geomatch.core.errors import ColumnError


class Kind(StrEnum):
    """What the rows of a sheet are."""

    HOUSEHOLDS = "households"
    VOLUNTEERS = "volunteers"
    REQUESTS = "requests"


ADDRESS = {
    "address": (
        "address", "street address", "home address", "where", "where do you live",
        "direccion", "domicilio", "tirahan", "address ng bahay",
    ),
    "number": ("number", "house number", "house no", "street number", "no", "numero"),
    "street": ("street", "street name", "road", "calle", "kalye"),
    "unit": (
        "unit", "apt", "apartment", "apt unit", "unit apt", "apt no", "suite", "lot", "space",
        "apartamento", "departamento", "depto",
    ),
    "city": ("city", "town", "community", "ciudad", "pueblo", "lungsod", "bayan"),
    "region": ("region", "state", "province", "estado", "provincia", "lalawigan"),
    "postcode": ("postcode", "zip", "zip code", "postal code", "codigo postal"),
    "lon": ("lon", "lng", "longitude", "longitud"),
    "lat": ("lat", "latitude", "latitud"),
}  # fmt: skip
PERSON = {
    "name": (
        "name", "full name", "contact", "contact name", "neighbor", "neighbour", "your name",
        "nombre", "nombre completo", "nombre y apellido", "pangalan", "buong pangalan",
    ),
    "phone": (
        "phone", "phone number", "telephone", "tel", "cell", "mobile", "cell phone",
        "telefono", "numero de telefono", "celular", "numero ng telepono", "telepono",
    ),
    "email": (
        "email", "e mail", "email address", "correo", "correo electronico", "email mo",
    ),
    "languages": (
        "languages", "language", "speaks", "preferred language", "idiomas", "idioma", "lenguas",
        "wika", "mga wika",
    ),
    "flags": ("flags", "risk flags", "risk", "health flags", "covid risk"),
    "flags_until": ("flags until", "risk until", "until"),
    "immunocompromised": (
        "immunocompromised", "immune compromised", "high risk", "inmunodeprimido", "alto riesgo",
    ),
    "exposed": ("exposed", "exposed until", "quarantine until", "isolating until", "expuesto"),
    "notes": (
        "notes", "note", "comments", "comment", "remarks", "notas", "comentarios", "mga tala",
    ),
    "written_on": (
        "last updated", "updated", "updated on", "last edited", "modified", "timestamp",
        "marca temporal", "actualizado",
    ),
}  # fmt: skip
FIELDS: Mapping[Kind, Mapping[str, tuple[str, ...]]] = {
    Kind.HOUSEHOLDS: {
        "id": ("id", "household id", "neighbor id", "neighbour id", "ref", "row id"),
        **ADDRESS,
        **PERSON,
        "people": (
            "people", "in household", "household size", "people in household", "how many",
            "how many people", "people count", "number in household",
            "personas", "cuantas personas", "personas en el hogar", "ilan kayo", "bilang ng tao",
        ),
        "do_not_contact": (
            "do not contact", "dnc", "dont contact", "no contact", "please skip", "no contactar",
            "huwag kontakin",
        ),
        "hidden": (
            "hidden", "private address", "hide address", "private", "confidential",
            "direccion privada", "confidencial",
        ),
        "quiet": ("quiet", "deceased", "passed away", "quiet no mail", "fallecido"),
        "point_person": ("point person", "pod lead", "block captain", "willing point person"),
        "drives": (
            "drives", "driver", "has car", "can drive", "car", "maneja", "tiene carro", "may kotse",
        ),
        "meeting_place": ("meeting place", "where to meet", "meet at"),
        "meeting_until": ("meeting until", "meeting place until", "until when"),
    },
    Kind.VOLUNTEERS: {
        "id": ("id", "volunteer id", "ref", "row id"),
        "household": ("household", "household id", "neighbor id", "neighbour id"),
        **ADDRESS,
        **PERSON,
        "skills": (
            "skills", "skill", "can help with", "helps with", "offers", "can do",
            "puede ayudar con", "habilidades", "ofrece", "maitutulong",
        ),
        "capacity": ("capacity", "tasks per week", "tasks a week", "per week", "how many a week"),
        "max_km": ("max km", "radius km", "km", "how far km", "how far"),
        "vehicle": (
            "vehicle", "car", "has car", "drives", "driver", "carro", "vehiculo", "may kotse",
        ),
        "modes": ("modes", "mode", "how", "ways"),
        "availability": ("availability", "available", "when", "free", "disponibilidad", "kailan"),
        "resting_until": ("resting until", "away until", "break until", "not before"),
    },
    Kind.REQUESTS: {
        "id": ("id", "request id", "ref", "row id"),
        "household": ("household", "household id", "neighbor id", "neighbour id", "who id"),
        **ADDRESS,
        **PERSON,
        "skills": (
            "skills", "need", "needs", "help needed", "request", "what",
            "necesita", "ayuda", "ayuda necesaria", "kailangan", "tulong",
        ),
        "urgency": ("urgency", "priority", "how urgent", "urgencia", "prioridad"),
        "mode": ("mode", "how", "how to help"),
        "needs_vehicle": ("needs vehicle", "needs car", "car needed", "vehicle needed"),
        "availability": ("availability", "when", "best time", "time", "cuando", "kailan"),
        "asked_on": ("asked on", "asked", "date", "requested on", "fecha", "petsa"),
        "details": ("details", "detail", "description", "more", "detalles", "detalye"),
    },
}  # fmt: skip

# What a row of each kind cannot do without: one of each group.
NEEDED: Mapping[Kind, tuple[tuple[str, ...], ...]] = {
    Kind.HOUSEHOLDS: (("name",), ("address", "street")),
    Kind.VOLUNTEERS: (("name", "household"), ("address", "street", "household")),
    Kind.REQUESTS: (("skills",), ("name", "household")),
}
_SHEET_WORDS = (
    (Kind.VOLUNTEERS, ("volunteer", "helper", "offer", "voluntari", "boluntaryo")),
    (Kind.REQUESTS, ("request", "need", "ask", "solicitud", "kailangan")),
    (
        Kind.HOUSEHOLDS,
        (
            "neighbor",
            "neighbour",
            "household",
            "people",
            "contact",
            "address",
            "vecin",
            "kapitbahay",
        ),
    ),
)


def plain(name: str) -> str:
    """Reduce a header to its words, without accents: `"# in Household "` → `"in household"`.

    >>> plain("Do NOT contact!"), plain("Teléfono")
    ('do not contact', 'telefono')
    """
    bare = unicodedata.normalize("NFKD", name.casefold()).replace("'", "").replace("’", "")
    bare = "".join(letter for letter in bare if not unicodedata.combining(letter))
    return " ".join(re.findall(r"[a-z0-9]+", bare))


_FIELD_OF = {
    kind: {plain(word): field for field, words in fields.items() for word in words}
    for kind, fields in FIELDS.items()
}


@dataclass(frozen=True)
class Recognised:
    """A sheet whose columns are known.

    Attributes
    ----------
    kind
        What its rows are.
    columns
        Field name → the column's name in the sheet.
    unknown
        Columns nobody asked for; they are left alone.
    """

    kind: Kind
    columns: Mapping[str, str]
    unknown: tuple[str, ...]


def needed_words(sheet: str) -> frozenset[str]:
    """Names of the columns that a sheet of this name cannot do without."""
    kind = _kind_by_name(sheet)
    if kind is None:
        return frozenset()
    return frozenset(
        word for group in NEEDED[kind] for field in group for word in FIELDS[kind][field]
    )


def recognise(
    names: Iterable[str], *, sheet: str = "", kind: Kind | None = None, file: str | None = None
) -> Recognised:
    """Say what a sheet is and which of its columns are which.

    Parameters
    ----------
    names
        The header row.
    sheet
        The sheet's or file's name; it hints at the kind.
    kind
        What the rows are, where the caller knows.
    file
        Name for error messages.

    Raises
    ------
    geomatch.core.errors.ColumnError
        If a needed column is missing, or two columns claim the same field.
    """
    names = list(names)
    if kind is None:
        kind = kind_of(names, sheet)
    columns = _match(names, kind, file)
    for group in missing_fields(columns, kind):
        wanted = " or ".join(f"“{field.replace('_', ' ')}”" for field in group)
        raise ColumnError(
            f"no column for {wanted} among {len(names)} columns of {kind.value}: "
            f"{', '.join(f'“{name}”' for name in names[:12])}. Rename the column that holds it",
            file=file,
        )
    used = set(columns.values())
    return Recognised(kind, columns, tuple(name for name in names if name not in used))


def _match(names: list[str], kind: Kind, file: str | None) -> dict[str, str]:
    columns: dict[str, str] = {}
    for name in names:
        field = field_named(name, kind)
        if field is None:
            continue
        if field in columns:
            raise ColumnError(
                f"both “{columns[field]}” and “{name}” look like the {field.replace('_', ' ')}; "
                "rename the one that is not",
                file=file,
            )
        columns[field] = name
    return columns


def field_named(name: str, kind: Kind) -> str | None:
    """Return the field that a column's name says, if it says one."""
    words = _FIELD_OF[kind]
    return words.get(plain(name)) or words.get(plain(re.sub(r"\(.*?\)", "", name)))


def missing_fields(columns: Iterable[str], kind: Kind) -> list[tuple[str, ...]]:
    """Return the groups of fields of which a sheet of this kind needs one and has none."""
    present = set(columns)
    return [group for group in NEEDED[kind] if not present & set(group)]


def kind_of(names: Iterable[str], sheet: str = "") -> Kind:
    """Guess what the rows of a sheet are, by its name, else by its columns."""
    return _kind_by_name(sheet) or _kind_by_columns(list(names))


def _kind_by_name(sheet: str) -> Kind | None:
    words = plain(sheet)
    for kind, hints in _SHEET_WORDS:
        if any(hint in words for hint in hints):
            return kind
    return None


def _kind_by_columns(names: list[str]) -> Kind:
    """Choose the kind most of whose own columns (those no other kind has) are present."""
    present = {plain(name) for name in names}

    def own(kind: Kind) -> int:
        others = {
            word
            for other in Kind
            if other is not kind
            for words in FIELDS[other].values()
            for word in words
        }
        mine = {word for words in FIELDS[kind].values() for word in words} - others
        return len(mine & present)

    return max(Kind, key=own)
