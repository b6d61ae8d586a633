from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.test import Client

from simpul.programme import operations
from simpul.programme.models import Action, Plan
from tests import factories as city
from tests.factories import NOW, TODAY, Right
from tests.programme import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("papers", "at_noon")]


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, (address, answer.status_code)
    return answer.content.decode()


@pytest.fixture
def plan() -> Plan:
    """A plan with one action in each of two dimensions, both published."""
    made = make.plan(vision="Kota yang menepati janji.")
    first, _second, third, _fourth = make.dimensions()
    make.action(of=made, title="Pos duga air", code="SE-01", categories=[first], kind="quick_win")
    make.action(of=made, title="Antrean puskesmas", code="SL-01", categories=[third])
    make.published(made, list(Action.objects.all()))
    return made


# -- the plan ------------------------------------------------------------------------------


def test_the_plan_shows_its_vision_and_its_actions_by_dimension(plan: Plan) -> None:
    page = text(Client(), plan.urn.address)

    assert "Kota yang menepati janji." in page
    assert page.index("Smart Environment") < page.index("Pos duga air")
    assert page.index("Smart Living") < page.index("Antrean puskesmas")


def test_filters_stand_in_the_address_and_hold_for_the_data_too(plan: Plan) -> None:
    client = Client()
    page = text(client, f"{plan.urn.address}?dimensi=smart_living")
    assert "Antrean puskesmas" in page
    assert "Pos duga air" not in page

    rows = json.loads(text(client, f"{plan.urn.address}data.json?jenis=quick_win"))["rows"]
    assert [row["code"] for row in rows] == ["SE-01"]
    assert rows[0]["status"] == "running"
    lines = text(client, f"{plan.urn.address}data.csv?status=done").splitlines()
    assert len(lines) == 1


def test_a_filter_that_fits_nothing_says_so_and_offers_everything(plan: Plan) -> None:
    page = text(Client(), f"{plan.urn.address}?tahun=1999")

    assert "Tidak ada aksi yang cocok" in page
    assert "Pos duga air" not in page


def test_one_plan_is_where_the_list_of_plans_leads(plan: Plan) -> None:
    answer = Client().get("/19.71/rencana/")
    assert answer.headers["Location"] == plan.urn.address

    other = make.plan(title="Rencana kedua")
    make.published(other, [make.draft(of=other)])
    assert "Rencana kedua" in text(Client(), "/19.71/rencana/")


def test_a_dimensions_own_address_leads_to_its_actions(plan: Plan) -> None:
    answer = Client().get("/19.71/dimensi/smart_living.one/")

    assert answer.headers["Location"] == f"{plan.urn.address}?dimensi=smart_living.one"
    assert Client().get("/19.71/dimensi/tidak-ada/").status_code == 404


def test_a_version_shows_what_was_published_and_that_it_still_is(plan: Plan) -> None:
    page = text(Client(), f"{plan.urn.address}versi/1/")
    assert "Pos duga air" in page
    assert "sah" in page

    plan.versions.update(fingerprint="0" * 64)
    assert "tidak sah" in text(Client(), f"{plan.urn.address}versi/1/")


def test_a_draft_version_is_seen_and_published_by_those_who_plan(plan: Plan) -> None:
    version = operations.draft_version(plan=plan, title="Adendum 2027", scope="addendum", now=NOW)
    operations.put_entry(version=version, action=Action.objects.first(), now=NOW)  # type: ignore[arg-type]
    team = city.signed_in(city.smart_city_team())
    address = f"{plan.urn.address}versi/2/"

    assert Client().get(address).status_code == 404
    assert "Adendum 2027" in text(team, address)
    assert Client().post(f"{address}terbitkan/").status_code in {401, 404}
    assert team.post(f"{address}terbitkan/").status_code == 302
    assert "Adendum 2027" in text(Client(), address)
    assert team.post(f"{address}terbitkan/").status_code == 409


def test_a_plan_without_a_published_version_is_not_there_for_strangers() -> None:
    plan = make.plan()

    assert Client().get(plan.urn.address).status_code == 404
    assert "Belum ada" in text(Client(), "/19.71/rencana/")
    assert city.signed_in(city.smart_city_team()).get(plan.urn.address).status_code == 200


# -- the list of actions -------------------------------------------------------------------


