"""Proof: queries that look for it, the levels they propose, and what is owed without it."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from simpul.desk import obligations, outbox, thread
from simpul.desk.models import Link
from simpul.evaluation import evidence
from simpul.evaluation.errors import EvaluationClosed, QueryFaulty
from simpul.evaluation.evidence import Find
from simpul.evaluation.finders import FINDERS
from simpul.evaluation.instrument import as_decimal
from simpul.evaluation.models import Evaluation, EvidenceQuery, InstrumentItem, Proposal
from simpul.evaluation.operations.evaluations import owe_scores
from simpul.evaluation.queries import group_of
from simpul.government import audit
from simpul.government.access import SYSTEM, Walker
from simpul.government.models import Post, Region
from simpul.kernel.ids import Urn

PROVES = "proves"
TITLE_LENGTH = 300


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh has done. queries: how many looked; changed: how many found something else
    than before; owed: how many find no proof."""

    queries: int = 0
    changed: int = 0
    owed: int = 0

    def __add__(self, other: Refreshed) -> Refreshed:
        return Refreshed(
            self.queries + other.queries, self.changed + other.changed, self.owed + other.owed
        )


@transaction.atomic
def add_query(
    *,
    region: Region,
    item: InstrumentItem,
    kind: str,
    parameters: dict[str, Any],
    rule: evidence.Rule,
    post: Post,
    now: datetime,
    by: Walker = SYSTEM,
) -> EvidenceQuery:
    """Let the system look for an item's proof; it is seen after the next refresh.

    parameters: as the kind's finder takes them; rule: the city's own thresholds, ascending,
    ``{"at_least", "level"}``; post: who owes the proof while there is none.

    Raises:
        QueryFaulty: an unknown kind, parameters or a rule that cannot be used.
    """
    if kind not in FINDERS:
        raise QueryFaulty(field="kind")
    faults = FINDERS[kind].check(region, parameters)
    if faults:
        lines = [f"{name}: {told}" for name, told in faults.items()]
        raise QueryFaulty("\n".join(lines), field="parameters")
    query = EvidenceQuery.objects.create(
        region=region,
        item=item,
        kind=kind,
        parameters=parameters,
        rule=evidence.checked_rule(rule, item.instrument.spec.scale),
        post=post,
        added_at=now,
    )
    subject = item.instrument.urn(region.code)
    facts = {"item": item.key, "kind": kind, "rule": query.rule}
    audit.record(by=by, verb="query_added", subject=subject, now=now, **facts)
    return query


@transaction.atomic
def retire_query(*, query: EvidenceQuery, now: datetime, by: Walker = SYSTEM) -> EvidenceQuery:
    """Let a query look no more: its proposals end, and so does what it made somebody owe."""
    if query.retired_at is not None:
        return query
    query.retired_at = now
    query.save(update_fields=["retired_at"])
    for proposal in query.proposals.filter(superseded_at=None).select_related("evaluation"):
        evaluation = proposal.evaluation
        _supersede(proposal, now)
        subject = evaluation.item_urn(query.item.number)
        obligations.settle(subject=subject, reason=query.reason, now=now)
        _tie_proof(evaluation, query.item, now)
    instrument = query.item.instrument.urn(query.region_id)
    audit.record(by=by, verb="query_retired", subject=instrument, now=now, item=query.item.key)
    return query


@transaction.atomic
def refresh_proposals(*, evaluation: Evaluation, now: datetime) -> Refreshed:
    """Let every query of an evaluation look again.

    A find that differs from the last one is a new proposal; where a query finds no proof, its post
    owes it until one appears. Saying it again without a change writes nothing but the time.

    Raises:
        EvaluationClosed
    """
    evaluation = Evaluation.objects.select_for_update().get(pk=evaluation.pk)
    if evaluation.closed_at is not None:
        raise EvaluationClosed(_("This evaluation is closed and takes no values any more."))
    looked = list(_queries_of(evaluation))
    finds = [(query, _look(evaluation, query)) for query in looked]
    changed = [query for query, find in finds if _propose(evaluation, query, find, now)]
    owed = [query for query, find in finds if _owe(evaluation, query, find, now)]
    for item in {query.item_id: query.item for query in changed}.values():
        _tie_proof(evaluation, item, now)
    owe_scores(evaluation, now=now)
    Evaluation.objects.filter(pk=evaluation.pk).update(refreshed_at=now)
    if changed:
        facts = {"items": sorted({query.item.number for query in changed})}
        outbox.announce("ProposalsChanged", evaluation.urn, now=now, **facts)
    return Refreshed(len(looked), len(changed), len(owed))


