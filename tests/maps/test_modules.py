"""Our modules as one script: what an exported map runs is what a page runs."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from geomatch.core.errors import SetupError
from maps.assets import ENTRY, inlined_scripts, modules
from maps.modules import as_one_script, in_order

STATIC = Path(__file__).resolve().parents[2] / "maps" / "static"


def write(folder: Path, **texts: str) -> Path:
    for name, text in texts.items():
        (folder / f"{name}.js").write_text(text, "utf-8")
    return folder / "main.js"


def test_a_page_names_every_module_after_those_it_needs() -> None:
    listed = modules()
    assert listed[-1] == ENTRY
    assert {Path(path).name for path in listed} == {
        path.name for path in (STATIC / "maps").glob("*.js")
    }
    seen: set[str] = set()
    for path in listed:
        needed = re.findall(r'from "\./([\w-]+\.js)"', (STATIC / path).read_text("utf-8"))
        assert set(needed) <= seen, path
        seen.add(Path(path).name)


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
def test_one_script_does_what_the_modules_do(tmp_path: Path) -> None:
    entry = write(
        tmp_path,
        main='import {\n  Box,\n  twice as double,\n} from "./shapes.js";\n'
        'import { NAME } from "./name.js";\n'
        "const size = 3;\n"
        "console.log(JSON.stringify([NAME, new Box(size).area(), double(size)]));\n",
        shapes='import { NAME } from "./name.js";\n'
        "const size = 5; // a name that another module uses as well\n"
        "export class Box {\n  constructor(side) {\n    this.side = side;\n  }\n"
        "  area() {\n    return `${NAME}: ${this.side * this.side + size}`;\n  }\n}\n"
        "export function twice(n) {\n  return 2 * n;\n}\n",
        name='export const NAME = "import it";\n',
    )
    script = as_one_script(entry)
    ran = subprocess.run(["node"], input=script, capture_output=True, text=True, check=True)
    assert json.loads(ran.stdout) == ["import it", "import it: 14", 6]
    assert [path.stem for path in in_order(entry)] == ["name", "shapes", "main"]


def test_ours_go_into_one_script_that_is_the_same_every_time() -> None:
    script = as_one_script(STATIC / ENTRY)
    assert script == as_one_script(STATIC / ENTRY) == inlined_scripts()[-1]
    assert not re.search(r"^\s*(import|export)\b", script, re.M)


@pytest.mark.parametrize(
    "line",
    [
        'import main from "./name.js";',
        'import * as all from "./name.js";',
        'import { one } from "../name.js";',
        'import "./name.js";',
        "export default 3;",
        "export let changing = 3;",
        "export { one };",
        'const late = await import("./name.js");',
        'console.log("</script>");',
    ],
)
def test_every_other_form_is_refused_by_name(tmp_path: Path, line: str) -> None:
    entry = write(tmp_path, main=f"{line}\n", name="export const one = 1;\n")
    with pytest.raises(SetupError, match=r"main\.js: .* cannot go into an exported map"):
        as_one_script(entry)


def test_modules_in_a_circle_are_refused(tmp_path: Path) -> None:
    entry = write(
        tmp_path, main='import { one } from "./one.js";\n', one='import { a } from "./main.js";\n'
    )
    with pytest.raises(SetupError, match=r"main\.js imports itself, through one\.js"):
        in_order(entry)
