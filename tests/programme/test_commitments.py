from __future__ import annotations

import io
from datetime import date, timedelta
from pathlib import Path

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from simpul.desk import files
from simpul.desk.models import Document, Link, Obligation, OutboxEvent, StoredFile
from simpul.desk.papers.authority import Authority
from simpul.desk.papers.errors import WrongPassphrase
from simpul.desk.papers.safe import safe
from simpul.desk.papers.signatures import field_names, verify
from simpul.programme import errors, operations, verification
from simpul.programme.models import Clause, Commitment, Party
from simpul.programme.operations import ClauseText
from simpul.programme.verification import Likeness
from tests import factories as city
from tests.factories import NOW, TODAY
from tests.programme import factories as make
from tests.programme import signing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("papers")]


def file_of(commitment: Commitment) -> bytes:
    document = Document.objects.get(subject=str(commitment.urn))
    assert document.file is not None
    return files.content(document.file)


def signatures_in(pdf: bytes) -> list[str]:
    found = verify(pdf, trust_roots=safe().trust_roots(), now=NOW + timedelta(hours=1))
    assert all(each.valid for each in found)
    return [each.signer for each in found]


# -- the text ------------------------------------------------------------------------------


def test_a_draft_can_be_revised_and_keeps_the_addresses_of_its_clauses() -> None:
    draft = make.commitment(clauses=[ClauseText("Pertama.", key="butir-1"), "Kedua."])
    first = draft.clauses.get(number=1).urn

    operations.revise_commitment(
        commitment=draft,
        revision=1,
        title="Judul baru",
        clauses=["Pertama, diperbaiki."],
        parties=[city.post(), city.post()],
        now=NOW,
    )

    assert draft.title == "Judul baru"
    assert [(clause.urn, clause.text) for clause in draft.clauses.all()] == [
        (first, "Pertama, diperbaiki.")
    ]
    assert list(draft.parties.values_list("order", "turn")) == [(1, 1), (2, 2)]


def test_two_people_revising_a_draft_notice_each_other() -> None:
    draft = make.commitment()
    said = {"clauses": ["Baru."], "parties": [city.post()], "now": NOW}
    operations.revise_commitment(commitment=draft, revision=1, **said)  # type: ignore[arg-type]

    with pytest.raises(errors.ChangedMeanwhile):
        operations.revise_commitment(commitment=draft, revision=1, **said)  # type: ignore[arg-type]


def test_opening_freezes_the_text_and_makes_a_paper_with_a_field_for_each_party() -> None:
    who = [signing.head("Ani Lestari"), signing.head("Budi Santoso")]

    commitment = signing.opened(*who)

    pdf = file_of(commitment)
    assert commitment.state == Commitment.State.OPEN
    assert len(commitment.fingerprint) == 64
    assert field_names(pdf) == {"party-1": False, "party-2": False}
    assert b"<pdfaid:part>2</pdfaid:part>" in pdf
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in pdf
    document = Document.objects.get(subject=str(commitment.urn))
    assert (document.kind, document.adopted) == ("komitmen", False)


def test_frozen_text_can_be_changed_by_nobody() -> None:
    commitment = signing.opened(signing.head("Ani Lestari"))
    clause = commitment.clauses.get()
    clause.text = "Diubah diam-diam."

    with pytest.raises(errors.CommitmentFrozen):
        clause.save()
    with pytest.raises(errors.CommitmentFrozen):
        clause.delete()
    with pytest.raises(errors.CommitmentFrozen):
        Clause(region=commitment.region, commitment=commitment, number=9, text="Disisipkan.").save()
    with pytest.raises(errors.CommitmentFrozen):
        operations.revise_commitment(
            commitment=commitment, revision=1, clauses=[], parties=[], now=NOW
        )
    with pytest.raises(errors.CommitmentFrozen):
        operations.open_for_signing(commitment=commitment, address=signing.ADDRESS, now=NOW)


