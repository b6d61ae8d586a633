"""Evidence queries: what each kind finds, what it proposes, and what is owed where nothing is."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from simpul.desk.models import Link, Obligation, OutboxEvent
from simpul.evaluation import operations, queries
from simpul.evaluation.errors import EvaluationClosed, QueryFaulty
from simpul.evaluation.models import Evaluation, EvidenceQuery, Proposal
from tests import factories as city
from tests.evaluation import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db

FIRST = "baseline.perencanaan.1_1_1"
LATER = NOW + timedelta(hours=1)


def proposed(evaluation: Evaluation) -> Proposal:
    """The one proposal in force after a refresh."""
    operations.refresh_proposals(evaluation=evaluation, now=NOW)
    return evaluation.proposals.get(superseded_at=None)


def urns(proposal: Proposal) -> list[str]:
    return [row["urn"] for row in proposal.proof]


# --- adopted document ---------------------------------------------------------------------------


def test_adopted_document_in_force_proposes_a_level_with_its_proof() -> None:
    evaluation = make.evaluation()
    make.query("document", {"document_kind": "perkada"})
    paper = make.document()
    found = proposed(evaluation)
    assert found.level == 2
    assert urns(found) == [str(paper.urn)]
    assert found.sentence_en == (
        "1 adopted document of the kind “regulation of the head of region” was in force in 2026: "
        "“Peraturan Wali Kota Nomor 17 Tahun 2024: Rencana Induk Kota Cerdas”."
    )
    assert "Rencana Induk Kota Cerdas" in found.sentence_id
    assert found.sentence_id != found.sentence_en


@pytest.mark.parametrize(
    "details",
    [
        {"adopted": False},
        {"dated": date(2027, 1, 1)},
        {"valid_to": date(2025, 12, 31)},
        {"kind": "sk"},
        {"title": "Ketertiban umum"},
    ],
)
def test_document_that_does_not_fit_proves_nothing(details: dict[str, Any]) -> None:
    evaluation = make.evaluation()
    make.query("document", {"document_kind": "perkada", "title": "kota cerdas"})
    make.document(**details)
    found = proposed(evaluation)
    assert found.level == 0
    assert found.proof == []


# --- meetings -----------------------------------------------------------------------------------


def test_only_meetings_of_the_body_in_the_year_with_minutes_count() -> None:
    evaluation = make.evaluation()
    make.query("meetings", {"body": "dewan"})
    held = [make.meeting(date(2026, month, 3)) for month in (2, 5, 9)]
    make.meeting(date(2026, 10, 1), minutes=False)
    make.meeting(date(2025, 10, 1))
    make.meeting(body="forum")
    found = proposed(evaluation)
    assert found.measured == 3
    assert found.level == 4
    assert urns(found) == [str(meeting.urn) for meeting in held]
    assert found.sentence_en.endswith("1 meeting without minutes does not count.")


# --- values of an indicator ---------------------------------------------------------------------


def test_published_values_of_an_indicator_are_counted() -> None:
    evaluation = make.evaluation()
    response = make.indicator(target="15")
    make.query("indicator", {"indicator": response.key})
    values = [make.value(response, month, "12") for month in (1, 2, 12)]
    found = proposed(evaluation)
    assert found.measured == 3
    assert urns(found) == [str(value.urn) for value in values]


def test_share_of_values_that_meet_their_target_can_be_the_measure() -> None:
    evaluation = make.evaluation()
    response = make.indicator(target="15")
    rule = [{"at_least": "50", "level": "3"}, {"at_least": "100", "level": "4"}]
    make.query("indicator", {"indicator": response.key, "measure": "met"}, rule=rule)
    for month, number in enumerate(("12", "14", "20"), start=1):
        make.value(response, month, number)
    found = proposed(evaluation)
    assert found.measured == Decimal("66.67")
    assert found.level == 3


# --- actions ------------------------------------------------------------------------------------


def test_action_runs_when_an_update_was_accepted_or_a_milestone_done_in_the_year() -> None:
    evaluation = make.evaluation()
    living = make.category("smart_living")
    make.query(
        "actions",
        {"dimension": "smart_living", "measure": "share"},
        rule=[
            {"at_least": "25", "level": "2"},
            {"at_least": "50", "level": "3"},
        ],
    )
    reported = make.action(of=living)
    make.update(reported)
    stepped = make.action("Ambulans 119", of=make.category("health", parent=living))
    make.milestone(stepped, date(2026, 3, 1))
    silent = make.action("Taman baca", of=living)
    make.update(silent, observed_on=date(2025, 12, 1))
    make.milestone(silent, None)
    returned = make.action("Jalur sepeda", of=living)
    make.update(returned, state="returned")
    make.update(make.action("Pasar daring", of=make.category("smart_economy")))
    found = proposed(evaluation)
    assert set(urns(found)) == {str(reported.urn), str(stepped.urn)}
    assert found.measured == 50
    assert found.level == 3
    assert "2 of 4 actions (Smart Living) planned for 2026 ran" in found.sentence_en


def test_quick_wins_that_ran_the_year_before_too_are_continued() -> None:
    evaluation = make.evaluation()
    make.query("actions", {"kind": "quick_win", "measure": "continued"})
    both = make.action(kind="quick_win", starts=date(2025, 1, 1))
    make.update(both, observed_on=date(2025, 6, 1))
    make.update(both)
    make.update(make.action("Baru", kind="quick_win"))
    make.update(make.action("Bukan", kind="action", starts=date(2025, 1, 1)))
    assert urns(proposed(evaluation)) == [str(both.urn)]


def test_new_quick_wins_are_those_that_began_in_the_year() -> None:
    evaluation = make.evaluation()
    make.query("actions", {"kind": "quick_win", "measure": "new"})
    old = make.action(kind="quick_win", starts=date(2025, 1, 1))
    new = make.action("Baru", kind="quick_win")
    for action in (old, new):
        make.update(action)
    assert urns(proposed(evaluation)) == [str(new.urn)]


def test_actions_of_the_year_before_can_be_looked_at() -> None:
    evaluation = make.evaluation()
    make.query("actions", {"strand": "application", "years_back": 1})
    action = make.action(strand="application", starts=date(2025, 1, 1))
    make.update(action, observed_on=date(2025, 6, 1))
    found = proposed(evaluation)
    assert found.measured == 1
    assert "2025" in found.sentence_en


def test_draft_action_proves_nothing() -> None:
    evaluation = make.evaluation()
    make.query("actions", {})
    make.update(make.action(state="draft"))
    assert proposed(evaluation).proof == []


# --- refreshing ---------------------------------------------------------------------------------


def test_refreshing_again_without_a_change_writes_nothing() -> None:
    evaluation = make.evaluation()
    make.query("document", {"document_kind": "perkada"})
    make.document()
    first = operations.refresh_proposals(evaluation=evaluation, now=NOW)
    events = OutboxEvent.objects.count()
    again = operations.refresh_proposals(evaluation=evaluation, now=LATER)
    assert (first.queries, first.changed, first.owed) == (1, 1, 0)
    assert (again.queries, again.changed, again.owed) == (1, 0, 0)
    assert Proposal.objects.count() == 1
    assert OutboxEvent.objects.count() == events
    evaluation.refresh_from_db()
    assert evaluation.refreshed_at == LATER


def test_a_different_find_supersedes_the_proposal_and_keeps_it() -> None:
    evaluation = make.evaluation()
    make.query("meetings", {"body": "dewan"})
    make.meeting(date(2026, 1, 5))
    before = proposed(evaluation)
    make.meeting(date(2026, 2, 5))
    make.meeting(date(2026, 3, 5))
    operations.refresh_proposals(evaluation=evaluation, now=LATER)
    before.refresh_from_db()
    assert before.superseded_at == LATER
    assert before.level == 2
    assert evaluation.proposals.get(superseded_at=None).level == 4


def test_missing_proof_is_owed_by_the_post_until_it_appears() -> None:
    evaluation = make.evaluation()
    query = make.query("document", {"document_kind": "perkada"})
    done = operations.refresh_proposals(evaluation=evaluation, now=NOW)
    owed = Obligation.objects.get(reason=query.reason)
    assert done.owed == 1
    assert owed.post == query.post
    assert owed.subject == str(evaluation.item_urn(1))
    assert owed.due == evaluation.self_due
    assert owed.title_en.startswith("Item 1 of the evaluation 2026 has no proof. No adopted doc")
    assert owed.title_id.startswith("Butir 1 evaluasi 2026 belum punya bukti.")
    make.document()
    operations.refresh_proposals(evaluation=evaluation, now=LATER)
    owed.refresh_from_db()
    assert owed.settled_at == LATER


def test_obligations_can_be_rebuilt_from_the_facts() -> None:
    evaluation = make.evaluation()
    make.query("document", {"document_kind": "perkada"})
    make.query("meetings", {"body": "dewan"}, for_item="baseline.perencanaan.1_2_1")
    make.meeting()
    operations.refresh_proposals(evaluation=evaluation, now=NOW)
    columns = ("subject", "post", "reason", "title_id", "title_en", "due")
    before = sorted(Obligation.objects.values_list(*columns))
    Obligation.objects.all().delete()
    operations.refresh_proposals(evaluation=evaluation, now=LATER)
    assert sorted(Obligation.objects.values_list(*columns)) == before
    assert len(before) == 2


def test_the_thread_leads_from_the_item_to_its_proof_and_follows_changes() -> None:
    evaluation = make.evaluation()
    make.query("document", {"document_kind": "perkada"})
    paper = make.document()
    operations.refresh_proposals(evaluation=evaluation, now=NOW)
    tied = Link.objects.filter(from_urn=str(evaluation.item_urn(1)), valid_to=None)
    assert [link.to_urn for link in tied] == [str(paper.urn)]
    paper.adopted = False
    paper.save()
    operations.refresh_proposals(evaluation=evaluation, now=LATER)
    assert not tied.all().exists()
    assert Link.objects.get(to_urn=str(paper.urn)).valid_to == LATER


def test_retired_query_takes_its_proposal_its_links_and_its_obligation_with_it() -> None:
    evaluation = make.evaluation()
    with_proof = make.query("document", {"document_kind": "perkada"})
    without = make.query("meetings", {"body": "dewan"})
    make.document()
    operations.refresh_proposals(evaluation=evaluation, now=NOW)
    for query in (with_proof, without):
        operations.retire_query(query=query, now=LATER)
    assert queries.offers(evaluation) == {}
    assert not Link.objects.filter(valid_to=None, kind="proves").exists()
    assert not Obligation.objects.filter(reason=without.reason, settled_at=None).exists()
    assert operations.refresh_proposals(evaluation=evaluation, now=LATER).queries == 0


def test_queries_of_items_outside_the_group_do_not_look() -> None:
    evaluation = make.evaluation("smart-city-2023", group="regular")
    operations.add_query(
        region=city.region(),
        item=make.item("collaboration.program.6_1_1", "smart-city-2023"),
        kind="actions",
        parameters={},
        rule=make.RULE,
        post=city.post(),
        now=NOW,
    )
    assert operations.refresh_proposals(evaluation=evaluation, now=NOW).queries == 0


def test_closed_evaluation_is_not_refreshed_and_owes_nothing() -> None:
    evaluation = make.evaluation()
    make.query("document", {"document_kind": "perkada"})
    operations.refresh_proposals(evaluation=evaluation, now=NOW)
    operations.close_evaluation(evaluation=evaluation, now=LATER)
    assert not queries.owed(evaluation).exists()
    with pytest.raises(EvaluationClosed):
        operations.refresh_proposals(evaluation=evaluation, now=LATER)
    assert operations.refresh_all(now=LATER).queries == 0


def test_all_open_evaluations_are_refreshed_at_once() -> None:
    make.evaluation()
    make.evaluation("smart-city-2023", group="regular")
    make.query("document", {"document_kind": "perkada"})
    assert operations.refresh_all(now=NOW).queries == 1
    assert operations.refresh_all(now=NOW, regions=["64.09"]).queries == 0


# --- queries that cannot be used ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "parameters", "told"),
    [
        ("satellite", {}, "cannot be used"),
        ("document", {}, "document_kind: "),
        ("document", {"document_kind": "novel"}, "document_kind: "),
        ("document", {"document_kind": "sk", "colour": "red"}, "colour: "),
        ("meetings", {"body": "arisan"}, "body: "),
        ("indicator", {"indicator": "nosuchkey1"}, "indicator: "),
        ("actions", {"strand": "dreams"}, "strand: "),
        ("actions", {"years_back": 7}, "years_back: "),
        ("actions", {"dimension": "smart_space"}, "dimension: "),
    ],
)
def test_query_with_unusable_parameters_is_refused(
    kind: str, parameters: dict[str, Any], told: str
) -> None:
    with pytest.raises(QueryFaulty, match=told):
        make.query(kind, parameters)
    assert not EvidenceQuery.objects.exists()


@pytest.mark.parametrize(
    "rule",
    [
        [],
        [{"at_least": "1"}],
        [{"at_least": "one", "level": "1"}],
        [{"at_least": "0", "level": "1"}],
        [{"at_least": "1", "level": "5"}],
        [{"at_least": "1", "level": "1.5"}],
        [{"at_least": "2", "level": "1"}, {"at_least": "1", "level": "2"}],
        [{"at_least": "1", "level": "3"}, {"at_least": "2", "level": "2"}],
    ],
)
def test_rule_that_does_not_climb_the_scale_is_refused(rule: list[dict[str, str]]) -> None:
    with pytest.raises(QueryFaulty):
        operations.add_query(
            region=city.region(),
            item=make.item(FIRST),
            kind="actions",
            parameters={},
            rule=rule,
            post=city.post(),
            now=NOW,
        )
    assert not EvidenceQuery.objects.exists()
