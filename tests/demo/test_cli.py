"""`simpul demo` before it sets anything up: folder, ports, words."""

from __future__ import annotations

import argparse
import io
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from simpul.entrypoints import locks
from simpul_demo import cli, story
from simpul_demo.progress import Bar


@pytest.fixture(autouse=True)
def own_environment() -> Iterator[None]:
    kept = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(kept)


def given(folder: Path, *, fresh: bool = True) -> argparse.Namespace:
    return argparse.Namespace(folder=folder, fresh=fresh, port=None, no_simulator=True)


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "diary.txt").write_text("not yours")
    with pytest.raises(cli.NotADemo):
        cli.run(given(tmp_path))
    assert (tmp_path / "diary.txt").read_text() == "not yours"


@pytest.mark.parametrize("lock", ["serve.lock", cli.LOCK])
@pytest.mark.parametrize("fresh", [True, False])
def test_a_running_demo_is_left_alone(tmp_path: Path, lock: str, fresh: bool) -> None:
    (tmp_path / cli.MARK).write_text('{"set_up": true}')
    with locks.hold(tmp_path / lock), pytest.raises(cli.AlreadyRunning):
        cli.run(given(tmp_path, fresh=fresh))
    assert (tmp_path / cli.MARK).exists()


def test_a_port_in_use_is_passed_over(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        os.environ["SIMPUL_WEB_PORT"] = str(port)
        settings = cli.choose_settings(tmp_path, None)
    assert settings.web_port > port
    assert settings.public_url == f"http://localhost:{settings.web_port}"
    assert settings.data == tmp_path.resolve()


def test_a_port_that_was_asked_for_is_taken_as_it_is(tmp_path: Path) -> None:
    settings = cli.choose_settings(tmp_path, 8765)
    assert settings.web_port == 8765


def test_a_public_address_from_the_environment_stays(tmp_path: Path) -> None:
    os.environ["SIMPUL_PUBLIC_URL"] = "https://demo.example"
    assert cli.choose_settings(tmp_path, None).public_url == "https://demo.example"


def test_the_greeting_names_the_city_and_everybody_who_can_sign_in(tmp_path: Path) -> None:
    words = cli.greeting(cli.choose_settings(tmp_path, 8765))
    assert f"http://localhost:8765/{story.REGION}/" in words
    assert story.PASSWORD in words
    assert all(row["username"] in words for row in story.accounts())
    assert len(story.PASSWORD) >= 10


def test_progress_is_told_in_lines_where_there_is_no_terminal() -> None:
    out = io.StringIO()
    with Bar(out) as bar:
        bar.stage("first", 40)
        bar.within(0.5)
        bar.stage("second", 60)
    assert out.getvalue().splitlines() == ["  0 %  first", " 40 %  second"]


def test_progress_is_a_bar_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.StringIO()
    monkeypatch.setattr(out, "isatty", lambda: True)
    with Bar(out) as bar:
        bar.stage("first", 40)
        bar.within(0.5)
    assert " 20 %" in out.getvalue()
    assert out.getvalue().endswith("\n")
