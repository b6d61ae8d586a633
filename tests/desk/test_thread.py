from __future__ import annotations

import json

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from simpul.desk import documents, evidence, thread
from simpul.desk.models import Link
from simpul.desk.thread import Tie
from simpul.government.access import STRANGER
from simpul.kernel.ids import Kind, Urn
from tests import factories
from tests.desk import world
from tests.desk.world import ACTION, CLAUSE, FEED, INDICATOR, ITEM, LINE, READING, RUN, VALUE
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def source(monkeypatch: pytest.MonkeyPatch) -> world.Source:
    """The only room with stages; the desk's own evidence and documents stay."""
    monkeypatch.setattr(thread, "_sources", dict(thread._sources))
    monkeypatch.setattr(thread, "_steppers", {})
    desk = thread._sources[Kind.EVIDENCE]
    thread.register(desk)
    source = world.Source()
    thread.register(source)
    world.tie_line()
    return source


def walk(urn: Urn) -> thread.Thread:
    return thread.walk(urn, STRANGER)


@pytest.mark.parametrize("start", LINE)
def test_from_any_knot_one_comes_to_both_ends(start: Urn, source: world.Source) -> None:
    walked = walk(start)
    assert world.keys(walked) == {str(urn.kind): [urn.key] for urn in (*LINE, ITEM)}
    assert [stage.kind for stage in walked.stages if stage.present] == [start.kind]
    assert walked.is_tied


def test_from_an_item_one_sees_the_line_of_what_it_proves(source: world.Source) -> None:
    walked = walk(ITEM)
    assert world.keys(walked)["reading"] == [READING.key]
    assert world.keys(walked)["clause"] == [CLAUSE.key]
    assert walked.beside[0].present


def test_a_walk_never_goes_sideways(source: world.Source) -> None:
    other = world.urn(Kind.INDICATOR, "2")
    thread.tie(ACTION, other, kind="test", now=NOW)
    assert world.keys(walk(VALUE))["indicator"] == [INDICATOR.key]
    assert world.keys(walk(ACTION))["indicator"] == ["1", "2"]


