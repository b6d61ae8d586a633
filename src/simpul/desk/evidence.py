"""Evidence (bukti dukung): what proves a number, a milestone or an update.

Taking in a file is two steps, because files are never written inside a transaction: `receive_…`
reads, checks and keeps it, `attach` writes the row in the caller's transaction. `add_…` does both.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.translation import gettext as _

from simpul.desk import files, media, outbox, pictures
from simpul.desk.errors import BadLink, BadPicture, NoPublicCopy
from simpul.desk.models import Evidence, StoredFile
from simpul.desk.pictures import NOTHING_TAKEN, Taken
from simpul.government import audit
from simpul.government.access import Walker
from simpul.government.models import Region
from simpul.kernel.ids import Urn

EvidenceKind = Evidence.EvidenceKind


@dataclass(frozen=True, slots=True)
class Received:
    """A file that was taken in and waits for its row. published: the copy for the public."""

    kind: str
    original: StoredFile | None
    published: StoredFile | None
    name: str = ""
    url: str = ""
    taken: Taken = NOTHING_TAKEN


def receive_picture(data: bytes, *, name: str, region: Region, now: datetime) -> Received:
    """Keep a picture and the copy of it that hides nothing; not inside a transaction.

    name: what the sender called it; region: whose zone the camera's clock is taken to show.

    Raises:
        BadPicture, EmptyFile, FileTooLarge, FileNotAccepted
    """
    if not media.is_picture(media.sniff(data)):
        raise BadPicture
    taken = pictures.taken(data, region.zone)
    copy = pictures.published_copy(data)
    original = files.keep(data, now=now)
    published = files.keep(copy, now=now)
    return Received(EvidenceKind.PICTURE, original, published, _short(name), taken=taken)


def receive_file(data: bytes, *, name: str, region: Region, now: datetime) -> Received:
    """Keep a file, as a picture where it is one; not inside a transaction.

    Raises:
        BadPicture, EmptyFile, FileTooLarge, FileNotAccepted
    """
    if media.is_picture(media.sniff(data)):
        return receive_picture(data, name=name, region=region, now=now)
    return Received(EvidenceKind.FILE, files.keep(data, now=now), None, _short(name))


def receive_link(url: str) -> Received:
    """
    Raises:
        BadLink: not an address on the web.
    """
    parts = urlsplit(url.strip())
    if parts.scheme not in {"http", "https"} or "." not in (parts.hostname or ""):
        raise BadLink(field="url")
    return Received(EvidenceKind.LINK, None, None, url=url.strip())


def _short(name: str) -> str:
    """The last part of a sender's file name, as much as there is room for."""
    return name.replace("\\", "/").rsplit("/", 1)[-1][-200:]


@transaction.atomic
def attach(
    received: Received,
    *,
    subject: Urn,
    title: str,
    now: datetime,
    by: Walker,
    is_public: bool = False,
) -> Evidence:
    """Say that what was received proves `subject`. title: one line; without it the file's name.

    is_public: everybody may see it, through the copy for the public; a PDF becomes that copy.
    """
    published = received.published
    if is_public and published is None:
        published = _as_it_is(received.original)
    evidence = Evidence.objects.create(
        region_id=subject.region,
        subject=str(subject),
        kind=received.kind,
        title=(title or received.name or received.url)[:200],
        original=received.original,
        published=published,
        original_name=received.name,
        url=received.url,
        taken_at=received.taken.at,
        latitude=received.taken.latitude,
        longitude=received.taken.longitude,
        is_public=is_public,
        added_at=now,
        added_by=by.account,
    )
    sha256 = received.original.sha256 if received.original else None
    audit.record(by=by, verb="added", subject=evidence.urn, now=now, to=str(subject), sha256=sha256)
    outbox.announce("EvidenceAdded", evidence.urn, now=now, to=str(subject))
    return evidence


def _as_it_is(file: StoredFile | None) -> StoredFile | None:
    """The file itself where the public may have it unchanged: a PDF that somebody marked public."""
    return file if file is not None and file.media_type == media.PDF else None


def add_picture(
    data: bytes,
    *,
    subject: Urn,
    region: Region,
    now: datetime,
    by: Walker,
    title: str = "",
    name: str = "",
    is_public: bool = False,
) -> Evidence:
    """`receive_picture` and `attach`; not inside a transaction."""
    received = receive_picture(data, name=name, region=region, now=now)
    return attach(received, subject=subject, title=title, now=now, by=by, is_public=is_public)


def add_file(
    data: bytes,
    *,
    subject: Urn,
    region: Region,
    now: datetime,
    by: Walker,
    title: str = "",
    name: str = "",
    is_public: bool = False,
) -> Evidence:
    """`receive_file` and `attach`; not inside a transaction."""
    received = receive_file(data, name=name, region=region, now=now)
    return attach(received, subject=subject, title=title, now=now, by=by, is_public=is_public)


def add_link(
    url: str, *, subject: Urn, now: datetime, by: Walker, title: str = "", is_public: bool = False
) -> Evidence:
    """`receive_link` and `attach`."""
    received = receive_link(url)
    return attach(received, subject=subject, title=title, now=now, by=by, is_public=is_public)


@transaction.atomic
def open_to_public(*, evidence: Evidence, now: datetime, by: Walker) -> Evidence:
    """Let everybody see it.

    Raises:
        NoPublicCopy: a file of which no copy for the public can be made.
    """
    if evidence.kind != EvidenceKind.LINK and evidence.published_id is None:
        evidence.published = _as_it_is(evidence.original)
        if evidence.published is None:
            raise NoPublicCopy(_("Only pictures, PDF and links can be shown to the public."))
    evidence.is_public = True
    evidence.save(update_fields=["is_public", "published"])
    audit.record(by=by, verb="opened", subject=evidence.urn, now=now)
    outbox.announce("EvidenceOpened", evidence.urn, now=now, to=evidence.subject)
    return evidence


@transaction.atomic
def close_to_public(*, evidence: Evidence, now: datetime, by: Walker) -> Evidence:
    """Show it to nobody outside any more."""
    evidence.is_public = False
    evidence.save(update_fields=["is_public"])
    audit.record(by=by, verb="closed", subject=evidence.urn, now=now)
    outbox.announce("EvidenceClosed", evidence.urn, now=now, to=evidence.subject)
    return evidence
