"""The least of an indicator that is valid."""

from __future__ import annotations

import itertools
from datetime import date, datetime
from decimal import Decimal

from simpul.government.models import Organisation, Region
from simpul.indicators import operations
from simpul.indicators.inputs import Spec
from simpul.indicators.models import Formula, Indicator
from tests import factories
from tests.city.world import GAUGE, LEVEL, NOW

_count = itertools.count(1)

LEVEL_INPUT = Spec("level", "aggregate", GAUGE, LEVEL, method="mean", across="mean")
SHARE_INPUT = Spec("share", "coverage", GAUGE, LEVEL, across="mean")


def indicator(
    *,
    owner: Organisation | None = None,
    source: str = Indicator.Source.COMPUTED,
    created_at: datetime = NOW,
    region: Region | None = None,
    **facts: object,
) -> Indicator:
    """A sheet, computed and monthly unless told otherwise."""
    place = region or factories.region()
    office = owner or factories.organisation(in_region=place)
    number = next(_count)
    given: dict[str, object] = {"code": f"IK-{number}", "title": f"Indikator {number}"}
    return operations.create_indicator(
        region=place,
        owner=office,
        source=source,
        now=created_at,
        **(given | facts),  # type: ignore[arg-type]
    )


def formula(
    of: Indicator,
    *inputs: Spec,
    expression: str = "",
    live_window_s: int | None = None,
    estimates: bool = False,
    publish: bool = True,
) -> Formula:
    """A published formula; without inputs, the mean level of all gauges."""
    specs = inputs or (LEVEL_INPUT,)
    made = operations.draft_formula(
        indicator=of,
        expression=expression or specs[0].name,
        inputs=specs,
        live_window_s=live_window_s,
        estimates=estimates,
        now=of.created_at,
    )
    return operations.publish_formula(formula=made, now=of.created_at) if publish else made


def computed(*inputs: Spec, expression: str = "", **facts: object) -> Indicator:
    """A computed indicator with a published formula."""
    window = facts.pop("live_window_s", None)
    made = indicator(**facts)  # type: ignore[arg-type]
    formula(made, *inputs, expression=expression, live_window_s=window)  # type: ignore[arg-type]
    return made


def target(of: Indicator, on: str, number: str, *, kind: str = "target") -> None:
    operations.set_point(
        indicator=of, on=date.fromisoformat(on), number=Decimal(number), kind=kind, now=NOW
    )
