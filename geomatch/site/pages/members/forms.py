"""What is asked of stewards about members, and of the invited about themselves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from geomatch.network.models import Person, Role

SEES = {
    Role.STEWARD: _("Steward: sees everything, hidden homes too, and looks after members"),
    Role.ORGANIZER: _("Organizer: sees neighbours, makes pods, prints every list"),
    Role.COORDINATOR: _("Coordinator: sees requests and volunteers, and matches them"),
    Role.POINT_PERSON: _("Point person: sees the list of their own pod"),
    Role.VOLUNTEER: _("Volunteer: sees their own tasks"),
}


class RolesForm(forms.Form):
    """What somebody may do."""

    roles = forms.MultipleChoiceField(
        choices=tuple(SEES.items()),
        widget=forms.CheckboxSelectMultiple,
        label=_("They will be"),
        error_messages={"required": _("Choose at least one role.")},
    )


class InviteForm(RolesForm):
    """Whom to invite, and as what."""

    name = forms.CharField(
        max_length=120,
        required=False,
        label=_("Whom it is for"),
        help_text=_("So that you find it in the list. They can change their name."),
    )
    person = forms.ChoiceField(
        required=False,
        label=_("Which neighbour they are"),
        help_text=_("A point person opens the list of the pod they live in by it."),
    )
    field_order = ("roles", "name", "person")

    def __init__(self, *arguments: Any, people: Iterable[Person], **more: Any) -> None:
        super().__init__(*arguments, **more)
        cast(forms.ChoiceField, self.fields["person"]).choices = person_choices(people)


def person_choices(people: Iterable[Person]) -> list[tuple[str, str]]:
    """Return neighbours to choose from, and nobody first."""
    known = [(str(person.pk), called(person)) for person in people]
    return [("", str(_("Nobody, or say it later"))), *known]


def called(person: Person) -> str:
    """Say which neighbour is meant, as stewards know them."""
    home = person.household
    return f"{person.name}, {home.given_address}" if home is not None else person.name


class NameForm(forms.Form):
    """What somebody is called."""

    name = forms.CharField(
        max_length=120,
        label=_("Your name"),
        help_text=_("As the stewards know you."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )


class PasswordForm(forms.Form):
    """A new password, for a user who is known."""

    password = forms.CharField(
        max_length=256,
        strip=False,
        label=_("A password"),
        help_text=_("At least eight characters. Three or four words of your own are easy to keep."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *arguments: Any, user: User | None = None, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self.user = user

    def clean_password(self) -> str:
        """Refuse what is easy to guess."""
        password: str = self.cleaned_data["password"]
        validate_password(password, self.user)
        return password


class NewAccountForm(NameForm, PasswordForm):
    """Who comes in by an invitation, and has no account yet."""

    username = forms.CharField(
        max_length=150,
        label=_("The name you sign in with"),
        help_text=_("Letters and digits, no spaces."),
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    field_order = ("name", "username", "password")

    def clean_username(self) -> str:
        """Refuse a name that cannot be one, or is somebody's."""
        username: str = User.normalize_username(self.cleaned_data["username"])
        for validate in User._meta.get_field("username").validators:
            validate(username)
        if User.objects.filter(username__iexact=username).exists():
            raise ValidationError(_("Somebody signs in with this name already. Choose another."))
        return username

    def clean_password(self) -> str:
        """Refuse what is easy to guess for whoever knows the names."""
        said = self.cleaned_data
        self.user = User(username=said.get("username", ""), first_name=said.get("name", ""))
        return super().clean_password()

    def account(self) -> User:
        """Return the user, not saved yet."""
        said = self.cleaned_data
        user = User(username=said["username"], first_name=said["name"])
        user.set_password(said["password"])
        return user
