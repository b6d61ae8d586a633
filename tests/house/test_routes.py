"""Every address answers a stranger with something that is not a fault."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern


def plain_routes(resolver: URLResolver, prefix: str = "/") -> Iterator[str]:
    """The addresses that need no value."""
    for entry in resolver.url_patterns:
        if not isinstance(entry.pattern, RoutePattern) or entry.pattern.converters:
            continue
        route = str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield prefix + route
        else:
            yield from plain_routes(entry, prefix + route)


@pytest.mark.django_db
@pytest.mark.parametrize("address", sorted(set(plain_routes(get_resolver()))))
@pytest.mark.parametrize("language", ["id", "en"])
def test_a_stranger_gets_an_answer(address: str, language: str, client: Client) -> None:
    client.cookies["bahasa"] = language
    for answer in (client.get(address), client.post(address)):
        assert answer.status_code < 500
    assert client.head(address).status_code < 500


@pytest.mark.django_db
def test_an_address_that_leads_nowhere_says_so(client: Client) -> None:
    answer = client.get("/no/such/page/")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("text/html")
