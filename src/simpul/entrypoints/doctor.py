"""`simpul check`: says in plain words what is wrong with an installation, and what to do.

Each check is a small function that looks at one thing and changes nothing. The doctor must be able
to speak where nothing else works, so it reads its own translations and needs Django only for the
question that only Django can answer.
"""

from __future__ import annotations

import gettext
import os
import shutil
import socket
import sqlite3
import stat
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

import apsw

from simpul.entrypoints import installation, locks
from simpul.entrypoints.settings import Settings, variable

PACKAGE = Path(__file__).resolve().parent.parent
LOCALE = Path(__file__).resolve().parent / "locale"

OLDEST_PYTHON = (3, 11)
OLDEST_SQLITE = (3, 38)
LITTLE_SPACE_MB = 2000
NO_SPACE_MB = 200
CLOCK_TOLERANCE_S = 300

Translate = Callable[[str], str]


class State(StrEnum):
    """How a thing is. NOTE: neither good nor bad, worth knowing."""

    GOOD = "good"
    NOTE = "note"
    WARNING = "warning"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Finding:
    """state; what: one sentence; remedy: what to do, where there is something to do."""

    state: State
    what: str
    remedy: str = ""


Check = Callable[[Settings, Translate], Iterable[Finding]]


def voice(language: str) -> Translate:
    """How the doctor speaks this language; English where there is no translation."""
    return gettext.translation("django", LOCALE, [language], fallback=True).gettext


# -- the machine ---------------------------------------------------------------------------


def check_python(settings: Settings, _: Translate) -> Iterator[Finding]:
    version = ".".join(str(part) for part in sys.version_info[:3])
    if sys.version_info[:2] < OLDEST_PYTHON:
        yield Finding(
            State.BROKEN,
            _("Python %(version)s is too old.") % {"version": version},
            _("Install Python 3.11 or later."),
        )
    else:
        yield Finding(State.GOOD, _("Python is %(version)s.") % {"version": version})


def check_sqlite(settings: Settings, _: Translate) -> Iterator[Finding]:
    for library, version in (
        ("sqlite3", sqlite3.sqlite_version),
        ("apsw", apsw.sqlite_lib_version()),
    ):
        facts = {"library": library, "version": version}
        if tuple(int(part) for part in version.split(".")[:2]) < OLDEST_SQLITE:
            yield Finding(
                State.BROKEN,
                _("SQLite %(version)s (in %(library)s) is too old.") % facts,
                _("Simpul needs SQLite 3.38 or later: use a newer Python or a newer system."),
            )
        else:
            yield Finding(State.GOOD, _("SQLite is %(version)s (in %(library)s).") % facts)


def check_clock(settings: Settings, _: Translate) -> Iterator[Finding]:
    now = datetime.now(UTC).timestamp()
    written = [
        path.stat().st_mtime
        for path in (settings.key_file, settings.office_db, settings.data_db)
        if path.exists()
    ]
    if written and max(written) > now + CLOCK_TOLERANCE_S:
        yield Finding(
            State.BROKEN,
            _("The clock is behind: files of this installation were written later than now."),
            _("Set the clock of this machine and let it follow a time server (NTP)."),
        )
    elif _follows_time_server() is False:
        yield Finding(
            State.WARNING,
            _("The clock does not follow a time server."),
            _("Turn it on (timedatectl set-ntp true): readings are judged by their time."),
        )
    else:
        yield Finding(State.GOOD, _("The clock is plausible."))


def _follows_time_server() -> bool | None:
    """What systemd says; None where it cannot be asked."""
    if not shutil.which("timedatectl"):
        return None
    command = ["timedatectl", "show", "--property=NTPSynchronized", "--value"]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=5, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return {"yes": True, "no": False}.get(answer.stdout.strip())


# -- the data folder -----------------------------------------------------------------------


def check_folder(settings: Settings, _: Translate) -> Iterator[Finding]:
    folder = settings.data
    facts = {"folder": folder.resolve(), "variable": variable("data")}
    if not folder.exists():
        yield Finding(
            State.BROKEN,
            _("The data folder %(folder)s does not exist.") % facts,
            _("Run `simpul migrate`, or let %(variable)s name the right folder.") % facts,
        )
    elif not folder.is_dir():
        yield Finding(
            State.BROKEN,
            _("%(folder)s is not a folder.") % facts,
            _("Let %(variable)s name a folder.") % facts,
        )
    elif not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        yield Finding(
            State.BROKEN,
            _("The data folder %(folder)s may not be written to.") % facts,
            _("Give it to the user that runs Simpul (chown)."),
        )
    elif stat.S_IMODE(folder.stat().st_mode) & 0o007:
        yield Finding(
            State.WARNING,
            _("Everybody on this machine may look into the data folder %(folder)s.") % facts,
            _("It holds personal data: chmod 700 %(folder)s") % facts,
        )
    else:
        yield Finding(State.GOOD, _("The data folder is %(folder)s.") % facts)


