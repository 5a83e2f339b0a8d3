"""One deadline for a whole HTTP answer, its status line and headers included.

The timeout of a socket begins anew with each byte, so that a server which sends one every nine
seconds would hold a reader with ten seconds of patience for ever.
"""

from __future__ import annotations

import io
import socket
from collections.abc import Callable
from functools import partial
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from typing import Any
from urllib.request import HTTPHandler, HTTPSHandler, Request

__all__ = ["Clock", "TimedHandler", "TimedSecureHandler"]

Clock = Callable[[], float]


class _TimedReader(io.RawIOBase):
    """What comes from a socket before a deadline."""

    def __init__(self, inner: io.RawIOBase, wire: socket.socket, clock: Clock, end: float) -> None:
        self._inner, self._wire, self._clock, self._end = inner, wire, clock, end

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._end - self._clock()
        if left <= 0:
            raise TimeoutError
        self._wire.settimeout(left)
        return self._inner.readinto(buffer)

    def close(self) -> None:
        self._inner.close()
        super().close()


class _TimedResponse(HTTPResponse):
    """A response of which no part, status line and headers included, comes after the deadline."""

    def __init__(
        self, wire: socket.socket, *args: Any, timed: Callable[..., Any], **more: Any
    ) -> None:
        super().__init__(wire, *args, **more)
        self.fp = io.BufferedReader(timed(self.fp.detach(), wire))


class _TimedConnection(HTTPConnection):
    """A connection with one deadline for all of its answer."""

    def __init__(self, host: str, *, timeout: float, clock: Clock, **options: Any) -> None:
        super().__init__(host, timeout=timeout, **options)
        timed = partial(_TimedReader, clock=clock, end=clock() + timeout)
        # It is only ever called; typeshed asks for a class where whatever makes a response will do.
        self.response_class = partial(_TimedResponse, timed=timed)  # type: ignore[assignment]


class _TimedSecureConnection(_TimedConnection, HTTPSConnection):
    pass


class TimedHandler(HTTPHandler):
    """Opens http addresses, each with one deadline."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._connection = partial(_TimedConnection, clock=clock)

    def http_open(self, req: Request) -> HTTPResponse:
        """Answer a request of `urllib`."""
        return self.do_open(self._connection, req)


class TimedSecureHandler(HTTPSHandler):
    """Opens https addresses, each with one deadline."""

    def __init__(self, clock: Clock, context: Any) -> None:
        super().__init__(context=context)
        self._connection = partial(_TimedSecureConnection, clock=clock, context=context)

    def https_open(self, req: Request) -> HTTPResponse:
        """Answer a request of `urllib`."""
        return self.do_open(self._connection, req)
