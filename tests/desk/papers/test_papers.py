from __future__ import annotations

import re
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from simpul.desk.papers import authority, errors, qr, signatures
from simpul.desk.papers.authority import Authority
from simpul.desk.papers.signatures import Problem, SignatureFacts, Stamp
from simpul.desk.papers.typeset import Paper, typeset
from tests.desk.papers.reading import words

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
PARTIES = ("walikota", "kepala-dinas", "direktur")
LETTER = Path(__file__).with_name("letter.typ")


def letter(body: str = "Isi.", **data: object) -> Paper:
    filled = {
        "title": "Komitmen Bersama",
        "body": body,
        "footer": "kaki",
        "qr": qr.svg("http://localhost:8000/19.71/komitmen/abc/"),
        "parties": PARTIES,
    }
    return typeset(LETTER, filled | data, now=NOW)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    office = Authority.open(tmp_path_factory.mktemp("safe"), passphrase=b"rahasia", now=NOW)
    for holder in PARTIES:
        office.issue(
            holder,
            name=f"Nama {holder}",
            organisation="Pemerintah Kota Contoh",
            post=f"Jabatan {holder}",
            passphrase=holder.encode(),
            now=NOW,
        )
    return office


def sign(office: Authority, pdf: bytes, holder: str, *, at: datetime = NOW) -> bytes:
    return office.signer(holder, holder.encode()).sign(
        pdf,
        field=holder,
        stamp=Stamp(["Ditandatangani oleh", f"Nama {holder}", "21 Nov 2026"]),
        reason="Komitmen bersama",
        place="Pangkalpinang",
        now=at,
    )


@pytest.fixture(scope="module")
def signed(office: Authority) -> bytes:
    paper = letter()
    pdf = signatures.add_fields(paper.pdf, paper.areas)
    for minutes, holder in enumerate(PARTIES):
        pdf = sign(office, pdf, holder, at=NOW + timedelta(minutes=minutes))
    return pdf


def verify(pdf: bytes, office: Authority, now: datetime = NOW) -> tuple[SignatureFacts, ...]:
    return signatures.verify(pdf, trust_roots=[office.certificate], now=now + timedelta(hours=1))


def xmp(pdf: bytes) -> bytes:
    """The last metadata packet: the one that holds."""
    packets: list[bytes] = re.findall(rb"<\?xpacket begin.*?<\?xpacket end", pdf, re.DOTALL)
    return packets[-1]


def test_a_paper_claims_to_be_pdf_a_2b() -> None:
    claim = xmp(letter().pdf)
    assert b"<pdfaid:part>2</pdfaid:part>" in claim
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in claim


def test_what_people_wrote_is_never_read_as_markup() -> None:
    text = '#panic("x") *tebal* $x^2$ @rujukan <label> `kode` _miring_ \\ = // ~ [a]'
    shown = words(letter(text).pdf)
    assert text in shown


def test_a_paper_says_where_the_signatures_go() -> None:
    paper = letter()
    assert [area.name for area in paper.areas] == list(PARTIES)
    first, second, _third = paper.areas
    assert first.page == 1
    assert first.bottom > second.top
    assert (round(first.width), round(first.height)) == (198, 74)


def test_the_same_data_gives_the_same_paper() -> None:
    assert letter().pdf == letter().pdf


def test_data_that_does_not_fit_the_template_is_told() -> None:
    with pytest.raises(errors.CannotTypeset):
        letter(parties=7)


def test_three_people_sign_one_paper(signed: bytes, office: Authority) -> None:
    facts = verify(signed, office)

    assert [fact.field for fact in facts] == list(PARTIES)
    assert all(fact.valid and fact.intact and fact.trusted for fact in facts)
    assert all(fact.covers_whole_document for fact in facts)
    first = facts[0]
    assert first.signer == "Nama walikota"
    assert first.organisation == "Pemerintah Kota Contoh"
    assert first.post == "Jabatan walikota"
    assert first.issuer == authority.NAME
    assert first.signed_at == NOW
    assert facts[2].signed_at == NOW + timedelta(minutes=2)


def test_a_signed_paper_stays_pdf_a_and_readable(signed: bytes) -> None:
    assert xmp(signed) == xmp(letter().pdf)
    shown = words(signed)
    assert "Nama kepala-dinas" in shown
    assert "Komitmen Bersama" in shown