def check_space(settings: Settings, _: Translate) -> Iterator[Finding]:
    folder = settings.data.resolve()
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free // 1_000_000
    facts = {"free": free, "folder": folder}
    remedy = _("Free some space, or move the data folder to a larger disk.")
    if free < NO_SPACE_MB:
        yield Finding(State.BROKEN, _("The disk is full: %(free)d MB are left.") % facts, remedy)
    elif free < LITTLE_SPACE_MB:
        yield Finding(State.WARNING, _("The disk is nearly full: %(free)d MB.") % facts, remedy)
    else:
        yield Finding(State.GOOD, _("There are %(free)d MB of free disk space.") % facts)


def check_key(settings: Settings, _: Translate) -> Iterator[Finding]:
    path = settings.key_file
    facts = {"path": path}
    if not path.exists():
        if settings.office_db.exists():
            yield Finding(
                State.BROKEN,
                _("The secret key %(path)s is missing.") % facts,
                _("Bring it back from the backup. A new one ends every session and ticket."),
            )
        return
    try:
        usable = len(bytes.fromhex(path.read_text().strip())) >= 32
    except (OSError, ValueError):
        usable = False
    if not usable:
        yield Finding(
            State.BROKEN,
            _("The secret key %(path)s cannot be read.") % facts,
            _("Bring it back from the backup, and give it to the user that runs Simpul."),
        )
    elif stat.S_IMODE(path.stat().st_mode) & 0o077:
        yield Finding(
            State.BROKEN,
            _("Others than its owner may read the secret key %(path)s.") % facts,
            _("Close it: chmod 600 %(path)s") % facts,
        )
    else:
        yield Finding(State.GOOD, _("The secret key is kept from others."))


def check_databases(settings: Settings, _: Translate) -> Iterator[Finding]:
    for path, fault_of in (
        (settings.office_db, installation.office_fault),
        (settings.data_db, installation.data_fault),
    ):
        facts = {"path": path, "fault": fault_of(settings)}
        if not path.exists():
            yield Finding(
                State.BROKEN,
                _("There is no database %(path)s.") % facts,
                _("Run `simpul migrate`."),
            )
            return
        if facts["fault"]:
            yield Finding(
                State.BROKEN,
                _("The database %(path)s cannot be read: %(fault)s.") % facts,
                _("Bring it back from the backup."),
            )
            return
    yield from _check_schema(settings, _)


def _check_schema(settings: Settings, _: Translate) -> Iterator[Finding]:
    waiting = installation.waiting(settings)
    if waiting:
        facts = {"count": len(waiting), "first": waiting[0]}
        yield Finding(
            State.BROKEN,
            _("The databases are older than this version: %(count)d steps wait, first %(first)s.")
            % facts,
            _("Stop Simpul, make a backup, and run `simpul migrate`."),
        )
    else:
        yield Finding(State.GOOD, _("The databases fit this version."))


# -- what was built ------------------------------------------------------------------------


def check_assets(settings: Settings, _: Translate) -> Iterator[Finding]:
    vendor = PACKAGE / "web" / "static" / "vendor"
    if not vendor.is_dir() or not any(vendor.iterdir()):
        yield Finding(
            State.BROKEN,
            _("The browser parts (fonts, maps, htmx) were not built."),
            _("In a source folder run `make demo` once; a released package brings them."),
        )
    elif settings.static.exists() and not installation.static_is_collected(settings):
        yield Finding(
            State.BROKEN,
            _("The files for browsers are not those of this version."),
            _("Run `simpul migrate`."),
        )
    else:
        yield Finding(State.GOOD, _("The files for browsers are in place."))


def check_translations(settings: Settings, _: Translate) -> Iterator[Finding]:
    catalogues = sorted(PACKAGE.glob("*/locale/*/LC_MESSAGES/django.po"))
    old = [
        po.relative_to(PACKAGE).parts[0]
        for po in catalogues
        if not po.with_suffix(".mo").exists()
        or po.with_suffix(".mo").stat().st_mtime < po.stat().st_mtime - 2
    ]
    if old:
        yield Finding(
            State.BROKEN,
            _("Translations are not compiled: %(rooms)s.") % {"rooms": ", ".join(old)},
            _("Run `make messages`."),
        )
    else:
        yield Finding(State.GOOD, _("The translations are compiled."))


