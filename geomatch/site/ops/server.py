"""The production server, with the background worker beside it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from gunicorn.app.base import BaseApplication


class Server(BaseApplication):
    """Gunicorn with our settings instead of its command line.

    One process with threads: SQLite has one writer anyway, and a laptop has little memory. A
    server sets `workers` to its number of cores. Sixteen threads may wait to print everything
    (`geomatch.site.pages.pods.street_lists`); the others serve pages meanwhile.
    """

    def __init__(self, *, bind: str, workers: int = 1, threads: int = 20) -> None:
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


WORKER = (sys.executable, "-m", "geomatch.cli", "work")
SECONDS_BEFORE_ANOTHER = 5


@contextmanager
def background_worker(command: Sequence[str] | None = None) -> Iterator[None]:
    """Keep a worker for background jobs running beside the block, and start another if it dies."""
    over = threading.Event()
    command = command or (*WORKER, "--beside", str(os.getpid()))
    keeper = threading.Thread(target=_keep_running, args=(command, over), daemon=True)
    keeper.start()
    try:
        yield
    finally:
        over.set()
        keeper.join(timeout=30)


def _keep_running(command: Sequence[str], over: threading.Event) -> None:
    while not over.is_set():
        # In a session of its own: Ctrl-C is for us, and we tell it to leave, once.
        worker = subprocess.Popen(  # noqa: S603 - our own program
            command, env=os.environ.copy(), start_new_session=True
        )
        while worker.poll() is None and not over.wait(0.2):
            pass
        if worker.poll() is None:
            worker.terminate()
            try:
                worker.wait(timeout=20)
            except subprocess.TimeoutExpired:  # deep in a solver: its run is taken up next time
                worker.kill()
        over.wait(SECONDS_BEFORE_ANOTHER)
