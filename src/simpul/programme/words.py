"""What the reader is told: of an error at a form, and in words where the code has codes."""

from __future__ import annotations

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from simpul.desk.errors import (
    BadPicture,
    EmptyFile,
    FileNotAccepted,
    FileTooLarge,
    NoteMissing,
)
from simpul.desk.papers.errors import NoCertificate, WrongPassphrase
from simpul.desk.papers.signatures import Problem
from simpul.kernel.errors import SimpulError
from simpul.programme import errors

SENTENCES: dict[type[SimpulError], str | Promise] = {
    errors.ActionClosed: _("This action takes no more updates."),
    errors.AlreadyAnswered: _("Your office has signed or declined already."),
    errors.AlreadyDecided: _("Somebody has checked this update in the meantime."),
    errors.AlreadyDone: _("This milestone is done already."),
    errors.BadDay: _("This day cannot be: it lies in the future, or before the action began."),
    errors.BadPercent: _("The percentage must lie between 0 and 100."),
    errors.BadSpan: _("The last day must not come before the first."),
    errors.ChangedMeanwhile: _(
        "Somebody else saved a change while you were typing. Yours is kept below; look at theirs "
        "before you save again."
    ),
    errors.CodeTaken: _("Another action of the plan has this code."),
    errors.CommitmentFrozen: _("It has been opened for signing and no longer changes."),
    errors.IncompleteCommitment: _("It needs a title, at least one clause and one party."),
    errors.NotOpen: _("This commitment is not open for signing any more."),
    errors.NotTheHolder: _("Only who holds the post today can do this."),
    errors.NotYourTurn: _("Others sign before your office; you are told when it is your turn."),
    errors.NothingToPublish: _("A version without entries cannot be published."),
    errors.OwnUpdate: _("Somebody else has to check what you have reported yourself."),
    errors.SignatureRejected: _("The signature was checked and does not hold. Nothing was kept."),
    errors.TextMissing: _("Please say it in words."),
    errors.VersionFrozen: _("A published version no longer changes."),
    BadPicture: _("This picture cannot be read. Send it as JPEG, PNG or WebP."),
    EmptyFile: _("This file is empty."),
    FileNotAccepted: _("This kind of file is not accepted. Send a picture as JPEG, PNG or WebP."),
    FileTooLarge: _("This file is too large."),
    NoteMissing: _("Say what has to be changed when you return an update."),
    NoCertificate: _("No certificate is kept for you here. Choose your certificate file."),
    WrongPassphrase: _("This passphrase does not open the certificate."),
}

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
    return SENTENCES.get(type(error), error.detail)


def blame(form: forms.Form, error: SimpulError) -> None:
    """Put an error at its field, or above the form where it has none."""
    field = error.field if error.field in form.fields else None
    form.add_error(field, str(say(error)))
