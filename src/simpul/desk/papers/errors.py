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

from simpul.kernel.errors import Conflict, NotFound, SimpulError, Unprocessable


class UnreadablePaper(Unprocessable):
    """This file is not a PDF that can be read."""

    problem = "unreadable-paper"


class NoSuchField(Unprocessable):
    """The paper has no signature field of this name."""

    problem = "no-such-field"


class FieldSigned(Conflict):
    """This field of the paper is signed already."""

    problem = "field-signed"


class WrongPassphrase(Unprocessable):
    """The passphrase does not open this certificate."""

    problem = "wrong-passphrase"


class NoCertificate(NotFound):
    """There is no certificate for this signer."""

    problem = "no-certificate"


class CannotTypeset(SimpulError):
    """The paper could not be typeset."""

    problem = "cannot-typeset"
