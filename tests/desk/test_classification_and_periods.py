from __future__ import annotations

from datetime import date

import pytest
from django.utils import translation

from simpul.desk import periods, queries
from simpul.desk.classification import import_dimensions
from simpul.desk.models import Category, Period
from tests import factories

pytestmark = pytest.mark.django_db


def test_six_dimensions_have_three_sub_dimensions_each() -> None:
    assert import_dimensions() == 24
    dimensions = list(queries.dimensions("gmsc-2017"))
    assert [dimension.name for dimension in dimensions] == [
        "Smart Governance",
        "Smart Branding",
        "Smart Economy",
        "Smart Living",
        "Smart Society",
        "Smart Environment",
    ]
    assert [dimension.mark for dimension in dimensions] == ["1", "2", "3", "4", "5", "6"]
    assert {dimension.children.count() for dimension in dimensions} == {3}


def test_categories_speak_both_languages() -> None:
    import_dimensions()
    waste = queries.category("gmsc-2017", "smart_environment.waste")
    assert waste is not None
    assert waste.parent is not None
    assert waste.name == "Tata kelola sampah dan limbah"
    with translation.override("en"):
        assert waste.name == "Management of waste and waste water"
        assert waste.parent.aim.startswith("An environment")
        assert waste.parent.local_name == "Smart environment"


def test_importing_again_changes_names_only() -> None:
    import_dimensions()
    before = set(Category.objects.values_list("pk", flat=True))
    Category.objects.update(name_id="salah")
    import_dimensions()
    assert set(Category.objects.values_list("pk", flat=True)) == before
    assert not Category.objects.filter(name_id="salah").exists()


def test_a_year_has_its_periods_once() -> None:
    place = factories.region()
    made = periods.ensure_periods(place, 2026)
    assert len(made) == 12 + 4 + 2 + 1
    assert periods.ensure_periods(place, 2026) == made


def test_periods_meet_without_gap_and_say_until_when_to_report() -> None:
    place = factories.region()
    periods.ensure_periods(place, 2026)
    for kind in Period.PeriodKind:
        rows = list(Period.objects.filter(kind=kind))
        assert rows[0].starts == date(2026, 1, 1)
        assert rows[-1].ends == date(2027, 1, 1)
        ends = [row.ends for row in rows]
        assert [row.starts for row in rows[1:]] == ends[:-1]
    october = periods.period_on(place, "month", date(2026, 10, 31))
    assert october is not None
    assert (october.starts, october.due) == (date(2026, 10, 1), date(2026, 11, 10))
    assert periods.period_on(place, "month", date(2025, 1, 1)) is None


def test_a_period_that_was_moved_keeps_its_last_day() -> None:
    place = factories.region()
    periods.ensure_periods(place, 2026)
    Period.objects.filter(kind="year").update(due=date(2027, 2, 15))
    periods.ensure_periods(place, 2026)
    assert Period.objects.get(kind="year").due == date(2027, 2, 15)
