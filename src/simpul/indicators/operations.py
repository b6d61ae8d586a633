"""What can be done to the sheet of an indicator: create it, write its formula, set its path.

Who may do it is asked before, at the doors in `permissions`; `by` says who did it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from simpul.desk import outbox
from simpul.government import audit
from simpul.government.access import SYSTEM, Walker
from simpul.government.models import Organisation, Post, Region
from simpul.indicators.errors import (
    BadFormula,
    BadInputRow,
    CodeTaken,
    FormulaPublished,
    NotComputed,
)
from simpul.indicators.formula import NAME, parse
from simpul.indicators.inputs import KINDS, Spec
from simpul.indicators.models import Formula, FormulaInput, Indicator, LatestRun, TargetPoint
from simpul.indicators.runs import specs_of
from simpul.kernel.errors import Conflict
from simpul.kernel.ids import new_key
from simpul.kernel.units import unit


@transaction.atomic
def create_indicator(
    *,
    region: Region,
    code: str,
    title: str,
    owner: Organisation,
    now: datetime,
    post: Post | None = None,
    definition: str = "",
    language: str = "id",
    unit_code: str = "",
    unit_label: str = "",
    decimals: int = 1,
    direction: str = Indicator.Direction.UP,
    period_kind: str = Indicator.PeriodKind.MONTH,
    source: str = Indicator.Source.COMPUTED,
    is_public: bool = True,
    areas: Iterable[Region] = (),
    key: str = "",
    by: Walker = SYSTEM,
) -> Indicator:
    """Open the sheet of an indicator. post: who owes typed-in values; areas: besides the region
    itself; key: random if empty; periods that end after `now` get a value.

    Raises:
        CodeTaken, simpul.kernel.units.UnknownUnit
    """
    _check_sheet(region, code, key, unit_code)
    indicator = Indicator.objects.create(
        key=key or new_key(),
        region=region,
        code=code,
        title=title,
        definition=definition,
        language=language,
        unit_code=unit_code,
        unit_label=unit_label,
        decimals=decimals,
        direction=direction,
        period_kind=period_kind,
        source=source,
        owner=owner,
        post=post,
        is_public=is_public,
        created_at=now,
    )
    indicator.areas.set([region, *areas])
    _announce_created(indicator, by)
    return indicator


def _announce_created(indicator: Indicator, by: Walker) -> None:
    urn, now = indicator.urn, indicator.created_at
    audit.record(by=by, verb="created", subject=urn, now=now, code=indicator.code)
    outbox.announce("IndicatorCreated", urn, now=now)


def _check_sheet(region: Region, code: str, key: str, unit_code: str) -> None:
    if unit_code:
        unit(unit_code)
    for field, value in (("code", code), ("key", key)):
        if value and Indicator.objects.filter(region=region, **{field: value}).exists():
            raise CodeTaken(field=field)


@transaction.atomic
def draft_formula(
    *,
    indicator: Indicator,
    expression: str,
    inputs: Sequence[Spec],
    now: datetime,
    explanation: str = "",
    estimates: bool = False,
    live_window_s: int | None = None,
    by: Walker = SYSTEM,
) -> Formula:
    """Write the next version of a formula; it counts once it is published.

    explanation: the formula in words; live_window_s: how far back the live number looks [s].

    Raises:
        NotComputed: the indicator is typed in.
        BadFormula: the expression cannot be read, or its names are not those of the inputs.
        BadInputRow: an input asks for something that cannot be computed.
    """
    if not indicator.is_computed:
        raise NotComputed
    _check_inputs(expression, inputs)
    last = indicator.formulas.order_by("-version").first()
    formula = Formula.objects.create(
        indicator=indicator,
        version=last.version + 1 if last else 1,
        expression=parse(expression).text,
        explanation=explanation,
        estimates=estimates,
        live_window_s=live_window_s,
        created_at=now,
    )
    for spec in inputs:
        FormulaInput(formula=formula, **asdict(spec)).save()
    audit.record(
        by=by, verb="drafted_formula", subject=indicator.urn, now=now, version=formula.version
    )
    return formula


def _check_inputs(expression: str, inputs: Sequence[Spec]) -> None:
    needed, given = set(parse(expression).names), [spec.name for spec in inputs]
    for spec in inputs:
        _check_input(spec)
    if len(given) != len(set(given)):
        raise BadInputRow(_("Two inputs have the same name."), field="inputs")
    unknown, idle = sorted(needed - set(given)), sorted(set(given) - needed)
    if unknown:
        raise BadFormula(
            _("The formula names “%(name)s”, which is no input.") % {"name": unknown[0]},
            field="expression",
        )
    if idle:
        raise BadInputRow(
            _("The formula does not use the input “%(name)s”.") % {"name": idle[0]}, field="inputs"
        )


def _check_input(spec: Spec) -> None:
    if not NAME.fullmatch(spec.name):
        raise BadInputRow(
            _("“%(name)s” is no name: small letters, digits and _ only.") % {"name": spec.name},
            field="inputs",
        )
    if spec.kind not in KINDS:
        raise BadInputRow(
            _("There is no kind of input called “%(kind)s”.") % {"kind": spec.kind}, field="inputs"
        )
    if spec.unit_code:
        unit(spec.unit_code)
    for problem in KINDS[spec.kind].problems(spec):
        raise BadInputRow(f"{spec.name}: {_(problem)}", field="inputs")


@transaction.atomic
def publish_formula(*, formula: Formula, now: datetime, by: Walker = SYSTEM) -> Formula:
    """Let a version count from now on; the one before is superseded and stays readable.

    Raises:
        FormulaPublished: it is published already.
        Conflict: a newer version is published.
    """
    indicator = formula.indicator
    if formula.published_at is not None:
        raise FormulaPublished
    if indicator.formulas.filter(version__gt=formula.version, published_at__isnull=False).exists():
        raise Conflict(_("A newer version of this formula is published already."))
    _check_inputs(formula.expression, specs_of(formula))
    formula.published_at = now
    formula.published_by = by.account
    formula.save()
    for area in indicator.areas.all():
        LatestRun.objects.update_or_create(
            indicator=indicator, area=area, defaults={"stale_since": now, "due_at": now}
        )
    audit.record(
        by=by, verb="published_formula", subject=indicator.urn, now=now, version=formula.version
    )
    outbox.announce("FormulaPublished", indicator.urn, now=now, version=formula.version)
    return formula


@transaction.atomic
def set_point(
    *,
    indicator: Indicator,
    on: date,
    number: Decimal,
    now: datetime,
    kind: str = TargetPoint.PointKind.TARGET,
    area: Region | None = None,
    source: str = "",
    by: Walker = SYSTEM,
) -> TargetPoint:
    """Set the baseline or a target for a local day; one set before for that day is replaced, and
    the audit trail keeps what it was.

    number: in the indicator's unit; source: the document that says so.
    """
    place = area or indicator.region
    before = indicator.path.filter(area=place, on=on).first()
    point, _made = TargetPoint.objects.update_or_create(
        indicator=indicator,
        area=place,
        on=on,
        defaults={"kind": kind, "number": number, "source": source},
    )
    audit.record(
        by=by,
        verb="set_target",
        subject=indicator.urn,
        now=now,
        on=on.isoformat(),
        number=str(number),
        was=str(before.number) if before else None,
        area=place.code,
    )
    outbox.announce("TargetSet", indicator.urn, now=now, on=on.isoformat())
    return point


@transaction.atomic
def close_indicator(*, indicator: Indicator, now: datetime, by: Walker = SYSTEM) -> Indicator:
    """Compute and ask for it no longer; what was published stays."""
    indicator.closed_at = now
    indicator.save(update_fields=["closed_at"])
    LatestRun.objects.filter(indicator=indicator).update(due_at=None, stale_since=None)
    audit.record(by=by, verb="closed", subject=indicator.urn, now=now)
    outbox.announce("IndicatorClosed", indicator.urn, now=now)
    return indicator
