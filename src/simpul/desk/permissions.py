"""The doors of this room: evidence and documents.

What is public everybody sees, evidence through its copy for the public. The rest is open to the
people of the office that owns the subject, and to those who may look inside it; whose subject it
is, the rooms above say with `owner_from`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from django.db.models import Q

from simpul.desk.errors import NoSuchDocument, NoSuchEvidence
from simpul.desk.models import Document, Evidence
from simpul.government.access import Right, Walker
from simpul.kernel.errors import NotAllowed, NotSignedIn
from simpul.kernel.ids import Kind, Urn

Owner = Callable[[Urn], int | None]
_owners: dict[Kind, Owner] = {}


def owner_from(kinds: Iterable[Kind], owner: Owner) -> None:
    """Called by the wiring: which organisation (its id) a subject of these kinds belongs to."""
    for kind in kinds:
        _owners[kind] = owner


def _owner_of(subject: str) -> int | None:
    """The organisation behind a subject; None means the region as a whole."""
    if not subject:
        return None
    urn = Urn.parse(subject)
    owner = _owners.get(urn.kind)
    return owner(urn) if owner else None


def may_see_original(evidence: Evidence, walker: Walker) -> bool:
    """Whether the walker may see the file as it was sent, with what the camera wrote into it."""
    own = walker.account is not None and evidence.added_by_id == walker.account.pk
    return own or _inside(walker, evidence.region_id, Kind.EVIDENCE, evidence.subject)


def may_open_evidence(evidence: Evidence, walker: Walker) -> bool:
    """Whether the walker decides what of it the public sees."""
    region = evidence.region_id
    if not walker.belongs_to(region):
        return False
    organisation = _owner_of(evidence.subject)
    return walker.may(Right.EDIT, region=region, kind=Kind.EVIDENCE, organisation=organisation)


def may_see_evidence(evidence: Evidence, walker: Walker) -> bool:
    return evidence.is_public or may_see_original(evidence, walker)


def may_see_document(document: Document, walker: Walker) -> bool:
    return document.is_public or _inside(
        walker, document.region_id, Kind.DOCUMENT, document.subject
    )


def _inside(walker: Walker, region: str, kind: Kind, subject: str) -> bool:
    """Whether the walker holds a post in the subject's office, or a grant to look into it."""
    if not (walker.posts or walker.given):
        return False
    owner = _owner_of(subject)
    if owner is not None and any(post.organisation_id == owner for post in walker.posts):
        return True
    return walker.may(Right.SEE, region=region, kind=kind, organisation=owner)


def access_evidence(region: str, key: str, *, walker: Walker, to: str = Right.SEE) -> Evidence:
    """The evidence at a permanent address.

    Raises:
        NoSuchEvidence: there is none, or none that the walker may see.
        NotSignedIn, NotAllowed: it may be seen, but not this.
    """
    evidence = (
        Evidence.objects.filter(region=region, key=key)
        .select_related("region", "original", "published", "added_by__person")
        .first()
    )
    if evidence is None or not may_see_evidence(evidence, walker):
        raise NoSuchEvidence
    if to != Right.SEE:
        _must(to, evidence.region_id, Kind.EVIDENCE, evidence.subject, walker)
    return evidence


def access_document(region: str, key: str, *, walker: Walker, to: str = Right.SEE) -> Document:
    """The document at a permanent address.

    Raises:
        NoSuchDocument: there is none, or none that the walker may see.
        NotSignedIn, NotAllowed: it may be seen, but not this.
    """
    document = (
        Document.objects.filter(region=region, key=key).select_related("region", "file").first()
    )
    if document is None or not may_see_document(document, walker):
        raise NoSuchDocument
    if to != Right.SEE:
        _must(to, document.region_id, Kind.DOCUMENT, document.subject, walker)
    return document


def _must(right: str, region: str, kind: Kind, subject: str, walker: Walker) -> None:
    if not walker.signed_in:
        raise NotSignedIn
    if not walker.may(right, region=region, kind=kind, organisation=_owner_of(subject)):
        raise NotAllowed


def evidence_among(urns: Collection[Urn], walker: Walker) -> list[Evidence]:
    """The evidence among these URNs that the walker may see."""
    rows = Evidence.objects.filter(_named(urns, Kind.EVIDENCE)).select_related("region")
    return [row for row in rows if may_see_evidence(row, walker)]


def documents_among(urns: Collection[Urn], walker: Walker) -> list[Document]:
    """The documents among these URNs that the walker may see."""
    rows = Document.objects.filter(_named(urns, Kind.DOCUMENT)).select_related("region")
    return [row for row in rows if may_see_document(row, walker)]


def _named(urns: Collection[Urn], kind: Kind) -> Q:
    keys: dict[str, list[str]] = {}
    for urn in urns:
        if urn.kind is kind:
            keys.setdefault(urn.region, []).append(urn.key)
    found = Q(pk__in=[])
    for region, group in keys.items():
        found |= Q(region=region, key__in=group)
    return found
