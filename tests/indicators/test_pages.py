"""What people see of numbers, and the two forms by which they come in and are checked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from simpul.city import ports
from simpul.desk import files, permissions, thread
from simpul.desk.models import Evidence, Obligation
from simpul.indicators import closing, live, shell
from simpul.indicators.models import CalculationRun, Entry, Indicator
from simpul.storage.sqlite.store import open_readers
from tests import factories
from tests.city.world import REGION, World, gauge_id
from tests.indicators import factories as make
from tests.indicators.test_entries import Office

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def page(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.content.decode()[:800]
    return answer.content.decode()


def data(client: Client, address: str) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"{address}data.json").json()
    return found


class Numbers:
    """A computed indicator with a live number and a published value of the month before."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.now = world.now = now()
        self.before = self.now.replace(day=1) - timedelta(days=9)
        self.indicator: Indicator = make.computed(
            created_at=self.before, unit_code="CMT", title="Tinggi muka air", live_window_s=7200
        )
        make.target(self.indicator, "2030-12-31", "80.5")
        feed = world.feed()
        world.measure("a", [(self.before, 150.0), (self.now - MINUTE, 123.44)], feed=feed)
        world.refuse(feed, "a", self.now - 2 * MINUTE)
        live.follow_readings(self.now, clock=world.clock)
        closing.close_periods(self.now, clock=world.clock)

    @property
    def run(self) -> CalculationRun:
        return CalculationRun.objects.get(trigger="close", reason="")


@pytest.fixture
def numbers(world: World) -> Numbers:
    return Numbers(world)


def test_the_indicator_page_shows_number_unit_state_target_and_origin(
    numbers: Numbers, client: Client
) -> None:
    html = page(client, numbers.indicator.urn.address)
    for text in ("123,4", "cm", "80,5", "150,0", gauge_id("a").split(":")[-1]):
        assert text in html
    live_run = CalculationRun.objects.get(trigger="live")
    assert live_run.urn.address in html
    assert f'data-live="{numbers.indicator.urn}"' in html


def test_the_same_numbers_come_as_data(numbers: Numbers, client: Client) -> None:
    found = data(client, numbers.indicator.urn.address)
    live_row, published = found["rows"]
    assert (live_row["state"], live_row["number"]) == ("provisional", 123.4)
    assert (published["state"], published["number"], published["target"]) == (
        "published",
        150,
        80.5,
    )
    assert found["method"].endswith("#cara")
    listed = data(client, f"/{REGION}/indikator/")["rows"]
    assert [(row["title"], row["number"]) for row in listed] == [("Tinggi muka air", 123.4)]


def test_the_list_leads_to_each_indicator(numbers: Numbers, client: Client) -> None:
    hidden = make.computed(is_public=False, title="Rahasia")
    html = page(client, f"/{REGION}/indikator/")
    assert numbers.indicator.urn.address in html
    assert "Rahasia" not in html
    page(client, hidden.urn.address, 404)
    owner = factories.signed_in(factories.clerk(hidden.owner))
    assert "Rahasia" in page(owner, f"/{REGION}/indikator/")
    page(owner, hidden.urn.address)


def test_the_value_page_says_how_its_number_came_to_be(numbers: Numbers, client: Client) -> None:
    value = numbers.run.value
    html = page(client, value.urn.address)
    assert "150,0" in html
    assert numbers.run.urn.address in html
    assert data(client, value.urn.address)["rows"][0]["run"] == numbers.run.urn.address


def test_the_run_page_has_all_that_was_frozen_and_drills_down_to_readings(
    numbers: Numbers, client: Client
) -> None:
    address = numbers.run.urn.address
    html = page(client, address)
    assert numbers.run.members_digest in html
    drilled = page(client, f"{address}?anggota={gauge_id('a')}&masukan=level")
    assert "/bacaan/" in drilled
    assert "Pos a" in drilled
    page(client, f"{address}?anggota=nobody", 404)
    (row,) = data(client, address)["rows"]
    assert (row["entity"], row["used"], row["number"]) == (gauge_id("a"), 1, 150)


