"""Faults of an instrument are all told, each with its path and in plain words."""

from __future__ import annotations

import copy
import functools
import operator
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import translation

from simpul.evaluation import checking
from simpul.evaluation.errors import InstrumentUnreadable

Body = dict[str, Any]
Change = Callable[[Body], object]


@pytest.fixture
def body(bodies: dict[str, Body]) -> Body:
    return copy.deepcopy(bodies["smart-city-2022"])


@pytest.fixture
def pemdi(bodies: dict[str, Body]) -> Body:
    return copy.deepcopy(bodies["pemdi-2026"])


def told(body: Body) -> list[str]:
    with translation.override("en"):
        return [str(fault) for fault in checking.faults(body)]


def first_item(body: Body) -> Body:
    item: Body = body["components"][0]["indicators"][0]["sub_indicators"][0]["items"][0]
    return item


ITEM = "components[0].indicators[0].sub_indicators[0].items[0]"

BROKEN: list[tuple[Change, str]] = [
    (lambda b: b.pop("scale"), "(top): “scale” is missing."),
    (lambda b: b.update(colour="red"), "(top): “colour” is not known here."),
    (lambda b: b.update(year="2022"), "year: must be a whole number."),
    (lambda b: b.update(year=1990), "year: must be at least 2000."),
    (lambda b: b.update(format=2), "format: must be 1."),
    (lambda b: b.update(key="Kota Cerdas"), "key: “Kota Cerdas” has characters"),
    (lambda b: b["name"].update(en=""), "name.en: must not be empty."),
    (lambda b: b["name"].pop("en"), "name: “en” is missing."),
    (lambda b: b["scale"].update(step=0), "scale.step: must be more than 0."),
    (lambda b: b["scale"].update(step="one"), "scale.step: must be a number or empty."),
    (lambda b: b.update(groups=[]), "groups: needs at least 1 entry."),
    (lambda b: b["rounding"]["index"].update(method="truncate"), "rounding.index.method: must be"),
    (lambda b: b["components"][0].pop("indicators"), "components[0]: must have either"),
    (lambda b: b.update(stages=["self", "self"]), "stages: must not hold the same entry twice."),
    (lambda b: first_item(b).pop("question"), f"{ITEM}: “question” is missing."),
    (lambda b: first_item(b).update(key="output.anggaran.2_1"), "items[0].key: “output.anggaran"),
    (lambda b: first_item(b).update(number=7), f"{ITEM}.number: must be 1: items are numbered"),
    (lambda b: first_item(b).update(weight=2), f"{ITEM}.weight: is not used"),
    (lambda b: first_item(b).update(smart_dimension="space"), "is not among the dimensions"),
    (lambda b: first_item(b).update(level_scale="process"), "is not among the level scales"),
    (lambda b: b["components"][0].update(item_count=6), "components[0].item_count: says 6, but"),
    (lambda b: b["groups"][0].update(item_count=60), "groups[0].item_count: says 60, but"),
    (lambda b: b["groups"][0]["weights"].update(joy=5), "is not among the components"),
    (lambda b: b["components"][1].update(key="baseline"), "components[1].key: “baseline” stands"),
    (lambda b: b["components"][0]["indicators"][0].update(element="x"), "among the elements"),
    (lambda b: b["scale"].update(max=0), "scale.max: must be more than the minimum."),
    (lambda b: b["missing"].update(counts_as=9), "missing.counts_as: must not lie above"),
]


@pytest.mark.parametrize(("change", "sentence"), BROKEN, ids=[text for _change, text in BROKEN])
def test_fault_is_told_with_its_path_in_plain_words(
    body: Body, change: Change, sentence: str
) -> None:
    change(body)
    assert any(sentence in line for line in told(body)), told(body)


def test_all_faults_are_told_at_once(body: Body) -> None:
    body["year"] = "soon"
    body["scale"].pop("min")
    first_item(body).pop("code")
    assert len(told(body)) == 3


def test_bands_must_go_upwards(pemdi: Body) -> None:
    pemdi["predicates"]["bands"][2]["from"] = 1.5
    assert any("predicates.bands[2].from" in line for line in told(pemdi))


def test_weighted_component_needs_weights_on_all_items(pemdi: Body) -> None:
    pemdi["components"][0]["items"][1].pop("weight")
    assert told(pemdi) == [
        "components[0].items[1]: needs a weight: its component takes a weighted mean."
    ]


def test_group_whose_weights_do_not_sum_to_100_cannot_be_published(body: Body) -> None:
    body["groups"][0]["weights"]["baseline"] = 10.01
    assert checking.faults(body) == []
    with translation.override("en"):
        [fault] = checking.before_publication(body)
    assert str(fault) == "groups[0].weights: the weights sum to 100.01, not to 100."


def test_sum_of_tenths_is_exact_and_not_a_float(bodies: dict[str, Body]) -> None:
    spbe = bodies["spbe-2020"]
    assert functools.reduce(operator.add, [1.3] * 10) != 13.0
    assert checking.before_publication(spbe) == []


def test_items_must_weigh_what_their_component_weighs(pemdi: Body) -> None:
    pemdi["components"][2]["items"][0]["weight"] = 4
    with translation.override("en"):
        [fault] = checking.before_publication(pemdi)
    assert str(fault) == "components[2]: the items weigh 14, but the group “all” says 15."


def test_faults_are_told_in_indonesian(body: Body) -> None:
    body.pop("scale")
    with translation.override("id"):
        [fault] = checking.faults(body)
    assert str(fault) == "(top): “scale” belum ada."


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a: [1", "is not YAML"),
        ("a: 1\nb: 2\na: 3\n", "Line 3: “a” stands here twice."),
        ("- 1\n- 2\n", "must be YAML with named parts"),
    ],
)
def test_text_that_is_no_mapping_is_refused(text: str, sentence: str) -> None:
    with translation.override("en"), pytest.raises(InstrumentUnreadable, match=sentence):
        checking.load(text)
