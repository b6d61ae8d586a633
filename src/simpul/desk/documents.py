"""Documents (dokumen): decrees, regulations, minutes and agreements with number, date and file."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from simpul.desk import outbox
from simpul.desk.errors import FileNotAccepted
from simpul.desk.media import PDF
from simpul.desk.models import Document, StoredFile
from simpul.government import audit
from simpul.government.access import SYSTEM, Walker
from simpul.government.models import Region
from simpul.kernel.ids import Urn, new_key

DocumentKind = Document.DocumentKind


@transaction.atomic
def add_document(
    *,
    region: Region,
    kind: str,
    title: str,
    now: datetime,
    number: str = "",
    dated: date | None = None,
    adopted: bool = False,
    valid_from: date | None = None,
    valid_to: date | None = None,
    file: StoredFile | None = None,
    subject: Urn | None = None,
    language: str = "id",
    is_public: bool = True,
    key: str = "",
    by: Walker = SYSTEM,
) -> Document:
    """Write down a document. file: kept before by `files.keep`, a PDF; adopted: in force, not a
    draft; subject: what it is about, where that is one object.

    Raises:
        FileNotAccepted: the file is no PDF.
    """
    _must_be_pdf(file)
    document = Document.objects.create(
        key=key or new_key(),
        region=region,
        kind=kind,
        title=title,
        number=number,
        dated=dated,
        adopted=adopted,
        valid_from=valid_from,
        valid_to=valid_to,
        file=file,
        subject=str(subject) if subject else "",
        language=language,
        is_public=is_public,
        added_at=now,
    )
    audit.record(by=by, verb="added", subject=document.urn, now=now, kind=kind, number=number)
    outbox.announce("DocumentAdded", document.urn, now=now, kind=str(kind))
    return document


@transaction.atomic
def replace_file(
    *, document: Document, file: StoredFile, now: datetime, by: Walker = SYSTEM
) -> Document:
    """Give the document another file, e.g. one with a further signature; the old one is kept.

    Raises:
        FileNotAccepted: the file is no PDF.
    """
    _must_be_pdf(file)
    former = document.file_id
    document.file = file
    document.save(update_fields=["file"])
    facts = {"sha256": file.sha256, "former": former}
    audit.record(by=by, verb="replaced", subject=document.urn, now=now, **facts)
    outbox.announce("DocumentReplaced", document.urn, now=now, sha256=file.sha256)
    return document


@transaction.atomic
def adopt(
    *,
    document: Document,
    now: datetime,
    number: str,
    dated: date,
    valid_from: date | None = None,
    by: Walker = SYSTEM,
) -> Document:
    """Put the document in force under its number and date."""
    document.adopted, document.number, document.dated = True, number, dated
    document.valid_from = valid_from or dated
    document.save(update_fields=["adopted", "number", "dated", "valid_from"])
    audit.record(by=by, verb="adopted", subject=document.urn, now=now, number=number)
    outbox.announce("DocumentAdopted", document.urn, now=now, number=number)
    return document


def _must_be_pdf(file: StoredFile | None) -> None:
    if file is not None and file.media_type != PDF:
        raise FileNotAccepted(_("A document's file is a PDF."), field="file")
