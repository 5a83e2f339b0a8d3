"""Every word of the public sign-up form, from the catalogues, in the languages it speaks."""

from __future__ import annotations

from dataclasses import dataclass

from geomatch.core.translation import LANGUAGES, gettext, speaking
from maps.streetlists.words import words_for

__all__ = ["JOIN_WORDS", "JoinWords"]


@dataclass(frozen=True)
class JoinWords:
    """The words of one language; those with braces are `str.format` patterns."""

    code: str
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


def _words(code: str) -> JoinWords:
    with speaking(code):
        return JoinWords(
            code=code,
            own_name=LANGUAGES[code],
            skip=gettext("Skip to the form"),
            title=gettext("Join {network}"),
            lead=gettext(
                "Ask your neighbours for help, offer yours, or both. It takes a few minutes, and "
                "you need no account."
            ),
            languages_nav=gettext("Language"),
            wants=gettext("What brings you here?"),
            wants_choices={
                "needs": gettext("I need help"),
                "offers": gettext("I can help"),
                "both": gettext("Both"),
            },
            you=gettext("About you"),
            name=gettext("Your name"),
            phone=gettext("Phone"),
            email=gettext("Email"),
            reach_help=gettext(
                "So that we can reach you, please leave a phone number or an email address."
            ),
            address=gettext("Your address"),
            address_help=gettext(
                "House number and street. No fixed address? Write where we can meet you."
            ),
            unit=gettext("Apartment or unit"),
            city=gettext("Town"),
            hidden=gettext("Please keep my address private"),
            hidden_help=gettext(
                "It is then on no map and on no list, and only the stewards of the network see it."
            ),
            languages=gettext("Languages you speak"),
            if_needs=gettext("If you need help"),
            needs=gettext("What do you need?"),
            if_offers=gettext("If you can help"),
            offers=gettext("What can you do?"),
            vehicle=gettext("I have a car"),
            details=gettext("Anything we should know?"),
            details_help=gettext(
                "A few words are enough. Please leave out illnesses, and what concerns others."
            ),
            skills={
                "groceries": gettext("Groceries"),
                "prescriptions": gettext("Prescriptions"),
                "tutoring": gettext("Tutoring"),
                "phone-check-in": gettext("A phone call now and then"),
                "rides": gettext("Rides"),
                "meals": gettext("Meals"),
                "handyman": gettext("Handyman"),
                "tech-help": gettext("Tech help"),
                "paperwork": gettext("Paperwork"),
                "pet-care": gettext("Pet care"),
                "snow-shovelling": gettext("Snow shovelling"),
                "firewood": gettext("Firewood"),
                "other-help": gettext("Something else"),
            },
            promise=gettext("What happens with it"),
            promises=(
                gettext(
                    "We keep what you write here to arrange help between neighbours, and for "
                    "nothing else."
                ),
                gettext(
                    "The organizers of {network} read it. The person who looks after your street "
                    "sees your name and address. Whoever helps you learns what is needed for "
                    "that. It is not sold or given to anybody else. If you keep your address "
                    "private, only the stewards read it."
                ),
                gettext(
                    "To see it, change it or have it deleted: {contact}. What we set aside is "
                    "deleted after 30 days."
                ),
            ),
            consent=gettext("I agree that {network} keeps this and uses it as said above."),
            send=gettext("Send it to {network}"),
            optional=gettext("(if you like)"),
            trap=gettext("Leave this empty"),
            thanks=gettext("Thank you"),
            thanks_text=gettext(
                "It has been sent. Somebody from {network} reads it and gets in touch with you. "
                "Is it urgent? {contact}"
            ),
            trouble=gettext("Something is missing"),
            fill_in=gettext("Please fill this in."),
            choose_one=gettext("Please choose one."),
            choose_some=gettext("Please choose at least one."),
            reach=gettext("Please leave a phone number or an email address."),
            no_email=gettext("This does not look like an email address."),
            too_long=gettext("This is too long; please shorten it."),
            agree=gettext("We may keep it only if you agree."),
            too_soon=gettext("Please look it over once more, and send it again."),
            too_late=gettext(
                "This page was open for long. What you wrote is still here: please send it again."
            ),
            too_many=gettext("Many people are writing just now"),
            too_many_text=gettext(
                "We could not take this yet, and nothing was kept. Please try again in an hour, "
                "or get in touch: {contact}"
            ),
        )


JOIN_WORDS: dict[str, JoinWords] = {code: _words(code) for code in LANGUAGES}
