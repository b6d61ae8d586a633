"""The item's knot: it stands beside the thread, at the values, actions and papers that prove it."""

from __future__ import annotations

from collections.abc import Collection

from simpul.desk.thread import Knot
from simpul.evaluation.models import Evaluation, InstrumentItem, Score
from simpul.evaluation.permissions import visible_evaluations
from simpul.government.access import Walker
from simpul.kernel.ids import Kind, Urn

LABEL_LENGTH = 80


class ItemKnots:
    """Items of evaluations, for those who may see the evaluation."""

    kinds = frozenset({Kind.ITEM})

    def knots(self, urns: Collection[Urn], walker: Walker) -> dict[Urn, Knot]:
        """The items among `urns` whose evaluation the walker may see."""
        if not walker.signed_in:
            return {}
        found: dict[Urn, Knot] = {}
        for region in {urn.region for urn in urns}:
            evaluations = {row.key: row for row in visible_evaluations(walker, region)}
            here = [urn for urn in urns if urn.region == region and urn.kind is Kind.ITEM]
            found |= self._of_region(here, evaluations)
        return found

    def _of_region(self, urns: list[Urn], evaluations: dict[str, Evaluation]) -> dict[Urn, Knot]:
        wanted: dict[str, dict[int, Urn]] = {}
        for urn in urns:
            name, _dot, number = urn.key.rpartition(".")
            if name in evaluations and number.isdecimal():
                wanted.setdefault(name, {})[int(number)] = urn
        found: dict[Urn, Knot] = {}
        for name, numbers in wanted.items():
            found |= self._of_evaluation(evaluations[name], numbers)
        return found

    def _of_evaluation(self, evaluation: Evaluation, numbers: dict[int, Urn]) -> dict[Urn, Knot]:
        items = InstrumentItem.objects.filter(
            instrument=evaluation.instrument_id, number__in=numbers
        )
        scores = Score.objects.filter(evaluation=evaluation, item__number__in=numbers)
        scored = set(scores.values_list("item__number", flat=True))
        return {
            numbers[item.number]: Knot(
                urn=numbers[item.number],
                label=label(item),
                url=numbers[item.number].address,
                state="approved" if item.number in scored else "not_started",
            )
            for item in items
        }

    def up(self, urns: Collection[Urn], walker: Walker) -> set[Urn]:
        """Nothing: what an item is proven by is stored."""
        return set()

    def down(self, urns: Collection[Urn], walker: Walker) -> set[Urn]:
        """Nothing: what an item is proven by is stored."""
        return set()


def label(item: InstrumentItem) -> str:
    """The item's number and the beginning of its question."""
    text = f"{item.number}. {item.question}"
    return text if len(text) <= LABEL_LENGTH else f"{text[: LABEL_LENGTH - 1].rstrip()}…"
