"""Typed-in numbers: with proof, checked by somebody else, corrected only by another one."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from simpul.desk import evidence, obligations, reviews
from simpul.desk.errors import NoteMissing
from simpul.desk.models import Evidence, Link, Obligation
from simpul.government.models import Account, AuditRow
from simpul.indicators import closing, entries
from simpul.indicators.entries import Proof
from simpul.indicators.errors import (
    EntryDecided,
    EntryWaits,
    NoEvidence,
    NotTypedIn,
    NotYetOver,
    OwnEntry,
)
from simpul.indicators.models import Entry, Indicator, Value
from simpul.indicators.queries import live_number, published_values
from tests import factories
from tests.city.world import NOW, REGION
from tests.indicators import factories as make

pytestmark = pytest.mark.django_db
DAY = date(2026, 10, 15)
PROOF = Proof(evidence.receive_link("https://example.org/rekap"), "Rekap Oktober")


class Office:
    """An office with a clerk, a head and an indicator that both answer for."""

    def __init__(self) -> None:
        self.organisation = factories.organisation()
        self.clerk = factories.clerk(self.organisation)
        self.head = factories.head(self.organisation)
        self.indicator: Indicator = make.indicator(
            source="typed",
            owner=self.organisation,
            post=factories.seat_of(self.clerk),
            decimals=1,
            created_at=datetime(2026, 10, 2, 3, 0, tzinfo=UTC),
        )

    def submit(self, number: str = "12.34", **facts: object) -> Entry:
        given: dict[str, object] = {"day": DAY, "proofs": [PROOF], "now": NOW}
        return entries.submit_number(
            indicator=self.indicator,
            number=Decimal(number),
            by=factories.walker(self.clerk),
            **(given | facts),  # type: ignore[arg-type]
        )

    def approve(self, entry: Entry, by: Account | None = None) -> Value:
        return entries.approve_number(
            entry=entry, now=NOW, by=factories.walker(by or self.head), note="Sesuai"
        )


@pytest.fixture
def office() -> Office:
    return Office()


def test_a_number_becomes_a_value_when_somebody_else_approves_it(office: Office) -> None:
    entry = office.submit()
    assert not office.indicator.values.exists()
    value = office.approve(entry)
    assert (value.state, value.quality, value.number) == ("published", "typed", Decimal("12.3"))
    assert value.urn == entry.urn
    assert [review.verdict for review in reviews.reviews_of(value.urn)] == ["submitted", "accepted"]
    assert Evidence.objects.get(subject=str(value.urn)).title == "Rekap Oktober"
    assert Link.objects.filter(from_urn=str(office.indicator.urn), to_urn=str(value.urn)).exists()
    (published,) = published_values(REGION, office.indicator.urn)
    assert published.proof == value.urn


def test_whoever_typed_it_in_does_not_approve_it(office: Office) -> None:
    entry = office.submit()
    with pytest.raises(OwnEntry):
        office.approve(entry, by=office.clerk)
    with pytest.raises(OwnEntry):
        entries.return_number(entry=entry, note="x", now=NOW, by=factories.walker(office.clerk))
    assert not office.indicator.values.exists()


def test_a_number_without_proof_is_not_taken(office: Office) -> None:
    with pytest.raises(NoEvidence):
        office.submit(proofs=[])
    assert not Entry.objects.exists()


def test_a_period_that_runs_has_no_number_yet(office: Office) -> None:
    with pytest.raises(NotYetOver):
        office.submit(day=date(2026, 11, 3))


def test_one_number_at_a_time_waits(office: Office) -> None:
    office.submit()
    with pytest.raises(EntryWaits):
        office.submit("13")


def test_a_computed_indicator_takes_no_number() -> None:
    clerk = factories.clerk()
    with pytest.raises(NotTypedIn):
        entries.submit_number(
            indicator=make.indicator(),
            day=DAY,
            number=Decimal(1),
            proofs=[PROOF],
            now=NOW,
            by=factories.walker(clerk),
        )


def test_a_returned_number_is_owed_again_and_followed_by_another(office: Office) -> None:
    closing.close_periods(NOW)
    first = office.submit()
    assert not owed(office, closing.VALUE_DUE)
    entries.return_number(
        entry=first, note="Lampirkan rekap", now=NOW, by=factories.walker(office.head)
    )
    assert owed(office, closing.VALUE_DUE)
    second = office.submit("13")
    office.approve(second)
    assert not owed(office, closing.VALUE_DUE)
    assert not office.indicator.values.filter(entry=first).exists()


def owed(office: Office, reason: str) -> bool:
    return Obligation.objects.filter(reason=reason, settled_at=None).exists()


def test_returning_needs_a_reason(office: Office) -> None:
    entry = office.submit()
    with pytest.raises(NoteMissing):
        entries.return_number(entry=entry, note=" ", now=NOW, by=factories.walker(office.head))
    entry.refresh_from_db()
    assert entry.state == Entry.State.SUBMITTED


def test_the_head_owes_the_review_until_it_is_done(office: Office) -> None:
    entry = office.submit()
    duty = Obligation.objects.get(reason=closing.REVIEW_DUE)
    assert duty.post == factories.seat_of(office.head)
    assert duty.subject == str(entry.urn)
    office.approve(entry)
    assert not owed(office, closing.REVIEW_DUE)


def test_a_head_who_hands_in_is_reviewed_from_above(office: Office) -> None:
    above = factories.official(factories.government(), is_head=True, title="Wali Kota")
    entry = entries.submit_number(
        indicator=office.indicator,
        day=DAY,
        number=Decimal(1),
        proofs=[PROOF],
        now=NOW,
        by=factories.walker(office.head),
    )
    assert entry.reviewer == factories.seat_of(above)


def test_a_decided_number_is_not_decided_again(office: Office) -> None:
    entry = office.submit()
    office.approve(entry)
    with pytest.raises(EntryDecided):
        office.approve(entry)


def test_a_correction_supersedes_and_both_stay_readable(office: Office) -> None:
    first = office.approve(office.submit())
    second = office.approve(office.submit("14"))
    first.refresh_from_db()
    assert (first.state, first.superseded_at) == ("superseded", NOW)
    (published,) = published_values(REGION, office.indicator.urn)
    assert published.urn == second.urn
    links = Link.objects.filter(from_urn=str(office.indicator.urn), valid_to=None)
    assert [link.to_urn for link in links] == [str(second.urn)]


def test_the_last_typed_number_is_what_a_tile_shows(office: Office) -> None:
    office.approve(office.submit())
    shown = live_number(office.indicator, now=NOW)
    assert (shown.number, shown.state, shown.line) == (Decimal("12.3"), "typed", ())


def test_every_step_stands_in_the_audit_trail(office: Office) -> None:
    entry = office.submit()
    office.approve(entry)
    verbs = AuditRow.objects.filter(subject=str(entry.urn)).values_list("verb", flat=True)
    assert list(verbs) == ["submitted", "accepted"]


def test_what_is_owed_follows_from_the_facts(office: Office) -> None:
    obligations.duties_from("indicators", closing.as_told)
    closing.close_periods(NOW)
    assert obligations.differences(NOW) == (set(), set())
    entry = office.submit()
    assert obligations.differences(NOW) == (set(), set())
    office.approve(entry)
    assert obligations.differences(NOW) == (set(), set())
