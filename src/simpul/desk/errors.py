"""What can go wrong in this room.

SimpulError
├── NotFound
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

from simpul.kernel.errors import Conflict, NotFound, TooLarge, Unprocessable, Unsupported


class NoSuchEvidence(NotFound):
    """There is no evidence at this address."""

    problem = "no-such-evidence"


class NoSuchDocument(NotFound):
    """There is no document at this address."""

    problem = "no-such-document"


class NoSuchFile(NotFound):
    """There is no file here."""

    problem = "no-such-file"


class NoPublicCopy(NotFound):
    """This has no copy for the public."""

    problem = "no-public-copy"


class FileTooLarge(TooLarge):
    """This file is too large."""

    problem = "file-too-large"


class FileNotAccepted(Unsupported):
    """Files of this kind are not accepted; send a picture, a PDF, an office document or a CSV."""

    problem = "file-not-accepted"


class EmptyFile(Unprocessable):
    """This file is empty."""

    problem = "empty-file"


class BadLink(Unprocessable):
    """A link begins with http:// or https:// and names a place on the web."""

    problem = "bad-link"


class BadPicture(Unprocessable):
    """This picture cannot be read; send it as JPEG, PNG or WebP."""

    problem = "bad-picture"


class NoteMissing(Unprocessable):
    """Say what has to be changed when you return something."""

    problem = "note-missing"


class NotSubmitted(Conflict):
    """This is not waiting for a review."""

    problem = "not-submitted"
