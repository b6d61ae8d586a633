"""The forms of this room: one that gives an item a value."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from simpul.evaluation.instrument import Instrument, Item, as_decimal
from simpul.evaluation.models import Stage
from simpul.web import writing


class ScoreForm(forms.Form):
    """A value on the instrument's scale, and why.

    Marks in steps are chosen from a list, with their names where the instrument has them; others
    are typed in, with a comma or a point.
    """

    reason = forms.CharField(
        label=_("Why this level"),
        help_text=_(
            "One or two sentences that an assessor can check, e.g. “Mayor's Regulation "
            "No. 17 of 2024, article 3, adopts the plan.”"
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
    )

    def __init__(
        self, *args: Any, instrument: Instrument, item: Item, stage: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        levels = instrument.scale.levels()
        self.fields["value"] = _levels(instrument, item) if levels else _typed(instrument)
        self.order_fields(["value", "reason"])
        if stage != Stage.SELF:
            self.fields["reason"].required = False
            self.fields["reason"].label = _("Remark")


def _levels(instrument: Instrument, item: Item) -> forms.Field:
    names = {
        level.level: str(level.name)
        for level in dict(instrument.level_scales).get(item.level_scale, ())
    }
    choices = []
    for level in instrument.scale.levels():
        number = writing.number(level)
        name = names.get(level)  # type: ignore[call-overload]
        choices.append((str(level), f"{number}: {name}" if name else number))
    return forms.TypedChoiceField(
        label=_("Level"),
        help_text=str(instrument.scale.note),
        choices=choices,
        coerce=Decimal,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a level.")},
    )


def _typed(instrument: Instrument) -> forms.Field:
    least, most = as_decimal(instrument.scale.minimum), as_decimal(instrument.scale.maximum)
    return forms.DecimalField(
        label=_("Value"),
        help_text=str(instrument.scale.note),
        min_value=least,
        max_value=most,
        decimal_places=4,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
