"""Renew the front-end files other people wrote: `python -m maps.vendor`.

A page of ours never asks another host for anything, so Leaflet, htmx and the type are kept
in the tree. Each shelf holds the files and a `manifest.json` that says which package and version
every file came from, under which licence, and its SHA-256; a test compares the two, so a file that
was edited by hand or swapped does not pass unseen.

The script asks npm for the pinned versions (`npm pack`), checks the tarball against npm's integrity
value and that value against the manifest's, where the manifest knows the version already (a
published version never changes), and copies the listed files out.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from geomatch.core.errors import SetupError

__all__ = ["SHELVES", "Package", "file_problems", "renew"]

ROOT = Path(__file__).resolve().parent.parent

# A source map is of no use to a reader of the page, weighs more than the script, and its absence
# would make Django's manifest storage refuse the file: the line that points at it is dropped.
_SOURCE_MAP = re.compile(rb"\n?(?://[#@] ?sourceMappingURL=\S+|/\*[#@] ?sourceMappingURL=\S+ ?\*/)")


@dataclass(frozen=True)
class Package:
    """One npm package, pinned, and which of its files go where.

    Attributes
    ----------
    name, version
        As npm knows them.
    licence
        SPDX name; checked against the package's own `package.json`.
    files
        Path inside the package -> path on the shelf.
    """

    name: str
    version: str
    licence: str
    files: dict[str, str]


def _fonts(weights: tuple[int, ...], subsets: tuple[str, ...]) -> dict[str, str]:
    names = [f"atkinson-hyperlegible-{s}-{w}-normal.woff2" for s in subsets for w in weights]
    return {f"files/{name}": f"fonts/{name}" for name in names}


_LEAFLET_IMAGES = ("layers", "layers-2x", "marker-icon", "marker-icon-2x", "marker-shadow")

SHELVES: dict[str, tuple[Package, ...]] = {
    "maps/static/vendor": (
        Package(
            "leaflet",
            "1.9.4",
            "BSD-2-Clause",
            {
                "dist/leaflet.js": "leaflet/leaflet.js",
                "dist/leaflet.css": "leaflet/leaflet.css",
                "LICENSE": "leaflet/LICENSE",
            }
            | {f"dist/images/{name}.png": f"leaflet/images/{name}.png" for name in _LEAFLET_IMAGES},
        ),
        Package(
            "htmx.org",
            "2.0.11",
            "0BSD",
            {"dist/htmx.min.js": "htmx/htmx.min.js", "LICENSE": "htmx/LICENSE"},
        ),
        Package(
            "@fontsource/atkinson-hyperlegible",
            "5.3.0",
            "OFL-1.1",
            _fonts((400, 700), ("latin", "latin-ext")) | {"LICENSE": "fonts/LICENSE"},
        ),
    ),
    "tests/browser/vendor": (
        Package(
            "axe-core", "4.14.1", "MPL-2.0", {"axe.min.js": "axe.min.js", "LICENSE": "LICENSE"}
        ),
    ),
}


def file_problems(shelf: Path) -> list[str]:
    """Say what on a shelf does not agree with its manifest.

    Parameters
    ----------
    shelf
        Folder with a `manifest.json`.

    Returns
    -------
    list of str
        One sentence per file that is missing, changed, or not in the manifest; empty when all
        is well.
    """
    entries = json.loads((shelf / "manifest.json").read_text("utf-8"))["packages"]
    wanted = {path: digest for entry in entries for path, digest in entry["files"].items()}
    present = {
        path.relative_to(shelf).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in shelf.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }
    return (
        [f"{path} is missing" for path in sorted(wanted.keys() - present.keys())]
        + [f"{path} is in no manifest" for path in sorted(present.keys() - wanted.keys())]
        + [
            f"{path} was changed"
            for path in sorted(wanted.keys() & present.keys())
            if wanted[path] != present[path]
        ]
    )


def renew(shelf: Path, packages: tuple[Package, ...]) -> None:
    """Fetch the packages with npm and lay their files and the manifest on the shelf.

    Parameters
    ----------
    shelf
        Folder to write to; files of an older version that are no longer listed are removed.
    packages
        What to fetch.

    Raises
    ------
    SetupError
        If npm is missing or fails, a tarball is not what npm said, or a licence has changed.
    """
    known = _known_integrity(shelf)
    entries: list[dict[str, object]] = []
    fetched: dict[str, bytes] = {}
    with tempfile.TemporaryDirectory() as folder:
        for package in packages:
            tarball, integrity = _pack(package, Path(folder))
            if known.get((package.name, package.version), integrity) != integrity:
                raise SetupError(
                    f"{package.name} {package.version} is not what it was when it was first taken;"
                    " nothing was changed."
                )
            contents = dict(_contents(tarball))
            _check_licence(package, contents["package.json"])
            files = {
                target: _without_source_map(source, contents[source])
                for source, target in package.files.items()
            }
            fetched |= files
            entries.append(
                {
                    "package": package.name,
                    "version": package.version,
                    "licence": package.licence,
                    "integrity": integrity,
                    "files": {
                        target: hashlib.sha256(data).hexdigest()
                        for target, data in sorted(files.items())
                    },
                }
            )
    _lay(shelf, fetched, entries)


def _known_integrity(shelf: Path) -> dict[tuple[str, str], str]:
    manifest = shelf / "manifest.json"
    if not manifest.exists():
        return {}
    entries = json.loads(manifest.read_text("utf-8"))["packages"]
    return {(entry["package"], entry["version"]): entry["integrity"] for entry in entries}


def _pack(package: Package, folder: Path) -> tuple[Path, str]:
    """Return the tarball npm packed, and its integrity value, which has been checked."""
    wish = f"{package.name}@{package.version}"
    try:
        answer = subprocess.run(  # noqa: S603 - fixed words and our own pins
            ["npm", "pack", "--json", "--pack-destination", str(folder), wish],  # noqa: S607
            capture_output=True,
            check=True,
            text=True,
        )
    except FileNotFoundError as error:
        raise SetupError("npm is not installed; it is only needed to renew these files.") from error
    except subprocess.CalledProcessError as error:
        raise SetupError(f"npm could not pack {wish}: {error.stderr.strip()}") from error
    (entry,) = json.loads(answer.stdout)
    tarball = folder / Path(entry["filename"].replace("@", "").replace("/", "-")).name
    method, _, wanted = entry["integrity"].partition("-")
    digest = base64.b64encode(hashlib.new(method, tarball.read_bytes()).digest()).decode()
    if digest != wanted:
        raise SetupError(f"{wish}: the tarball is not the one npm described; nothing was changed.")
    return tarball, entry["integrity"]


def _contents(tarball: Path) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(tarball) as archive:
        for member in archive:
            handle = archive.extractfile(member)
            if handle is not None:
                yield member.name.partition("/")[2], handle.read()


def _check_licence(package: Package, description: bytes) -> None:
    licence = json.loads(description)["license"]
    if licence != package.licence:
        raise SetupError(
            f"{package.name} is now under {licence}, not {package.licence}: look first."
        )


def _without_source_map(source: str, data: bytes) -> bytes:
    return _SOURCE_MAP.sub(b"", data) if source.endswith((".js", ".css")) else data


def _lay(shelf: Path, files: dict[str, bytes], entries: list[dict[str, object]]) -> None:
    for path in shelf.rglob("*"):
        if path.is_file() and path.relative_to(shelf).as_posix() not in files:
            path.unlink()
    for target, data in files.items():
        path = shelf / target
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    text = json.dumps({"packages": entries}, indent=2) + "\n"
    (shelf / "manifest.json").write_text(text, "utf-8")


def main() -> int:
    """Renew every shelf and say what is on it."""
    for name, packages in SHELVES.items():
        renew(ROOT / name, packages)
        for package in packages:
            print(f"{name}: {package.name} {package.version} ({package.licence})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
