"""Tables of the room: instruments, evaluations, scores, evidence queries, proposals, results.

A published instrument is never edited: a new version supersedes it. Scores are append-only: the
newest of an item, stage and assessor counts. An evidence query is never edited either; a proposal
says from which query it came, and so why.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from simpul.evaluation import instrument as reading
from simpul.evaluation.errors import InstrumentPublished
from simpul.government.models import Account, Post, Region
from simpul.kernel.ids import Kind, Urn, new_key

_parsed: dict[str, reading.Instrument] = {}
"""Content hash to instrument: the same text is read once per process."""


class Stage(models.TextChoices):
    """Who looks: the city itself, assessors at their desks, in an interview, on a visit."""

    SELF = "self", _("self-assessment")
    DESK = "desk", _("desk check")
    INTERVIEW = "interview", _("interview")
    VISIT = "visit", _("visit")


class Instrument(models.Model):
    """One version of an instrument (instrumen): its body as imported, and the hash of it."""

    key = models.CharField(max_length=60)
    version = models.PositiveSmallIntegerField()
    year = models.PositiveSmallIntegerField()
    body = models.JSONField()
    content_hash = models.CharField(max_length=64)
    imported_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-year", "key", "-version"]
        constraints = [models.UniqueConstraint("key", "version", name="instrument_version")]

    def __str__(self) -> str:
        return str(self.spec.name)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self._refuse_if_published()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        self._refuse_if_published()
        return super().delete(*args, **kwargs)

    def _refuse_if_published(self) -> None:
        """Asks the database, so that a stale object in memory cannot write either."""
        if Instrument.objects.filter(pk=self.pk, published_at__isnull=False).exists():
            raise InstrumentPublished

    @cached_property
    def spec(self) -> reading.Instrument:
        """The instrument as values."""
        if self.content_hash not in _parsed:
            _parsed[self.content_hash] = reading.parse(self.body)
        return _parsed[self.content_hash]

    def urn(self, region: str) -> Urn:
        """Its name under a region's code; instruments are the same everywhere."""
        return Urn(region, Kind.INSTRUMENT, self.key)


class InstrumentItem(models.Model):
    """One item of an instrument (butir penilaian), as a row that scores and queries point at."""

    instrument = models.ForeignKey(Instrument, models.CASCADE, related_name="items")
    key = models.CharField(max_length=60)
    number = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=20)
    component = models.CharField(max_length=60)
    question_id = models.TextField()
    question_en = models.TextField()
    smart_dimension = models.CharField(max_length=60, blank=True)
    sub_dimension = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["instrument", "number"]
        constraints = [
            models.UniqueConstraint("instrument", "key", name="item_key"),
            models.UniqueConstraint("instrument", "number", name="item_number"),
        ]

    def __str__(self) -> str:
        return self.question

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.instrument.published_at is not None:
            raise InstrumentPublished
        super().save(*args, **kwargs)

    @property
    def question(self) -> str:
        return self.question_en if get_language() == "en" else self.question_id


