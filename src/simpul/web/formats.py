"""Numbers, money, days and moments as people here write them. Pure: no clock, no request.

Indonesian writes 1.234,5 and 14.05 WIB; English 1,234.5 and 14:05 WIB. Days are written
21 Nov 2026 in both.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from django.utils.translation import gettext, ngettext

MONTHS = {
    "id": ["Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"],
    "en": ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
}
NOTHING = "–"
MINUS = "−"


def _language(language: str) -> str:
    return "en" if language.startswith("en") else "id"


def _decimal(value: object) -> Decimal | None:
    try:
        number = Decimal(str(value))
    except (InvalidOperation, ValueError):
        return None
    return number if number.is_finite() else None


def number(value: object, decimals: int | None = None, language: str = "id") -> str:
    """A number in the reader's writing; "–" where there is none.

    decimals: digits after the mark, half up; None keeps the digits the number came with.
    """
    amount = _decimal(value)
    if amount is None:
        return NOTHING
    if decimals is not None:
        amount = amount.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    elif amount == amount.to_integral_value():
        amount = amount.quantize(Decimal(1))
    text = f"{abs(amount):,f}"
    if _language(language) == "id":
        text = text.translate(str.maketrans(",.", ".,"))
    return (MINUS if amount < 0 else "") + text


def rupiah(value: object, language: str = "id") -> str:
    """Whole rupiah with its sign: Rp1.250.000."""
    amount = _decimal(value)
    if amount is None:
        return NOTHING
    sign = MINUS if amount < 0 else ""
    return f"{sign}Rp{number(abs(amount), 0, language)}"


def rupiah_short(value: object, language: str = "id") -> str:
    """Rupiah at a glance: Rp1,3 miliar, Rp1.3 billion; below a million as `rupiah`."""
    amount = _decimal(value)
    if amount is None:
        return NOTHING
    words = {"id": ("triliun", "miliar", "juta"), "en": ("trillion", "billion", "million")}
    for power, word in zip((12, 9, 6), words[_language(language)], strict=True):
        if abs(amount) >= Decimal(10) ** power:
            sign = MINUS if amount < 0 else ""
            return f"{sign}Rp{number(abs(amount).scaleb(-power), 1, language)} {word}"
    return rupiah(amount, language)


def day(value: date | datetime | None, language: str = "id", zone: tzinfo = UTC) -> str:
    """A calendar day, 21 Nov 2026; a moment is taken to the day it has in `zone`."""
    if value is None:
        return NOTHING
    if isinstance(value, datetime) and value.tzinfo is not None:
        value = value.astimezone(zone)
    return f"{value.day} {MONTHS[_language(language)][value.month - 1]} {value.year}"


def clock(value: datetime, language: str = "id", zone: tzinfo = UTC) -> str:
    """The time of day, 14.05 in Indonesian, 14:05 in English."""
    local = value.astimezone(zone)
    return local.strftime("%H:%M" if _language(language) == "en" else "%H.%M")


def moment(value: datetime | None, language: str = "id", zone: tzinfo = UTC) -> str:
    """A moment with the name of its zone, 21 Nov 2026, 14.05 WIB."""
    if value is None:
        return NOTHING
    local = value.astimezone(zone)
    return f"{day(local, language, zone)}, {clock(local, language, zone)} {local.tzname()}"


def ago(value: datetime, now: datetime) -> str:
    """How long ago in the largest whole unit, in the active language; or "in 3 days"."""
    gap = abs(now - value)
    count, unit = _largest(gap)
    if unit == "":
        return gettext("just now")
    if value > now:
        return _AHEAD[unit](count)
    return _BEFORE[unit](count)


def _largest(gap: timedelta) -> tuple[int, str]:
    seconds = int(gap.total_seconds())
    for unit, size in (
        ("year", 31_557_600),
        ("month", 2_629_800),
        ("day", 86_400),
        ("hour", 3_600),
        ("minute", 60),
    ):
        if seconds >= size:
            return seconds // size, unit
    return 0, ""


_BEFORE = {
    "year": lambda n: ngettext("%(n)d year ago", "%(n)d years ago", n) % {"n": n},
    "month": lambda n: ngettext("%(n)d month ago", "%(n)d months ago", n) % {"n": n},
    "day": lambda n: ngettext("%(n)d day ago", "%(n)d days ago", n) % {"n": n},
    "hour": lambda n: ngettext("%(n)d hour ago", "%(n)d hours ago", n) % {"n": n},
    "minute": lambda n: ngettext("%(n)d minute ago", "%(n)d minutes ago", n) % {"n": n},
}
_AHEAD = {
    "year": lambda n: ngettext("in %(n)d year", "in %(n)d years", n) % {"n": n},
    "month": lambda n: ngettext("in %(n)d month", "in %(n)d months", n) % {"n": n},
    "day": lambda n: ngettext("in %(n)d day", "in %(n)d days", n) % {"n": n},
    "hour": lambda n: ngettext("in %(n)d hour", "in %(n)d hours", n) % {"n": n},
    "minute": lambda n: ngettext("in %(n)d minute", "in %(n)d minutes", n) % {"n": n},
}
