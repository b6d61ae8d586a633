"""The commitment (komitmen bersama): what was promised, by which posts, signed how and when."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from simpul.desk.models import Document, StoredFile
from simpul.government.models import Organisation, Person, Post, Region
from simpul.kernel.ids import Kind, Urn, new_key
from simpul.programme.errors import CommitmentFrozen


class Commitment(models.Model):
    """A promise of several offices and partners.

    key: also what the QR on the paper points at; fingerprint: SHA-256 of the text once it is open
    for signing, from when on nothing of it changes; sign_by: the local day until which the
    parties are asked to sign; supersedes: the commitment that this one takes the place of.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        OPEN = "open", _("open for signing")
        SIGNED = "signed", _("signed")
        DECLINED = "declined", _("declined by all")
        WITHDRAWN = "withdrawn", _("withdrawn")
        SUPERSEDED = "superseded", _("superseded")

    key = models.CharField(max_length=80, default=new_key, editable=False)
    region = models.ForeignKey(Region, models.PROTECT, related_name="commitments")
    title = models.CharField(max_length=240)
    number = models.CharField(max_length=120, blank=True)
    dated = models.DateField()
    place = models.CharField(max_length=120)
    preamble = models.TextField()
    closing = models.TextField(blank=True)
    sign_by = models.DateField(null=True)
    language = models.CharField(max_length=2, default="id")
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    supersedes = models.ForeignKey("self", models.PROTECT, null=True, related_name="successors")
    fingerprint = models.CharField(max_length=64, blank=True)
    document = models.OneToOneField(Document, models.PROTECT, null=True, related_name="+")
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    concluded_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-dated", "-id"]
        constraints = [
            models.UniqueConstraint("region", "key", name="commitment_key"),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(state="withdrawn") | ~Q(fingerprint=""),
                name="commitment_frozen_once_open",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def urn(self) -> Urn:
        return Urn(self.region_id, Kind.COMMITMENT, self.key)

    @property
    def shown(self) -> str:
        """The name of the state part that tells how it stands."""
        return "cancelled" if self.state == self.State.WITHDRAWN else str(self.state)


def _refuse_if_frozen(commitment_id: int) -> None:
    """Asks the database, so that a stale object in memory cannot write either."""
    if Commitment.objects.filter(pk=commitment_id).exclude(fingerprint="").exists():
        raise CommitmentFrozen


class Party(models.Model):
    """An organisation that promises, through the post that signs for it.

    order: the place on the paper; turn: who may sign when: parties of one turn sign in any order,
    the next turn begins when everybody of the turns before has answered; name, post_title,
    organisation_name, manner: as they were when it was signed (or declined); field: name of the
    signature field in the document; signed_file: the document as it was with this signature;
    facts: what was found when the signature was checked.
    """

    class State(models.TextChoices):
        INVITED = "invited", _("invited")
        READ = "read", pgettext_lazy("party", "read")
        SIGNED = "signed", _("signed")
        DECLINED = "declined", _("declined")

    commitment = models.ForeignKey(Commitment, models.CASCADE, related_name="parties")
    order = models.PositiveSmallIntegerField()
    turn = models.PositiveSmallIntegerField(default=1)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="commitments")
    post = models.ForeignKey(Post, models.PROTECT, related_name="commitments")
    state = models.CharField(max_length=8, choices=State, default=State.INVITED)
    read_at = models.DateTimeField(null=True)
    signed_at = models.DateTimeField(null=True)
    declined_at = models.DateTimeField(null=True)
    decline_reason = models.TextField(blank=True)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=160, blank=True)
    post_title = models.CharField(max_length=160, blank=True)
    organisation_name = models.CharField(max_length=160, blank=True)
    manner = models.CharField(max_length=10, blank=True)
    field = models.CharField(max_length=40, blank=True)
    signed_file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    facts = models.JSONField(default=dict)

    class Meta:
        ordering = ["commitment", "order"]
        constraints = [
            models.UniqueConstraint("commitment", "order", name="party_order"),
            models.UniqueConstraint("commitment", "post", name="party_post_once"),
            models.CheckConstraint(
                condition=~Q(state="signed")
                | (Q(signed_at__isnull=False) & Q(signed_file__isnull=False) & ~Q(name="")),
                name="party_signed_with_snapshot",
            ),
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(decline_reason=""),
                name="party_declined_with_reason",
            ),
        ]


class Clause(models.Model):
    """One thing promised (butir)."""

    key = models.CharField(max_length=80, default=new_key, editable=False)
    region = models.ForeignKey(Region, models.PROTECT, related_name="+")
    commitment = models.ForeignKey(Commitment, models.CASCADE, related_name="clauses")
    number = models.PositiveSmallIntegerField()
    text = models.TextField()

    class Meta:
        ordering = ["commitment", "number"]
        constraints = [
            models.UniqueConstraint("region", "key", name="clause_key"),
            models.UniqueConstraint("commitment", "number", name="clause_number"),
        ]

    def __str__(self) -> str:
        return self.text

    def save(self, *args: Any, **kwargs: Any) -> None:
        _refuse_if_frozen(self.commitment_id)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        _refuse_if_frozen(self.commitment_id)
        return super().delete(*args, **kwargs)

    @property
    def urn(self) -> Urn:
        return Urn(self.region_id, Kind.CLAUSE, self.key)


class ClauseAction(models.Model):
    """That an action carries a clause, for a time. Not part of the frozen text."""

    clause = models.ForeignKey(Clause, models.CASCADE, related_name="carried_by")
    action = models.ForeignKey("programme.Action", models.PROTECT, related_name="carries")
    starts = models.DateField()
    ends = models.DateField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                "clause", "action", condition=Q(ends=None), name="clause_action_once"
            )
        ]
