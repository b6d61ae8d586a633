"""What there is to say about a commitment's document: who signed, in which post, and whether each
signature holds; and whether a file that somebody has is the one that stands here."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from simpul.desk import files
from simpul.desk.papers import authority
from simpul.desk.papers.errors import UnreadablePaper
from simpul.desk.papers.safe import safe
from simpul.desk.papers.signatures import Problem, SignatureFacts, verify
from simpul.programme import paper
from simpul.programme.models import Commitment, Party

REMEMBERED = 64
_looked_up: dict[tuple[str, tuple[bytes, ...], datetime], tuple[SignatureFacts, ...]] = {}


@dataclass(frozen=True, slots=True)
class Checked:
    """One party and its signature. found: what the document says now; None where it is not there.

    outlived: the certificate has expired since; when the signature was made it was good.
    """

    party: Party
    found: SignatureFacts | None

    @property
    def valid(self) -> bool:
        return self.found is not None and (self.found.valid or self.outlived)

    @property
    def outlived(self) -> bool:
        expired = self.found is not None and self.found.problem is Problem.EXPIRED
        return expired and self.party.facts.get("problem") is None

    @property
    def demonstration(self) -> bool:
        return self.found is not None and self.found.issuer == authority.NAME


@dataclass(frozen=True, slots=True)
class Verification:
    """The whole document. sha256, size: of the file that stands here; text_unchanged: the text of
    the page is the one that was frozen; whole: every party that signed is found in the file, and
    nothing else is."""

    checked: tuple[Checked, ...]
    sha256: str
    size: int
    text_unchanged: bool
    whole: bool

    @property
    def signed(self) -> int:
        return sum(1 for each in self.checked if each.party.state == Party.State.SIGNED)

    @property
    def good(self) -> bool:
        """Whether everything that should hold does."""
        signed = [each for each in self.checked if each.party.state == Party.State.SIGNED]
        return self.whole and self.text_unchanged and all(each.valid for each in signed)

    @property
    def demonstration(self) -> bool:
        return any(each.demonstration for each in self.checked)


class Likeness(StrEnum):
    """What somebody's file is, beside the one that stands here."""

    SAME = "same"
    EARLIER = "earlier"
    OTHER = "other"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Compared:
    """A file that somebody brought. signatures: how many it has where it is an earlier state."""

    likeness: Likeness
    sha256: str
    signatures: int = 0


def parties_of(commitment: Commitment) -> list[Party]:
    """The parties in the order of the paper, with what a page needs of them."""
    rows = commitment.parties.select_related("post__organisation__region", "organisation")
    return list(rows.select_related("signed_file").order_by("order"))


def verification_of(commitment: Commitment, *, now: datetime) -> Verification | None:
    """What the document on disk says about itself now; None before it is opened.

    Raises:
        NoSuchFile: the disk has lost it.
    """
    document = commitment.document
    if document is None or document.file is None:
        return None
    pdf = files.content(document.file)
    found = {each.field: each for each in _found(pdf, document.file.sha256, now)}
    parties = parties_of(commitment)
    signed = {party.field for party in parties if party.state == Party.State.SIGNED}
    clauses = list(commitment.clauses.order_by("number"))
    return Verification(
        checked=tuple(Checked(party, found.get(party.field)) for party in parties),
        sha256=document.file.sha256,
        size=document.file.size,
        text_unchanged=paper.fingerprint(commitment, clauses, parties) == commitment.fingerprint,
        whole=set(found) == signed,
    )


def _found(pdf: bytes, sha256: str, now: datetime) -> tuple[SignatureFacts, ...]:
    """What a verifier finds in these bytes; looked up again at most once an hour, as anybody may
    ask and each signature takes its time."""
    roots = tuple(safe().trust_roots())
    hour = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    key = (sha256, roots, hour)
    if key not in _looked_up:
        while len(_looked_up) >= REMEMBERED:
            _looked_up.pop(next(iter(_looked_up)), None)
        _looked_up[key] = verify(pdf, trust_roots=roots, now=hour)
    return _looked_up[key]


def compare(commitment: Commitment, data: bytes, *, now: datetime) -> Compared:
    """Whether a file is this commitment's document, an earlier state of it, or another file.

    Byte for byte, by SHA-256: a scan or a print into PDF is another file.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    document = commitment.document
    if document is not None and document.file_id == sha256:
        return Compared(Likeness.SAME, sha256)
    earlier = commitment.parties.filter(signed_file=sha256).exists()
    if earlier or _begins_with(commitment, data):
        return Compared(Likeness.EARLIER, sha256, _count(data, now))
    return Compared(Likeness.OTHER if data.startswith(b"%PDF-") else Likeness.UNREADABLE, sha256)


def _begins_with(commitment: Commitment, data: bytes) -> bool:
    """Whether the document grew out of this file; signatures are only ever appended."""
    document = commitment.document
    if document is None or document.file is None or not data.startswith(b"%PDF-"):
        return False
    return files.content(document.file).startswith(data) and len(data) > 1024


def _count(data: bytes, now: datetime) -> int:
    try:
        return len(verify(data, trust_roots=(), now=now))
    except UnreadablePaper:
        return 0
