"""What can go wrong with a paper.

SimpulError
├── Unprocessable
│   ├── UnreadablePaper
│   ├── NoSuchField
│   └── WrongPassphrase
├── Conflict
│   └── FieldSigned
├── NotFound
│   └── NoCertificate
└── CannotTypeset     the template itself is wrong: a fault of the program
"""

from __future__ import annotations

from django.utils.translation import gettext_noop

from simpul.government.errors import Spoken
from simpul.kernel.errors import Conflict, NotFound, SimpulError, Unprocessable


class UnreadablePaper(Spoken, Unprocessable):
    """This file is not a PDF that can be read."""

    problem = "unreadable-paper"


class NoSuchField(Spoken, Unprocessable):
    """The paper has no signature field of this name."""

    problem = "no-such-field"


class FieldSigned(Spoken, Conflict):
    """This field of the paper is signed already."""

    problem = "field-signed"


class WrongPassphrase(Spoken, Unprocessable):
    """The passphrase does not open this certificate."""

    problem = "wrong-passphrase"


class NoCertificate(Spoken, NotFound):
    """There is no certificate for this signer."""

    problem = "no-certificate"


class CannotTypeset(SimpulError):
    """The paper could not be typeset."""

    problem = "cannot-typeset"


SENTENCES = (
    gettext_noop("This file is not a PDF that can be read."),
    gettext_noop("The paper has no signature field of this name."),
    gettext_noop("This field of the paper is signed already."),
    gettext_noop("The passphrase does not open this certificate."),
    gettext_noop("There is no certificate for this signer."),
)
"""What these errors say, for the catalogue."""
