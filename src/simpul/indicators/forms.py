"""Forms of this room: a number with its proof, and the answer to one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from simpul.indicators.models import Indicator
from simpul.web import writing

_INDONESIAN = re.compile(r"-?\d{1,3}(\.\d{3})+(,\d+)?|-?\d+,\d+")
_ENGLISH = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?")


def read_number(text: str, language: str = "id") -> str:
    """A number as the reader's language writes it, as a plain one with a point.

    >>> read_number("1.234,5"), read_number("1234.5"), read_number("1.234")
    ('1234.5', '1234.5', '1234')
    >>> read_number("1,234.5", "en"), read_number("1.234", "en")
    ('1234.5', '1.234')
    """
    plain = text.strip().replace("−", "-").replace(" ", "").replace("\u00a0", "")
    if language == "en":
        return plain.replace(",", "") if _ENGLISH.fullmatch(plain) else plain
    if _INDONESIAN.fullmatch(plain):
        return plain.replace(".", "").replace(",", ".")
    return plain


class NumberField(forms.DecimalField):
    """A decimal number with a comma or a point."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def to_python(self, value: Any) -> Any:
        text = read_number(value, writing.language()) if isinstance(value, str) else value
        return super().to_python(text)


class NumberForm(forms.Form):
    """The number of one period, what it rests on, and what proves it: a file, a link, or both."""

    period = forms.TypedChoiceField(label=_("Period"), coerce=date.fromisoformat)
    number = NumberField(label=pgettext_lazy("measured", "Number"), max_digits=15)
    note = forms.CharField(
        label=_("How it was counted"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One or two sentences for whoever checks it, e.g. “Recap of three markets”."),
    )
    file = forms.FileField(
        label=_("Proof"),
        help_text=_("A picture, PDF, office document or CSV that shows the number."),
        error_messages={
            "required": _("Attach a file or give a link: a number needs its proof."),
        },
    )
    url = forms.URLField(
        label=_("Or a link to the proof"),
        required=False,
        assume_scheme="https",
        max_length=500,
    )
    is_public = forms.BooleanField(label=_("Everybody may see the proof"), required=False)

    def __init__(
        self,
        *args: Any,
        indicator: Indicator,
        periods: Sequence[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        """periods: first day (ISO) and name of those that may be filled."""
        super().__init__(*args, **kwargs)
        period, number = self.fields["period"], self.fields["number"]
        assert isinstance(period, forms.TypedChoiceField)
        assert isinstance(number, forms.DecimalField)
        period.choices = list(periods)
        self.fields["file"].required = not self.data.get("url")
        number.decimal_places = indicator.decimals
        number.validators = [*number.validators, _at_most(indicator.decimals)]
        number.help_text = _help(indicator)


def _help(indicator: Indicator) -> Any:
    if indicator.decimals == 0:
        return _("In %(unit)s, a whole number.") % {"unit": indicator.unit or _("its own unit")}
    return _("In %(unit)s, at most %(decimals)d decimals.") % {
        "unit": indicator.unit or _("its own unit"),
        "decimals": indicator.decimals,
    }


def _at_most(decimals: int) -> Any:
    def check(number: Decimal) -> None:
        exponent = number.as_tuple().exponent
        if isinstance(exponent, int) and -exponent > decimals:
            raise ValidationError(_("This has too many decimals."))

    return check


class ReviewForm(forms.Form):
    """The answer to a number: approved, or returned with what has to be changed."""

    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed when you return it: say what has to be changed."),
    )
