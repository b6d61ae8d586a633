"""The formula language: what it reads, what it refuses and where, what comes out."""

from __future__ import annotations

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simpul.indicators.errors import BadFormula
from simpul.indicators.formula import DEEPEST, LONGEST, Reason, parse, rounded

INPUTS = {"a": 3.0, "b": 4.5, "c": -2.0, "z": 0.0, "gone": None}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1 + 2 * 3", 7.0),
        ("(1 + 2) * 3", 9.0),
        ("100 * a / b", 100 * 3.0 / 4.5),
        ("a - b - c", 0.5),
        ("a / b / c", 3.0 / 4.5 / -2.0),
        ("-a + +b", 1.5),
        ("min(a, b, c)", -2.0),
        ("max(a, 10 - b)", 5.5),
        ("round(b)", 5.0),
        ("round(2.675, 2)", 2.68),
        ("round(-2.5)", -3.0),
        (" a\n +\t b ", 7.5),
        (".5 * a", 1.5),
    ],
)
def test_an_expression_gives_the_number_school_arithmetic_gives(text: str, number: float) -> None:
    assert parse(text).evaluate(INPUTS).number == number


@pytest.mark.parametrize(
    ("text", "reason", "facts"),
    [
        ("a / z", Reason.DIVISION_BY_ZERO, {}),
        ("a / (b - b)", Reason.DIVISION_BY_ZERO, {}),
        ("a + gone", Reason.MISSING_INPUT, {"input": "gone"}),
        ("a + never_named", Reason.MISSING_INPUT, {"input": "never_named"}),
        (" * ".join(["9" * 15] * 25), Reason.NOT_FINITE, {}),
    ],
)
def test_no_number_says_why(text: str, reason: Reason, facts: dict[str, str]) -> None:
    outcome = parse(text).evaluate(INPUTS)
    assert (outcome.number, outcome.reason, outcome.facts) == (None, reason, facts)


def test_an_input_that_is_not_finite_gives_no_number() -> None:
    outcome = parse("x + 1").evaluate({"x": math.inf})
    assert outcome.reason is Reason.NOT_FINITE


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("", 1),
        ("1" * 20, 1),
        ("a ** b", 1),
        ("a // b", 1),
        ("a % b", 3),
        ("a if b else c", 1),
        ("a < b", 3),
        ("a and b", 1),
        ("lambda: 1", 7),
        ("__import__(1)", 1),
        ("a.b", 1),
        ("a[0]", 2),
        ("abs(a)", 1),
        ("a + abs(a)", 5),
        ("min(a)", 1),
        ("round(a, b)", 10),
        ("round(a, 7)", 10),
        ("round(a, 1, 2)", 1),
        ("min(a, b, key=c)", 14),
        ("min(*a)", 1),
        ("min + 1", 1),
        ("0,5 * a", 1),
        ("2a", 1),
        ("1e5", 1),
        ("1if a", 1),
        ("A + 1", 1),
        ("_a", 1),
        ("'text'", 1),
        ("True", 1),
        ("a; b", 2),
        ("a\x00", 2),
        ("é", 1),
    ],
)
def test_what_does_not_belong_is_refused_with_its_place(text: str, at: int) -> None:
    with pytest.raises(BadFormula) as refused:
        parse(text)
    assert refused.value.facts["at"] == at
    assert refused.value.field == "expression"


def test_a_formula_has_a_longest_length_and_a_greatest_depth() -> None:
    parse("a" + " + a" * 10)
    parse("(" * (DEEPEST + 5) + "a" + ")" * (DEEPEST + 5))
    for text in ("a + " * LONGEST + "a", "-" * 40 + "a", "(" * 240 + "a" + ")" * 240):
        with pytest.raises(BadFormula):
            parse(text)


def test_names_are_those_of_inputs_in_order_of_appearance() -> None:
    assert parse("max(b, a) * round(b + rate_2, 1)").names == ("b", "a", "rate_2")


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("100*a/b", "100 × a ÷ b"),
        ("a-(b-c)", "a − (b − c)"),
        ("(a+b)*-c", "(a + b) × −c"),
        ("a/(b*c)", "a ÷ (b × c)"),
        ("min(a, round(b,2))", "min(a; round(b; 2))"),
    ],
)
def test_symbols_print_the_same_calculation(text: str, printed: str) -> None:
    assert parse(text).symbols() == printed


@pytest.mark.parametrize(
    ("number", "decimals", "expected"),
    [
        (2.675, 2, "2.68"),
        (-2.5, 0, "-3"),
        (0.5, 0, "1"),
        (1.005, 2, "1.01"),
        (1e-9, 6, "0.000000"),
        (123456789.125, 2, "123456789.13"),
    ],
)
def test_rounding_is_half_away_from_zero(number: float, decimals: int, expected: str) -> None:
    assert rounded(number, decimals) == Decimal(expected)


numbers = st.integers(0, 999).map(str) | st.decimals(0, 999, places=2).map(str)
names = st.sampled_from(["a", "b", "c"])
trees = st.recursive(
    numbers | names,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        st.tuples(st.sampled_from(["min", "max"]), inner, inner).map(
            lambda t: f"{t[0]}({t[1]}, {t[2]})"
        ),
        inner.map(lambda text: f"(-{text})"),
    ),
    max_leaves=12,
)


@given(trees, st.tuples(*[st.floats(-1e6, 1e6, allow_nan=False)] * 3))
def test_any_expression_agrees_with_plain_evaluation(
    text: str, given_numbers: tuple[float, float, float]
) -> None:
    inputs = dict(zip("abc", given_numbers, strict=True))
    outcome = parse(text).evaluate(inputs)
    try:
        naive = float(eval(text, {"__builtins__": {}, "min": min, "max": max}, inputs))
    except ZeroDivisionError:
        assert outcome.reason is Reason.DIVISION_BY_ZERO
        return
    if not math.isfinite(naive):
        assert outcome.number is None
        return
    assert outcome.number == pytest.approx(naive, rel=1e-12, abs=1e-12)


@given(trees)
def test_printing_keeps_the_meaning(text: str) -> None:
    printed = parse(text).symbols()
    back = printed.replace("×", "*").replace("÷", "/").replace("−", "-").replace(";", ",")
    inputs = {"a": 1.5, "b": -7.0, "c": 1000.0}
    first, second = parse(text).evaluate(inputs), parse(back).evaluate(inputs)
    assert first.reason == second.reason
    if first.number is not None:
        assert second.number == pytest.approx(first.number, rel=1e-9)


@given(st.text(max_size=60) | st.text("ab1 .+-*/(),", max_size=30))
def test_any_text_is_read_or_refused_with_a_place(text: str) -> None:
    assert _place(text) >= 0


def _place(text: str) -> int:
    """0 where the text can be read, else where it cannot."""
    try:
        parse(text)
    except BadFormula as refused:
        return int(refused.facts["at"])
    return 0
