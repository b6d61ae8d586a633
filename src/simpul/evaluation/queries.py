"""What is known about evaluations, as values for pages and for the rooms above."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.db.models import QuerySet

from simpul.desk.models import Obligation
from simpul.evaluation import scoring
from simpul.evaluation.evidence import SHARES, Proof
from simpul.evaluation.instrument import Group, Instrument, Item, Section, Text, trimmed
from simpul.evaluation.models import (
    Evaluation,
    EvidenceQuery,
    Proposal,
    PublishedResult,
    Score,
    Stage,
)
from simpul.evaluation.models import Instrument as InstrumentRow
from simpul.kernel.ids import Urn


@dataclass(frozen=True, slots=True)
class Given:
    """The score in force for one item at one stage.

    value: the mark, or the mean of the assessors' marks; marks: how many stand behind it; last:
    the newest row.
    """

    value: Fraction
    marks: int
    last: Score

    @property
    def proof(self) -> list[Proof]:
        return [Proof(row["urn"], row["label"]) for row in self.last.proof]


@dataclass(frozen=True, slots=True)
class Offer:
    """A proposal in force beside the query it came from."""

    proposal: Proposal
    proof: tuple[Proof, ...]

    @property
    def query(self) -> EvidenceQuery:
        return self.proposal.query

    @property
    def level(self) -> Decimal:
        return trimmed(self.proposal.level)

    @property
    def measured(self) -> Decimal:
        return trimmed(self.proposal.measured)

    @property
    def unit(self) -> str:
        """What stands behind the measured number: a percent sign for shares."""
        return "%" if self.query.parameters.get("measure") in SHARES else ""

    @property
    def rule(self) -> list[tuple[Decimal, Decimal]]:
        """Threshold and level of each step."""
        return [(Decimal(step["at_least"]), Decimal(step["level"])) for step in self.query.rule]

    @property
    def sentence(self) -> str:
        return self.proposal.sentence


@dataclass(frozen=True, slots=True)
class ItemStanding:
    """Where one item of an evaluation stands at a stage.

    path: headings above it, outermost first; state: ``approved`` (scored), ``submitted`` (a
    proposal waits), ``missing`` (neither), as `{% state %}` knows them; differs: the score is not
    what the best proposal says.
    """

    item: Item
    urn: Urn
    path: tuple[Text, ...]
    given: Given | None
    offers: tuple[Offer, ...]
    decimals: int

    @property
    def value(self) -> Decimal | None:
        if self.given is None:
            return None
        return trimmed(scoring.half_up(self.given.value, self.decimals))

    @property
    def best(self) -> Offer | None:
        """The offer with the highest level that has a proof."""
        proven = [offer for offer in self.offers if offer.proof]
        return max(proven, key=lambda offer: offer.level, default=None)

    @property
    def differs(self) -> bool:
        best = self.best
        return self.given is not None and best is not None and self.given.value != best.level

    @property
    def lacks_proof(self) -> bool:
        """Whether a query looks for a proof and finds none."""
        return any(not offer.proof for offer in self.offers)

    @property
    def state(self) -> str:
        if self.given is not None:
            return "approved"
        return "submitted" if self.best else "missing"


def evaluation_at(urn: Urn) -> Evaluation | None:
    """The evaluation with this URN; whoever shows it asks `permissions` first."""
    return (
        Evaluation.objects.filter(region=urn.region, key=urn.key)
        .select_related("region", "instrument", "post")
        .first()
    )


def latest_evaluation(region: str) -> Evaluation | None:
    """The region's evaluation of the latest year, the open one first."""
    rows = Evaluation.objects.filter(region=region).select_related("region", "instrument", "post")
    return min(rows, key=lambda row: (row.closed_at is not None, -row.year), default=None)


def published_instruments() -> list[InstrumentRow]:
    """The newest published version of each instrument, newest year first."""
    newest: dict[str, InstrumentRow] = {}
    rows = InstrumentRow.objects.filter(published_at__isnull=False).order_by("version")
    for row in rows:
        newest[row.key] = row
    return sorted(newest.values(), key=lambda row: (-row.year, row.key))


