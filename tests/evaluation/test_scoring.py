"""Scores by the rules of the instruments, against worked examples from official reports."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simpul.evaluation import checking, scoring
from simpul.evaluation.instrument import Instrument, parse
from simpul.evaluation.scoring import Score, half_up

Instruments = dict[str, Instrument]
Worked = dict[int, dict[str, Any]]
_SMART_2022 = parse(checking.load((checking.FOLDER / "smart-city-2022.yaml").read_text("utf-8")))


def malang(instruments: Instruments, worked: Worked, year: int) -> Score:
    example = worked[year]
    instrument = instruments[f"smart-city-{year}"]
    values = {key: Decimal(str(value)) for key, value in example["items"].items()}
    return scoring.score(instrument, instrument.group(example["weight_group"]), values)


@pytest.mark.parametrize("year", [2022, 2023])
def test_malang_item_values_give_every_published_mean_and_the_index(
    instruments: Instruments, worked: Worked, year: int
) -> None:
    found = malang(instruments, worked, year)
    for node in found.components:
        published = worked[year]["components"][node.key]
        assert node.rounded == Decimal(str(published["published"]))
        assert node.expected == published["items"]
        assert half_up(node.value, 6) == half_up(Fraction(str(published["mean_unrounded"])), 6)
    assert found.index == Decimal(str(worked[year]["index"]["published"]))
    assert found.exact == Fraction(str(worked[year]["index"]["sum_unrounded"]))
    assert found.missing == ()


def test_malang_2022_parts_are_rounded_before_they_are_added(
    instruments: Instruments, worked: Worked
) -> None:
    parts = {n.key: n.printed_part for n in malang(instruments, worked, 2022).components}
    published = worked[2022]["components"]
    assert parts == {key: Decimal(str(row["weighted_rounded"])) for key, row in published.items()}


def test_malang_improvement_uses_unrounded_sums_of_both_years(
    instruments: Instruments, worked: Worked
) -> None:
    before, after = (malang(instruments, worked, year) for year in (2022, 2023))
    found = scoring.improvement(instruments["smart-city-2023"], after, before)
    assert found == Decimal(str(worked[2023]["improvement"]["published"]))
    assert after.index - before.index == Decimal("0.43")


def test_improvement_is_unknown_without_a_year_before(
    instruments: Instruments, worked: Worked
) -> None:
    after = malang(instruments, worked, 2023)
    assert scoring.improvement(instruments["smart-city-2023"], after, None) is None
    assert scoring.improvement(instruments["pemdi-2026"], after, after) is None


def kediri(instruments: Instruments) -> Score:
    instrument = instruments["smart-city-2022"]
    keys = ("baseline", "output", "outcome", "impact", "quick_win")
    printed = map(Decimal, ("3.60", "3.21", "3.23", "3.07", "3.65"))
    group = instrument.group("cohorts_2017_2019")
    return scoring.score_components(instrument, group, dict(zip(keys, printed, strict=True)))


def test_kediri_2022_is_the_sum_of_rounded_parts(instruments: Instruments) -> None:
    found = kediri(instruments)
    assert found.index == Decimal("3.31")
    assert found.exact == Fraction("3.315")
    parts = [str(node.printed_part) for node in found.components]
    assert parts == ["0.36", "0.64", "0.97", "0.61", "0.73"]


def test_negative_improvement_is_rounded_away_from_zero(instruments: Instruments) -> None:
    """Kota Kediri 2023: 3.197 - 3.315 = -0.118, printed -0.12."""
    instrument = instruments["smart-city-2023"]
    after = Score(Fraction("3.197"), Decimal("3.20"), None, ())
    assert scoring.improvement(instrument, after, kediri(instruments)) == Decimal("-0.12")
    assert half_up(Fraction("-0.125"), 2) == Decimal("-0.13")


def test_missing_items_count_as_the_instrument_says_and_are_named(
    instruments: Instruments, worked: Worked
) -> None:
    instrument = instruments["smart-city-2022"]
    group = instrument.group("first_phase")
    found = scoring.score(instrument, group, {"baseline.perencanaan.1_1_1": Decimal(4)})
    baseline = found.components[0]
    assert baseline.value == Fraction(4, 5)
    assert baseline.answered_value == 4
    assert (baseline.answered, baseline.expected, baseline.complete) == (1, 5, False)
    assert len(found.missing) == 58
    assert found.index == Decimal("0.08")
    assert found.components[1].answered_value is None


def test_drill_down_adds_up_from_items_to_component(
    instruments: Instruments, worked: Worked
) -> None:
    for component in malang(instruments, worked, 2023).components:
        for node in (component, *component.children):
            assert sum(child.weight for child in node.children) == node.weight
            assert sum(child.expected for child in node.children) == node.expected
            weighted = sum(child.weight * child.value for child in node.children)
            assert weighted == node.value * node.weight


def test_dimension_is_the_plain_mean_of_its_answered_items(
    instruments: Instruments, worked: Worked
) -> None:
    """The survey items of 2023 of Malang give 3.09 for living and 2.58 for environment."""
    instrument = instruments["smart-city-2023"]
    values = {
        key: Decimal(str(value))
        for key, value in worked[2023]["items"].items()
        if key.startswith("impact.")
    }
    found = scoring.score(instrument, instrument.group("kppn_ikn"), values)
    dimensions = {row.key: row for row in found.dimensions}
    assert dimensions["smart_living"].rounded == Decimal("3.09")
    assert dimensions["smart_environment"].rounded == Decimal("2.58")
    assert (dimensions["smart_living"].answered, dimensions["smart_living"].expected) == (9, 17)


def test_dimension_without_answers_has_no_value(instruments: Instruments) -> None:
    instrument = instruments["smart-city-2023"]
    found = scoring.score(instrument, instrument.group("regular"), {})
    assert {row.rounded for row in found.dimensions} == {None}
    assert found.index == Decimal("0.00")


def test_pemdi_weighs_items_and_counts_missing_ones_as_one(instruments: Instruments) -> None:
    pemdi = instruments["pemdi-2026"]
    group = pemdi.group("all")
    nothing = scoring.score(pemdi, group, {})
    assert nothing.index == Decimal("1.00")
    assert nothing.band is not None
    assert nothing.band.published == "Kurang"
    some = scoring.score(pemdi, group, {"satisfaction.i20": Decimal(5), "data.i5": Decimal("2.5")})
    assert some.index == Decimal("1.68")  # 1 + 4 x 15% + 1.5 x 5% = 1.675


def test_pemdi_aspect_is_computed_from_unrounded_values(instruments: Instruments) -> None:
    """An aspect printed 1.08 stands on 1.1667: 1.085 from printed values would give 1.09."""
    pemdi = instruments["pemdi-2026"]
    values = {"governance.i1": Fraction(7, 6), "governance.i2": Fraction(1)}
    found = scoring.score(pemdi, pemdi.group("all"), values)
    assert found.components[0].value == Fraction(13, 12)
    assert found.components[0].rounded == Decimal("1.08")


@pytest.mark.parametrize(
    ("exact", "predicate"),
    [
        ("1", "Kurang"),
        ("1.4999", "Kurang"),
        ("1.5", "Cukup"),
        ("2.4999", "Cukup"),
        ("3.4999", "Baik"),
        ("3.5", "Sangat Baik"),
        ("4", "Memuaskan"),
        ("5", "Memuaskan"),
    ],
)
def test_pemdi_predicate_follows_the_unrounded_index(
    instruments: Instruments, exact: str, predicate: str
) -> None:
    band = scoring.band_of(instruments["pemdi-2026"], Fraction(exact))
    assert band is not None
    assert band.published == predicate


def test_smart_city_has_no_predicate(instruments: Instruments, worked: Worked) -> None:
    assert malang(instruments, worked, 2023).band is None


def test_sixteen_service_levels_can_stand_behind_a_printed_domain(
    instruments: Instruments,
) -> None:
    spbe = instruments["spbe-2020"]
    behind = scoring.attainable(spbe, spbe.component("services"))
    points = [value * Fraction("45.5") for value in behind[Decimal("3.74")]]
    assert points == [170, Fraction("170.25")]
    assert scoring.attainable(spbe, spbe.component("policy"))[Decimal("3.80")] == (Fraction("3.8"),)


def test_printed_components_of_the_smart_city_are_used_as_they_are(
    instruments: Instruments,
) -> None:
    instrument = instruments["smart-city-2023"]
    assert scoring.attainable(instrument, instrument.component("baseline")) == {}


@given(st.fractions(), st.integers(0, 6))
def test_rounding_moves_a_value_by_half_a_unit_at_most(value: Fraction, decimals: int) -> None:
    rounded = half_up(value, decimals)
    assert abs(Fraction(rounded) - value) <= Fraction(1, 2 * 10**decimals)
    assert -(rounded.as_tuple().exponent) == decimals  # type: ignore[operator]


@given(st.lists(st.integers(0, 4), min_size=59, max_size=59))
def test_no_marks_leave_the_scale(marks: list[int]) -> None:
    instrument = _SMART_2022
    items = instrument.items()
    values = {item.key: Decimal(mark) for item, mark in zip(items, marks, strict=True)}
    found = scoring.score(instrument, instrument.group("first_phase"), values)
    assert 0 <= found.exact <= 4
    assert abs(Fraction(found.index) - found.exact) <= Fraction(5, 200)
