"""Evaluations: opened for a region and year, moved from stage to stage, closed."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from simpul.desk import obligations, outbox
from simpul.desk.models import Obligation
from simpul.evaluation import queries
from simpul.evaluation.errors import EvaluationClosed, NotScoredFromItems, StageUnknown
from simpul.evaluation.models import Evaluation, Instrument, Stage
from simpul.government import audit
from simpul.government.access import SYSTEM, Walker
from simpul.government.models import Post, Region
from simpul.kernel.ids import new_key

UNSCORED = "items_unscored"


@transaction.atomic
def open_evaluation(
    *,
    region: Region,
    instrument: Instrument,
    year: int,
    group: str,
    post: Post,
    now: datetime,
    self_due: date | None = None,
    key: str = "",
    by: Walker = SYSTEM,
) -> Evaluation:
    """Begin a region's evaluation of a year; it starts with the self-assessment.

    group: key of the weight group the region is in that year; post: who runs it;
    self_due: last local day of the self-assessment.

    Raises:
        NotScoredFromItems: the items of this group are not known, or the group is not.
    """
    groups = {known.key: known for known in instrument.spec.groups}
    if group not in groups or not groups[group].from_items:
        raise NotScoredFromItems(field="group")
    evaluation, made = Evaluation.objects.get_or_create(
        region=region,
        instrument=instrument,
        year=year,
        defaults={
            "key": key or new_key(),
            "group": group,
            "post": post,
            "self_due": self_due,
            "opened_at": now,
        },
    )
    if made:
        owe_scores(evaluation, now=now)
        facts = {"instrument": instrument.key, "version": instrument.version, "year": year}
        audit.record(by=by, verb="opened", subject=evaluation.urn, now=now, **facts)
        outbox.announce("EvaluationOpened", evaluation.urn, now=now, **facts)
    return evaluation


@transaction.atomic
def advance(
    *, evaluation: Evaluation, stage: str, now: datetime, by: Walker = SYSTEM
) -> Evaluation:
    """Let the next stage begin; scores of the stages before it stay as they are.

    Raises:
        EvaluationClosed
        StageUnknown: the instrument has no such stage.
    """
    if evaluation.closed_at is not None:
        raise EvaluationClosed(_("This evaluation is closed and takes no values any more."))
    if stage not in evaluation.instrument.spec.stages:
        raise StageUnknown(_("This instrument has no such stage."), field="stage")
    evaluation.stage = stage
    evaluation.save(update_fields=["stage"])
    owe_scores(evaluation, now=now)
    audit.record(by=by, verb="advanced", subject=evaluation.urn, now=now, stage=str(stage))
    outbox.announce("EvaluationAdvanced", evaluation.urn, now=now, stage=str(stage))
    return evaluation


@transaction.atomic
def close_evaluation(*, evaluation: Evaluation, now: datetime, by: Walker = SYSTEM) -> Evaluation:
    """Nothing is scored or owed for this evaluation any more; closing twice is once."""
    if evaluation.closed_at is not None:
        return evaluation
    evaluation.closed_at = now
    evaluation.save(update_fields=["closed_at"])
    open_ones = queries.owed(evaluation).values_list("pk", flat=True)
    Obligation.objects.filter(pk__in=list(open_ones)).update(settled_at=now)
    audit.record(by=by, verb="closed", subject=evaluation.urn, now=now)
    outbox.announce("EvaluationClosed", evaluation.urn, now=now)
    return evaluation


def owe_scores(evaluation: Evaluation, *, now: datetime) -> None:
    """Let the post that runs the self-assessment owe the items that have no value, or nothing."""
    waiting = evaluation.stage == Stage.SELF and evaluation.closed_at is None
    missing = len(queries.score_of(evaluation, Stage.SELF).missing) if waiting else 0
    if not missing:
        obligations.settle(subject=evaluation.urn, reason=UNSCORED, now=now)
        return
    with translation.override("id"):
        title_id = _unscored_title(evaluation, missing)
    with translation.override("en"):
        title_en = _unscored_title(evaluation, missing)
    obligations.owe(
        subject=evaluation.urn,
        post=evaluation.post,
        reason=UNSCORED,
        title_id=title_id,
        title_en=title_en,
        due=evaluation.self_due,
        now=now,
    )


def _unscored_title(evaluation: Evaluation, missing: int) -> str:
    told = ngettext(
        "%(count)s item of the self-assessment %(year)s has no value yet.",
        "%(count)s items of the self-assessment %(year)s have no value yet.",
        missing,
    )
    return told % {"count": missing, "year": evaluation.year}
