from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from simpul.programme.status import (
    Facts,
    Name,
    Override,
    Reason,
    Step,
    expected_percent,
    status_of,
)

TODAY = date(2026, 11, 21)
BEGUN, ENDS = date(2026, 10, 1), date(2027, 1, 31)


def facts(**said: object) -> Facts:
    return Facts(**({"starts": BEGUN, "due": ENDS} | said))  # type: ignore[arg-type]


def done(title: str = "Survei") -> Step:
    return Step(title, date(2026, 10, 20), date(2026, 10, 18))


def ahead(title: str = "Pasang") -> Step:
    return Step(title, date(2026, 12, 20), None)


def overdue(title: str = "Lelang", day: int = 10) -> Step:
    return Step(title, date(2026, 11, day), None)


def accepted(percent: int, on: date = TODAY) -> dict[str, object]:
    return {"percent": Decimal(percent), "percent_on": on}


CASES = [
    ("nothing yet, before its first day", {"starts": date(2026, 12, 1)}, Name.NOT_STARTED),
    ("nothing yet, after its first day", {}, Name.RUNNING),
    ("begins today", {"starts": TODAY}, Name.RUNNING),
    ("ends today", {"due": TODAY}, Name.RUNNING),
    ("ended yesterday", {"due": date(2026, 11, 20)}, Name.LATE),
    ("ended yesterday at 90", {"due": date(2026, 11, 20), **accepted(90)}, Name.LATE),
    ("ended yesterday at 100", {"due": date(2026, 11, 20), **accepted(100)}, Name.DONE),
    ("a milestone done, one ahead", {"steps": [done(), ahead()]}, Name.ON_TRACK),
    ("a milestone due today", {"steps": [Step("x", TODAY, None)]}, Name.RUNNING),
    ("a milestone overdue", {"steps": [done(), overdue()]}, Name.LATE),
    ("a milestone overdue at 100", {"steps": [overdue()], **accepted(100)}, Name.LATE),
    ("a milestone ahead at 100", {"steps": [ahead()], **accepted(100)}, Name.ON_TRACK),
    ("every milestone done, nothing accepted", {"steps": [done()]}, Name.DONE),
    ("every milestone done, 60 accepted", {"steps": [done()], **accepted(60)}, Name.ON_TRACK),
    ("every milestone done, 100 accepted", {"steps": [done()], **accepted(100)}, Name.DONE),
    ("at an even pace", accepted(42), Name.ON_TRACK),
    ("twenty points behind", accepted(22), Name.ON_TRACK),
    ("twenty-one points behind", accepted(21), Name.LATE),
    ("behind, with milestones", {"steps": [ahead()], **accepted(5)}, Name.ON_TRACK),
    ("ahead of its first day", {"starts": date(2026, 12, 1), **accepted(5)}, Name.ON_TRACK),
]


@pytest.mark.parametrize(("said", "expected"), [case[1:] for case in CASES], ids=lambda _v: None)
def test_status_follows_from_the_facts(said: dict[str, object], expected: Name) -> None:
    assert status_of(facts(**said), TODAY).name is expected


def test_what_somebody_said_with_a_reason_comes_first() -> None:
    told = Override(Name.ON_TRACK, "Lelang diundur resmi sampai Desember.", TODAY)

    status = status_of(facts(steps=[overdue()], override=told), TODAY)

    assert status.name is Name.ON_TRACK
    assert status.is_set
    assert "Lelang diundur resmi" in status.sentence


def test_an_even_pace_counts_days_with_both_ends() -> None:
    first, last = date(2026, 1, 1), date(2026, 4, 10)

    assert (last - first).days + 1 == 100
    assert expected_percent(first, last, date(2026, 1, 25)) == 25
    assert expected_percent(first, last, date(2025, 12, 1)) == 0
    assert expected_percent(first, last, date(2026, 12, 1)) == 100
    assert expected_percent(first, first, first) == 100


@pytest.mark.parametrize(
    ("said", "reason", "english"),
    [
        (accepted(100), Reason.COMPLETE, "100% was accepted for 21 Nov 2026, and no milestone"),
        ({"steps": [done()]}, Reason.MILESTONES_DONE, "the last one on 18 Oct 2026."),
        ({"due": date(2026, 11, 20)}, Reason.PAST_DUE, "It was to end on 20 Nov 2026"),
        ({"steps": [overdue("Lelang")]}, Reason.MILESTONE_OVERDUE, "“Lelang” was due on 10 Nov"),
        (accepted(10), Reason.BEHIND_PACE, "it stood at 10%; an even pace would have been 42%."),
        ({"starts": date(2026, 12, 1)}, Reason.NOT_BEGUN, "It begins on 1 Dec 2026."),
        (accepted(45), Reason.PROGRESSING, "Nothing is overdue; 45% was accepted for 21 Nov 2026."),
        ({"steps": [done(), ahead()]}, Reason.PROGRESSING, "Nothing is overdue; 1 milestone is"),
        ({}, Reason.UNREPORTED, "Under way since 1 Oct 2026; no update has been accepted yet."),
    ],
)
def test_the_reason_is_told_in_one_sentence(
    said: dict[str, object], reason: Reason, english: str
) -> None:
    status = status_of(facts(**said), TODAY)

    assert status.reason is reason
    with translation.override("en"):
        assert english in status.sentence


def test_the_earliest_overdue_milestone_is_named_and_the_rest_counted() -> None:
    steps = [overdue("Kedua", day=12), overdue("Pertama", day=2), overdue("Ketiga", day=19)]

    status = status_of(facts(steps=steps), TODAY)

    with translation.override("en"):
        assert status.sentence == (
            "The milestone “Pertama” was due on 2 Nov 2026 and is not done. 2 more are overdue."
        )


def test_a_percentage_keeps_its_decimals_in_the_sentence() -> None:
    with translation.override("en"):
        told = status_of(facts(percent=Decimal("45.50"), percent_on=TODAY), TODAY).sentence

    assert "45.5% was accepted" in told