def test_each_stage_costs_one_query_for_links(
    source: world.Source, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(30):
        indicator = world.urn(Kind.INDICATOR, f"x{number}")
        value = world.urn(Kind.VALUE, f"x{number}")
        thread.tie(ACTION, indicator, kind="test", now=NOW)
        thread.tie(indicator, value, kind="test", now=NOW)
    with django_assert_num_queries(len(LINE) + 2):
        walked = walk(CLAUSE)
    assert walked.stages[3].total == 31


def test_what_may_not_be_seen_leaves_no_trace(source: world.Source) -> None:
    second = world.urn(Kind.ACTION, "2")
    thread.tie(CLAUSE, second, kind="test", now=NOW)
    source.hidden = {ACTION}

    walked = walk(CLAUSE)

    assert world.keys(walked) == {"clause": ["1"], "action": ["2"]}
    assert [stage.total for stage in walked.stages] == [1, 1, 0, 0, 0, 0, 0, 0]
    assert world.keys(walk(INDICATOR)).get("clause") is None


def test_from_something_hidden_nothing_is_told(source: world.Source) -> None:
    source.hidden = {VALUE}
    walked = walk(VALUE)
    assert not walked.is_tied
    assert world.keys(walked) == {}


def test_a_link_that_ended_leads_nowhere(source: world.Source) -> None:
    thread.untie(CLAUSE, ACTION, kind="test", now=NOW)
    assert "clause" not in world.keys(walk(ACTION))
    assert Link.objects.get(from_urn=str(CLAUSE)).valid_to == NOW


def test_tying_twice_ties_once(source: world.Source) -> None:
    thread.tie(CLAUSE, ACTION, kind="test", now=NOW)
    assert Link.objects.filter(from_urn=str(CLAUSE)).count() == 1


def test_a_wide_stage_is_cut_and_says_so(source: world.Source) -> None:
    source.readings[RUN] = {world.urn(Kind.READING, f"7-{n}-0") for n in range(thread.WIDEST + 50)}
    readings = walk(RUN).stages[5]
    assert (readings.total, readings.cut) == (thread.WIDEST, True)


def test_evidence_has_the_thread_of_what_it_proves(source: world.Source) -> None:
    factories.region()
    update = world.urn(Kind.UPDATE)
    thread.tie(ACTION, update, kind="reports", now=NOW)
    row = evidence.add_link(
        "https://contoh.go.id/", subject=update, now=NOW, by=STRANGER, is_public=True
    )
    walked = walk(row.urn)
    assert world.keys(walked)["clause"] == ["1"]
    assert world.keys(walked)["feed"] == ["1"]
    assert not any(stage.present for stage in walked.stages)


def test_a_document_hangs_on_what_it_is_about(source: world.Source) -> None:
    row = documents.add_document(
        region=factories.region(), kind="sk", title="SK", subject=ACTION, now=NOW
    )
    assert world.keys(walk(row.urn))["action"] == ["1"]


def test_the_table_can_be_made_again_from_the_facts(
    source: world.Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(thread, "_links", {})
    told = [Tie(CLAUSE, ACTION, "carries"), Tie(ACTION, INDICATOR, "measures")]
    thread.links_from("programme", lambda: told)
    Link.objects.all().delete()
    thread.tie(CLAUSE, ACTION, kind="carries", now=NOW)
    thread.tie(VALUE, RUN, kind="invented", now=NOW)

    assert thread.differences() == ({told[1]}, {Tie(VALUE, RUN, "invented")})
    assert thread.rebuild(now=NOW) == (1, 1)
    assert thread.differences() == (set(), set())
    assert thread.rebuild(now=NOW) == (0, 0)


def page(address: str) -> str:
    answer = Client().get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_the_walk_page_lists_every_stage(source: world.Source) -> None:
    factories.region()
    html = page(f"/19.71/telusur/?dari={VALUE}")
    for urn in LINE:
        assert urn.address in html or urn == VALUE
    assert f"{VALUE.kind} 1" in html


def test_a_stage_can_be_paged_through(source: world.Source) -> None:
    factories.region()
    source.readings[RUN] = {world.urn(Kind.READING, f"7-{n}-0") for n in range(120)}
    overview = page(f"/19.71/telusur/?dari={RUN}")
    assert "Lihat semua 120" in overview
    last = page(f"/19.71/telusur/?dari={RUN}&tahap=reading&halaman=3")
    assert last.count("/19.71/bacaan/") == 20
    assert "Halaman 3 dari 3" in last
    assert page(f"/19.71/telusur/?dari={RUN}&tahap=reading&halaman=99").count("bacaan/7") == 20


def test_the_walk_comes_as_json_and_csv(source: world.Source) -> None:
    factories.region()
    table = json.loads(page(f"/19.71/telusur/data.json?dari={FEED}"))
    assert [row["stage"] for row in table["rows"]] == [str(u.kind) for u in (*LINE, ITEM)]
    assert [row["urn"] for row in table["rows"] if row["present"]] == [str(FEED)]
    assert len(page(f"/19.71/telusur/data.csv?dari={FEED}").splitlines()) == 1 + len(LINE) + 1


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 400),
        ("?dari=nonsense", 400),
        ("?dari=urn:simpul:64.09:action:1", 400),
        ("?dari=urn:simpul:19.71:milestone:1", 404),
    ],
)
def test_a_walk_from_nowhere_is_told(query: str, status: int, source: world.Source) -> None:
    factories.region()
    assert Client().get(f"/19.71/telusur/{query}").status_code == status


def test_a_walk_from_something_hidden_looks_like_one_from_nothing(source: world.Source) -> None:
    factories.region()
    source.hidden = {VALUE}
    assert Client().get(f"/19.71/telusur/?dari={VALUE}").status_code == 404