def test_a_paper_knows_who_has_not_signed(office: Authority) -> None:
    paper = letter()
    pdf = sign(office, signatures.add_fields(paper.pdf, paper.areas), "walikota")
    assert signatures.field_names(pdf) == {
        "walikota": True,
        "kepala-dinas": False,
        "direktur": False,
    }
    assert [fact.field for fact in verify(pdf, office)] == ["walikota"]


def test_a_flipped_byte_is_found(signed: bytes, office: Authority) -> None:
    at = signed.index(b"stream") + 40
    bad = signed[:at] + bytes([signed[at] ^ 1]) + signed[at + 1 :]
    facts = verify(bad, office)
    assert [fact.problem for fact in facts] == [Problem.TAMPERED] * 3


def test_no_byte_of_the_paper_can_be_flipped_unnoticed(signed: bytes, office: Authority) -> None:
    paper = letter()
    length = len(signatures.add_fields(paper.pdf, paper.areas))
    for at in range(20, length, length // 23):
        bad = signed[:at] + bytes([signed[at] ^ 4]) + signed[at + 1 :]
        try:
            facts = verify(bad, office)
        except errors.UnreadablePaper:
            continue
        assert not any(fact.valid for fact in facts), at


def test_a_page_changed_after_signing_is_found(signed: bytes, office: Authority) -> None:
    writer = IncrementalPdfFileWriter(BytesIO(signed))
    page = writer.root["/Pages"]["/Kids"][0]
    page["/Contents"] = page["/Resources"]
    writer.update_container(page)
    out = BytesIO()
    write: Callable[[BytesIO], None] = writer.write
    write(out)

    facts = verify(out.getvalue(), office)

    assert [fact.problem for fact in facts] == [Problem.CHANGED] * 3
    assert all(fact.intact and not fact.covers_whole_document for fact in facts)


def test_an_authority_that_nobody_trusts_is_told(signed: bytes, tmp_path: Path) -> None:
    other = Authority.open(tmp_path, passphrase=b"lain", now=NOW)
    facts = verify(signed, other)
    assert [fact.problem for fact in facts] == [Problem.UNTRUSTED] * 3
    assert all(fact.intact and not fact.trusted for fact in facts)


def test_an_expired_certificate_is_told(signed: bytes, office: Authority) -> None:
    facts = verify(signed, office, now=NOW + timedelta(days=800))
    assert {fact.problem for fact in facts} == {Problem.EXPIRED}


def test_a_field_is_signed_once(signed: bytes, office: Authority) -> None:
    with pytest.raises(errors.FieldSigned):
        sign(office, signed, "walikota")


def test_a_field_that_is_not_there_cannot_be_signed(office: Authority) -> None:
    with pytest.raises(errors.NoSuchField):
        sign(office, letter().pdf, "walikota")


@pytest.mark.parametrize("junk", [b"", b"no pdf", b"%PDF-1.7\n%%EOF"])
def test_a_file_that_is_no_pdf_is_told(junk: bytes, office: Authority) -> None:
    with pytest.raises(errors.UnreadablePaper):
        verify(junk, office)
    with pytest.raises(errors.UnreadablePaper):
        signatures.add_fields(junk, [])


def test_an_unsigned_paper_has_no_signatures(office: Authority) -> None:
    assert verify(letter().pdf, office) == ()


def test_a_wrong_passphrase_opens_nothing(office: Authority) -> None:
    with pytest.raises(errors.WrongPassphrase):
        office.signer("walikota", b"salah")
    with pytest.raises(errors.WrongPassphrase):
        Authority.open(office.folder, passphrase=b"salah", now=NOW)


def test_nobody_signs_without_a_certificate(office: Authority) -> None:
    assert not office.has("siapa")
    with pytest.raises(errors.NoCertificate):
        office.signer("siapa", b"x")


def test_keys_are_readable_by_their_owner_only(office: Authority) -> None:
    files = [path for path in office.folder.rglob("*") if path.is_file()]
    assert len(files) == 2 + len(PARTIES)
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


def test_the_authority_lasts(office: Authority) -> None:
    again = Authority.open(office.folder, passphrase=b"rahasia", now=NOW + timedelta(days=3))
    assert again.certificate == office.certificate
    assert "bukan untuk penggunaan resmi" in authority.NAME


def test_a_qr_code_comes_as_svg_and_as_png() -> None:
    assert qr.svg("http://localhost/").startswith("<svg")
    assert "style=" not in qr.svg("http://localhost/")
    assert 'stroke="currentColor"' in qr.svg("http://localhost/", dark="currentColor")
    assert qr.png("http://localhost/").startswith(b"\x89PNG")
