"""The command `simpul`, as somebody types it."""

from __future__ import annotations

import argparse
import io
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from simpul.entrypoints import cli, locks
from simpul.government.models import Account, Grant, Organisation, Region
from simpul.kernel.time import system_clock


def run(*words: str, data: Path, **settings: str | int) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, as an installed one would."""
    given = {name: value for name, value in os.environ.items() if not name.startswith("SIMPUL_")}
    given.pop("DJANGO_SETTINGS_MODULE", None)
    given |= {f"SIMPUL_{name.upper()}": str(value) for name, value in settings.items()}
    return subprocess.run(
        [sys.executable, "-m", "simpul.entrypoints.cli", *words],
        env=given | {"SIMPUL_DATA": str(data)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that `simpul migrate` made."""
    data = tmp_path_factory.mktemp("installation") / "data"
    done = run("migrate", data=data)
    assert done.returncode == 0, done.stderr
    assert "steps taken" in done.stdout
    assert "4 instruments" in done.stdout
    return data


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def verbs(parser: argparse.ArgumentParser, words: tuple[str, ...] = ()) -> Iterator[list[str]]:
    """Every verb of the command line, with those inside others."""
    yield list(words)
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, inner in action.choices.items():
                yield from verbs(inner, (*words, name))


@pytest.mark.parametrize("words", list(verbs(cli.parser())), ids=" ".join)
def test_every_verb_explains_itself(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        cli.main([*words, "--help"])
    told = capsys.readouterr().out
    assert end.value.code == 0
    assert max(len(line) for line in told.splitlines()) <= cli.WIDTH
    assert "==SUPPRESS==" not in told


@pytest.mark.parametrize("words", [[], ["dance"], ["user"], ["check", "--language", "fr"]])
def test_what_is_not_understood_ends_with_2(words: list[str]) -> None:
    with pytest.raises(SystemExit) as end:
        cli.main(words)
    assert end.value.code == 2


def test_a_setting_that_cannot_be_used_is_told_in_one_line(tmp_path: Path) -> None:
    done = run("migrate", data=tmp_path, web_port="eighty")
    assert done.returncode == 2
    assert done.stderr == "simpul: SIMPUL_WEB_PORT='eighty' is not a whole number\n"


# -- upkeep --------------------------------------------------------------------------------


@pytest.mark.slow
def test_migrating_again_changes_nothing(installation: Path) -> None:
    done = run("migrate", data=installation)
    assert done.returncode == 0, done.stderr
    assert "databases: up to date" in done.stdout
    assert "files for browsers: up to date" in done.stdout


@pytest.mark.slow
def test_a_fresh_installation_is_sound(installation: Path) -> None:
    done = run(
        "check",
        "--language",
        "en",
        data=installation,
        web_port=free_port(),
        broker_port=free_port(),
    )
    assert done.returncode == 0, done.stdout
    assert "broken" not in done.stdout
    assert "note       Simpul is not running" in done.stdout


def test_check_ends_with_1_where_something_is_broken(tmp_path: Path) -> None:
    done = run("check", "--language", "en", data=tmp_path / "none")
    assert done.returncode == 1
    assert "Run `simpul migrate`" in done.stdout


@pytest.mark.slow
def test_check_speaks_the_language_of_the_installation(installation: Path) -> None:
    assert "baik       Python berversi" in run("check", data=installation).stdout
    assert "good       Python is" in run("check", data=installation, language="en").stdout


@pytest.mark.slow
def test_check_says_which_steps_wait(tmp_path: Path, installation: Path) -> None:
    for name in ("office.db", "secret.key"):
        (tmp_path / name).write_bytes((installation / name).read_bytes())
    (tmp_path / "data.db").touch()
    tmp_path.chmod(0o700)
    done = run("check", "--language", "en", data=tmp_path)
    assert done.returncode == 1
    assert "steps wait, first data.0001" in done.stdout


# -- serving -------------------------------------------------------------------------------


def test_serve_refuses_what_was_not_made_ready(tmp_path: Path) -> None:
    done = run("serve", data=tmp_path / "none", language="en")
    assert done.returncode == 1
    assert "Run `simpul migrate`" in done.stderr


@pytest.mark.slow
def test_serve_refuses_ports_that_are_taken(installation: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = run(
            "serve", data=installation, web_port=port, broker_port=free_port(), language="en"
        )
    assert done.returncode == 1
    assert f"Port {port} on 127.0.0.1 is taken by another program." in done.stderr
    assert "SIMPUL_WEB_PORT" in done.stderr


def test_serve_web_refuses_what_was_not_made_ready(tmp_path: Path) -> None:
    done = run("serve", "web", data=tmp_path / "none", language="en")
    assert done.returncode == 1
    assert "Run `simpul migrate`" in done.stderr


@pytest.mark.slow
def test_serve_web_runs_once_in_a_folder(installation: Path) -> None:
    with locks.hold(installation / "web.lock"):
        done = run("serve", "web", data=installation, web_port=free_port())
    assert done.returncode == 2
    assert "web.lock is held by another process" in done.stderr


@pytest.mark.slow
def test_serve_refuses_a_folder_in_use(installation: Path) -> None:
    with locks.hold(installation / "serve.lock"):
        done = run("serve", data=installation)
    assert done.returncode == 2
    assert "serve.lock is held by another process" in done.stderr


# -- first steps ---------------------------------------------------------------------------


@pytest.fixture
def city(db: None) -> Region:
    return Region.objects.create(
        code="19.71",
        name="Kota Pangkalpinang",
        level=Region.Level.CITY,
        latitude=-2.13,
        longitude=106.11,
        tz="Asia/Jakarta",
    )


def type_password(monkeypatch: pytest.MonkeyPatch, password: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{password}\n"))


def test_a_region_is_opened_with_its_top_office(
    city: Region, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        assert cli.main(["region", "open", "19.71"]) == 0
    assert "Pemerintah Kota Pangkalpinang" in capsys.readouterr().out
    assert (
        Organisation.objects.get(region=city, parent=None).name == "Pemerintah Kota Pangkalpinang"
    )
    city.refresh_from_db()
    assert city.runs_here


@pytest.mark.django_db
def test_a_region_that_does_not_exist(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["region", "open", "99.99"]) == 2
    assert capsys.readouterr().err == "simpul: There is no region with this code.\n"


def test_the_first_administrator(
    city: Region, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    cli.main(["region", "open", "19.71"])
    type_password(monkeypatch, "empat-ikan-biru-tidur")
    words = ["user", "create", "Rina", "--name", "Rina Kartika", "--administers", "19.71"]
    assert cli.main([*words, "--days", "30", "--password-from-input"]) == 0
    account = Account.objects.get(username="rina")
    assert account.check_password("empat-ikan-biru-tidur")
    given = Grant.objects.get(person=account.person)
    assert given.right == Grant.Right.ADMINISTER
    assert given.expires is not None
    assert (given.expires - city.today(system_clock())).days == 30
    assert "administers Kota Pangkalpinang until" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--administers", "19.71"], "does not run here yet"),
        (["--administers", "99.99"], "There is no region with this code."),
    ],
)
def test_a_right_that_cannot_be_given_leaves_nobody_behind(
    city: Region,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    said: str,
) -> None:
    type_password(monkeypatch, "empat-ikan-biru-tidur")
    assert cli.main(["user", "create", "rina", "--password-from-input", *words]) == 2
    assert said in capsys.readouterr().err
    assert not Account.objects.exists()


def test_a_right_ends_within_a_year(
    city: Region, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    cli.main(["region", "open", "19.71"])
    type_password(monkeypatch, "empat-ikan-biru-tidur")
    words = ["user", "create", "rina", "--password-from-input", "--administers", "19.71"]
    assert cli.main([*words, "--days", "1000"]) == 2
    assert "1 to 366 days" in capsys.readouterr().err


@pytest.mark.django_db
def test_a_weak_password_is_refused_with_its_reasons(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    type_password(monkeypatch, "rahasia")
    assert cli.main(["user", "create", "rina", "--password-from-input"]) == 2
    assert len(capsys.readouterr().err.splitlines()) >= 2


@pytest.mark.django_db
def test_a_new_password(monkeypatch: pytest.MonkeyPatch) -> None:
    type_password(monkeypatch, "empat-ikan-biru-tidur")
    cli.main(["user", "create", "rina", "--password-from-input"])
    type_password(monkeypatch, "tujuh-awan-hijau-jalan")
    assert cli.main(["user", "password", "RINA", "--password-from-input"]) == 0
    assert Account.objects.get().check_password("tujuh-awan-hijau-jalan")


@pytest.mark.django_db
def test_a_password_for_nobody(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    type_password(monkeypatch, "tujuh-awan-hijau-jalan")
    assert cli.main(["user", "password", "budi", "--password-from-input"]) == 2
    assert "Nobody signs in as budi." in capsys.readouterr().err


@pytest.mark.django_db
def test_two_passwords_that_differ(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = iter(["empat-ikan-biru-tidur", "empat-ikan-biru"])
    monkeypatch.setattr("getpass.getpass", lambda prompt: next(typed))
    assert cli.main(["user", "create", "rina"]) == 2
    assert "differ" in capsys.readouterr().err
    assert not Account.objects.exists()
