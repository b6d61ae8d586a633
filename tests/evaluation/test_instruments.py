"""The instruments that ship: complete, bilingual, in order, and as their sources have them."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest
from django.utils import translation

from simpul.evaluation import checking
from simpul.evaluation.instrument import Instrument

SHIPPED = ("pemdi-2026", "smart-city-2022", "smart-city-2023", "spbe-2020")


@pytest.mark.parametrize("key", SHIPPED)
def test_shipped_instrument_has_no_faults(bodies: dict[str, Any], key: str) -> None:
    assert checking.faults(bodies[key]) == []
    assert checking.before_publication(bodies[key]) == []
    assert bodies[key]["key"] == key


def test_every_shipped_file_is_known_to_the_tests(bodies: dict[str, Any]) -> None:
    assert tuple(bodies) == SHIPPED


def test_smart_city_2022_has_59_items_in_five_components(
    instruments: dict[str, Instrument],
) -> None:
    instrument = instruments["smart-city-2022"]
    counts = {part.key: len(list(part.all_items())) for part in instrument.components}
    assert counts == {"baseline": 5, "output": 7, "outcome": 31, "impact": 4, "quick_win": 12}
    assert [item.number for item in instrument.items()] == list(range(1, 60))


def test_smart_city_2023_has_117_items_and_111_for_the_regular_group(
    instruments: dict[str, Instrument],
) -> None:
    instrument = instruments["smart-city-2023"]
    assert len(instrument.items(instrument.group("kppn_ikn"))) == 117
    assert len(instrument.items(instrument.group("regular"))) == 111
    assert len([item for item in instrument.items() if item.same_as]) == 55


def test_survey_items_are_nine_per_dimension_in_three_sub_dimensions(
    instruments: dict[str, Instrument],
) -> None:
    impact = instruments["smart-city-2023"].component("impact")
    places = {(item.smart_dimension, item.sub_dimension) for item in impact.all_items()}
    assert len(list(impact.all_items())) == 54
    assert len(places) == 18


def test_pemdi_has_20_weighted_items_in_seven_aspects(instruments: dict[str, Instrument]) -> None:
    pemdi = instruments["pemdi-2026"]
    assert len(pemdi.components) == 7
    assert sum(item.weight or Fraction(0) for item in pemdi.items()) == 100
    assert [item.number for item in pemdi.items() if item.scored_by] == [5, 6, 7, 18]


def test_spbe_has_47_items_in_eight_aspects(instruments: dict[str, Instrument]) -> None:
    spbe = instruments["spbe-2020"]
    assert len(spbe.items()) == 47
    assert sum(len(part.sections) for part in spbe.components) == 8
    scales = [item.level_scale for item in spbe.items()]
    assert scales == ["process"] * 31 + ["service"] * 16


def test_names_follow_the_reader_s_language(instruments: dict[str, Instrument]) -> None:
    item = instruments["smart-city-2022"].items()[1]
    with translation.override("id"):
        assert str(item.question).startswith("Apakah Dewan Smart City melaksanakan rapat")
    with translation.override("en"):
        assert str(item.question) == "Has the Smart City Council met at least once this year?"


def _texts(node: Any, path: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    if isinstance(node, dict):
        if set(node) == {"id", "en"}:
            yield path, node
        for key, value in node.items():
            yield from _texts(value, f"{path}.{key}")
    elif isinstance(node, list):
        for order, value in enumerate(node):
            yield from _texts(value, f"{path}[{order}]")


@pytest.mark.parametrize("key", SHIPPED)
def test_every_question_differs_between_the_languages(bodies: dict[str, Any], key: str) -> None:
    questions = [text for path, text in _texts(bodies[key]) if path.endswith(".question")]
    assert questions
    assert [text["id"] for text in questions if text["id"] == text["en"]] == []


def test_levels_of_a_scale_come_from_its_steps(instruments: dict[str, Instrument]) -> None:
    assert instruments["smart-city-2022"].scale.levels() == [0, 1, 2, 3, 4]
    assert instruments["spbe-2020"].scale.levels() == [1, 2, 3, 4, 5]
    assert instruments["pemdi-2026"].scale.levels() == []
