"""The facts of a city's page: whether it keeps its word, for whoever has ten seconds.

Reads the rooms below; what the visitor may not see is not counted either.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from simpul.city.ports import DataWing, data_wing
from simpul.desk.thread import STAGES, Knot, Stage, Thread
from simpul.evaluation.models import Evaluation
from simpul.evaluation.permissions import visible_evaluations
from simpul.evaluation.queries import score_of
from simpul.government.access import Walker
from simpul.government.models import Region
from simpul.indicators import queries as indicators
from simpul.indicators.models import CalculationRun, Indicator, Value
from simpul.indicators.permissions import visible_to
from simpul.kernel.errors import Unavailable
from simpul.kernel.ids import Kind, Urn
from simpul.programme import queries as programme
from simpul.programme.models import Clause
from simpul.programme.progress import Tally
from simpul.programme.status import Name
from simpul.web import writing
from simpul.web.charts import Part

ORDER = (Name.DONE, Name.ON_TRACK, Name.RUNNING, Name.LATE, Name.NOT_STARTED, Name.STOPPED)
DUE_DAYS = 30
DUE_SHOWN = 4
DUE_LOOKED_AT = 200


@dataclass(frozen=True, slots=True)
class Tile:
    """A quick win with its live number; `live` is None where it has no indicator."""

    win: programme.QuickWin
    live: indicators.LiveNumber | None

    @property
    def urn(self) -> Urn:
        return self.win.standing.urn

    @property
    def topics(self) -> str:
        """What, when it changes, makes the tile be fetched anew."""
        return str(self.live.indicator) if self.live else str(self.urn)

    @property
    def line(self) -> list[Decimal | None]:
        return [number for _moment, number in self.live.line] if self.live else []

    @property
    def is_stale(self) -> bool:
        return self.live is not None and self.live.state in {"stale", "missing"}


@dataclass(frozen=True, slots=True)
class Dimension:
    """A dimension with its counts ready to be drawn."""

    standing: programme.DimensionStanding
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Assessment:
    """The evaluation of the latest year and what its self-assessment comes to so far."""

    evaluation: Evaluation
    index: Decimal | None


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything a city's page shows beside the map and the panels of other rooms."""

    region: Region
    tally: Tally
    parts: tuple[Part, ...]
    dimensions: tuple[Dimension, ...]
    tiles: tuple[Tile, ...]
    due: tuple[programme.Due, ...]
    more_overdue: int
    promises: tuple[programme.Promise, ...]
    assessment: Assessment | None
    thread: Thread

    @property
    def kept(self) -> int:
        """Actions that are done or not behind: the word is kept."""
        return self.tally.total - self.late - self.tally.count(Name.STOPPED)

    @property
    def late(self) -> int:
        return self.tally.count(Name.LATE)


def overview(region: Region, *, walker: Walker, now: datetime) -> Overview:
    """The whole page's facts."""
    shown = programme.open_actions(region.code, walker)
    tally = programme.tally_of(programme.standings(shown, region.today(now)))
    standings = programme.actions_by_dimension(region, walker=walker, now=now)
    promises = tuple(programme.promises(region, walker=walker))
    due, more_overdue = due_of(region, walker=walker, now=now)
    return Overview(
        region=region,
        tally=tally,
        parts=parts_of(tally),
        dimensions=tuple(Dimension(row, parts_of(row.tally)) for row in standings),
        tiles=tuple(tiles(region, walker=walker, now=now)),
        due=due,
        more_overdue=more_overdue,
        promises=promises,
        assessment=assessment(region, walker),
        thread=city_thread(region, tally, promises, walker=walker, now=now),
    )


def tally_parts(region: Region, walker: Walker, now: datetime) -> tuple[Part, ...]:
    """A city's actions by state, for a list of cities."""
    shown = programme.open_actions(region.code, walker)
    return parts_of(programme.tally_of(programme.standings(shown, region.today(now))))


def dimension_rows(region: Region, *, walker: Walker, now: datetime) -> list[dict[str, Any]]:
    """The dimensions with their counts, as rows of a table."""
    standings = programme.actions_by_dimension(region, walker=walker, now=now)
    return [
        {
            "dimension": row.category.name,
            **{str(name): row.tally.count(name) for name in ORDER},
            "total": row.tally.total,
            "percent": row.tally.percent,
        }
        for row in standings
    ]


def parts_of(tally: Tally) -> tuple[Part, ...]:
    """Counts in the order in which they are drawn: what is done first."""
    return tuple(Part(str(name), tally.count(name)) for name in ORDER if tally.count(name))


def tiles(region: Region, *, walker: Walker, now: datetime) -> Iterable[Tile]:
    """The quick wins, each with the live number of its first indicator."""
    for win in programme.quick_wins(region, walker=walker, now=now):
        yield tile_of(win, now=now)


