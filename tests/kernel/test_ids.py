from __future__ import annotations

import pytest

from simpul.kernel.errors import BadInput
from simpul.kernel.ids import (
    KINDS_BY_SEGMENT,
    SEGMENTS,
    Kind,
    ReadingAddress,
    Urn,
    is_region_code,
    new_key,
)


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_has_a_segment_of_its_own_and_a_urn_that_reads_back(kind: Kind) -> None:
    urn = Urn("19.71", kind, "abc-1" if kind is not Kind.ENTITY else "urn:ngsi-ld:Device:a/b c")
    assert Urn.parse(str(urn)) == urn
    assert KINDS_BY_SEGMENT[SEGMENTS[kind]] is kind
    assert urn.address.startswith(f"/19.71/{SEGMENTS[kind]}/")


def test_an_entity_keeps_its_own_uri_in_its_address() -> None:
    urn = Urn("19.71", Kind.ENTITY, "urn:ngsi-ld:Device:a/b")
    assert urn.address == "/19.71/entitas/urn:ngsi-ld:Device:a%2Fb/"


@pytest.mark.parametrize(
    "text", ["", "urn:simpul:19.71:action", "urn:simpul:19:nothing:1", "urn:other:19.71:action:1"]
)
def test_what_is_not_a_urn_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        Urn.parse(text)


@pytest.mark.parametrize("code", ["19", "19.71", "19.71.01", "19.71.01.1001"])
def test_official_codes_are_region_codes(code: str) -> None:
    assert is_region_code(code)


@pytest.mark.parametrize("code", ["", "1", "19.7", "19.71.", "19.71.01.101", "19-71", " 19.71"])
def test_other_texts_are_not(code: str) -> None:
    assert not is_region_code(code)


def test_keys_are_fresh_and_of_the_length_asked_for() -> None:
    assert len({new_key() for _ in range(100)}) == 100
    assert len(new_key(16)) == 16


def test_a_readings_address_reads_back() -> None:
    address = ReadingAddress(7, 1_790_589_600_000_000, 2)
    assert ReadingAddress.parse(str(address)) == address
    assert Urn.parse(str(address.urn("19.71"))).key == str(address)


@pytest.mark.parametrize("key", ["", "1-2", "1-2-3-4", "a-2-3", "1-2-", "-1-2-3"])
def test_what_is_not_the_address_of_a_reading_is_refused(key: str) -> None:
    with pytest.raises(BadInput):
        ReadingAddress.parse(key)
