"""Every word of the public sign-up form, in the languages it speaks.

A table and not a message catalogue: a word that is missing in one language is an error before any
page is shown, and nothing has to be compiled (ADR 0006).
"""

from __future__ import annotations

from dataclasses import dataclass

from maps.streetlists.model import Language
from maps.streetlists.words import words_for

__all__ = ["JOIN_WORDS", "JoinWords"]


@dataclass(frozen=True)
class JoinWords:
    """The words of one language; those with braces are `str.format` patterns."""

    code: Language
    own_name: str
    skip: str
    title: str
    lead: str
    languages_nav: str
    wants: str
    wants_choices: dict[str, str]
    you: str
    name: str
    phone: str
    email: str
    reach_help: str
    address: str
    address_help: str
    unit: str
    city: str
    hidden: str
    hidden_help: str
    languages: str
    if_needs: str
    needs: str
    if_offers: str
    offers: str
    vehicle: str
    details: str
    details_help: str
    skills: dict[str, str]
    promise: str
    promises: tuple[str, str, str]
    consent: str
    send: str
    optional: str
    trap: str
    thanks: str
    thanks_text: str
    trouble: str
    fill_in: str
    choose_one: str
    choose_some: str
    reach: str
    no_email: str
    too_long: str
    agree: str
    too_soon: str
    too_late: str
    too_many: str
    too_many_text: str

    def language(self, code: str) -> str:
        """Name a language."""
        return words_for(self.code).language(code)


ENGLISH = JoinWords(
    code="en",
    own_name="English",
    skip="Skip to the form",
    title="Join {network}",
    lead="Ask your neighbours for help, offer yours, or both. It takes a few minutes, and you need "
    "no account.",
    languages_nav="Language",
    wants="What brings you here?",
    wants_choices={"needs": "I need help", "offers": "I can help", "both": "Both"},
    you="About you",
    name="Your name",
    phone="Phone",
    email="Email",
    reach_help="So that we can reach you, please leave a phone number or an email address.",
    address="Your address",
    address_help="House number and street. No fixed address? Write where we can meet you.",
    unit="Apartment or unit",
    city="Town",
    hidden="Please keep my address private",
    hidden_help="It is then on no map and on no list, and only the stewards of the network see it.",
    languages="Languages you speak",
    if_needs="If you need help",
    needs="What do you need?",
    if_offers="If you can help",
    offers="What can you do?",
    vehicle="I have a car",
    details="Anything we should know?",
    details_help="A few words are enough. Please leave out illnesses, and what concerns others.",
    skills={
        "groceries": "Groceries",
        "prescriptions": "Prescriptions",
        "tutoring": "Tutoring",
        "phone-check-in": "A phone call now and then",
        "rides": "Rides",
        "meals": "Meals",
        "handyman": "Handyman",
        "tech-help": "Tech help",
        "paperwork": "Paperwork",
        "pet-care": "Pet care",
        "snow-shovelling": "Snow shovelling",
        "firewood": "Firewood",
        "other-help": "Something else",
    },
    promise="What happens with it",
    promises=(
        "We keep what you write here to arrange help between neighbours, and for nothing else.",
        "The organizers of {network} read it. The person who looks after your street sees your "
        "name and address. Whoever helps you learns what is needed for that. It is not sold or "
        "given to anybody else. If you keep your address private, only the stewards read it.",
        "To see it, change it or have it deleted: {contact}. What we set aside is deleted after "
        "30 days.",
    ),
    consent="I agree that {network} keeps this and uses it as said above.",
    send="Send it to {network}",
    optional="(if you like)",
    trap="Leave this empty",
    thanks="Thank you",
    thanks_text="It has been sent. Somebody from {network} reads it and gets in touch with you. "
    "Is it urgent? {contact}",
    trouble="Something is missing",
    fill_in="Please fill this in.",
    choose_one="Please choose one.",
    choose_some="Please choose at least one.",
    reach="Please leave a phone number or an email address.",
    no_email="This does not look like an email address.",
    too_long="This is too long; please shorten it.",
    agree="We may keep it only if you agree.",
    too_soon="Please look it over once more, and send it again.",
    too_late="This page was open for long. What you wrote is still here: please send it again.",
    too_many="Many people are writing just now",
    too_many_text="We could not take this yet, and nothing was kept. Please try again in an hour, "
    "or get in touch: {contact}",
)

