"""Heads of office with certificates of the demonstration authority."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

from simpul.desk.papers.safe import safe
from simpul.desk.papers.signatures import CertificateSigner
from simpul.government.models import Account, Assignment
from simpul.programme import operations
from simpul.programme.models import Commitment, Party
from tests import factories as city
from tests.factories import NOW
from tests.programme import factories as make

ADDRESS = "https://simpul.example.go.id/19.71/komitmen/abc/"
PASSPHRASE = "frasa kunci"


_made: dict[str, Path] = {}
"""A certificate for each name: keys take a second to make."""


def certificate(of: Account, *, name: str = "", now: datetime = NOW) -> CertificateSigner:
    """A certificate for the person behind an account, in their own name or another."""
    authority = safe().authority(now=now)
    written = name or of.person.name
    if written not in _made:
        seat = city.seat_of(of)
        _made[written] = authority.issue(
            f"made-{len(_made)}",
            name=written,
            organisation=seat.organisation.name,
            post=seat.title,
            passphrase=PASSPHRASE.encode(),
            now=now,
        )
    shutil.copy(_made[written], _made[written].with_name(f"{of.person.key}.p12"))
    return authority.signer(of.person.key, PASSPHRASE.encode())


def head(name: str, *, manner: str = Assignment.Manner.DEFINITIVE) -> Account:
    """Somebody who heads an office of their own."""
    who = city.head(city.organisation(f"Dinas {name}"))
    Assignment.objects.filter(person=who.person).update(manner=manner, ends=None)
    who.person.name = name
    who.person.save()
    return who


def opened(*heads: Account, turns: tuple[int, ...] = (), **said: object) -> Commitment:
    """A commitment of these heads that is open for signing."""
    seats = [
        operations.Seat(city.seat_of(who), turns[place] if turns else place + 1)
        for place, who in enumerate(heads)
    ]
    draft = make.commitment(seats, **said)
    return operations.open_for_signing(commitment=draft, address=ADDRESS, now=NOW)


def party_of(commitment: Commitment, who: Account) -> Party:
    return commitment.parties.get(post=city.seat_of(who))


def sign(commitment: Commitment, who: Account, *, now: datetime = NOW) -> Party:
    return operations.sign(
        party=party_of(commitment, who), signer=certificate(who), now=now, by=city.walker(who)
    )
