"""What the page behind an offer's link says, in English, Spanish and Tagalog.

Plain, short, polite, as on paper (`maps.streetlists.words`, which also has the names of languages
and months). Kinds of help are the network's own words and stay as they are.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from django.utils import timezone

from geomatch.matching.engine.inputs.words import SLOTS, parse_slots
from maps.streetlists.words import words_for

MANY_SLOTS = 4

Code = Literal["en", "es", "tl"]


@dataclass(frozen=True)
class OfferWords:
    """The words of one language; those with braces are `str.format` patterns.

    `headings` and `explained` go by how the offer stands (`geomatch.matching.links.standing`).
    """

    code: Code
    headings: dict[str, str]
    explained: dict[str, str]
    asks_for: str
    yes: str
    no: str
    answer_until: str
    said_yes: str
    for_whom: str
    where: str
    phone: str
    details: str
    done: str
    cannot: str
    how: str
    how_far: str
    when: str
    they_speak: str
    needed: str
    car: str
    modes: dict[str, str]
    less_than: str
    any_time: str
    more: str
    days: tuple[str, ...]
    parts: tuple[str, str, str]
    slot: str
    moment: str

    def times(self, availability: list[str]) -> str:
        """Say the parts of the week somebody named."""
        if not availability:
            return self.any_time
        mask = parse_slots(availability)
        slots = [divmod(k, 3) for k in range(len(SLOTS)) if mask >> k & 1]
        named = [self.slot.format(day=self.days[d], part=self.parts[p]) for d, p in slots]
        more = f" {self.more.format(len(named) - MANY_SLOTS)}" if len(named) > MANY_SLOTS else ""
        return ", ".join(named[:MANY_SLOTS]) + more

    def languages(self, codes: Sequence[str]) -> str:
        """Name languages."""
        paper = words_for(self.code)
        return paper.list_comma.join(paper.language(code) for code in codes)

    def until(self, moment: dt.datetime) -> str:
        """Say a moment as a person would."""
        local = timezone.localtime(moment)
        return self.moment.format(
            day=self.days[local.weekday()],
            number=local.day,
            month=words_for(self.code).months[local.month - 1],
            time=f"{local:%-I:%M} {'am' if local.hour < 12 else 'pm'}",
        )


ENGLISH = OfferWords(
    code="en",
    headings={
        "asked": "{}, can you help?",
        "accepted": "Thank you, {}",
        "declined": "That is fine",
        "done": "Done. Thank you",
        "late": "Somebody else is being asked",
        "over": "You need not go",
    },
    explained={
        "asked": "A no is fine and is not counted. You see the address after your yes.",
        "accepted": "Keep the link: it shows the address until it is done. Please do not pass it "
        "on.",
        "declined": "Somebody else is asked now. A no is never held against anybody.",
        "done": "The address is hidden again.",
        "late": "The time to answer is over. Nothing is lost, and nothing is counted.",
        "over": "Somebody else is going, or it was called off. Thank you for being there.",
    },
    asks_for="{} asks for a neighbour:",
    yes="Yes, I can go",
    no="Not this time",
    answer_until="Please answer until {}.",
    said_yes="You said yes to:",
    for_whom="For",
    where="Where",
    phone="Phone",
    details="Details",
    done="It is done",
    cannot="I cannot make it after all",
    how="How",
    how_far="How far",
    when="When",
    they_speak="They speak",
    needed="Needed",
    car="a car",
    modes={
        "in_person": "in person",
        "contactless": "without meeting: leave it at the door",
        "remote": "by phone or online",
    },
    less_than="less than {}",
    any_time="any time",
    more="and {} more",
    days=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    parts=("morning", "afternoon", "evening"),
    slot="{day} {part}",
    moment="{day} {number} {month}, {time}",
)

SPANISH = OfferWords(
    code="es",
    headings={
        "asked": "{}, ¿puede ayudar?",
        "accepted": "Gracias, {}",
        "declined": "Está bien",
        "done": "Hecho. Gracias",
        "late": "Se le está pidiendo a otra persona",
        "over": "No hace falta que vaya",
    },
    explained={
        "asked": "Puede decir que no, sin problema: no se toma en cuenta. Verá la dirección "
        "después de decir que sí.",
        "accepted": "Guarde el enlace: muestra la dirección hasta que esté hecho. Por favor, no lo "
        "comparta.",
        "declined": "Ahora se le pide a otra persona. Un no nunca se le reprocha a nadie.",
        "done": "La dirección vuelve a estar oculta.",
        "late": "El tiempo para responder terminó. No se pierde nada y no se toma nada en cuenta.",
        "over": "Va otra persona, o se canceló. Gracias por estar ahí.",
    },
    asks_for="{} pide ayuda para una persona vecina:",
    yes="Sí, puedo ir",
    no="Esta vez no",
    answer_until="Por favor, responda hasta el {}.",
    said_yes="Usted dijo que sí a:",
    for_whom="Para",
    where="Dónde",
    phone="Teléfono",
    details="Detalles",
    done="Ya está hecho",
    cannot="Al final no puedo",
    how="Cómo",
    how_far="A qué distancia",
    when="Cuándo",
    they_speak="Hablan",
    needed="Hace falta",
    car="un auto",
    modes={
        "in_person": "en persona",
        "contactless": "sin encontrarse: déjelo en la puerta",
        "remote": "por teléfono o en línea",
    },
    less_than="menos de {}",
    any_time="a cualquier hora",
    more="y {} más",
    days=("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
    parts=("por la mañana", "por la tarde", "por la noche"),
    slot="{day} {part}",
    moment="{day} {number} de {month}, {time}",
)

TAGALOG = OfferWords(
    code="tl",
    headings={
        "asked": "{}, makakatulong po ba kayo?",
        "accepted": "Salamat po, {}",
        "declined": "Ayos lang po",
        "done": "Tapos na. Salamat po",
        "late": "May iba nang tinatanong",
        "over": "Hindi na po kailangang pumunta",
    },
    explained={
        "asked": "Ayos lang po ang tumanggi at hindi ito binibilang. Makikita ninyo ang address "
        "pagkatapos ninyong pumayag.",
        "accepted": "Itago po ang link: ipinapakita nito ang address hanggang matapos. Pakiusap, "
        "huwag itong ipasa sa iba.",
        "declined": "Iba na po ang tinatanong ngayon. Hindi kailanman isusumbat ang pagtanggi.",
        "done": "Nakatago na muli ang address.",
        "late": "Tapos na po ang oras ng pagsagot. Walang nawala, at walang binibilang.",
        "over": "May iba nang pupunta, o kinansela na ito. Salamat po sa inyong kahandaan.",
    },
    asks_for="Humihingi ng tulong ang {} para sa isang kapitbahay:",
    yes="Opo, makakapunta ako",
    no="Hindi muna ngayon",
    answer_until="Pakisagot po hanggang {}.",
    said_yes="Pumayag po kayo sa:",
    for_whom="Para kay",
    where="Saan",
    phone="Telepono",
    details="Mga detalye",
    done="Tapos na",
    cannot="Hindi na po ako makakapunta",
    how="Paano",
    how_far="Gaano kalayo",
    when="Kailan",
    they_speak="Wika nila",
    needed="Kailangan",
    car="sasakyan",
    modes={
        "in_person": "harapan",
        "contactless": "walang harapan: iwan sa pinto",
        "remote": "sa telepono o online",
    },
    less_than="wala pang {}",
    any_time="kahit anong oras",
    more="at {} pa",
    days=("Lunes", "Martes", "Miyerkules", "Huwebes", "Biyernes", "Sabado", "Linggo"),
    parts=("umaga", "hapon", "gabi"),
    slot="{day} ng {part}",
    moment="{day}, {month} {number}, {time}",
)

_BY_CODE = {words.code: words for words in (ENGLISH, SPANISH, TAGALOG)}


def offer_words(spoken: Sequence[str]) -> OfferWords:
    """Return the words of the first language somebody speaks that there are words in.

    >>> offer_words(["tli", "es", "en"]).yes, offer_words([]).yes
    ('Sí, puedo ir', 'Yes, I can go')
    """
    return next((_BY_CODE[code] for code in spoken if code in _BY_CODE), ENGLISH)
