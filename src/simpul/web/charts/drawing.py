"""The pen: SVG elements as safe text, numbers cut to what the eye can tell, round ticks."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from contextlib import suppress

from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

_numbers = itertools.count(1)


def trim(value: float) -> str:
    """At most two decimals, no trailing zeros."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def element(name: str, *inside: str, **attributes: object) -> SafeString:
    """An element. ``class_`` is written class, ``_`` a hyphen, floats trimmed, None left out."""
    given = [
        (key.rstrip("_").replace("_", "-"), trim(value) if isinstance(value, float) else value)
        for key, value in attributes.items()
        if value is not None
    ]
    listed = format_html_join("", ' {}="{}"', given)
    body = mark_safe("".join(conditional_escape(part) for part in inside))
    return format_html("<{}{}>{}</{}>", mark_safe(name), listed, body, mark_safe(name))


def join(parts: Iterable[SafeString]) -> SafeString:
    return mark_safe("".join(parts))


def picture(
    *inside: str, title: str, description: str = "", role: str = "img", **attributes: object
) -> SafeString:
    """An ``<svg>`` that says what it shows; role "group" where there are links inside."""
    number = next(_numbers)
    names = f"pic-{number}-t" + (f" pic-{number}-d" if description else "")
    told = [element("title", title, id=f"pic-{number}-t")]
    if description:
        told.append(element("desc", description, id=f"pic-{number}-d"))
    return element("svg", *told, *inside, role=role, aria_labelledby=names, **attributes)


def path(places: Sequence[tuple[float, float]]) -> str:
    """Path data through the places."""
    steps = [f"{trim(x)} {trim(y)}" for x, y in places]
    return "M" + "L".join(steps) if steps else ""


def ticks(low: float, high: float, count: int = 4) -> list[float]:
    """About `count` round numbers that span low to high."""
    if not math.isfinite(low) or not math.isfinite(high):
        return [0.0, 1.0]
    if high - low <= 1e-9 * max(abs(low), abs(high), 1e-3):
        pad = abs(low) * 0.1 or 1.0
        low, high = low - pad, high + pad
    rough = (high - low) / max(1, count - 1)
    power = 10 ** math.floor(math.log10(rough))
    step = next(power * step for step in (1, 2, 2.5, 5, 10) if power * step >= rough * 0.999)
    first = math.floor(low / step + 1e-9)
    last = math.ceil(high / step - 1e-9)
    return [round(place * step, 12) for place in range(first, last + 1)]


def decimals_of(marks: Sequence[float]) -> int:
    """Digits after the mark that tell neighbouring ticks apart."""
    with suppress(ValueError):
        step = min(b - a for a, b in itertools.pairwise(marks))
        for digits in range(6):
            if abs(round(step, digits) - step) < 1e-9:
                return digits
    return 0
