"""Names that last: URNs of both wings and the permanent address that each one has.

A URN of the city hall is ``urn:simpul:<region>:<kind>:<key>``; its permanent address, what a QR
code on paper points at, is ``/<region>/<segment>/<key>/``. An NGSI-LD entity keeps the URI its
sender gave it and is addressed as ``/<region>/entitas/<that URI>/``.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote, unquote

from simpul.kernel.errors import BadInput

REGION_CODE = re.compile(r"\d{2}(\.\d{2}(\.\d{2}(\.\d{4})?)?)?")
KEY = re.compile(r"[0-9A-Za-z][0-9A-Za-z._~-]{0,79}")
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_PREFIX = "urn:simpul:"


class Kind(StrEnum):
    """The kinds of object that hang on the thread or stand beside it."""

    REGION = "region"
    ORGANISATION = "organisation"
    POST = "post"
    COMMITMENT = "commitment"
    CLAUSE = "clause"
    PLAN = "plan"
    CATEGORY = "category"
    ACTION = "action"
    MILESTONE = "milestone"
    UPDATE = "update"
    EVIDENCE = "evidence"
    DOCUMENT = "document"
    MEETING = "meeting"
    INDICATOR = "indicator"
    VALUE = "value"
    RUN = "run"
    READING = "reading"
    ENTITY = "entity"
    FEED = "feed"
    INSTRUMENT = "instrument"
    EVALUATION = "evaluation"
    ITEM = "item"


SEGMENTS: dict[Kind, str] = {
    Kind.REGION: "wilayah",
    Kind.ORGANISATION: "perangkat-daerah",
    Kind.POST: "jabatan",
    Kind.COMMITMENT: "komitmen",
    Kind.CLAUSE: "butir",
    Kind.PLAN: "rencana",
    Kind.CATEGORY: "dimensi",
    Kind.ACTION: "aksi",
    Kind.MILESTONE: "tahapan",
    Kind.UPDATE: "laporan",
    Kind.EVIDENCE: "bukti",
    Kind.DOCUMENT: "dokumen",
    Kind.MEETING: "rapat",
    Kind.INDICATOR: "indikator",
    Kind.VALUE: "nilai",
    Kind.RUN: "proses",
    Kind.READING: "bacaan",
    Kind.ENTITY: "entitas",
    Kind.FEED: "aliran",
    Kind.INSTRUMENT: "instrumen",
    Kind.EVALUATION: "evaluasi",
    Kind.ITEM: "penilaian",
}
KINDS_BY_SEGMENT = {segment: kind for kind, segment in SEGMENTS.items()}


def new_key(length: int = 10) -> str:
    """A fresh random key: `length` characters of Crockford's base 32, 5 bits each."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def is_region_code(text: str) -> bool:
    """Whether `text` has the form PP, PP.KK, PP.KK.CC or PP.KK.CC.DDDD."""
    return REGION_CODE.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Urn:
    """The name of one object, and where it is found.

    region: official code; kind: see `Kind`; key: unique within region and kind. The key of an
    entity is the entity's whole URI.
    """

    region: str
    kind: Kind
    key: str

    def __str__(self) -> str:
        if self.kind is Kind.ENTITY:
            return f"{_PREFIX}{self.region}:{self.kind}:{quote(self.key, safe='')}"
        return f"{_PREFIX}{self.region}:{self.kind}:{self.key}"

    @property
    def address(self) -> str:
        """The permanent path, with a slash at both ends."""
        return f"/{self.region}/{SEGMENTS[self.kind]}/{quote(self.key, safe=':.~-_')}/"

    @classmethod
    def parse(cls, text: str) -> Urn:
        """Read what `str` wrote.

        Raises:
            BadInput: the text is not a URN of Simpul.
        """
        parts = text.removeprefix(_PREFIX).split(":", 2)
        if not text.startswith(_PREFIX) or len(parts) != 3:
            raise BadInput(f"{text!r} is not a URN of Simpul", field="urn")
        region, kind, key = parts
        if not is_region_code(region) or kind not in set(Kind) or not key:
            raise BadInput(f"{text!r} is not a URN of Simpul", field="urn")
        known = Kind(kind)
        return cls(region, known, unquote(key) if known is Kind.ENTITY else key)


@dataclass(frozen=True, slots=True)
class ReadingAddress:
    """Where one reading stands: (series, observed time, ordinal).

    series: number of the series in the data wing; observed_us: microseconds since 1970, UTC;
    ordinal: 0 for the first reading at that moment, then 1, 2, … for its corrections.
    """

    series: int
    observed_us: int
    ordinal: int

    def __str__(self) -> str:
        return f"{self.series}-{self.observed_us}-{self.ordinal}"

    def urn(self, region: str) -> Urn:
        return Urn(region, Kind.READING, str(self))

    @classmethod
    def parse(cls, key: str) -> ReadingAddress:
        """Read what `str` wrote.

        Raises:
            BadInput: the text is not the address of a reading.
        """
        if not re.fullmatch(r"\d{1,18}-\d{1,18}-\d{1,9}", key):
            raise BadInput(f"{key!r} is not the address of a reading", field="key")
        series, observed, ordinal = key.split("-")
        return cls(int(series), int(observed), int(ordinal))
