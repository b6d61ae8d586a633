"""What can be done to commitments: written, opened, signed, declined, carried by actions.

Typesetting, signing and writing files happen before the transaction that records them; that
transaction looks again at what it builds upon, and refuses where somebody was quicker.

Who may draft and open is asked before, at the doors in `permissions`; that only the holder of a
party's post signs or declines for it is held here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from simpul.desk import documents, files, outbox, thread
from simpul.desk.models import Document, StoredFile
from simpul.desk.papers.safe import safe
from simpul.desk.papers.signatures import SignatureFacts, Signer, Stamp, verify
from simpul.government import audit, queries
from simpul.government.access import SYSTEM, Walker
from simpul.government.models import Post, Region
from simpul.government.queries import Holder
from simpul.kernel.ids import new_key
from simpul.programme import duties, paper
from simpul.programme.errors import (
    AlreadyAnswered,
    ChangedMeanwhile,
    CommitmentFrozen,
    IncompleteCommitment,
    NotOpen,
    NotTheHolder,
    NotYourTurn,
    SignatureRejected,
    TextMissing,
)
from simpul.programme.knots import CARRIES
from simpul.programme.models import Action, Clause, ClauseAction, Commitment, Party
from simpul.web import formats

State = Commitment.State
ATTEMPTS = 3

STAMP_WORDS = {
    "id": ("Tanda tangan elektronik", "Ditandatangani secara elektronik oleh"),
    "en": ("Electronic signature", "Signed electronically by"),
}


@dataclass(frozen=True, slots=True)
class Seat:
    """A post that is to sign. turn: parties of one turn sign in any order, the next turn begins
    when all of them have answered."""

    post: Post
    turn: int = 1


@dataclass(frozen=True, slots=True)
class ClauseText:
    """One thing promised. key: for a permanent address that people can read."""

    text: str
    key: str = ""


# -- writing it ----------------------------------------------------------------------------


@transaction.atomic
def draft_commitment(
    *,
    region: Region,
    title: str,
    place: str,
    dated: date,
    preamble: str,
    clauses: Sequence[str | ClauseText],
    parties: Sequence[Post | Seat],
    now: datetime,
    number: str = "",
    closing: str = "",
    language: str = "id",
    sign_by: date | None = None,
    supersedes: Commitment | None = None,
    key: str = "",
    by: Walker = SYSTEM,
) -> Commitment:
    """Write a commitment. parties: in the order of the paper; posts sign one after the other,
    seats in their turns.
    """
    commitment = Commitment.objects.create(
        key=key or new_key(),
        region=region,
        title=title,
        number=number,
        dated=dated,
        place=place,
        preamble=preamble,
        closing=closing,
        language=language,
        sign_by=sign_by,
        supersedes=supersedes,
        created_at=now,
    )
    _write_clauses(commitment, clauses)
    _write_parties(commitment, parties)
    audit.record(by=by, verb="drafted", subject=commitment.urn, now=now, title=title)
    return commitment


@transaction.atomic
def revise_commitment(
    *,
    commitment: Commitment,
    revision: int,
    now: datetime,
    clauses: Sequence[str | ClauseText],
    parties: Sequence[Post | Seat],
    by: Walker = SYSTEM,
    **text: Any,
) -> Commitment:
    """Write a draft anew. revision: the one that the editor had before them; text: fields of
    `models.Commitment`. A clause keeps its address while it keeps its number.

    Raises:
        CommitmentFrozen: it was opened for signing.
        ChangedMeanwhile: somebody else saved since; nothing is written.
    """
    drafts = Commitment.objects.filter(pk=commitment.pk, state=State.DRAFT)
    if not drafts.exists():
        raise CommitmentFrozen
    if not drafts.filter(revision=revision).update(revision=F("revision") + 1, **text):
        raise ChangedMeanwhile
    commitment.refresh_from_db()
    _write_clauses(commitment, clauses)
    commitment.parties.all().delete()
    _write_parties(commitment, parties)
    audit.record(by=by, verb="edited", subject=commitment.urn, now=now, revision=revision + 1)
    return commitment


def _write_clauses(commitment: Commitment, clauses: Sequence[str | ClauseText]) -> None:
    texts = [ClauseText(each) if isinstance(each, str) else each for each in clauses]
    known = {clause.number: clause for clause in commitment.clauses.all()}
    for number, said in enumerate(texts, 1):
        clause = known.pop(number, None) or Clause(
            key=said.key or new_key(),
            region=commitment.region,
            commitment=commitment,
            number=number,
        )
        clause.text = said.text.strip()
        clause.save()
    for clause in known.values():
        clause.delete()


def _write_parties(commitment: Commitment, parties: Sequence[Post | Seat]) -> None:
    Party.objects.bulk_create(
        Party(
            commitment=commitment,
            order=order,
            turn=each.turn if isinstance(each, Seat) else order,
            post=each.post if isinstance(each, Seat) else each,
            organisation=(each.post if isinstance(each, Seat) else each).organisation,
            field=paper.field_name(order),
        )
        for order, each in enumerate(parties, 1)
    )


# -- opening it ----------------------------------------------------------------------------


def open_for_signing(
    *, commitment: Commitment, address: str, now: datetime, by: Walker = SYSTEM
) -> Commitment:
    """Set the commitment on paper, freeze its text and ask the first parties to sign.

    address: the whole address of the commitment's page, for the QR.

    Raises:
        IncompleteCommitment
        CommitmentFrozen: it was opened before.
        ChangedMeanwhile: somebody changed the text while it was typeset.
    """
    commitment = Commitment.objects.select_related("region").get(pk=commitment.pk)
    if commitment.state != State.DRAFT:
        raise CommitmentFrozen
    clauses, parties = _clauses(commitment), _parties(commitment)
    if not (commitment.title.strip() and clauses and parties):
        raise IncompleteCommitment
    pdf = paper.typeset_commitment(commitment, clauses, parties, address=address, now=now)
    stored = files.keep(pdf, now=now)
    print_of = paper.fingerprint(commitment, clauses, parties)
    return _open(commitment, stored, print_of, now, by)


@transaction.atomic
def _open(
    commitment: Commitment, stored: StoredFile, fingerprint: str, now: datetime, by: Walker
) -> Commitment:
    same = Commitment.objects.filter(
        pk=commitment.pk, state=State.DRAFT, revision=commitment.revision
    )
    document = documents.add_document(
        region=commitment.region,
        kind=Document.DocumentKind.COMMITMENT,
        title=commitment.title,
        number=commitment.number,
        dated=commitment.dated,
        file=stored,
        subject=commitment.urn,
        language=commitment.language,
        now=now,
        by=by,
    )
    frozen = {"fingerprint": fingerprint, "document": document, "opened_at": now}
    if not same.update(state=State.OPEN, **frozen):
        raise ChangedMeanwhile
    commitment.refresh_from_db()
    duties.refresh_commitment(commitment, now)
    facts = {"fingerprint": fingerprint, "file": stored.sha256}
    audit.record(by=by, verb="opened", subject=commitment.urn, now=now, **facts)
    outbox.announce("CommitmentOpened", commitment.urn, now=now, **facts)
    return commitment


def _clauses(commitment: Commitment) -> list[Clause]:
    return list(commitment.clauses.order_by("number"))


def _parties(commitment: Commitment) -> list[Party]:
    rows = commitment.parties.select_related("post__organisation__region", "organisation")
    return list(rows.order_by("order"))


# -- answering it --------------------------------------------------------------------------


@transaction.atomic
def mark_read(*, party: Party, now: datetime, by: Walker) -> Party:
    """Say that the holder of the post has the text before them; the first time counts."""
    if any(post.pk == party.post_id for post in by.posts):
        waiting = Party.objects.filter(pk=party.pk, state=Party.State.INVITED)
        if waiting.update(state=Party.State.READ, read_at=now):
            audit.record(by=by, verb="read", subject=party.commitment.urn, now=now)
    party.refresh_from_db()
    return party


def sign(*, party: Party, signer: Signer, now: datetime, by: Walker) -> Party:
    """Sign for a party: adds a signature to the document, checks it, and keeps name, post and
    manner as they are today. The last answer concludes the commitment.

    Raises:
        NotOpen, AlreadyAnswered, NotYourTurn, NotTheHolder
        SignatureRejected: the signature does not hold, or names somebody else.
        ChangedMeanwhile: others kept signing while this was tried.
    """
    for _attempt in range(ATTEMPTS):
        party, holder = _may_answer(party, by, now)
        base = _file_of(party.commitment)
        signed = _signed(party, holder, signer, files.content(base), now)
        facts = _checked(signed, party, holder, now)
        stored = files.keep(signed, now=now)
        if _record(party, holder, base, stored, facts, now, by):
            return party
    raise ChangedMeanwhile


def _may_answer(party: Party, by: Walker, now: datetime) -> tuple[Party, Holder]:
    """The party as it is now, and who answers for it."""
    party = Party.objects.select_related(
        "commitment__region", "commitment__document__file", "post__organisation", "organisation"
    ).get(pk=party.pk)
    commitment = party.commitment
    if party.state in {Party.State.SIGNED, Party.State.DECLINED}:
        raise AlreadyAnswered
    if commitment.state != State.OPEN:
        raise NotOpen
    if by.account is None or all(post.pk != party.post_id for post in by.posts):
        raise NotTheHolder
    if all(other.pk != party.pk for other in duties.in_turn(commitment)):
        raise NotYourTurn
    return party, _holder(party, by, commitment.region.today(now))


def _holder(party: Party, by: Walker, day: date) -> Holder:
    """In which manner the walker holds the post; where several people do, their own row counts."""
    assert by.account is not None
    rows = queries.assignments_of(party.post).filter(person=by.account.person_id)
    mine = [row for row in rows if row.covers(day)]
    if not mine:
        raise NotTheHolder
    row = mine[0]
    return Holder(party.post, row.person, row.manner, row.starts, row.ends, row.decree_number)


def _file_of(commitment: Commitment) -> StoredFile:
    document = commitment.document
    assert document is not None
    assert document.file is not None
    return document.file


def _signed(party: Party, holder: Holder, signer: Signer, pdf: bytes, now: datetime) -> bytes:
    commitment = party.commitment
    title, signed_by = STAMP_WORDS.get(commitment.language, STAMP_WORDS["id"])
    zone = commitment.region.zone
    lines = (signed_by, holder.name, holder.title, formats.moment(now, commitment.language, zone))
    return signer.sign(
        pdf,
        field=party.field,
        stamp=Stamp(lines, title=title, language=commitment.language),
        reason=commitment.title,
        place=commitment.place,
        now=now,
    )


def _checked(pdf: bytes, party: Party, holder: Holder, now: datetime) -> dict[str, Any]:
    """What was found about the new signature; every earlier one is looked at again as well."""
    found = verify(pdf, trust_roots=safe().trust_roots(), now=now)
    mine = next((each for each in found if each.field == party.field), None)
    if mine is None:
        raise SignatureRejected
    for each in found:
        if not (each.intact and each.covers_whole_document):
            raise SignatureRejected(problem_found=str(each.problem))
    if not mine.valid:
        raise SignatureRejected(problem_found=str(mine.problem))
    if not same_name(mine.signer, holder.name):
        raise SignatureRejected(problem_found="name")
    return _as_json(mine)


def _as_json(facts: SignatureFacts) -> dict[str, Any]:
    plain = asdict(facts)
    plain["signed_at"] = facts.signed_at.isoformat() if facts.signed_at else None
    plain["problem"] = str(facts.problem) if facts.problem else None
    return plain


def same_name(certificate: str, person: str) -> bool:
    """Whether a certificate's name is a person's, titles and initials aside.

    >>> same_name("BUDI SANTOSO", "Dr. Budi Santoso, S.T., M.Si.")
    True
    """
    first, second = _words(certificate), _words(person)
    return bool(first and second) and (first <= second or second <= first)


def _words(name: str) -> set[str]:
    """The words of a name before its trailing titles, without abbreviations."""
    words = name.split(",")[0].casefold().split()
    return {word for word in words if not word.endswith(".") and len(word) > 1}


@transaction.atomic
def _record(
    party: Party,
    holder: Holder,
    base: StoredFile,
    stored: StoredFile,
    facts: dict[str, Any],
    now: datetime,
    by: Walker,
) -> bool:
    """Keep a signature; False where the document is no longer the one that was signed."""
    before = party.commitment.document
    assert before is not None
    document = Document.objects.select_for_update().get(pk=before.pk)
    still_open = Commitment.objects.filter(pk=party.commitment_id, state=State.OPEN)
    if not still_open.exists() or document.file_id != base.pk:
        return False
    documents.replace_file(document=document, file=stored, now=now, by=by)
    _snapshot(party, holder)
    party.state, party.signed_at = Party.State.SIGNED, now
    party.signed_file, party.facts = stored, facts
    party.save()
    told = {"party": party.order, "manner": holder.manner, "file": stored.sha256}
    audit.record(by=by, verb="signed", subject=party.commitment.urn, now=now, **told)
    outbox.announce("CommitmentSigned", party.commitment.urn, now=now, **told)
    _conclude(party.commitment, now)
    return True


def _snapshot(party: Party, holder: Holder) -> None:
    party.person, party.name, party.manner = holder.person, holder.name, holder.manner
    party.post_title = party.post.title
    party.organisation_name = party.organisation.name


@transaction.atomic
def decline(*, party: Party, reason: str, now: datetime, by: Walker) -> Party:
    """Say that a party does not sign, and why.

    Raises:
        TextMissing: without a reason.
        NotOpen, AlreadyAnswered, NotYourTurn, NotTheHolder
    """
    if not reason.strip():
        raise TextMissing(field="reason")
    party, holder = _may_answer(party, by, now)
    _snapshot(party, holder)
    party.state, party.declined_at = Party.State.DECLINED, now
    party.decline_reason = reason.strip()
    party.save()
    told = {"party": party.order}
    audit.record(by=by, verb="declined", subject=party.commitment.urn, now=now, **told)
    outbox.announce("CommitmentDeclined", party.commitment.urn, now=now, **told)
    _conclude(party.commitment, now)
    return party


def _conclude(commitment: Commitment, now: datetime) -> None:
    """Ask the next turn, or end where everybody has answered."""
    answers = set(commitment.parties.values_list("state", flat=True))
    if not answers & {Party.State.INVITED, Party.State.READ}:
        signed = Party.State.SIGNED in answers
        commitment.state = State.SIGNED if signed else State.DECLINED
        commitment.concluded_at = now
        commitment.save(update_fields=["state", "concluded_at"])
        outbox.announce("CommitmentConcluded", commitment.urn, now=now, state=commitment.state)
        if signed:
            _take_effect(commitment, now)
    duties.refresh_commitment(commitment, now)


def _take_effect(commitment: Commitment, now: datetime) -> None:
    """The document is in force, and what it supersedes no longer is."""
    assert commitment.document is not None
    documents.adopt(
        document=commitment.document,
        number=commitment.number,
        dated=commitment.dated,
        now=now,
    )
    if commitment.supersedes_id is not None:
        earlier = Commitment.objects.filter(pk=commitment.supersedes_id, state=State.SIGNED)
        earlier.update(state=State.SUPERSEDED)


@transaction.atomic
def withdraw(
    *, commitment: Commitment, reason: str, now: datetime, by: Walker = SYSTEM
) -> Commitment:
    """Take back a commitment that is not concluded.

    Raises:
        TextMissing: without a reason.
        NotOpen: it is concluded.
    """
    if not reason.strip():
        raise TextMissing(field="reason")
    going = Commitment.objects.filter(pk=commitment.pk, state__in=[State.DRAFT, State.OPEN])
    if not going.update(state=State.WITHDRAWN, concluded_at=now):
        raise NotOpen
    commitment.refresh_from_db()
    duties.refresh_commitment(commitment, now)
    told = {"reason": reason.strip()}
    audit.record(by=by, verb="withdrawn", subject=commitment.urn, now=now, **told)
    outbox.announce("CommitmentWithdrawn", commitment.urn, now=now)
    return commitment


# -- keeping it ----------------------------------------------------------------------------


@transaction.atomic
def carry(*, clause: Clause, action: Action, now: datetime, by: Walker = SYSTEM) -> ClauseAction:
    """That an action carries a clause from today on; ties the thread. Idempotent."""
    row, _made = ClauseAction.objects.get_or_create(
        clause=clause,
        action=action,
        ends=None,
        defaults={"starts": action.region.today(now)},
    )
    thread.tie(clause.urn, action.urn, kind=CARRIES, now=now)
    audit.record(by=by, verb="carried", subject=clause.urn, now=now, action=str(action.urn))
    return row


@transaction.atomic
def let_go(*, clause: Clause, action: Action, now: datetime, by: Walker = SYSTEM) -> None:
    """That an action no longer carries a clause; it stays on record until when it did."""
    rows = ClauseAction.objects.filter(clause=clause, action=action, ends=None)
    rows.update(ends=action.region.today(now))
    thread.untie(clause.urn, action.urn, kind=CARRIES, now=now)
    audit.record(by=by, verb="let go", subject=clause.urn, now=now, action=str(action.urn))
