"""The doors of this room.

Instruments and published results are open to everybody. A self-assessment is internal: it is seen
by whoever holds a right over evaluations of the whole region, by the post that runs it, and by the
posts that owe proof for one of its items.
"""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from simpul.evaluation.errors import NoSuchEvaluation, NoSuchInstrument, NoSuchItem
from simpul.evaluation.models import (
    Evaluation,
    EvidenceQuery,
    Instrument,
    InstrumentItem,
    Stage,
)
from simpul.government.access import Right, Walker
from simpul.kernel.errors import NotAllowed, NotSignedIn
from simpul.kernel.ids import Kind


def access_instrument(key: str, *, version: int | None = None) -> Instrument:
    """A published instrument: the newest version, or the one asked for.

    Raises:
        NoSuchInstrument
    """
    found = Instrument.objects.filter(key=key, published_at__isnull=False)
    if version is not None:
        found = found.filter(version=version)
    newest = found.order_by("-version").first()
    if newest is None:
        raise NoSuchInstrument(_("There is no such instrument here."))
    return newest


def _everywhere(walker: Walker, region: str, right: str) -> bool:
    return walker.may(right, region=region, kind=Kind.EVALUATION)


def _held(walker: Walker) -> list[int]:
    return [post.pk for post in walker.posts]


def visible_evaluations(walker: Walker, region: str) -> QuerySet[Evaluation]:
    """The evaluations of a region that the walker may see, newest first."""
    every = Evaluation.objects.filter(region=region).select_related("region", "instrument", "post")
    if _everywhere(walker, region, Right.SEE):
        return every
    held = _held(walker)
    owed = EvidenceQuery.objects.filter(region=region, retired_at=None, post__in=held)
    instruments = owed.values("item__instrument")
    return every.filter(Q(post__in=held) | Q(instrument__in=instruments))


def access_evaluation(region: str, key: str, *, walker: Walker, to: str = Right.SEE) -> Evaluation:
    """The evaluation at this address, for somebody who may do `to` with all of it.

    Raises:
        NotSignedIn: nobody is signed in; what is there is not told.
        NoSuchEvaluation: none there, or not for this walker.
        NotAllowed: it may be seen, but not this.
    """
    if not walker.signed_in:
        raise NotSignedIn
    found = visible_evaluations(walker, region).filter(key=key).first()
    if found is None:
        raise NoSuchEvaluation(_("There is no such evaluation here."))
    if to == Right.SEE or _everywhere(walker, region, to):
        return found
    if to == Right.EDIT and runs(found, walker):
        return found
    raise NotAllowed


def access_item(region: str, key: str, *, walker: Walker) -> tuple[Evaluation, InstrumentItem]:
    """The item at ``<evaluation>.<number>``.

    Raises:
        NotSignedIn, NoSuchEvaluation
        NoSuchItem: the evaluation has no such item, or its group does not answer it.
    """
    name, _dot, number = key.rpartition(".")
    evaluation = access_evaluation(region, name, walker=walker)
    spec = evaluation.instrument.spec
    parts = [part.key for part in spec.components_of(spec.group(evaluation.group))]
    if not number.isascii() or not number.isdigit():
        raise NoSuchItem(_("There is no such item in this evaluation."))
    found = evaluation.instrument.items.filter(number=int(number), component__in=parts).first()
    if found is None:
        raise NoSuchItem(_("There is no such item in this evaluation."))
    return evaluation, found


def runs(evaluation: Evaluation, walker: Walker) -> bool:
    """Whether the walker holds the post that runs the self-assessment."""
    return evaluation.post_id in _held(walker)


def may_score(evaluation: Evaluation, item: InstrumentItem, stage: str, walker: Walker) -> bool:
    """Whether the walker may give the item a value at this stage.

    The city marks itself: whoever edits evaluations, runs this one, or owes the item's proof.
    Assessors mark the later stages, and nobody else does.
    """
    if stage != Stage.SELF:
        return _everywhere(walker, evaluation.region_id, Right.ASSESS)
    if may_edit(evaluation, walker):
        return True
    owing = item.queries.filter(region=evaluation.region_id, retired_at=None)
    return owing.filter(post__in=_held(walker)).exists()


def must_score(evaluation: Evaluation, item: InstrumentItem, stage: str, walker: Walker) -> None:
    """As `may_score`, for those who go on only if so.

    Raises:
        NotSignedIn, NotAllowed
    """
    if not may_score(evaluation, item, stage, walker):
        raise NotAllowed if walker.signed_in else NotSignedIn


def may_edit(evaluation: Evaluation, walker: Walker) -> bool:
    """Whether the walker may refresh the evaluation's proposals and move it on."""
    return _everywhere(walker, evaluation.region_id, Right.EDIT) or runs(evaluation, walker)


def may_score_rows(evaluation: Evaluation, stage: str, walker: Walker) -> frozenset[int]:
    """Numbers of the items that the walker may score now, at the stage that is at work."""
    if evaluation.closed_at is not None or stage != evaluation.stage:
        return frozenset()
    items = evaluation.instrument.items.all()
    everything = (
        may_edit(evaluation, walker)
        if stage == Stage.SELF
        else _everywhere(walker, evaluation.region_id, Right.ASSESS)
    )
    if not everything and stage == Stage.SELF:
        owing = {"region": evaluation.region_id, "retired_at": None, "post__in": _held(walker)}
        items = items.filter(pk__in=EvidenceQuery.objects.filter(**owing).values("item"))
    elif not everything:
        return frozenset()
    return frozenset(items.values_list("number", flat=True))
