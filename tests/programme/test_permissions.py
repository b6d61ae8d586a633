"""Every address of the room as every kind of visitor."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import URLPattern

from simpul.programme import operations, permissions, urls
from simpul.programme.models import Action, Commitment, Update
from tests import factories as city
from tests.factories import NOW, TODAY, Right
from tests.programme import factories as make
from tests.programme import signing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("papers", "at_noon")]

STRANGER, OTHER, CLERK, HEAD, TEAM = "stranger", "other", "clerk", "head", "team"
WHO = (STRANGER, OTHER, CLERK, HEAD, TEAM)


class Town:
    """One of everything, published and not, and somebody of each kind."""

    def __init__(self) -> None:
        office = city.organisation("Dinas Perhubungan")
        clerk, head = city.clerk(office), city.head(office)
        self.clients: dict[str, Client] = {
            STRANGER: Client(),
            OTHER: city.signed_in(city.head(city.organisation("Dinas Lain"))),
            CLERK: city.signed_in(clerk),
            HEAD: city.signed_in(head),
            TEAM: city.signed_in(city.smart_city_team()),
        }
        self.plan = make.plan()
        make.dimensions()
        self.shown = make.draft(city.post(office), of=self.plan)
        make.published(self.plan, [self.shown])
        self.shown.refresh_from_db()
        self.hidden = make.draft(city.post(office), of=self.plan)
        self.accepted = make.accepted(self.shown, clerk)
        self.waiting = make.report(self.shown, clerk)
        self.milestone = make.milestone(self.shown)
        self.meeting = operations.record_meeting(
            region=self.plan.region, body="tim", held_on=TODAY, title="Rapat", now=NOW
        )
        operations.draft_version(plan=self.plan, title="Adendum", now=NOW)
        self.open = signing.opened(head)
        self.draft = make.commitment()

    def status(self, who: str, address: str) -> int:
        return int(self.clients[who].get(address).status_code)


@pytest.fixture
def town() -> Town:
    return Town()


OPEN = dict.fromkeys(WHO, 200)
LED = {STRANGER: 404, OTHER: 404, CLERK: 200, HEAD: 200, TEAM: 200}
TEAM_ONLY = {STRANGER: 404, OTHER: 404, CLERK: 404, HEAD: 404, TEAM: 200}

DOORS: dict[str, tuple[Callable[[Town], str], dict[str, int]]] = {
    "plans": (lambda t: "/19.71/rencana/", dict.fromkeys(WHO, 302)),
    "plan": (lambda t: t.plan.urn.address, OPEN),
    "plan-json": (lambda t: f"{t.plan.urn.address}data.json", OPEN),
    "plan-csv": (lambda t: f"{t.plan.urn.address}data.csv", OPEN),
    "plan-version": (lambda t: f"{t.plan.urn.address}versi/1/", OPEN),
    "plan-version-draft": (lambda t: f"{t.plan.urn.address}versi/2/", TEAM_ONLY),
    "action-new": (
        lambda t: f"{t.plan.urn.address}aksi-baru/",
        {STRANGER: 302, OTHER: 403, CLERK: 403, HEAD: 403, TEAM: 200},
    ),
    "dimension": (lambda t: "/19.71/dimensi/smart_living/", dict.fromkeys(WHO, 302)),
    "actions": (lambda t: "/19.71/aksi/", OPEN),
    "actions-json": (lambda t: "/19.71/aksi/data.json", OPEN),
    "actions-csv": (lambda t: "/19.71/aksi/data.csv", OPEN),
    "action": (lambda t: t.shown.urn.address, OPEN),
    "action-draft": (lambda t: t.hidden.urn.address, LED),
    "action-json": (lambda t: f"{t.shown.urn.address}data.json", OPEN),
    "action-csv": (lambda t: f"{t.hidden.urn.address}data.csv", LED),
    "action-edit": (
        lambda t: f"{t.shown.urn.address}ubah/",
        {STRANGER: 302, OTHER: 403, CLERK: 403, HEAD: 200, TEAM: 200},
    ),
    "action-status": (
        lambda t: f"{t.shown.urn.address}status/",
        {STRANGER: 302, OTHER: 403, CLERK: 403, HEAD: 200, TEAM: 200},
    ),
    "action-report": (
        lambda t: f"{t.shown.urn.address}lapor/",
        {STRANGER: 302, OTHER: 403, CLERK: 200, HEAD: 200, TEAM: 200},
    ),
    "update": (lambda t: t.accepted.urn.address, OPEN),
    "update-waiting": (lambda t: t.waiting.urn.address, LED),
    "milestone": (lambda t: t.milestone.urn.address, OPEN),
    "commitments": (lambda t: "/19.71/komitmen/", OPEN),
    "commitment-new": (
        lambda t: "/19.71/komitmen/tulis/",
        {STRANGER: 302, OTHER: 403, CLERK: 403, HEAD: 403, TEAM: 200},
    ),
    "commitment": (lambda t: t.open.urn.address, OPEN),
    "commitment-draft": (lambda t: t.draft.urn.address, TEAM_ONLY),
    "commitment-json": (lambda t: f"{t.open.urn.address}data.json", OPEN),
    "commitment-csv": (lambda t: f"{t.draft.urn.address}data.csv", TEAM_ONLY),
    "commitment-file": (lambda t: f"{t.open.urn.address}berkas.pdf", OPEN),
    "commitment-check": (lambda t: f"{t.open.urn.address}periksa/", OPEN),
    "commitment-sign": (
        lambda t: f"{t.open.urn.address}tanda-tangan/",
        {STRANGER: 302, OTHER: 404, CLERK: 404, HEAD: 200, TEAM: 404},
    ),
    "commitment-edit": (
        lambda t: f"{t.draft.urn.address}ubah/",
        TEAM_ONLY,
    ),
    "commitment-withdraw": (
        lambda t: f"{t.open.urn.address}tarik/",
        {STRANGER: 302, OTHER: 403, CLERK: 403, HEAD: 403, TEAM: 200},
    ),
    "clause": (lambda t: t.open.clauses.get().urn.address, OPEN),
    "clause-draft": (lambda t: t.draft.clauses.get().urn.address, TEAM_ONLY),
    "meetings": (lambda t: "/19.71/rapat/", OPEN),
    "meetings-json": (lambda t: "/19.71/rapat/data.json", OPEN),
    "meetings-csv": (lambda t: "/19.71/rapat/data.csv", OPEN),
    "meeting": (lambda t: t.meeting.urn.address, OPEN),
}
POSTED: dict[str, Callable[[Town], str]] = {
    "plan-version-publish": lambda t: f"{t.plan.urn.address}versi/2/terbitkan/",
    "action-publish": lambda t: f"{t.hidden.urn.address}terbitkan/",
    "commitment-decline": lambda t: f"{t.open.urn.address}tolak/",
    "commitment-open": lambda t: f"{t.draft.urn.address}buka/",
    "clause-tie": lambda t: f"{t.open.clauses.get().urn.address}aksi/",
}


def test_every_address_is_walked() -> None:
    names = {pattern.name for pattern in urls.urlpatterns if isinstance(pattern, URLPattern)}

    assert names <= DOORS.keys() | POSTED.keys()


def test_every_door_opens_to_whom_it_should(town: Town) -> None:
    found = {
        name: {who: town.status(who, address(town)) for who in WHO}
        for name, (address, _expected) in DOORS.items()
    }

    assert found == {name: expected for name, (_address, expected) in DOORS.items()}


def test_strangers_and_other_offices_change_nothing(town: Town) -> None:
    for name, address in POSTED.items():
        for who in (STRANGER, OTHER, CLERK):
            answer = town.clients[who].post(address(town), {"reason": "x", "tie": town.shown.key})
            assert answer.status_code in {401, 403, 404}, (name, who, answer.status_code)
    for place in (town.waiting.urn.address, town.milestone.urn.address):
        for who in (STRANGER, OTHER):
            answer = town.clients[who].post(
                place, {"decision": "accept", "done_on": TODAY.isoformat()}
            )
            assert answer.status_code in {401, 403, 404}
    assert Update.objects.get(pk=town.waiting.pk).state == Update.State.SUBMITTED
    assert Action.objects.get(pk=town.hidden.pk).state == Action.State.DRAFT
    assert Commitment.objects.get(pk=town.draft.pk).state == Commitment.State.DRAFT


def test_an_internal_action_is_not_for_strangers() -> None:
    action = make.action(visibility="internal")

    assert Client().get(action.urn.address).status_code == 404
    assert action.title not in Client().get("/19.71/aksi/").content.decode()
    assert city.signed_in(city.clerk(action.lead)).get(action.urn.address).status_code == 200


def test_what_a_post_owes_it_can_do_without_a_grant() -> None:
    office, outside = city.organisation(), city.organisation()
    reviewer, answering = city.official(outside, rights=[]), city.official(office, rights=[])
    action = make.action(city.seat_of(answering), reviewer=city.seat_of(reviewer))

    def may(who: object, right: str) -> bool:
        return permissions.may(action, city.walker(who), right)  # type: ignore[arg-type]

    assert may(answering, Right.REPORT)
    assert not may(answering, Right.EDIT)
    assert may(reviewer, Right.REVIEW)
    assert not may(reviewer, Right.REPORT)
    assert not may(city.official(outside, rights=[]), Right.REVIEW)


def test_a_right_in_one_region_is_none_in_another() -> None:
    elsewhere = city.region("64.09")
    action = make.action(city.post(city.organisation(in_region=elsewhere)), of=make.plan(elsewhere))
    team = city.signed_in(city.smart_city_team(city.region()))

    assert team.get(f"{action.urn.address}ubah/").status_code == 403
    assert team.get(action.urn.address.replace("64.09", "19.71")).status_code == 404


def test_an_organisation_shows_what_it_leads() -> None:
    action = make.action(title="Marka jalan")

    page = Client().get(action.lead.urn.address).content.decode()

    assert "Marka jalan" in page


def test_the_inbox_shows_what_is_to_be_checked_and_signed() -> None:
    action = make.action(title="Marka jalan")
    head = city.head(action.lead)
    make.report(action, text="Empat ruas selesai.")
    signing.opened(head, title="Komitmen yang menunggu")

    client = city.signed_in(head)
    page = client.get("/kotak-masuk/").content.decode()

    assert "Marka jalan" in page
    assert "Empat ruas selesai." in page
    assert "Komitmen yang menunggu" in page
