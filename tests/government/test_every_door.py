"""Every address of the city hall, tried by everybody: who comes in, who is sent away, and how.

One line for each address in `DOORS`; a test fails where an address has no line. Behind each line
stand the outcomes for a stranger, the clerk of another office, the clerk and the head of the office
that owns the thing, and the smart-city team, in this order:

    o  opens                          a  takes the form, or says what is wrong in it
    s  is sent to sign in             r  leads elsewhere
    n  is refused                     m  takes no such form
    h  does not exist for them
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from django.db import transaction
from django.http import SimpleCookie
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests import factories
from tests.city.conftest import world
from tests.city.world import World
from tests.government.town import ROLES, Town
from tests.programme.conftest import authority_folder, papers

__all__ = ["authority_folder", "papers", "world"]

pytestmark = pytest.mark.django_db

OPEN, INSIDE = "ooooo", "hhooo"
FORM = "mmmmm"
PARTS = 4
REGION, TEAM = "hoooo", "hhhho"
R = "<region:region>/"
"""How every address of a region begins in the routes."""
_EVIDENCE, _DOCUMENT = f"{R}bukti/<key:key>/", f"{R}dokumen/<key:key>/"
_INDICATOR, _ACTION = f"{R}indikator/<key:key>/", f"{R}aksi/<key:key>/"
_PLAN, _COMMITMENT = f"{R}rencana/<key:key>/", f"{R}komitmen/<key:key>/"
_VERSION, _EVALUATION = f"{_PLAN}versi/<int:number>/", f"{R}evaluasi/<key:key>/"


@dataclass(frozen=True, slots=True)
class Door:
    """One address. route: as the resolver has it; at: where it is in the town; get, post: the
    outcomes by role; data: of ``data.json`` and ``data.csv`` beside it, as `get` where nothing is
    said; form: what is sent, where an empty form would not come as far as the question."""

    route: str
    at: Callable[[Town], str]
    get: str = OPEN
    post: str = FORM
    data: str = ""
    form: Callable[[Town], dict[str, str]] = lambda t: {}


DOORS = (
    # the shell and the pages across rooms
    Door("", lambda t: "/", get="rrrrr"),
    Door("tentang/", lambda t: "/tentang/"),
    Door("cari/", lambda t: "/cari/?q=aksi"),
    Door("wilayah/", lambda t: "/wilayah/"),
    Door("desain/", lambda t: "/desain/"),
    Door("tampilan/bahasa/", lambda t: "/tampilan/bahasa/", get="mmmmm", post="aaaaa"),
    Door("tampilan/tema/", lambda t: "/tampilan/tema/", get="mmmmm", post="aaaaa"),
    Door("tampilan/kerapatan/", lambda t: "/tampilan/kerapatan/", get="mmmmm", post="aaaaa"),
    Door("tampilan/tiket/", lambda t: "/tampilan/tiket/"),
    Door(R, lambda t: "/19.71/"),
    Door(f"{R}wilayah/<region:code>/", lambda t: f"/19.71/wilayah/{t.part.code}/"),
    Door(f"{R}ubin/<key:key>/", lambda t: f"/19.71/ubin/{t.action.key}/"),
    Door(f"{R}ubin/<key:key>/", lambda t: f"/19.71/ubin/{t.hidden_action.key}/", INSIDE),
    # government
    Door("masuk/", lambda t: "/masuk/", get="orrrr", post="aaaaa"),
    Door("keluar/", lambda t: "/keluar/", get="mmmmm", post="aaaaa"),
    Door("saya/", lambda t: "/saya/", get="soooo", post="saaaa"),
    Door(f"{R}perangkat-daerah/", lambda t: "/19.71/perangkat-daerah/"),
    Door(f"{R}perangkat-daerah/<key:key>/", lambda t: t.office.urn.address),
    Door(f"{R}jabatan/<key:key>/", lambda t: factories.seat_of(t.head).urn.address),
    # desk
    Door("kotak-masuk/", lambda t: "/kotak-masuk/", get="soooo"),
    Door(f"{R}telusur/", lambda t: f"/19.71/telusur/?dari={t.action.urn}"),
    Door(f"{R}telusur/", lambda t: f"/19.71/telusur/?dari={t.hidden_action.urn}", INSIDE),
    Door(_EVIDENCE, lambda t: t.open_evidence.urn.address),
    Door(_EVIDENCE, lambda t: t.hidden_evidence.urn.address, INSIDE),
    Door(f"{_EVIDENCE}berkas/", lambda t: f"{t.open_evidence.urn.address}berkas/"),
    Door(f"{_EVIDENCE}berkas/", lambda t: f"{t.hidden_picture.urn.address}berkas/", INSIDE),
    Door(f"{_EVIDENCE}asli/", lambda t: f"{t.open_evidence.urn.address}asli/", INSIDE),
    Door(f"{_EVIDENCE}asli/", lambda t: f"{t.hidden_evidence.urn.address}asli/", INSIDE),
    Door(f"{_EVIDENCE}umum/", lambda t: f"{t.open_evidence.urn.address}umum/", FORM, "snnaa"),
    Door(f"{_EVIDENCE}umum/", lambda t: f"{t.hidden_evidence.urn.address}umum/", FORM, "hhnaa"),
    Door(_DOCUMENT, lambda t: t.open_document.urn.address),
    Door(_DOCUMENT, lambda t: t.hidden_document.urn.address, INSIDE),
    Door(f"{_DOCUMENT}berkas.pdf", lambda t: f"{t.open_document.urn.address}berkas.pdf"),
    Door(f"{_DOCUMENT}berkas.pdf", lambda t: f"{t.hidden_document.urn.address}berkas.pdf", INSIDE),
    # the city: what is not open is for whoever belongs to the region
    Door(f"{R}kota/", lambda t: "/19.71/kota/"),
    Door(f"{R}entitas/<path:entity_id>/", lambda t: t.entity("terbuka").address),
    Door(f"{R}entitas/<path:entity_id>/", lambda t: t.entity("tertutup").address, REGION),
    Door(f"{R}bacaan/<key:key>/", lambda t: t.reading("terbuka").address),
    Door(f"{R}bacaan/<key:key>/", lambda t: t.reading("tertutup").address, REGION),
    Door(f"{R}aliran/<key:key>/", lambda t: t.feed("duga-air").address),
    Door(f"{R}aliran/<key:key>/", lambda t: t.feed("pompa").address, REGION),
    # indicators
    Door(f"{R}indikator/", lambda t: "/19.71/indikator/"),
    Door(_INDICATOR, lambda t: t.measured.urn.address),
    Door(_INDICATOR, lambda t: t.hidden_indicator.urn.address, INSIDE),
    Door(f"{_INDICATOR}isi/", lambda t: f"{t.typed.urn.address}isi/", "snooo", "snaaa"),
    Door(f"{R}nilai/<key:key>/", lambda t: t.value.urn.address),
    Door(f"{R}nilai/<key:key>/", lambda t: t.entry.urn.address, INSIDE, data="hhhhh"),
    Door(f"{R}nilai/<key:key>/reviu/", lambda t: f"{t.entry.urn.address}reviu/", FORM, "hhnaa"),
    Door(f"{R}proses/<key:key>/", lambda t: t.run.address),
    Door(f"{R}proses/<key:key>/ulang/", lambda t: f"{t.run.address}ulang/"),
    # programme
    Door(f"{R}rencana/", lambda t: t.plans, get="rrrrr"),
    Door(_PLAN, lambda t: t.published_plan.address),
    Door(f"{_PLAN}aksi-baru/", lambda t: f"{t.published_plan.address}aksi-baru/", "snnno", "snnna"),
    Door(_VERSION, lambda t: f"{t.published_plan.address}versi/{t.versions[0]}/"),
    Door(_VERSION, lambda t: f"{t.published_plan.address}versi/{t.versions[1]}/", "hhhho"),
    Door(
        f"{_VERSION}terbitkan/",
        lambda t: f"{t.published_plan.address}versi/{t.versions[1]}/terbitkan/",
        FORM,
        "snnna",
    ),
    Door(f"{R}dimensi/<key:key>/", lambda t: f"{t.dimension.address}", "rrrrr"),
    Door(f"{R}aksi/", lambda t: "/19.71/aksi/"),
    Door(_ACTION, lambda t: t.action.urn.address),
    Door(_ACTION, lambda t: t.hidden_action.urn.address, INSIDE),
    Door(_ACTION, lambda t: t.draft_action.urn.address, INSIDE),
    Door(f"{_ACTION}ubah/", lambda t: f"{t.action.urn.address}ubah/", "snnoo", "snnaa"),
    Door(f"{_ACTION}ubah/", lambda t: f"{t.draft_action.urn.address}ubah/", "hhnoo", "hhnaa"),
    Door(f"{_ACTION}status/", lambda t: f"{t.action.urn.address}status/", "snnoo", "snnaa"),
    Door(
        f"{_ACTION}terbitkan/", lambda t: f"{t.draft_action.urn.address}terbitkan/", FORM, "hhnaa"
    ),
    Door(f"{_ACTION}lapor/", lambda t: f"{t.action.urn.address}lapor/", "snooo", "snaaa"),
    Door(f"{R}laporan/<key:key>/", lambda t: t.accepted_update.address, OPEN, "snnaa"),
    Door(f"{R}laporan/<key:key>/", lambda t: t.waiting_update.address, INSIDE, "hhnaa"),
    Door(f"{R}tahapan/<key:key>/", lambda t: t.milestone.address, OPEN, "snaaa"),
    Door(f"{R}komitmen/", lambda t: "/19.71/komitmen/"),
    Door(f"{R}komitmen/tulis/", lambda t: "/19.71/komitmen/tulis/", "snnno", "snnna"),
    Door(_COMMITMENT, lambda t: t.commitment.urn.address),
    Door(_COMMITMENT, lambda t: t.draft_commitment.urn.address, TEAM),
    Door(f"{_COMMITMENT}berkas.pdf", lambda t: f"{t.commitment.urn.address}berkas.pdf"),
    Door(f"{_COMMITMENT}periksa/", lambda t: f"{t.commitment.urn.address}periksa/", OPEN, "aaaaa"),
    Door(
        f"{_COMMITMENT}tanda-tangan/",
        lambda t: f"{t.commitment.urn.address}tanda-tangan/",
        "shhoh",
        "shhah",
    ),
    Door(f"{_COMMITMENT}tolak/", lambda t: f"{t.commitment.urn.address}tolak/", FORM, "shhah"),
    Door(f"{_COMMITMENT}ubah/", lambda t: f"{t.draft_commitment.urn.address}ubah/", TEAM, "hhhha"),
    Door(f"{_COMMITMENT}buka/", lambda t: f"{t.draft_commitment.urn.address}buka/", FORM, "hhhha"),
    Door(f"{_COMMITMENT}tarik/", lambda t: f"{t.commitment.urn.address}tarik/", "snnno", "snnna"),
    Door(f"{R}butir/<key:key>/", lambda t: t.clause(t.commitment).address),
    Door(f"{R}butir/<key:key>/", lambda t: t.clause(t.draft_commitment).address, TEAM),
    Door(
        f"{R}butir/<key:key>/aksi/",
        lambda t: f"{t.clause(t.commitment).address}aksi/",
        FORM,
        "snnna",
        form=lambda t: {"tie": t.action.key},
    ),
    Door(f"{R}rapat/", lambda t: "/19.71/rapat/"),
    Door(f"{R}rapat/<key:key>/", lambda t: t.meeting.urn.address),
    Door(f"{R}rapat/<key:key>/", lambda t: t.hidden_meeting.urn.address, TEAM),
    # evaluation: a self-assessment is internal, instruments and results are open
    Door(f"{R}evaluasi/", lambda t: "/19.71/evaluasi/"),
    Door(f"{R}evaluasi/hasil/", lambda t: t.results),
    Door(_EVALUATION, lambda t: t.evaluation.urn.address, "shhho"),
    Door(
        f"{_EVALUATION}segarkan/", lambda t: f"{t.evaluation.urn.address}segarkan/", FORM, "shhha"
    ),
    Door(f"{R}penilaian/<key:key>/", lambda t: t.item.address, "shhho", "shhha"),
    Door(f"{R}instrumen/", lambda t: "/19.71/instrumen/"),
    Door(f"{R}instrumen/<key:key>/", lambda t: t.instrument),
    Door(
        f"{R}instrumen/<key:key>/instrumen.json",
        lambda t: f"{t.instrument}instrumen.json",
    ),
)


def routes(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    """Every route of the resolver."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield f"{prefix}{entry.pattern}"
        else:
            yield from routes(entry, f"{prefix}{entry.pattern}")


