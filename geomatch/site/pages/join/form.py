"""The questions of the public sign-up form, and the traps beside them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core import signing
from django.core.validators import EmailValidator

from geomatch.network.models import Network, SignUp
from geomatch.site.pages.join.phrases import JoinWords

# Nobody fills the form in faster; a page that was open for longer is no longer believed.
LEAST_S, MOST_S = 3, 24 * 3600
OTHER_HELP = "other-help"
# Control characters, and those that turn the direction of text around.
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")

_signer = signing.TimestampSigner(salt="geomatch.join")


def stamp(network: Network) -> str:
    """Sign the time at which a form was shown."""
    return _signer.sign(str(network.pk))


def stamp_trouble(network: Network, value: str) -> str:
    """Say what is wrong with a stamp: "too_soon", "too_late", or "" where it is well."""
    try:
        if _signer.unsign(value, max_age=MOST_S) != str(network.pk):
            return "too_late"
    except signing.BadSignature:  # another's, mangled, or expired
        return "too_late"
    try:
        _signer.unsign(value, max_age=LEAST_S)
    except signing.SignatureExpired:
        return ""
    return "too_soon"


class JoinForm(forms.Form):
    """What a neighbour is asked, in the words of one language.

    Parameters
    ----------
    words
        The language's words.
    skills
        Kinds of help, code and label.
    languages
        Codes of the languages to choose from.
    """

    use_required_attribute = False  # our own words say what is missing, in the form's language

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        words: JoinWords,
        skills: Iterable[tuple[str, str]],
        languages: Iterable[str],
        **more: Any,
    ) -> None:
        super().__init__(data, auto_id="join-%s", **more)
        self.words = words
        help_choices = list(skills)
        spoken = [(code, words.language(code)) for code in languages]
        self.fields |= {
            "wants": self._choice(words.wants, list(words.wants_choices.items())),
            "name": self._line(words.name, 120, autocomplete="name"),
            "phone": self._line(
                words.phone, 40, words.reach_help, required=False, type="tel", autocomplete="tel"
            ),
            "email": self._email(),
            "address": self._line(
                words.address, 200, words.address_help, autocomplete="street-address"
            ),
            "unit": self._line(words.unit, 40, required=False),
            "city": self._line(words.city, 80, required=False, autocomplete="address-level2"),
            "hidden": forms.BooleanField(
                label=words.hidden, help_text=words.hidden_help, required=False
            ),
            "languages": self._choices(words.languages, spoken),
            "needs": self._choices(words.needs, help_choices),
            "offers": self._choices(words.offers, help_choices),
            "vehicle": forms.BooleanField(label=words.vehicle, required=False),
            "details": forms.CharField(
                label=words.details,
                help_text=words.details_help,
                required=False,
                max_length=1000,
                widget=forms.Textarea(attrs={"rows": 3}),
                error_messages={"max_length": words.too_long},
            ),
            "consent": forms.BooleanField(label="", error_messages={"required": words.agree}),
            # People do not see this one; programs fill in whatever has a name.
            "website": forms.CharField(
                label=words.trap,
                required=False,
                widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
            ),
            "stamp": forms.CharField(required=False, widget=forms.HiddenInput),
        }

    def is_trapped(self) -> bool:
        """Whether a field was filled in that no person sees."""
        return bool(self.data.get("website"))

    def answers(self) -> dict[str, Any]:
        """Return what was written, without what the choice made at the top leaves out."""
        data = self.cleaned_data
        names = ("wants", "name", "phone", "email", "address", "unit", "city", "hidden")
        answers = {name: data[name] for name in (*names, "languages", "details")}
        asks, helps = data["wants"] != SignUp.Wants.OFFERS, data["wants"] != SignUp.Wants.NEEDS
        return answers | {
            "needs": data["needs"] if asks else [],
            "offers": data["offers"] if helps else [],
            "vehicle": helps and data["vehicle"],
        }

    def clean(self) -> dict[str, Any]:
        """Ask for a way to answer, and for what the choice made at the top needs."""
        data = super().clean() or {}
        for name, value in data.items():
            if isinstance(value, str):
                data[name] = _UNSEEN.sub(" ", value).strip()
        if not (data.get("phone") or data.get("email") or self.has_error("email")):
            self.add_error("phone", self.words.reach)
        wants = data.get("wants")
        if wants in ("needs", "both") and not data.get("needs"):
            self.add_error("needs", self.words.choose_some)
        if wants in ("offers", "both") and not data.get("offers"):
            self.add_error("offers", self.words.choose_some)
        return data

    def _line(
        self,
        label: str,
        most: int,
        help_text: str = "",
        *,
        required: bool = True,
        **attributes: str,
    ) -> forms.CharField:
        return forms.CharField(
            label=label,
            help_text=help_text,
            max_length=most,
            required=required,
            widget=forms.TextInput(attrs=attributes),
            error_messages={"required": self.words.fill_in, "max_length": self.words.too_long},
        )

    def _email(self) -> forms.CharField:
        # Django's own field shares one validator, and so its words, among all forms.
        return forms.CharField(
            label=self.words.email,
            required=False,
            max_length=254,
            widget=forms.EmailInput(attrs={"autocomplete": "email"}),
            validators=[EmailValidator(self.words.no_email)],
            error_messages={"max_length": self.words.too_long},
        )

    def _choice(self, label: str, choices: list[tuple[str, str]]) -> forms.ChoiceField:
        messages = {"required": self.words.choose_one, "invalid_choice": self.words.choose_one}
        return forms.ChoiceField(
            label=label, choices=choices, widget=forms.RadioSelect, error_messages=messages
        )

    def _choices(self, label: str, choices: list[tuple[str, str]]) -> forms.MultipleChoiceField:
        return forms.MultipleChoiceField(
            label=label,
            choices=choices,
            required=False,
            widget=forms.CheckboxSelectMultiple,
            error_messages={"invalid_choice": self.words.choose_some},
        )
