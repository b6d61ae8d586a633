"""Units of measurement by their UN/CEFACT Recommendation 20 code, as NGSI-LD's ``unitCode`` wants.

Only the units that a city's feeds use; a feed whose contract names another one is refused.
"""

from __future__ import annotations

from dataclasses import dataclass

from simpul.kernel.errors import Unprocessable


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit. code: UN/CEFACT Rec. 20; symbol: as printed; quantity and factor: two units of one
    quantity convert by ``value * factor + offset`` to the quantity's base unit."""

    code: str
    symbol: str
    quantity: str
    factor: float = 1.0
    offset: float = 0.0


_UNITS = (
    Unit("MTR", "m", "length"),
    Unit("CMT", "cm", "length", 0.01),
    Unit("MMT", "mm", "length", 0.001),
    Unit("KMT", "km", "length", 1000.0),
    Unit("MTK", "m²", "area"),
    Unit("HAR", "ha", "area", 10_000.0),
    Unit("KMK", "km²", "area", 1_000_000.0),
    Unit("CEL", "°C", "temperature"),
    Unit("KEL", "K", "temperature", 1.0, -273.15),
    Unit("P1", "%", "ratio", 0.01),
    Unit("C62", "", "ratio"),
    Unit("MTS", "m/s", "speed"),
    Unit("KMH", "km/h", "speed", 1 / 3.6),
    Unit("DD", "°", "angle"),
    Unit("GQ", "µg/m³", "mass concentration"),
    Unit("GP", "mg/m³", "mass concentration", 1000.0),
    Unit("VLT", "V", "voltage"),
    Unit("WTT", "W", "power"),
    Unit("KWT", "kW", "power", 1000.0),
    Unit("KWH", "kWh", "energy"),
    Unit("SEC", "s", "duration"),
    Unit("MIN", "min", "duration", 60.0),
    Unit("HUR", "h", "duration", 3600.0),
    Unit("DAY", "d", "duration", 86_400.0),
    Unit("LTR", "L", "volume"),
    Unit("MTQ", "m³", "volume", 1000.0),
    Unit("KGM", "kg", "mass"),
    Unit("TNE", "t", "mass", 1000.0),
    Unit("HPA", "hPa", "pressure"),
)
UNITS: dict[str, Unit] = {unit.code: unit for unit in _UNITS}


class UnknownUnit(Unprocessable):
    """This unit code is not known."""

    problem = "unknown-unit"


class UnitMismatch(Unprocessable):
    """These two units measure different things."""

    problem = "unit-mismatch"


def unit(code: str) -> Unit:
    """The unit with this code.

    Raises:
        UnknownUnit: no such code here.
    """
    try:
        return UNITS[code]
    except KeyError:
        raise UnknownUnit(f"unit code {code!r} is not known", field="unitCode") from None


def convert(value: float, source: str, target: str) -> float:
    """`value` of unit code `source` expressed in unit code `target`.

    Raises:
        UnknownUnit, UnitMismatch
    """
    if source == target:
        return value
    a, b = unit(source), unit(target)
    if a.quantity != b.quantity:
        raise UnitMismatch(f"{source} ({a.quantity}) is not {target} ({b.quantity})")
    base = value * a.factor + a.offset
    return (base - b.offset) / b.factor
