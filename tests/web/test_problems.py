"""What went wrong is a page for people and problem details for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import path
from django.utils import translation

from simpul.entrypoints import urls
from simpul.kernel import errors
from simpul.kernel.errors import SimpulError
from simpul.web import problems
from tests.web.pages import read

pytestmark = pytest.mark.django_db

KINDS: dict[str, type[SimpulError]] = {
    kind.problem: kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, SimpulError) and kind is not SimpulError
}


def raising(request: HttpRequest, kind: str) -> HttpResponse:
    if kind == "fault":
        raise RuntimeError("a fault of the program")
    raise KINDS[kind]("Begini ceritanya.", field="persen")


def form(request: HttpRequest) -> HttpResponse:
    return HttpResponse("saved")


class Addresses:
    urlpatterns = [
        path("raise/<str:kind>/", raising),
        path("raise/<str:kind>/data.json", raising),
        path("form/", form),
        *urls.urlpatterns,
    ]
    handler400 = urls.handler400
    handler403 = urls.handler403
    handler404 = urls.handler404
    handler500 = urls.handler500


@pytest.fixture(autouse=True)
def addresses() -> Iterator[None]:
    with override_settings(ROOT_URLCONF=Addresses):
        yield


@pytest.fixture
def quiet() -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_problem_is_a_page_with_help(kind: str, quiet: Client) -> None:
    if kind == "not-signed-in":
        return
    answer = quiet.get(f"/raise/{kind}/", headers={"accept": "text/html"})
    page = read(answer.content)
    assert answer.status_code == KINDS[kind].status
    assert page.one("p", class_="lede").text == "Begini ceritanya."
    assert page.one("h1").text not in {"", "Begini ceritanya."}
    assert len(page.one("div", class_="columns__main").all("p")) == 2


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_problem_is_rfc_9457_for_programs(kind: str, quiet: Client) -> None:
    for address, accept in (
        (f"/raise/{kind}/", "application/json"),
        (f"/raise/{kind}/data.json", "*/*"),
    ):
        answer = quiet.get(address, headers={"accept": accept})
        body = json.loads(answer.content)
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.status_code == body["status"] == KINDS[kind].status
        assert body["type"] == f"urn:simpul:problem:{kind}"
        assert body["detail"] == "Begini ceritanya."
        assert body["field"] == "persen"


def test_whoever_is_not_signed_in_is_led_to_the_door_and_back(quiet: Client) -> None:
    answer = quiet.get("/raise/not-signed-in/?hal=2", headers={"accept": "text/html"})
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/masuk/?next=%2Fraise%2Fnot-signed-in%2F%3Fhal%3D2"


def test_a_form_sent_without_signing_in_says_so(quiet: Client) -> None:
    answer = quiet.post("/raise/not-signed-in/", headers={"accept": "text/html"})
    assert answer.status_code == 401
    assert "/masuk/" in answer.content.decode()


def test_a_fault_of_the_program_tells_nothing_of_it(quiet: Client) -> None:
    answer = quiet.get("/raise/fault/", headers={"accept": "text/html"})
    assert answer.status_code == 500
    assert "a fault of the program" not in answer.content.decode()
    told = quiet.get("/raise/fault/", headers={"accept": "application/json"})
    assert json.loads(told.content)["type"] == "urn:simpul:problem:internal"


def test_an_unknown_address_is_a_page_or_a_problem(quiet: Client) -> None:
    page = quiet.get("/nothing/here/", headers={"accept": "text/html"})
    assert page.status_code == 404
    assert read(page.content).one("h1").text == "Tidak ada apa-apa di alamat ini"
    told = quiet.get("/nothing/data.csv")
    assert (told.status_code, json.loads(told.content)["status"]) == (404, 404)


def test_a_form_from_elsewhere_changes_nothing_and_says_so() -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/form/", {"a": 1}, headers={"accept": "application/json"})
    assert answer.status_code == 403
    assert json.loads(answer.content)["type"] == "urn:simpul:problem:form-expired"


def test_a_browser_is_answered_with_a_page() -> None:
    browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    for accept, wants in ((browser, False), ("*/*", False), ("application/problem+json", True)):
        request = RequestFactory().get("/x/", headers={"accept": accept})
        assert problems.wants_json(request) is wants


def test_the_handlers_answer_for_what_django_refuses() -> None:
    request = RequestFactory().get("/x/data.json")
    assert problems.bad_request(request).status_code == 400
    assert problems.forbidden(request).status_code == 403


def test_an_answer_raised_by_a_middleware_stays_an_answer() -> None:
    request = RequestFactory().get("/x/data.json")
    try:
        raise errors.NotFound("Tidak ada wilayah itu.")
    except errors.NotFound:
        answer = problems.fault(request)
    assert answer.status_code == 404


def test_what_the_rooms_raise_without_a_word_is_said_in_the_readers_language() -> None:
    assert problems.said(errors.NotFound()) == "Tidak ada apa-apa di alamat ini."
    assert problems.said(errors.NotFound("Jalan itu tidak ada.")) == "Jalan itu tidak ada."
    with translation.override("en"):
        assert problems.said(errors.NotFound()) == "There is nothing at this address."
