"""The same sheets here and apart; apart, no address leaves the pipes."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from maps.streetlists import PrintError, render_pdf, typeset
from maps.streetlists.render import render_data

from .samples import corner, harbor_street, options, pod


def test_apart_gives_the_same_bytes():
    args = (pod(harbor_street(9)), options(), corner())
    assert render_pdf(*args, apart=True) == render_pdf(*args)


def test_one_who_prints_apart_never_loads_typst():
    code = (
        "import sys; sys.path.insert(0, '.');"
        "from tests.maps.streetlists.samples import *;"
        "from maps.streetlists import render_pdf;"
        "render_pdf(pod(harbor_street(3)), options(), apart=True);"
        "assert 'typst' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_threads_of_one_process_may_set_at_once():
    list_ = pod(harbor_street(12))
    with ThreadPoolExecutor(8) as threads:
        printed = list(threads.map(lambda _: render_pdf(list_, options(), corner()), range(32)))
    assert len(set(printed)) == 1


def test_addresses_are_in_no_argument_and_in_no_error(monkeypatch):
    started = []
    run = subprocess.run

    def listen(words, **how):
        started.append((words, how.get("env")))
        return run(words, **how)

    monkeypatch.setattr(typeset.subprocess, "run", listen)
    render_pdf(pod(harbor_street(3)), options(), apart=True)
    with pytest.raises(PrintError) as failed:
        render_data({"network": "12 Harbor Street"}, options(), apart=True)
    assert len(started) == 2
    assert "Harbor" not in json.dumps(started)
    assert "Harbor" not in str(failed.value)