def test_a_run_made_again_agrees_or_names_what_is_gone(numbers: Numbers, client: Client) -> None:
    address = f"{numbers.run.urn.address}ulang/"
    assert "note--done" in page(client, address)
    numbers.world.forget("a", numbers.before)
    html = page(client, address)
    assert "note--warn" in html
    assert "150,0" in html


def test_while_the_data_wing_is_away_numbers_stand_and_readings_are_unavailable(
    numbers: Numbers, client: Client, tmp_path: Path
) -> None:
    wing = ports.data_wing()
    away = open_readers(tmp_path / "nothing.db")
    ports.configure(ports.DataWing(away.entities, away.history, away.feeds, wing.door))
    html = page(client, numbers.indicator.urn.address)
    assert "123,4" in html
    page(client, numbers.run.urn.address)
    page(client, numbers.run.value.urn.address)
    page(client, f"{numbers.run.urn.address}ulang/", 503)
    ports.configure(wing)


def test_an_indicator_without_a_number_says_so(client: Client, world: World) -> None:
    indicator = make.computed()
    assert "–" in page(client, indicator.urn.address)
    typed = make.indicator(source="typed")
    page(client, typed.urn.address)
    page(client, make.indicator().urn.address)


# --- typed in --------------------------------------------------------------------------------


@pytest.fixture
def office(tmp_path: Path) -> Office:
    files.use(tmp_path / "files", limit=5_000_000)
    permissions.owner_from(shell.OWNED, shell.owner_of)
    made = Office()
    closing.close_periods(datetime.now(UTC))
    return made


def form_of(office: Office, **changes: Any) -> dict[str, Any]:
    given = {
        "period": "2026-10-01",
        "number": "1.234,5",
        "note": "Rekap tiga pasar",
        "file": SimpleUploadedFile("rekap.pdf", PDF),
        "is_public": "on",
    }
    return {key: value for key, value in (given | changes).items() if value is not None}


def address_of(office: Office) -> str:
    return f"{office.indicator.urn.address}isi/"


def test_a_clerk_hands_a_number_in_and_the_head_approves_it(office: Office) -> None:
    clerk, head = factories.signed_in(office.clerk), factories.signed_in(office.head)
    assert "Okt 2026" in page(clerk, address_of(office))
    answer = clerk.post(address_of(office), form_of(office))
    assert (answer.status_code, answer.headers["Location"]) == (302, office.indicator.urn.address)
    entry = Entry.objects.get()
    assert float(entry.number) == 1234.5
    assert Evidence.objects.get().published is not None
    html = page(head, entry.urn.address)
    assert "1.234,5" in html
    answer = head.post(f"{entry.urn.address}reviu/", {"approve": "1", "note": ""})
    assert answer.headers["Location"] == entry.urn.address
    public = page(Client(), entry.urn.address)
    assert "1.234,5" in public
    assert "Rekap tiga pasar" in public
    assert "/bukti/" in public


def test_names_of_people_are_for_the_office_alone(office: Office) -> None:
    entry = office.submit()
    office.approve(entry)
    name = office.clerk.person.name
    assert name not in page(Client(), entry.urn.address)
    assert name in page(factories.signed_in(office.head), entry.urn.address)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"number": "banyak"}, "number"),
        ({"number": "1,23456"}, "number"),
        ({"number": None}, "number"),
        ({"period": "2026-11-01"}, "period"),
        ({"period": "whenever"}, "period"),
        ({"file": None}, "file"),
        ({"file": SimpleUploadedFile("x.exe", b"MZ\x00\x01")}, "file"),
        ({"file": None, "url": "nowhere"}, "url"),
    ],
)
def test_what_is_wrong_is_said_at_the_field_and_what_was_typed_stays(
    office: Office, changes: dict[str, Any], told: str
) -> None:
    answer = factories.signed_in(office.clerk).post(address_of(office), form_of(office, **changes))
    html = answer.content.decode()
    assert answer.status_code in {415, 422}
    assert f'id="id_{told}-error"' in html
    assert "Rekap tiga pasar" in html
    assert not Entry.objects.exists()


