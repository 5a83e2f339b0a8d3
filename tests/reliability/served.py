"""A site served by its own program, and somebody who visits it over HTTP."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPResponse
from http.cookiejar import CookieJar
from pathlib import Path

PATIENCE_S = 1_200
"""Only somebody who waits for nothing is told so: the demo takes a minute on a quiet machine."""


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@dataclass
class Site:
    """A site that is being served."""

    url: str
    server: subprocess.Popen[bytes]

    def visitor(self, name: str, password: str) -> Visitor:
        """Somebody who signed in."""
        visitor = Visitor(self.url)
        visitor.sign_in(name, password)
        return visitor

    def web_process(self) -> Path:
        """Folder in /proc of the process that answers requests."""
        pid = self.server.pid
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            if b"serve" in Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0"):
                return Path("/proc") / child
        raise AssertionError("nobody answers requests")

    def web_memory_mb(self) -> float:
        status = (self.web_process() / "status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) / 1024


class Visitor:
    """A browser without scripts: it keeps cookies, follows links and submits forms."""

    def __init__(self, site: str) -> None:
        self.site = site
        self.cookies = CookieJar()
        self.browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def get(self, path: str, **fields: str) -> tuple[int, bytes]:
        query = f"?{urllib.parse.urlencode(fields)}" if fields else ""
        return self._ask(urllib.request.Request(self.site + path + query))

    def post(self, path: str, **fields: str) -> tuple[int, bytes]:
        [token] = [cookie.value for cookie in self.cookies if cookie.name == "csrftoken"]
        body = urllib.parse.urlencode(fields | {"csrfmiddlewaretoken": token}).encode()
        return self._ask(urllib.request.Request(self.site + path, data=body))

    def sign_in(self, name: str, password: str) -> None:
        self.get("/account/login/")
        self.post("/account/login/", login=name, password=password)
        assert any(cookie.name == "sessionid" for cookie in self.cookies), "not signed in"

    def _ask(self, request: urllib.request.Request) -> tuple[int, bytes]:
        try:
            with self.browser.open(request, timeout=PATIENCE_S) as answer:
                assert isinstance(answer, HTTPResponse)
                return answer.status, answer.read()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read()


@contextmanager
def serving(words: Sequence[str], port: int, environment: dict[str, str]) -> Iterator[Site]:
    """Run a command that serves, wait until it does, and end it."""
    server = subprocess.Popen(
        [sys.executable, "-m", "geomatch.cli", *words],
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    try:
        site = Site(f"http://127.0.0.1:{port}", server)
        for _ in range(round(PATIENCE_S / 0.2)):
            assert server.poll() is None, "the server ended"
            if _answers(f"{site.url}/health/"):
                break
            time.sleep(0.2)
        else:
            raise AssertionError("waited in vain")
        yield site
    finally:
        server.terminate()
        server.wait(timeout=60)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False
