"""Charts are drawn on the server, say what they show, and leave gaps where nothing is known."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils.safestring import SafeString
from hypothesis import given
from hypothesis import strategies as st

from simpul.web import charts
from simpul.web.charts.drawing import ticks

START = date(2026, 1, 1)
SQUARE = {
    "type": "Polygon",
    "coordinates": [[[106.0, -2.2], [106.2, -2.2], [106.2, -2.0], [106.0, -2.0], [106.0, -2.2]]],
}


def parsed(drawing: str) -> ElementTree.Element:
    """The drawing as a tree; fails where it is not well-formed."""
    return ElementTree.fromstring(f"<div>{drawing}</div>")


def found(drawing: str, name: str) -> list[ElementTree.Element]:
    return [part for part in parsed(drawing).iter() if name in (part.get("class") or "").split(" ")]


def points(*values: float | None, state: str = "measured") -> list[charts.Point]:
    return [
        charts.Point(START + timedelta(days=30 * place), value, state)
        for place, value in enumerate(values)
    ]


EVERY: list[Callable[[], SafeString | None]] = [
    lambda: charts.sparkline([1, None, 3], title="Air <b>"),
    lambda: charts.track(points(1, None, 3), points(2, 4), title="Air <b>", unit="cm"),
    lambda: charts.bars([charts.Bar("A <b>", 3, 4), charts.Bar("B", None)], title="Air <b>"),
    lambda: charts.split([charts.Part("late", 2)], title="Air <b>"),
    lambda: charts.split([], title="Air <b>"),
    lambda: charts.ring(40, title="Air <b>"),
    lambda: charts.ring(None, title="Air <b>"),
    lambda: charts.progress(40, title="Air <b>", planned=60),
    lambda: charts.progress(None, title="Air <b>"),
    lambda: charts.city_map([charts.MapArea("A <b>", SQUARE, "/x/")], title="Air <b>"),
]


@pytest.mark.parametrize("draw", EVERY)
def test_a_drawing_is_well_formed_without_style_and_says_its_name(
    draw: Callable[[], SafeString | None],
) -> None:
    drawing = draw()
    assert drawing is not None
    assert "style=" not in drawing
    assert "Air &lt;b&gt;" in drawing
    pictures = [part for part in parsed(drawing).iter("svg") if part.get("role")]
    for picture in pictures:
        title = picture.find("title")
        assert title is not None
        assert title.get("id") in str(picture.get("aria-labelledby")).split()


def test_a_gap_is_drawn_as_a_gap() -> None:
    whole = charts.sparkline([1, 2, 3, 4], title="x")
    broken = charts.sparkline([1, 2, None, 4, 5], title="x")
    assert len(found(whole, "spark__line")) == 1
    assert len(found(broken, "spark__line")) == 2


def test_values_far_apart_are_not_joined() -> None:
    course = points(1, 2, 3)
    joined = charts.track(course, title="x")
    apart = charts.track(course, title="x", longest_gap=timedelta(days=20))
    assert len(found(joined, "chart__actual")) == 1
    assert len(found(apart, "chart__actual")) == 3


def test_a_sparkline_of_nothing_says_so() -> None:
    assert "belum ada data" in charts.sparkline([None, None], title="x")
    assert "Belum ada nilai" in charts.track([], title="x")


def test_zero_is_drawn_and_is_not_nothing() -> None:
    drawing = charts.bars([charts.Bar("nol", 0), charts.Bar("kosong", None)], title="x", unit="cm")
    assert len(found(drawing, "bars__fill")) == 1
    assert "0 cm" in drawing
    assert "tidak ada data" in drawing


def test_a_track_tells_its_course_and_its_target_in_words() -> None:
    drawing = charts.track(points(10, 12.5), points(9, 20), title="Air", unit="cm", decimals=1)
    told = parsed(drawing).find(".//desc")
    assert told is not None
    assert told.text == (
        "Dari 10,0 pada 1 Jan 2026 menjadi 12,5 cm pada 31 Jan 2026. "
        "Targetnya 20,0 cm pada 31 Jan 2026."
    )


def test_a_provisional_value_is_drawn_hollow_and_explained() -> None:
    drawing = charts.track(
        [*points(1, 2), charts.Point(date(2026, 3, 2), 3, "provisional")], title="x"
    )
    assert len(found(drawing, "chart__dot--hollow")) == 1
    assert len(found(drawing, "key--hollow")) == 1


def test_targets_are_marked_even_where_nothing_was_measured() -> None:
    drawing = charts.track([], points(5, 10), title="x")
    assert len(found(drawing, "chart__goal")) == 2
    assert found(drawing, "key--actual") == []


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        (timedelta(hours=20), r"\d\d\.\d\d"),
        (timedelta(days=90), r"\d{1,2} [A-Z][a-z]{2}"),
        (timedelta(days=1500), r"20\d\d"),
    ],
)
def test_the_dates_below_fit_the_length_of_the_course(span: timedelta, expected: str) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    course = [charts.Point(start, 1), charts.Point(start + span, 2)]
    dates = [part.text for part in found(charts.track(course, title="x"), "chart__date")]
    assert dates
    assert all(re.fullmatch(expected, str(text)) for text in dates)


def test_many_values_get_one_dot_at_the_end() -> None:
    many = [charts.Point(START + timedelta(days=place), place) for place in range(200)]
    assert len(found(charts.track(many, title="x"), "chart__dot")) == 1


def test_a_share_stays_within_the_whole() -> None:
    fronts = found(charts.progress(140, title="x"), "progress__front")
    assert [front.get("width") for front in fronts] == ["100.00%"]


def test_not_reported_is_not_zero() -> None:
    unknown, zero = charts.progress(None, title="x"), charts.progress(0, title="x")
    assert "belum dilaporkan" in unknown
    assert found(unknown, "progress__front") == []
    assert "0 %" in zero
    assert found(charts.ring(None, title="x"), "ring--unknown")


def test_a_split_gives_each_state_its_share() -> None:
    drawing = charts.split(
        [charts.Part("done", 1), charts.Part("late", 3), charts.Part("draft", 0)], title="Aksi"
    )
    assert [part.get("width") for part in found(drawing, "split__part")] == ["25.00%", "75.00%"]
    assert "1 selesai, 3 terlambat" in drawing


def test_a_map_shows_areas_and_markers_by_shape_and_word() -> None:
    markers = [
        charts.Marker("Hulu", 106.1, -2.1, "measured", "/a/"),
        charts.Marker("Hilir", 106.15, -2.15, "stale"),
    ]
    drawing = charts.city_map([charts.MapArea("Rangkui", SQUARE)], markers, title="Peta")
    assert drawing is not None
    assert [part.tag for part in found(drawing, "map__marker")] == ["circle", "path"]
    assert "Hulu: terukur" in drawing
    assert "Hilir: usang" in drawing
    assert 'role="group"' in drawing


def test_a_map_keeps_north_up_and_east_right() -> None:
    markers = [charts.Marker("utara-timur", 106.2, -2.0), charts.Marker("barat-selatan", 106, -2.2)]
    drawing = charts.city_map([charts.MapArea("Rangkui", SQUARE)], markers, title="Peta")
    assert drawing is not None
    first, second = found(drawing, "map__marker")
    assert float(str(first.get("cx"))) > float(str(second.get("cx")))
    assert float(str(first.get("cy"))) < float(str(second.get("cy")))


def test_a_map_of_nothing_is_no_map() -> None:
    assert charts.city_map([], title="Peta") is None
    assert charts.city_map([charts.MapArea("x", {"type": "Point"})], title="Peta") is None


def test_islands_belong_to_one_area() -> None:
    islands = {"type": "MultiPolygon", "coordinates": [SQUARE["coordinates"]] * 2}
    drawing = charts.city_map([charts.MapArea("Pulau", islands)], title="Peta")
    assert drawing is not None
    (area,) = found(drawing, "map__area")
    assert str(area.get("d")).count("Z") == 2


@given(st.floats(-1e9, 1e9), st.floats(0, 1e9))
def test_ticks_span_the_values_with_few_round_numbers(low: float, width: float) -> None:
    marks = ticks(low, low + width)
    assert 2 <= len(marks) <= 8
    assert marks == sorted(marks)
    slack = 1e-6 * max(1.0, abs(low), width)
    assert marks[0] <= low + slack
    assert marks[-1] >= low + width - slack