def refresh_all(*, now: datetime, regions: Iterable[str] | None = None) -> Refreshed:
    """Refresh every open evaluation, or those of some regions; each in its own transaction."""
    open_ones = Evaluation.objects.filter(closed_at=None)
    if regions is not None:
        open_ones = open_ones.filter(region__in=list(regions))
    total = Refreshed()
    for evaluation in open_ones.select_related("region", "instrument", "post"):
        with suppress(EvaluationClosed):  # closed by somebody in the meantime
            total += refresh_proposals(evaluation=evaluation, now=now)
    return total


def _queries_of(evaluation: Evaluation) -> Iterable[EvidenceQuery]:
    parts = [part.key for part in evaluation.instrument.spec.components_of(group_of(evaluation))]
    rows = EvidenceQuery.objects.filter(
        region=evaluation.region_id,
        item__instrument=evaluation.instrument_id,
        item__component__in=parts,
        retired_at=None,
    )
    return rows.select_related("item__instrument", "post__organisation")


def _look(evaluation: Evaluation, query: EvidenceQuery) -> Find:
    return FINDERS[query.kind].find(evaluation.region, evaluation.year, query.parameters)


def _propose(evaluation: Evaluation, query: EvidenceQuery, find: Find, now: datetime) -> bool:
    """Keep what was found if it is not what was found before; says whether it was kept."""
    lowest = as_decimal(evaluation.instrument.spec.scale.minimum)
    level = evidence.level_of(query.rule, find.measured, lowest)
    sentences = find.in_both()
    digest = evidence.digest(level, find, sentences)
    before = evaluation.proposals.filter(query=query, superseded_at=None).first()
    if before is not None and before.digest == digest:
        return False
    if before is not None:
        _supersede(before, now)
    Proposal.objects.create(
        evaluation=evaluation,
        query=query,
        level=level,
        measured=find.measured,
        sentence_id=sentences[0],
        sentence_en=sentences[1],
        proof=[proof.as_row() for proof in find.proof],
        digest=digest,
        computed_at=now,
    )
    return True


def _supersede(proposal: Proposal, now: datetime) -> None:
    Proposal.objects.filter(pk=proposal.pk).update(superseded_at=now)


def _owe(evaluation: Evaluation, query: EvidenceQuery, find: Find, now: datetime) -> bool:
    """Let the query's post owe the proof, or owe it no more; says whether it owes."""
    subject = evaluation.item_urn(query.item.number)
    if find.proof:
        obligations.settle(subject=subject, reason=query.reason, now=now)
        return False
    indonesian, english = find.in_both()
    obligations.owe(
        subject=subject,
        post=query.post,
        reason=query.reason,
        title_id=_owed_title("id", evaluation, query, indonesian),
        title_en=_owed_title("en", evaluation, query, english),
        due=evaluation.self_due,
        now=now,
    )
    return True


def _owed_title(language: str, evaluation: Evaluation, query: EvidenceQuery, sentence: str) -> str:
    with translation.override(language):
        told = _("Item %(number)s of the evaluation %(year)s has no proof. %(sentence)s")
        facts = {"number": query.item.number, "year": evaluation.year, "sentence": sentence}
        text = told % facts
    return text if len(text) <= TITLE_LENGTH else f"{text[: TITLE_LENGTH - 1]}…"


def _tie_proof(evaluation: Evaluation, item: InstrumentItem, now: datetime) -> None:
    """Let the thread lead from the item to what proves it now, and to nothing else."""
    upper = evaluation.item_urn(item.number)
    rows = evaluation.proposals.filter(query__item=item, superseded_at=None)
    wanted = {entry["urn"] for listed in rows.values_list("proof", flat=True) for entry in listed}
    links = Link.objects.filter(from_urn=str(upper), kind=PROVES, valid_to=None)
    tied = set(links.values_list("to_urn", flat=True))
    for urn in wanted - tied:
        thread.tie(upper, Urn.parse(urn), kind=PROVES, now=now)
    for urn in tied - wanted:
        thread.untie(upper, Urn.parse(urn), kind=PROVES, now=now)
