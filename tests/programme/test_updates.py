from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from simpul.desk.errors import NoteMissing
from simpul.desk.models import OutboxEvent, Review
from simpul.government.models import AuditRow
from simpul.kernel.errors import NotSignedIn
from simpul.programme import errors, operations, queries
from simpul.programme.models import Update
from simpul.programme.status import Name
from tests import factories as city
from tests.factories import NOW, TODAY
from tests.programme import factories as make

pytestmark = pytest.mark.django_db


def test_a_report_waits_for_a_check_and_changes_nothing_before() -> None:
    action = make.action()

    update = make.report(action, percent="40.5")

    assert update.state == Update.State.SUBMITTED
    assert update.percent == Decimal("40.50")
    assert update.period is not None
    assert update.period.holds(update.observed_on)
    assert queries.standing_of(action, TODAY).name is Name.RUNNING
    assert Review.objects.get(subject=str(update.urn)).verdict == "submitted"
    assert OutboxEvent.objects.get(name="ActionReported").facts["percent"] == "40.50"


def test_an_accepted_report_counts() -> None:
    action = make.action()

    make.accepted(action, percent=40)

    standing = queries.standing_of(action, TODAY)
    assert (standing.name, standing.percent) == (Name.ON_TRACK, Decimal(40))
    assert standing.percent_on == TODAY
    assert OutboxEvent.objects.filter(name="UpdateAccepted").count() == 1


def test_the_latest_day_counts_whatever_was_handed_in_last() -> None:
    action = make.action()

    make.accepted(action, percent=60, days_ago=1)
    make.accepted(action, percent=30, days_ago=20)

    assert queries.standing_of(action, TODAY).percent == Decimal(60)


@pytest.mark.parametrize("percent", ["-0.01", "100.01", "NaN", "Infinity"])
def test_a_percentage_outside_its_bounds_is_refused(percent: str) -> None:
    with pytest.raises(errors.BadPercent):
        make.report(make.action(), percent=percent)


@pytest.mark.parametrize("percent", [0, 100])
def test_both_ends_of_the_percentage_are_taken(percent: int) -> None:
    assert make.report(make.action(), percent=percent).percent == percent


def test_a_day_in_the_future_or_before_the_action_is_refused() -> None:
    action = make.action(starts=TODAY - timedelta(days=10))

    for days_ago in (-1, 11):
        with pytest.raises(errors.BadDay):
            make.report(action, days_ago=days_ago)
    assert make.report(action, days_ago=10).observed_on == action.starts


def test_the_day_is_that_of_the_region_not_of_greenwich() -> None:
    action = make.action()
    just_after_midnight_in_bangka = NOW.replace(hour=17, minute=30)

    update = make.report(action, days_ago=-1, now=just_after_midnight_in_bangka)

    assert update.observed_on == TODAY + timedelta(days=1)


def test_a_report_says_something() -> None:
    with pytest.raises(errors.TextMissing):
        make.report(make.action(), text=" \n")


def test_a_stranger_cannot_report() -> None:
    with pytest.raises(NotSignedIn):
        operations.report_progress(
            action=make.action(),
            percent=Decimal(1),
            observed_on=TODAY,
            text="x",
            by=city.walker(),
            now=NOW,
        )


def test_a_draft_takes_no_reports() -> None:
    with pytest.raises(errors.ActionClosed):
        make.report(make.draft())


def test_the_same_form_sent_twice_is_one_update() -> None:
    action = make.action()
    clerk = city.clerk(action.lead)

    first = make.report(action, clerk, key="abc123", percent=40)
    again = make.report(action, clerk, key="abc123", percent=40)

    assert first.pk == again.pk
    assert Update.objects.count() == 1
    assert Review.objects.count() == 1


def test_the_key_of_somebody_elses_form_is_refused() -> None:
    action = make.action()
    make.report(action, city.clerk(action.lead), key="abc123")

    with pytest.raises(errors.NoSuchUpdate):
        make.report(action, city.clerk(action.lead), key="abc123")


def test_the_maker_is_not_the_checker() -> None:
    action = make.action()
    head = city.head(action.lead)
    update = make.report(action, head)

    with pytest.raises(errors.OwnUpdate):
        operations.review_update(update=update, accepted=True, by=city.walker(head), now=NOW)


def test_returning_needs_a_note_and_is_kept_with_it() -> None:
    action = make.action()
    update = make.report(action)
    checker = city.walker(city.head(action.lead))

    with pytest.raises(NoteMissing):
        operations.review_update(update=update, accepted=False, by=checker, now=NOW)
    operations.review_update(
        update=update, accepted=False, note="Lampirkan foto tiang.", by=checker, now=NOW
    )

    update.refresh_from_db()
    last = Review.objects.filter(subject=str(update.urn)).last()
    assert last is not None
    assert update.state == Update.State.RETURNED
    assert (last.verdict, last.note, last.by) == (
        "returned",
        "Lampirkan foto tiang.",
        checker.account,
    )
    assert queries.standing_of(action, TODAY).percent is None


def test_an_update_is_decided_once() -> None:
    update = make.accepted(make.action())
    other = city.walker(city.head(update.action.lead))

    with pytest.raises(errors.AlreadyDecided):
        operations.review_update(update=update, accepted=False, note="x", by=other, now=NOW)


def test_who_reported_and_in_which_post_stands_in_the_trail_without_a_name() -> None:
    action = make.action()
    clerk = city.clerk(action.lead)

    update = make.report(action, clerk)

    row = AuditRow.objects.get(verb="reported", subject=str(action.urn))
    assert row.account == clerk
    assert update.post == city.seat_of(clerk)
    assert clerk.person.name not in str(row.facts)