SPANISH = JoinWords(
    code="es",
    own_name="Español",
    skip="Ir al formulario",
    title="Únase a {network}",
    lead="Pida ayuda a sus vecinos, ofrezca la suya, o las dos cosas. Toma unos minutos y no "
    "necesita ninguna cuenta.",
    languages_nav="Idioma",
    wants="¿Qué le trae por aquí?",
    wants_choices={"needs": "Necesito ayuda", "offers": "Puedo ayudar", "both": "Las dos cosas"},
    you="Sobre usted",
    name="Su nombre",
    phone="Teléfono",
    email="Correo electrónico",
    reach_help="Deje un teléfono o un correo electrónico, para poder comunicarnos con usted.",
    address="Su dirección",
    address_help="Número y calle. ¿No tiene dirección fija? Escriba dónde podemos encontrarle.",
    unit="Apartamento o unidad",
    city="Ciudad",
    hidden="Por favor, mantengan mi dirección en privado",
    hidden_help="Así no aparece en ningún mapa ni en ninguna lista, y solo la ven las personas "
    "encargadas de los datos de la red.",
    languages="Idiomas que habla",
    if_needs="Si necesita ayuda",
    needs="¿Qué necesita?",
    if_offers="Si puede ayudar",
    offers="¿Qué puede hacer?",
    vehicle="Tengo carro",
    details="¿Algo que debamos saber?",
    details_help="Bastan unas palabras. Por favor, no escriba sobre enfermedades ni sobre otras "
    "personas.",
    skills={
        "groceries": "Compras de comida",
        "prescriptions": "Medicinas de la farmacia",
        "tutoring": "Ayuda con las tareas escolares",
        "phone-check-in": "Una llamada de vez en cuando",
        "rides": "Transporte en carro",
        "meals": "Comida preparada",
        "handyman": "Pequeñas reparaciones",
        "tech-help": "Ayuda con el teléfono o la computadora",
        "paperwork": "Ayuda con formularios y cartas",
        "pet-care": "Cuidado de mascotas",
        "snow-shovelling": "Quitar la nieve",
        "firewood": "Leña",
        "other-help": "Otra cosa",
    },
    promise="Qué hacemos con lo que escribe",
    promises=(
        "Guardamos lo que escribe aquí para organizar la ayuda entre vecinos, y para nada más.",
        "Lo leen los organizadores de {network}. La persona que atiende su calle ve su nombre y "
        "su dirección. Quien le ayude sabrá lo necesario para hacerlo. No se vende ni se da a "
        "nadie más. Si mantiene su dirección en privado, solo lo leen las personas encargadas de "
        "los datos.",
        "Para verlo, cambiarlo o pedir que se borre: {contact}. Lo que dejemos de lado se borra "
        "después de 30 días.",
    ),
    consent="Acepto que {network} guarde estos datos y los use como se dice arriba.",
    send="Enviar a {network}",
    optional="(si quiere)",
    trap="Deje esto vacío",
    thanks="Gracias",
    thanks_text="Se ha enviado. Alguien de {network} lo leerá y se comunicará con usted. "
    "¿Es urgente? {contact}",
    trouble="Falta algo",
    fill_in="Por favor, llene esto.",
    choose_one="Por favor, elija una opción.",
    choose_some="Por favor, elija al menos una.",
    reach="Por favor, deje un teléfono o un correo electrónico.",
    no_email="Esto no parece un correo electrónico.",
    too_long="Es demasiado largo; por favor, acórtelo.",
    agree="Solo podemos guardarlo si usted acepta.",
    too_soon="Por favor, revíselo una vez más y envíelo de nuevo.",
    too_late="Esta página estuvo abierta mucho tiempo. Lo que escribió sigue aquí: por favor, "
    "envíelo de nuevo.",
    too_many="Muchas personas están escribiendo en este momento",
    too_many_text="Todavía no pudimos recibirlo y no se guardó nada. Inténtelo de nuevo en una "
    "hora, o comuníquese con nosotros: {contact}",
)