def test_a_link_is_proof_enough(office: Office) -> None:
    answer = factories.signed_in(office.clerk).post(
        address_of(office), form_of(office, file=None, url="https://example.org/rekap")
    )
    assert answer.status_code == 302
    assert Evidence.objects.get().url == "https://example.org/rekap"


def test_only_the_office_s_clerk_finds_the_form(office: Office) -> None:
    answer = Client().get(address_of(office))
    assert answer.status_code == 302
    assert "/masuk/" in answer.headers["Location"]
    page(factories.signed_in(factories.clerk()), address_of(office), 403)
    computed = make.computed(owner=office.organisation)
    page(factories.signed_in(office.clerk), f"{computed.urn.address}isi/", 422)


def test_a_number_on_its_way_is_for_its_office(office: Office) -> None:
    entry = office.submit()
    page(Client(), entry.urn.address, 404)
    page(factories.signed_in(factories.clerk()), entry.urn.address, 404)
    mine = page(factories.signed_in(office.clerk), entry.urn.address)
    assert 'name="approve"' not in mine
    assert 'name="approve"' in page(factories.signed_in(office.head), entry.urn.address)


def test_the_clerk_cannot_review_by_post_either(office: Office) -> None:
    entry = office.submit()
    client = factories.signed_in(office.clerk)
    assert client.post(f"{entry.urn.address}reviu/", {"approve": "1"}).status_code == 403
    assert Client().post(f"{entry.urn.address}reviu/", {"approve": "1"}).status_code == 404
    entry.refresh_from_db()
    assert entry.state == "submitted"


def test_returning_without_a_reason_is_refused_and_with_one_it_comes_back(office: Office) -> None:
    entry = office.submit()
    head = factories.signed_in(office.head)
    answer = head.post(f"{entry.urn.address}reviu/", {"return": "1", "note": ""})
    assert answer.status_code == 422
    assert "id_note-error" in answer.content.decode()
    answer = head.post(f"{entry.urn.address}reviu/", {"return": "1", "note": "Lampirkan rekap"})
    assert answer.status_code == 302
    entry.refresh_from_db()
    assert entry.state == "returned"
    assert "Lampirkan rekap" in page(factories.signed_in(office.clerk), entry.urn.address)


def test_the_inbox_leads_the_clerk_to_the_form_and_the_head_to_the_review(office: Office) -> None:
    clerk, head = factories.signed_in(office.clerk), factories.signed_in(office.head)
    assert address_of(office) in page(clerk, "/kotak-masuk/")
    entry = office.submit()
    html = page(head, "/kotak-masuk/")
    assert f"{entry.urn.address}reviu/" in html
    assert not Obligation.objects.filter(reason=closing.VALUE_DUE, settled_at=None).exists()


def test_the_form_says_when_nothing_is_open(office: Office) -> None:
    office.submit()
    html = page(factories.signed_in(office.clerk), address_of(office))
    assert '<form class="form"' not in html


def test_evidence_that_is_not_public_is_not_shown_to_strangers(office: Office) -> None:
    entry = office.submit()
    office.approve(entry)
    assert "/bukti/" not in page(Client(), entry.urn.address)
    assert "/bukti/" in page(factories.signed_in(office.clerk), entry.urn.address)


def test_the_thread_of_a_number_on_its_way_begins_at_its_indicator(office: Office) -> None:
    entry = office.submit()
    walker = factories.walker(office.clerk)
    found = thread.walk(entry.urn, walker)
    knots = {knot.urn for stage in found.stages for knot in stage.knots}
    assert office.indicator.urn in knots


def test_pages_speak_english_too(numbers: Numbers, client: Client) -> None:
    client.cookies["bahasa"] = "en"
    html = page(client, numbers.indicator.urn.address)
    assert "How this number came to be" in html
    assert "123.4" in html
