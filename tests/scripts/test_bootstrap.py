"""The bootstrap, against a package index of its own and machines that lack something."""

from __future__ import annotations

import ast
import functools
import hashlib
import http.server
import os
import stat
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from scripts.bootstrap import Refusal

from scripts import bootstrap

PROGRAM = f"#!/bin/sh\necho uv {bootstrap.UV_VERSION}\n".encode()


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder served as a package index, which pip was told to use."""
    folder = tmp_path / "index"
    (folder / "simple" / "uv").mkdir(parents=True)
    handler = functools.partial(Quiet, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{server.server_port}/simple/")
    monkeypatch.setattr(bootstrap, "TOOLS", tmp_path / "tools")
    monkeypatch.setattr(bootstrap, "UV", tmp_path / "tools" / "uv")
    yield folder
    server.shutdown()
    server.server_close()


def offer(index: Path, monkeypatch: pytest.MonkeyPatch, *, pinned: bool = True) -> None:
    """Put a wheel for this machine into the index, the one that is pinned or another."""
    tags, digest = bootstrap.UV_WHEELS[bootstrap.this_platform()]
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(f"uv-{bootstrap.UV_VERSION}.data/scripts/uv", PROGRAM)
    name = f"uv-{bootstrap.UV_VERSION}-py3-none-{tags}.whl"
    (index / name).write_bytes(content.getvalue())
    page = f'<a href="../../{name}#sha256={digest}">{name}</a>'
    (index / "simple" / "uv" / "index.html").write_text(page)
    if pinned:
        digest = hashlib.sha256(content.getvalue()).hexdigest()
        wheels = {bootstrap.this_platform(): (tags, digest)}
        monkeypatch.setattr(bootstrap, "UV_WHEELS", wheels)


def test_uv_is_fetched_once(
    index: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    offer(index, monkeypatch)
    bootstrap.ensure_uv()
    bootstrap.ensure_uv()
    assert capsys.readouterr().out.splitlines() == [
        f"uv:            {bootstrap.UV_VERSION}, fetching",
        f"uv:            {bootstrap.UV_VERSION}, in place",
    ]
    assert bootstrap.UV.read_bytes() == PROGRAM
    assert stat.S_IMODE(bootstrap.UV.stat().st_mode) == 0o755


def test_a_wheel_that_is_not_the_known_one_is_refused(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer(index, monkeypatch, pinned=False)
    with pytest.raises(Refusal, match="is not the file we know"):
        bootstrap.ensure_uv()
    assert not bootstrap.UV.exists()


def test_an_index_without_the_wheel(index: Path) -> None:
    (index / "simple" / "uv" / "index.html").write_text("<a href='uv-0.0.1.whl'>old</a>")
    with pytest.raises(Refusal, match="does not offer"):
        bootstrap.fetch_uv()


def test_an_index_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV_DEFAULT_INDEX", "http://127.0.0.1:9/simple")
    with pytest.raises(Refusal, match="Could not fetch"):
        bootstrap.fetch_uv()


def test_a_machine_for_which_there_is_no_uv(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.machine", lambda: "vax")
    with pytest.raises(Refusal, match=r"no uv for linux-vax|no uv for \w+-vax"):
        bootstrap.fetch_uv()


@pytest.mark.parametrize(
    ("system", "machine", "libc", "key"),
    [
        ("Linux", "x86_64", "glibc", "linux-x86_64-glibc"),
        ("Linux", "aarch64", "glibc", "linux-aarch64-glibc"),
        ("Linux", "x86_64", "", "linux-x86_64-musl"),
        ("Darwin", "arm64", "", "darwin-arm64"),
    ],
)
def test_every_usual_machine_has_its_wheel(
    monkeypatch: pytest.MonkeyPatch, system: str, machine: str, libc: str, key: str
) -> None:
    monkeypatch.setattr("platform.system", lambda: system)
    monkeypatch.setattr("platform.machine", lambda: machine)
    monkeypatch.setattr("platform.libc_ver", lambda: (libc, "2.36"))
    assert bootstrap.this_platform() == key
    assert key in bootstrap.UV_WHEELS


def test_an_old_python_gives_way_to_a_newer_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    newer = tmp_path / "python3.12"
    newer.touch(mode=0o755)
    started: list[list[str]] = []
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    monkeypatch.setattr(os, "execv", lambda path, words: started.append(words))
    with pytest.raises(Refusal):
        bootstrap.take_newer_python()
    assert started == [[str(newer), *sys.argv]]


def test_a_machine_with_an_old_python_only(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    with pytest.raises(Refusal, match=r"needs Python 3\.11 or later"):
        bootstrap.take_newer_python()


def test_missing_programs_are_asked_for_in_plain_words(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    wanted = "sudo apt-get install chromium poppler-utils curl mosquitto"
    with pytest.raises(Refusal, match=wanted):
        bootstrap.ensure_test_programs()


def test_missing_programs_are_installed_where_that_is_allowed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    note = tmp_path / "note"
    for name, text in (
        ("env", '#!/bin/sh\nshift\nexec "$@"\n'),
        ("apt-get", f'#!/bin/sh\necho "$@" >> {note}\n'),
        ("pdftotext", "#!/bin/sh\n"),
        ("curl", "#!/bin/sh\n"),
        ("mosquitto_passwd", "#!/bin/sh\n"),
    ):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(bootstrap, "is_ubuntu", lambda: False)
    with pytest.raises(Refusal):
        bootstrap.ensure_test_programs()
    assert note.read_text().splitlines() == [
        "update -q",
        "install -q -y --no-install-recommends chromium",
    ]


def test_it_is_read_by_an_older_python() -> None:
    """Whatever stands in the file, Python 3.8 must be able to parse it to say what is missing."""
    source = Path(bootstrap.__file__).read_text()
    assert ast.parse(source, feature_version=(3, 8))


def test_its_help_names_the_purposes() -> None:
    done = subprocess.run(
        [sys.executable, bootstrap.__file__, "--help"], capture_output=True, text=True, check=True
    )
    assert "{demo,check,test}" in done.stdout
