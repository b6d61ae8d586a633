from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client, RequestFactory

from simpul.government import errors, signing_in
from simpul.government.models import SignInFailure
from tests import factories
from tests.factories import NOW, PASSWORD

pytestmark = pytest.mark.django_db


def test_whoever_signs_in_comes_to_the_inbox() -> None:
    factories.account(username="siti")
    client = Client()
    answer = client.post("/masuk/", {"username": "Siti", "password": PASSWORD})
    assert answer.status_code == 302
    assert answer["Location"] == "/kotak-masuk/"
    assert client.get("/kotak-masuk/").status_code == 200


def test_whoever_was_sent_to_sign_in_comes_back_to_where_they_were() -> None:
    factories.account(username="siti")
    client = Client()
    sent = client.get("/kotak-masuk/?pilih=3")
    assert sent["Location"] == "/masuk/?next=%2Fkotak-masuk%2F%3Fpilih%3D3"
    page = client.get(sent["Location"])
    assert 'value="/kotak-masuk/?pilih=3"' in page.content.decode()
    answer = client.post(
        "/masuk/", {"username": "siti", "password": PASSWORD, "next": "/kotak-masuk/?pilih=3"}
    )
    assert answer["Location"] == "/kotak-masuk/?pilih=3"


@pytest.mark.parametrize(
    "wanted", ["https://example.org/", "//example.org/", "javascript:alert(1)", "/\\example.org"]
)
def test_signing_in_never_leads_away(wanted: str) -> None:
    factories.account(username="siti")
    answer = Client().post("/masuk/", {"username": "siti", "password": PASSWORD, "next": wanted})
    assert answer["Location"] == "/kotak-masuk/"


def test_a_wrong_password_is_told_at_the_form_and_the_name_stays() -> None:
    factories.account(username="siti")
    answer = Client().post("/masuk/", {"username": "siti", "password": "salah-sekali-ini"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "tidak cocok" in text
    assert 'value="siti"' in text
    assert "salah-sekali-ini" not in text


def test_a_name_that_nobody_has_is_told_the_same_way() -> None:
    factories.account(username="siti")
    wrong = Client().post("/masuk/", {"username": "siti", "password": "x"}).content.decode()
    nobody = Client().post("/masuk/", {"username": "sita", "password": "x"}).content.decode()
    assert "tidak cocok" in nobody
    assert wrong.count("tidak cocok") == nobody.count("tidak cocok")


def test_an_empty_form_names_what_is_missing() -> None:
    answer = Client().post("/masuk/", {"username": "", "password": ""})
    assert answer.status_code == 422
    assert "error" in answer.content.decode()


def test_after_ten_failures_even_the_right_password_waits() -> None:
    factories.account(username="siti")
    client = Client()
    for _again in range(signing_in.LIMIT):
        client.post("/masuk/", {"username": "siti", "password": "x"})
    answer = client.post("/masuk/", {"username": "SITI", "password": PASSWORD})
    assert answer.status_code == 429
    assert "Tunggu 15 menit" in answer.content.decode()


def check(*, password: str, after: timedelta, address: str = "10.0.0.1") -> object:
    return signing_in.check_password(
        RequestFactory().post("/masuk/"),
        username="siti",
        password=password,
        address=address,
        now=NOW + after,
    )


def test_waiting_ends_by_itself_and_counts_one_address_only() -> None:
    account = factories.account(username="siti")
    for second in range(signing_in.LIMIT):
        with pytest.raises(errors.WrongPassword):
            check(password="x", after=timedelta(seconds=second))

    with pytest.raises(errors.TooManyAttempts) as caught:
        check(password=PASSWORD, after=timedelta(minutes=14))
    assert caught.value.facts["minutes"] == 1
    other = check(password=PASSWORD, after=timedelta(minutes=14), address="10.0.0.2")
    assert other == account
    assert check(password=PASSWORD, after=timedelta(minutes=15)) == account


def test_failures_are_forgotten_once_somebody_is_in() -> None:
    factories.account(username="siti")
    with pytest.raises(errors.WrongPassword):
        check(password="x", after=timedelta())
    check(password=PASSWORD, after=timedelta(seconds=1))
    assert not SignInFailure.objects.exists()


def test_neither_name_nor_address_is_kept_readable() -> None:
    factories.account(username="siti")
    with pytest.raises(errors.WrongPassword):
        check(password="x", after=timedelta())
    assert SignInFailure.objects.get().who.isalnum()
    assert "siti" not in SignInFailure.objects.get().who


def test_a_closed_account_stays_outside() -> None:
    account = factories.account(username="siti")
    account.is_active = False
    account.save()
    answer = Client().post("/masuk/", {"username": "siti", "password": PASSWORD})
    assert answer.status_code == 422


def test_an_account_speaks_its_own_language_in_a_new_browser() -> None:
    account = factories.account(username="siti")
    account.language = "en"
    account.save()
    client = Client()
    client.post("/masuk/", {"username": "siti", "password": PASSWORD})
    assert client.cookies["bahasa"].value == "en"


def test_whoever_is_in_already_goes_on() -> None:
    client = factories.signed_in(factories.account())
    assert client.get("/masuk/?next=/saya/")["Location"] == "/saya/"


def test_signing_out_takes_a_form_and_ends_the_session() -> None:
    client = factories.signed_in(factories.account())
    assert client.get("/keluar/").status_code == 405
    assert client.post("/keluar/").status_code == 302
    assert client.get("/saya/").status_code == 302


def test_a_new_password_needs_the_old_one_and_keeps_the_session() -> None:
    account = factories.account(username="siti")
    client = factories.signed_in(account)

    wrong = client.post("/saya/", {"old": "x", "password": "jalan-kampung-melayu"})
    weak = client.post("/saya/", {"old": PASSWORD, "password": "pendek"})
    good = client.post("/saya/", {"old": PASSWORD, "password": "jalan-kampung-melayu"})

    assert [wrong.status_code, weak.status_code, good.status_code] == [422, 422, 302]
    assert client.get("/saya/").status_code == 200
    assert Client().login(username="siti", password="jalan-kampung-melayu")