def test_a_change_behind_the_back_of_the_house_is_seen_at_the_check() -> None:
    commitment = signing.opened(signing.head("Ani Lestari"))
    Commitment.objects.filter(pk=commitment.pk).update(title="Judul yang lain")
    commitment.refresh_from_db()

    found = verification.verification_of(commitment, now=NOW)

    assert found is not None
    assert not found.text_unchanged
    assert not found.good


def test_a_commitment_without_clauses_is_not_opened() -> None:
    with pytest.raises(errors.IncompleteCommitment):
        operations.open_for_signing(
            commitment=make.commitment(clauses=[]), address=signing.ADDRESS, now=NOW
        )


# -- signing -------------------------------------------------------------------------------


def test_three_heads_sign_one_after_the_other_and_the_last_makes_it_signed() -> None:
    heads = [signing.head(name) for name in ("Ani Lestari", "Budi Santoso", "Citra Dewi")]
    commitment = signing.opened(*heads)

    for place, who in enumerate(heads):
        commitment.refresh_from_db()
        assert commitment.state == Commitment.State.OPEN
        signing.sign(commitment, who, now=NOW + timedelta(minutes=place))

    commitment.refresh_from_db()
    assert commitment.state == Commitment.State.SIGNED
    assert commitment.concluded_at == NOW + timedelta(minutes=2)
    assert signatures_in(file_of(commitment)) == ["Ani Lestari", "Budi Santoso", "Citra Dewi"]
    assert Document.objects.get(subject=str(commitment.urn)).adopted
    assert OutboxEvent.objects.filter(name="CommitmentSigned").count() == 3
    assert OutboxEvent.objects.filter(name="CommitmentConcluded").count() == 1


def test_every_state_of_the_document_is_kept() -> None:
    heads = [signing.head("Ani Lestari"), signing.head("Budi Santoso")]
    commitment = signing.opened(*heads)
    unsigned = file_of(commitment)

    first = signing.sign(commitment, heads[0])
    second = signing.sign(commitment, heads[1])

    assert first.signed_file is not None
    assert second.signed_file is not None
    assert StoredFile.objects.count() == 3
    assert files.content(first.signed_file).startswith(unsigned)
    assert files.content(second.signed_file).startswith(files.content(first.signed_file))


def test_name_post_and_manner_stay_as_they_were_when_it_was_signed() -> None:
    who = signing.head("Ani Lestari")
    commitment = signing.opened(who)
    seat = city.seat_of(who)
    title, office = seat.title, seat.organisation.name
    signing.sign(commitment, who)

    who.person.name = "Nama Baru"
    who.person.save()
    seat.title = "Jabatan baru"
    seat.save()

    party = commitment.parties.get()
    assert (party.name, party.post_title, party.organisation_name, party.manner) == (
        "Ani Lestari",
        title,
        office,
        "definitif",
    )
    assert party.facts["issuer"].startswith("Otoritas Demonstrasi Simpul")


def test_who_acts_in_the_post_signs_in_that_manner() -> None:
    office = city.organisation("Dinas Perhubungan")
    seat = city.post(office, title="Kepala Dinas Perhubungan", is_head=True)
    person = city.person("Budi Santoso")
    city.assignment(person, seat, manner="plt", ends=date(2027, 1, 1))
    who = city.account(person)
    commitment = signing.opened(who)

    party = signing.sign(commitment, who)

    assert party.manner == "plt"
    assert party.post_title == "Kepala Dinas Perhubungan"


def test_only_the_holder_of_the_post_signs() -> None:
    who, other = signing.head("Ani Lestari"), signing.head("Budi Santoso")
    commitment = signing.opened(who)

    with pytest.raises(errors.NotTheHolder):
        operations.sign(
            party=commitment.parties.get(),
            signer=signing.certificate(other),
            now=NOW,
            by=city.walker(other),
        )


