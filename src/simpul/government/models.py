"""Tables of the room: regions, organisations, posts, people, accounts, grants and the audit trail.

Duties belong to posts; people fill posts for a time. An account is how somebody signs in; the
person behind it is another row, with the personal data.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from simpul.kernel.ids import Kind, Urn, new_key


class Region(models.Model):
    """One node of the official code tree PP.KK.CC.DDDD, from province to village."""

    class Level(models.TextChoices):
        PROVINCE = "provinsi", _("province")
        REGENCY = "kabupaten", _("regency")
        CITY = "kota", _("city")
        DISTRICT = "kecamatan", _("district")
        URBAN_VILLAGE = "kelurahan", _("urban village")
        VILLAGE = "desa", _("village")

    code = models.CharField(max_length=13, primary_key=True)
    name = models.CharField(max_length=120)
    level = models.CharField(max_length=10, choices=Level)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    capital = models.CharField(max_length=80, blank=True)
    population = models.PositiveIntegerField(null=True)
    area_km2 = models.DecimalField(max_digits=12, decimal_places=3, null=True)
    latitude = models.FloatField()
    longitude = models.FloatField()
    tz = models.CharField(max_length=40)
    runs_here = models.BooleanField(default=False)
    vision = models.TextField(blank=True)
    vision_language = models.CharField(max_length=2, default="id")

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.tz)

    def today(self, now: datetime) -> date:
        """The calendar day that it is here at a moment."""
        return now.astimezone(self.zone).date()

    @property
    def urn(self) -> Urn:
        return Urn(self.code, Kind.REGION, self.code)


class Boundary(models.Model):
    """The outline of a region as a GeoJSON geometry, WGS 84; for maps, not for legal use."""

    region = models.OneToOneField(Region, models.CASCADE, primary_key=True, related_name="boundary")
    geometry = models.JSONField()


class CohortMembership(models.Model):
    """That a source names a region as a member of one year's Gerakan Menuju Smart City.

    A region without a row is unknown, not outside.
    """

    region = models.ForeignKey(Region, models.CASCADE, related_name="cohorts")
    year = models.PositiveSmallIntegerField()
    source = models.TextField()
    evidence = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint("region", "year", name="cohort_once_a_year")]


class Organisation(models.Model):
    """An office of the region or a partner, in a tree, for as long as it exists."""

    class OrganisationKind(models.TextChoices):
        GOVERNMENT = "pemda", _("regional government")
        SECRETARIAT = "sekretariat", _("secretariat")
        AGENCY = "dinas", _("agency (dinas)")
        BOARD = "badan", _("board (badan)")
        INSPECTORATE = "inspektorat", _("inspectorate")
        DISTRICT = "kecamatan", _("district office")
        HOSPITAL = "rsud", _("public hospital")
        STATE_FIRM = "bumn", _("state-owned company")
        REGIONAL_FIRM = "bumd", _("region-owned company")
        COMPANY = "swasta", _("private company")
        CAMPUS = "kampus", _("university")
        COMMUNITY = "komunitas", _("community")

    key = models.CharField(max_length=80, default=new_key, editable=False)
    region = models.ForeignKey(Region, models.PROTECT, related_name="organisations")
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    kind = models.CharField(max_length=12, choices=OrganisationKind)
    name = models.CharField(max_length=160)
    short_name = models.CharField(max_length=60, blank=True)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    successor = models.ForeignKey("self", models.PROTECT, null=True, related_name="predecessors")

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint("region", "key", name="organisation_key"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_from=None) | Q(valid_to__gt=F("valid_from")),
                name="organisation_valid_span",
            ),
        ]

    def __str__(self) -> str:
        return self.short_name or self.name

    @property
    def urn(self) -> Urn:
        return Urn(self.region_id, Kind.ORGANISATION, self.key)

    @property
    def is_the_region(self) -> bool:
        """Whether this is the regional government itself, so that its subtree is the region."""
        return self.parent_id is None and self.kind == self.OrganisationKind.GOVERNMENT

    def exists_on(self, day: date) -> bool:
        """Whether the organisation exists on a local day; `valid_to` is the first day after."""
        begun = self.valid_from is None or self.valid_from <= day
        return begun and (self.valid_to is None or day < self.valid_to)


class FormerName(models.Model):
    """What an organisation was called until a day."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="former_names")
    name = models.CharField(max_length=160)
    short_name = models.CharField(max_length=60, blank=True)
    until = models.DateField()

    class Meta:
        ordering = ["-until"]


