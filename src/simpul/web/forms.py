"""Form parts: label above, help below it, the error at the field and again in the summary."""

from __future__ import annotations

from django.forms import BaseForm, BoundField, CheckboxInput, Textarea, widgets
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

_GROUPS = (widgets.RadioSelect, widgets.CheckboxSelectMultiple)


def field(bound: BoundField) -> SafeString:
    """One field as a whole, whatever its widget."""
    if bound.is_hidden:
        return mark_safe(str(bound))
    widget = bound.field.widget
    facts = {
        "bound": bound,
        "input": bound.as_widget(attrs=_attributes(bound)),
        "kind": _kind(bound),
        "errors": bound.errors,
        "optional": not bound.field.required and not isinstance(widget, CheckboxInput),
    }
    return render_to_string("web/parts/field.html", facts)


def _kind(bound: BoundField) -> str:
    widget = bound.field.widget
    if isinstance(widget, _GROUPS):
        return "group"
    return "check" if isinstance(widget, CheckboxInput) else "line"


def _attributes(bound: BoundField) -> dict[str, str | bool]:
    """Ties the input to its help and error; Django's own tie names ids that we do not use."""
    name = bound.auto_id
    told = [f"{name}-help"] if bound.help_text else []
    told += [f"{name}-error"] if bound.errors else []
    attributes: dict[str, str | bool] = {}
    if not isinstance(bound.field.widget, _GROUPS):
        attributes["class"] = _class(bound)
    if told:
        attributes["aria-describedby"] = " ".join(told)
    if bound.errors:
        attributes["aria-invalid"] = "true"
    if isinstance(bound.field.widget, Textarea):
        attributes["rows"] = _rows(bound.field.widget)
    return attributes


def _rows(widget: Textarea) -> str:
    """What the form asks for; Django's own ten lines are more than a phone has."""
    asked = str(widget.attrs.get("rows", "10"))
    return "4" if asked == "10" else asked


def _class(bound: BoundField) -> str:
    own = str(bound.field.widget.attrs.get("class", ""))
    return f"input {own}".strip()


def fields(form: BaseForm) -> SafeString:
    """All fields in their order."""
    return mark_safe("".join(field(bound) for bound in form))


def error_summary(form: BaseForm) -> SafeString:
    """The list of errors with links to their fields; empty text where there are none."""
    if not form.is_bound or not form.errors:
        return mark_safe("")
    lines = [
        (f"#{_target(form[name])}", form[name].label, message)
        for name, messages in form.errors.items()
        if name in form.fields
        for message in messages
    ]
    return render_to_string(
        "web/parts/error_summary.html",
        {"lines": lines, "general": form.non_field_errors(), "title": _("Please check the form")},
    )


def _target(bound: BoundField) -> str:
    """The id that a link to the field jumps to: the first choice of a group, else the input."""
    if isinstance(bound.field.widget, _GROUPS):
        return f"{bound.auto_id}_0"
    return str(bound.id_for_label or bound.auto_id)
