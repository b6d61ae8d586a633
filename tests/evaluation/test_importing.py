"""Instruments and results come in once, and a published instrument never changes."""

from __future__ import annotations

import copy
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import yaml

from simpul.evaluation import operations
from simpul.evaluation.errors import (
    InstrumentFaulty,
    InstrumentPublished,
    WeightsDoNotSum,
)
from simpul.evaluation.models import Instrument, InstrumentItem, PublishedResult
from simpul.government.operations import import_regions
from tests.evaluation import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db
Body = dict[str, Any]


def text(body: Body) -> str:
    return yaml.safe_dump(body, sort_keys=False, allow_unicode=True)


@pytest.fixture
def body(bodies: dict[str, Body]) -> Body:
    return copy.deepcopy(bodies["pemdi-2026"])


def test_importing_the_shipped_instruments_twice_changes_nothing() -> None:
    first = operations.import_instruments(now=NOW)
    again = operations.import_instruments(now=NOW + timedelta(days=1))
    assert [row.pk for row in first] == [row.pk for row in again]
    assert Instrument.objects.count() == 4
    assert InstrumentItem.objects.count() == 59 + 117 + 20 + 47
    assert set(Instrument.objects.values_list("published_at", flat=True)) == {NOW}


def test_faults_are_all_named_and_nothing_is_kept(body: Body) -> None:
    body["year"] = "soon"
    body["components"][0]["items"][0].pop("question")
    with pytest.raises(InstrumentFaulty) as raised:
        operations.import_instrument(text=text(body), now=NOW)
    assert set(raised.value.errors) == {"year", "components[0].items[0]"}
    assert not Instrument.objects.exists()


def test_weights_that_do_not_sum_can_be_imported_but_not_published(body: Body) -> None:
    body["groups"][0]["weights"]["data"] = 14
    row = operations.import_instrument(text=text(body), now=NOW)
    with pytest.raises(WeightsDoNotSum) as raised:
        operations.publish_instrument(instrument=row, now=NOW)
    assert "groups[0].weights" in raised.value.errors
    row.refresh_from_db()
    assert row.published_at is None


def test_a_draft_is_replaced_by_the_next_import(body: Body) -> None:
    operations.import_instrument(text=text(body), now=NOW)
    body["name"]["en"] = "Pemdi"
    operations.import_instrument(text=text(body), now=NOW)
    assert [row.spec.name.en for row in Instrument.objects.all()] == ["Pemdi"]
    assert InstrumentItem.objects.count() == 20


def test_a_published_instrument_is_never_changed(body: Body) -> None:
    row = operations.import_instrument(text=text(body), now=NOW)
    operations.publish_instrument(instrument=row, now=NOW)
    body["name"]["en"] = "Something else"
    with pytest.raises(InstrumentPublished):
        operations.import_instrument(text=text(body), now=NOW)
    row.year = 2030
    with pytest.raises(InstrumentPublished):
        row.save()
    with pytest.raises(InstrumentPublished):
        row.delete()
    with pytest.raises(InstrumentPublished):
        row.items.all()[0].save()


def test_a_new_version_stands_beside_the_old_one(body: Body) -> None:
    operations.publish_instrument(
        instrument=operations.import_instrument(text=text(body), now=NOW), now=NOW
    )
    body["version"] = 2
    second = operations.import_instrument(text=text(body), now=NOW)
    assert list(Instrument.objects.values_list("version", flat=True)) == [2, 1]
    assert second.published_at is None


def test_layout_of_the_text_does_not_matter_to_its_hash(body: Body) -> None:
    first = operations.import_instrument(text=text(body), now=NOW)
    same = operations.import_instrument(
        text="# a comment\n" + yaml.safe_dump(body, sort_keys=True), now=NOW
    )
    assert same.pk == first.pk


def test_published_results_come_in_once_with_their_regions() -> None:
    import_regions()
    assert operations.import_published_results() == 43 + 141 + 615
    assert operations.import_published_results() == 799
    assert PublishedResult.objects.count() == 799
    smart = PublishedResult.objects.filter(instrument__startswith="smart-city")
    assert not smart.filter(region=None).exists()
    spbe = PublishedResult.objects.filter(instrument="spbe-2020")
    assert spbe.filter(region__level="provinsi").count() == 38
    assert spbe.filter(region__isnull=False).count() == 485 + 38


def test_a_published_result_keeps_what_was_printed() -> None:
    import_regions()
    operations.import_published_results()
    row = PublishedResult.objects.get(instrument="smart-city-2022", region="35.71")
    assert row.index == Decimal("3.31")
    assert row.components["baseline"] == "3.60"
    assert row.improvement == Decimal("0.25")
    absent = PublishedResult.objects.filter(took_part=False)
    assert absent.count() == 4 + 11
    assert set(absent.values_list("index", flat=True)) == {Decimal(0)}


def test_instrument_of_a_region_has_an_address() -> None:
    row = make.instrument("pemdi-2026")
    assert row.urn("19.71").address == "/19.71/instrumen/pemdi-2026/"
