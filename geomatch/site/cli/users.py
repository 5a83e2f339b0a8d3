"""Users that commands make: found by name, or made with a password that is asked for."""

from __future__ import annotations

import getpass
import os
import sys

from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from geomatch.core.errors import InputError
from geomatch.core.translation import gettext

PASSWORD_VARIABLE = "GEOMATCH_NEW_PASSWORD"  # noqa: S105 - the variable's name


def user_called(name: str) -> User:
    """Return the user of that name; if there is none yet, one to save.

    The password is asked for here, so that no transaction waits for somebody who types.

    Raises
    ------
    geomatch.core.errors.InputError
        If the name cannot be one, or the password is missing or too easy.
    """
    user = User.objects.filter(username=name).first()
    if user is not None:
        return user
    user = User(username=name)
    try:
        user.clean_fields(exclude=["password"])
        password = _password_for(name)
        validate_password(password, user)
    except ValidationError as error:
        raise InputError(" ".join(error.messages)) from error
    user.set_password(password)
    return user


def _password_for(name: str) -> str:
    """Take the password from the environment, the terminal, or a line of the standard input.

    It is no option of a command: those stand in the list of processes and the shell's history.
    """
    if PASSWORD_VARIABLE in os.environ:
        return os.environ[PASSWORD_VARIABLE]
    if sys.stdin is not None and sys.stdin.isatty():
        try:
            return getpass.getpass(gettext("A password for {name}: ").format(name=name))
        except EOFError:  # Ctrl-D
            password = ""
    else:
        password = sys.stdin.readline().rstrip("\r\n") if sys.stdin else ""
    if not password:
        raise InputError(
            gettext(
                "“{name}” is new and needs a password, and none was given; run the "
                "command in a terminal, set {password_variable}, or send the password as "
                "a line of standard input"
            ).format(name=name, password_variable=PASSWORD_VARIABLE)
        )
    return password