class Evaluation(models.Model):
    """A region's evaluation of one year by one instrument (evaluasi).

    group: key of the weight group the region is in; stage: who is at work now; post: who runs the
    self-assessment; self_due: last local day of the self-assessment; closed_at: from when on
    nothing is scored any more.
    """

    key = models.CharField(max_length=60, default=new_key, editable=False)
    region = models.ForeignKey(Region, models.PROTECT, related_name="evaluations")
    instrument = models.ForeignKey(Instrument, models.PROTECT, related_name="evaluations")
    year = models.PositiveSmallIntegerField()
    group = models.CharField(max_length=60)
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.SELF)
    post = models.ForeignKey(Post, models.PROTECT, related_name="evaluations")
    self_due = models.DateField(null=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    refreshed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-year", "-opened_at"]
        constraints = [
            models.UniqueConstraint("region", "key", name="evaluation_key"),
            models.UniqueConstraint("region", "instrument", "year", name="evaluation_once_a_year"),
        ]

    def __str__(self) -> str:
        return f"{self.instrument} · {self.year}"

    @property
    def urn(self) -> Urn:
        return Urn(self.region_id, Kind.EVALUATION, self.key)

    def item_urn(self, number: int) -> Urn:
        """The name of one item in this evaluation; found at ``/…/penilaian/<key>.<number>/``."""
        return Urn(self.region_id, Kind.ITEM, f"{self.key}.{number}")

    @property
    def state(self) -> str:
        """A name that `{% state %}` knows."""
        return "closed" if self.closed_at else "running"


class EvidenceQuery(models.Model):
    """What the system looks for to prove an item, and the city's own rule from find to level.

    No official description of the levels was ever printed, so the rule is never official. kind: a
    key of `evidence.KINDS`; parameters: as that kind takes them; rule: ascending list of
    ``{"at_least", "level"}`` (decimal texts); post: who owes the proof while there is none. Never
    edited: retire it and add another.
    """

    class QueryKind(models.TextChoices):
        DOCUMENT = "document", _("adopted document")
        MEETINGS = "meetings", _("meetings held")
        INDICATOR = "indicator", _("published values of an indicator")
        ACTIONS = "actions", _("actions running")

    key = models.CharField(max_length=80, default=new_key, editable=False, unique=True)
    region = models.ForeignKey(Region, models.PROTECT, related_name="evidence_queries")
    item = models.ForeignKey(InstrumentItem, models.PROTECT, related_name="queries")
    kind = models.CharField(max_length=12, choices=QueryKind)
    parameters = models.JSONField(default=dict)
    rule = models.JSONField(default=list)
    post = models.ForeignKey(Post, models.PROTECT, related_name="evidence_queries")
    added_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["item", "id"]
        verbose_name_plural = "evidence queries"

    @property
    def reason(self) -> str:
        """The code of the obligation that this query raises."""
        return f"proof_missing:{self.key}"


class Proposal(models.Model):
    """What a query proposed for an item when it was last different, with its proof.

    measured: what was counted or measured, in the unit of the query's kind; level: by the query's
    rule; sentences: the find in both languages; proof: list of ``{"urn", "label"}``; digest: of
    all that, so that an equal find makes no new row.
    """

    evaluation = models.ForeignKey(Evaluation, models.PROTECT, related_name="proposals")
    query = models.ForeignKey(EvidenceQuery, models.PROTECT, related_name="proposals")
    level = models.DecimalField(max_digits=6, decimal_places=4)
    measured = models.DecimalField(max_digits=14, decimal_places=4)
    sentence_id = models.TextField()
    sentence_en = models.TextField()
    proof = models.JSONField(default=list)
    digest = models.CharField(max_length=64)
    computed_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["query", "-computed_at"]
        constraints = [
            models.UniqueConstraint(
                "evaluation", "query", condition=Q(superseded_at=None), name="one_proposal_in_force"
            )
        ]

    @property
    def sentence(self) -> str:
        return self.sentence_en if get_language() == "en" else self.sentence_id


class Score(models.Model):
    """What somebody gave an item at one stage (nilai). Append-only: the newest counts.

    by: who marked it; at the self-assessment the newest of all counts, at the other stages the
    newest of each assessor, and their mean; proof: list of ``{"urn", "label"}`` that was looked
    at; proposal: the one that was accepted, where one was.
    """

    evaluation = models.ForeignKey(Evaluation, models.PROTECT, related_name="scores")
    item = models.ForeignKey(InstrumentItem, models.PROTECT, related_name="scores")
    stage = models.CharField(max_length=10, choices=Stage)
    value = models.DecimalField(max_digits=6, decimal_places=4)
    reason = models.TextField(blank=True)
    proof = models.JSONField(default=list)
    proposal = models.ForeignKey(Proposal, models.PROTECT, null=True, related_name="scores")
    by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["evaluation", "stage", "item"], name="score_of_item")]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("scores are append-only")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("scores are append-only")

    @property
    def shown(self) -> Decimal:
        """The value without the zeros of its column."""
        return reading.trimmed(self.value)


class PublishedResult(models.Model):
    """A result as its owner published it; shown beside what Simpul computes from it.

    instrument: key, as any version of it; listed_under: heading in the source's list; group: key of
    the weight group; components: component key to decimal text, as printed; took_part: False where
    the source lists 0 everywhere.
    """

    instrument = models.CharField(max_length=60)
    year = models.PositiveSmallIntegerField()
    region = models.ForeignKey(Region, models.PROTECT, null=True, related_name="+")
    name_published = models.CharField(max_length=200)
    kind = models.CharField(max_length=20)
    listed_under = models.CharField(max_length=80, blank=True)
    group = models.CharField(max_length=60)
    took_part = models.BooleanField(default=True)
    components = models.JSONField(default=dict)
    index = models.DecimalField(max_digits=6, decimal_places=4)
    improvement = models.DecimalField(max_digits=6, decimal_places=4, null=True)
    predicate = models.CharField(max_length=40, blank=True)
    note = models.TextField(blank=True)
    source = models.TextField()

    class Meta:
        ordering = ["-year", "instrument", "name_published"]
        constraints = [
            models.UniqueConstraint("instrument", "year", "name_published", name="result_once")
        ]

    def __str__(self) -> str:
        return self.name_published


__all__ = [
    "Evaluation",
    "EvidenceQuery",
    "Instrument",
    "InstrumentItem",
    "Proposal",
    "PublishedResult",
    "Score",
    "Stage",
]
