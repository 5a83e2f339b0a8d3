r"""Every word on the paper that is not data, in English, Spanish and Tagalog.

The words are for handing to a neighbour: plain, short, polite. Column heads hold their own line
breaks ("\n"), because a narrow column of big letters must break where a person would.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from maps.streetlists.model import Language

__all__ = ["Words", "words_for"]


@dataclass(frozen=True)
class Words:
    """The words of one language; those with braces are `str.format` patterns."""

    pod: str
    all_pods: str
    street_list: str
    point_person: str
    doors: tuple[str, str]
    people: tuple[str, str]
    walk: str
    number: str
    door: str
    notes: str
    results: tuple[str, str, str, str, str]
    please_skip: str
    phone: str
    speaks: str
    language_not_known: str
    unit: str
    odd: str
    even: str
    several_streets: str
    not_on_map: str
    no_places: str
    legend_door: str
    legend_building: str
    legend_skip: str
    north: str
    map_of: str
    version: str
    printed: str
    destroy_by: str
    page: str
    page_head: str
    counts_head: str
    continued: str
    handle_with_care: str
    contents_note: str
    months: tuple[str, ...]
    day: str
    list_comma: str
    languages: dict[str, str]

    def date(self, day: dt.date) -> str:
        """Write a date as people write it ("October 14, 2026")."""
        return self.day.format(day=day.day, month=self.months[day.month - 1], year=day.year)

    def count(self, forms: tuple[str, str], number: int) -> str:
        """Write a count with its noun ("1 home", "14 homes")."""
        return forms[0 if number == 1 else 1].format(number)

    def language(self, spoken: str) -> str:
        """Name a language given by code or by name; an unknown one stays as it is written."""
        key = spoken.strip().casefold()
        return self.languages.get(key) or self.languages.get(_CODES.get(key, ""), spoken.strip())


ENGLISH = Words(
    pod="Pod {}",
    all_pods="All pods",
    street_list="Street list",
    point_person="Point person",
    doors=("{} home", "{} homes"),
    people=("{} person", "{} people"),
    walk="the walk: about {time}, {length}",
    number="No.",
    door="Home",
    notes="Notes",
    results=("Reached", "Not\nhome", "Needs\nhelp", "Moved", "Do not\ncontact"),
    please_skip="Please skip",
    phone="Phone",
    speaks="Speaks {}",
    language_not_known="Language not known",
    unit="Unit {}",
    odd="{}, odd numbers",
    even="{}, even numbers",
    several_streets="Along the way",
    not_on_map="not on the map",
    no_places="No map: the places of these homes are not known yet.",
    legend_door="home, as numbered in the list",
    legend_building="several homes",
    legend_skip="please skip",
    north="N",
    map_of="Map of {pod}, north up. {doors}, numbered as in the list, on {streets}.",
    version="List {}",
    printed="Printed {}",
    destroy_by="Destroy by {}",
    page="Page {page} of {pages}",
    page_head="Page",
    counts_head="Homes and people",
    continued="continued",
    handle_with_care="Names and home addresses: keep this list with you and give it to nobody.",
    contents_note="Every pod begins on a new sheet, so that no page of one pod is on the back of "
    "another's.",
    months=(
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
    day="{month} {day}, {year}",
    list_comma=", ",
    languages={
        "ar": "Arabic",
        "en": "English",
        "es": "Spanish",
        "fr": "French",
        "hmn": "Hmong",
        "ilo": "Ilocano",
        "ja": "Japanese",
        "ko": "Korean",
        "ru": "Russian",
        "sm": "Samoan",
        "so": "Somali",
        "th": "Thai",
        "tl": "Tagalog",
        "tli": "Tlingit",
        "to": "Tongan",
        "uk": "Ukrainian",
        "vi": "Vietnamese",
        "zh": "Chinese",
        "ase": "American Sign Language",
    },
)

SPANISH = Words(
    pod="Grupo {}",
    all_pods="Todos los grupos",
    street_list="Lista de hogares",
    point_person="Persona de enlace",
    doors=("{} hogar", "{} hogares"),
    people=("{} persona", "{} personas"),
    walk="el recorrido: unos {time}, {length}",
    number="N.º",
    door="Hogar",
    notes="Notas",
    results=("Hablamos", "No\nestaba", "Necesita\nayuda", "Se\nmudó", "No\ncontactar"),
    please_skip="Por favor, omitir",
    phone="Tel.",
    speaks="Habla {}",
    language_not_known="Idioma desconocido",
    unit="Apto. {}",
    odd="{}, números impares",
    even="{}, números pares",
    several_streets="En el camino",
    not_on_map="no está en el mapa",
    no_places="Sin mapa: todavía no se sabe dónde están estos hogares.",
    legend_door="hogar, con su número en la lista",
    legend_building="varios hogares",
    legend_skip="omitir",
    north="N",
    map_of="Mapa de {pod}, con el norte arriba. {doors}, numerados como en la lista, en {streets}.",
    version="Lista {}",
    printed="Impresa el {}",
    destroy_by="Destruir a más tardar el {}",
    page="Página {page} de {pages}",
    page_head="Página",
    counts_head="Hogares y personas",
    continued="continuación",
    handle_with_care="Nombres y domicilios: lleve esta lista con usted y no la dé a nadie.",
    contents_note="Cada grupo empieza en una hoja nueva, para que ninguna página de un grupo quede "
    "al dorso de otro.",
    months=(
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ),
    day="{day} de {month} de {year}",
    list_comma=", ",
    languages={
        "ar": "árabe",
        "en": "inglés",
        "es": "español",
        "fr": "francés",
        "hmn": "hmong",
        "ilo": "ilocano",
        "ja": "japonés",
        "ko": "coreano",
        "ru": "ruso",
        "sm": "samoano",
        "so": "somalí",
        "th": "tailandés",
        "tl": "tagalo",
        "tli": "tlingit",
        "to": "tongano",
        "uk": "ucraniano",
        "vi": "vietnamita",
        "zh": "chino",
        "ase": "lengua de señas americana",
    },
)

TAGALOG = Words(
    pod="Pangkat {}",
    all_pods="Lahat ng pangkat",
    street_list="Listahan ng mga tahanan",
    point_person="Tagapag-ugnay",
    doors=("{} tahanan", "{} tahanan"),
    people=("{} tao", "{} tao"),
    walk="ang lakad: mga {time}, {length}",
    number="Blg.",
    door="Tahanan",
    notes="Tala",
    results=("Nakausap", "Wala sa\nbahay", "Kailangan\nng tulong", "Lumipat", "Huwag\nkontakin"),
    please_skip="Pakilaktawan po",
    phone="Tel.",
    speaks="Nagsasalita ng {}",
    language_not_known="Hindi pa alam ang wika",
    unit="Unit {}",
    odd="{}, mga numerong gansal",
    even="{}, mga numerong tukol",
    several_streets="Sa daraanan",
    not_on_map="wala sa mapa",
    no_places="Walang mapa: hindi pa alam kung nasaan ang mga tahanang ito.",
    legend_door="tahanan, ayon sa numero sa listahan",
    legend_building="ilang tahanan",
    legend_skip="laktawan",
    north="N",
    map_of="Mapa ng {pod}, nasa itaas ang hilaga. {doors}, may numero gaya ng sa listahan, "
    "sa {streets}.",
    version="Listahan {}",
    printed="Inilimbag noong {}",
    destroy_by="Sirain nang hindi lalampas sa {}",
    page="Pahina {page} ng {pages}",
    page_head="Pahina",
    counts_head="Tahanan at tao",
    continued="karugtong",
    handle_with_care="Mga pangalan at tirahan: ingatan ang listahang ito at huwag ibigay sa iba.",
    contents_note="Nagsisimula ang bawat pangkat sa bagong papel, para walang pahina ng isang "
    "pangkat sa likod ng iba.",
    months=(
        "Enero",
        "Pebrero",
        "Marso",
        "Abril",
        "Mayo",
        "Hunyo",
        "Hulyo",
        "Agosto",
        "Setyembre",
        "Oktubre",
        "Nobyembre",
        "Disyembre",
    ),
    day="{month} {day}, {year}",
    list_comma=", ",
    languages={
        "ar": "Arabe",
        "en": "Ingles",
        "es": "Espanyol",
        "fr": "Pranses",
        "hmn": "Hmong",
        "ilo": "Ilokano",
        "ja": "Hapon",
        "ko": "Koreano",
        "ru": "Ruso",
        "sm": "Samoan",
        "so": "Somali",
        "th": "Thai",
        "tl": "Tagalog",
        "tli": "Tlingit",
        "to": "Tongan",
        "uk": "Ukraniyano",
        "vi": "Biyetnames",
        "zh": "Tsino",
        "ase": "American Sign Language",
    },
)

_BY_CODE: dict[str, Words] = {"en": ENGLISH, "es": SPANISH, "tl": TAGALOG}

# "Spanish", "español", "Espanyol" in the spreadsheet all mean "es".
_CODES: dict[str, str] = {
    name.casefold(): code for words in _BY_CODE.values() for code, name in words.languages.items()
} | {"fil": "tl", "filipino": "tl", "asl": "ase", "espanol": "es", "sign language": "ase"}


def words_for(language: Language) -> Words:
    """Return the words of a language.

    Parameters
    ----------
    language : {"en", "es", "tl"}
        As in `PrintOptions`.
    """
    return _BY_CODE[language]
