"""Bars: named amounts below each other, and one bar split into its parts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from simpul.web import writing
from simpul.web.charts.drawing import element, join, picture
from simpul.web.states import state


@dataclass(frozen=True, slots=True)
class Bar:
    """label: what is measured; value: None is "no data", not zero; goal: drawn as a tick."""

    label: str
    value: float | None
    goal: float | None = None
    address: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """count: how many are in the state called `state`."""

    state: str
    count: int


def bars(rows: Sequence[Bar], *, title: str, unit: str = "", decimals: int = 0) -> SafeString:
    """A table whose numbers also have a length; reads as a table without eyes or styles."""
    known = [amount for row in rows for amount in (row.value, row.goal) if amount is not None]
    most = max((float(amount) for amount in known), default=1.0) or 1.0
    lines = join(_row(row, most, unit, decimals) for row in rows)
    return format_html(
        '<table class="bars"><caption class="unseen">{}</caption><tbody>{}</tbody></table>',
        title,
        lines,
    )


def _row(row: Bar, most: float, unit: str, decimals: int) -> SafeString:
    label = format_html('<a href="{}">{}</a>', row.address, row.label) if row.address else row.label
    if row.value is None:
        told: str = format_html('<span class="quiet">{}</span>', _("no data"))
    else:
        told = f"{writing.number(row.value, decimals)} {unit}".strip()
    return format_html(
        '<tr><th scope="row">{}</th><td class="bars__bar">{}</td><td class="num">{}</td></tr>',
        label,
        _length(row, most),
        told,
    )


def _length(row: Bar, most: float) -> SafeString:
    marks: list[SafeString] = []
    if row.value is not None:
        width = max(0.0, 100 * float(row.value) / most)
        marks.append(
            element("rect", width=f"{width:.2f}%", height="12", y="2", rx="2", class_="bars__fill")
        )
    if row.goal is not None:
        x = f"{min(99.6, 100 * float(row.goal) / most):.2f}%"
        marks.append(element("line", x1=x, x2=x, y1="0", y2="16", class_="bars__goal"))
    return element("svg", *marks, aria_hidden="true", width="100%", height="16")


def split(parts: Iterable[Part], *, title: str) -> SafeString:
    """One bar, as wide as its frame, shared by the states; the words and counts stand beside it."""
    counted = [part for part in parts if part.count > 0]
    total = sum(part.count for part in counted)
    if not total:
        return picture(
            element("rect", width="100%", height="8", rx="4", class_="split__none"),
            title=f"{title}: {_('nothing yet')}",
            class_="split",
            width="100%",
            height="8",
        )
    told = ", ".join(f"{part.count} {state(part.state).label}" for part in counted)
    return picture(
        *_shares(counted, total),
        title=f"{title}: {told}",
        class_="split",
        width="100%",
        height="8",
    )


def _shares(parts: Sequence[Part], total: int) -> Iterable[SafeString]:
    start = 0.0
    for part in parts:
        width = 100 * part.count / total
        yield element(
            "rect",
            x=f"{start:.2f}%",
            width=f"{width:.2f}%",
            height="8",
            class_=f"split__part split__part--{part.state}",
        )
        start += width
