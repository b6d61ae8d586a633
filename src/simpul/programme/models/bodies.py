"""The bodies that steer the programme: who sits in them, and that they met."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from simpul.desk.models import Document
from simpul.government.models import Person, Post, Region
from simpul.kernel.ids import Kind, Urn, new_key


class Body(models.TextChoices):
    COUNCIL = "dewan", _("smart-city council (Dewan)")
    TEAM = "tim", _("implementing team (Tim Pelaksana)")
    FORUM = "forum", _("smart-city forum")


class Meeting(models.Model):
    """That a body met on a local day; the minutes prove it."""

    key = models.CharField(max_length=80, default=new_key, editable=False)
    region = models.ForeignKey(Region, models.PROTECT, related_name="meetings")
    body = models.CharField(max_length=8, choices=Body)
    held_on = models.DateField()
    title = models.CharField(max_length=240)
    place = models.CharField(max_length=160, blank=True)
    present = models.PositiveSmallIntegerField(null=True)
    minutes = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+")
    is_public = models.BooleanField(default=True)
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["-held_on", "-id"]
        constraints = [models.UniqueConstraint("region", "key", name="meeting_key")]

    def __str__(self) -> str:
        return self.title

    @property
    def urn(self) -> Urn:
        return Urn(self.region_id, Kind.MEETING, self.key)


class RosterEntry(models.Model):
    """A seat in a body: held by a post of the government, or by a person from outside it."""

    region = models.ForeignKey(Region, models.PROTECT, related_name="roster")
    body = models.CharField(max_length=8, choices=Body)
    role = models.CharField(max_length=120)
    order = models.PositiveSmallIntegerField(default=0)
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decree = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+")
    starts = models.DateField()
    ends = models.DateField(null=True)

    class Meta:
        ordering = ["body", "order", "id"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(post=None) & Q(person__isnull=False))
                | (Q(post__isnull=False) & Q(person=None)),
                name="roster_post_or_person",
            ),
            models.CheckConstraint(
                condition=Q(ends=None) | Q(ends__gt=F("starts")), name="roster_span"
            ),
        ]
