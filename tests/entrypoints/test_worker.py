"""The worker: every job at its own pace, and one that fails does not hold up the others."""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from simpul.entrypoints import jobs, locks, worker
from simpul.entrypoints.jobs import Job
from simpul.entrypoints.settings import Settings
from simpul.entrypoints.worker import Worker

START = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)


class Clock:
    """A clock that moves when told to."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def move(self, **span: float) -> None:
        self.now += timedelta(**span)


class Diary:
    """A job that notes when it was called and handles what it is given."""

    def __init__(self, *handled: int | Exception) -> None:
        self.calls: list[datetime] = []
        self._answers = list(handled)

    def __call__(self, now: datetime) -> int:
        self.calls.append(now)
        answer = self._answers.pop(0) if self._answers else 0
        if isinstance(answer, Exception):
            raise answer
        return answer


def job(run: Diary, *, name: str = "job", pause: float = 10) -> Job:
    return Job(name, run, timedelta(seconds=pause))


def test_a_job_that_found_nothing_rests_for_its_pause() -> None:
    clock, diary = Clock(), Diary()
    made = Worker([job(diary, pause=10)], clock=clock)
    made.round()
    clock.move(seconds=9)
    made.round()
    assert len(diary.calls) == 1
    clock.move(seconds=1)
    made.round()
    assert diary.calls == [START, START + timedelta(seconds=10)]


def test_a_job_with_work_left_goes_on_at_once() -> None:
    clock, diary = Clock(), Diary(5, 3, 0)
    made = Worker([job(diary)], clock=clock)
    assert [made.round() for _ in range(4)] == [5, 3, 0, 0]
    assert len(diary.calls) == 3


@pytest.mark.django_db
def test_a_failing_job_is_logged_and_the_others_go_on(caplog: pytest.LogCaptureFixture) -> None:
    clock, good = Clock(), Diary(1)
    bad = Diary(RuntimeError("no such table"))
    made = Worker([job(bad, name="live numbers"), job(good)], clock=clock)
    assert made.round() == 1
    assert "live numbers failed (1 in a row)" in caplog.text
    assert "no such table" in caplog.text


@pytest.mark.django_db
def test_a_failing_job_rests_longer_each_time_and_recovers(
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock = Clock()
    diary = Diary(*[RuntimeError("down")] * 3, 0)
    made = Worker([job(diary, name="periods")], clock=clock)
    for _ in range(20):
        made.round()
        clock.move(seconds=1)
    assert [(call - START).total_seconds() for call in diary.calls] == [0, 2, 6, 14]
    assert "periods works again" in caplog.text


def test_no_job_rests_longer_than_five_minutes_for_failing() -> None:
    assert worker.back_off(1) == timedelta(seconds=2)
    assert worker.back_off(1000) == timedelta(minutes=5)


def test_jobs_are_known_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "_jobs", {})
    for run in (Diary(), Diary()):
        jobs.add("notices", run, pause=timedelta(seconds=1))
    assert [known.name for known in jobs.known()] == ["notices"]


def test_the_worker_says_what_it_does_and_stops_when_asked_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "simpul")
    given = Settings(data=tmp_path, worker_pause_ms=20)
    diary = Diary()
    monkeypatch.setattr(jobs, "_jobs", {"diary": job(diary, name="diary", pause=0)})
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGTERM)).start()
    began = time.monotonic()
    try:
        worker.work(given)
    finally:
        signal.signal(signal.SIGTERM, before[0])
        signal.signal(signal.SIGINT, before[1])
    assert diary.calls
    assert "worker: diary" in caplog.text
    assert time.monotonic() - began < 5
    assert not locks.is_held(tmp_path / "worker.lock")


def test_a_data_folder_has_one_worker(tmp_path: Path) -> None:
    with locks.hold(tmp_path / "worker.lock"), pytest.raises(locks.InUse, match=r"worker\.lock"):
        worker.work(Settings(data=tmp_path))


def test_a_lock_that_nobody_holds_is_free(tmp_path: Path) -> None:
    path = tmp_path / "some.lock"
    assert not locks.is_held(path)
    with locks.hold(path):
        assert locks.is_held(path)
    assert not locks.is_held(path)
    assert path.exists()
