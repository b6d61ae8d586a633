"""Makes a bare machine ready: a Python environment, the browser parts, the translations.

    scripts/bootstrap.py demo    what the demonstration city needs
    scripts/bootstrap.py check   the tools of the everyday checks as well
    scripts/bootstrap.py test    and what the tests in a real browser need

Standard library only, for it runs before anything is installed: with Python 3.11 or later, without
pip and without the venv module. Each step is skipped where its work is done, and says so in a line.
An older Python can still read this file, so that it can say what is missing.
"""

from __future__ import annotations

import argparse
import hashlib
import html.parser
import os
import platform
import re
import shutil
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from io import BytesIO
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".tools"
VENV = ROOT / ".venv"
UV = TOOLS / "uv"
OLDEST_PYTHON = (3, 11)

UV_VERSION = "0.13.9"
UV_WHEELS = {
    "linux-x86_64-glibc": (
        "manylinux_2_17_x86_64.manylinux2014_x86_64",
        "d7f459fe4fd247d830351c75686d3996ace3c6f3f728eb0e85a30b7ada0cef19",
    ),
    "linux-x86_64-musl": (
        "musllinux_1_1_x86_64",
        "2c45530751517d6c3bbc69a19473f6effe47cce047bede01ffd8af7ea7b36b25",
    ),
    "linux-aarch64-glibc": (
        "manylinux_2_28_aarch64",
        "ecb6028d79dc96fbeafffe5c8af62a7099487ebc05a701e76714eebcffd06375",
    ),
    "linux-aarch64-musl": (
        "manylinux_2_17_aarch64.manylinux2014_aarch64.musllinux_1_1_aarch64",
        "5435c5ce14a56431208ca0996416d310f1598e8c2c8ba707688985a16bb82dbe",
    ),
    "darwin-x86_64": (
        "macosx_10_12_x86_64",
        "c16ed11e013557536b3e60065f1b912f6407bd6518e041b961e23ef9e6b4fbf5",
    ),
    "darwin-arm64": (
        "macosx_11_0_arm64",
        "66c512266d633bef48384a1f53003f41f2a8e7b36fe6e7fbfd3e0fd52d96fa63",
    ),
}

# What the tests call beside Python: any one of these programs, and the Debian package of it.
TEST_PROGRAMS = {
    "chromium": ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
    "poppler-utils": ("pdftotext",),
    "curl": ("curl",),
    "mosquitto": ("mosquitto_passwd",),
}


class Refusal(Exception):
    """This machine cannot be made ready; the message says why and what to do."""


def say(step: str, what: str) -> None:
    print(f"{step + ':':<15}{what}", flush=True)


def run(command: list[str], what: str) -> None:
    """Run a command silently; its output is shown when it fails."""
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Refusal(f"{done.stdout.strip()}\n{what} failed; what it said stands above.")


def succeeds(*command: str) -> bool:
    """Whether a command can be run and says yes."""
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def environment() -> dict[str, str]:
    """The machine's, with the environment's programs behind its own.

    uv takes the Python that is there and never brings one. Node.js reads extra certificates from a
    variable of its own; it gets those that Python was given.
    """
    given = dict(os.environ)
    given["PATH"] = os.pathsep.join([given.get("PATH", os.defpath), str(VENV / "bin")])
    given["UV_PYTHON_DOWNLOADS"] = "never"
    given["UV_PYTHON_PREFERENCE"] = "only-system"
    given["UV_PROJECT_ENVIRONMENT"] = str(VENV)
    given.pop("VIRTUAL_ENV", None)
    if "SSL_CERT_FILE" in given:
        given.setdefault("NODE_EXTRA_CA_CERTS", given["SSL_CERT_FILE"])
    return given


# -- Python --------------------------------------------------------------------------------


def take_newer_python() -> None:
    """Go on with a Python that is new enough, if this one is not.

    Raises:
        Refusal: there is none.
    """
    if sys.version_info >= OLDEST_PYTHON:
        return
    for minor in range(19, OLDEST_PYTHON[1] - 1, -1):
        newer = shutil.which(f"python3.{minor}")
        if newer:
            os.execv(newer, [newer, *sys.argv])
    raise Refusal(
        f"Simpul needs Python 3.11 or later; this is {platform.python_version()} "
        f"({sys.executable}).\nDebian 12 and 13 and Ubuntu 24.04 bring it as python3; elsewhere "
        "install one and name it:\n    make PYTHON=/path/to/python3.11 demo"
    )


