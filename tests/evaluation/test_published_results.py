"""Every published result comes out to the last digit by the rule of its instrument."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

import simpul.evaluation
from simpul.evaluation.instrument import Instrument
from simpul.evaluation.scoring import Recomputer, Score, improvement

RESULTS = Path(simpul.evaluation.__file__).parent / "results"
SPBE_DOMAINS = {
    "policy": "d1_kebijakan",
    "governance": "d2_tata_kelola",
    "management": "d3_manajemen",
    "services": "d4_layanan",
}
Row = dict[str, str]


def rows(name: str) -> list[Row]:
    with (RESULTS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def smart_city(instrument: Instrument, year: int) -> Iterator[tuple[Row, Score]]:
    for row in rows(f"smart-city-{year}"):
        if row["took_part"] != "yes":
            continue
        group = instrument.group(row["group"])
        values = {part.key: Decimal(row[part.key]) for part in instrument.components_of(group)}
        [score] = Recomputer(instrument, group).scores(values)
        yield row, score


@pytest.mark.parametrize(("year", "regions"), [(2022, 39), (2023, 130)])
def test_every_smart_city_index_comes_out(
    instruments: dict[str, Instrument], year: int, regions: int
) -> None:
    found = list(smart_city(instruments[f"smart-city-{year}"], year))
    assert len(found) == regions
    wrong = [r["name_published"] for r, s in found if s.index != Decimal(r["index_published"])]
    assert wrong == []


def test_27_of_33_improvements_come_out_and_the_others_within_one_hundredth(
    instruments: dict[str, Instrument],
) -> None:
    before = {
        row["region_code"]: score for row, score in smart_city(instruments["smart-city-2022"], 2022)
    }
    gaps = []
    for row, score in smart_city(instruments["smart-city-2023"], 2023):
        if row["improvement_published"] and row["region_code"] in before:
            found = improvement(instruments["smart-city-2023"], score, before[row["region_code"]])
            assert found is not None
            gaps.append(abs(found - Decimal(row["improvement_published"])))
    assert len(gaps) == 33
    assert gaps.count(Decimal(0)) == 27
    assert max(gaps) == Decimal("0.01")


def spbe(instrument: Instrument) -> Iterator[tuple[Row, list[Score]]]:
    recomputer = Recomputer(instrument, instrument.group("all"))
    for row in rows("spbe-2024"):
        values = {key: Decimal(row[name]) for key, name in SPBE_DOMAINS.items() if row[name]}
        yield row, recomputer.scores(values)


def test_every_complete_spbe_index_and_predicate_comes_out(
    instruments: dict[str, Instrument],
) -> None:
    complete = [(row, scores) for row, scores in spbe(instruments["spbe-2020"]) if scores]
    assert len(complete) == 612
    for row, scores in complete:
        agreeing = {
            score.band.published
            for score in scores
            if score.band and score.index == Decimal(row["index_published"])
        }
        assert row["predicate_published"] in agreeing, row["name_published"]


def test_three_regions_on_a_rounded_border_keep_the_lower_predicate(
    instruments: dict[str, Instrument],
) -> None:
    borders = {"1.80": "Cukup", "2.60": "Baik", "3.50": "Sangat Baik"}
    lower = [
        row["name_published"]
        for row, _scores in spbe(instruments["spbe-2020"])
        if borders.get(row["index_published"], row["predicate_published"])
        != row["predicate_published"]
    ]
    assert lower == [
        "Pemerintah Kab. Nias Barat",
        "Pemerintah Kab. Pacitan",
        "Pemerintah Kab. Luwu",
    ]


def test_rows_with_a_lost_domain_value_are_not_computed(
    instruments: dict[str, Instrument],
) -> None:
    lost = [row["name_published"] for row, scores in spbe(instruments["spbe-2020"]) if not scores]
    assert len(lost) == 3


def test_a_lost_domain_value_is_never_guessed(instruments: dict[str, Instrument]) -> None:
    spbe_2020 = instruments["spbe-2020"]
    recomputer = Recomputer(spbe_2020, spbe_2020.group("all"))
    assert recomputer.scores({"policy": Decimal("3.80")}) == []
