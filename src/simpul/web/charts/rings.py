"""A share of a whole: as a ring, and as a line."""

from __future__ import annotations

import math

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from simpul.web import writing
from simpul.web.charts.drawing import element, picture

_RADIUS = 20.0
_ROUND = 2 * math.pi * _RADIUS


def _percent(value: object) -> float | None:
    if value is None or value == "":
        return None
    return min(100.0, max(0.0, float(str(value))))


def ring(percent: object, *, title: str) -> SafeString:
    """A ring of 48 px filled clockwise from the top; unknown is an open, dashed ring."""
    share = _percent(percent)
    back = element("circle", cx="24", cy="24", r=_RADIUS, class_="ring__back")
    if share is None:
        return picture(back, title=f"{title}: {_('unknown')}", class_="ring ring--unknown",
                       viewBox="0 0 48 48")  # fmt: skip
    length = _ROUND * share / 100
    front = element(
        "circle",
        cx="24",
        cy="24",
        r=_RADIUS,
        class_="ring__front",
        stroke_dasharray=f"{length:.2f} {_ROUND:.2f}",
        transform="rotate(-90 24 24)",
    )
    text = element("text", writing.number(share, 0), x="24", y="28", class_="ring__text",
                   text_anchor="middle")  # fmt: skip
    told = f"{title}: {writing.number(share, 0)} %"
    return picture(back, front, text, title=told, class_="ring", viewBox="0 0 48 48")


def progress(percent: object, *, title: str, planned: object = None) -> SafeString:
    """How far something has come, in words and as a line; `planned` is drawn as a tick.

    percent, planned: 0 to 100 [%]; None is "not reported", which is not zero.
    """
    share, goal = _percent(percent), _percent(planned)
    told = _("not reported") if share is None else f"{writing.number(share, 0)} %"
    marks = [element("rect", width="100%", height="6", y="3", rx="3", class_="progress__back")]
    if share is not None:
        marks.append(
            element("rect", width=f"{share:.2f}%", height="6", y="3", rx="3",
                    class_="progress__front")
        )  # fmt: skip
    if goal is not None:
        x = f"{min(99.5, goal):.2f}%"
        marks.append(element("line", x1=x, x2=x, y1="0", y2="12", class_="progress__goal"))
    drawing = picture(*marks, title=f"{title}: {told}", width="100%", height="12")
    return format_html(
        '<span class="progress">{}<span class="progress__text" aria-hidden="true">{}</span></span>',
        drawing,
        told,
    )
