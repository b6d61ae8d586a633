"""Instruments: taken in from YAML, checked, published, and from then on never changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from simpul.evaluation import checking
from simpul.evaluation.checking import Fault
from simpul.evaluation.errors import InstrumentFaulty, InstrumentPublished, WeightsDoNotSum
from simpul.evaluation.instrument import Instrument as Spec
from simpul.evaluation.instrument import parse
from simpul.evaluation.models import Instrument, InstrumentItem
from simpul.kernel.errors import SimpulError


def _refuse(error: type[SimpulError], faults: Iterable[Fault]) -> None:
    """Raise `error` with every fault by its path, where there are any."""
    told: dict[str, list[str]] = {}
    for fault in faults:
        told.setdefault(fault.path, []).append(fault.message)
    if told:
        lines = [f"{path}: {line}" for path, lines in told.items() for line in lines]
        raise error("\n".join(lines), errors=told)


def fingerprint(body: dict[str, Any]) -> str:
    """SHA-256 of the body's canonical JSON: equal for equal contents, whatever the layout."""
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def import_instrument(*, text: str, now: datetime) -> Instrument:
    """Take in an instrument from YAML as a draft; the same text again changes nothing.

    Raises:
        InstrumentUnreadable: not YAML.
        InstrumentFaulty: every fault with its path, in plain words.
        InstrumentPublished: this version is published, with other contents.
    """
    body = checking.load(text)
    _refuse(InstrumentFaulty, checking.faults(body))
    content_hash = fingerprint(body)
    kept = Instrument.objects.filter(key=body["key"], version=body["version"]).first()
    if kept is not None and kept.content_hash == content_hash:
        return kept
    if kept is not None and kept.published_at is not None:
        raise InstrumentPublished
    if kept is not None:
        kept.delete()
    row = Instrument.objects.create(
        key=body["key"],
        version=body["version"],
        year=body["year"],
        body=body,
        content_hash=content_hash,
        imported_at=now,
    )
    InstrumentItem.objects.bulk_create(_items(row, parse(body)))
    return row


def _items(row: Instrument, spec: Spec) -> list[InstrumentItem]:
    return [
        InstrumentItem(
            instrument=row,
            key=item.key,
            number=item.number,
            code=item.code,
            component=item.component,
            question_id=item.question.id,
            question_en=item.question.en,
            smart_dimension=item.smart_dimension,
            sub_dimension=item.sub_dimension,
        )
        for item in spec.items()
    ]


@transaction.atomic
def publish_instrument(*, instrument: Instrument, now: datetime) -> Instrument:
    """From now on regions can be evaluated by it, and it never changes.

    Raises:
        WeightsDoNotSum: a group's weights, or the items' within a component, do not sum.
    """
    if instrument.published_at is not None:
        return instrument
    _refuse(WeightsDoNotSum, checking.before_publication(instrument.body))
    instrument.published_at = now
    instrument.save(update_fields=["published_at"])
    return instrument


def import_instruments(*, now: datetime) -> list[Instrument]:
    """Take in and publish every instrument that ships; saying it again changes nothing."""
    found = []
    for path in sorted(checking.FOLDER.glob("*.yaml")):
        row = import_instrument(text=path.read_text(encoding="utf-8"), now=now)
        found.append(publish_instrument(instrument=row, now=now))
    return found