def group_of(evaluation: Evaluation) -> Group:
    return evaluation.instrument.spec.group(evaluation.group)


# --- scores -------------------------------------------------------------------------------------


def given_scores(evaluation: Evaluation, stage: str) -> dict[str, Given]:
    """Item key to the score in force at a stage.

    The city's self-assessment is one opinion: its newest row counts. Assessors are several: the
    newest of each counts, and the item's value is their mean.
    """
    rows = evaluation.scores.filter(stage=stage).select_related("item", "by__person", "post")
    newest: dict[str, dict[int | None, Score]] = {}
    for row in rows.order_by("-id"):
        who = None if stage == Stage.SELF else row.by_id
        newest.setdefault(row.item.key, {}).setdefault(who, row)
    return {key: _given(list(marks.values())) for key, marks in newest.items()}


def _given(rows: list[Score]) -> Given:
    value = scoring.mean(Fraction(row.value) for row in rows)
    assert value is not None
    return Given(value, len(rows), max(rows, key=lambda row: row.pk))


def score_of(
    evaluation: Evaluation, stage: str, given: Mapping[str, Given] | None = None
) -> scoring.Score:
    """The score of an evaluation at a stage, missing items counted by the instrument's rule."""
    known = given_scores(evaluation, stage) if given is None else given
    values = {key: score.value for key, score in known.items()}
    return scoring.score(evaluation.instrument.spec, group_of(evaluation), values)


def marked_stages(evaluation: Evaluation) -> list[str]:
    """The stages that have scores or are at work, in the instrument's order."""
    marked = set(evaluation.scores.order_by().values_list("stage", flat=True).distinct())
    marked |= {Stage.SELF, evaluation.stage}
    return [stage for stage in evaluation.instrument.spec.stages if stage in marked]


# --- items --------------------------------------------------------------------------------------


def offers(evaluation: Evaluation) -> dict[str, tuple[Offer, ...]]:
    """Item key to the proposals in force, in the order of their queries."""
    rows = evaluation.proposals.filter(superseded_at=None, query__retired_at=None)
    found: dict[str, list[Offer]] = {}
    for row in rows.select_related("query__item", "query__post").order_by("query"):
        proof = tuple(Proof(entry["urn"], entry["label"]) for entry in row.proof)
        found.setdefault(row.query.item.key, []).append(Offer(row, proof))
    return {key: tuple(listed) for key, listed in found.items()}


def item_paths(instrument: Instrument) -> dict[str, tuple[Text, ...]]:
    """Item key to the headings above it: component, indicator, sub-indicator."""
    found: dict[str, tuple[Text, ...]] = {}
    for part in instrument.components:
        found |= {item.key: (part.name,) for item in part.items}
        for section in part.sections:
            found |= _paths_below(section, (part.name,))
    return found


def _paths_below(section: Section, above: tuple[Text, ...]) -> dict[str, tuple[Text, ...]]:
    path = above if section.name in above else (*above, section.name)
    found = {item.key: path for item in section.items}
    for below in section.sections:
        found |= _paths_below(below, path)
    return found


def standings(
    evaluation: Evaluation, stage: str, given: Mapping[str, Given] | None = None
) -> list[ItemStanding]:
    """Every item that the evaluation's group answers, in printed order."""
    known = given_scores(evaluation, stage) if given is None else given
    instrument = evaluation.instrument.spec
    proposed = offers(evaluation) if stage == Stage.SELF else {}
    paths = item_paths(instrument)
    return [
        ItemStanding(
            item=item,
            urn=evaluation.item_urn(item.number),
            path=paths[item.key],
            given=known.get(item.key),
            offers=proposed.get(item.key, ()),
            decimals=instrument.scale.decimals,
        )
        for item in instrument.items(group_of(evaluation))
    ]


def standing_of(evaluation: Evaluation, number: int, stage: str) -> ItemStanding:
    """One item; StopIteration where the evaluation's group does not answer it."""
    return next(row for row in standings(evaluation, stage) if row.item.number == number)


