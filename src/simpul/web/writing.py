"""`formats` bound to the reader's language and to the zone that is active for the request."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import get_language

from simpul.web import formats


def language() -> str:
    return (get_language() or "id")[:2]


def number(value: object, decimals: int | None = None) -> str:
    return formats.number(value, decimals, language())


def rupiah(value: object) -> str:
    return formats.rupiah(value, language())


def rupiah_short(value: object) -> str:
    return formats.rupiah_short(value, language())


def day(value: date | datetime | None) -> str:
    return formats.day(value, language(), timezone.get_current_timezone())


def moment(value: datetime | None) -> str:
    return formats.moment(value, language(), timezone.get_current_timezone())


def clock(value: datetime) -> str:
    return formats.clock(value, language(), timezone.get_current_timezone())


def ago(value: datetime, now: datetime | None = None) -> str:
    return formats.ago(value, now or timezone.now())
