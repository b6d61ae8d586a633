"""The action (aksi) and what it carries: who, until when, money, indicators, updates."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from simpul.desk.models import Category, Period
from simpul.government.models import Account, Organisation, Post, Region
from simpul.indicators.models import Indicator
from simpul.kernel.ids import Kind, Urn, new_key
from simpul.programme.models.plans import Plan


class Action(models.Model):
    """One thing the plan sets out to do; a stable identity through all versions of the plan.

    kind: an action of the plan, a quick win (short, visible, scored apart) or a programme that
    others are part of; strand: what it builds up, as the yearly evaluation asks for it;
    post: who answers for it; reviewer: who checks its updates (without one, the head of the lead
    organisation); starts, due: first and last local day; revision: counts edits, so that two
    people editing at once notice each other; rhythm: how often an update is owed.
    """

    class ActionKind(models.TextChoices):
        ACTION = "action", pgettext_lazy("kind of action", "action")
        QUICK_WIN = "quick_win", _("quick win")
        PROGRAMME = "program", _("programme")

    class Strand(models.TextChoices):
        PEOPLE = "people", _("capacity of people")
        INFRASTRUCTURE = "infrastructure", _("supporting infrastructure")
        APPLICATION = "application", _("supporting applications")
        LITERACY = "literacy", _("smart-city literacy")
        REGULATION = "regulation", _("regulation and organisation")

    class Horizon(models.TextChoices):
        SHORT = "short", _("short term (1 year)")
        MEDIUM = "medium", _("medium term (5 years)")
        LONG = "long", _("long term (10 years)")

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        CLOSED = "closed", pgettext_lazy("action", "closed")

    class Visibility(models.TextChoices):
        PUBLIC = "public", _("public")
        INTERNAL = "internal", _("within the government")

    key = models.CharField(max_length=80, default=new_key, editable=False)
    region = models.ForeignKey(Region, models.PROTECT, related_name="actions")
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="actions")
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    kind = models.CharField(max_length=10, choices=ActionKind, default=ActionKind.ACTION)
    strand = models.CharField(max_length=14, choices=Strand, blank=True)
    code = models.CharField(max_length=40, blank=True)
    title = models.CharField(max_length=240)
    summary = models.CharField(max_length=400, blank=True)
    description = models.TextField(blank=True)
    language = models.CharField(max_length=2, default="id")
    lead = models.ForeignKey(Organisation, models.PROTECT, related_name="led_actions")
    post = models.ForeignKey(Post, models.PROTECT, related_name="actions")
    reviewer = models.ForeignKey(Post, models.PROTECT, null=True, related_name="checked_actions")
    categories = models.ManyToManyField(Category, related_name="actions")
    starts = models.DateField()
    due = models.DateField()
    horizon = models.CharField(max_length=6, choices=Horizon, default=Horizon.SHORT)
    rhythm = models.CharField(
        max_length=8, choices=Period.PeriodKind, default=Period.PeriodKind.QUARTER
    )
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    visibility = models.CharField(max_length=8, choices=Visibility, default=Visibility.PUBLIC)
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["code", "title"]
        constraints = [
            models.UniqueConstraint("region", "key", name="action_key"),
            models.UniqueConstraint(
                "plan", "code", condition=~Q(code=""), name="action_code_in_plan"
            ),
            models.CheckConstraint(condition=Q(due__gte=F("starts")), name="action_span"),
        ]
        indexes = [models.Index(fields=["region", "state", "visibility"])]

    def __str__(self) -> str:
        return self.title

    @property
    def urn(self) -> Urn:
        return Urn(self.region_id, Kind.ACTION, self.key)


class ActionParty(models.Model):
    """An organisation that supports an action, and how."""

    class Role(models.TextChoices):
        SUPPORT = "support", _("supports")
        FUND = "fund", _("funds")
        DATA = "data", _("gives data")
        PARTNER = "partner", _("partner outside the government")

    action = models.ForeignKey(Action, models.CASCADE, related_name="parties")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="supported_actions")
    role = models.CharField(max_length=8, choices=Role, default=Role.SUPPORT)

    class Meta:
        ordering = ["organisation__name"]
        constraints = [
            models.UniqueConstraint("action", "organisation", "role", name="action_party_once")
        ]


class Milestone(models.Model):
    """A step on the way (tahapan), done on a local day or still open."""

    key = models.CharField(max_length=80, default=new_key, editable=False, unique=True)
    action = models.ForeignKey(Action, models.CASCADE, related_name="milestones")
    title = models.CharField(max_length=240)
    due = models.DateField()
    done_on = models.DateField(null=True)
    done_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["due", "id"]

    @property
    def urn(self) -> Urn:
        return Urn(self.action.region_id, Kind.MILESTONE, self.key)


class BudgetLine(models.Model):
    """Money for an action in one year from one source, in whole rupiah.

    code: of the mandated programme classification; spent: None while nothing is known.
    """

    class Source(models.TextChoices):
        REGION = "apbd", _("regional budget (APBD)")
        PROVINCE = "apbd_prov", _("provincial budget (APBD provinsi)")
        STATE = "apbn", _("state budget (APBN)")
        SPECIAL = "dak", _("special allocation (DAK)")
        CSR = "csr", _("corporate responsibility (CSR)")
        PPP = "kpbu", _("public-private partnership (KPBU)")
        PRIVATE = "swasta", _("private")
        OTHER = "lain", _("other source")

    action = models.ForeignKey(Action, models.CASCADE, related_name="budget_lines")
    year = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=10, choices=Source, default=Source.REGION)
    code = models.CharField(max_length=60, blank=True)
    planned = models.PositiveBigIntegerField()
    spent = models.PositiveBigIntegerField(null=True)

    class Meta:
        ordering = ["year", "source", "code"]
        constraints = [
            models.UniqueConstraint("action", "year", "source", "code", name="budget_line_once")
        ]


class ActionIndicator(models.Model):
    """That an indicator tells how an action is getting on, and in what sense."""

    class Role(models.TextChoices):
        OUTPUT = "output", _("output")
        OUTCOME = "outcome", _("outcome")
        IMPACT = "impact", _("impact")

    action = models.ForeignKey(Action, models.CASCADE, related_name="measures")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+")
    role = models.CharField(max_length=8, choices=Role, default=Role.OUTCOME)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint("action", "indicator", name="action_indicator_once")]


class Update(models.Model):
    """One report on how far an action has come (laporan).

    key: given out with the empty form, so that a form sent twice is one update; percent: share of
    the action's own scope, 0 to 100 [%]; observed_on: local day; public: whether it is shown to
    everybody once accepted.
    """

    class State(models.TextChoices):
        SUBMITTED = "submitted", _("submitted")
        ACCEPTED = "accepted", _("accepted")
        RETURNED = "returned", _("returned for revision")

    key = models.CharField(max_length=80, default=new_key, editable=False)
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    action = models.ForeignKey(Action, models.PROTECT, related_name="updates")
    period = models.ForeignKey(Period, models.PROTECT, null=True, related_name="+")
    percent = models.DecimalField(max_digits=5, decimal_places=2)
    text = models.TextField()
    language = models.CharField(max_length=2, default="id")
    observed_on = models.DateField()
    public = models.BooleanField(default=True)
    state = models.CharField(max_length=10, choices=State, default=State.SUBMITTED)
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-observed_on", "-submitted_at", "-id"]
        constraints = [
            models.UniqueConstraint("region", "key", name="update_key"),
            models.CheckConstraint(
                condition=Q(percent__gte=0) & Q(percent__lte=100), name="update_percent"
            ),
        ]

    @property
    def urn(self) -> Urn:
        return Urn(self.region_id, Kind.UPDATE, self.key)


class StatusOverride(models.Model):
    """That somebody says otherwise than the computed status, and why. Append-only.

    status: a name of `status.Name`; empty takes the override before it back.
    """

    action = models.ForeignKey(Action, models.PROTECT, related_name="overrides")
    status = models.CharField(max_length=12, blank=True)
    reason = models.TextField()
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("status overrides are append-only")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("status overrides are append-only")
