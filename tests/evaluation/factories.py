"""What the tests of evaluation stand on: the least that is valid of this room and those below."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from simpul.desk.models import Category, Document, Period
from simpul.evaluation import checking, operations
from simpul.evaluation.models import Evaluation, EvidenceQuery, Instrument, InstrumentItem
from simpul.government.models import Post, Region
from simpul.indicators.models import Entry, Indicator, TargetPoint, Value
from simpul.programme.models import Action, Meeting, Milestone, Plan, Update
from tests import factories as city
from tests.factories import NOW

YEAR = 2026
RULE = [{"at_least": "1", "level": "2"}, {"at_least": "3", "level": "4"}]


def instrument(key: str = "smart-city-2022") -> Instrument:
    """A shipped instrument, published."""
    found = Instrument.objects.filter(key=key).first()
    if found is not None:
        return found
    text = (checking.FOLDER / f"{key}.yaml").read_text(encoding="utf-8")
    draft = operations.import_instrument(text=text, now=NOW)
    return operations.publish_instrument(instrument=draft, now=NOW)


def item(key: str, of: str = "smart-city-2022") -> InstrumentItem:
    return instrument(of).items.get(key=key)


def evaluation(
    of: str = "smart-city-2022",
    *,
    group: str = "first_phase",
    post: Post | None = None,
    in_region: Region | None = None,
) -> Evaluation:
    return operations.open_evaluation(
        region=in_region or city.region(),
        instrument=instrument(of),
        year=YEAR,
        group=group,
        post=post or city.post(),
        self_due=date(2026, 12, 4),
        now=NOW,
    )


def query(
    kind: str,
    parameters: dict[str, Any],
    *,
    for_item: str = "baseline.perencanaan.1_1_1",
    rule: list[dict[str, str]] | None = None,
    post: Post | None = None,
) -> EvidenceQuery:
    return operations.add_query(
        region=city.region(),
        item=item(for_item),
        kind=kind,
        parameters=parameters,
        rule=rule or RULE,
        post=post or city.post(),
        now=NOW,
    )


def document(
    kind: str = Document.DocumentKind.REGULATION,
    *,
    adopted: bool = True,
    dated: date = date(2024, 3, 1),
    valid_to: date | None = None,
    title: str = "Rencana Induk Kota Cerdas",
    number: str = "Peraturan Wali Kota Nomor 17 Tahun 2024",
) -> Document:
    return Document.objects.create(
        region=city.region(),
        kind=kind,
        title=title,
        number=number,
        dated=dated,
        adopted=adopted,
        valid_to=valid_to,
        added_at=NOW,
    )


def meeting(
    held_on: date = date(2026, 5, 12), *, body: str = "dewan", minutes: bool = True
) -> Meeting:
    return Meeting.objects.create(
        region=city.region(),
        body=body,
        held_on=held_on,
        title="Rapat Dewan Smart City",
        minutes=document(Document.DocumentKind.MINUTES) if minutes else None,
        added_at=NOW,
    )


def category(key: str = "smart_living", parent: Category | None = None) -> Category:
    found, _made = Category.objects.get_or_create(
        tree="gmsc-2017",
        key=key,
        defaults={
            "parent": parent,
            "name_id": key,
            "name_en": key,
            "official_name": key.replace("_", " ").title(),
        },
    )
    return found


def action(
    title: str = "Pemantauan muka air sungai",
    *,
    kind: str = Action.ActionKind.ACTION,
    strand: str = "",
    of: Category | None = None,
    starts: date = date(2026, 1, 1),
    due: date = date(2026, 12, 31),
    state: str = Action.State.PUBLISHED,
) -> Action:
    post = city.post()
    plan, _made = Plan.objects.get_or_create(
        region=city.region(),
        title="Rencana Induk",
        defaults={"starts": date(2024, 1, 1), "ends": date(2028, 12, 31), "created_at": NOW},
    )
    found = Action.objects.create(
        region=city.region(),
        plan=plan,
        kind=kind,
        strand=strand,
        title=title,
        lead=post.organisation,
        post=post,
        starts=starts,
        due=due,
        state=state,
        created_at=NOW,
    )
    if of is not None:
        found.categories.add(of)
    return found


def update(
    of: Action, observed_on: date = date(2026, 6, 1), state: str = Update.State.ACCEPTED
) -> Update:
    return Update.objects.create(
        region=of.region,
        action=of,
        percent=Decimal(40),
        text="Alat terpasang.",
        observed_on=observed_on,
        state=state,
        by=city.account(),
        submitted_at=NOW,
    )


def milestone(of: Action, done_on: date | None) -> Milestone:
    return Milestone.objects.create(
        action=of, title="Alat terpasang", due=date(2026, 6, 30), done_on=done_on
    )


def indicator(title: str = "Waktu tanggap darurat", *, target: str = "") -> Indicator:
    office = city.organisation()
    found = Indicator.objects.create(
        region=city.region(),
        code=f"I-{Indicator.objects.count() + 1}",
        title=title,
        unit_label="menit",
        source=Indicator.Source.TYPED,
        direction=Indicator.Direction.DOWN,
        owner=office,
        created_at=NOW,
    )
    if target:
        TargetPoint.objects.create(
            indicator=found, area=city.region(), on=date(2026, 12, 31), number=Decimal(target)
        )
    return found


def value(of: Indicator, month: int, number: str) -> Value:
    """A typed-in value of a month of 2026, approved and published."""
    ends = date(YEAR + month // 12, month % 12 + 1, 1)
    period, _made = Period.objects.get_or_create(
        region=city.region(),
        kind=Period.PeriodKind.MONTH,
        starts=date(YEAR, month, 1),
        defaults={"ends": ends, "due": ends},
    )
    shared: dict[str, Any] = {
        "indicator": of,
        "area": city.region(),
        "period": period,
        "number": Decimal(number),
    }
    entry = Entry.objects.create(**shared, state=Entry.State.APPROVED, by=city.account(), at=NOW)
    return Value.objects.create(
        **shared,
        key=entry.key,
        entry=entry,
        state=Value.State.PUBLISHED,
        quality=Value.Quality.TYPED,
        made_at=NOW,
    )