TAGALOG = JoinWords(
    code="tl",
    own_name="Tagalog",
    skip="Pumunta sa form",
    title="Sumali sa {network}",
    lead="Humingi ng tulong sa mga kapitbahay, mag-alok ng tulong, o pareho. Ilang minuto lang po, "
    "at hindi kailangan ng account.",
    languages_nav="Wika",
    wants="Ano po ang sadya ninyo?",
    wants_choices={
        "needs": "Kailangan ko ng tulong",
        "offers": "Makakatulong ako",
        "both": "Pareho",
    },
    you="Tungkol sa inyo",
    name="Pangalan ninyo",
    phone="Telepono",
    email="Email",
    reach_help="Maglagay po ng numero ng telepono o email, para makontak namin kayo.",
    address="Tirahan ninyo",
    address_help="Numero ng bahay at kalye. Walang permanenteng tirahan? Isulat kung saan kayo "
    "puwedeng puntahan.",
    unit="Apartment o unit",
    city="Bayan o lungsod",
    hidden="Huwag po ninyong ipakita ang tirahan ko",
    hidden_help="Wala ito sa anumang mapa o listahan, at ang mga tagapangasiwa lang ng network ang "
    "makakakita.",
    languages="Mga wikang sinasalita ninyo",
    if_needs="Kung kailangan ninyo ng tulong",
    needs="Ano po ang kailangan ninyo?",
    if_offers="Kung makakatulong kayo",
    offers="Ano po ang magagawa ninyo?",
    vehicle="May kotse ako",
    details="May dapat pa ba kaming malaman?",
    details_help="Sapat na ang ilang salita. Huwag po munang isulat ang tungkol sa sakit o sa "
    "ibang tao.",
    skills={
        "groceries": "Pamimili ng pagkain",
        "prescriptions": "Gamot mula sa botika",
        "tutoring": "Tulong sa aralin",
        "phone-check-in": "Tawag paminsan-minsan",
        "rides": "Sakay sa kotse",
        "meals": "Lutong pagkain",
        "handyman": "Maliliit na pagkukumpuni",
        "tech-help": "Tulong sa telepono o kompyuter",
        "paperwork": "Tulong sa mga papeles at liham",
        "pet-care": "Pag-aalaga ng hayop",
        "snow-shovelling": "Pag-aalis ng niyebe",
        "firewood": "Panggatong na kahoy",
        "other-help": "Iba pa",
    },
    promise="Ano ang gagawin namin dito",
    promises=(
        "Itatago namin ang isinulat ninyo para maisaayos ang pagtutulungan ng magkakapitbahay, at "
        "wala nang iba pa.",
        "Babasahin ito ng mga tagapag-ayos ng {network}. Makikita ng nangangalaga sa inyong kalye "
        "ang pangalan at tirahan ninyo. Malalaman ng tutulong sa inyo ang kailangan lang para "
        "doon. Hindi ito ibebenta o ibibigay sa iba. Kung itatago ninyo ang tirahan, mga "
        "tagapangasiwa lang ang babasa.",
        "Para makita, mabago o mabura ito: {contact}. Ang isasantabi namin ay buburahin "
        "pagkaraan ng 30 araw.",
    ),
    consent="Pumapayag akong itago ito ng {network} at gamitin gaya ng nasabi sa itaas.",
    send="Ipadala sa {network}",
    optional="(kung gusto ninyo)",
    trap="Iwanan itong walang laman",
    thanks="Salamat po",
    thanks_text="Naipadala na po. Babasahin ito ng taga-{network} at kokontakin kayo. "
    "Kailangan agad? {contact}",
    trouble="May kulang pa",
    fill_in="Pakisagutan po ito.",
    choose_one="Pumili po ng isa.",
    choose_some="Pumili po ng kahit isa.",
    reach="Maglagay po ng numero ng telepono o email.",
    no_email="Mukhang hindi ito email.",
    too_long="Masyado itong mahaba; pakiiklian po.",
    agree="Maitatago lang namin ito kung papayag kayo.",
    too_soon="Pakitingnan po itong muli, at ipadala ulit.",
    too_late="Matagal nang bukas ang pahinang ito. Narito pa ang isinulat ninyo: pakipadala po "
    "ulit.",
    too_many="Marami ang sumusulat ngayon",
    too_many_text="Hindi pa namin ito natanggap, at walang naitago. Subukan po ulit pagkaraan ng "
    "isang oras, o makipag-ugnayan: {contact}",
)

JOIN_WORDS: dict[str, JoinWords] = {words.code: words for words in (ENGLISH, SPANISH, TAGALOG)}