def test_whoever_left_the_post_no_longer_signs_for_it() -> None:
    who = signing.head("Ani Lestari")
    commitment = signing.opened(who)
    walker, signer = city.walker(who), signing.certificate(who)
    who.person.assignments.update(ends=TODAY)

    with pytest.raises(errors.NotTheHolder):
        operations.sign(party=commitment.parties.get(), signer=signer, now=NOW, by=walker)


def test_parties_sign_in_their_turn() -> None:
    heads = [signing.head(name) for name in ("Ani Lestari", "Budi Santoso", "Citra Dewi")]
    commitment = signing.opened(*heads, turns=(1, 2, 2))

    with pytest.raises(errors.NotYourTurn):
        signing.sign(commitment, heads[2])
    signing.sign(commitment, heads[0])
    signing.sign(commitment, heads[2])
    signing.sign(commitment, heads[1])

    assert signatures_in(file_of(commitment)) == ["Ani Lestari", "Citra Dewi", "Budi Santoso"]


def test_one_signs_once() -> None:
    who = signing.head("Ani Lestari")
    commitment = signing.opened(who, signing.head("Budi Santoso"))
    signing.sign(commitment, who)

    with pytest.raises(errors.AlreadyAnswered):
        signing.sign(commitment, who)


def test_a_certificate_in_another_name_is_refused_and_nothing_is_kept() -> None:
    who = signing.head("Ani Lestari")
    commitment = signing.opened(who)
    before = file_of(commitment)
    somebody_else = signing.certificate(who, name="Dedi Kurnia")

    with pytest.raises(errors.SignatureRejected) as refused:
        operations.sign(
            party=commitment.parties.get(), signer=somebody_else, now=NOW, by=city.walker(who)
        )

    assert refused.value.facts["problem_found"] == "name"
    assert file_of(commitment) == before
    assert commitment.parties.get().state == Party.State.INVITED


def test_a_certificate_of_an_unknown_authority_is_refused(tmp_path: Path) -> None:
    who = signing.head("Ani Lestari")
    commitment = signing.opened(who)
    stranger = Authority.open(tmp_path / "asing", passphrase=b"x", now=NOW)
    stranger.issue("ani", name="Ani Lestari", organisation="", post="", passphrase=b"x", now=NOW)

    with pytest.raises(errors.SignatureRejected) as refused:
        operations.sign(
            party=commitment.parties.get(),
            signer=stranger.signer("ani", b"x"),
            now=NOW,
            by=city.walker(who),
        )

    assert refused.value.facts["problem_found"] == "untrusted"


def test_a_wrong_passphrase_opens_no_certificate() -> None:
    who = signing.head("Ani Lestari")
    signing.certificate(who)

    with pytest.raises(WrongPassphrase):
        safe().authority(now=NOW).signer(who.person.key, b"salah")


def test_two_signing_at_the_same_moment_both_end_up_in_the_document() -> None:
    heads = [signing.head("Ani Lestari"), signing.head("Budi Santoso")]
    commitment = signing.opened(*heads, turns=(1, 1))
    slow = signing.certificate(heads[0])

    class Slow:
        """Lets the other one sign while this signature is being made, the first time."""

        overtaken = False

        def sign(self, pdf: bytes, **said: object) -> bytes:
            if not self.overtaken:
                self.overtaken = True
                signing.sign(commitment, heads[1])
            return slow.sign(pdf, **said)  # type: ignore[arg-type]

    operations.sign(
        party=signing.party_of(commitment, heads[0]),
        signer=Slow(),
        now=NOW,
        by=city.walker(heads[0]),
    )

    assert signatures_in(file_of(commitment)) == ["Budi Santoso", "Ani Lestari"]


def test_titles_and_initials_do_not_make_another_person() -> None:
    same = operations.commitments.same_name

    assert same("BUDI SANTOSO", "Dr. Budi Santoso, S.T., M.Si.")
    assert same("Budi Santoso", "H. Budi Santoso")
    assert not same("Budi Santoso", "Budi Hartono")
    assert not same("", "Budi")
    assert not same("B.", "Budi")


