"""A town with one of everything, and five people who try its doors.

Dinas PUPR leads what happens here; `other` reports for an office that has nothing to do with it;
`team` runs the programme for the whole region.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

from django.test import Client
from PIL import Image

from simpul.desk import documents, evidence, files
from simpul.desk.classification import import_dimensions
from simpul.desk.models import Document, Evidence
from simpul.evaluation.models import Evaluation
from simpul.evaluation.operations import import_published_results
from simpul.government.models import Account, Region
from simpul.indicators import entries, live
from simpul.indicators.models import Entry, Indicator, Value
from simpul.kernel.ids import Kind, ReadingAddress, Urn
from simpul.programme import operations as programme
from simpul.programme.models import Action, Commitment, Meeting, Plan
from tests import factories
from tests.city.world import GAUGE, LEVEL, World, gauge_id
from tests.evaluation import factories as evaluating
from tests.factories import NOW
from tests.indicators import factories as measuring
from tests.programme import factories as planning
from tests.programme import signing

ROLES = ("stranger", "other", "clerk", "head", "team")
PDF = b"%PDF-1.7\n%%EOF"


@dataclass
class Town:
    """Built piece by piece, as the doors ask for it. wing: the data wing behind its pages."""

    wing: World
    roles: dict[str, Client] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.region = factories.region()
        self.office = factories.organisation("Dinas PUPR")
        self.clerk = factories.clerk(self.office)
        self.head = factories.head(self.office)
        self.other = factories.clerk(factories.organisation("Dinas Sosial"))
        self.team = factories.smart_city_team()
        people: tuple[Account | None, ...] = (None, self.other, self.clerk, self.head, self.team)
        self.roles = {
            role: factories.signed_in(who) for role, who in zip(ROLES, people, strict=True)
        }
        import_dimensions()

    # programme

    @cached_property
    def plan(self) -> Plan:
        return planning.plan()

    @cached_property
    def action(self) -> Action:
        return planning.action(factories.seat_of(self.head), of=self.plan)

    @cached_property
    def hidden_action(self) -> Action:
        seat = factories.seat_of(self.head)
        return planning.action(seat, of=self.plan, visibility=Action.Visibility.INTERNAL)

    @cached_property
    def draft_action(self) -> Action:
        return planning.draft(factories.seat_of(self.head), of=self.plan)

    @cached_property
    def versions(self) -> tuple[int, int]:
        """The number of a published version and of a draft that follows it."""
        published = planning.published(self.plan, [self.action])
        draft = programme.draft_version(plan=self.plan, title="Adendum", now=NOW)
        programme.put_entry(version=draft, action=self.action, now=NOW)
        return published.number, draft.number

    @cached_property
    def published_plan(self) -> Urn:
        assert self.versions
        return self.plan.urn

    @cached_property
    def plans(self) -> str:
        assert self.versions
        return "/19.71/rencana/"

    @cached_property
    def dimension(self) -> Urn:
        return Urn("19.71", Kind.CATEGORY, "smart_living")

    @cached_property
    def part(self) -> Region:
        """A district of the city."""
        place = factories.region("19.71.01", runs_here=False)
        Region.objects.filter(code=place.code).update(
            level=Region.Level.DISTRICT, parent=self.region
        )
        return place

    def clause(self, of: Commitment) -> Urn:
        return of.clauses.get().urn

    @cached_property
    def waiting_update(self) -> Urn:
        return planning.report(self.action, self.clerk).urn

    @cached_property
    def accepted_update(self) -> Urn:
        return planning.accepted(self.action, self.clerk, percent=30, days_ago=20).urn

    @cached_property
    def milestone(self) -> Urn:
        return planning.milestone(self.action).urn

    @cached_property
    def commitment(self) -> Commitment:
        """Open for signing by the head of the office."""
        return signing.opened(self.head)

    @cached_property
    def draft_commitment(self) -> Commitment:
        return planning.commitment([factories.seat_of(self.head)])

    @cached_property
    def meeting(self) -> Meeting:
        return self._meeting(is_public=True)

    @cached_property
    def hidden_meeting(self) -> Meeting:
        return self._meeting(is_public=False)

    def _meeting(self, *, is_public: bool) -> Meeting:
        return programme.record_meeting(
            region=self.region,
            body="dewan",
            held_on=date(2026, 5, 12),
            title="Rapat",
            now=NOW,
            is_public=is_public,
        )

    # indicators and the city

    @cached_property
    def measured(self) -> Indicator:
        """A public computed indicator with a live value."""
        made = measuring.computed(owner=self.office)
        self._measure()
        live.follow_readings(NOW, interval_s=60, clock=self.wing.clock)
        return made

    def _measure(self) -> None:
        open_feed = self.wing.feed("duga-air", owner=self.office.urn)
        closed_feed = self.wing.feed("pompa", owner=self.office.urn, open=False)
        self.wing.measure("terbuka", [(NOW - timedelta(minutes=1), 12.0)], feed=open_feed)
        self.wing.measure(
            "tertutup", [(NOW - timedelta(minutes=2), 9.0)], feed=closed_feed, open=False
        )

    @cached_property
    def value(self) -> Value:
        return self.measured.values.get()

    @cached_property
    def run(self) -> Urn:
        assert self.value.run is not None
        return self.value.run.urn

    def reading(self, name: str) -> Urn:
        assert self.measured
        (series,) = self.wing.wing.history.series_of(
            "19.71", entity_type=GAUGE, attribute=LEVEL, entity_id=gauge_id(name)
        )
        latest = self.wing.wing.history.latest(series.number)
        assert latest is not None
        address: ReadingAddress = latest.address
        return address.urn("19.71")

    def entity(self, name: str) -> Urn:
        assert self.measured
        return Urn("19.71", Kind.ENTITY, gauge_id(name))

    def feed(self, key: str) -> Urn:
        assert self.measured
        return Urn("19.71", Kind.FEED, key)

    @cached_property
    def typed(self) -> Indicator:
        return measuring.indicator(owner=self.office, source=Indicator.Source.TYPED)

    @cached_property
    def hidden_indicator(self) -> Indicator:
        return measuring.indicator(
            owner=self.office, source=Indicator.Source.TYPED, is_public=False
        )

    @cached_property
    def entry(self) -> Entry:
        """A number of October that waits for its review."""
        proof = entries.Proof(evidence.receive_link("https://contoh.go.id/"), "Rekap", False)
        return entries.submit_number(
            indicator=self.typed,
            day=date(2026, 10, 5),
            number=Decimal(4),
            proofs=[proof],
            now=NOW,
            by=factories.walker(self.clerk),
        )

    # evaluation

    @cached_property
    def evaluation(self) -> Evaluation:
        return evaluating.evaluation(post=factories.seat_of(self.team))

    @cached_property
    def item(self) -> Urn:
        return Urn("19.71", Kind.ITEM, f"{self.evaluation.key}.1")

    @cached_property
    def instrument(self) -> str:
        return f"/19.71/instrumen/{self.evaluation.instrument.key}/"

    @cached_property
    def results(self) -> str:
        assert self.evaluation
        import_published_results()
        return "/19.71/evaluasi/hasil/"

    # desk

    def evidence(self, *, is_public: bool) -> Evidence:
        return evidence.add_file(
            PDF,
            subject=self.action.urn,
            region=self.region,
            now=NOW,
            by=factories.walker(self.clerk),
            is_public=is_public,
        )

    @cached_property
    def open_evidence(self) -> Evidence:
        return self.evidence(is_public=True)

    @cached_property
    def hidden_evidence(self) -> Evidence:
        return self.evidence(is_public=False)

    @cached_property
    def hidden_picture(self) -> Evidence:
        out = io.BytesIO()
        Image.new("RGB", (8, 8)).save(out, "PNG")
        return evidence.add_picture(
            out.getvalue(),
            subject=self.action.urn,
            region=self.region,
            now=NOW,
            by=factories.walker(self.clerk),
        )

    def document(self, *, is_public: bool) -> Document:
        return documents.add_document(
            region=self.region,
            kind="sk",
            title="SK",
            subject=self.action.urn,
            file=files.keep(PDF, now=NOW),
            is_public=is_public,
            now=NOW,
        )

    @cached_property
    def open_document(self) -> Document:
        return self.document(is_public=True)

    @cached_property
    def hidden_document(self) -> Document:
        return self.document(is_public=False)