def test_the_list_sorts_by_the_address(plan: Plan) -> None:
    client = Client()

    up = text(client, "/19.71/aksi/?urut=judul")
    down = text(client, "/19.71/aksi/?urut=-judul")

    assert up.index("Antrean puskesmas") < up.index("Pos duga air")
    assert down.index("Pos duga air") < down.index("Antrean puskesmas")


def test_words_narrow_the_list(plan: Plan) -> None:
    page = text(Client(), "/19.71/aksi/?cari=duga+AIR")

    assert "Pos duga air" in page
    assert "Antrean puskesmas" not in page


def test_the_list_as_json_and_csv(plan: Plan) -> None:
    client = Client()

    body = json.loads(text(client, "/19.71/aksi/data.json?urut=judul"))
    assert [row["title"] for row in body["rows"]] == ["Antrean puskesmas", "Pos duga air"]
    assert {"name": "percent", "label": "Selesai", "unit": "%"} in body["columns"]
    csv = text(client, "/19.71/aksi/data.csv")
    assert csv.splitlines()[0].startswith("code,title,kind,dimension")


def test_an_empty_city_says_what_comes_next() -> None:
    city.region()

    assert "Tidak ada aksi" in text(Client(), "/19.71/aksi/")
    assert "Belum ada" in text(Client(), "/19.71/komitmen/")
    assert "Belum ada" in text(Client(), "/19.71/rapat/")


# -- one action ----------------------------------------------------------------------------


def test_an_action_tells_who_until_when_and_how_far() -> None:
    who = city.official(
        city.organisation("Dinas Perhubungan"), title="Kepala Bidang", name="Ani Lestari"
    )
    action = make.action(
        city.seat_of(who),
        title="Marka jalan",
        summary="Marka yang terbaca malam hari.",
        parties=[(city.partner("PT Cat"), "partner")],
    )
    make.milestone(action, days=5)
    operations.set_budget(action=action, year=2026, planned=1_500_000, spent=500_000, now=NOW)
    make.accepted(action, percent=45, text="Empat ruas selesai.")

    page = text(Client(), action.urn.address)

    for said in (
        "Marka yang terbaca malam hari.",
        "Kepala Bidang",
        "Ani Lestari",
        "Dinas Perhubungan",
        "PT Cat",
        "20 Jan 2027",
        "Empat ruas selesai.",
        "1.500.000",
        "500.000",
        "sesuai jadwal",
    ):
        assert said in page, said
    assert "Laporkan kemajuan" not in page


def test_an_actions_numbers_as_data() -> None:
    action = make.action()
    make.milestone(action)
    operations.set_budget(action=action, year=2026, planned=100, now=NOW)
    make.accepted(action, percent=45)

    rows = json.loads(text(Client(), f"{action.urn.address}data.json"))["rows"]

    assert [(row["what"], row["value"]) for row in rows] == [
        ("update", 45),
        ("milestone", None),
        ("budget_planned", 100),
    ]


def test_doors_open_for_those_who_may() -> None:
    office = city.organisation()
    action = make.led_by(office)
    clerk, head = city.signed_in(city.clerk(office)), city.signed_in(city.head(office))

    assert "Laporkan kemajuan" in text(clerk, action.urn.address)
    assert "Ubah aksi" not in text(clerk, action.urn.address)
    assert "Ubah aksi" in text(head, action.urn.address)


def test_the_indicators_of_an_action_are_shown_against_their_path() -> None:
    action, indicator = make.action(), make.indicator(title="Muka air Rangkui")
    operations.measure(action=action, indicator=indicator, now=NOW)
    hidden = make.indicator(title="Angka rahasia", is_public=False)
    operations.measure(action=action, indicator=hidden, now=NOW)

    page = text(Client(), action.urn.address)

    assert "Muka air Rangkui" in page
    assert "Angka rahasia" not in page


def test_pages_speak_english_too() -> None:
    action = make.action()
    client = city.signed_in(city.head(action.lead))
    client.cookies["bahasa"] = "en"

    assert "What has been reported" in text(client, action.urn.address)
    assert "Nothing was accepted so far." in text(client, f"{action.urn.address}lapor/")


# -- editing -------------------------------------------------------------------------------


