"""Items on the red thread, what follows from the facts, and what the shell is handed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import RequestFactory

from simpul.desk import thread
from simpul.desk.models import Link, Obligation
from simpul.evaluation import operations, shell
from simpul.evaluation.derived import duties, ties
from simpul.evaluation.knots import ItemKnots
from simpul.evaluation.models import Evaluation, Stage
from simpul.government.models import Region
from simpul.kernel.ids import Kind, Urn
from tests import factories as city
from tests.evaluation import factories as make
from tests.factories import NOW, Right

pytestmark = pytest.mark.django_db


def proven_by_an_action() -> tuple[Evaluation, Urn]:
    evaluation = make.evaluation()
    make.query("actions", {})
    action = make.action()
    make.update(action)
    operations.refresh_proposals(evaluation=evaluation, now=NOW)
    return evaluation, action.urn


def test_an_item_has_the_thread_of_the_action_that_proves_it() -> None:
    evaluation, action = proven_by_an_action()
    team = city.walker(city.smart_city_team())
    walked = thread.walk(evaluation.item_urn(1), team)
    stages = {stage.kind: [knot.urn for knot in stage.knots] for stage in walked.stages}
    assert stages[Kind.ACTION] == [action]
    [beside] = [stage for stage in walked.beside if stage.kind is Kind.ITEM]
    assert beside.present
    assert beside.knots[0].label.startswith("1. Apakah Master Plan Smart City")


def test_an_action_shows_the_item_it_proves_to_insiders_only() -> None:
    evaluation, action = proven_by_an_action()
    team = city.walker(city.smart_city_team())
    outsider = city.walker(city.official(rights=[Right.SEE]))

    def items(walker: object) -> list[Urn]:
        walked = thread.walk(action, walker)  # type: ignore[arg-type]
        return [knot.urn for stage in walked.beside for knot in stage.knots]

    assert items(team) == [evaluation.item_urn(1)]
    assert items(outsider) == []
    assert items(city.walker()) == []


def test_a_knot_says_whether_its_item_has_a_value() -> None:
    evaluation, _action = proven_by_an_action()
    operations.accept_proposal(proposal=evaluation.proposals.get(), now=NOW)
    team = city.walker(city.smart_city_team())
    urns = [evaluation.item_urn(1), evaluation.item_urn(2), Urn("19.71", Kind.ITEM, "x.y")]
    found = ItemKnots().knots(urns, team)
    assert {urn.key.split(".")[1]: knot.state for urn, knot in found.items()} == {
        "1": "approved",
        "2": "not_started",
    }


def test_links_and_duties_follow_from_the_facts_at_every_step() -> None:
    evaluation, _action = proven_by_an_action()
    query = make.query("meetings", {"body": "dewan"}, for_item="baseline.perencanaan.1_2_1")

    def agree() -> bool:
        stored = {
            (row.from_urn, row.to_urn) for row in Link.objects.filter(kind="proves", valid_to=None)
        }
        owed = {
            (row.subject, row.reason, row.post_id, row.due)
            for row in Obligation.objects.filter(settled_at=None)
        }
        told = {(str(d.subject), d.reason, d.post, d.due) for d in duties(NOW)}
        return stored == {(str(t.upper), str(t.lower)) for t in ties()} and owed == told

    assert agree()
    operations.refresh_proposals(evaluation=evaluation, now=NOW)
    assert agree()
    make.meeting(date(2026, 5, 1))
    operations.refresh_proposals(evaluation=evaluation, now=NOW + timedelta(hours=1))
    assert agree()
    operations.retire_query(query=query, now=NOW + timedelta(hours=2))
    assert agree()
    operations.advance(evaluation=evaluation, stage=Stage.DESK, now=NOW)
    assert agree()
    operations.close_evaluation(evaluation=evaluation, now=NOW)
    assert agree()


def test_search_finds_questions_in_the_reader_s_language() -> None:
    make.instrument()
    request = RequestFactory().get("/cari/")
    request.region = city.region()  # type: ignore[attr-defined]
    request.LANGUAGE_CODE = "id"
    [hit] = shell.search_items(request, "payung hukum", limit=5)
    assert hit.address == "/19.71/instrumen/smart-city-2022/#butir-1"
    assert shell.search_items(request, "  ", limit=5) == []
    request.LANGUAGE_CODE = "en"
    assert [hit.label for hit in shell.search_items(request, "net enrolment", limit=5)]


def test_city_panel_shows_published_results_where_there_are_any() -> None:
    city.region("35.07")
    make.instrument("spbe-2020")
    operations.import_published_results()
    request = RequestFactory().get("/")
    request.region = Region.objects.get(code="35.07")  # type: ignore[attr-defined]
    panel = shell.results_panel(request)
    assert panel is not None
    assert "2,94" in panel or "2.94" in panel
    unlisted = Region(code="99.99", name="Kota Baru")
    request.region = unlisted  # type: ignore[attr-defined]
    assert shell.results_panel(request) is None
