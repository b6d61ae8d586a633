"""The whole demo city, step by step, in the order in which things build upon each other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

from django.db import transaction

from simpul.city.ports import data_wing
from simpul.desk import classification, periods
from simpul.evaluation import operations as evaluation_operations
from simpul.government import operations as government
from simpul.government.models import Region
from simpul.indicators import closing, live
from simpul.indicators.models import LatestRun
from simpul.programme import duties
from simpul_demo import story
from simpul_demo.progress import Bar
from simpul_demo.seed import (
    actions,
    commitment,
    evaluation,
    feeds,
    indicators,
    numbers,
    offices,
    papers,
    reports,
)
from simpul_demo.seed.indicators import periods_back
from simpul_demo.story import Calendar
from simpul_demo.world import ZONE

HOURS_OF_LINE = 24


def fill_office(public_url: str, *, now: datetime, bar: Bar) -> None:
    """Everything that people of the city have done up to now."""
    calendar = Calendar(now)
    bar.stage("wilayah dan perangkat daerah / regions and offices", 8)
    if not Region.objects.exists():
        government.import_regions()
    classification.import_dimensions()
    with transaction.atomic():
        town = offices.set_up(calendar)
        for year in (calendar.today.year - 1, calendar.today.year):
            periods.ensure_periods(town.region, year)
    bar.stage("dokumen dan rapat / documents and meetings", 6)
    decrees = papers.set_up(town)
    papers.seat(town, decrees)
    papers.meet(town)
    bar.stage("rencana dan indikator / plan and indicators", 6)
    with transaction.atomic():
        measured = indicators.set_up(town)
        programme = actions.plan(town, decrees["perwal-masterplan"], measured)
    bar.stage("komitmen ditandatangani / the commitment is signed", 8)
    commitment.set_up(town, programme, public_url)
    bar.stage("laporan dan foto / reports and pictures", 12)
    reports.set_up(town, programme)
    numbers.set_up(town, measured)
    bar.stage("penilaian mandiri / self-assessment", 8)
    evaluation.set_up(town)


def first_reading(now: datetime) -> datetime:
    """When the devices were switched on: local midnight at the start of last month."""
    day = periods_back("month", now.astimezone(ZONE).date(), 1)
    return datetime.combine(day, time.min, tzinfo=ZONE).astimezone(UTC)


def agree_on_feeds(since: datetime) -> dict[str, str]:
    """Set up the feeds; the token of each by its key."""
    return feeds.set_up(since)


def compute(*, now: datetime, progress: Callable[[float], None]) -> None:
    """What the worker would have done in the meantime: close periods, follow readings, remind."""
    closing.close_periods(now)
    for back in range(HOURS_OF_LINE, 0, -1):
        _live_at(now - timedelta(hours=back))
        progress(0.8 * (HOURS_OF_LINE - back) / HOURS_OF_LINE)
    while live.follow_readings(now):
        pass
    duties.by_calendar(now)
    evaluation_operations.refresh_all(now=now)
    progress(1.0)


def _live_at(moment: datetime) -> None:
    """The live numbers as they were at a moment, for the line on their tiles."""
    rows = LatestRun.objects.filter(indicator__region=story.REGION)
    for row in rows.select_related("indicator__region", "indicator__owner", "area"):
        live.make_live(data_wing(), row, moment, clock=lambda: moment)