# -- declining, withdrawing, superseding ---------------------------------------------------


def test_declining_says_why_and_lets_the_others_go_on() -> None:
    heads = [signing.head("Ani Lestari"), signing.head("Budi Santoso")]
    commitment = signing.opened(*heads)

    with pytest.raises(errors.TextMissing):
        operations.decline(
            party=signing.party_of(commitment, heads[0]),
            reason=" ",
            now=NOW,
            by=city.walker(heads[0]),
        )
    operations.decline(
        party=signing.party_of(commitment, heads[0]),
        reason="Anggaran belum disetujui.",
        now=NOW,
        by=city.walker(heads[0]),
    )
    signing.sign(commitment, heads[1])

    commitment.refresh_from_db()
    assert commitment.state == Commitment.State.SIGNED
    declined = signing.party_of(commitment, heads[0])
    assert (declined.state, declined.decline_reason, declined.name) == (
        "declined",
        "Anggaran belum disetujui.",
        "Ani Lestari",
    )


def test_a_commitment_that_everybody_declined_is_not_signed() -> None:
    who = signing.head("Ani Lestari")
    commitment = signing.opened(who)

    operations.decline(
        party=commitment.parties.get(), reason="Tidak setuju.", now=NOW, by=city.walker(who)
    )

    commitment.refresh_from_db()
    assert commitment.state == Commitment.State.DECLINED


def test_a_withdrawn_commitment_is_not_signed_any_more() -> None:
    who = signing.head("Ani Lestari")
    commitment = signing.opened(who)

    operations.withdraw(commitment=commitment, reason="Salah naskah.", now=NOW)

    with pytest.raises(errors.NotOpen):
        signing.sign(commitment, who)
    with pytest.raises(errors.NotOpen):
        operations.withdraw(commitment=commitment, reason="Lagi.", now=NOW)
    assert not Obligation.objects.filter(settled_at=None).exists()


def test_a_new_commitment_takes_the_place_of_the_old_once_it_is_signed() -> None:
    who = signing.head("Ani Lestari")
    old = signing.opened(who)
    signing.sign(old, who)
    old.refresh_from_db()
    new = signing.opened(who, supersedes=old)
    old.refresh_from_db()
    assert old.state == Commitment.State.SIGNED

    signing.sign(new, who)

    old.refresh_from_db()
    assert old.state == Commitment.State.SUPERSEDED


# -- reading and owing ---------------------------------------------------------------------


def test_the_first_reading_is_noted_and_only_that_of_the_holder() -> None:
    who, other = signing.head("Ani Lestari"), signing.head("Budi Santoso")
    party = signing.opened(who).parties.get()

    operations.mark_read(party=party, now=NOW, by=city.walker(other))
    assert party.state == Party.State.INVITED
    operations.mark_read(party=party, now=NOW, by=city.walker(who))
    operations.mark_read(party=party, now=NOW + timedelta(days=1), by=city.walker(who))

    party.refresh_from_db()
    assert (party.state, party.read_at) == (Party.State.READ, NOW)


def test_a_signature_is_owed_by_those_whose_turn_it_is() -> None:
    heads = [signing.head(name) for name in ("Ani Lestari", "Budi Santoso", "Citra Dewi")]
    commitment = signing.opened(*heads, turns=(1, 2, 2), sign_by=TODAY + timedelta(days=7))

    def owing() -> set[str]:
        rows = Obligation.objects.filter(reason="sign", settled_at=None).select_related("post")
        return {row.post.organisation.name for row in rows}

    assert owing() == {"Dinas Ani Lestari"}
    signing.sign(commitment, heads[0])
    assert owing() == {"Dinas Budi Santoso", "Dinas Citra Dewi"}
    signing.sign(commitment, heads[2])
    assert owing() == {"Dinas Budi Santoso"}
    assert Obligation.objects.get(reason="sign", settled_at=None).due == TODAY + timedelta(days=7)
    signing.sign(commitment, heads[1])
    assert owing() == set()


