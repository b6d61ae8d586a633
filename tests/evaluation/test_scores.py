"""Scores of an evaluation: who gives them, which one counts, and what is left to do."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from simpul.desk.models import Obligation, OutboxEvent
from simpul.evaluation import operations, queries
from simpul.evaluation.errors import (
    EvaluationClosed,
    MarkOffScale,
    NotScoredFromItems,
    ProposalOutdated,
    ReasonMissing,
    StageUnknown,
)
from simpul.evaluation.models import Evaluation, Score, Stage
from simpul.government.models import AuditRow
from tests import factories as city
from tests.evaluation import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db

FIRST = "baseline.perencanaan.1_1_1"


def give(
    evaluation: Evaluation, value: str, *, key: str = FIRST, reason: str = "Perwal terbit"
) -> Score:
    item = evaluation.instrument.items.get(key=key)
    return operations.score_item(
        evaluation=evaluation, item=item, value=Decimal(value), reason=reason, now=NOW
    )


def offered(evaluation: Evaluation) -> Any:
    operations.refresh_proposals(evaluation=evaluation, now=NOW)
    return evaluation.proposals.get(superseded_at=None)


def test_the_newest_score_of_the_self_assessment_counts() -> None:
    evaluation = make.evaluation()
    give(evaluation, "1")
    give(evaluation, "3", reason="Setelah perubahan")
    given = queries.given_scores(evaluation, Stage.SELF)[FIRST]
    assert (str(given.value), given.marks) == ("3", 1)
    assert given.last.reason == "Setelah perubahan"
    history = queries.score_history(evaluation, FIRST)
    assert [row.value for row in history] == [3, 1]


def test_scores_are_append_only() -> None:
    score = give(make.evaluation(), "1")
    with pytest.raises(TypeError):
        score.save()
    with pytest.raises(TypeError):
        score.delete()


def test_accepting_a_proposal_takes_its_level_and_its_proof() -> None:
    evaluation = make.evaluation()
    make.query("document", {"document_kind": "perkada"})
    paper = make.document()
    proposal = offered(evaluation)
    score = operations.accept_proposal(proposal=proposal, now=NOW)
    assert score.value == 2
    assert score.proposal == proposal
    [proof] = queries.given_scores(evaluation, Stage.SELF)[FIRST].proof
    assert proof.address == paper.urn.address


def test_an_outdated_proposal_is_not_accepted() -> None:
    evaluation = make.evaluation()
    make.query("document", {"document_kind": "perkada"})
    proposal = offered(evaluation)
    make.document()
    operations.refresh_proposals(evaluation=evaluation, now=NOW)
    proposal.refresh_from_db()
    with pytest.raises(ProposalOutdated):
        operations.accept_proposal(proposal=proposal, now=NOW)


def test_another_level_needs_a_reason() -> None:
    evaluation = make.evaluation()
    with pytest.raises(ReasonMissing) as raised:
        give(evaluation, "4", reason="  ")
    assert raised.value.field == "reason"
    assert not evaluation.scores.exists()


@pytest.mark.parametrize("value", ["-1", "4.5", "5", "2.5"])
def test_value_off_the_scale_is_refused(value: str) -> None:
    with pytest.raises(MarkOffScale):
        give(make.evaluation(), value)


def test_pemdi_takes_fractions() -> None:
    evaluation = make.evaluation("pemdi-2026", group="all")
    score = give(evaluation, "1.26", key="data.i5", reason="Skor SDI dari Bappenas")
    assert queries.given_scores(evaluation, Stage.SELF)["data.i5"].value == Fraction("1.26")
    assert score.value == Decimal("1.26")


def test_the_value_of_an_assessed_item_is_the_mean_of_the_newest_marks() -> None:
    """As published for Kabupaten Malang in 2022: four whole marks, quarter steps."""
    evaluation = make.evaluation()
    operations.advance(evaluation=evaluation, stage=Stage.INTERVIEW, now=NOW)
    item = evaluation.instrument.items.get(key=FIRST)
    walkers = [city.walker(city.smart_city_team()) for _number in range(4)]
    for walker, mark in zip([*walkers, walkers[0]], (1, 3, 3, 2, 3), strict=True):
        operations.score_item(
            evaluation=evaluation,
            item=item,
            value=Decimal(mark),
            stage=Stage.INTERVIEW,
            now=NOW,
            by=walker,
        )
    given = queries.given_scores(evaluation, Stage.INTERVIEW)[FIRST]
    assert (given.value, given.marks) == (Fraction(11, 4), 4)


def test_malang_2022_as_marks_of_an_evaluation_gives_its_published_index(
    worked: dict[int, dict[str, Any]],
) -> None:
    """Marks of four assessors that have the published item values as their means."""
    evaluation = make.evaluation()
    operations.advance(evaluation=evaluation, stage=Stage.INTERVIEW, now=NOW)
    items = {item.key: item for item in evaluation.instrument.items.all()}
    accounts = [city.account() for _number in range(4)]
    rows = []
    for key, value in worked[2022]["items"].items():
        total = round(value * 4)
        marks = [total // 4 + (1 if seat < total % 4 else 0) for seat in range(4)]
        rows += [
            Score(
                evaluation=evaluation,
                item=items[key],
                stage=Stage.INTERVIEW,
                value=mark,
                by=account,
                at=NOW,
            )
            for account, mark in zip(accounts, marks, strict=True)
        ]
    Score.objects.bulk_create(rows)
    score = queries.score_of(evaluation, Stage.INTERVIEW)
    assert score.index == Decimal("2.51")
    assert {node.key: node.rounded for node in score.components} == {
        key: Decimal(str(row["published"])) for key, row in worked[2022]["components"].items()
    }


def test_unscored_items_are_owed_by_the_post_that_runs_the_self_assessment() -> None:
    evaluation = make.evaluation()
    owed = Obligation.objects.get(reason="items_unscored")
    assert owed.post == evaluation.post
    assert owed.title_en == "59 items of the self-assessment 2026 have no value yet."
    give(evaluation, "1")
    owed.refresh_from_db()
    assert owed.title_en == "58 items of the self-assessment 2026 have no value yet."
    for item in evaluation.instrument.items.exclude(key=FIRST):
        give(evaluation, "2", key=item.key)
    owed.refresh_from_db()
    assert owed.settled_at == NOW


def test_assessors_end_the_self_assessment() -> None:
    evaluation = make.evaluation()
    operations.advance(evaluation=evaluation, stage=Stage.DESK, now=NOW)
    with pytest.raises(EvaluationClosed):
        give(evaluation, "1")
    assert not Obligation.objects.filter(settled_at=None).exists()


def test_nothing_is_scored_after_the_evaluation_is_closed() -> None:
    evaluation = make.evaluation()
    operations.close_evaluation(evaluation=evaluation, now=NOW)
    closed = operations.close_evaluation(evaluation=evaluation, now=NOW + timedelta(days=1))
    assert closed.closed_at == NOW
    with pytest.raises(EvaluationClosed):
        give(evaluation, "1")
    with pytest.raises(EvaluationClosed):
        operations.advance(evaluation=evaluation, stage=Stage.DESK, now=NOW)


def test_stage_that_the_instrument_does_not_have_is_refused() -> None:
    evaluation = make.evaluation()
    with pytest.raises(StageUnknown):
        operations.advance(evaluation=evaluation, stage=Stage.VISIT, now=NOW)


def test_group_whose_items_are_not_known_cannot_be_evaluated() -> None:
    with pytest.raises(NotScoredFromItems):
        make.evaluation(group="cohorts_2017_2019")


def test_opening_the_same_evaluation_twice_is_once() -> None:
    assert make.evaluation().pk == make.evaluation().pk


def test_scoring_leaves_an_audit_row_and_an_event_without_names() -> None:
    evaluation = make.evaluation()
    team = city.walker(city.smart_city_team())
    item = evaluation.instrument.items.get(key=FIRST)
    operations.score_item(
        evaluation=evaluation, item=item, value=Decimal(2), reason="Ada", now=NOW, by=team
    )
    row = AuditRow.objects.get(verb="scored")
    assert row.subject == str(evaluation.item_urn(1))
    assert row.facts == {"stage": "self", "value": "2", "accepted": False}
    assert row.post == team.posts[0]
    assert OutboxEvent.objects.filter(name="ItemScored").count() == 1


def test_standing_tells_scored_proposed_and_missing_apart() -> None:
    evaluation = make.evaluation()
    make.query("document", {"document_kind": "perkada"})
    make.document()
    operations.refresh_proposals(evaluation=evaluation, now=NOW)
    give(evaluation, "1", key="baseline.perencanaan.1_2_1")
    rows = queries.standings(evaluation, Stage.SELF)
    assert [row.state for row in rows[:3]] == ["submitted", "approved", "missing"]
    assert rows[0].path[0].en == "Baseline"
    give(evaluation, "1")
    assert queries.standing_of(evaluation, 1, Stage.SELF).differs


def test_latest_evaluation_is_the_open_one_of_the_latest_year() -> None:
    closed = make.evaluation()
    operations.close_evaluation(evaluation=closed, now=NOW)
    running = make.evaluation("smart-city-2023", group="regular")
    assert queries.latest_evaluation("19.71") == running
    assert queries.latest_evaluation("64.09") is None
    assert queries.evaluation_at(running.urn) == running
