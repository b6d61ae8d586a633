"""What the reader is told: of an error at a form, and in words where the code has codes."""

from __future__ import annotations

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from simpul.desk.papers.signatures import Problem
from simpul.kernel.errors import SimpulError
from simpul.programme import errors

REJECTED: dict[str, str | Promise] = {
    "name": _("The certificate is in another name than yours."),
    Problem.UNTRUSTED: _("The certificate comes from an authority that is not trusted here."),
    Problem.EXPIRED: _("The certificate has expired."),
}


def say(error: SimpulError) -> str | Promise:
    """One sentence about an error, in the reader's language."""
    found = str(error.facts.get("problem_found", ""))
    if isinstance(error, errors.SignatureRejected) and found in REJECTED:
        return REJECTED[found]
    return error.detail


def blame(form: forms.Form, error: SimpulError) -> None:
    """Put an error at its field, or above the form where it has none."""
    field = error.field if error.field in form.fields else None
    form.add_error(field, str(say(error)))
