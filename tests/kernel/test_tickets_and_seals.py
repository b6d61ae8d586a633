from __future__ import annotations

from datetime import timedelta

import pytest

from simpul.kernel.seals import BadSeal, check_seal, make_seal
from simpul.kernel.tickets import BadTicket, check_ticket, make_ticket
from tests.factories_data import START

SECRET = b"0123456789abcdef0123456789abcdef"
MINUTE = timedelta(minutes=1)


def a_ticket(secret: bytes = SECRET) -> str:
    return make_ticket(
        person="ani", scopes=["19.71:open"], now=START, life=5 * MINUTE, secret=secret
    )


def test_a_ticket_reads_back_until_it_ends() -> None:
    ticket = check_ticket(a_ticket(), now=START + 4 * MINUTE, secret=SECRET)
    assert (ticket.person, ticket.scopes) == ("ani", frozenset({"19.71:open"}))
    with pytest.raises(BadTicket):
        check_ticket(a_ticket(), now=START + 5 * MINUTE, secret=SECRET)


@pytest.mark.parametrize("text", ["", ".", "a.b", "a", "é.é", a_ticket(b"x" * 32), a_ticket()[:-2]])
def test_a_ticket_that_was_not_made_here_is_refused(text: str) -> None:
    with pytest.raises(BadTicket):
        check_ticket(text, now=START, secret=SECRET)


def test_a_ticket_cannot_be_widened() -> None:
    other = make_ticket(
        person="ani", scopes=["19.71:all"], now=START, life=MINUTE, secret=b"y" * 32
    )
    mixed = other.split(".")[0] + "." + a_ticket().split(".")[1]
    with pytest.raises(BadTicket):
        check_ticket(mixed, now=START, secret=SECRET)


REQUEST = {"method": "PUT", "target": "/internal/feeds/a", "body": b"{}"}


def test_a_seal_opens_for_the_same_request_within_a_minute() -> None:
    seal = make_seal(**REQUEST, now=START, secret=SECRET)  # type: ignore[arg-type]
    for moment in (START - MINUTE, START, START + MINUTE):
        check_seal(seal, **REQUEST, now=moment, secret=SECRET)  # type: ignore[arg-type]
    assert seal.count(".") == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"method": "POST"},
        {"target": "/internal/feeds/b"},
        {"body": b"{ }"},
        {"now": START + 2 * MINUTE},
        {"now": START - 2 * MINUTE},
        {"secret": b"z" * 32},
    ],
)
def test_a_seal_opens_for_nothing_else(changes: dict[str, object]) -> None:
    seal = make_seal(**REQUEST, now=START, secret=SECRET)  # type: ignore[arg-type]
    with pytest.raises(BadSeal):
        check_seal(seal, **(REQUEST | {"now": START, "secret": SECRET} | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize("seal", ["", ".", "1.", "x.y", "9999999999999.aa", "１.aa"])
def test_a_malformed_seal_is_refused(seal: str) -> None:
    with pytest.raises(BadSeal):
        check_seal(seal, **REQUEST, now=START, secret=SECRET)  # type: ignore[arg-type]
