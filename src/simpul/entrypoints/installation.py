"""What an installation is made of, and how it is brought to the version of this program.

The databases have numbered steps that only go forward. The files for browsers are copied to the
data folder under names that carry their content's hash, so that browsers may keep them for ever.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable
from contextlib import closing

import apsw
import django
from django.apps import apps
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.management.commands.collectstatic import Command as Collect
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from whitenoise.storage import (  # type: ignore[import-untyped]
    CompressedManifestStaticFilesStorage,
)

from simpul.entrypoints import locks
from simpul.entrypoints.settings import Settings, name_django_settings
from simpul.storage.sqlite.connection import open_writer
from simpul.storage.sqlite.sql import migrations as data_steps

Say = Callable[[str], None]


def load_django() -> None:
    """Load every room of the city hall, once."""
    name_django_settings()
    if not apps.ready:
        django.setup()


# -- databases -----------------------------------------------------------------------------


LOOK = "SELECT count(*) FROM sqlite_schema"


def office_fault(settings: Settings) -> str:
    """Why the office's database cannot be read, in SQLite's words; empty where it can."""
    address = f"{settings.office_db.resolve().as_uri()}?mode=ro"
    try:
        with closing(sqlite3.connect(address, uri=True)) as base:
            base.execute(LOOK).fetchone()
    except sqlite3.Error as error:
        return str(error)
    return ""


def data_fault(settings: Settings) -> str:
    """The same of the data wing's database, which this process opens with apsw alone."""
    try:
        base = apsw.Connection(str(settings.data_db), flags=apsw.SQLITE_OPEN_READONLY)
        with closing(base):
            base.execute(LOOK).fetchone()
    except apsw.Error as error:
        return str(error)
    return ""


def waiting(settings: Settings) -> list[str]:
    """The steps that the databases have not taken yet, by name."""
    load_django()
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    office = [f"{step.app_label}.{step.name}" for step, _backwards in plan]
    return office + [f"data.{number:04}" for number in _waiting_data(settings)]


def _waiting_data(settings: Settings) -> range:
    """Numbers of the steps that the data wing's database has not taken."""
    done = 0
    if settings.data_db.exists():
        base = apsw.Connection(str(settings.data_db), flags=apsw.SQLITE_OPEN_READONLY)
        with closing(base):
            done = int(base.pragma("user_version"))
    return range(done + 1, len(data_steps()) + 1)


# -- files for browsers --------------------------------------------------------------------


def _digest_of_static() -> str:
    """A hash over every file that browsers are given, as the rooms bring them."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in sorted(finder.list([]), key=lambda found: found[0]):
            with storage.open(name) as file:
                digest.update(name.encode() + b"\0" + hashlib.sha256(file.read()).digest())
    return digest.hexdigest()


def static_is_collected(settings: Settings) -> bool:
    """Whether the files for browsers in the data folder are those of this version."""
    load_django()
    stamp = settings.static / "digest"
    return stamp.exists() and stamp.read_text() == _digest_of_static()


def collect_static(settings: Settings) -> None:
    """Copy the files for browsers to the data folder, hashed and compressed."""
    command = Collect()
    command.storage = CompressedManifestStaticFilesStorage()
    call_command(command, interactive=False, clear=True, verbosity=0)
    settings.static.mkdir(exist_ok=True)
    (settings.static / "digest").write_text(_digest_of_static())


# -- all of it -----------------------------------------------------------------------------


def migrate(settings: Settings, *, say: Say) -> None:
    """Bring databases and files for browsers to this version. Saying it again changes nothing.

    say: takes one line for each thing that was done.

    Raises:
        InUse: the installation runs, with databases that would change under it.
    """
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    steps = waiting(settings)
    if steps and locks.is_held(settings.data / "serve.lock"):
        raise locks.InUse("Simpul is running here; stop it before its databases change.")
    call_command("migrate", interactive=False, verbosity=0)
    open_writer(settings.data_db).close()
    say(f"databases: {len(steps)} steps taken" if steps else "databases: up to date")
    if static_is_collected(settings):
        say("files for browsers: up to date")
    else:
        collect_static(settings)
        say("files for browsers: collected")