ALL = frozenset(routes(get_resolver()))


def outcome(status: int, location: str, method: str) -> str:
    """One letter for what happened."""
    if status == 401 or (status == 302 and location.startswith("/masuk/")):
        return "s"
    if status in {403, 404, 405}:
        return {403: "n", 404: "h", 405: "m"}[status]
    if status >= 500:
        return f" {status} "
    if method == "post":
        return "a"
    return {2: "o", 3: "r"}.get(status // 100, f" {status} ")


def tried(client: Client, method: str, address: str, form: dict[str, str]) -> str:
    """What comes of one visit; whatever it changed is taken back."""
    before = transaction.savepoint()
    visit = Client(raise_request_exception=False)
    visit.cookies = SimpleCookie(client.cookies.output(header="", sep=";"))
    answer = visit.post(address, form) if method == "post" else visit.get(address)
    transaction.savepoint_rollback(before)
    return outcome(answer.status_code, answer.get("Location", ""), method)


def outcomes(town: Town, door: Door, method: str, address: str, expected: str) -> str:
    """What comes of everybody's visits. That an address takes no form is asked of two only."""
    form = door.form(town)
    if expected == FORM:
        ends = {tried(town.roles[role], method, address, form) for role in ("stranger", "team")}
        return FORM if ends == {"m"} else "".join(sorted(ends))
    return "".join(tried(town.roles[role], method, address, form) for role in ROLES)


def beside(door: Door, address: str) -> list[str]:
    """The addresses of the door's data, where it has any."""
    path, mark, query = address.partition("?")
    found = [name for name in ("data.json", "data.csv") if f"{door.route}{name}" in ALL]
    return [f"{path}{name}{mark}{query}" for name in found]


@pytest.fixture
def town(world: World, papers: object) -> Town:
    return Town(world)


def test_every_address_has_a_line() -> None:
    known = {door.route for door in DOORS}
    data = {f"{route}{name}" for route in known for name in ("data.json", "data.csv")}
    assert ALL - known - data == set()
    assert known - ALL == set()


@pytest.mark.parametrize("part", range(PARTS))
def test_everybody_comes_in_where_they_may_and_nowhere_else(part: int, town: Town) -> None:
    """Every fourth door in one town, so that several workers can share them."""
    wrong: dict[str, str] = {}
    for door in DOORS[part::PARTS]:
        address = door.at(town)
        visits = [("get", address, door.get), ("post", address, door.post)]
        visits += [("get", data, door.data or door.get) for data in beside(door, address)]
        for method, place, expected in visits:
            found = outcomes(town, door, method, place, expected)
            if found != expected:
                wrong[f"{method} {place}"] = f"{found}, not {expected}"
    assert not wrong, "\n".join(f"{place}: {told}" for place, told in wrong.items())
