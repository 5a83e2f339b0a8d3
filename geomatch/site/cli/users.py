"""Users that commands make: found by name, or made with a password that is asked for."""

from __future__ import annotations

import getpass

from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from geomatch.core.errors import InputError


def user_called(name: str) -> User:
    """Return the user of that name; if there is none yet, one to save.

    The password is asked for here, so that no transaction waits for somebody who types.

    Raises
    ------
    geomatch.core.errors.InputError
        If the name cannot be one, or the password is too easy.
    """
    user = User.objects.filter(username=name).first()
    if user is not None:
        return user
    user = User(username=name)
    password = getpass.getpass(f"A password for {name}: ")
    try:
        user.clean_fields(exclude=["password"])
        validate_password(password, user)
    except ValidationError as error:
        raise InputError(" ".join(error.messages)) from error
    user.set_password(password)
    return user
