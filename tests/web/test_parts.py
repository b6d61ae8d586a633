"""The parts of every page: states, dimensions, the thread, live parts, links to data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.paginator import Paginator
from django.template import TemplateSyntaxError
from django.utils import timezone, translation

from simpul.kernel.ids import Kind, Urn
from simpul.web import charts, icons
from simpul.web.registry import registry
from simpul.web.states import STATES, Tone
from tests.web.pages import Element, render

SINCE = datetime(2026, 11, 21, 7, 5, tzinfo=UTC)


@dataclass
class Knot:
    urn: Urn
    label: str
    url: str = ""
    state: str | None = None


@dataclass
class Stage:
    kind: Kind
    knots: Sequence[Knot] = ()
    total: int = 0
    present: bool = False
    cut: bool = False


@dataclass
class Thread:
    urn: Urn
    stages: Sequence[Stage]
    beside: Sequence[Stage] = ()


@dataclass
class Category:
    name: str
    mark: str = ""
    parent: Any = None


def urn(kind: Kind, key: str = "a") -> Urn:
    return Urn("19.71", kind, key)


# --- states -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", STATES)
def test_a_state_is_a_shape_a_tone_and_a_word(name: str) -> None:
    state = render("{% state name %}", name=name).one("span", class_="state")
    assert state.one("svg").attributes["aria-hidden"] == "true"
    assert state.text == str(STATES[name].label)
    assert f"state--{STATES[name].tone}" in state.classes


def test_a_state_says_since_when_in_the_zone_of_the_page() -> None:
    with timezone.override("Asia/Makassar"):
        assert render("{% state 'stale' at %}", at=SINCE).text == (
            "usang sejak 21 Nov 2026, 15.05 WITA"
        )
    assert render("{% state 'late' at %}", at=date(2026, 3, 1)).text == "terlambat sejak 1 Mar 2026"


def test_a_state_that_nobody_described_keeps_its_name() -> None:
    state = render("{% state 'half_open' %}").one("span")
    assert state.text == "half open"
    assert f"state--{Tone.QUIET}" in state.classes


def test_a_state_speaks_the_readers_language() -> None:
    with translation.override("en"):
        assert render("{% state 'out_of_contract' %}").text == "out of contract"
    assert render("{% state 'out_of_contract' %}").text == "di luar kesepakatan"


# --- dimensions ---------------------------------------------------------------------------------


@pytest.mark.parametrize("mark", ["4", "living"])
def test_a_sub_dimension_wears_the_mark_of_its_dimension(mark: str) -> None:
    upper = Category("Smart Living", mark)
    shown = render("{% dimension it %}", it=Category("Siaga bencana", parent=upper))
    assert shown.text == "Siaga bencana"
    assert shown.one("svg", class_="mark--4")


def test_a_category_of_another_tree_has_a_name_and_no_mark() -> None:
    shown = render("{% dimension it %}", it=Category("Prioritas daerah", "pasar"))
    assert shown.text == "Prioritas daerah"
    assert shown.all("svg") == []


def test_no_dimension_is_said() -> None:
    assert render("{% dimension it %}", it=None).text == "tanpa dimensi"


# --- icons --------------------------------------------------------------------------------------


def test_an_icon_with_a_label_speaks_and_one_without_is_silent() -> None:
    assert render("{% icon 'search' 'Cari' %}").one("svg").attributes["aria-label"] == "Cari"
    assert render("{% icon 'search' %}").one("svg").attributes["aria-hidden"] == "true"


def test_an_icon_that_does_not_exist_is_an_error_of_the_page() -> None:
    with pytest.raises(KeyError):
        icons.icon("no-such-icon")


# --- the thread ---------------------------------------------------------------------------------


@pytest.fixture
def walked() -> Iterator[None]:
    """The walk page stands where a room says."""
    before = registry.walk
    registry.walk = lambda of: f"/walk/{of.key}/"
    yield
    registry.walk = before


def strands(page: Element) -> list[Element]:
    return page.one("ol", class_="thread__line").all("li")


def whole() -> Thread:
    action = Knot(urn(Kind.ACTION), "Alat ukur", "/19.71/aksi/a/", "on_track")
    other = Knot(urn(Kind.ACTION, "b"), "Peringatan", "/19.71/aksi/b/")
    return Thread(
        action.urn,
        [
            Stage(Kind.CLAUSE, [Knot(urn(Kind.CLAUSE), "Butir 1", "/19.71/butir/a/", "signed")], 1),
            Stage(Kind.ACTION, [other, action], 2, present=True),
            Stage(Kind.INDICATOR),
            Stage(Kind.VALUE),
        ],
    )


@pytest.mark.usefixtures("walked")
def test_the_thread_is_an_ordered_list_whose_present_knot_is_marked() -> None:
    clause, action, indicator, value = strands(render("{% thread it %}", it=whole()))
    assert clause.one("a", class_="strand__label").attributes["href"] == "/19.71/butir/a/"
    assert action.attributes["aria-current"] == "page"
    assert action.one("span", class_="strand__label").text == "Alat ukur"
    assert action.all("a", class_="strand__label") == []
    assert "belum terikat" in indicator.text
    assert "belum terikat" in value.text


@pytest.mark.usefixtures("walked")
def test_more_knots_on_a_stage_lead_to_the_walk() -> None:
    action = strands(render("{% thread it %}", it=whole()))[1]
    more = action.one("a", class_="strand__more")
    assert more.text.startswith("+1")
    assert more.attributes["href"] == "/walk/a/#action"


def test_the_line_is_whole_only_as_far_as_something_is_tied() -> None:
    clause, action, indicator, value = strands(render("{% thread it %}", it=whole()))
    assert "strand--leads" in clause.classes
    assert "strand--leads" not in action.classes
    assert "strand--loose" in indicator.classes
    assert "strand--ends" in value.classes


def test_what_stands_beside_the_line_comes_last_and_only_where_it_is() -> None:
    item = Knot(urn(Kind.ITEM), "Butir 3.2", "/19.71/penilaian/a/")
    thread = whole()
    assert len(strands(render("{% thread it %}", it=thread))) == 4
    thread.beside = [Stage(Kind.ITEM, [item], 1)]
    assert "strand--beside" in strands(render("{% thread it %}", it=thread))[-1].classes


def test_more_than_a_walk_looks_at_is_said() -> None:
    thread = whole()
    thread.stages[1].cut = True
    assert "+1…" in strands(render("{% thread it %}", it=thread))[1].text


def test_without_a_thread_nothing_is_drawn() -> None:
    assert render("{% thread it %}", it=None).text == ""


# --- live parts ---------------------------------------------------------------------------------


def test_a_live_part_knows_its_topic_and_where_it_is_fetched() -> None:
    topic = urn(Kind.INDICATOR)
    part = render("{% live '/19.71/ubin/a/' topic %}42{% endlive %}", topic=topic).one("div")
    assert part.text == "42"
    assert part.attributes["data-live"] == str(topic)
    assert part.attributes["hx-get"] == "/19.71/ubin/a/"
    assert part.attributes["hx-select"] == f"#{part.attributes['id']}"


def test_two_live_parts_of_one_topic_have_names_of_their_own() -> None:
    text = "{% live '/a/' 'x' %}1{% endlive %}{% live '/b/' 'x' %}2{% endlive %}"
    first, second = (part.attributes["id"] for part in render(text).all("div"))
    assert first != second
    assert [part.attributes["id"] for part in render(text).all("div")] == [first, second]


def test_a_live_part_hears_of_several_topics() -> None:
    part = render("{% live '/a/' one two %}1{% endlive %}", one="x", two="y").one("div")
    assert part.attributes["data-live"] == "x y"


def test_a_live_part_without_a_topic_is_an_error_of_the_page() -> None:
    with pytest.raises(TemplateSyntaxError):
        render("{% live '/a/' %}1{% endlive %}")


# --- numbers and their data ---------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/19.71/aksi/", "/19.71/aksi/?jenis=quick_win"])
def test_the_data_stands_beside_the_page(address: str) -> None:
    links = render("{% data_links url '/m/' %}", url=address).all("a")
    query = address.partition("?")[2]
    tail = f"?{query}" if query else ""
    assert [link.attributes["href"] for link in links] == [
        f"/19.71/aksi/data.csv{tail}",
        f"/19.71/aksi/data.json{tail}",
        "/m/",
    ]


def test_counts_name_every_state_that_is_there() -> None:
    parts = [charts.Part("done", 2), charts.Part("late", 1), charts.Part("draft", 0)]
    shown = render("{% counts parts 'Aksi' %}", parts=parts)
    assert [line.text for line in shown.all("li")] == ["2 selesai", "1 terlambat"]


def test_a_moment_has_its_exact_time_behind_it() -> None:
    told = render("{% when at %}", at=SINCE).one("time")
    assert told.attributes["datetime"] == "2026-11-21T07:05:00Z"
    assert "21 Nov 2026" in told.attributes["title"]
    assert render("{% when at %}", at=None).text == "belum pernah"
    assert render("{{ at|ago }}", at=None).text == "belum pernah"


def test_filters_give_plain_text() -> None:
    facts: dict[str, Any] = {"n": 1234.5, "rp": 1_500_000_000, "d": date(2026, 8, 5), "m": SINCE}
    with timezone.override("Asia/Jakarta"):
        shown = render(
            "{{ n|number:1 }}|{{ n|number }}|{{ rp|rupiah }}|{{ rp|rupiah_short }}|{{ d|day }}"
            "|{{ m|moment }}|{{ m|clock }}",
            **facts,
        )
    assert shown.text == (
        "1.234,5|1.234,5|Rp1.500.000.000|Rp1,5 miliar|5 Agu 2026|21 Nov 2026, 14.05 WIB|14.05"
    )


def test_a_chart_and_a_ring_are_parts_too() -> None:
    course = [charts.Point(date(2026, 1, 1) + timedelta(days=each), each) for each in range(3)]
    shown = render(
        "{% chart course title='Air' unit='cm' %}{% ring 40 %}{% progress 40 %}{% spark none %}",
        course=course,
        none=[],
    )
    assert shown.one("figure", class_="chart")
    assert shown.one("svg", class_="ring")
    assert shown.one("span", class_="progress")
    assert shown.one("span", class_="spark--empty")


# --- moving about -------------------------------------------------------------------------------


def test_a_column_sorts_one_way_and_then_the_other_and_keeps_the_filter() -> None:
    head = "{% sort_head 'Nama' 'nama' %}"
    first = render(head, "/19.71/aksi/?q=air&hal=3").one("th")
    assert first.attributes["aria-sort"] == "none"
    assert first.one("a").attributes["href"] == "?q=air&urut=nama"
    second = render(head, "/19.71/aksi/?q=air&urut=nama").one("th")
    assert second.attributes["aria-sort"] == "ascending"
    assert second.one("a").attributes["href"] == "?q=air&urut=-nama"
    third = render(head, "/19.71/aksi/?urut=-nama").one("th")
    assert third.attributes["aria-sort"] == "descending"


def test_a_columns_unit_may_be_a_percent_sign() -> None:
    head = "{% sort_head _('How far is it? (%)') 'persen' numeric=True %}"
    assert render(head).one("th", class_="num").text == "Sudah sejauh mana? (%)"


def test_pages_lead_to_their_neighbours_and_keep_the_filter() -> None:
    page = Paginator(range(30), 10).page(2)
    shown = render("{% pages page %}", "/x/?q=air&hal=2", page=page)
    assert [link.attributes["href"] for link in shown.all("a")] == ["?q=air&hal=1", "?q=air&hal=3"]
    assert "halaman 2 dari 3" in shown.text
    assert render("{% pages page %}", page=Paginator([1], 10).page(1)).text == ""


def test_crumbs_lead_back() -> None:
    shown = render("{% crumbs 'Aksi' '/19.71/aksi/' 'Ini' %}")
    assert [step.text for step in shown.all("li")] == ["Aksi", "Ini"]
    assert [link.attributes["href"] for link in shown.all("a")] == ["/19.71/aksi/"]
