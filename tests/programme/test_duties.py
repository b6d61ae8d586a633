from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from simpul.desk import obligations
from simpul.desk.models import Obligation
from simpul.indicators import periods
from simpul.programme import duties, operations
from simpul.programme.models import Action
from tests import factories as city
from tests.factories import NOW, TODAY
from tests.programme import factories as make
from tests.programme import signing

pytestmark = pytest.mark.django_db


def owed(reason: str = "") -> list[Obligation]:
    rows = Obligation.objects.filter(settled_at=None).select_related("post__organisation")
    return list(rows.filter(reason=reason) if reason else rows)


def after_october(action: Action, now: datetime = NOW) -> int:
    """The calendar looks at October 2026, which is over on the test's day."""
    october = periods.period_of(action.region, "month", date(2026, 10, 1))
    return duties.owe_updates(region=action.region, period=october, now=now)


def monthly(**said: object) -> Action:
    facts: dict[str, object] = {
        "rhythm": "month",
        "starts": date(2026, 10, 1),
        "due": date(2027, 3, 31),
        "published_days_ago": 70,
    }
    return make.action(**(facts | said))  # type: ignore[arg-type]


# -- updates -------------------------------------------------------------------------------


def test_an_update_is_owed_when_its_period_is_over() -> None:
    action = monthly()

    after_october(action)

    (row,) = owed("update_due")
    october = periods.period_of(action.region, "month", date(2026, 10, 1))
    assert row.subject == str(action.urn)
    assert (row.post, row.due) == (action.post, october.due)
    assert "Okt 2026" in row.title_id
    assert "Oct 2026" in row.title_en


def test_owing_again_changes_nothing() -> None:
    action = monthly()

    assert after_october(action) == 1
    assert after_october(action) == 0
    assert duties.by_calendar(NOW) == 0 or len(owed("update_due")) == 1


def test_the_clerk_of_the_lead_office_owes_before_the_post_that_answers() -> None:
    office = city.organisation()
    clerk = city.clerk(office)
    action = monthly(post=city.post(office))

    after_october(action)

    assert owed("update_due")[0].post == city.seat_of(clerk)


def test_a_report_settles_it_and_a_returned_one_brings_it_back() -> None:
    action = monthly()
    after_october(action)

    update = make.report(action)
    assert owed("update_due") == []
    checker = city.walker(city.head(action.lead))
    operations.review_update(update=update, accepted=False, note="Foto kabur.", by=checker, now=NOW)

    assert len(owed("update_due")) == 1
    assert len(owed("revise_update")) == 1


def test_a_report_about_an_earlier_day_leaves_the_later_period_owed() -> None:
    action = monthly(starts=date(2026, 9, 1))

    make.report(action, days_ago=(TODAY - date(2026, 9, 20)).days)
    after_october(action)

    (row,) = owed("update_due")
    assert "Okt 2026" in row.title_id


def test_the_oldest_missing_period_is_named() -> None:
    action = monthly(starts=date(2026, 9, 1))

    after_october(action)

    (row,) = owed("update_due")
    assert "Sep 2026" in row.title_id


@pytest.mark.parametrize(
    "said",
    [
        {"rhythm": "quarter"},
        {"starts": date(2026, 11, 1)},
        {"starts": date(2026, 8, 1), "due": date(2026, 9, 30), "published_days_ago": 50},
        {"published_days_ago": 10},
    ],
    ids=["other rhythm", "begins later", "ended before", "published later"],
)
def test_no_update_is_owed_for_a_time_outside(said: dict[str, object]) -> None:
    after_october(monthly(**said))

    assert owed("update_due") == []


def test_nothing_is_owed_after_everything_was_reported_or_closed() -> None:
    done, closed = monthly(starts=date(2026, 9, 1)), monthly()
    make.report(done, percent=100, days_ago=60)
    walker = city.walker(city.head(closed.lead))
    operations.close_action(action=closed, status="stopped", reason="Digabung.", now=NOW, by=walker)

    after_october(done)

    assert owed("update_due") == []


# -- checks --------------------------------------------------------------------------------


def test_a_check_is_owed_by_the_reviewer_or_the_head_of_the_lead_office() -> None:
    office = city.organisation()
    head = city.head(office)
    reviewer = city.post()
    plain, named = make.led_by(office), make.led_by(office, reviewer=reviewer)

    make.report(plain)
    make.report(named)

    assert {row.post for row in owed("review_update")} == {city.seat_of(head), reviewer}
    assert owed("review_update")[0].due == TODAY + timedelta(days=duties.DAYS_TO_REVIEW)


def test_a_decision_settles_the_check() -> None:
    action = make.action()
    city.head(action.lead)

    make.accepted(action)

    assert owed("review_update") == []


def test_a_returned_update_is_owed_until_another_follows() -> None:
    action = make.action()
    update = make.report(action)
    checker = city.walker(city.head(action.lead))
    operations.review_update(update=update, accepted=False, note="Kurang.", by=checker, now=NOW)
    assert [row.subject for row in owed("revise_update")] == [str(update.urn)]

    make.report(action)

    assert owed("revise_update") == []


# -- milestones ----------------------------------------------------------------------------


def test_a_milestone_is_owed_two_weeks_ahead_until_it_is_done() -> None:
    action = make.action()
    near, far, late = (make.milestone(action, days=days) for days in (14, 15, -3))

    duties.owe_milestones(region=action.region, now=NOW)
    assert {row.subject for row in owed("milestone_due")} == {str(near.urn), str(late.urn)}
    assert str(far.urn) not in {row.subject for row in owed()}

    operations.complete_milestone(milestone=near, done_on=TODAY, now=NOW)
    assert {row.subject for row in owed("milestone_due")} == {str(late.urn)}


# -- the calendar and the rebuild ----------------------------------------------------------


def test_the_workers_round_owes_what_time_made_due_and_then_rests() -> None:
    action = monthly()
    make.milestone(action, days=3)

    assert duties.by_calendar(NOW) == 2
    assert duties.by_calendar(NOW) == 0
    assert {row.reason for row in owed()} == {"update_due", "milestone_due"}


@pytest.mark.usefixtures("papers")
def test_rebuilding_from_the_facts_gives_what_the_operations_wrote() -> None:
    heads = [signing.head("Ani Lestari"), signing.head("Budi Santoso")]
    commitment = signing.opened(*heads)
    action, other = monthly(), monthly()
    city.head(other.lead)
    make.milestone(action, days=3)
    make.report(other)
    signing.sign(commitment, heads[0])
    duties.by_calendar(NOW)
    before = {(row.subject, row.post_id, row.reason, row.due) for row in owed()}
    assert len(before) == 4

    missing, left_over = obligations.differences(NOW)
    assert {duty for duty in missing | left_over if duty.reason in duties.REASONS} == set()

    Obligation.objects.all().delete()
    duties.rebuild(region=action.region, now=NOW)

    assert {(row.subject, row.post_id, row.reason, row.due) for row in owed()} == before


def test_a_duty_stays_with_the_post_when_its_holder_changes() -> None:
    office = city.organisation()
    clerk = city.clerk(office)
    action = monthly(post=city.post(office))
    after_october(action)
    seat = city.seat_of(clerk)
    clerk.person.assignments.update(ends=TODAY)
    successor = city.person("Pengganti")
    city.assignment(successor, seat, starts=TODAY)

    assert list(obligations.owed_by([seat])) == owed("update_due")
