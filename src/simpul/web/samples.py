"""What the design page shows: every part in every state, from made-up but plausible facts.

The facts are those of no city. Times are fixed, so that the page is the same on every day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from simpul.kernel.ids import Kind, Urn
from simpul.web import charts, icons
from simpul.web.states import STATES
from simpul.web.threads import strands

_REGION = "19.71"
_NOW = datetime(2026, 11, 21, 7, 5, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Knot:
    urn: Urn
    label: str
    url: str
    state: str | None = None


@dataclass(frozen=True, slots=True)
class _Stage:
    kind: Kind
    knots: tuple[_Knot, ...]
    total: int
    present: bool = False


@dataclass(frozen=True, slots=True)
class _Thread:
    urn: Urn
    stages: tuple[_Stage, ...]
    beside: tuple[_Stage, ...] = ()


@dataclass(frozen=True, slots=True)
class _Dimension:
    name: str
    mark: str
    parent: _Dimension | None = None


class ReportForm(forms.Form):
    """Every kind of field."""

    percent = forms.IntegerField(
        label=gettext_lazy("How far is it? (%)"),
        min_value=0,
        max_value=100,
        help_text=gettext_lazy("A whole number from 0 to 100, for example 40."),
    )
    observed = forms.DateField(
        label=gettext_lazy("On which day was that?"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("What was done?"),
        choices=[
            ("built", gettext_lazy("Something was built or installed")),
            ("met", gettext_lazy("A meeting was held")),
            ("adopted", gettext_lazy("A document was adopted")),
        ],
        widget=forms.RadioSelect,
    )
    office = forms.ChoiceField(
        label=gettext_lazy("Which office?"),
        choices=[("", "–"), ("kominfo", "Dinas Komunikasi dan Informatika")],
        required=False,
    )
    words = forms.CharField(
        label=gettext_lazy("What happened?"),
        widget=forms.Textarea,
        help_text=gettext_lazy("Two or three sentences that a citizen understands."),
    )
    picture = forms.FileField(label=gettext_lazy("Picture"), required=False)
    public = forms.BooleanField(
        label=gettext_lazy("Everybody may read this"),
        required=False,
    )


def _thread(present: Kind, counts: dict[Kind, int], *, item: bool = False) -> _Thread:
    labels = {
        Kind.CLAUSE: (_("Flooded crossings are known within five minutes"), "signed"),
        Kind.ACTION: (_("Water level gauges at 12 crossings"), "on_track"),
        Kind.INDICATOR: (_("Crossings reporting on time"), "measured"),
        Kind.VALUE: ("91,7 %", "provisional"),
        Kind.RUN: (_("Run of 14.05"), None),
        Kind.READING: (_("42 cm at 14.00"), "measured"),
        Kind.ENTITY: (_("Gauge Rangkui 03"), "late"),
        Kind.FEED: (_("Gauges of the public works office"), None),
    }
    stages = []
    for kind, (label, state) in labels.items():
        count = counts.get(kind, 0)
        urn = Urn(_REGION, kind, "contoh")
        knots = (_Knot(urn, label, "#thread", state),) if count else ()
        stages.append(_Stage(kind, knots, count, kind is present))
    beside: tuple[_Stage, ...] = ()
    if item:
        knot = _Knot(Urn(_REGION, Kind.ITEM, "contoh"), _("Item 3.2.1"), "#thread", "done")
        beside = (_Stage(Kind.ITEM, (knot,), 1),)
    return _Thread(Urn(_REGION, present, "contoh"), tuple(stages), beside)


def _threads() -> dict[str, _Thread]:
    every = dict.fromkeys(
        (
            Kind.CLAUSE,
            Kind.ACTION,
            Kind.INDICATOR,
            Kind.VALUE,
            Kind.RUN,
            Kind.READING,
            Kind.ENTITY,
            Kind.FEED,
        ),
        1,
    )
    return {
        "thread_whole": _thread(
            Kind.INDICATOR,
            every | {Kind.ACTION: 3, Kind.READING: 288, Kind.ENTITY: 12},
            item=True,
        ),
        "thread_loose": _thread(Kind.ACTION, {Kind.CLAUSE: 1, Kind.ACTION: 1}),
    }


def _dimensions() -> list[_Dimension]:
    found = [_Dimension(f"Smart {name.capitalize()}", name) for name in icons.DIMENSION_NAMES]
    found.append(_Dimension(_("Disaster readiness"), "", found[3]))
    return found


def _track() -> dict[str, Any]:
    start = date(2026, 1, 15)
    values = [62, 64, 63.5, 68, None, None, 74, 77, 76, 82, 88]
    actual = [
        charts.Point(start + timedelta(days=30 * place), value)
        for place, value in enumerate(values)
    ]
    actual[-1] = charts.Point(actual[-1].at, actual[-1].value, "provisional")
    target = [
        charts.Point(date(2026, 1, 15), 60),
        charts.Point(date(2026, 6, 30), 75),
        charts.Point(date(2026, 12, 31), 90),
    ]
    return {"actual": actual, "target": target}


def _map() -> str | None:
    def block(west: float, south: float, east: float, north: float) -> dict[str, Any]:
        ring = [[west, south], [east, south + 0.01], [east - 0.006, north], [west + 0.004, north]]
        return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}

    areas = [
        charts.MapArea("Taman Sari", block(106.10, -2.14, 106.16, -2.09), "#map"),
        charts.MapArea("Rangkui", block(106.06, -2.15, 106.10, -2.10), "#map"),
        charts.MapArea("Gerunggang", block(106.05, -2.10, 106.12, -2.05), "#map"),
    ]
    markers = [
        charts.Marker(_("Gauge Rangkui 03"), 106.08, -2.125, "measured", "#map"),
        charts.Marker(_("Gauge Rangkui 04"), 106.09, -2.07, "stale", "#map"),
        charts.Marker(_("Gauge Taman Sari 01"), 106.13, -2.11, "missing", "#map"),
    ]
    return charts.city_map(areas, markers, title=_("Gauges in their kecamatan"))


def _bars() -> str:
    rows = [
        charts.Bar("Taman Sari", 94.0, 90),
        charts.Bar("Rangkui", 71.5, 90),
        charts.Bar("Gerunggang", None, 90),
    ]
    return charts.bars(rows, title=_("Share on time by kecamatan"), unit="%", decimals=1)


def _rows() -> list[dict[str, Any]]:
    return [
        {"name": "Taman Sari", "value": 94.0, "count": 288, "state": "measured"},
        {"name": "Rangkui", "value": 71.5, "count": 201, "state": "stale"},
        {"name": "Gerunggang", "value": None, "count": 0, "state": "missing"},
        {"name": "Bukit Intan", "value": 0.0, "count": 288, "state": "out_of_contract"},
    ]


def everything() -> dict[str, Any]:
    """The context of ``/desain/``."""
    wrong = ReportForm({"percent": "140", "words": ""}, auto_id="wrong_%s")
    counted = [charts.Part("done", 4), charts.Part("running", 7), charts.Part("late", 2)]
    threads = _threads()
    return {
        **threads,
        "walk": strands(threads["thread_whole"]),
        **_track(),
        "states": list(STATES),
        "icon_names": list(icons.ICONS),
        "dimensions": _dimensions(),
        "form": ReportForm(auto_id="good_%s"),
        "wrong": wrong,
        "since": _NOW,
        "values": [3, 4, 4.5, 4, None, None, 6, 7, 6.5, 8],
        "nothing": [],
        "map": _map(),
        "bars": _bars(),
        "split": charts.split([*counted, charts.Part("not_started", 3)], title=_("Actions")),
        "parts": [*counted, charts.Part("not_started", 3)],
        "split_none": charts.split([], title=_("Actions")),
        "rows": _rows(),
        "topic": str(Urn(_REGION, Kind.INDICATOR, "contoh")),
        "colours": COLOURS,
    }


COLOURS = (
    "paper",
    "raised",
    "sunk",
    "ink",
    "quiet",
    "hairline",
    "line",
    "accent",
    "accent-deep",
    "accent-wash",
    "thread",
    "good",
    "calm",
    "warn",
    "alert",
)
