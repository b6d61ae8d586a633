"""Tables of the room: indicators, formulas with their inputs, targets, runs and values.

A published formula is never edited: a new version supersedes it. A value points at the run that
made it or at the typed-in entry that was approved; the database refuses any other.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from simpul.city.words import unit_label
from simpul.desk.models import Period
from simpul.government.models import Account, Organisation, Post, Region
from simpul.indicators.errors import FormulaPublished
from simpul.kernel.ids import Kind, Urn, new_key


class Indicator(models.Model):
    """What is measured (indikator): a stable identity that carries formulas, targets and values.

    unit_code: UN/CEFACT Rec. 20 where there is one; unit_label: what is printed where the code's
    symbol does not say it (``aduan``, ``hari``); decimals: digits a value is rounded to; areas:
    for which areas it is computed, the region itself among them.
    """

    class Direction(models.TextChoices):
        UP = "up", _("more is better")
        DOWN = "down", _("less is better")

    class PeriodKind(models.TextChoices):
        MONTH = "month", _("month")
        QUARTER = "quarter", _("quarter")
        YEAR = "year", _("year")

    class Source(models.TextChoices):
        COMPUTED = "computed", _("computed from readings")
        TYPED = "typed", _("typed in, with evidence")

    key = models.CharField(max_length=80, default=new_key, editable=False)
    region = models.ForeignKey(Region, models.PROTECT, related_name="indicators")
    code = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    definition = models.TextField(blank=True)
    language = models.CharField(max_length=2, default="id")
    unit_code = models.CharField(max_length=8, blank=True)
    unit_label = models.CharField(max_length=40, blank=True)
    decimals = models.PositiveSmallIntegerField(default=1)
    direction = models.CharField(max_length=4, choices=Direction, default=Direction.UP)
    period_kind = models.CharField(max_length=8, choices=PeriodKind, default=PeriodKind.MONTH)
    source = models.CharField(max_length=8, choices=Source, default=Source.COMPUTED)
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="indicators")
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="indicators")
    is_public = models.BooleanField(default=True)
    areas = models.ManyToManyField(Region, related_name="+")
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint("region", "key", name="indicator_key"),
            models.UniqueConstraint("region", "code", name="indicator_code"),
            models.CheckConstraint(condition=Q(decimals__lte=6), name="indicator_decimals"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def urn(self) -> Urn:
        return Urn(self.region_id, Kind.INDICATOR, self.key)

    @property
    def unit(self) -> str:
        """The unit as printed behind a number."""
        return self.unit_label or unit_label(self.unit_code)

    @property
    def is_computed(self) -> bool:
        return self.source == self.Source.COMPUTED


class Formula(models.Model):
    """One version of how an indicator is computed (rumus).

    expression: see `formula.parse`; names in it are those of the inputs; explanation: the formula
    in words, in the indicator's language; estimates: the result is an estimate, not a measurement;
    live_window_s: how far back the live number looks [s]; None means since the period's start.
    """

    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="formulas")
    version = models.PositiveIntegerField()
    expression = models.TextField()
    explanation = models.TextField(blank=True)
    estimates = models.BooleanField(default=False)
    live_window_s = models.PositiveIntegerField(null=True)
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["indicator", "version"]
        constraints = [models.UniqueConstraint("indicator", "version", name="formula_version")]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None and self._was_published():
            raise FormulaPublished
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        if self._was_published():
            raise FormulaPublished
        return super().delete(*args, **kwargs)

    def _was_published(self) -> bool:
        return Formula.objects.filter(pk=self.pk, published_at__isnull=False).exists()


class FormulaInput(models.Model):
    """One named input of a formula, as a row, so that a reading's attribute finds its indicators.

    name: as in the expression; kind: a key of `inputs.KINDS`; entity_type, attribute: NGSI-LD
    terms; filter: NGSI-LD ``q`` on the entities; area: code, empty for the area of the run;
    window_s: how far back from the end of the run's window [s], None for the whole window;
    method: how one entity's readings become one number; across: how the entities' numbers become
    one; interval_s: expected interval of readings [s], None for what the feed's contract says;
    unit_code: what the readings are converted to, empty to take them as they are.
    """

    formula = models.ForeignKey(Formula, models.CASCADE, related_name="inputs")
    name = models.CharField(max_length=40)
    kind = models.CharField(max_length=20)
    entity_type = models.CharField(max_length=200, blank=True)
    attribute = models.CharField(max_length=200, blank=True)
    filter = models.CharField(max_length=400, blank=True)
    area = models.CharField(max_length=13, blank=True)
    window_s = models.PositiveIntegerField(null=True)
    method = models.CharField(max_length=10, blank=True)
    across = models.CharField(max_length=10, blank=True)
    interval_s = models.PositiveIntegerField(null=True)
    unit_code = models.CharField(max_length=8, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint("formula", "name", name="input_name")]
        indexes = [models.Index(fields=["entity_type", "attribute"], name="input_reads")]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.formula.published_at is not None:
            raise FormulaPublished
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        if self.formula.published_at is not None:
            raise FormulaPublished
        return super().delete(*args, **kwargs)


class TargetPoint(models.Model):
    """One point of the path an indicator shall take: its baseline, or a target for a day."""

    class PointKind(models.TextChoices):
        BASELINE = "baseline", _("baseline")
        TARGET = "target", _("target")

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="path")
    area = models.ForeignKey(Region, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=PointKind, default=PointKind.TARGET)
    on = models.DateField()
    number = models.DecimalField(max_digits=18, decimal_places=6)
    source = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["on"]
        constraints = [models.UniqueConstraint("indicator", "area", "on", name="path_point_once")]


class CalculationRun(models.Model):
    """How one number was computed (proses hitung), with everything that went into it.

    as_of: the region's sequence in the data wing up to which readings count; window: start
    included, end excluded; aggregates: per input its number and counts; members: what `pack`
    wrote; members_digest: SHA-256 of the unpacked text; exact: before rounding; reason: why there
    is no result, a code of `engine.Reason`, with its facts; newest_at: observed time of the newest
    reading used; stale_after_s: after how many seconds of silence the number is out of date.
    """

    class Trigger(models.TextChoices):
        LIVE = "live", _("live")
        CLOSE = "close", _("end of the period")

    key = models.CharField(max_length=80, default=new_key, editable=False)
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="runs")
    formula = models.ForeignKey(Formula, models.PROTECT, related_name="runs")
    area = models.ForeignKey(Region, models.PROTECT, related_name="+")
    period = models.ForeignKey(Period, models.PROTECT, related_name="+")
    trigger = models.CharField(max_length=8, choices=Trigger)
    code_version = models.CharField(max_length=40)
    as_of = models.BigIntegerField()
    window_start = models.DateTimeField()
    window_end = models.DateTimeField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()
    aggregates = models.JSONField(default=dict)
    members = models.BinaryField()
    members_digest = models.CharField(max_length=64)
    exact = models.FloatField(null=True)
    result = models.DecimalField(max_digits=18, decimal_places=6, null=True)
    reason = models.CharField(max_length=40, blank=True)
    reason_facts = models.JSONField(default=dict)
    newest_at = models.DateTimeField(null=True)
    stale_after_s = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ["-started_at"]
        constraints = [
            models.UniqueConstraint("key", name="run_key"),
            models.UniqueConstraint(
                "indicator", "area", condition=Q(trigger="live"), name="one_live_run"
            ),
            models.UniqueConstraint(
                "indicator", "area", "period", condition=Q(trigger="close"), name="one_closing_run"
            ),
            models.CheckConstraint(
                condition=Q(result__isnull=False) | ~Q(reason=""),
                name="run_without_result_says_why",
            ),
        ]

    @property
    def urn(self) -> Urn:
        return Urn(self.indicator.region_id, Kind.RUN, self.key)

    @property
    def member_rows(self) -> list[dict[str, Any]]:
        """The members as JSON rows, one per input and entity; see `engine.Member`."""
        rows: list[dict[str, Any]] = json.loads(zlib.decompress(bytes(self.members)))
        return rows


class Entry(models.Model):
    """A number that somebody typed in for a period; with evidence, and checked by somebody else.

    Its key is also that of the value which it becomes, so that its address lasts. Never edited: a
    returned entry is followed by another. reviewer: the post that is asked to check it.
    """

    class State(models.TextChoices):
        SUBMITTED = "submitted", _("submitted")
        RETURNED = "returned", _("returned for revision")
        APPROVED = "approved", _("approved")

    key = models.CharField(max_length=80, default=new_key, editable=False)
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="entries")
    area = models.ForeignKey(Region, models.PROTECT, related_name="+")
    period = models.ForeignKey(Period, models.PROTECT, related_name="+")
    number = models.DecimalField(max_digits=18, decimal_places=6)
    note = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.SUBMITTED)
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    reviewer = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint("key", name="entry_key"),
            models.UniqueConstraint(
                "indicator", "area", "period", condition=Q(state="submitted"), name="one_entry_open"
            ),
        ]

    @property
    def urn(self) -> Urn:
        return Urn(self.indicator.region_id, Kind.VALUE, self.key)


class Value(models.Model):
    """The number of an indicator for an area and a period (nilai), proven by a run or an entry.

    A provisional value is replaced by the next one and may say that there is no number; a published
    one is kept for ever and always has one.
    """

    class State(models.TextChoices):
        PROVISIONAL = "provisional", _("provisional")
        PUBLISHED = "published", _("published")
        SUPERSEDED = "superseded", _("superseded")

    class Quality(models.TextChoices):
        MEASURED = "measured", _("measured")
        ESTIMATED = "estimated", _("estimated")
        TYPED = "typed", _("typed in")

    key = models.CharField(max_length=80, default=new_key, editable=False)
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="values")
    area = models.ForeignKey(Region, models.PROTECT, related_name="+")
    period = models.ForeignKey(Period, models.PROTECT, related_name="+")
    number = models.DecimalField(max_digits=18, decimal_places=6, null=True)
    state = models.CharField(max_length=12, choices=State)
    quality = models.CharField(max_length=10, choices=Quality)
    run = models.OneToOneField(CalculationRun, models.PROTECT, null=True, related_name="value")
    entry = models.OneToOneField(Entry, models.PROTECT, null=True, related_name="value")
    made_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-period__starts", "-made_at"]
        constraints = [
            models.UniqueConstraint("key", name="value_key"),
            models.CheckConstraint(
                condition=Q(run__isnull=False, entry=None) | Q(run=None, entry__isnull=False),
                name="value_points_at_its_proof",
            ),
            models.CheckConstraint(
                condition=Q(state="provisional") | Q(number__isnull=False),
                name="published_value_has_number",
            ),
            models.UniqueConstraint(
                "indicator", "area", condition=Q(state="provisional"), name="one_provisional_value"
            ),
            models.UniqueConstraint(
                "indicator",
                "area",
                "period",
                condition=Q(state="published"),
                name="one_published_value",
            ),
        ]

    @property
    def urn(self) -> Urn:
        return Urn(self.indicator.region_id, Kind.VALUE, self.key)


class LatestRun(models.Model):
    """The last run of an indicator and area at hand, and when the next live one is wanted.

    stale_since: when an input changed after the last run began; due_at: when the next run shall be
    made, earlier than that it is not.
    """

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="latest")
    area = models.ForeignKey(Region, models.PROTECT, related_name="+")
    run = models.ForeignKey(CalculationRun, models.SET_NULL, null=True, related_name="+")
    stale_since = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint("indicator", "area", name="latest_run_once")]


class LivePoint(models.Model):
    """What the live number was in one quarter of an hour: the line on a tile, kept two days."""

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="live_points")
    area = models.ForeignKey(Region, models.PROTECT, related_name="+")
    slot = models.DateTimeField()
    number = models.DecimalField(max_digits=18, decimal_places=6, null=True)

    class Meta:
        ordering = ["slot"]
        constraints = [models.UniqueConstraint("indicator", "area", "slot", name="live_point_once")]


def pack(rows: list[dict[str, Any]]) -> tuple[bytes, str]:
    """Members as they are kept: compressed JSON, and the SHA-256 of the JSON.

    Equal members give an equal digest: keys are sorted, separators fixed.
    """
    text = json.dumps(rows, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    return zlib.compress(text, 6), hashlib.sha256(text).hexdigest()
