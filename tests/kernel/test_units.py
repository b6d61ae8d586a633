from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simpul.kernel.units import UNITS, UnitMismatch, UnknownUnit, convert, unit


@pytest.mark.parametrize(
    ("value", "source", "target", "expected"),
    [
        (150, "CMT", "MTR", 1.5),
        (36, "KMH", "MTS", 10),
        (0, "CEL", "KEL", 273.15),
        (50, "P1", "C62", 0.5),
        (2, "HUR", "MIN", 120),
        (7, "nothing", "nothing", 7),
    ],
)
def test_values_convert_within_a_quantity(
    value: float, source: str, target: str, expected: float
) -> None:
    assert convert(value, source, target) == pytest.approx(expected)


@given(
    value=st.floats(-1e6, 1e6),
    pair=st.tuples(st.sampled_from(sorted(UNITS)), st.sampled_from(sorted(UNITS))).filter(
        lambda pair: UNITS[pair[0]].quantity == UNITS[pair[1]].quantity
    ),
)
def test_there_and_back_is_the_same(value: float, pair: tuple[str, str]) -> None:
    source, target = pair
    back = convert(convert(value, source, target), target, source)
    assert back == pytest.approx(value, rel=1e-9, abs=1e-6)


def test_different_quantities_do_not_convert() -> None:
    with pytest.raises(UnitMismatch):
        convert(1, "MTR", "CEL")


def test_an_unknown_code_is_refused() -> None:
    with pytest.raises(UnknownUnit):
        unit("XYZ")
    assert unit("CEL").symbol == "°C"
