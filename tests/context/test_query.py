"""The query language: what can be read, and what not. What queries find stands in contracts/."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simpul.context.errors import BadRequestData, OperationNotSupported
from simpul.context.query import Either, Every, Term, parse_query


@pytest.mark.parametrize(
    "text",
    [
        "temperature",
        "temperature==20",
        'brandName!="Mercedes"',
        'isParked=="urn:ngsi-ld:OffStreetParking:Downtown1"',
        "isParked==urn:ngsi-ld:OffStreetParking:Downtown1",
        'speed>50;brandName!="Mercedes"',
        '((speed>50|rpm>3000);brandName=="Mercedes")',
        "(temperature>=20;temperature<=25)|capacity<=10",
        "temperature.observedAt>=2017-12-24T12:00:00Z",
        'address[city]=="Berlin"',
        "sensor.rawdata[airquality.particulate]==40",
        'color=="black", "red"',
        "temperature==10..20",
        "temperature==-1.5e3..2",
        "day==2026-11-21..2026-11-30",
        'name=="with \\"quotes\\" and ; | ( ) signs"',
        "at==2026-11-21T10:00:00+07:00",
        "fiware:level>1",
        "tinggiAir==true",
    ],
)
def test_the_standards_examples_are_read(text: str) -> None:
    assert parse_query(text)


def test_and_binds_closer_than_or() -> None:
    query = parse_query("a;b|c")
    assert isinstance(query, Either)
    assert isinstance(query.parts[0], Every)
    assert query.parts[1] == Term(("c",))


@pytest.mark.parametrize(
    "text",
    [
        "",
        ";",
        "a;",
        "a||b",
        "(a",
        "a)",
        "a==",
        "a=1",
        "a=='x'",
        'a=="x',
        "a==red",
        "a>1,2",
        "a>1..2",
        "a==1..true",
        "a==2026-13-01T00:00:00Z",
        "a==1e999",
        "a[b",
        "a[]==1",
        "a[b.]==1",
        "1a==1",
        "a.==1",
        "a b",
        "(" * 20 + "a" + ")" * 20,
        ";".join(["a"] * 100),
        "a" * 5000,
        'a=="\\ud800"',
    ],
)
def test_what_is_not_a_query_is_refused(text: str) -> None:
    with pytest.raises(BadRequestData):
        parse_query(text)


@pytest.mark.parametrize("text", ['a~="x"', 'a!~="x"', "a{b}==1"])
def test_what_is_not_supported_is_said_to_be_so(text: str) -> None:
    with pytest.raises(OperationNotSupported):
        parse_query(text)


@given(st.text(alphabet='ab.;|()[]=!<>,"\\0123456789 -:TZ~{}', max_size=40))
def test_no_text_does_worse_than_be_refused(text: str) -> None:
    try:
        query = parse_query(text)
    except (BadRequestData, OperationNotSupported):
        return
    assert isinstance(query, Term | Every | Either)
