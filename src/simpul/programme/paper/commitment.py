"""The joint commitment on paper: its text as data, its fingerprint, and the PDF to be signed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import dateformat, translation

from simpul.desk.papers import qr
from simpul.desk.papers.signatures import add_fields
from simpul.desk.papers.typeset import typeset
from simpul.programme.models import Clause, Commitment, Party

TEMPLATE = Path(__file__).with_name("commitment.typ")

WORDS = {
    "id": {
        "number": "Nomor",
        "parties": "Para pihak",
        "organisation": "Perangkat daerah atau mitra",
        "post": "Jabatan penanda tangan",
        "check": "Dokumen ini ditandatangani secara elektronik. Siapa menandatangani, dalam "
        "jabatan apa, kapan, apakah tanda tangannya sah, dan apa jadinya setiap janji dapat "
        "diperiksa pada alamat di kaki halaman.",
        "fingerprint": "Sidik jari naskah (SHA-256):",
        "unnumbered": "tanpa nomor",
    },
    "en": {
        "number": "Number",
        "parties": "The parties",
        "organisation": "Office or partner",
        "post": "Signing post",
        "check": "This document is signed electronically. Who signed it, in which post, when, "
        "whether each signature is valid, and what became of each promise can be checked at the "
        "address at the foot of the page.",
        "fingerprint": "Fingerprint of the text (SHA-256):",
        "unnumbered": "without number",
    },
}


def field_name(order: int) -> str:
    """The signature field of the party at this place on the paper."""
    return f"party-{order}"


def text_of(
    commitment: Commitment, clauses: Sequence[Clause], parties: Sequence[Party]
) -> dict[str, Any]:
    """Everything that the signers put their name to, as plain values in a fixed order."""
    return {
        "region": commitment.region_id,
        "key": commitment.key,
        "title": commitment.title,
        "number": commitment.number,
        "dated": commitment.dated.isoformat(),
        "place": commitment.place,
        "language": commitment.language,
        "preamble": commitment.preamble,
        "clauses": [{"key": clause.key, "text": clause.text} for clause in clauses],
        "closing": commitment.closing,
        "parties": [
            {"post": str(party.post.urn), "organisation": str(party.organisation.urn)}
            for party in parties
        ],
    }


def fingerprint(commitment: Commitment, clauses: Sequence[Clause], parties: Sequence[Party]) -> str:
    """SHA-256 of `text_of` as JSON with sorted keys."""
    text = json.dumps(text_of(commitment, clauses, parties), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def typeset_commitment(
    commitment: Commitment,
    clauses: Sequence[Clause],
    parties: Sequence[Party],
    *,
    address: str,
    now: datetime,
) -> bytes:
    """The PDF/A-2b that is signed, with an empty signature field for each party.

    address: the whole address of the page behind the QR.
    """
    paper = typeset(TEMPLATE, _data(commitment, clauses, parties, address), now=now)
    return add_fields(paper.pdf, paper.areas)


def _data(
    commitment: Commitment, clauses: Sequence[Clause], parties: Sequence[Party], address: str
) -> dict[str, Any]:
    language = commitment.language if commitment.language in WORDS else "id"
    words = WORDS[language]
    return {
        "language": language,
        "words": words,
        "region": commitment.region.name,
        "title": commitment.title,
        "number": commitment.number,
        "number_line": commitment.number or words["unnumbered"],
        "preamble": _paragraphs(commitment.preamble),
        "clauses": [clause.text for clause in clauses],
        "closing": _paragraphs(commitment.closing),
        "place_and_day": f"{commitment.place}, {_long_day(commitment, language)}",
        "parties": [
            {
                "field": field_name(party.order),
                "post": party.post.title,
                "organisation": party.organisation.name,
            }
            for party in parties
        ],
        "address": address,
        "qr": qr.svg(address),
        "fingerprint": fingerprint(commitment, clauses, parties),
    }


def _paragraphs(text: str) -> list[str]:
    return [part.strip() for part in text.split("\n\n") if part.strip()]


def _long_day(commitment: Commitment, language: str) -> str:
    """The date as a document writes it, with the month in full."""
    with translation.override(language):
        return dateformat.format(commitment.dated, "j F Y")
