"""Selecting entities: what a store finds is what an evaluation of every entity would find."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simpul.context.attributes import Attributes, read_attributes
from simpul.context.broker import ContextBroker
from simpul.context.model import Selection
from simpul.context.query import matches, parse_query
from simpul.kernel.errors import BadInput
from simpul.kernel.time import format_time
from tests.contracts.conftest import Backend
from tests.factories_data import CITY, START, a_grant, an_entity, measured

BROKER = ContextBroker()


def put(backend: Backend, number: int, *, opens: bool = False, **attributes: Any) -> str:
    entity = an_entity(number, **attributes)
    now = START + timedelta(seconds=number)
    backend.write(
        lambda unit: BROKER.upsert(
            unit,
            region=CITY,
            entity=entity,
            replace=True,
            grant=a_grant(opens=opens),
            now=now,
        )
    )
    return entity.id


def ids(backend: Backend, q: str, **more: Any) -> list[int]:
    found = backend.entities.entities(CITY, q=q, **more)
    return [int(entity.id.rpartition(":")[2]) for entity in found]


@pytest.fixture
def pond(backend: Backend) -> Backend:
    put(backend, 1, level=3, name="Rangkui", tags=["river", "north"], open=True)
    put(backend, 2, level=7.5, name="Baturusa", at="2026-11-21T10:00:00+07:00")
    put(backend, 3, name="Pedindang", next={"type": "Relationship", "object": "urn:x:1"})
    put(backend, 4, level=measured(1, START), parts={"type": "Property", "value": {"a": {"b": 5}}})
    put(
        backend, 5, names={"type": "LanguageProperty", "languageMap": {"id": "Kali", "en": "Creek"}}
    )
    return backend


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("level", [1, 2, 4]),
        ("level==3", [1]),
        ("level!=3", [2, 4]),
        ("level>3", [2]),
        ("level>=3", [1, 2]),
        ("level<3", [4]),
        ("level<=3", [1, 4]),
        ("level==2..8", [1, 2]),
        ("level!=2..8", [4]),
        ("level==1,3", [1, 4]),
        ('level=="3"', []),
        ('level!="3"', [1, 2, 4]),
        ('name=="Rangkui","Pedindang"', [1, 3]),
        ('name>"P"', [1, 3]),
        ('tags=="north"', [1]),
        ('tags!="north"', []),
        ("open==true", [1]),
        ("open>false", []),
        ("at==2026-11-21T03:00:00Z", [2]),
        ("at<2026-11-21T03:00:01Z", [2]),
        ("next==urn:x:1", [3]),
        ('next=="urn:x:1"', [3]),
        ('next>"a"', []),
        ("level.observedAt>=2026-11-21T03:00:00Z", [4]),
        ("parts[a.b]==5", [4]),
        ("parts[a.c]", []),
        ("parts", [4]),
        ('names=="Creek"', [5]),
        ('names[id]=="Kali"', [5]),
        ('names[*]=="Kali"', [5]),
        ("modifiedAt>2026-11-21T03:00:03Z", [4, 5]),
        ("createdAt==2026-11-21T03:00:01Z", [1]),
        ('level>3|name=="Pedindang"', [2, 3]),
        ('level>1;(name=="Rangkui"|name=="Baturusa")', [1, 2]),
        ("level>1;level.observedAt", []),
        ("level>7|level.observedAt", [2, 4]),
        ("nothing==1", []),
        ("id==urn:ngsi-ld:Device:1", []),
    ],
)
def test_a_query_finds(pond: Backend, q: str, expected: list[int]) -> None:
    assert ids(pond, q) == expected
    assert pond.entities.count(CITY, Selection(query=parse_query(q))) == len(expected)


def test_pages_neither_skip_nor_repeat(backend: Backend) -> None:
    for number in range(1, 8):
        put(backend, number, level=number % 2)
    first = backend.entities.entities(CITY, q="level==1", limit=2)
    second = backend.entities.entities(CITY, q="level==1", limit=2, after=first[-1].id)
    assert [e.id[-1] for e in first + second] == ["1", "3", "5", "7"]
    selection = Selection(query=parse_query("level.unitCode|level==1"))
    pages = [backend.entities.find(CITY, selection, offset=n, limit=2) for n in (0, 2)]
    assert [e.id[-1] for page in pages for e in page] == ["1", "3", "5", "7"]


def test_lists_come_in_the_order_of_creation_whatever_changes(backend: Backend) -> None:
    for number in (3, 1, 2):
        put(backend, number, level=1)
    put(backend, 3, level=2)
    assert [e.id[-1] for e in backend.entities.entities(CITY)] == ["3", "1", "2"]


def test_closed_entities_are_left_out_where_only_open_ones_are_asked_for(backend: Backend) -> None:
    put(backend, 1, level=1)
    put(backend, 2, opens=True, level=1)
    assert [e.id[-1] for e in backend.entities.entities(CITY, open_only=True)] == ["2"]
    assert backend.entities.types(CITY) == {"Device": 2}
    assert backend.entities.types(CITY, open_only=True) == {"Device": 1}
    assert backend.entities.attribute_names(CITY, open_only=True) == {"Device": ["level"]}
    assert backend.entities.attribute_names("11.01") == {}


def test_a_selection_by_type_id_and_attribute(backend: Backend) -> None:
    kept = put(backend, 1, level=1)
    put(backend, 2, name="x")
    for selection in (
        Selection(types=("Device",), attributes=("level", "other")),
        Selection(ids=(kept, "urn:ngsi-ld:Device:9")),
    ):
        assert [e.id for e in backend.entities.find(CITY, selection)] == [kept]
    assert backend.entities.find(CITY, Selection(types=("Pump",))) == []


def test_series_are_found_by_what_their_entity_is_now(backend: Backend) -> None:
    put(backend, 1, level=1, state="on")
    put(backend, 2, level=1, state="off")
    for q in ('state=="on"', 'state=="on";level.unitCode|state=="on"'):
        found = backend.history.series_of(CITY, entity_type="Device", attribute="level", q=q)
        assert [s.entity_id[-1] for s in found] == ["1"]
    one = backend.history.series_of(
        CITY, entity_type="Device", attribute="level", entity_id="urn:ngsi-ld:Device:2"
    )
    assert [s.entity_id[-1] for s in one] == ["2"]


@pytest.mark.parametrize("q", ["level>", "level==1;", "(level", "level==true..false", "=1", "a=1"])
def test_what_is_not_a_query_is_refused(backend: Backend, q: str) -> None:
    with pytest.raises(BadInput):
        backend.entities.entities(CITY, q=q)


# What a store finds against what an evaluation in Python finds

NAMES = st.sampled_from(["a", "b", "c"])
NUMBERS = st.one_of(st.integers(-3, 3), st.sampled_from([0.5, -1.25, 1e12]))
TEXTS = st.sampled_from(["", "a", "B", "é", "2026-11-21T03:00:00Z", "2026-11-21T10:00:00+07:00"])
SCALARS = st.one_of(NUMBERS, TEXTS.filter(bool), st.booleans())
MOMENTS = st.datetimes(datetime(2026, 11, 20), datetime(2026, 11, 22)).map(
    lambda moment: moment.replace(tzinfo=UTC, microsecond=0)
)


@st.composite
def instances(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(["plain", "list", "object", "link", "timed"]))
    if kind == "list":
        return {"type": "Property", "value": draw(st.lists(SCALARS, max_size=3))}
    if kind == "object":
        return {"type": "Property", "value": {"x": draw(SCALARS)}}
    if kind == "link":
        return {"type": "Relationship", "object": draw(st.sampled_from(["urn:x:1", "urn:x:2"]))}
    if kind == "timed":
        return measured(draw(NUMBERS), draw(MOMENTS))
    return {"type": "Property", "value": draw(SCALARS)}


def literal(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{value}"'
    return format_time(value) if isinstance(value, datetime) else repr(value)


@st.composite
def terms(draw: st.DrawFn) -> str:
    path = draw(NAMES) + draw(st.sampled_from(["", "", "", "[x]", ".observedAt"]))
    operator = draw(st.sampled_from(["", "==", "!=", ">", ">=", "<", "<="]))
    if not operator:
        return path
    values = draw(
        st.one_of(
            SCALARS.map(literal),
            MOMENTS.map(literal),
            st.lists(SCALARS.map(literal), min_size=1, max_size=3).map(",".join),
            st.tuples(NUMBERS, NUMBERS).map(lambda ends: f"{ends[0]!r}..{ends[1]!r}"),
        )
    )
    several = "," in values or ".." in values
    return f"{path}{'==' if several and operator not in {'==', '!='} else operator}{values}"


QUERIES = st.recursive(
    terms(),
    lambda inner: st.tuples(st.lists(inner, min_size=2, max_size=3), st.sampled_from(";|")).map(
        lambda parts: f"({parts[1].join(parts[0])})"
    ),
    max_leaves=5,
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    several=st.lists(st.dictionaries(NAMES, instances(), min_size=1), min_size=1, max_size=6),
    queries=st.lists(QUERIES, min_size=1, max_size=8),
)
def test_a_store_finds_what_an_evaluation_of_every_entity_finds(
    open_backend: Callable[[Path], Backend],
    several: list[dict[str, Any]],
    queries: list[str],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        backend = open_backend(Path(folder))
        known: list[Attributes] = []
        for number, document in enumerate(several, start=1):
            put(backend, number, **document)
            known.append(read_attributes(document))
        for text in queries:
            query = parse_query(text)
            expected = [
                number
                for number, attributes in enumerate(known, start=1)
                if matches(query, attributes, {})
            ]
            assert ids(backend, text) == expected, text
        backend.close()