# -- the network ---------------------------------------------------------------------------


def check_address(settings: Settings, _: Translate) -> Iterator[Finding]:
    host = urlsplit(settings.public_url).hostname or ""
    allowed = [name.strip() for name in settings.allowed_hosts.split(",")]
    if not any(host == name or (name[:1] == "." and host.endswith(name)) for name in allowed):
        yield Finding(
            State.BROKEN,
            _("The pages refuse their own address %(url)s.") % {"url": settings.public_url},
            _("Add %(host)s to %(variable)s.")
            % {"host": host, "variable": variable("allowed_hosts")},
        )
    local = {"127.0.0.1", "localhost", "::1"}
    if settings.debug and not {settings.web_host, host} <= local:
        yield Finding(
            State.BROKEN,
            _("Technical details are shown to strangers."),
            _("Unset %(variable)s.") % {"variable": variable("debug")},
        )
    if host not in local and not settings.public_url.startswith("https://"):
        yield Finding(
            State.WARNING,
            _("People reach the pages without encryption (%(url)s).")
            % {"url": settings.public_url},
            _("Put a web server with a certificate before Simpul, and name the https address."),
        )


def runs(settings: Settings, part: str) -> bool:
    """Whether a part runs in this data folder: serve, web, broker or worker."""
    return locks.is_held(settings.data / f"{part}.lock")


def port_is_taken(host: str, port: int) -> bool:
    """Whether something listens there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False


def check_ports(settings: Settings, _: Translate) -> Iterator[Finding]:
    """Whether others took the ports of parts that do not run."""
    for part, name, host, port in (
        ("web", "web_port", settings.web_host, settings.web_port),
        ("broker", "broker_port", settings.broker_host, settings.broker_port),
    ):
        if runs(settings, part):
            continue
        facts = {"host": host, "port": port, "variable": variable(name)}
        if port_is_taken(host, port):
            yield Finding(
                State.BROKEN,
                _("Port %(port)d on %(host)s is taken by another program.") % facts,
                _("End that program, or choose another port with %(variable)s.") % facts,
            )
        else:
            yield Finding(State.GOOD, _("Port %(port)d on %(host)s is free.") % facts)


def speaks_http(url: str) -> bool:
    """Whether a server answers at this address, whatever it says."""
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except urllib.error.HTTPError as answer:
        answer.close()
        return True
    except OSError:
        return False


def check_processes(settings: Settings, _: Translate) -> Iterator[Finding]:
    """Whether the processes do their work, if any of them runs."""
    if not any(runs(settings, part) for part in ("serve", "web", "broker", "worker")):
        yield Finding(State.NOTE, _("Simpul is not running (start it with `simpul serve`)."))
        return
    remedy = _("It is started again by itself; look at the lines that `simpul serve` writes.")
    web = f"http://{settings.web_host}:{settings.web_port}/"
    for url, good, bad in (
        (web, _("The pages answer."), _("The pages do not answer.")),
        (settings.broker_address, _("The broker answers."), _("The broker does not answer.")),
    ):
        answer = speaks_http(url.replace("0.0.0.0", "127.0.0.1"))
        yield Finding(State.GOOD, good) if answer else Finding(State.BROKEN, bad, remedy)
    if runs(settings, "worker"):
        yield Finding(State.GOOD, _("The worker runs."))
    else:
        yield Finding(State.BROKEN, _("The worker does not run."), remedy)


CHECKS: tuple[Check, ...] = (
    check_python,
    check_sqlite,
    check_clock,
    check_folder,
    check_space,
    check_key,
    check_databases,
    check_assets,
    check_translations,
    check_address,
    check_ports,
    check_processes,
)

BEFORE_WEB: tuple[Check, ...] = (
    check_folder,
    check_key,
    check_databases,
    check_assets,
    check_address,
)
BEFORE_SERVING: tuple[Check, ...] = (*BEFORE_WEB, check_ports)


def examine(
    settings: Settings, language: str, checks: Iterable[Check] = CHECKS
) -> Iterator[Finding]:
    """Every finding, one check after the other."""
    speak = voice(language)
    for check in checks:
        yield from check(settings, speak)


def as_text(finding: Finding, language: str) -> str:
    """A finding as lines for a terminal: a word, the sentence, and below it what to do."""
    _ = voice(language)
    words = {
        State.GOOD: _("good"),
        State.NOTE: _("note"),
        State.WARNING: _("attention"),
        State.BROKEN: _("broken"),
    }
    width = max(len(word) for word in words.values()) + 2
    text = f"{words[finding.state]:<{width}}{finding.what}"
    return f"{text}\n{'':<{width}}{finding.remedy}" if finding.remedy else text
