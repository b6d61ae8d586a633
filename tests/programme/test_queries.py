from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from simpul.desk import thread
from simpul.government.access import STRANGER
from simpul.kernel.ids import Kind, Urn
from simpul.programme import operations, queries
from simpul.programme.knots import ProgrammeKnots, links, shorten
from simpul.programme.queries import state_of_promise
from simpul.programme.status import Name
from tests import factories as city
from tests.factories import NOW, TODAY
from tests.programme import factories as make
from tests.programme import signing

pytestmark = pytest.mark.django_db


# -- standings -----------------------------------------------------------------------------


def test_many_actions_cost_as_many_questions_as_one(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    plan = make.plan()
    for _n in range(5):
        action = make.action(of=plan)
        make.milestone(action)
        make.accepted(action)
    rows = list(queries.open_actions("19.71", STRANGER))

    with django_assert_num_queries(3):
        states = queries.standings(rows, TODAY)

    assert len(states) == 5


def test_dimensions_count_their_actions_and_tell_what_moved() -> None:
    first, _second, third, _fourth = make.dimensions()
    early = make.action(categories=[first], starts=TODAY - timedelta(days=90))
    late = make.action(categories=[first], title="Marka jalan")
    both = make.action(categories=[first, third])
    make.milestone(late, days=-3)
    make.accepted(early, percent=30, days_ago=60)
    make.accepted(early, percent=70, days_ago=1)
    make.milestone(both, done_days_ago=2)

    environment, living = queries.actions_by_dimension(city.region(), walker=STRANGER, now=NOW)

    assert environment.tally.total == 3
    assert environment.tally.count(Name.LATE) == 1
    assert environment.tally.percent == Decimal("23.3")
    assert [(move.action, move.points) for move in environment.moved] == [
        (early, Decimal(40)),
        (both, Decimal(0)),
    ]
    assert living.tally.total == 1
    with translation.override("en"):
        assert environment.sentence == (
            f"“{early.title}” rose 40 points to 70%. 1 other action moved."
        )
        assert living.sentence == f"“{both.title}” completed a milestone."


def test_a_quiet_month_is_said_to_be_quiet() -> None:
    make.dimensions()

    environment, _living = queries.actions_by_dimension(city.region(), walker=STRANGER, now=NOW)

    with translation.override("en"):
        assert environment.sentence == "Nothing was reported this month."


def test_quick_wins_come_with_the_indicators_one_may_see() -> None:
    action = make.action(kind="quick_win")
    make.action()
    seen, hidden = make.indicator(), make.indicator(is_public=False)
    for indicator in (seen, hidden):
        operations.measure(action=action, indicator=indicator, now=NOW)

    (win,) = queries.quick_wins(city.region(), walker=STRANGER, now=NOW)
    assert win.indicators == (seen,)
    (win,) = queries.quick_wins(city.region(), walker=city.walker(city.smart_city_team()), now=NOW)
    assert win.indicators == (seen, hidden)


def test_what_is_due_soon_comes_earliest_first_and_what_is_done_not_at_all() -> None:
    soon = make.action(due=TODAY + timedelta(days=20), title="Segera berakhir")
    make.milestone(soon, days=-2)
    make.milestone(soon, days=90)
    done = make.action(due=TODAY + timedelta(days=5))
    make.accepted(done, percent=100)

    found = queries.due_soon(city.region(), walker=STRANGER, now=NOW)

    assert [(item.days, item.overdue) for item in found] == [(-2, True), (20, False)]
    assert found[1].label == "Segera berakhir"


@pytest.mark.usefixtures("papers")
def test_promises_count_who_signed() -> None:
    heads = [signing.head("Ani Lestari"), signing.head("Budi Santoso")]
    commitment = signing.opened(*heads)
    signing.sign(commitment, heads[0])
    make.commitment()

    (promise,) = queries.promises(city.region(), walker=STRANGER)

    assert promise.commitment == commitment
    assert (promise.signed, len(promise.parties), promise.clauses) == (1, 2, 1)


@pytest.mark.parametrize(
    ("names", "state"),
    [
        ([], None),
        ([Name.DONE, Name.DONE], Name.DONE),
        ([Name.DONE, Name.RUNNING], Name.ON_TRACK),
        ([Name.RUNNING, Name.NOT_STARTED], Name.RUNNING),
        ([Name.NOT_STARTED], Name.NOT_STARTED),
        ([Name.DONE, Name.LATE], Name.LATE),
        ([Name.STOPPED], Name.STOPPED),
        ([Name.STOPPED, Name.DONE], Name.DONE),
    ],
)
def test_a_promise_stands_as_its_actions_do(names: list[Name], state: Name | None) -> None:
    assert state_of_promise(names) is state


# -- facts for the evaluation --------------------------------------------------------------


def test_actions_run_in_a_year_that_an_accepted_update_or_a_milestone_speaks_of() -> None:
    category, _second, *_rest = make.dimensions()
    reported = make.action(categories=[category], kind="quick_win", strand="people")
    stepped, silent, returned = make.action(), make.action(), make.action()
    update = make.accepted(reported)
    step = make.milestone(stepped, done_days_ago=1)
    operations.review_update(
        update=make.report(returned),
        accepted=False,
        note="Kurang.",
        by=city.walker(city.head(returned.lead)),
        now=NOW,
    )

    found = queries.running_actions("19.71", 2026)
    assert {(fact.urn, fact.proof) for fact in found} == {
        (reported.urn, (update.urn,)),
        (stepped.urn, (step.urn,)),
    }
    assert silent.urn not in {fact.urn for fact in found}

    def urns(year: int, **narrower: str) -> list[Urn]:
        return [fact.urn for fact in queries.running_actions("19.71", year, **narrower)]

    assert urns(2025) == []
    assert urns(2026, dimension="smart_environment") == [reported.urn]
    assert urns(2026, kind="quick_win") == [reported.urn]
    assert urns(2026, strand="literacy") == []
    assert queries.planned_actions("19.71", 2026).count() == 4


def test_a_meeting_without_minutes_is_counted_without_proof() -> None:
    meeting = operations.record_meeting(
        region=city.region(), body="tim", held_on=date(2026, 3, 1), title="Rapat", now=NOW
    )

    (fact,) = queries.meetings_held("19.71", "tim", 2026)

    assert (fact.urn, fact.label, fact.proof) == (meeting.urn, "Rapat", ())


# -- the thread ----------------------------------------------------------------------------


@pytest.mark.usefixtures("papers")
def test_the_thread_runs_from_the_clause_over_the_action_to_the_indicator() -> None:
    commitment = signing.opened(signing.head("Ani Lestari"))
    clause, action, indicator = commitment.clauses.get(), make.action(), make.indicator()
    operations.carry(clause=clause, action=action, now=NOW)
    operations.measure(action=action, indicator=indicator, now=NOW)

    for start in (clause.urn, action.urn, commitment.urn, make.accepted(action).urn):
        found = thread.walk(start, STRANGER)
        tied = {stage.kind: [knot.urn for knot in stage.knots] for stage in found.stages}
        assert tied[Kind.CLAUSE] == [clause.urn]
        assert tied[Kind.ACTION] == [action.urn]
        assert tied[Kind.INDICATOR] == [indicator.urn]
        present = [stage.kind for stage in found.stages if stage.present]
        assert present == ([start.kind] if start.kind in thread.STAGES else [])


@pytest.mark.usefixtures("papers")
def test_what_one_may_not_see_is_not_on_the_thread() -> None:
    clause = signing.opened(signing.head("Ani Lestari")).clauses.get()
    hidden = make.draft()
    operations.carry(clause=clause, action=hidden, now=NOW)

    seen = thread.walk(clause.urn, STRANGER)
    assert all(not stage.knots for stage in seen.stages if stage.kind is Kind.ACTION)
    inside = thread.walk(clause.urn, city.walker(city.head(hidden.lead)))
    assert any(knot.urn == hidden.urn for stage in inside.stages for knot in stage.knots)


@pytest.mark.usefixtures("papers")
def test_knots_carry_their_state() -> None:
    source = ProgrammeKnots(lambda: NOW)
    clause = signing.opened(signing.head("Ani Lestari")).clauses.get()
    action = make.action()
    milestone = make.milestone(action, days=-1)
    operations.carry(clause=clause, action=action, now=NOW)
    update = make.accepted(action)
    meeting = operations.record_meeting(
        region=city.region(), body="tim", held_on=TODAY, title="Rapat", now=NOW
    )
    urns = [clause.urn, action.urn, milestone.urn, update.urn, meeting.urn, action.plan.urn]

    found = source.knots(urns, STRANGER)

    assert {urn: knot.state for urn, knot in found.items()} == {
        clause.urn: "late",
        action.urn: "late",
        milestone.urn: "late",
        update.urn: "accepted",
        meeting.urn: None,
    }
    assert source.knots([Urn("19.71", Kind.ACTION, "tidak-ada")], STRANGER) == {}


def test_links_can_be_told_again_from_the_facts() -> None:
    clause, action, indicator = make.commitment().clauses.get(), make.action(), make.indicator()
    operations.carry(clause=clause, action=action, now=NOW)
    operations.measure(action=action, indicator=indicator, now=NOW)

    assert set(links()) == {
        thread.Tie(clause.urn, action.urn, "carries"),
        thread.Tie(action.urn, indicator.urn, "measures"),
    }
    missing, left_over = thread.differences()
    kinds = {"carries", "measures"}
    assert not [tie for tie in missing | left_over if tie.kind in kinds]


def test_long_texts_are_cut_between_words() -> None:
    assert shorten("Menjaga warga.") == "Menjaga warga."
    cut = shorten("Menjaga warga dari banjir, " * 8)
    assert len(cut) <= 91
    assert cut.removesuffix("…").split()[-1] in {"Menjaga", "warga", "dari", "banjir"}