class Post(models.Model):
    """A seat in an organisation (jabatan). Duties, grants and signatures belong to it."""

    key = models.CharField(max_length=80, default=new_key, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="posts")
    title = models.CharField(max_length=160)
    is_head = models.BooleanField(default=False)
    is_clerk = models.BooleanField(default=False)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)

    class Meta:
        ordering = ["organisation__name", "-is_head", "title"]
        constraints = [models.UniqueConstraint("organisation", "key", name="post_key")]

    def __str__(self) -> str:
        return self.title

    @property
    def urn(self) -> Urn:
        return Urn(self.organisation.region_id, Kind.POST, self.key)


class Person(models.Model):
    """Somebody, with the personal data that purpose and law allow. Never shown beyond the name."""

    key = models.CharField(max_length=80, default=new_key, editable=False, unique=True)
    name = models.CharField(max_length=160)
    nip = models.CharField(max_length=18, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=30, blank=True)
    delete_after = models.DateField(null=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Assignment(models.Model):
    """That a person fills a post for a time, and how: definitive, Pj, Plt or Plh."""

    class Manner(models.TextChoices):
        DEFINITIVE = "definitif", _("definitive")
        ACTING_TERM = "pj", _("Pj (acting for a term)")
        ACTING = "plt", _("Plt (acting)")
        ACTING_DAILY = "plh", _("Plh (acting day to day)")

    post = models.ForeignKey(Post, models.PROTECT, related_name="assignments")
    person = models.ForeignKey(Person, models.PROTECT, related_name="assignments")
    manner = models.CharField(max_length=10, choices=Manner, default=Manner.DEFINITIVE)
    decree_number = models.CharField(max_length=80, blank=True)
    decree_date = models.DateField(null=True)
    starts = models.DateField()
    ends = models.DateField(null=True)

    class Meta:
        ordering = ["-starts"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends=None) | Q(ends__gt=F("starts")), name="assignment_span"
            ),
            models.CheckConstraint(
                condition=Q(manner="definitif") | Q(ends__isnull=False),
                name="acting_assignment_ends",
            ),
        ]

    def covers(self, day: date) -> bool:
        """Whether the person fills the post on this local day; `ends` is the first day after."""
        return self.starts <= day and (self.ends is None or day < self.ends)


class AccountManager(BaseUserManager["Account"]):
    """Makes accounts; a password is set by `operations`, never here."""

    def get_by_natural_key(self, username: str | None) -> Account:
        return self.get(username__iexact=username)


class Account(AbstractBaseUser):
    """How a person signs in."""

    username = models.CharField(max_length=80, unique=True)
    person = models.OneToOneField(Person, models.PROTECT, related_name="account")
    language = models.CharField(max_length=2, default="id")
    theme = models.CharField(max_length=5, default="auto")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    objects: ClassVar[AccountManager] = AccountManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.username


class SignInFailure(models.Model):
    """A wrong password, kept for minutes to slow down guessing.

    who: keyed hash of the name that was tried and the address it came from.
    """

    who = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["who", "at"])]


class Grant(models.Model):
    """What a post, or a person for a time, may do to one kind of object below an organisation.

    kind: a `kernel.ids.Kind`, or ``*``; plan: URN of one plan, or empty for all.
    """

    class Right(models.TextChoices):
        SEE = "see", pgettext_lazy("right", "see")
        REPORT = "report", pgettext_lazy("right", "report")
        EDIT = "edit", pgettext_lazy("right", "edit")
        REVIEW = "review", pgettext_lazy("right", "review")
        SIGN = "sign", pgettext_lazy("right", "sign")
        ASSESS = "assess", pgettext_lazy("right", "assess")
        OPERATE = "operate", pgettext_lazy("right", "operate")
        ADMINISTER = "administer", pgettext_lazy("right", "administer")

    post = models.ForeignKey(Post, models.CASCADE, null=True, related_name="grants")
    person = models.ForeignKey(Person, models.CASCADE, null=True, related_name="grants")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="grants")
    kind = models.CharField(max_length=20, default="*")
    plan = models.CharField(max_length=120, blank=True)
    right = models.CharField(max_length=12, choices=Right)
    expires = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(Q(post=None) & Q(person__isnull=False))
                | (Q(post__isnull=False) & Q(person=None)),
                name="grant_to_post_or_person",
            ),
            models.CheckConstraint(
                condition=Q(person=None) | Q(expires__isnull=False), name="grant_to_person_expires"
            ),
        ]


class AuditRow(models.Model):
    """One thing somebody did; written in the transaction that did it, never changed."""

    region = models.CharField(max_length=13, db_index=True)
    at = models.DateTimeField()
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+")
    verb = models.CharField(max_length=60)
    subject = models.CharField(max_length=240, db_index=True)
    facts = models.JSONField(default=dict)

    class Meta:
        ordering = ["id"]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("audit rows are append-only")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("audit rows are append-only")
