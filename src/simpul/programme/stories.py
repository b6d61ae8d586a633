"""What an action's page tells: its updates with their pictures, its milestones, its money, and the
course of its indicators."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.safestring import SafeString

from simpul.desk.models import Evidence, Review
from simpul.desk.queries import evidence_of
from simpul.government.access import Walker
from simpul.government.models import Organisation
from simpul.government.queries import Holder, holders_of
from simpul.indicators.models import Indicator, TargetPoint, Value
from simpul.indicators.queries import LiveNumber, current_value, live_number, published_of
from simpul.programme import permissions
from simpul.programme.models import Action, ActionIndicator, BudgetLine, Milestone, Update
from simpul.programme.status import Name
from simpul.web import charts

SOON = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Told:
    """One update as the page tells it. before: percentage of the accepted update before it;
    note: what the checker wrote, for those inside."""

    update: Update
    pictures: tuple[Evidence, ...]
    files: tuple[Evidence, ...]
    note: str

    @property
    def state(self) -> str:
        """The name of a state part."""
        return "approved" if self.update.state == Update.State.ACCEPTED else self.update.state


def told_of(action: Action, walker: Walker) -> list[Told]:
    """The updates of an action that the walker may see, the latest first, with their evidence."""
    rows = action.updates.select_related("post__organisation", "by__person")
    shown: list[Update] = []
    for update in rows:
        update.action = action
        if permissions.sees_update(update, walker):
            shown.append(update)
    return tell(shown, walker)


def tell(updates: Sequence[Update], walker: Walker) -> list[Told]:
    """These updates with what proves them, as far as the walker may see it."""
    evidence = evidence_of([update.urn for update in updates], walker)
    notes = _notes(updates, walker)
    return [
        Told(
            update,
            tuple(row for row in evidence[update.urn] if row.kind == "picture"),
            tuple(row for row in evidence[update.urn] if row.kind != "picture"),
            notes.get(str(update.urn), ""),
        )
        for update in updates
    ]


def _notes(updates: Sequence[Update], walker: Walker) -> dict[str, str]:
    """The last note of a checker on each update whose action the walker stands inside."""
    inside = [str(row.urn) for row in updates if permissions.is_inside(row.action, walker)]
    rows = Review.objects.filter(subject__in=inside).exclude(note="").order_by("id")
    return dict(rows.values_list("subject", "note"))


@dataclass(frozen=True, slots=True)
class Step:
    """A milestone on the timeline. state: done, late, due_soon or open."""

    milestone: Milestone
    state: str


def steps_of(action: Action, today: date) -> list[Step]:
    """The milestones of an action in the order in which they are due."""
    rows = action.milestones.select_related("done_by").order_by("due", "id")
    return [Step(row, _state_of_step(row, today)) for row in rows]


def _state_of_step(row: Milestone, today: date) -> str:
    if row.done_on is not None:
        return Name.DONE
    if row.due < today:
        return Name.LATE
    return "due_soon" if row.due <= today + SOON else "open"


@dataclass(frozen=True, slots=True)
class Money:
    """The budget of an action. share: of what was planned for the years with a known amount, how
    much was spent [%]; None where nothing is known."""

    lines: tuple[BudgetLine, ...]
    planned: int
    spent: int | None
    share: int | None


def money_of(action: Action) -> Money | None:
    """The budget lines with their sums; None without any."""
    lines = tuple(action.budget_lines.all())
    if not lines:
        return None
    known = [line for line in lines if line.spent is not None]
    spent = sum(line.spent or 0 for line in known) if known else None
    against = sum(line.planned for line in known)
    share = round(100 * spent / against) if spent is not None and against else None
    return Money(lines, sum(line.planned for line in lines), spent, share)


@dataclass(frozen=True, slots=True)
class Measured:
    """One indicator on the action's page: its number now, and its course against its path."""

    indicator: Indicator
    role: str
    number: LiveNumber
    chart: SafeString


def measured_of(action: Action, walker: Walker, now: datetime) -> list[Measured]:
    """The indicators of an action that the walker may see."""
    rows = action.measures.select_related("action", "indicator__region", "indicator__owner")
    return [
        _measured(row, now) for row in rows if permissions.sees_indicator(row.indicator, walker)
    ]


def _measured(row: ActionIndicator, now: datetime) -> Measured:
    indicator = row.indicator
    until = max(row.action.due, indicator.region.today(now))
    actual, path = course_of(indicator), path_of(indicator, until)
    chart = charts.track(
        actual,
        path,
        title=indicator.title,
        unit=indicator.unit,
        decimals=indicator.decimals,
        height=180,
    )
    return Measured(indicator, row.get_role_display(), live_number(indicator, now=now), chart)


def parties_of(action: Action) -> list[tuple[Organisation, str]]:
    """The supporting organisations, each once, with everything it does."""
    roles: dict[Organisation, list[str]] = {}
    for party in action.parties.select_related("organisation__region"):
        roles.setdefault(party.organisation, []).append(str(party.get_role_display()))
    return [(organisation, ", ".join(said)) for organisation, said in roles.items()]


def course_of(indicator: Indicator) -> list[charts.Point]:
    """The published numbers of an indicator in its own region by the last day of their period,
    oldest first, and the live one behind them."""
    values = list(reversed(published_of(indicator)[:24]))
    points = [_point(value, value.quality) for value in values]
    current = current_value(indicator)
    if current is not None and current.state == Value.State.PROVISIONAL:
        points.append(_point(current, "provisional"))
    return points


def _point(value: Value, state: str) -> charts.Point:
    number = float(value.number) if value.number is not None else None
    return charts.Point(value.period.ends - timedelta(days=1), number, state)


def path_of(indicator: Indicator, until: date) -> list[charts.Point]:
    """The baseline and the targets of an indicator in its own region up to a local day; where none
    lies before it, up to the first one."""
    rows = list(indicator.path.filter(area=indicator.region_id))
    near = [row for row in rows if row.on <= until]
    if all(row.kind == TargetPoint.PointKind.BASELINE for row in near):
        near += rows[len(near) : len(near) + 1]
    return [charts.Point(row.on, float(row.number)) for row in near]


def holder_on(action: Action, today: date) -> Holder | None:
    """Who fills the post that answers for the action today."""
    return holders_of([action.post], today).get(action.post_id)
