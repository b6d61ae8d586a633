"""What follows from this room's facts: the links of the thread and the duties of posts.

The operations write both as things happen; `desk` compares and rebuilds them with what stands
here.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import QuerySet

from simpul.desk.obligations import Duty
from simpul.desk.thread import Tie
from simpul.evaluation import queries
from simpul.evaluation.models import Evaluation, Proposal, Stage
from simpul.evaluation.operations.evaluations import UNSCORED
from simpul.evaluation.operations.proofs import PROVES
from simpul.kernel.ids import Urn


def _in_force() -> QuerySet[Proposal]:
    rows = Proposal.objects.filter(superseded_at=None, query__retired_at=None)
    return rows.select_related("evaluation", "query__item")


def ties() -> Iterator[Tie]:
    """From each item to what proves it by a proposal in force."""
    for row in _in_force():
        upper = row.evaluation.item_urn(row.query.item.number)
        for entry in row.proof:
            yield Tie(upper, Urn.parse(entry["urn"]), PROVES)


def duties(now: datetime) -> Iterator[Duty]:
    """Proof that is missing, and items without a value, of every open evaluation."""
    for row in _in_force().filter(evaluation__closed_at=None):
        if not row.proof:
            subject = row.evaluation.item_urn(row.query.item.number)
            due = row.evaluation.self_due
            yield Duty(subject, row.query.post_id, row.query.reason, due)
    scoring = Evaluation.objects.filter(closed_at=None, stage=Stage.SELF)
    for evaluation in scoring.select_related("instrument"):
        if queries.score_of(evaluation, Stage.SELF).missing:
            yield Duty(evaluation.urn, evaluation.post_id, UNSCORED, evaluation.self_due)
