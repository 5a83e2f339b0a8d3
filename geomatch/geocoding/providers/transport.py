"""HTTP for geocoding services that are not trusted to behave.

A service can answer slowly for ever, send 50 MB, point elsewhere or send nonsense. This adapter
gives each request one deadline and one size, and follows no redirect: an address that was meant
for one host must not be carried to another, least of all to one inside this network.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from email.message import Message
from http.client import HTTPException, HTTPResponse
from typing import IO, Any, Final
from urllib.error import HTTPError, URLError
from urllib.request import (
    HTTPRedirectHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
    build_opener,
)

from geopy.adapters import AdapterHTTPError, BaseSyncAdapter
from geopy.exc import (
    GeocoderParseError,
    GeocoderServiceError,
    GeocoderTimedOut,
    GeocoderUnavailable,
)

from geomatch.geocoding.providers.deadline import Clock, TimedHandler, TimedSecureHandler

__all__ = ["MAX_BYTES", "GuardedAdapter"]

MAX_BYTES: Final = 1_000_000
"""No answer about one address is larger."""

_CHUNK: Final = 1 << 14


class _NoRedirect(HTTPRedirectHandler):
    """Treat a redirect as the answer it is: not what was asked for."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> None:
        return None


class GuardedAdapter(BaseSyncAdapter):  # type: ignore[misc]  # geopy has no types
    """A geopy adapter with a deadline, a largest size, and no redirects.

    Parameters
    ----------
    proxies, ssl_context
        As geopy hands them over; no `proxies` means the system's.
    clock : callable, optional
        Seconds that only go forward.
    """

    def __init__(
        self,
        *,
        proxies: Mapping[str, str] | None,
        ssl_context: Any,
        clock: Clock = time.monotonic,
    ) -> None:
        super().__init__(proxies=proxies, ssl_context=ssl_context)
        self._opener: OpenerDirector = build_opener(
            TimedHandler(clock),
            TimedSecureHandler(clock, ssl_context),
            ProxyHandler(dict(proxies) if proxies is not None else None),
            _NoRedirect(),
        )

    def get_json(self, url: str, *, timeout: float, headers: Mapping[str, str]) -> Any:
        """Answer of a GET request as JSON; NaN and Infinity are no JSON."""
        text = self.get_text(url, timeout=timeout, headers=headers)
        try:
            return json.loads(text, parse_constant=_refuse_constant)
        except (ValueError, RecursionError) as error:
            # The text may hold the address asked for: it goes into no message.
            raise GeocoderParseError("the answer is not JSON") from error

    def get_text(self, url: str, *, timeout: float, headers: Mapping[str, str]) -> str:
        """Answer of a GET request as text.

        Raises
        ------
        AdapterHTTPError
            For any status but 200, a redirect included.
        GeocoderTimedOut, GeocoderUnavailable, GeocoderServiceError, GeocoderParseError
            If there is no answer in time, none at all, a broken one, or one that is no text.
        """
        request = Request(url, headers=dict(headers))  # noqa: S310 (scheme checked on setting up)
        return self._text(request, timeout)

    def post_text(
        self, url: str, body: bytes, *, timeout: float, headers: Mapping[str, str]
    ) -> str:
        """Answer of a POST request as text; raises as `get_text` does."""
        request = Request(url, data=body, headers=dict(headers))  # noqa: S310 (as above)
        return self._text(request, timeout)

    def _text(self, request: Request, timeout: float) -> str:
        try:
            with self._opener.open(request, timeout=timeout) as response:
                body = self._read(response)
        except HTTPError as error:
            with error:
                raise AdapterHTTPError(
                    f"status {error.code}",
                    status_code=error.code,
                    headers={name.lower(): value for name, value in error.headers.items()},
                    text=None,
                ) from error
        except TimeoutError as error:
            raise GeocoderTimedOut("no answer in time") from error
        except URLError as error:
            if isinstance(error.reason, TimeoutError):
                raise GeocoderTimedOut("no answer in time") from error
            raise GeocoderUnavailable("cannot be reached") from error
        except (OSError, HTTPException, ValueError) as error:
            raise GeocoderServiceError("the answer broke off") from error
        try:
            return body.decode("utf-8")
        except UnicodeDecodeError as error:
            raise GeocoderParseError("the answer is not text") from error

    def _read(self, response: HTTPResponse) -> bytes:
        """Read the body, piece by piece so that an endless one is noticed."""
        if response.status != 200:
            raise AdapterHTTPError(
                f"status {response.status}", status_code=response.status, headers={}, text=None
            )
        parts: list[bytes] = []
        size = 0
        while part := response.read1(_CHUNK):
            parts.append(part)
            size += len(part)
            if size > MAX_BYTES:
                raise GeocoderParseError("the answer is too large to be about one address")
        expected = response.headers.get("Content-Length", "")
        if expected.isdigit() and size < int(expected):
            raise GeocoderServiceError("the answer broke off")
        return b"".join(parts)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")
