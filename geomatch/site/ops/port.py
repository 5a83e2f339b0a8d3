"""The address a server is to listen on, tried before anything is promised."""

from __future__ import annotations

import errno
import os
import socket

from geomatch.core.errors import SetupError
from geomatch.core.translation import gettext


def refuse_taken_port(host: str, port: int) -> None:
    """Try to listen where the server will, and let go again.

    Raises
    ------
    geomatch.core.errors.SetupError
        If nobody could listen there; says why, and which option chooses another place.
    """
    if not 0 <= port <= 65_535:
        raise SetupError(
            gettext("there is no port {port}; give --port a number from 1 to 65535").format(
                port=port
            )
        )
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM
        )[0]
        with socket.socket(family, kind, protocol) as trial:
            # As the server does: a port that a stopped server has just left is free.
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(address)
            trial.listen()
    except OSError as error:
        raise SetupError(_why_not(error, host, port)) from error


def _why_not(error: OSError, host: str, port: int) -> str:
    another = port + 1 if 1024 <= port < 65_535 else 8001
    if error.errno == errno.EADDRINUSE:
        said = gettext(
            "another program is using port {port}, perhaps a geomatch that still runs; stop it, "
            "or choose another port: --port {another}"
        )
    elif error.errno == errno.EACCES:
        said = gettext(
            "port {port} is kept for the system; choose one from 1024 up: --port {another}"
        )
    else:
        said = gettext("nothing can listen at {host}, port {port} ({why})")
    why = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror or error
    return said.format(host=host, port=port, another=another, why=why)
