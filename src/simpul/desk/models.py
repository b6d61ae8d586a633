"""Tables that every room above uses.

One evidence, review, category, document, period and obligation table for all of them, the links
of the thread, and the outbox of facts.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from simpul.government.models import Account, Organisation, Post, Region
from simpul.kernel.ids import Kind, Urn, new_key


class Link(models.Model):
    """That one object hangs on another, for a time. Written by the room that knows, in its own
    transaction; can be rebuilt from the facts."""

    from_urn = models.CharField(max_length=240)
    to_urn = models.CharField(max_length=240)
    kind = models.CharField(max_length=20)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "from_urn", "to_urn", "kind", condition=Q(valid_to=None), name="link_once"
            )
        ]
        indexes = [
            models.Index(fields=["from_urn", "valid_to"]),
            models.Index(fields=["to_urn", "valid_to"]),
        ]


class Category(models.Model):
    """A node of a classification: dimensions, sub-dimensions, local priorities.

    tree: which classification, with its version, e.g. ``gmsc-2017``; names in both languages.
    """

    tree = models.CharField(max_length=40)
    key = models.CharField(max_length=60)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    order = models.PositiveSmallIntegerField(default=0)
    name_id = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    official_name = models.CharField(max_length=120, blank=True)
    aim_id = models.TextField(blank=True)
    aim_en = models.TextField(blank=True)
    mark = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ["tree", "order"]
        constraints = [models.UniqueConstraint("tree", "key", name="category_key")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The official name where there is one, else the name in the reader's language."""
        return self.official_name or self.local_name

    @property
    def local_name(self) -> str:
        return self.name_en if get_language() == "en" else self.name_id

    @property
    def aim(self) -> str:
        return self.aim_en if get_language() == "en" else self.aim_id


