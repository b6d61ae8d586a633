"""The signed commitment: what its QR tells, what its file proves, and how one more office signs."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pyhanko import keys
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from simpul.desk.papers import qr
from simpul_demo.story import PASSWORD
from tests.journeys.conftest import City, Crowd

pytestmark = pytest.mark.journey

COMMITMENT = "/19.71/komitmen/komitmen-2026/"
SIGNED = ("Ratna Kemalasari", "Fathur Idrus", "Hendra Sasmita", "Iskandar Mahfud")


@pytest.fixture
def pdf(visitor: Crowd, city: City) -> bytes:
    """The document as a stranger downloads it."""
    answer = visitor().context.request.get(f"{city.url}{COMMITMENT}berkas.pdf")
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/pdf"
    return answer.body()


def compare(page: Page, data: bytes) -> None:
    page.set_input_files(
        "input[type=file]", {"name": "komitmen.pdf", "mimeType": "application/pdf", "buffer": data}
    )
    page.locator("#compare ~ form button, section[aria-labelledby=compare] form button").click()
    page.wait_for_load_state()


def test_the_address_in_the_qr_tells_who_signed_and_in_which_post(
    visitor: Crowd, city: City
) -> None:
    stranger = visitor(wide=360)
    page = stranger.go(COMMITMENT)
    address = page.locator(".qr-box + .hash").inner_text().strip()
    assert address == city.url + COMMITMENT
    assert qr.svg(address).split("<path")[1].split('d="')[1].split('"')[0] in page.content()
    page.goto(address)
    expect(page.locator("main")).to_contain_text("6")
    page.locator("a[href$='/periksa/']").first.click()
    for name in SIGNED:
        expect(page.locator(".signers")).to_contain_text(name)
    expect(page.locator(".signers")).to_contain_text("Kepala Pelaksana BPBD")
    expect(page.locator(".demonstration")).to_be_visible()


def test_the_downloaded_file_holds_before_any_verifier(pdf: bytes, city: City) -> None:
    load: Any = keys.load_cert_from_pemder  # pyHanko leaves it untyped
    root = load(str(city.folder / "authority" / "authority.pem"))
    context = ValidationContext(trust_roots=[root], allow_fetching=False)
    signatures = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    assert len(signatures) >= 6
    with ThreadPoolExecutor(1) as apart:  # pyHanko wants a thread without an event loop
        found = list(apart.map(lambda each: validate_pdf_signature(each, context), signatures))
    assert all(each.intact and each.valid and each.trusted for each in found)
    names = " ".join(each.signing_cert.subject.human_friendly for each in found)
    assert all(name in names for name in SIGNED)


def test_a_copy_is_told_from_a_changed_one(visitor: Crowd, pdf: bytes) -> None:
    page = visitor().go(f"{COMMITMENT}periksa/")
    compare(page, pdf)
    expect(page.locator("[role=status].note--done")).to_be_visible()
    changed = bytearray(pdf)
    changed[len(changed) // 2] ^= 0x01
    compare(page, bytes(changed))
    expect(page.locator("[role=status].note--warn")).to_be_visible()


def test_one_more_office_signs_in_the_browser(visitor: Crowd, city: City, tmp_path: Path) -> None:
    head = visitor(signed_in_as="kepala.diskominfo")
    page = head.go(f"{COMMITMENT}tanda-tangan/")
    expect(page.locator("main")).to_contain_text("Ahmad Rizaldi")
    page.check("input[name=read]")
    page.locator("input[name=passphrase]").first.fill("bukan frasanya")
    page.locator("form[action$='/tanda-tangan/'] button").first.click()
    expect(page.locator(".field--wrong").first).to_be_visible()
    page.check("input[name=read]")
    page.locator("input[name=passphrase]").first.fill(PASSWORD)
    page.locator("form[action$='/tanda-tangan/'] button").first.click()
    page.wait_for_load_state()
    check = visitor().go(f"{COMMITMENT}periksa/")
    signer = check.locator(".signer--signed", has_text="Ahmad Rizaldi")
    expect(signer).to_contain_text("Kepala Diskominfo")
    expect(check.locator("h1")).to_be_visible()


def test_nobody_signs_for_a_post_of_somebody_else(visitor: Crowd, city: City) -> None:
    clerk = visitor(signed_in_as="operator.bpbd")
    answer = clerk.context.request.get(f"{city.url}{COMMITMENT}tanda-tangan/")
    assert answer.status in {403, 404}