def due_of(
    region: Region, *, walker: Walker, now: datetime
) -> tuple[tuple[programme.Due, ...], int]:
    """What is past its day, the latest first, then what comes; and how much more is past."""
    found = programme.due_soon(region, walker=walker, now=now, days=DUE_DAYS, limit=DUE_LOOKED_AT)
    past = [each for each in found if each.overdue][::-1]
    coming = [each for each in found if not each.overdue]
    shown = (*past[:DUE_SHOWN], *coming[:DUE_SHOWN])
    return shown, max(0, len(past) - DUE_SHOWN)


def tile_of(win: programme.QuickWin, *, now: datetime) -> Tile:
    """One quick win's tile."""
    first = win.indicators[0] if win.indicators else None
    return Tile(win, indicators.live_number(first, now=now) if first else None)


def assessment(region: Region, walker: Walker) -> Assessment | None:
    """The latest evaluation that the walker may see, with its index so far."""
    rows = visible_evaluations(walker, region.code).select_related("instrument")
    found = max(rows, key=lambda row: (row.closed_at is None, row.year), default=None)
    if found is None:
        return None
    return Assessment(found, score_of(found, found.stage).index)


# --- the thread of the whole city ---------------------------------------------------------------


def city_thread(
    region: Region,
    tally: Tally,
    promises: tuple[programme.Promise, ...],
    *,
    walker: Walker,
    now: datetime,
) -> Thread:
    """How many of each hang on the city's thread, from the promises down to the feeds."""
    code = region.code
    counts = _office_counts(code, tally, promises, walker) | _data_counts(region, walker, now)
    addresses = {
        Kind.CLAUSE: promises[0].commitment.urn.address if promises else "",
        Kind.ACTION: f"/{code}/aksi/",
        Kind.INDICATOR: f"/{code}/indikator/",
        Kind.READING: f"/{code}/kota/",
        Kind.ENTITY: f"/{code}/kota/",
        Kind.FEED: f"/{code}/kota/",
    }
    stages = tuple(_stage(code, kind, counts.get(kind, 0), addresses) for kind in STAGES)
    return Thread(region.urn, stages, ())


def explained_thread() -> Thread:
    """The thread as such, with what stands at each of its stages, for whoever sees it first."""
    words = {
        Kind.CLAUSE: _("what the heads of office signed"),
        Kind.ACTION: _("what an office does for it"),
        Kind.INDICATOR: _("what tells whether it works"),
        Kind.VALUE: _("how far it is"),
        Kind.RUN: _("how the number was made"),
        Kind.READING: _("what went into it"),
        Kind.ENTITY: _("what measured it"),
        Kind.FEED: _("how it came here"),
    }
    urns = {kind: Urn("00", kind, "contoh") for kind in STAGES}
    stages = tuple(Stage(kind, (Knot(urns[kind], words[kind], ""),), 1, False) for kind in STAGES)
    return Thread(Urn("00", Kind.REGION, "contoh"), stages, ())


def _stage(code: str, kind: Kind, count: int, addresses: dict[Kind, str]) -> Stage:
    label = writing.number(count)
    if kind is Kind.READING:
        label = _("%(count)s today") % {"count": label}
    knot = Knot(Urn(code, kind, "semua"), label, addresses.get(kind, ""))
    return Stage(kind, (knot,) if count else (), 1 if count else 0, present=False)


def _office_counts(
    code: str, tally: Tally, promises: tuple[programme.Promise, ...], walker: Walker
) -> dict[Kind, int]:
    seen = visible_to(walker, code)
    commitments = [promise.commitment.pk for promise in promises]
    published = Value.objects.filter(indicator__in=seen, state=Value.State.PUBLISHED)
    return {
        Kind.CLAUSE: Clause.objects.filter(commitment__in=commitments).count(),
        Kind.ACTION: tally.total,
        Kind.INDICATOR: Indicator.objects.filter(pk__in=seen).count(),
        Kind.VALUE: published.count(),
        Kind.RUN: CalculationRun.objects.filter(indicator__in=seen).count(),
    }


def _data_counts(region: Region, walker: Walker, now: datetime) -> dict[Kind, int]:
    """Readings are those of today; nothing where the data wing does not answer."""
    try:
        wing = data_wing()
        return _counts_of(wing, region, insider=walker.belongs_to(region.code), now=now)
    except Unavailable:
        return {}


def _counts_of(wing: DataWing, region: Region, *, insider: bool, now: datetime) -> dict[Kind, int]:
    feeds = [feed for feed in wing.feeds.feeds(region.code) if feed.open or insider]
    here = now.astimezone(region.zone)
    health = [wing.feeds.health(feed.key, now=here) for feed in feeds]
    types = wing.entities.types(region.code, open_only=not insider)
    return {
        Kind.READING: sum(each.accepted_today for each in health),
        Kind.ENTITY: sum(types.values()),
        Kind.FEED: len(feeds),
    }
