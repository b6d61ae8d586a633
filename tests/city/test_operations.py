"""What the city hall does to the data wing: through the door, and on record."""

from __future__ import annotations

import pytest

from simpul.city import operations
from simpul.connectors.model import AttributeContract
from simpul.government.models import AuditRow
from simpul.kernel.errors import Unavailable
from simpul.kernel.ids import Kind, Urn
from tests import factories
from tests.city.world import GAUGE, LEVEL, NOW, REGION, World

pytestmark = pytest.mark.django_db


def test_a_feed_belongs_to_the_office_that_set_it_up(world: World) -> None:
    office = factories.organisation("BPBD")
    feed = operations.create_feed(
        owner=office,
        steward=factories.post(office),
        name="Pos duga air",
        kind="device",
        entity_type=GAUGE,
        mapping={},
        interval_s=300,
        contracts=[AttributeContract(LEVEL, unit="CMT")],
        open=True,
        key="duga-air",
        now=NOW,
        by=factories.walker(factories.head(office)),
    )
    kept = world.wing.feeds.feed("duga-air")
    assert kept == feed
    assert kept.owner == str(office.urn)
    row = AuditRow.objects.get(subject=str(Urn(REGION, Kind.FEED, "duga-air")))
    assert (row.verb, row.account is not None) == ("set_up_feed", True)


def test_a_token_is_shown_once_and_its_secret_is_on_no_record(world: World) -> None:
    feed = world.feed()
    region = factories.region()
    token = operations.issue_token(region=region, feed=feed, label="pos", now=NOW)
    grant = world.wing.feeds.grant(token.token)  # type: ignore[attr-defined]
    assert grant.feed == feed.key
    facts = AuditRow.objects.get(verb="issued_token").facts
    assert facts == {"token": token.key}
    operations.revoke_token(region=region, key=token.key, now=NOW)
    assert world.wing.feeds.grant(token.token) is None  # type: ignore[attr-defined]


def test_while_the_broker_is_away_nothing_is_done_and_nothing_on_record(world: World) -> None:
    world.away = True
    with pytest.raises(Unavailable):
        operations.issue_token(region=factories.region(), label="pos", now=NOW)
    assert not AuditRow.objects.filter(verb="issued_token").exists()


def test_telling_pages_of_a_change_never_fails(world: World) -> None:
    urn = Urn(REGION, Kind.INDICATOR, "x")
    operations.tell_changed([urn], public=True)
    world.away = True
    operations.tell_changed([urn], public=True)
    assert world.told == [str(urn)]
