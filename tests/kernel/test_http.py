from __future__ import annotations

import asyncio

import pytest

from simpul.kernel.errors import BadInput, NotFound
from simpul.kernel.http import Answer, MethodNotAllowed, Request, Response, Routes


async def first(request: Request, *taken: str) -> Answer:
    return Response(200, body=",".join(("first", *taken)).encode())


async def second(request: Request, *taken: str) -> Answer:
    return Response(200, body=",".join(("second", *taken)).encode())


@pytest.fixture
def routes() -> Routes:
    made = Routes()
    made.add("GET", "/things", first)
    made.add("POST", "/things", second)
    made.add("GET", "/things/{id*}", first)
    made.add("DELETE", "/things/{id*}", second)
    made.add("PUT", "/rooms/{room}/doors/{door}", second)
    return made


@pytest.mark.parametrize(
    ("method", "path", "answer"),
    [
        ("GET", "/things", b"first"),
        ("GET", "/things/", b"first"),
        ("POST", "/things", b"second"),
        ("GET", "/things/urn:a:b", b"first,urn:a:b"),
        ("GET", "/things/http://example.org/a/b", b"first,http://example.org/a/b"),
        ("DELETE", "/things/x/", b"second,x"),
        ("PUT", "/rooms/1/doors/2", b"second,1,2"),
    ],
)
def test_a_path_finds_its_handler(routes: Routes, method: str, path: str, answer: bytes) -> None:
    handler, taken = routes.find(method, path)
    found = asyncio.run(handler(Request(method, path), *taken))
    assert isinstance(found, Response)
    assert found.body == answer


@pytest.mark.parametrize(
    "path", ["/", "/thing", "/rooms/1/doors", "/rooms//doors/2", "/rooms/1/x/2"]
)
def test_other_paths_are_not_found(routes: Routes, path: str) -> None:
    with pytest.raises(NotFound):
        routes.find("GET", path)


def test_a_method_that_does_not_fit_names_those_that_do(routes: Routes) -> None:
    with pytest.raises(MethodNotAllowed) as raised:
        routes.find("PATCH", "/things/")
    assert raised.value.facts["allow"] == ["GET", "POST"]


def test_parameters_are_decoded_once() -> None:
    request = Request("GET", "/", "q=a%3D%3D%22x+y%22&limit=")
    assert request.parameters(frozenset({"q", "limit"})) == {"q": 'a=="x y"', "limit": ""}
    assert Request("GET", "/").parameters(frozenset()) == {}


@pytest.mark.parametrize("query", ["other=1", "q=1&q=2"])
def test_unknown_and_repeated_parameters_are_refused(query: str) -> None:
    with pytest.raises(BadInput):
        Request("GET", "/", query).parameters(frozenset({"q"}))
