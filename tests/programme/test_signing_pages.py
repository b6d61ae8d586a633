"""Commitments through HTTP: writing, opening, signing, declining, checking."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from simpul.desk import files
from simpul.desk.papers.safe import safe
from simpul.government.models import Account
from simpul.programme import operations
from simpul.programme.models import Commitment, Party
from tests import factories as city
from tests.factories import NOW
from tests.programme import factories as make
from tests.programme import signing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("papers", "at_noon")]


def page_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


def sign(who: Account, commitment: Commitment, **said: object) -> int:
    """Sign through the page with the certificate that is kept for them; returns the status."""
    signing.certificate(who)
    typed: dict[str, object] = {"read": "on", "passphrase": signing.PASSPHRASE}
    answer = city.signed_in(who).post(f"{commitment.urn.address}tanda-tangan/", typed | said)
    return int(answer.status_code)


# -- the public page -----------------------------------------------------------------------


def test_the_page_goes_from_each_promise_to_its_result() -> None:
    who = signing.head("Ani Lestari")
    commitment = signing.opened(who)
    action = make.action(title="Pos duga air")
    make.accepted(action, percent=45)
    operations.carry(clause=commitment.clauses.get(), action=action, now=NOW)
    signing.sign(commitment, who)

    page = page_of(Client(), commitment.urn.address)

    for said in ("Menjaga warga dari banjir.", "Pos duga air", "Ani Lestari", "ditandatangani"):
        assert said in page, said
    assert "<svg" in page
    assert f"{commitment.urn.address}berkas.pdf" in page


def test_the_file_behind_the_page_is_the_signed_document() -> None:
    who = signing.head("Ani Lestari")
    commitment = signing.opened(who)
    party = signing.sign(commitment, who)
    assert party.signed_file is not None

    answer = Client().get(f"{commitment.urn.address}berkas.pdf")

    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.content == files.content(party.signed_file)


def test_parties_as_data() -> None:
    who = signing.head("Ani Lestari")
    commitment = signing.opened(who, signing.head("Budi Santoso"))
    signing.sign(commitment, who)

    rows = Client().get(f"{commitment.urn.address}data.json").json()["rows"]

    assert [(row["order"], row["state"], row["name"]) for row in rows] == [
        (1, "signed", "Ani Lestari"),
        (2, "invited", None),
    ]


def test_a_draft_is_seen_by_those_who_write_it() -> None:
    draft = make.commitment()

    assert Client().get(draft.urn.address).status_code == 404
    assert Client().get(draft.clauses.get().urn.address).status_code == 404
    assert city.signed_in(city.head()).get(draft.urn.address).status_code == 404
    team = city.signed_in(city.smart_city_team())
    assert "Menjaga warga" in page_of(team, draft.urn.address)
    assert team.get(f"{draft.urn.address}berkas.pdf").status_code == 404
    assert team.get(f"{draft.urn.address}periksa/").status_code == 404


def test_why_somebody_declined_is_read_by_insiders_only() -> None:
    who = signing.head("Ani Lestari")
    commitment = signing.opened(who, signing.head("Budi Santoso"))
    operations.decline(
        party=signing.party_of(commitment, who),
        reason="Anggaran belum disetujui.",
        now=NOW,
        by=city.walker(who),
    )

    assert "Anggaran belum" not in page_of(Client(), commitment.urn.address)
    assert "menolak" in page_of(Client(), commitment.urn.address)
    assert "Anggaran belum" in page_of(city.signed_in(who), commitment.urn.address)


# -- signing -------------------------------------------------------------------------------


def test_a_head_reads_and_signs() -> None:
    who = signing.head("Ani Lestari")
    commitment = signing.opened(who)
    client = city.signed_in(who)
    assert "Anda diminta menandatangani" in page_of(client, commitment.urn.address)
    page = page_of(client, f"{commitment.urn.address}tanda-tangan/")
    assert "Menjaga warga dari banjir." in page
    assert commitment.parties.get().state == Party.State.READ

    assert sign(who, commitment) == 302

    commitment.refresh_from_db()
    assert commitment.state == Commitment.State.SIGNED
    assert "Semua tanda tangan sah" in page_of(client, f"{commitment.urn.address}periksa/")


def test_a_wrong_passphrase_is_said_at_its_field_and_never_echoed() -> None:
    who = signing.head("Ani Lestari")
    commitment = signing.opened(who)
    signing.certificate(who)

    answer = city.signed_in(who).post(
        f"{commitment.urn.address}tanda-tangan/", {"read": "on", "passphrase": "salah-sekali"}
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "tidak cocok untuk sertifikat" in page
    assert "salah-sekali" not in page
    assert commitment.parties.get().state == Party.State.INVITED


def test_without_having_read_it_nobody_signs() -> None:
    who = signing.head("Ani Lestari")
    commitment = signing.opened(who)

    assert sign(who, commitment, read="") == 422


def test_a_head_without_a_certificate_here_brings_the_file() -> None:
    who = signing.head("Ani Lestari")
    commitment = signing.opened(who)
    authority = safe().authority(now=NOW)
    file = authority.issue(
        "sementara",
        name="Ani Lestari",
        organisation="",
        post="",
        passphrase=b"rahasia",
        now=NOW,
    ).read_bytes()
    client = city.signed_in(who)
    address = f"{commitment.urn.address}tanda-tangan/"
    page = page_of(client, address)
    assert "Pilih" in page or "Berkas sertifikat" in page

    missing = client.post(address, {"read": "on", "passphrase": "rahasia"})
    assert missing.status_code == 422
    given = SimpleUploadedFile("ani.p12", file, content_type="application/x-pkcs12")
    answer = client.post(address, {"read": "on", "passphrase": "rahasia", "certificate": given})

    assert answer.status_code == 302
    assert commitment.parties.get().state == Party.State.SIGNED


def test_a_certificate_in_another_name_is_refused_in_words(tmp_path: Path) -> None:
    who = signing.head("Ani Lestari")
    commitment = signing.opened(who)
    signing.certificate(who, name="Dedi Kurnia")

    answer = city.signed_in(who).post(
        f"{commitment.urn.address}tanda-tangan/",
        {"read": "on", "passphrase": signing.PASSPHRASE},
    )

    assert answer.status_code == 422
    assert "atas nama orang lain" in answer.content.decode()


def test_a_certificate_file_that_is_far_too_large_is_not_read() -> None:
    who = signing.head("Ani Lestari")
    commitment = signing.opened(who)
    given = SimpleUploadedFile("besar.p12", b"0" * (1024 * 1024 + 1))

    answer = city.signed_in(who).post(
        f"{commitment.urn.address}tanda-tangan/",
        {"read": "on", "passphrase": "rahasia", "certificate": given},
    )

    assert answer.status_code == 422
    assert "terlalu besar" in answer.content.decode()


def test_whose_turn_it_is_not_is_told_to_wait() -> None:
    first, second = signing.head("Ani Lestari"), signing.head("Budi Santoso")
    commitment = signing.opened(first, second)

    page = page_of(city.signed_in(second), f"{commitment.urn.address}tanda-tangan/")

    assert "giliran Anda" in page
    assert 'name="passphrase"' not in page
    assert sign(second, commitment) == 422


def test_who_is_no_party_has_no_page_to_sign() -> None:
    commitment = signing.opened(signing.head("Ani Lestari"))
    address = f"{commitment.urn.address}tanda-tangan/"

    assert Client().get(address).status_code == 302
    assert city.signed_in(signing.head("Budi Santoso")).get(address).status_code == 404


def test_declining_through_the_page() -> None:
    who = signing.head("Ani Lestari")
    commitment = signing.opened(who)
    client = city.signed_in(who)
    address = f"{commitment.urn.address}tolak/"

    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": "Belum setuju."}).status_code == 302

    assert commitment.parties.get().decline_reason == "Belum setuju."


# -- the check behind the QR ---------------------------------------------------------------


def test_the_check_says_who_in_which_post_when_and_that_it_is_a_demonstration() -> None:
    who = signing.head("Ani Lestari")
    commitment = signing.opened(who, signing.head("Budi Santoso"))
    signing.sign(commitment, who)

    page = page_of(Client(), f"{commitment.urn.address}periksa/")

    for said in (
        "Ani Lestari",
        "Dinas Ani Lestari",
        "21 Nov 2026",
        "Tanda tangan demonstrasi",
        "tidak berkekuatan hukum",
        "Isi yang ditandatangani tidak berubah",
        "belum menandatangani",
    ):
        assert said in page, said


def test_anybody_can_compare_their_copy() -> None:
    who = signing.head("Ani Lestari")
    commitment = signing.opened(who)
    signing.sign(commitment, who)
    address = f"{commitment.urn.address}periksa/"
    current = Client().get(f"{commitment.urn.address}berkas.pdf").content

    def compared(data: bytes) -> str:
        given = SimpleUploadedFile("salinan.pdf", data, content_type="application/pdf")
        return Client().post(address, {"file": given}).content.decode()

    assert "sama persis" in compared(current)
    assert "lain dari dokumen ini" in compared(current.replace(b"%%EOF", b"%%EOE"))
    assert "bukan dokumen PDF" in compared(b"halo dunia")
    assert Client().post(address, {}).status_code == 422


def test_a_damaged_document_is_noticed() -> None:
    who = signing.head("Ani Lestari")
    commitment = signing.opened(who)
    party = signing.sign(commitment, who)
    assert party.signed_file is not None
    files.store().path(party.signed_file.sha256).write_bytes(b"%PDF-1.7 rusak")

    assert Client().get(f"{commitment.urn.address}periksa/").status_code == 404
    assert Client().get(f"{commitment.urn.address}berkas.pdf").status_code == 404


# -- writing and opening -------------------------------------------------------------------


def typed(*posts: int, **said: object) -> dict[str, object]:
    rows: dict[str, object] = {
        "parties-TOTAL_FORMS": len(posts) + 1,
        "parties-INITIAL_FORMS": 0,
        "parties-MIN_NUM_FORMS": 0,
        "parties-MAX_NUM_FORMS": 200,
    }
    for place, post in enumerate(posts):
        rows |= {f"parties-{place}-post": post, f"parties-{place}-turn": place + 1}
    text = {
        "title": "Komitmen baru",
        "place": "Pangkalpinang",
        "dated": "2026-12-01",
        "preamble": "Kami berjanji:",
        "clauses": "Butir pertama.\r\n\r\nButir\r\nkedua.",
        "language": "id",
        "revision": 1,
    }
    return rows | text | said


def test_a_commitment_is_written_opened_and_signed_through_its_pages() -> None:
    team, who = city.smart_city_team(), signing.head("Ani Lestari")
    client = city.signed_in(team)
    post = city.seat_of(who)
    assert "Tulis komitmen" in page_of(client, "/19.71/komitmen/tulis/")

    client.post("/19.71/komitmen/tulis/", typed(post.pk))
    commitment = Commitment.objects.get()
    assert list(commitment.clauses.values_list("text", flat=True)) == [
        "Butir pertama.",
        "Butir kedua.",
    ]
    client.post(f"{commitment.urn.address}ubah/", typed(post.pk, title="Judul akhir"))
    client.post(f"{commitment.urn.address}buka/")
    assert sign(who, commitment) == 302

    page = page_of(Client(), commitment.urn.address)
    assert "Judul akhir" in page
    pdf = Client().get(f"{commitment.urn.address}berkas.pdf").content
    assert re.search(rb"/ByteRange", pdf)


def test_the_same_post_cannot_sign_twice() -> None:
    client = city.signed_in(city.smart_city_team())
    post = city.post()

    answer = client.post("/19.71/komitmen/tulis/", typed(post.pk, post.pk))

    assert answer.status_code == 422
    assert "satu kali" in answer.content.decode()
    assert not Commitment.objects.exists()


def test_two_people_writing_notice_each_other() -> None:
    draft = make.commitment()
    client = city.signed_in(city.smart_city_team())
    post = draft.parties.get().post
    client.post(f"{draft.urn.address}ubah/", typed(post.pk, title="Dari Ani"))

    answer = client.post(f"{draft.urn.address}ubah/", typed(post.pk, title="Dari Budi"))

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "orang lain menyimpan perubahan" in page
    assert 'value="Dari Budi"' in page
    draft.refresh_from_db()
    assert draft.title == "Dari Ani"


def test_what_is_open_can_no_longer_be_edited_but_withdrawn() -> None:
    commitment = signing.opened(signing.head("Ani Lestari"))
    client = city.signed_in(city.smart_city_team())

    assert client.get(f"{commitment.urn.address}ubah/").status_code == 409
    assert client.post(f"{commitment.urn.address}buka/").status_code == 409
    assert client.post(f"{commitment.urn.address}tarik/", {"reason": ""}).status_code == 422
    assert client.post(f"{commitment.urn.address}tarik/", {"reason": "Salah."}).status_code == 302
    commitment.refresh_from_db()
    assert commitment.state == Commitment.State.WITHDRAWN


@pytest.mark.parametrize("door", ["ubah/", "tarik/"])
def test_doors_of_a_draft_are_closed_to_others(door: str) -> None:
    commitment = signing.opened(signing.head("Ani Lestari"))
    address = f"{commitment.urn.address}{door}"

    assert Client().get(address).status_code == 302
    assert city.signed_in(city.head()).get(address).status_code == 403
    assert Client().get("/19.71/komitmen/tulis/").status_code == 302


# -- clauses -------------------------------------------------------------------------------


def test_a_clause_has_a_page_with_its_actions_and_the_thread() -> None:
    commitment = signing.opened(signing.head("Ani Lestari"))
    clause, action = commitment.clauses.get(), make.action(title="Pos duga air")
    hidden = make.draft(title="Aksi rahasia")
    operations.carry(clause=clause, action=action, now=NOW)
    operations.carry(clause=clause, action=hidden, now=NOW)

    page = page_of(Client(), clause.urn.address)

    assert "Menjaga warga dari banjir." in page
    assert "Pos duga air" in page
    assert "Aksi rahasia" not in page


def test_clauses_are_tied_by_those_who_keep_the_commitment() -> None:
    clause = signing.opened(signing.head("Ani Lestari")).clauses.get()
    action = make.action(title="Pos duga air")
    address = f"{clause.urn.address}aksi/"
    team = city.signed_in(city.smart_city_team())

    assert Client().post(address, {"tie": action.key}).status_code == 401
    assert team.post(address, {"tie": action.key}).status_code == 302
    assert clause.carried_by.filter(ends=None).count() == 1
    assert team.post(address, {"untie": action.key}).status_code == 302
    assert clause.carried_by.filter(ends=None).count() == 0
