"""What can go wrong in this room.

SimpulError
├── NotFound
│   ├── NoSuchKnot
│   ├── NoSuchEvidence
│   ├── NoSuchDocument
│   ├── NoSuchFile        a row without its file, or no file at all
│   └── NoPublicCopy
├── TooLarge
│   └── FileTooLarge
├── Unsupported
│   └── FileNotAccepted   judged by its content, never by its name
├── Unprocessable
│   ├── EmptyFile
│   ├── BadLink
│   ├── BadPicture
│   └── NoteMissing       something is returned without a reason
└── Conflict
    └── NotSubmitted      accepted or returned without having been submitted
"""

from __future__ import annotations

from django.utils.translation import gettext_noop

from simpul.government.errors import Spoken
from simpul.kernel.errors import Conflict, NotFound, TooLarge, Unprocessable, Unsupported


class NoSuchKnot(Spoken, NotFound):
    """There is nothing here from which a walk could begin."""

    problem = "no-such-knot"


class NoSuchEvidence(Spoken, NotFound):
    """There is no evidence at this address."""

    problem = "no-such-evidence"


class NoSuchDocument(Spoken, NotFound):
    """There is no document at this address."""

    problem = "no-such-document"


class NoSuchFile(Spoken, NotFound):
    """There is no file here."""

    problem = "no-such-file"


class NoPublicCopy(Spoken, NotFound):
    """This has no copy for the public."""

    problem = "no-public-copy"


class FileTooLarge(Spoken, TooLarge):
    """This file is too large."""

    problem = "file-too-large"


class FileNotAccepted(Spoken, Unsupported):
    """Only pictures, PDF, office documents and CSV are accepted."""

    problem = "file-not-accepted"


class EmptyFile(Spoken, Unprocessable):
    """This file is empty."""

    problem = "empty-file"


class BadLink(Spoken, Unprocessable):
    """A link begins with http:// or https:// and names a place on the web."""

    problem = "bad-link"


class BadPicture(Spoken, Unprocessable):
    """This picture cannot be read; send it as JPEG, PNG or WebP."""

    problem = "bad-picture"


class NoteMissing(Spoken, Unprocessable):
    """Say what has to be changed when you return something."""

    problem = "note-missing"


class NotSubmitted(Spoken, Conflict):
    """This is not waiting for a review."""

    problem = "not-submitted"


SENTENCES = (
    gettext_noop("There is nothing here from which a walk could begin."),
    gettext_noop("There is no evidence at this address."),
    gettext_noop("There is no document at this address."),
    gettext_noop("There is no file here."),
    gettext_noop("This has no copy for the public."),
    gettext_noop("This file is too large."),
    gettext_noop("Only pictures, PDF, office documents and CSV are accepted."),
    gettext_noop("This file is empty."),
    gettext_noop("A link begins with http:// or https:// and names a place on the web."),
    gettext_noop("This picture cannot be read; send it as JPEG, PNG or WebP."),
    gettext_noop("Say what has to be changed when you return something."),
    gettext_noop("This is not waiting for a review."),
)
"""What these errors say, for the catalogue."""
