from __future__ import annotations

import json

import pytest
from django.test import Client

from simpul.government import operations
from simpul.government.models import Assignment
from tests import factories
from tests.factories import NOW, TODAY

pytestmark = pytest.mark.django_db


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_the_tree_of_offices_is_open_to_everybody() -> None:
    office = factories.organisation("Dinas Kesehatan")
    seat = factories.post(office, title="Kepala Dinas Kesehatan", is_head=True)
    factories.assignment(factories.person("Ani Wijaya"), seat)
    factories.post(
        factories.organisation("Dinas Sosial"), title="Kepala Dinas Sosial", is_head=True
    )

    page = text(Client(), "/19.71/perangkat-daerah/")

    assert "Kepala Dinas Kesehatan: Ani Wijaya" in page
    assert "Kepala Dinas Sosial: lowong" in page
    assert "/19.71/perangkat-daerah/data.csv" in page
    rows = json.loads(text(Client(), "/19.71/perangkat-daerah/data.json"))["rows"]
    health = next(row for row in rows if row["name"] == "Dinas Kesehatan")
    assert health["head"] == "Ani Wijaya"
    assert health["parent"] == str(factories.government().urn)
    assert text(Client(), "/19.71/perangkat-daerah/data.csv").startswith("urn,name")


def test_an_empty_region_says_so() -> None:
    factories.region("64.09")
    assert "Belum ada perangkat daerah" in text(Client(), "/64.09/perangkat-daerah/")


def test_an_office_page_tells_who_heads_it_and_how() -> None:
    office = factories.organisation("Dinas Kesehatan")
    below = factories.organisation("Puskesmas Girimaya", parent=office)
    seat = factories.post(office, title="Kepala Dinas Kesehatan", is_head=True)
    factories.assignment(
        factories.person("Budi"),
        seat,
        manner=Assignment.Manner.ACTING,
        ends=TODAY.replace(year=2036),
    )

    page = text(Client(), office.urn.address)

    assert "Plt. Kepala Dinas Kesehatan" in page
    assert "Budi" in page
    assert below.urn.address in page


def test_an_office_that_ended_points_at_its_successor() -> None:
    office, heir = factories.organisation("Dinas Lama"), factories.organisation("Dinas Baru")
    operations.end_organisation(
        organisation=office, on=TODAY.replace(year=2025), successor=heir, now=NOW
    )
    page = text(Client(), office.urn.address)
    assert "Dinas Baru" in page
    assert "berakhir" in page
    assert office.urn.address not in text(Client(), "/19.71/perangkat-daerah/")


def test_a_post_page_keeps_the_history_of_its_holders() -> None:
    seat = factories.post(title="Kepala Dinas Kesehatan")
    start, change = TODAY.replace(year=2020), TODAY.replace(year=2023)
    factories.assignment(factories.person("Ani Wijaya"), seat, starts=start, ends=change)
    factories.assignment(factories.person("Citra Dewi"), seat, starts=change)
    page = text(Client(), seat.urn.address)
    assert page.rindex("Citra Dewi") < page.index("Ani Wijaya")
    assert "definitif" in page


def test_personal_data_beyond_the_name_is_never_shown() -> None:
    who = operations.add_person(
        name="Ani", nip="198001012005011001", email="ani@contoh.id", phone="0811000000"
    )
    seat = factories.post()
    factories.assignment(who, seat)
    pages = [text(Client(), seat.urn.address), text(Client(), seat.organisation.urn.address)]
    for secret in ("198001012005011001", "ani@contoh.id", "0811000000"):
        assert not any(secret in page for page in pages)


@pytest.mark.parametrize(
    "address",
    ["/19.71/perangkat-daerah/tidakada/", "/19.71/jabatan/tidakada/", "/99.99/perangkat-daerah/"],
)
def test_what_is_not_there_is_not_found(address: str) -> None:
    factories.region()
    assert Client().get(address).status_code == 404


def test_an_office_of_another_region_is_not_found_here() -> None:
    office = factories.organisation(in_region=factories.region("64.09"))
    factories.region()
    assert Client().get(f"/19.71/perangkat-daerah/{office.key}/").status_code == 404


def test_ones_own_page_names_the_posts_held() -> None:
    who = factories.official(title="Kepala Bidang Aplikasi", name="Dewi")
    page = text(factories.signed_in(who), "/saya/")
    assert "Dewi" in page
    assert "Kepala Bidang Aplikasi" in page


def test_whoever_holds_no_post_is_told_so() -> None:
    assert "tidak menjabat" in text(factories.signed_in(factories.account()), "/saya/")
