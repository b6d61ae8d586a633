"""Scores: given item by item, each a row of its own; a correction is another row."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from simpul.desk import outbox
from simpul.evaluation.errors import (
    EvaluationClosed,
    MarkOffScale,
    NoSuchItem,
    ProposalOutdated,
    ReasonMissing,
    StageUnknown,
)
from simpul.evaluation.evidence import Proof
from simpul.evaluation.models import Evaluation, InstrumentItem, Proposal, Score, Stage
from simpul.evaluation.operations.evaluations import owe_scores
from simpul.government import audit
from simpul.government.access import SYSTEM, Walker
from simpul.government.models import Post
from simpul.web import writing


@transaction.atomic
def score_item(
    *,
    evaluation: Evaluation,
    item: InstrumentItem,
    value: Decimal,
    now: datetime,
    stage: str = Stage.SELF,
    reason: str = "",
    proof: Iterable[Proof] = (),
    post: Post | None = None,
    by: Walker = SYSTEM,
) -> Score:
    """Give an item a value at a stage, in words of one's own.

    value: on the instrument's scale; reason: one sentence, wanted at the self-assessment;
    post: in which of their posts somebody says so, else the first.

    Raises:
        EvaluationClosed, StageUnknown, MarkOffScale, ReasonMissing
    """
    if stage == Stage.SELF and not reason.strip():
        raise ReasonMissing(
            _("Say in a sentence why the item stands at this level."), field="reason"
        )
    rows = [one.as_row() for one in proof]
    return _give(evaluation, item, stage, value, reason.strip(), rows, None, post, now, by)


@transaction.atomic
def accept_proposal(
    *,
    proposal: Proposal,
    now: datetime,
    reason: str = "",
    post: Post | None = None,
    by: Walker = SYSTEM,
) -> Score:
    """Give an item the level that its evidence query proposes, with the proof it found.

    Raises:
        ProposalOutdated: the query has found something else since.
        EvaluationClosed
    """
    if proposal.superseded_at is not None:
        raise ProposalOutdated(
            _("This proposal has been replaced by a newer one; look at it first.")
        )
    return _give(
        proposal.evaluation,
        proposal.query.item,
        Stage.SELF,
        proposal.level,
        reason.strip(),
        proposal.proof,
        proposal,
        post,
        now,
        by,
    )


def _give(
    evaluation: Evaluation,
    item: InstrumentItem,
    stage: str,
    value: Decimal,
    reason: str,
    proof: list[dict[str, str]],
    proposal: Proposal | None,
    post: Post | None,
    now: datetime,
    by: Walker,
) -> Score:
    _check(evaluation, item, stage, value)
    score = Score(
        evaluation=evaluation,
        item=item,
        stage=stage,
        value=value,
        reason=reason,
        proof=proof,
        proposal=proposal,
        by=by.account,
        post=post or (by.posts[0] if by.posts else None),
        at=now,
    )
    score.save()
    owe_scores(evaluation, now=now)
    subject = evaluation.item_urn(item.number)
    facts = {"stage": str(stage), "value": str(value), "accepted": proposal is not None}
    audit.record(by=by, verb="scored", subject=subject, now=now, **facts)
    outbox.announce("ItemScored", subject, now=now, **facts)
    return score


def _check(evaluation: Evaluation, item: InstrumentItem, stage: str, value: Decimal) -> None:
    """Refuse what cannot be scored now, by this instrument, with this value."""
    spec = evaluation.instrument.spec
    if evaluation.closed_at is not None:
        raise EvaluationClosed(_("This evaluation is closed and takes no values any more."))
    if stage not in spec.stages:
        raise StageUnknown(_("This instrument has no such stage."), field="stage")
    if stage == Stage.SELF and evaluation.stage != Stage.SELF:
        raise EvaluationClosed(_("The self-assessment is over; assessors are at work."))
    if item.instrument_id != evaluation.instrument_id:
        raise NoSuchItem(_("There is no such item in this evaluation."))
    if not spec.scale.allows(value):
        told = _("A value of this instrument lies between %(least)s and %(most)s.")
        least, most = (
            writing.number(Decimal(limit.numerator) / limit.denominator)
            for limit in (spec.scale.minimum, spec.scale.maximum)
        )
        raise MarkOffScale(told % {"least": least, "most": most}, field="value")
