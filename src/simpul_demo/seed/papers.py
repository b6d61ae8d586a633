"""Regulations, decrees and minutes, typeset as real files; bodies and their meetings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from simpul.desk import documents, files
from simpul.desk.models import Document
from simpul.desk.papers.typeset import typeset
from simpul.programme.operations import bodies
from simpul.web import formats
from simpul_demo import story
from simpul_demo.seed.offices import Offices

TEMPLATE = Path(__file__).with_name("paper.typ")
HEADS = {"perkada": "Peraturan Wali Kota Pangkalpinang", "sk": "Keputusan Wali Kota Pangkalpinang"}
BODIES = {"dewan": "Dewan Kota Cerdas", "tim": "Tim Pelaksana Kota Cerdas", "forum": "Forum"}
ORDINALS = ("Kesatu", "Kedua", "Ketiga", "Keempat", "Kelima", "Keenam")


def _signer(offices: Offices, post: str) -> dict[str, str]:
    return {"title": offices.posts[post].title, "name": offices.people[post].name}


def _keep(data: Mapping[str, Any], now: datetime) -> Any:
    return files.keep(typeset(TEMPLATE, data, now=now).pdf, now=now)


def _articles(kind: str, texts: Sequence[str]) -> list[dict[str, str]]:
    if kind == "perkada":
        names = [f"Pasal {number}" for number in range(1, len(texts) + 1)]
    else:
        names = [f"{ordinal.upper()}" for ordinal in ORDINALS]
    return [{"name": name, "text": text} for name, text in zip(names, texts, strict=False)]


def _adopt(offices: Offices, row: Mapping[str, Any]) -> Document:
    """A regulation or decree with its file."""
    now, day = offices.calendar.moment(row["dated"]), offices.calendar.day(row["dated"])
    data = {
        "head": HEADS[row["kind"]],
        "title": row["title"],
        "number": row["number"],
        "facts": [],
        "preamble": [row["preamble"]],
        "articles": _articles(row["kind"], row["articles"]),
        "place-and-day": f"Pangkalpinang, {formats.day(day, 'id')}",
        "signer": _signer(offices, row["signer"]),
    }
    return documents.add_document(
        region=offices.region,
        key=row["key"],
        kind=row["kind"],
        title=row["title"],
        number=row["number"],
        dated=day,
        valid_from=day,
        adopted=row["adopted"],
        file=_keep(data, now),
        now=now,
    )


def set_up(offices: Offices) -> dict[str, Document]:
    """The documents that the programme stands on, by key."""
    made = [_adopt(offices, row) for row in story.programme()["documents"]]
    return {document.key: document for document in made}


def seat(offices: Offices, decrees: Mapping[str, Document]) -> None:
    """Who sits in the bodies."""
    for order, row in enumerate(story.programme()["roster"], 1):
        decree = decrees[row["decree"]]
        assert decree.dated is not None
        bodies.seat(
            region=offices.region,
            body=row["body"],
            role=row["role"],
            order=order,
            post=offices.posts[row["post"]],
            decree=decree,
            starts=decree.dated,
            now=decree.added_at,
        )


def meet(offices: Offices) -> None:
    """The meetings of the bodies, each with its minutes."""
    for row in story.programme()["meetings"]:
        _meet(offices, row)


def _meet(offices: Offices, row: Mapping[str, Any]) -> None:
    calendar = offices.calendar
    now, day = calendar.moment(row["held"] + 2), calendar.day(row["held"])
    secretary = offices.walker("tim-smart-city", row["held"] + 2)
    minutes = documents.add_document(
        region=offices.region,
        key=f"notulen-{row['key']}",
        kind=Document.DocumentKind.MINUTES,
        title=f"Notulen: {row['title']}",
        dated=day,
        adopted=True,
        file=_keep(_minutes(offices, row), now),
        now=now,
        by=secretary,
    )
    bodies.record_meeting(
        region=offices.region,
        key=row["key"],
        body=row["body"],
        held_on=day,
        title=row["title"],
        place=row["place"],
        present=row["present"],
        minutes=minutes,
        now=now,
        by=secretary,
    )


def _minutes(offices: Offices, row: Mapping[str, Any]) -> dict[str, Any]:
    held = offices.calendar.day(row["held"])
    facts = {
        "Rapat": BODIES[row["body"]],
        "Hari, tanggal": formats.day(held, "id"),
        "Tempat": row["place"],
        "Hadir": f"{row['present']} orang",
    }
    points = [f"{number}. {text}" for number, text in enumerate(row["minutes"], 1)]
    return _plain(offices, "Notulen", row["title"], facts, points, "tim-smart-city", held)


def _plain(
    offices: Offices,
    head: str,
    title: str,
    facts: Mapping[str, str],
    points: Sequence[str],
    signer: str,
    day: date,
) -> dict[str, Any]:
    """A paper without number and articles: facts, then points."""
    return {
        "head": head,
        "title": title,
        "number": "",
        "facts": [{"name": name, "value": value} for name, value in facts.items()],
        "preamble": [],
        "articles": [{"name": "", "text": text} for text in points],
        "place-and-day": f"Pangkalpinang, {formats.day(day, 'id')}",
        "signer": _signer(offices, signer),
    }


def typeset_sheet(
    offices: Offices, *, title: str, facts: Mapping[str, str], signer: str, now: datetime
) -> bytes:
    """A sheet with which an office proves a number."""
    day = offices.region.today(now)
    data = _plain(offices, "Lembar rekapitulasi", title, facts, [], signer, day)
    return typeset(TEMPLATE, data, now=now).pdf
