"""The plan (rencana induk) and its versions.

A plan and its actions are stable identities. What was planned stands in the entries of a version,
and freezes when the version is published; yearly additions are addenda, versions of their own.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from simpul.desk.models import Document
from simpul.government.models import Post, Region
from simpul.kernel.ids import Kind, Urn, new_key
from simpul.programme.errors import VersionFrozen


class Plan(models.Model):
    """A region's smart-city plan of several years.

    tree: the classification of `desk.Category` by which its actions are ordered;
    starts, ends: first and last local day.
    """

    key = models.CharField(max_length=80, default=new_key, editable=False)
    region = models.ForeignKey(Region, models.PROTECT, related_name="plans")
    title = models.CharField(max_length=240)
    vision = models.TextField(blank=True)
    language = models.CharField(max_length=2, default="id")
    starts = models.DateField()
    ends = models.DateField()
    tree = models.CharField(max_length=40, default="gmsc-2017")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-starts", "title"]
        constraints = [
            models.UniqueConstraint("region", "key", name="plan_key"),
            models.CheckConstraint(condition=Q(ends__gte=F("starts")), name="plan_span"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def urn(self) -> Urn:
        return Urn(self.region_id, Kind.PLAN, self.key)


class PlanVersion(models.Model):
    """One edition of a plan: the whole of it, or an addendum to the whole before it."""

    class Scope(models.TextChoices):
        WHOLE = "whole", _("whole plan")
        ADDENDUM = "addendum", _("addendum")

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        SUPERSEDED = "superseded", _("superseded")

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    scope = models.CharField(max_length=10, choices=Scope, default=Scope.WHOLE)
    title = models.CharField(max_length=240)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    regulation = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    fingerprint = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["plan", "number"]
        constraints = [
            models.UniqueConstraint("plan", "number", name="plan_version_number"),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(published_at__isnull=False),
                name="plan_version_published_when",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class PlanEntry(models.Model):
    """What one version of the plan says about one action.

    text: the planned measure in the plan's language; targets: what is aimed at, a list of
    ``{"indicator": URN, "name", "unit", "year", "value"}`` (value: decimal text); budget: a list
    of ``{"year", "source", "code", "planned"}`` (planned: whole rupiah). Both lists are copied
    from the action when the version is published, and stand still from then on.
    """

    version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="entries")
    action = models.ForeignKey("programme.Action", models.PROTECT, related_name="entries")
    text = models.TextField()
    targets = models.JSONField(default=list)
    budget = models.JSONField(default=list)

    class Meta:
        ordering = ["version", "action__code", "id"]
        constraints = [models.UniqueConstraint("version", "action", name="plan_entry_once")]

    def save(self, *args: Any, **kwargs: Any) -> None:
        self._refuse_if_frozen()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        self._refuse_if_frozen()
        return super().delete(*args, **kwargs)

    def _refuse_if_frozen(self) -> None:
        """Asks the database, so that a stale object in memory cannot write either."""
        if PlanVersion.objects.filter(pk=self.version_id).exclude(state="draft").exists():
            raise VersionFrozen