# -- uv, which installs the packages -------------------------------------------------------


def this_platform() -> str:
    """The key of `UV_WHEELS` for this machine."""
    system = platform.system().lower()
    machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
    if system != "linux":
        return f"{system}-{machine}"
    machine = {"arm64": "aarch64"}.get(machine, machine)
    return f"linux-{machine}-{'glibc' if platform.libc_ver()[0] == 'glibc' else 'musl'}"


def package_index() -> str:
    """The address of the package index: PyPI, or the one that uv or pip was told to use."""
    for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL"):
        if os.environ.get(name):
            return os.environ[name].rstrip("/")
    return "https://pypi.org/simple"


class Links(html.parser.HTMLParser):
    """The addresses of the files on a page of a simple index (PEP 503), by file name."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.page = page
        self.files: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        target = dict(attrs).get("href") if tag == "a" else None
        if target:
            address = urllib.parse.urldefrag(urllib.parse.urljoin(self.page, target)).url
            self.files[urllib.parse.unquote(address.rsplit("/", 1)[-1])] = address


def download(address: str) -> bytes:
    request = urllib.request.Request(address, headers={"User-Agent": "simpul-bootstrap"})
    try:
        with urllib.request.urlopen(request, timeout=120) as answer:
            return bytes(answer.read())
    except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
        hint = ""
        if "CERTIFICATE_VERIFY_FAILED" in str(error):
            hint = (
                "\nThe certificates of this machine do not know that server: install"
                " ca-certificates,\nor name your own authority's file in SSL_CERT_FILE."
            )
        raise Refusal(f"Could not fetch {address}: {error}.{hint}") from None


def fetch_uv() -> bytes:
    """The uv program for this machine, its wheel checked against the hash in this file.

    Raises:
        Refusal: no wheel for this machine, not to be had, or not the one we know.
    """
    wheel = UV_WHEELS.get(this_platform())
    if wheel is None:
        raise Refusal(
            f"There is no uv for {this_platform()} here. Install uv {UV_VERSION} yourself and\n"
            f"copy the program to {UV}."
        )
    name = f"uv-{UV_VERSION}-py3-none-{wheel[0]}.whl"
    page = f"{package_index()}/uv/"
    links = Links(page)
    links.feed(download(page).decode("utf-8", "replace"))
    if name not in links.files:
        raise Refusal(f"The package index {page} does not offer {name}.")
    content = download(links.files[name])
    found = hashlib.sha256(content).hexdigest()
    if found != wheel[1]:
        raise Refusal(f"{name} is not the file we know: its SHA-256 is {found}.")
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return archive.read(f"uv-{UV_VERSION}.data/scripts/uv")


def has_uv() -> bool:
    try:
        answer = subprocess.run([str(UV), "--version"], capture_output=True, text=True, check=False)
    except OSError:
        return False
    return answer.stdout.split()[1:2] == [UV_VERSION]


def ensure_uv() -> None:
    if has_uv():
        say("uv", f"{UV_VERSION}, in place")
        return
    say("uv", f"{UV_VERSION}, fetching")
    TOOLS.mkdir(exist_ok=True)
    fresh = UV.with_suffix(".new")
    fresh.write_bytes(fetch_uv())
    fresh.chmod(0o755)
    fresh.replace(UV)


# -- the Python environment ----------------------------------------------------------------


def wanted(groups: str) -> str:
    """What the environment is made from, in short."""
    parts = [(ROOT / name).read_bytes() for name in ("pyproject.toml", "uv.lock")]
    return groups + " " + hashlib.sha256(b"\0".join(parts)).hexdigest()


def environment_works() -> bool:
    """Whether there is an environment whose Python runs, is new enough and finds its packages
    (a system that moves to a newer Python leaves them behind)."""
    probe = f"import sys, django, simpul; sys.exit(sys.version_info < {OLDEST_PYTHON})"
    return succeeds(str(VENV / "bin" / "python"), "-c", probe)


def ensure_packages(full: bool) -> None:
    """Install what `uv.lock` names: everything, or what the demonstration needs.

    The smaller set leaves in place what the larger one brought.
    """
    stamp = TOOLS / "packages"
    accepted = [wanted("all")] if full else [wanted("all"), wanted("demo")]
    works = environment_works()
    if works and stamp.exists() and stamp.read_text() in accepted:
        say("packages", "up to date")
        return
    say("packages", "installing (a few minutes on a slow line)")
    command = [str(UV), "sync", "--locked", "--no-progress"]
    less = ["--no-default-groups", "--group", "build", "--inexact"]
    command += ["--all-groups"] if full else less
    if not works:
        command += ["--python", sys.executable]
    stamp.unlink(missing_ok=True)
    run(command, "Installing the Python packages")
    stamp.write_text(accepted[-1])


# -- what is made from the sources ---------------------------------------------------------


def ensure_assets() -> None:
    """Fetch what pages need in a browser; the script knows whether there is anything to do."""
    done = subprocess.run(
        [str(VENV / "bin" / "python"), "scripts/assets.py"],
        cwd=ROOT,
        env=environment(),
        check=False,
    )
    if done.returncode:
        raise Refusal("Fetching the browser parts failed; what was said stands above.")
    say("browser parts", "in place")


def ensure_translations() -> None:
    done = subprocess.run(
        [str(VENV / "bin" / "python"), "scripts/messages.py", "compile"], cwd=ROOT, check=False
    )
    if done.returncode:
        raise Refusal("Compiling the translations failed; what was said stands above.")


# -- what only tests need ------------------------------------------------------------------


def as_root() -> list[str] | None:
    """How to run a command as root without being asked; None where that is not allowed."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    return [sudo, "-n"] if sudo and succeeds(sudo, "-n", "true") else None


