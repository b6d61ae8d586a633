"""The sheet of an indicator: what is accepted, what supersedes what, and what is on record."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from simpul.government.models import AuditRow
from simpul.indicators import operations
from simpul.indicators.errors import (
    BadFormula,
    BadInputRow,
    CodeTaken,
    FormulaPublished,
    NotComputed,
)
from simpul.indicators.inputs import Spec
from simpul.indicators.models import LatestRun, TargetPoint
from simpul.indicators.queries import formula_in_force, goals
from simpul.indicators.targets import Goal, goal_on, met
from simpul.kernel.errors import Conflict
from simpul.kernel.units import UnknownUnit
from tests.city.world import GAUGE, LEVEL, NOW
from tests.indicators import factories as make

pytestmark = pytest.mark.django_db


def test_an_indicator_is_measured_for_its_region_at_least() -> None:
    indicator = make.indicator(unit_code="CMT")
    assert [area.code for area in indicator.areas.all()] == ["19.71"]
    assert indicator.unit == "cm"
    assert AuditRow.objects.get(subject=str(indicator.urn)).verb == "created"


def test_times_are_printed_as_words_and_own_units_as_they_are() -> None:
    assert make.indicator(unit_code="DAY").unit == "hari"
    assert make.indicator(unit_label="aduan").unit == "aduan"
    with pytest.raises(UnknownUnit):
        make.indicator(unit_code="XYZ")


def test_a_code_and_a_key_belong_to_one_indicator_of_a_region() -> None:
    make.indicator(code="SS-1", key="satu")
    with pytest.raises(CodeTaken):
        make.indicator(code="SS-1")
    with pytest.raises(CodeTaken):
        make.indicator(key="satu")


def draft(*inputs: Spec, expression: str) -> None:
    make.formula(make.indicator(), *inputs, expression=expression, publish=False)


@pytest.mark.parametrize(
    ("inputs", "expression"),
    [
        ((make.LEVEL_INPUT,), "level * other"),
        ((make.LEVEL_INPUT,), "level *"),
    ],
)
def test_an_expression_must_fit_its_inputs(inputs: tuple[Spec, ...], expression: str) -> None:
    with pytest.raises(BadFormula):
        draft(*inputs, expression=expression)


@pytest.mark.parametrize(
    "inputs",
    [
        (make.LEVEL_INPUT, make.SHARE_INPUT),
        (make.LEVEL_INPUT, make.LEVEL_INPUT),
        (replace(make.LEVEL_INPUT, kind="guess"),),
        (replace(make.LEVEL_INPUT, method="median"),),
        (replace(make.LEVEL_INPUT, across="last"),),
        (replace(make.LEVEL_INPUT, attribute=""),),
        (Spec("level", "coverage", GAUGE, LEVEL, across="sum"),),
        (Spec("level", "coverage", GAUGE, LEVEL, interval_s=0),),
    ],
)
def test_an_input_that_cannot_be_computed_is_refused(inputs: tuple[Spec, ...]) -> None:
    with pytest.raises(BadInputRow):
        draft(*inputs, expression="level")


def test_a_typed_in_indicator_has_no_formula() -> None:
    with pytest.raises(NotComputed):
        make.formula(make.indicator(source="typed"))


def test_the_newest_published_version_counts() -> None:
    indicator = make.indicator()
    first = make.formula(indicator)
    second = make.formula(indicator, expression="level * 2", publish=False)
    assert formula_in_force(indicator) == first
    operations.publish_formula(formula=second, now=NOW)
    assert formula_in_force(indicator) == second
    assert LatestRun.objects.get(indicator=indicator).due_at == NOW


def test_a_version_is_published_once_and_never_behind_a_newer_one() -> None:
    indicator = make.indicator()
    old = make.formula(indicator, publish=False)
    new = make.formula(indicator)
    with pytest.raises(FormulaPublished):
        operations.publish_formula(formula=new, now=NOW)
    with pytest.raises(Conflict):
        operations.publish_formula(formula=old, now=NOW)


def test_a_target_set_anew_is_replaced_and_the_old_one_stays_on_record() -> None:
    indicator = make.indicator()
    make.target(indicator, "2026-12-31", "10")
    make.target(indicator, "2026-12-31", "12")
    assert TargetPoint.objects.get(indicator=indicator).number == Decimal(12)
    row = AuditRow.objects.filter(verb="set_target", subject=str(indicator.urn)).last()
    assert row is not None
    assert (Decimal(row.facts["was"]), row.facts["number"]) == (Decimal(10), "12")


def test_the_goal_of_a_day_is_the_next_target_and_past_the_last_the_last() -> None:
    indicator = make.indicator()
    make.target(indicator, "2026-01-01", "99", kind="baseline")
    make.target(indicator, "2026-06-30", "10")
    make.target(indicator, "2026-12-31", "20")
    path = goals(indicator, indicator.region)
    days = [date(2026, 1, 1), date(2026, 6, 30), date(2026, 7, 1), date(2028, 1, 1)]
    reached = [goal_on(path, day) for day in days]
    assert [goal.number for goal in reached if goal] == [10, 10, 20, 20]
    assert goal_on([], date(2026, 1, 1)) is None


@pytest.mark.parametrize(
    ("number", "more_is_better", "expected"),
    [("10", True, True), ("9.99", True, False), ("10", False, True), ("10.01", False, False)],
)
def test_reaching_a_goal_exactly_counts(number: str, more_is_better: bool, expected: bool) -> None:
    goal = Goal(date(2026, 12, 31), Decimal(10))
    assert met(Decimal(number), goal, more_is_better=more_is_better) is expected
