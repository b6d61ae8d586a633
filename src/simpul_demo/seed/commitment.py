"""The joint commitment: written, opened, and signed by some with demonstration certificates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from simpul.desk.papers.safe import safe
from simpul.programme import permissions
from simpul.programme.models import Commitment
from simpul.programme.operations import commitments
from simpul.programme.operations.commitments import ClauseText, Seat
from simpul_demo import story
from simpul_demo.seed.actions import Programme
from simpul_demo.seed.offices import Offices
from simpul_demo.story import PASSWORD

MINUTES_BETWEEN = 17


def certify(offices: Offices, post: str) -> None:
    """Give whoever fills the post a certificate of the demonstration authority. It opens with the
    password that everybody has in the demo."""
    person, seat = offices.people[post], offices.posts[post]
    safe().authority(now=offices.start).issue(
        person.key,
        name=person.name,
        organisation=seat.organisation.name,
        post=seat.title,
        passphrase=PASSWORD.encode(),
        now=offices.calendar.moment(story.programme()["commitment"]["dated"] - 1),
    )


def _write(offices: Offices, described: Mapping[str, Any]) -> Commitment:
    now = offices.calendar.moment(described["dated"] - 6)
    return commitments.draft_commitment(
        region=offices.region,
        key=described["key"],
        title=described["title"],
        number=described["number"],
        place=described["place"],
        dated=offices.calendar.day(described["dated"]),
        preamble=described["preamble"],
        closing=described["closing"],
        clauses=[ClauseText(row["text"], row["key"]) for row in described["clauses"]],
        parties=[Seat(offices.posts[key]) for key in described["parties"]],
        sign_by=offices.calendar.day(described["sign_by"]),
        now=now,
    )


def _sign(offices: Offices, described: Mapping[str, Any], commitment: Commitment) -> None:
    start = offices.calendar.moment(described["dated"], hour=9, minute=5)
    for number, post in enumerate(described["signed_by"]):
        now = start + timedelta(minutes=MINUTES_BETWEEN * number)
        holder = offices.walker(post, described["dated"])
        party = permissions.access_party(offices.region.code, commitment.key, walker=holder)
        party = commitments.mark_read(party=party, now=now - timedelta(minutes=9), by=holder)
        signer = safe().authority(now=now).signer(offices.people[post].key, PASSWORD.encode())
        commitments.sign(party=party, signer=signer, now=now, by=holder)


def set_up(offices: Offices, programme: Programme, public_url: str) -> Commitment:
    """Write the commitment, let those sign who did, and say which actions carry its clauses."""
    described = story.programme()["commitment"]
    commitment = _write(offices, described)
    for row in described["clauses"]:
        clause = commitment.clauses.get(key=row["key"])
        for code in row["actions"]:
            commitments.carry(
                clause=clause, action=programme.actions[code], now=commitment.created_at
            )
    for post in described["parties"]:
        certify(offices, post)
    commitments.open_for_signing(
        commitment=commitment,
        address=public_url + commitment.urn.address,
        now=offices.calendar.moment(described["dated"], hour=8),
    )
    _sign(offices, described, commitment)
    return commitment
