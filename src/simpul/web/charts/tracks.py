"""Lines over time: a sparkline, and the actual course of an indicator against its target path."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from simpul.web import writing
from simpul.web.charts.drawing import decimals_of, element, join, path, picture, ticks

_TOP, _BOTTOM = 10, 26  # px kept free above and below the plot for lettering
_DATES = 5  # at most so many dates stand under a chart; on a phone every second one


@dataclass(frozen=True, slots=True)
class Point:
    """A value at a moment; None is a gap and is drawn as one.

    state: a name that `{% state %}` knows; what is not measured or typed in is drawn hollow.
    """

    at: date | datetime
    value: float | None
    state: str = "measured"

    @property
    def moment(self) -> datetime:
        if isinstance(self.at, datetime):
            return self.at
        return datetime.combine(self.at, time(12), tzinfo=UTC)


def sparkline(
    values: Iterable[float | None], *, title: str, low: float | None = None
) -> SafeString:
    """A line without axes, gaps left open, the last known value as a dot.

    values: evenly spaced; low: where the frame begins, else at the smallest value.
    """
    course = [None if value is None else float(value) for value in values]
    known = [value for value in course if value is not None]
    if not known:
        return format_html('<span class="spark spark--empty">{}</span>', _("no data yet"))
    floor = min(known) if low is None else low
    span = (max(known) - floor) or 1.0
    width = max(1, len(course) - 1)
    places = [
        None if value is None else (100 * at / width, 30 - 28 * (value - floor) / span)
        for at, value in enumerate(course)
    ]
    lines = _lines(places, "spark__line")
    dot = _dot(places)
    frame = element(
        "svg", lines, viewBox="0 0 100 32", preserveAspectRatio="none", width="100%", height="32"
    )
    return picture(frame, dot, title=title, class_="spark", width="100%", height="32")


def _dot(places: Sequence[tuple[float, float] | None]) -> SafeString:
    x, y = next(place for place in reversed(places) if place is not None)
    return element("circle", cx=f"{x:.2f}%", cy=y, r="2.5", class_="spark__dot")


def _lines(places: Sequence[tuple[float, float] | None], name: str) -> SafeString:
    """One path per unbroken stretch; a lone value becomes a stroke of no length, drawn as a dot."""
    runs: list[list[tuple[float, float]]] = [[]]
    for place in places:
        if place is None:
            runs.append([])
        else:
            runs[-1].append(place)
    return join(
        element("path", d=path(run if len(run) > 1 else run * 2), class_=name)
        for run in runs
        if run
    )


@dataclass(frozen=True, slots=True)
class _Frame:
    """Turns moments into percent of the width and values into pixels from the top."""

    start: datetime
    end: datetime
    marks: Sequence[float]
    height: int

    def x(self, moment: datetime) -> float:
        span = (self.end - self.start) / timedelta(seconds=1) or 1.0
        return 1 + 97 * ((moment - self.start) / timedelta(seconds=1)) / span

    def y(self, value: float) -> float:
        span = self.marks[-1] - self.marks[0]
        share = (value - self.marks[0]) / span
        return self.height - _BOTTOM - share * (self.height - _BOTTOM - _TOP)


def track(
    actual: Sequence[Point],
    target: Sequence[Point] = (),
    *,
    title: str,
    unit: str = "",
    decimals: int | None = None,
    longest_gap: timedelta | None = None,
    height: int = 224,
) -> SafeString:
    """The course of a number, and the path it was promised to take.

    actual, target: by rising time; longest_gap: two values further apart are not joined.
    """
    known = [point for point in (*actual, *target) if point.value is not None]
    if not known:
        return format_html('<p class="empty empty--small">{}</p>', _("There are no values yet."))
    frame = _frame(known, height)
    layers = [
        *_rules(frame),
        *_dates(frame),
        _course(frame, target, "chart__target", None),
        _course(frame, actual, "chart__actual", longest_gap),
        *(_diamond(frame, point) for point in target if point.value is not None),
        *_dots(frame, actual),
    ]
    drawing = picture(
        *layers,
        title=title,
        description=_told(actual, target, unit, decimals),
        class_="chart__frame",
        height=height,
    )
    return format_html(
        '<figure class="chart">{}<div class="chart__body">{}{}</div>'
        '<figcaption class="chart__legend">{}</figcaption></figure>',
        format_html('<span class="chart__unit">{}</span>', unit) if unit else "",
        _scale(frame),
        drawing,
        _legend(actual, target),
    )


def _frame(known: Sequence[Point], height: int) -> _Frame:
    values = [float(point.value) for point in known if point.value is not None]
    moments = [point.moment for point in known]
    low, high = min(values), max(values)
    if low > 0 and low < (high - low) * 1.5:
        low = 0.0
    return _Frame(min(moments), max(moments), ticks(low, high), height)


def _rules(frame: _Frame) -> Iterable[SafeString]:
    for place, mark in enumerate(frame.marks):
        y = frame.y(mark)
        name = "chart__rule" if place else "chart__base"
        yield element("line", x1="0", x2="100%", y1=y, y2=y, class_=name)


def _scale(frame: _Frame) -> SafeString:
    """The numbers beside the rules, in a column as wide as the longest of them."""
    digits = decimals_of(frame.marks)
    texts = [writing.number(mark, digits) for mark in frame.marks]
    width = 8 * max(len(text) for text in texts)
    marks = [
        element("text", text, x=width, y=frame.y(mark) + 4, class_="chart__mark",
                text_anchor="end")
        for text, mark in zip(texts, frame.marks, strict=True)
    ]  # fmt: skip
    return element("svg", *marks, class_="chart__scale", width=width, height=frame.height,
                   aria_hidden="true")  # fmt: skip


def _dates(frame: _Frame) -> Iterable[SafeString]:
    for place, (moment, text) in enumerate(_calendar(frame.start, frame.end)):
        x = frame.x(moment)
        name = "chart__date chart__date--spare" if place % 2 else "chart__date"
        anchor = "start" if x < 5 else "end" if x > 95 else "middle"
        yield element("text", text, x=f"{x:.2f}%", y=frame.height - 6, class_=name,
                      text_anchor=anchor)  # fmt: skip


def _calendar(start: datetime, end: datetime) -> list[tuple[datetime, str]]:
    """The dates that stand under a chart: years, months, days or hours, whichever are few."""
    days = (end - start) / timedelta(days=1)
    if days > 730:
        return _years(start, end)
    zone = timezone.get_current_timezone()
    steps = max(1, min(_DATES, int(days) or _DATES)) - 1 or 1
    moments = [start + (end - start) * step / steps for step in range(steps + 1)]
    if days > 2:
        return [(moment, writing.day(moment)[:-5]) for moment in moments]
    return [(moment, writing.clock(moment.astimezone(zone))) for moment in moments]


def _years(start: datetime, end: datetime) -> list[tuple[datetime, str]]:
    middles = [datetime(year, 7, 1, tzinfo=UTC) for year in range(start.year, end.year + 1)]
    step = -(-len(middles) // _DATES)
    return [(min(max(middle, start), end), str(middle.year)) for middle in middles[::step]]


def _course(
    frame: _Frame, points: Sequence[Point], name: str, longest_gap: timedelta | None
) -> SafeString:
    places: list[tuple[float, float] | None] = []
    for before, point in pairwise([None, *points]):
        if point is None or point.value is None:
            places.append(None)
            continue
        if before and longest_gap and point.moment - before.moment > longest_gap:
            places.append(None)
        places.append((frame.x(point.moment), frame.y(float(point.value))))
    return element(
        "svg",
        _lines(places, name),
        viewBox=f"0 0 100 {frame.height}",
        preserveAspectRatio="none",
        width="100%",
        height=frame.height,
    )


def _diamond(frame: _Frame, point: Point) -> SafeString:
    assert point.value is not None
    shape = element("path", d="M0-4.5 4.5 0 0 4.5-4.5 0Z", class_="chart__goal")
    return element(
        "svg",
        shape,
        x=f"{frame.x(point.moment):.2f}%",
        y=frame.y(float(point.value)),
        overflow="visible",
        width="1",
        height="1",
    )


def _dots(frame: _Frame, points: Sequence[Point]) -> Iterable[SafeString]:
    """Dots where there are few enough to tell apart; always the last, larger."""
    known = [point for point in points if point.value is not None]
    for point in known if len(known) <= 40 else known[-1:]:
        solid = point.state in {"measured", "typed", "published"}
        name = "chart__dot" if solid else "chart__dot chart__dot--hollow"
        yield element(
            "circle",
            cx=f"{frame.x(point.moment):.2f}%",
            cy=frame.y(float(point.value or 0)),
            r="4.5" if point is known[-1] else "3",
            class_=name,
        )


def _told(actual: Sequence[Point], target: Sequence[Point], unit: str, decimals: int | None) -> str:
    """One or two sentences that say what the lines show."""
    known = [point for point in actual if point.value is not None]
    said = []
    if known:
        first, last = known[0], known[-1]
        facts = {
            "first": writing.number(first.value, decimals),
            "since": writing.day(first.at),
            "last": writing.number(last.value, decimals),
            "until": writing.day(last.at),
            "unit": unit,
        }
        said.append(_("From %(first)s on %(since)s to %(last)s %(unit)s on %(until)s.") % facts)
    goals = [point for point in target if point.value is not None]
    if goals:
        facts = {
            "goal": writing.number(goals[-1].value, decimals),
            "day": writing.day(goals[-1].at),
            "unit": unit,
        }
        said.append(_("The target is %(goal)s %(unit)s on %(day)s.") % facts)
    return " ".join(said)


def _legend(actual: Sequence[Point], target: Sequence[Point]) -> SafeString:
    keys = []
    if actual:
        keys.append(format_html('<span class="key key--actual">{}</span>', _("actual")))
    if any(point.state in {"provisional", "estimated"} for point in actual):
        keys.append(format_html('<span class="key key--hollow">{}</span>', _("provisional")))
    if target:
        keys.append(format_html('<span class="key key--target">{}</span>', _("target")))
    return join(keys)
