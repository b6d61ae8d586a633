"""What follows from the facts, made again from them: the links of the thread, what offices owe."""

from __future__ import annotations

import pytest

from simpul.desk import obligations, thread
from simpul.desk.models import Link, Obligation
from simpul.evaluation.operations import refresh_proposals
from simpul.programme import duties
from simpul.programme import operations as programme
from tests import factories
from tests.city.conftest import world
from tests.city.world import World
from tests.factories import NOW
from tests.government.test_every_door import DOORS
from tests.government.town import Town
from tests.programme import signing
from tests.programme.conftest import authority_folder, papers

__all__ = ["authority_folder", "papers", "world"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(world: World, papers: object) -> Town:
    """A town with one of everything, in which something has happened."""
    made = Town(world)
    for door in DOORS:
        door.at(made)
    clause = made.commitment.clauses.get()
    programme.carry(clause=clause, action=made.action, now=NOW)
    programme.measure(action=made.action, indicator=made.measured, now=NOW)
    signing.sign(made.commitment, made.head)
    refresh_proposals(evaluation=made.evaluation, now=NOW)
    return made


def test_the_links_of_a_whole_town_follow_from_its_facts(town: Town) -> None:
    assert thread.differences() == (set(), set())
    stored = set(Link.objects.filter(valid_to=None).values_list("from_urn", "to_urn", "kind"))
    assert len(stored) >= 4

    Link.objects.all().delete()
    assert thread.rebuild(now=NOW) == (len(stored), 0)

    again = set(Link.objects.values_list("from_urn", "to_urn", "kind"))
    assert again == stored


def test_what_a_whole_town_owes_follows_from_its_facts(town: Town) -> None:
    """What people do is owed at once; what time alone brings comes with the calendar."""
    missing, left_over = obligations.differences(NOW)
    assert {duty.reason for duty in missing} <= {"milestone_due", "update_due"}
    assert left_over == set()

    duties.by_calendar(NOW)

    assert obligations.differences(NOW) == (set(), set())
    assert {row.reason for row in Obligation.objects.filter(settled_at=None)} >= {
        "review_update",
        "milestone_due",
    }


def test_the_thread_of_a_town_is_walked_from_the_promise_to_the_reading(town: Town) -> None:
    clause = town.commitment.clauses.get().urn
    walked = thread.walk(clause, factories.walker())
    last = town.reading("terbuka")
    stages = {str(stage.kind): [knot.urn for knot in stage.knots] for stage in walked.stages}
    assert stages["action"] == [town.action.urn]
    assert stages["indicator"] == [town.measured.urn]
    assert stages["value"] == [town.value.urn]
    assert stages["run"] == [town.run]
    assert last in stages["reading"]
    assert town.reading("tertutup") not in stages["reading"]
    assert stages["entity"] == [town.entity("terbuka")]
    assert stages["feed"] == [town.feed("duga-air")]

    back = thread.walk(last, factories.walker())
    assert [knot.urn for knot in back.stages[0].knots] == [clause]
