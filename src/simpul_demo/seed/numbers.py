"""Numbers that offices typed in month by month, each with the sheet that proves it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from simpul.desk import evidence
from simpul.indicators import entries, periods
from simpul.indicators.entries import Proof
from simpul.indicators.models import Indicator
from simpul.web import formats
from simpul_demo import story
from simpul_demo.seed.indicators import periods_back
from simpul_demo.seed.offices import Offices
from simpul_demo.seed.papers import typeset_sheet

DAYS_AFTER = 4


def _sheet(
    offices: Offices, indicator: Indicator, row: Mapping[str, Any], day: date, now: datetime
) -> bytes:
    """The recapitulation that the office keeps of the number."""
    number = formats.number(Decimal(str(row["number"])), indicator.decimals, "id")
    assert indicator.post is not None
    return typeset_sheet(
        offices,
        title=f"Rekapitulasi: {indicator.title}",
        facts={
            "Perangkat daerah": indicator.owner.name,
            "Periode": periods.label(
                periods.period_of(indicator.region, indicator.period_kind, day), "id"
            ),
            "Angka": f"{number} {indicator.unit}".strip(),
            "Sumber": row["note"],
        },
        signer=indicator.post.key,
        now=now,
    )


def _hand_in(offices: Offices, indicator: Indicator, row: Mapping[str, Any]) -> None:
    calendar = offices.calendar
    day = periods_back(indicator.period_kind, calendar.today, row["ago"])
    _starts, ends = periods.bounds(indicator.period_kind, day)
    now = calendar.moment((ends + timedelta(days=DAYS_AFTER)).isoformat(), hour=9)
    assert indicator.post is not None
    clerk = offices.walker(indicator.post.key, now.date().isoformat())
    received = evidence.receive_file(
        _sheet(offices, indicator, row, day, now),
        name=f"rekap-{indicator.code.lower()}-{day:%Y-%m}.pdf",
        region=offices.region,
        now=now,
    )
    entry = entries.submit_number(
        indicator=indicator,
        day=day,
        number=Decimal(str(row["number"])),
        proofs=[Proof(received, title=row["note"], is_public=True)],
        note=row["note"],
        post=indicator.post,
        by=clerk,
        now=now,
    )
    if row.get("leave_open"):
        return
    checked = min(now + timedelta(days=1), calendar.now)
    assert entry.reviewer is not None
    head = offices.walker(entry.reviewer.key, checked.date().isoformat())
    entries.approve_number(entry=entry, by=head, now=checked)


def set_up(offices: Offices, indicators: Mapping[str, Indicator]) -> None:
    """Let every office hand in its numbers, and another one there approve them."""
    for row in story.indicators():
        for typed in row.get("entries", ()):
            _hand_in(offices, indicators[row["key"]], typed)
