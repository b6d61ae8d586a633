"""The doctor, at installations that are broken in one way each."""

from __future__ import annotations

import http.server
import os
import shutil
import socket
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from simpul.entrypoints import doctor, installation, locks
from simpul.entrypoints.doctor import Check, Finding, State
from simpul.entrypoints.settings import Settings, secret


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An installation with a data folder and a key, on ports that are free."""
    given = Settings(data=tmp_path / "data", web_port=free_port(), broker_port=free_port())
    secret(given)
    return given


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def look(check: Check, settings: Settings) -> list[Finding]:
    return list(doctor.examine(settings, "en", [check]))


def worst(check: Check, settings: Settings) -> Finding:
    """The one finding that is not good."""
    (found,) = [finding for finding in look(check, settings) if finding.state is not State.GOOD]
    return found


def change(settings: Settings, **values: object) -> Settings:
    given = {name: getattr(settings, name) for name in Settings.__dataclass_fields__}
    return Settings(**(given | values))


def all_good(check: Check, settings: Settings) -> bool:
    return {finding.state for finding in look(check, settings)} <= {State.GOOD}


@pytest.mark.parametrize(
    "check",
    [
        doctor.check_python,
        doctor.check_sqlite,
        doctor.check_folder,
        doctor.check_key,
        doctor.check_address,
        doctor.check_ports,
    ],
)
def test_nothing_is_wrong_with_a_sound_installation(check: Check, settings: Settings) -> None:
    assert all_good(check, settings)


def test_an_old_python_is_named(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 4))
    found = worst(doctor.check_python, settings)
    assert (found.state, found.what) == (State.BROKEN, "Python 3.10.4 is too old.")


def test_an_old_sqlite_is_named(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version", "3.31.1")
    assert worst(doctor.check_sqlite, settings).what == "SQLite 3.31.1 (in sqlite3) is too old."


# -- the data folder -----------------------------------------------------------------------


def test_a_missing_folder(settings: Settings) -> None:
    shutil.rmtree(settings.data)
    found = worst(doctor.check_folder, settings)
    assert found.state is State.BROKEN
    assert "does not exist" in found.what
    assert "SIMPUL_DATA" in found.remedy


def test_a_file_where_the_folder_should_be(settings: Settings) -> None:
    shutil.rmtree(settings.data)
    settings.data.touch()
    assert "is not a folder" in worst(doctor.check_folder, settings).what


def test_a_folder_that_may_not_be_written_to(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    assert "may not be written to" in worst(doctor.check_folder, settings).what


def test_a_folder_that_everybody_can_look_into(settings: Settings) -> None:
    settings.data.chmod(0o755)
    found = worst(doctor.check_folder, settings)
    assert found.state is State.WARNING
    assert "chmod 700" in found.remedy


@pytest.mark.parametrize(
    ("free_mb", "state"), [(100, State.BROKEN), (1500, State.WARNING), (9000, State.GOOD)]
)
def test_disk_space(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, free_mb: int, state: State
) -> None:
    usage = shutil.disk_usage(settings.data)._replace(free=free_mb * 1_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    (found,) = look(doctor.check_space, settings)
    assert found.state is state
    assert str(free_mb) in found.what


def test_space_is_known_before_there_is_a_folder(tmp_path: Path) -> None:
    (found,) = look(doctor.check_space, Settings(data=tmp_path / "not" / "yet"))
    assert "MB" in found.what


def test_files_written_later_than_now(settings: Settings) -> None:
    future = settings.key_file.stat().st_mtime + 86400
    os.utime(settings.key_file, (future, future))
    assert "clock is behind" in worst(doctor.check_clock, settings).what


def test_a_clock_without_a_time_server(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = tmp_path / "timedatectl"
    program.write_text("#!/bin/sh\necho no\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert worst(doctor.check_clock, settings).state is State.WARNING
    program.write_text("#!/bin/sh\necho yes\n")
    assert all_good(doctor.check_clock, settings)


# -- the secret key ------------------------------------------------------------------------


def test_a_key_that_others_may_read(settings: Settings) -> None:
    settings.key_file.chmod(0o644)
    assert "chmod 600" in worst(doctor.check_key, settings).remedy


@pytest.mark.parametrize("content", ["", "not hexadecimal", "abcd"])
def test_a_key_that_is_no_key(settings: Settings, content: str) -> None:
    settings.key_file.write_text(content)
    assert "cannot be read" in worst(doctor.check_key, settings).what


def test_a_lost_key_of_an_installation_that_has_data(settings: Settings) -> None:
    settings.key_file.unlink()
    assert all_good(doctor.check_key, settings)
    settings.office_db.touch()
    assert "is missing" in worst(doctor.check_key, settings).what


# -- the databases -------------------------------------------------------------------------


def make_database(path: Path) -> None:
    with closing(sqlite3.connect(path)) as base:
        base.execute("CREATE TABLE t (x)")


def test_no_databases_yet(settings: Settings) -> None:
    assert "There is no database" in worst(doctor.check_databases, settings).what


@pytest.mark.parametrize("name", ["office_db", "data_db"])
def test_a_file_that_is_not_a_database(settings: Settings, name: str) -> None:
    for path in (settings.office_db, settings.data_db):
        make_database(path)
    getattr(settings, name).write_bytes(b"spilled coffee" * 500)
    found = worst(doctor.check_databases, settings)
    assert found.state is State.BROKEN
    assert "not a database" in found.what


def test_databases_that_wait_for_steps(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in (settings.office_db, settings.data_db):
        make_database(path)
    monkeypatch.setattr(installation, "waiting", lambda settings: ["desk.0002_x", "desk.0003_y"])
    found = worst(doctor.check_databases, settings)
    assert "2 steps wait, first desk.0002_x" in found.what
    assert "simpul migrate" in found.remedy


# -- what was built ------------------------------------------------------------------------


def test_browser_parts_that_were_not_built(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(doctor, "PACKAGE", tmp_path)
    assert "were not built" in worst(doctor.check_assets, settings).what


def test_translations_that_were_not_compiled(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = tmp_path / "desk/locale/id/LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").touch()
    monkeypatch.setattr(doctor, "PACKAGE", tmp_path)
    assert "not compiled: desk" in worst(doctor.check_translations, settings).what
    (folder / "django.mo").touch()
    assert all_good(doctor.check_translations, settings)


# -- the network ---------------------------------------------------------------------------


def test_pages_that_refuse_their_own_address(settings: Settings) -> None:
    given = change(settings, public_url="https://simpul.kota.go.id")
    assert "SIMPUL_ALLOWED_HOSTS" in worst(doctor.check_address, given).remedy
    assert all_good(doctor.check_address, change(given, allowed_hosts=".kota.go.id"))


def test_pages_without_encryption(settings: Settings) -> None:
    given = change(settings, public_url="http://kota.go.id", allowed_hosts="kota.go.id")
    assert worst(doctor.check_address, given).state is State.WARNING


def test_technical_details_for_strangers(settings: Settings) -> None:
    given = change(settings, debug=True, web_host="0.0.0.0")
    assert "Unset SIMPUL_DEBUG" in worst(doctor.check_address, given).remedy


def test_a_port_that_another_program_took(settings: Settings) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", settings.broker_port))
        other.listen()
        found = worst(doctor.check_ports, settings)
    assert f"Port {settings.broker_port}" in found.what
    assert "SIMPUL_BROKER_PORT" in found.remedy


@pytest.fixture
def any_server() -> Iterator[Callable[[], int]]:
    """Starts servers that answer something; gives their ports."""
    made: list[http.server.HTTPServer] = []

    class Silent(http.server.BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            pass

    def start() -> int:
        server = http.server.HTTPServer(("127.0.0.1", 0), Silent)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        made.append(server)
        return server.server_port

    yield start
    for server in made:
        server.shutdown()
        server.server_close()


def test_an_installation_at_rest(settings: Settings) -> None:
    assert worst(doctor.check_processes, settings).state is State.NOTE


def test_an_installation_at_work(settings: Settings, any_server: Callable[[], int]) -> None:
    given = change(settings, web_port=any_server(), broker_port=any_server())
    with ExitStack() as held:
        for part in ("serve", "web", "broker", "worker"):
            held.enter_context(locks.hold(given.data / f"{part}.lock"))
        assert all_good(doctor.check_processes, given)
        assert look(doctor.check_ports, given) == []


def test_parts_that_run_as_units_of_their_own(
    settings: Settings, any_server: Callable[[], int]
) -> None:
    given = change(settings, broker_port=any_server())
    with locks.hold(given.data / "broker.lock"):
        (port,) = look(doctor.check_ports, given)
        found = {finding.what for finding in look(doctor.check_processes, given)}
    assert str(given.web_port) in port.what
    assert found >= {"The pages do not answer.", "The broker answers."}


def test_processes_that_do_not_answer(settings: Settings, any_server: Callable[[], int]) -> None:
    given = change(settings, web_port=any_server())
    with locks.hold(given.data / "serve.lock"):
        found = [finding.what for finding in look(doctor.check_processes, given)]
    assert found == ["The pages answer.", "The broker does not answer.", "The worker does not run."]


# -- its language --------------------------------------------------------------------------


def test_a_finding_is_a_word_a_sentence_and_what_to_do() -> None:
    found = Finding(State.BROKEN, "The disk is full.", "Free some space.")
    assert doctor.as_text(found, "en").splitlines() == [
        "broken     The disk is full.",
        "           Free some space.",
    ]


def test_the_doctor_speaks_indonesian(settings: Settings) -> None:
    (found,) = doctor.examine(settings, "id", [doctor.check_python])
    assert found.what.startswith("Python berversi ")
