"""A clerk reports from a phone, with a picture; the head accepts; everybody sees it."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from simpul_demo import pictures
from simpul_demo.pictures import Shot
from tests.journeys.conftest import City, Crowd

pytestmark = pytest.mark.journey

ACTION = "/19.71/aksi/ss-04/"
STAMP = f"{datetime.now(UTC):%H.%M.%S}"
PERCENT = f"55.{STAMP[-2]}{int(STAMP[-1]) or 1}"
WORDS = f"Rencana evakuasi tiga kelurahan ditandatangani lurah pukul {STAMP}."
WASTE = f"Tiga puluh satu bank sampah aktif pukul {STAMP}."
PHONE = 360


@pytest.fixture(scope="module")
def photograph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A picture from a telephone, with time and place inside."""
    shot = Shot(
        scene="meeting",
        title="Rencana evakuasi ditandatangani",
        office="BPBD",
        taken_at=datetime.now(UTC) - timedelta(hours=3),
        place=(106.10242, -2.13291),
    )
    path = tmp_path_factory.mktemp("phone") / "IMG_0417.jpg"
    path.write_bytes(pictures.take(shot))
    return path


def fits(page: Page) -> bool:
    room: bool = page.evaluate(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth + 1"
    )
    return room


def fill(page: Page, *, percent: str, words: str, picture: Path | None = None) -> None:
    page.fill("input[name=percent]", percent)
    page.fill("textarea[name=text]", words)
    if picture is not None:
        page.set_input_files("input[name=gallery]", picture)


def send(page: Page) -> None:
    page.locator("form.report button.button").first.click()
    page.wait_for_load_state()


def choose_in_inbox(page: Page, words: str) -> None:
    page.locator(".inbox__row", has_text=words).first.click()
    expect(page.locator("#inbox-thing")).to_contain_text(words)


def public_pictures(city: City) -> list[str]:
    """Addresses of the pictures that a stranger sees on the action's page."""
    page = httpx.get(city.url + ACTION).text
    return [part.split('"')[0] for part in page.split('src="')[1:] if "/bukti/" in part[:60]]


def test_a_report_goes_from_the_phone_to_the_public_page(
    visitor: Crowd, city: City, photograph: Path
) -> None:
    before = set(public_pictures(city))
    clerk = visitor(wide=PHONE, high=780, signed_in_as="operator.bpbd")
    page = clerk.page
    expect(page).to_have_url(f"{city.url}/kotak-masuk/")
    assert fits(page)
    choose_in_inbox(page, "Kelurahan tangguh bencana")
    page = clerk.go(f"{ACTION}lapor/")
    assert fits(page)
    fill(page, percent=PERCENT, words=WORDS, picture=photograph)
    send(page)
    expect(page.locator(".note--done")).to_be_visible()
    saved = page.locator(".story__entry", has_text=WORDS)
    expect(saved).to_be_visible()
    expect(saved.locator(".pictures img")).to_have_count(1)
    assert fits(page)
    assert WORDS not in httpx.get(city.url + ACTION).text, "not before it was checked"

    head = visitor(wide=PHONE, high=780, signed_in_as="kepala.bpbd")
    choose_in_inbox(head.go("/kotak-masuk/"), f"Laporan {PERCENT.replace('.', ',')} persen")
    head.page.locator("#inbox-thing .actions a[href*='/laporan/']").last.click()
    head.page.wait_for_url("**/laporan/**")
    head.page.locator("button[name=decision][value=accept]").click()
    head.page.wait_for_load_state()

    assert WORDS in httpx.get(city.url + ACTION).text
    (fresh,) = set(public_pictures(city)) - before
    copy = httpx.get(city.url + fresh)
    assert copy.status_code == 200
    assert dict(Image.open(io.BytesIO(copy.content)).getexif()) == {}
    assert b"Kamera peragaan" in photograph.read_bytes()
    assert b"Kamera peragaan" not in copy.content
    original = httpx.get(city.url + fresh.replace("/berkas/", "/asli/"))
    assert original.status_code in {302, 401, 403, 404}


def test_what_was_typed_stays_when_something_is_wrong(visitor: Crowd) -> None:
    page = visitor(wide=PHONE, high=780, script=False, signed_in_as="operator.bpbd").go(
        f"{ACTION}lapor/"
    )
    fill(page, percent="140", words="Sedang berjalan.")
    send(page)
    expect(page.locator("textarea[name=text]")).to_have_value("Sedang berjalan.")
    expect(page.locator("input[name=percent]")).to_have_value("140")
    summary = page.locator(".error-summary, .summary, [role=alert]").first
    expect(summary).to_be_visible()
    assert summary.locator("a[href^='#']").count() == 1


def test_the_form_works_without_script(visitor: Crowd, photograph: Path) -> None:
    clerk = visitor(wide=PHONE, high=780, script=False, signed_in_as="operator.dlh")
    page = clerk.go("/19.71/aksi/se-01/lapor/")
    fill(page, percent="68", words=WASTE, picture=photograph)
    send(page)
    saved = page.locator(".story__entry", has_text=WASTE)
    expect(saved.locator(".pictures img")).to_have_count(1)


def test_a_clerk_of_another_office_cannot_report_here(visitor: Crowd, city: City) -> None:
    clerk = visitor(signed_in_as="operator.dlh")
    answer = clerk.context.request.get(f"{city.url}{ACTION}lapor/")
    assert answer.status == 403


def test_the_inbox_is_walked_with_the_keys(visitor: Crowd) -> None:
    page = visitor(signed_in_as="operator.bpbd").go("/kotak-masuk/")
    first = page.locator("#inbox-thing").get_attribute("data-open")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator(".inbox__row[aria-current]")).to_have_count(1)
    expect(page.locator("#inbox-thing")).not_to_have_attribute("data-open", first or "")
