"""Formulas, inputs, reasons and changes as people read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from simpul.city.words import attribute_label, interval_label, type_label, unit_label
from simpul.indicators.formula import Expression, parse
from simpul.indicators.inputs import METHOD_WORDS, Spec
from simpul.indicators.models import CalculationRun, Formula

TRIGGERS = {
    CalculationRun.Trigger.LIVE: gettext_lazy("live, replaced by the next one"),
    CalculationRun.Trigger.CLOSE: gettext_lazy("at the end of its period"),
}


def input_words(spec: Spec) -> str:
    """What an input is, in one or more sentences."""
    told = [_aggregate(spec) if spec.kind == "aggregate" else _coverage(spec)]
    if spec.filter:
        told.append(_("Only where %(filter)s.") % {"filter": spec.filter})
    if spec.area:
        told.append(_("Only in area %(area)s.") % {"area": spec.area})
    if spec.window_s is not None:
        told.append(_("Over the last %(span)s.") % {"span": span_label(spec.window_s)})
    if spec.unit_code:
        told.append(_("In %(unit)s.") % {"unit": unit_label(spec.unit_code)})
    return " ".join(told)


def _aggregate(spec: Spec) -> str:
    return _("For each %(entity)s the %(method)s of “%(attribute)s”; of these the %(across)s.") % {
        "entity": type_label(spec.entity_type).lower(),
        "method": METHOD_WORDS[spec.method],
        "attribute": attribute_label(spec.attribute),
        "across": METHOD_WORDS[spec.across],
    }


def _coverage(spec: Spec) -> str:
    facts = {
        "entity": type_label(spec.entity_type).lower(),
        "attribute": attribute_label(spec.attribute),
        "across": METHOD_WORDS[spec.across or "mean"],
        "interval": interval_label(spec.interval_s),
    }
    if spec.interval_s is None:
        return (
            _(
                "For each %(entity)s the share of the intervals agreed in its feed's contract that "
                "hold an accepted reading of “%(attribute)s”; of these the %(across)s."
            )
            % facts
        )
    return (
        _(
            "For each %(entity)s the share of expected intervals (%(interval)s) that hold an "
            "accepted reading of “%(attribute)s”; of these the %(across)s."
        )
        % facts
    )


def span_label(seconds: int) -> str:
    """A stretch of time: 24 hours, 90 minutes, 45 seconds."""
    if seconds % 3600 == 0:
        return _("%(n)d hours") % {"n": seconds // 3600} if seconds != 3600 else _("hour")
    if seconds % 60 == 0:
        return _("%(n)d minutes") % {"n": seconds // 60}
    return _("%(n)d seconds") % {"n": seconds}


def symbols(formula: Formula) -> str:
    """The expression as it is printed."""
    expression: Expression = parse(formula.expression)
    return expression.symbols()


def reason_words(reason: str, facts: Mapping[str, Any]) -> str:
    """Why there is no number."""
    name = {"input": facts.get("input", "")}
    told = {
        "missing_input": _("Nothing was measured for “%(input)s” in this window.") % name
        if name["input"]
        else _("An input has no number in this window."),
        "division_by_zero": _("The formula divides by zero."),
        "not_finite": _("The number is too large to write."),
        "unit_mismatch": _("Readings of “%(input)s” came in a unit that cannot be converted.")
        % name,
        "bad_filter": _("The filter of “%(input)s” cannot be read.") % name,
    }
    return told.get(reason, reason)


def trigger_words(run: CalculationRun) -> str:
    """When a run is made."""
    return str(TRIGGERS[CalculationRun.Trigger(run.trigger)])