class StoredFile(models.Model):
    """A file by the hash of its content; on disk and synced before this row exists."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=80)
    stored_at = models.DateTimeField()


class Evidence(models.Model):
    """What proves a number, a milestone or an update (bukti dukung).

    The original stays restricted; what the public sees is a copy without hidden data (EXIF,
    document properties), with a hash of its own. place and taken_at come from the picture where
    it has them.
    """

    class EvidenceKind(models.TextChoices):
        PICTURE = "picture", pgettext_lazy("evidence", "picture")
        FILE = "file", pgettext_lazy("evidence", "file")
        LINK = "link", pgettext_lazy("evidence", "link")

    key = models.CharField(max_length=80, default=new_key, editable=False)
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    subject = models.CharField(max_length=240, db_index=True)
    kind = models.CharField(max_length=10, choices=EvidenceKind)
    title = models.CharField(max_length=200)
    original = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="originals")
    published = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="copies")
    original_name = models.CharField(max_length=200, blank=True)
    url = models.URLField(max_length=500, blank=True)
    taken_at = models.DateTimeField(null=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    is_public = models.BooleanField(default=False)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["added_at", "id"]
        constraints = [models.UniqueConstraint("region", "key", name="evidence_key")]

    @property
    def urn(self) -> Urn:
        return Urn(self.region_id, Kind.EVIDENCE, self.key)


class Review(models.Model):
    """One step of a check of anything: accepted, or returned with a note. Append-only."""

    class Verdict(models.TextChoices):
        SUBMITTED = "submitted", _("submitted")
        ACCEPTED = "accepted", _("accepted")
        RETURNED = "returned", _("returned for revision")

    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    subject = models.CharField(max_length=240, db_index=True)
    verdict = models.CharField(max_length=10, choices=Verdict)
    note = models.TextField(blank=True)
    by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("reviews are append-only")
        super().save(*args, **kwargs)


class Document(models.Model):
    """A decree, regulation, minutes or agreement (dokumen), with its number, date and file."""

    class DocumentKind(models.TextChoices):
        REGULATION = "perkada", pgettext_lazy("document", "regulation of the head of region")
        BYLAW = "perda", pgettext_lazy("document", "regional regulation")
        DECREE = "sk", pgettext_lazy("document", "decree (SK)")
        MINUTES = "notulen", pgettext_lazy("document", "minutes")
        AGREEMENT = "mou", pgettext_lazy("document", "agreement")
        COMMITMENT = "komitmen", pgettext_lazy("document", "joint commitment")
        MASTERPLAN = "masterplan", pgettext_lazy("document", "master plan book")
        REPORT = "laporan", pgettext_lazy("document", "report")
        OTHER = "lain", pgettext_lazy("document", "other")

    key = models.CharField(max_length=80, default=new_key, editable=False)
    region = models.ForeignKey(Region, models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=12, choices=DocumentKind)
    title = models.CharField(max_length=240)
    number = models.CharField(max_length=120, blank=True)
    dated = models.DateField(null=True)
    adopted = models.BooleanField(default=False)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="documents")
    subject = models.CharField(max_length=240, blank=True, db_index=True)
    language = models.CharField(max_length=2, default="id")
    is_public = models.BooleanField(default=True)
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["-dated", "-id"]
        constraints = [models.UniqueConstraint("region", "key", name="document_key")]

    def __str__(self) -> str:
        return self.title

    @property
    def urn(self) -> Urn:
        return Urn(self.region_id, Kind.DOCUMENT, self.key)


class Period(models.Model):
    """A reporting period of a region: month, quarter, half-year or year, in local days.

    starts is included, ends excluded; due is the last local day to report.
    """

    class PeriodKind(models.TextChoices):
        MONTH = "month", _("month")
        QUARTER = "quarter", _("quarter")
        HALF = "half", _("half-year")
        YEAR = "year", _("year")

    region = models.ForeignKey(Region, models.PROTECT, related_name="periods")
    kind = models.CharField(max_length=8, choices=PeriodKind)
    starts = models.DateField()
    ends = models.DateField()
    due = models.DateField()

    class Meta:
        ordering = ["starts"]
        constraints = [
            models.UniqueConstraint("region", "kind", "starts", name="period_once"),
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="period_span"),
        ]

    def holds(self, day: date) -> bool:
        return self.starts <= day < self.ends


class Obligation(models.Model):
    """What a post owes: derived from the facts of a room, settled by them.

    subject: URN of what it is about; reason: a stable code such as ``update_due``; title_id and
    title_en: one sentence that says why it is here.
    """

    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    subject = models.CharField(max_length=240)
    post = models.ForeignKey(Post, models.PROTECT, related_name="obligations")
    reason = models.CharField(max_length=40)
    title_id = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300)
    due = models.DateField(null=True)
    arose_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = [F("due").asc(nulls_last=True), "arose_at"]
        constraints = [
            models.UniqueConstraint(
                "subject", "post", "reason", condition=Q(settled_at=None), name="owed_once"
            )
        ]
        indexes = [models.Index(fields=["post", "settled_at", "due"])]

    @property
    def title(self) -> str:
        return self.title_en if get_language() == "en" else self.title_id


class OutboxEvent(models.Model):
    """A fact of the city hall, written in the transaction that made it true; followers read it in
    order and keep their own cursor."""

    region = models.CharField(max_length=13)
    name = models.CharField(max_length=60)
    subject = models.CharField(max_length=240)
    at = models.DateTimeField()
    facts = models.JSONField(default=dict)

    class Meta:
        ordering = ["id"]


class Cursor(models.Model):
    """How far a follower has come: committed together with its effect."""

    follower = models.CharField(max_length=60)
    region = models.CharField(max_length=13)
    position = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint("follower", "region", name="cursor_once")]


__all__ = [
    "Category",
    "Cursor",
    "Document",
    "Evidence",
    "Link",
    "Obligation",
    "Organisation",
    "OutboxEvent",
    "Period",
    "Review",
    "StoredFile",
]
