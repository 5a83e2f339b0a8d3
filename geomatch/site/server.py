"""The production server, with the background worker beside it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from gunicorn.app.base import BaseApplication


class Server(BaseApplication):
    """Gunicorn with our settings instead of its command line.

    One process with threads: SQLite has one writer anyway, and a laptop has little memory. A
    server sets `workers` to its number of cores.
    """

    def __init__(self, *, bind: str, workers: int = 1, threads: int = 8) -> None:
        self._options: dict[str, Any] = {
            "bind": bind,
            "workers": workers,
            "threads": threads,
            "worker_class": "gthread",
            "timeout": 120,
            "accesslog": None,  # who looked at which pod is nobody's business
            "errorlog": "-",
            "loglevel": "warning",
            "proc_name": "geomatch",
        }
        super().__init__()

    def load_config(self) -> None:
        """Take our options."""
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Load the application in the worker, after the fork."""
        from geomatch.wsgi import application

        return application


@contextmanager
def background_worker() -> Iterator[None]:
    """Run the worker for background jobs as a child process while the block runs."""
    command = [sys.executable, "-m", "geomatch.cli", "db_worker", "--no-startup-delay"]
    worker = subprocess.Popen(command, env=os.environ.copy())  # noqa: S603 - our own program
    try:
        yield
    finally:
        worker.terminate()
        worker.wait(timeout=30)