def is_ubuntu() -> bool:
    """Ubuntu's package of Chromium merely stands for a snap, which tests cannot drive."""
    release = Path("/etc/os-release")
    return release.exists() and bool(re.search(r"^ID=ubuntu$", release.read_text(), re.M))


def browser_of_playwright() -> bool:
    """Whether Playwright has fetched a browser of its own, as it can on Ubuntu."""
    store = os.environ.get("PLAYWRIGHT_BROWSERS_PATH", str(Path.home() / ".cache/ms-playwright"))
    return any(Path(store).glob("chromium*"))


def missing_programs() -> list[str]:
    """The Debian packages of which no program is there."""
    missing = [
        package
        for package, programs in TEST_PROGRAMS.items()
        if not any(shutil.which(program) for program in programs)
    ]
    return [name for name in missing if name != "chromium" or not browser_of_playwright()]


def install(packages: list[str], root: list[str]) -> None:
    """Install Debian packages; on Ubuntu let Playwright bring its browser instead of a snap."""
    say("test programs", f"installing {' and '.join(packages)}")
    quiet = [*root, "env", "DEBIAN_FRONTEND=noninteractive"]
    run([*quiet, "apt-get", "update", "-q"], "apt-get update")
    playwright = "chromium" in packages and is_ubuntu()
    debian = [name for name in packages if not (playwright and name == "chromium")]
    if debian:
        options = ["-q", "-y", "--no-install-recommends"]
        run([*quiet, "apt-get", "install", *options, *debian], "apt-get install")
    if playwright:
        run([str(VENV / "bin/playwright"), "install", "--with-deps", "chromium"], "playwright")


def ensure_test_programs() -> None:
    """Install a browser, the PDF tools and curl, or ask for them.

    Raises:
        Refusal: they are missing and may not be installed from here.
    """
    missing = missing_programs()
    root = as_root()
    if missing and root is not None and shutil.which("apt-get"):
        install(missing, root)
        missing = missing_programs()
    if missing:
        names = ", ".join(" or ".join(TEST_PROGRAMS[package]) for package in missing)
        raise Refusal(
            f"The tests in a real browser also need: {', '.join(missing)}. Please install them.\n"
            f"    Debian:     sudo apt-get install {' '.join(missing)}\n"
            "    Ubuntu:     the same without chromium, which Playwright brings:\n"
            "                .venv/bin/playwright install --with-deps chromium\n"
            f"    elsewhere:  whatever puts {names} on the PATH\n"
            "Everything else is ready: `make check` and `make demo` work without them."
        )
    say("test programs", "in place")


def main() -> int:
    parser = argparse.ArgumentParser(description="Makes this machine ready for Simpul.")
    parser.add_argument("purpose", choices=["demo", "check", "test"])
    purpose = parser.parse_args().purpose
    try:
        take_newer_python()
        ensure_uv()
        ensure_packages(full=purpose != "demo")
        ensure_assets()
        ensure_translations()
        if purpose == "test":
            ensure_test_programs()
    except Refusal as refusal:
        print(f"\n{refusal}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
