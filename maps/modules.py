"""Our ES modules as one script, for a file that has no paths to import from.

A page loads the modules as they are. An exported map stands alone, and an inline module cannot
import another; so its modules are put into functions, one after the other, each of which gives
back what the module exports. This is no bundler: it knows the two forms our modules use, and
refuses every other.

    import { one, other } from "./module.js";
    export const one = …      (likewise function, async function and class)
"""

from __future__ import annotations

import re
from pathlib import Path

from geomatch.core.errors import SetupError

__all__ = ["as_one_script", "in_order"]

_IMPORT = re.compile(r'^import \{\s*([\w$, \n]+?),?\s*\} from "\./([\w-]+)\.js";\n', re.M)
_EXPORT = re.compile(r"^export (?=(?:const|function|async function|class) ([\w$]+))", re.M)
_ELSE = re.compile(r"^\s*(?:import|export)\b.*|\bimport[.(].*|</script.*", re.M | re.I)


def in_order(entry: Path) -> tuple[Path, ...]:
    """List a module and all it imports, every one after those it needs.

    Parameters
    ----------
    entry
        The module a page starts with.

    Returns
    -------
    tuple of Path
        The entry comes last.

    Raises
    ------
    SetupError
        If modules import each other in a circle.
    """
    done: list[Path] = []
    _visit(entry, (), done)
    return tuple(done)


def as_one_script(entry: Path) -> str:
    """Put a module and all it imports into one plain script.

    Parameters
    ----------
    entry
        The module a page starts with.

    Returns
    -------
    str
        A script that does what the module does, and adds nothing else to the page's names.

    Raises
    ------
    SetupError
        If a module imports or exports in a way this does not know.
    """
    functions = "".join(_as_function(path) for path in in_order(entry))
    return f'(() => {{\n"use strict";\n{functions}}})();\n'


def _visit(path: Path, above: tuple[Path, ...], done: list[Path]) -> None:
    if path in above:
        raise SetupError(f"{path.name} imports itself, through {above[-1].name}.")
    if path in done:
        return
    for _, name in _IMPORT.findall(path.read_text("utf-8")):
        _visit(path.with_name(f"{name}.js"), (*above, path), done)
    done.append(path)


def _as_function(path: Path) -> str:
    text = path.read_text("utf-8")
    exported = ", ".join(_EXPORT.findall(text))
    body = _EXPORT.sub("", _IMPORT.sub(_taken, text))
    if found := _ELSE.search(body):
        raise SetupError(f"{path.name}: `{found[0].strip()}` cannot go into an exported map.")
    return f"const {_name(path.stem)} = (() => {{\n{body}return {{ {exported} }};\n}})();\n"


def _taken(found: re.Match[str]) -> str:
    names = " ".join(found[1].split())
    return f"const {{ {names.replace(' as ', ': ')} }} = {_name(found[2])};\n"


def _name(stem: str) -> str:
    return "$" + stem.replace("-", "_")
