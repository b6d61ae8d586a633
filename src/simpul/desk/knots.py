"""Evidence and documents beside the red thread: each hangs on what it proves."""

from __future__ import annotations

from collections.abc import Collection

from simpul.desk import permissions
from simpul.desk.models import Document, Evidence
from simpul.desk.thread import Knot
from simpul.government.access import Walker
from simpul.kernel.ids import Kind, Urn


class DeskKnots:
    """Evidence and documents; what they hang on stands in their row, not in a link."""

    kinds = frozenset({Kind.EVIDENCE, Kind.DOCUMENT})

    def knots(self, urns: Collection[Urn], walker: Walker) -> dict[Urn, Knot]:
        """The knots among `urns` that the walker may see."""
        return {row.urn: _knot(row) for row in _rows(urns, walker)}

    def up(self, urns: Collection[Urn], walker: Walker) -> set[Urn]:
        """What the evidence proves, and what the documents are about."""
        return {Urn.parse(row.subject) for row in _rows(urns, walker) if row.subject}

    def down(self, urns: Collection[Urn], walker: Walker) -> set[Urn]:
        """Nothing hangs on a proof."""
        return set()


def _rows(urns: Collection[Urn], walker: Walker) -> list[Evidence | Document]:
    return [
        *permissions.evidence_among(urns, walker),
        *permissions.documents_among(urns, walker),
    ]


def _knot(row: Evidence | Document) -> Knot:
    state = None
    if isinstance(row, Document):
        state = "published" if row.adopted else "draft"
    return Knot(row.urn, row.title, row.urn.address, state)
