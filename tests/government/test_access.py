from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from simpul.government import access, operations
from simpul.government.models import Assignment, Grant
from simpul.kernel.errors import NotAllowed, NotSignedIn
from simpul.kernel.ids import Kind
from tests import factories
from tests.factories import NOW, TODAY, Right

pytestmark = pytest.mark.django_db


def test_a_stranger_may_nothing() -> None:
    office = factories.organisation()
    assert not access.STRANGER.may(Right.SEE, region="19.71", organisation=office.pk)
    with pytest.raises(NotSignedIn):
        access.STRANGER.must(Right.SEE, region="19.71", organisation=office.pk)


def test_a_grant_reaches_down_the_tree_and_not_up_or_aside() -> None:
    office = factories.organisation()
    below = factories.organisation(parent=office)
    aside = factories.organisation()
    walker = factories.walker(factories.official(office, rights=[Right.EDIT]))

    assert walker.may(Right.EDIT, region="19.71", organisation=office.pk)
    assert walker.may(Right.EDIT, region="19.71", organisation=below.pk)
    assert not walker.may(Right.EDIT, region="19.71", organisation=aside.pk)
    assert not walker.may(Right.EDIT, region="19.71")
    with pytest.raises(NotAllowed):
        walker.must(Right.EDIT, region="19.71", organisation=aside.pk)


def test_a_grant_over_the_government_is_one_over_the_region() -> None:
    walker = factories.walker(factories.smart_city_team())
    partner = factories.partner()
    assert walker.may(Right.ASSESS, region="19.71")
    assert walker.may(Right.ASSESS, region="19.71", organisation=partner.pk)
    assert not walker.may(Right.ASSESS, region="64.09")


def test_a_grant_over_a_partner_is_not_one_over_the_region() -> None:
    walker = factories.walker(factories.official(factories.partner(), rights=[Right.EDIT]))
    assert not walker.may(Right.EDIT, region="19.71")


def test_stronger_rights_include_weaker_ones_but_not_operating_or_signing() -> None:
    office = factories.organisation()
    walker = factories.walker(factories.official(office, rights=[Right.ADMINISTER]))

    def may(right: str) -> bool:
        return walker.may(right, region="19.71", organisation=office.pk)

    assert all(may(right) for right in (Right.SEE, Right.REPORT, Right.EDIT, Right.REVIEW))
    assert not may(Right.OPERATE)
    assert not may(Right.SIGN)


def test_a_grant_for_one_kind_or_plan_covers_nothing_else() -> None:
    office = factories.organisation()
    who = factories.official(office, rights=[])
    seat = factories.seat_of(who)
    factories.grant(Right.EDIT, seat, kind=Kind.ACTION)
    factories.grant(Right.REVIEW, seat, plan="urn:simpul:19.71:plan:a")
    walker = factories.walker(who)

    assert walker.may(Right.EDIT, region="19.71", kind=Kind.ACTION, organisation=office.pk)
    assert not walker.may(Right.EDIT, region="19.71", kind=Kind.FEED, organisation=office.pk)
    here = "urn:simpul:19.71:plan:a"
    assert walker.may(Right.REVIEW, region="19.71", organisation=office.pk, plan=here)
    assert not walker.may(Right.REVIEW, region="19.71", organisation=office.pk, plan="urn:b")


def test_rights_go_with_the_post_when_somebody_else_fills_it() -> None:
    office = factories.organisation()
    former = factories.head(office)
    seat = factories.seat_of(former)
    operations.end_assignment(assignment=Assignment.objects.get(post=seat), on=TODAY, now=NOW)
    heir = factories.account()
    factories.assignment(heir.person, seat, starts=TODAY)

    assert not factories.walker(former).given
    assert factories.walker(heir).may(Right.SIGN, region="19.71", organisation=office.pk)


@pytest.mark.parametrize(
    ("code", "now", "holds"),
    [
        ("19.71", datetime(2026, 11, 20, 16, 59, tzinfo=UTC), False),  # 23.59 WIB, the day before
        ("19.71", datetime(2026, 11, 20, 17, 0, tzinfo=UTC), True),
        ("64.09", datetime(2026, 11, 20, 15, 59, tzinfo=UTC), False),  # 23.59 WITA
        ("64.09", datetime(2026, 11, 20, 16, 0, tzinfo=UTC), True),
    ],
)
def test_an_assignment_begins_at_midnight_where_the_post_is(
    code: str, now: datetime, holds: bool
) -> None:
    seat = factories.post(factories.organisation(in_region=factories.region(code)))
    who = factories.account()
    factories.assignment(who.person, seat, starts=date(2026, 11, 21))
    assert bool(factories.walker(who, now=now).posts) is holds


def test_a_right_of_a_person_ends_after_its_last_local_day() -> None:
    who = factories.account()
    office = factories.organisation()
    operations.grant(
        right=Right.SEE, organisation=office, person=who.person, expires=TODAY, now=NOW
    )
    last = datetime(2026, 11, 21, 16, 59, tzinfo=UTC)
    after = datetime(2026, 11, 21, 17, 0, tzinfo=UTC)
    assert factories.walker(who, now=last).may(Right.SEE, region="19.71", organisation=office.pk)
    assert not factories.walker(who, now=after).given


def test_every_right_says_what_includes_it() -> None:
    assert set(access.IMPLIED) == set(Grant.Right.values)
