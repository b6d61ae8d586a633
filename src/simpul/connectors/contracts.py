"""Whether a value keeps what was agreed: its unit, its range, its clock. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from simpul.connectors.mapping.parts import Refused
from simpul.connectors.model import AttributeContract, Reason
from simpul.kernel.errors import Unprocessable
from simpul.kernel.units import convert

AHEAD = timedelta(minutes=5)
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)


def check_clock(observed_at: datetime, *, now: datetime, forecast: bool) -> None:
    """Accept a moment that can be true: since 2000 and, unless it is a forecast, not to come.

    Clocks are forgiven five minutes.

    Raises:
        Refused
    """
    if observed_at < EARLIEST:
        raise Refused(Reason.TOO_OLD, "observed before the year 2000: the sender's clock is unset")
    if not forecast and observed_at > now + AHEAD:
        raise Refused(Reason.FUTURE, "observed more than five minutes from now")


def check_number(
    value: float | int, unit: str | None, contract: AttributeContract | None
) -> tuple[float | int, str | None]:
    """The number in the agreed unit, and that unit.

    A number without a unit is taken to be in the agreed one.

    Raises:
        Refused: the unit measures something else, or the number is out of the agreed range.
    """
    if contract is None:
        return value, unit
    number, agreed = value, contract.unit or unit
    if unit is not None and agreed is not None and unit != agreed:
        number = _converted(value, unit, agreed)
    low, high = contract.minimum, contract.maximum
    if (low is not None and number < low) or (high is not None and number > high):
        lower = "…" if low is None else f"{low:g}"
        upper = "…" if high is None else f"{high:g}"
        raise Refused(Reason.OUT_OF_RANGE, f"{number:g} is not between {lower} and {upper}")
    return number, agreed


def _converted(value: float | int, unit: str, agreed: str) -> float:
    try:
        return float(f"{convert(float(value), unit, agreed):.12g}")
    except Unprocessable as error:
        raise Refused(Reason.WRONG_UNIT, error.detail) from None