def score_history(evaluation: Evaluation, item_key: str) -> QuerySet[Score]:
    """Every score an item was ever given, newest first."""
    rows = evaluation.scores.filter(item__key=item_key)
    return rows.select_related("by__person", "post", "proposal").order_by("-id")


def owed(evaluation: Evaluation) -> QuerySet[Obligation]:
    """What is still owed for this evaluation and its items."""
    items = [
        str(evaluation.item_urn(number))
        for number in evaluation.instrument.items.values_list("number", flat=True)
    ]
    return Obligation.objects.filter(
        subject__in=[str(evaluation.urn), *items], settled_at=None
    ).select_related("post__organisation")


# --- published results --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ResultRow:
    """A published result beside what is computed from its published components.

    computed: the index that comes out, or None where a component's value is not known; agrees:
    whether it is the published one, None where nothing could be computed; computed_improvement:
    by the instrument's rule, where the year before is known.
    """

    result: PublishedResult
    computed: Decimal | None
    agrees: bool | None
    computed_improvement: Decimal | None
    components: tuple[tuple[str, Decimal | None], ...]

    @property
    def component(self) -> dict[str, Decimal | None]:
        return dict(self.components)


def published_results(region: str) -> list[PublishedResult]:
    """Everything that was published about a region, newest first; rows that took part only."""
    return list(PublishedResult.objects.filter(region=region, took_part=True))


def result_years() -> list[tuple[str, int]]:
    """Instrument key and year of every list of results, newest first."""
    rows = PublishedResult.objects.order_by().values_list("instrument", "year").distinct()
    return sorted(rows, key=lambda row: (-row[1], row[0]))


def printed_components(result: PublishedResult) -> dict[str, Decimal]:
    return {key: Decimal(value) for key, value in result.components.items()}


class ResultBook:
    """Computes results of one instrument again, with the year before for the improvement."""

    def __init__(self, instrument: Instrument, before: Mapping[str, scoring.Score]) -> None:
        self._instrument = instrument
        self._before = before
        self._recomputers: dict[str, scoring.Recomputer] = {}

    def scores(self, result: PublishedResult) -> list[scoring.Score]:
        """The ways in which the published components can have come to an index."""
        if not result.took_part:
            return []
        group = self._instrument.group(result.group)
        if group.key not in self._recomputers:
            self._recomputers[group.key] = scoring.Recomputer(self._instrument, group)
        return self._recomputers[group.key].scores(printed_components(result))

    def row(self, result: PublishedResult) -> ResultRow:
        scores = self.scores(result)
        agreeing = [score for score in scores if score.index == result.index]
        chosen = next(iter(agreeing or scores), None)
        return ResultRow(
            result=result,
            computed=chosen.index if chosen else None,
            agrees=bool(agreeing) if scores else None,
            computed_improvement=self._improvement(result, chosen),
            components=tuple(self._components(result)),
        )

    def _improvement(self, result: PublishedResult, score: scoring.Score | None) -> Decimal | None:
        before = self._before.get(result.region_id or "")
        if score is None or before is None:
            return None
        return scoring.improvement(self._instrument, score, before)

    def _components(self, result: PublishedResult) -> Iterable[tuple[str, Decimal | None]]:
        printed = printed_components(result)
        for part in self._instrument.components:
            yield part.key, printed.get(part.key) if result.took_part else None


def result_book(instrument: Instrument, year: int) -> ResultBook:
    """The book for one list; the year before is that of the same owner's list one year earlier."""
    before: dict[str, scoring.Score] = {}
    if instrument.improvement is not None:
        before = _scores_of_year(instrument.owner, year - 1)
    return ResultBook(instrument, before)


def _scores_of_year(owner: Text, year: int) -> dict[str, scoring.Score]:
    """Region code to score of everything the owner published for a year."""
    found: dict[str, scoring.Score] = {}
    for row in published_instruments():
        if row.spec.owner != owner:
            continue
        book = ResultBook(row.spec, {})
        results = PublishedResult.objects.filter(instrument=row.key, year=year, took_part=True)
        for result in results.exclude(region=None):
            scores = book.scores(result)
            if scores:
                found[result.region_id or ""] = scores[0]
    return found
