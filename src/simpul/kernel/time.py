"""Time: aware and UTC inside, the region's zone at the edge, microseconds where it is stored.

Nothing below asks what time it is; whoever needs the present is handed a `Clock`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from simpul.kernel.errors import BadInput

Clock = Callable[[], datetime]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def system_clock() -> datetime:
    """The machine's time, aware, UTC."""
    return datetime.now(UTC)


def to_us(moment: datetime) -> int:
    """Microseconds since 1970-01-01T00:00:00Z.

    Raises:
        ValueError: the moment is naive.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return (moment - _EPOCH) // _MICROSECOND


def from_us(microseconds: int) -> datetime:
    """The moment `to_us` came from, UTC."""
    return _EPOCH + microseconds * _MICROSECOND


def parse_time(text: str, *, field: str = "time", zone: ZoneInfo | None = None) -> datetime:
    """An ISO 8601 moment as an aware UTC datetime.

    zone: what a time without offset is taken to be in; without it such a time is refused.

    Raises:
        BadInput: not a moment, or without offset where none is assumed.
    """
    try:
        moment = datetime.fromisoformat(text)
    except (ValueError, TypeError):
        raise BadInput(f"{text!r} is not an ISO 8601 time", field=field) from None
    if moment.tzinfo is None:
        if zone is None:
            raise BadInput(f"{text!r} lacks a time zone (Z or +07:00)", field=field)
        moment = moment.replace(tzinfo=zone)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise BadInput(f"{text!r} is out of range", field=field) from None


def format_time(moment: datetime) -> str:
    """ISO 8601, UTC, with ``Z``; microseconds (three or six digits) only where there are any."""
    utc = moment.astimezone(UTC)
    if utc.microsecond == 0:
        text = utc.isoformat(timespec="seconds")
    elif utc.microsecond % 1000 == 0:
        text = utc.isoformat(timespec="milliseconds")
    else:
        text = utc.isoformat(timespec="microseconds")
    return text.replace("+00:00", "Z")


def local_day(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Start (included) and end (excluded) of a local calendar day, in UTC."""
    start = datetime.combine(day, time.min, tzinfo=zone)
    end = datetime.combine(day + timedelta(days=1), time.min, tzinfo=zone)
    return start.astimezone(UTC), end.astimezone(UTC)