def sheet_of(action: Action, **changed: object) -> dict[str, object]:
    said: dict[str, object] = {
        "title": action.title,
        "kind": action.kind,
        "post": action.post_id,
        "starts": action.starts.isoformat(),
        "due": action.due.isoformat(),
        "horizon": action.horizon,
        "rhythm": action.rhythm,
        "visibility": action.visibility,
        "revision": action.revision,
    }
    return said | changed


def test_an_edit_is_saved_and_said() -> None:
    action = make.action()
    client = city.signed_in(city.head(action.lead))

    answer = client.post(f"{action.urn.address}ubah/", sheet_of(action, title="Judul baru"))

    assert answer.headers["Location"] == action.urn.address
    assert "Judul baru" in text(client, action.urn.address)


def test_who_was_slower_is_shown_what_the_other_one_saved_and_can_decide() -> None:
    action = make.action(title="Semula")
    client = city.signed_in(city.head(action.lead))
    mine = sheet_of(action, title="Judul saya", summary="Ringkasan saya")
    operations.edit_action(
        action=action,
        sheet=make.sheet(action.post, title="Judul mereka"),
        revision=action.revision,
        now=NOW,
    )

    answer = client.post(f"{action.urn.address}ubah/", mine)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Judul mereka" in page
    assert 'value="Judul saya"' in page
    action.refresh_from_db()
    assert action.title == "Judul mereka"
    assert f'name="revision" value="{action.revision}"' in page
    again = client.post(
        f"{action.urn.address}ubah/", mine | {"revision": action.revision}, follow=True
    )
    assert "Judul saya" in again.content.decode()


def test_a_wrong_sheet_keeps_what_was_typed() -> None:
    action = make.action()
    client = city.signed_in(city.head(action.lead))
    before_it_begins = (action.starts - timedelta(days=1)).isoformat()

    answer = client.post(
        f"{action.urn.address}ubah/", sheet_of(action, title="Diketik", due=before_it_begins)
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="Diketik"' in page
    assert "Hari terakhir tidak boleh" in page


def test_a_new_action_begins_as_a_draft() -> None:
    plan = make.plan()
    client = city.signed_in(city.smart_city_team())
    post = city.post()
    said = {
        "title": "Aksi baru",
        "kind": "action",
        "post": post.pk,
        "starts": "2026-12-01",
        "due": "2027-06-01",
        "horizon": "short",
        "rhythm": "month",
        "visibility": "public",
        "revision": 1,
    }

    assert Client().get(f"{plan.urn.address}aksi-baru/").status_code == 404
    answer = client.post(f"{plan.urn.address}aksi-baru/", said)

    action = Action.objects.get(title="Aksi baru")
    assert answer.headers["Location"] == action.urn.address
    assert Client().get(action.urn.address).status_code == 404
    client.post(f"{action.urn.address}terbitkan/")
    assert Client().get(action.urn.address).status_code == 200


def test_a_status_is_set_with_its_reason() -> None:
    action = make.action()
    client = city.signed_in(city.head(action.lead))
    address = f"{action.urn.address}status/"

    assert client.post(address, {"status": "late", "reason": ""}).status_code == 422
    client.post(address, {"status": "late", "reason": "Menunggu izin balai sungai."})

    page = text(Client(), action.urn.address)
    assert "terlambat" in page
    assert "Menunggu izin balai sungai." in page
    assert "Menunggu izin balai sungai." in text(client, address)


# -- meetings ------------------------------------------------------------------------------


def test_meetings_are_listed_with_their_minutes_and_seats_with_who_holds_them() -> None:
    place = city.region()
    who = city.official(title="Wali Kota", name="Maya Sari", rights=[Right.SEE])
    meeting = operations.record_meeting(
        region=place, body="dewan", held_on=TODAY, title="Sidang pertama", present=11, now=NOW
    )
    operations.seat(
        region=place,
        body="dewan",
        role="Ketua",
        post=city.seat_of(who),
        starts=TODAY - timedelta(days=30),
        now=NOW,
    )
    hidden = operations.record_meeting(
        region=place, body="tim", held_on=TODAY, title="Rapat tertutup", is_public=False, now=NOW
    )

    page = text(Client(), "/19.71/rapat/")

    assert "Sidang pertama" in page
    assert "Maya Sari" in page
    assert "Rapat tertutup" not in page
    assert "Sidang pertama" in text(Client(), meeting.urn.address)
    assert Client().get(hidden.urn.address).status_code == 404
    assert "held_on" in text(Client(), "/19.71/rapat/data.csv")
