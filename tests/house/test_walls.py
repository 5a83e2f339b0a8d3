"""Walls that imports do not show: who asks the database, who writes, how long a view is."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.urls import URLResolver, get_resolver

from tests.house import ROOT, modules, tree_of

LONGEST_VIEW = 25
MANAGERS = {"objects", "_default_manager", "_base_manager"}
WRITES = {
    "aupdate", "bulk_create", "bulk_update", "create", "delete", "get_or_create", "save", "update",
    "update_or_create",
}  # fmt: skip

# Each list only gets shorter: what is mended leaves it, or the test fails.
ASKING_CONSTRUCTORS = {"geomatch/network/intake/linkage/known.py: Known"}
ASKING_VIEWS: set[str] = set()
AGGREGATES = {"Avg", "Count", "Max", "Min", "StdDev", "Sum", "Variance"}
WRITING_SITE = {
    # operations stand outside every network and its services: they move whole databases
    "geomatch/site/ops/backup.py",
    "geomatch/site/ops/demo.py",
    # a sheet forgotten: intake is to have the service
    "geomatch/site/pages/imports/previews.py",
    # accounts are Django's; the commands make one before they call the service
    "geomatch/site/management/commands/addmember.py",
    "geomatch/site/management/commands/newnetwork.py",
}


def _asks(node: ast.AST) -> bool:
    """Whether code touches a model's manager."""
    return any(isinstance(part, ast.Attribute) and part.attr in MANAGERS for part in ast.walk(node))


def test_rows_that_are_counted_say_their_order() -> None:
    """Django drops a model's order where rows are grouped: PostgreSQL then changes it at will."""
    found = {
        f"{module.as_posix()}: {name}"
        for module in modules()
        for name, body in _functions(tree_of(module))
        if _calls(body, "annotate", of=AGGREGATES) and not _calls(body, "order_by")
    }
    assert not found, "name the order: order_by(…)"


def _functions(module: ast.Module) -> Iterator[tuple[str, ast.FunctionDef]]:
    for part in ast.walk(module):
        if isinstance(part, ast.FunctionDef):
            yield part.name, part


def _calls(body: ast.AST, method: str, *, of: set[str] | None = None) -> bool:
    """Whether a method is called; with one of these called in its arguments, if any are named."""
    return any(
        isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr == method
        and (of is None or any(isinstance(n, ast.Name) and n.id in of for n in ast.walk(call)))
        for call in ast.walk(body)
    )


def test_no_constructor_asks_the_database() -> None:
    """Directly, or through a method of its own or a function beside it."""
    found = {
        f"{module.as_posix()}: {kind.name}"
        for module in modules()
        for kind in ast.walk(tree_of(module))
        if isinstance(kind, ast.ClassDef) and _constructor_asks(kind, tree_of(module))
    }
    assert found == ASKING_CONSTRUCTORS, "read in a classmethod such as `from_network`"


def _constructor_asks(kind: ast.ClassDef, module: ast.Module) -> bool:
    methods = {part.name: part for part in kind.body if isinstance(part, ast.FunctionDef)}
    beside = {part.name: part for part in module.body if isinstance(part, ast.FunctionDef)}
    for name in ("__init__", "__post_init__"):
        if name not in methods:
            continue
        called = [part.func for part in ast.walk(methods[name]) if isinstance(part, ast.Call)]
        reached = [methods[name]]
        reached += [beside[f.id] for f in called if isinstance(f, ast.Name) and f.id in beside]
        reached += [
            methods[f.attr]
            for f in called
            if isinstance(f, ast.Attribute)
            and isinstance(f.value, ast.Name)
            and f.value.id == "self"
            and f.attr in methods
        ]
        if any(_asks(function) for function in reached):
            return True
    return False


def test_the_site_writes_nothing_itself() -> None:
    """Services write; the site calls them."""
    found = {
        module.as_posix()
        for module in modules()
        if module.parts[:2] == ("geomatch", "site") and _writes(tree_of(module))
    }
    assert found == WRITING_SITE, "write in a service of the room whose data it is"


def _writes(module: ast.Module) -> bool:
    """Whether a call looks like a write of a row or of rows: on a manager's rows, or of a row."""
    for call in ast.walk(module):
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
            continue
        if call.func.attr not in WRITES:
            continue
        if _asks(call.func) or (call.func.attr in ("save", "delete") and _is_row(call.func.value)):
            return True
    return False


def _is_row(value: ast.expr) -> bool:
    return isinstance(value, ast.Name) and value.id not in {"form"}


def _views() -> Iterator[Callable[..., object]]:
    """Every view of ours that has an address, without its decorators."""
    waiting: list[object] = [get_resolver()]
    while waiting:
        pattern = waiting.pop()
        if isinstance(pattern, URLResolver):
            waiting += pattern.url_patterns
            continue
        view = inspect.unwrap(pattern.callback)  # type: ignore[attr-defined]
        if inspect.isfunction(view) and view.__module__.startswith(("geomatch.", "pods.", "maps.")):
            yield view


VIEWS = sorted(set(_views()), key=lambda view: (view.__module__, view.__qualname__))


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: f"{view.__module__}.{view.__qualname__}")
def test_no_view_is_long(view: Callable[..., object]) -> None:
    (function,) = ast.parse(inspect.getsource(view)).body
    assert function.end_lineno is not None
    assert function.end_lineno - function.lineno + 1 <= LONGEST_VIEW


def test_no_view_touches_a_manager() -> None:
    """Nor anything else in its file: a query in a helper beside the view is no better."""
    files = {Path(inspect.getfile(view)).relative_to(ROOT) for view in VIEWS}
    found = {file.as_posix() for file in files if _asks(tree_of(file))}
    assert found == ASKING_VIEWS, "views call selectors and services"