# -- the check -----------------------------------------------------------------------------


def test_the_check_tells_of_every_party_and_that_the_authority_is_a_demonstration() -> None:
    heads = [signing.head("Ani Lestari"), signing.head("Budi Santoso")]
    commitment = signing.opened(*heads)
    signing.sign(commitment, heads[0])
    commitment.refresh_from_db()

    found = verification.verification_of(commitment, now=NOW)

    assert found is not None
    assert found.good
    assert found.demonstration
    assert (found.signed, len(found.checked)) == (1, 2)
    first, second = found.checked
    assert first.found is not None
    assert (first.valid, first.found.signer, first.demonstration) == (True, "Ani Lestari", True)
    assert (second.valid, second.found) == (False, None)


def test_a_signature_outlives_its_certificate() -> None:
    who = signing.head("Ani Lestari")
    commitment = signing.opened(who)
    signing.sign(commitment, who)
    commitment.refresh_from_db()

    found = verification.verification_of(commitment, now=NOW + timedelta(days=3 * 365))

    assert found is not None
    assert found.checked[0].outlived
    assert found.good


def test_a_file_is_compared_byte_for_byte() -> None:
    heads = [signing.head("Ani Lestari"), signing.head("Budi Santoso")]
    commitment = signing.opened(*heads)
    unsigned = file_of(commitment)
    first = signing.sign(commitment, heads[0])
    assert first.signed_file is not None
    one = files.content(first.signed_file)
    signing.sign(commitment, heads[1])
    commitment.refresh_from_db()
    both = file_of(commitment)

    def likeness(data: bytes) -> tuple[Likeness, int]:
        found = verification.compare(commitment, data, now=NOW)
        return found.likeness, found.signatures

    assert likeness(both) == (Likeness.SAME, 0)
    assert likeness(one) == (Likeness.EARLIER, 1)
    assert likeness(unsigned) == (Likeness.EARLIER, 0)
    assert likeness(both[:-10] + b"0123456789") == (Likeness.OTHER, 0)
    assert likeness(b"bukan pdf") == (Likeness.UNREADABLE, 0)


def test_the_paper_is_a_pdf_that_any_reader_opens() -> None:
    commitment = signing.opened(signing.head("Ani Lestari"))

    reader = PdfFileReader(io.BytesIO(file_of(commitment)))

    assert reader.root["/Pages"]["/Count"] >= 1
    assert "/OutputIntents" in reader.root


def test_many_parties_and_long_texts_find_room() -> None:
    posts = [city.post(city.organisation(f"Badan {'Panjang ' * 9}{n}")) for n in range(14)]
    clauses = [f"Butir {n}: " + "menjaga kota dan warganya " * 20 for n in range(12)]
    draft = make.commitment(posts, clauses=clauses)

    opened = operations.open_for_signing(commitment=draft, address=signing.ADDRESS, now=NOW)

    assert len(field_names(file_of(opened))) == 14


# -- the thread ----------------------------------------------------------------------------


def test_a_clause_is_tied_to_the_actions_that_carry_it() -> None:
    commitment, action = make.commitment(), make.action()
    clause = commitment.clauses.get()

    operations.carry(clause=clause, action=action, now=NOW)
    operations.carry(clause=clause, action=action, now=NOW)
    link = Link.objects.get(from_urn=str(clause.urn), to_urn=str(action.urn))
    assert (link.kind, link.valid_to) == ("carries", None)
    assert clause.carried_by.count() == 1

    operations.let_go(clause=clause, action=action, now=NOW + timedelta(days=30))
    link.refresh_from_db()
    assert link.valid_to == NOW + timedelta(days=30)
    assert clause.carried_by.get().ends == TODAY + timedelta(days=30)
