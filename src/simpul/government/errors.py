"""What can go wrong in this room.

SimpulError
├── NotFound
│   ├── NoSuchRegion
│   ├── NoSuchOrganisation
│   └── NoSuchPost
├── Conflict
│   ├── AlreadyFilled       two people for one post at one time
│   ├── HeadExists          two heads of one organisation
│   ├── KeyTaken            two things with one permanent address
│   ├── UsernameTaken
│   └── StillInUse          an organisation with living ones below it
├── Unprocessable
│   ├── BadSpan             an end that does not come after its start
│   ├── BadGrant            neither a post nor a person for a time
│   ├── WeakPassword
│   └── WrongParent         a parent in another region, or below itself
├── NotSignedIn
│   └── WrongPassword
└── TooMany
    └── TooManyAttempts
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext, gettext_noop

from simpul.kernel.errors import (
    Conflict,
    NotFound,
    NotSignedIn,
    SimpulError,
    TooMany,
    Unprocessable,
)


class Spoken(SimpulError):
    """An error that people read: its sentence comes in the reader's language.

    The first sentence of a class's docstring is its message; the room marks it for translation
    with ``gettext_noop``. A detail that is given is in the reader's language already.
    """

    def __init__(self, detail: str | None = None, **facts: Any) -> None:
        super().__init__(detail or gettext(self.title), **facts)


class NoSuchRegion(Spoken, NotFound):
    """There is no region with this code."""

    problem = "no-such-region"


class NoSuchOrganisation(Spoken, NotFound):
    """There is no organisation at this address."""

    problem = "no-such-organisation"


class NoSuchPost(Spoken, NotFound):
    """There is no post at this address."""

    problem = "no-such-post"


class AlreadyFilled(Spoken, Conflict):
    """Somebody fills this post in that time already; end that assignment first."""

    problem = "post-already-filled"


class HeadExists(Spoken, Conflict):
    """This organisation has a head post already."""

    problem = "head-exists"


class KeyTaken(Spoken, Conflict):
    """This key belongs to something else in the region."""

    problem = "key-taken"


class UsernameTaken(Spoken, Conflict):
    """Somebody signs in with this name already."""

    problem = "username-taken"


class StillInUse(Spoken, Conflict):
    """Organisations below this one still exist; end or move them first."""

    problem = "still-in-use"


class BadSpan(Spoken, Unprocessable):
    """The end must come after the start."""

    problem = "bad-span"


class BadGrant(Spoken, Unprocessable):
    """A right goes to one post, or to one person until a day."""

    problem = "bad-grant"


class WeakPassword(Spoken, Unprocessable):
    """This password is too easy to guess."""

    problem = "weak-password"


class WrongParent(Spoken, Unprocessable):
    """An organisation stands below another one of the same region."""

    problem = "wrong-parent"


class WrongPassword(Spoken, NotSignedIn):
    """Name and password do not fit together."""

    problem = "wrong-password"


class TooManyAttempts(Spoken, TooMany):
    """Too many attempts to sign in; wait a little."""

    problem = "too-many-attempts"


SENTENCES = (
    gettext_noop("There is no region with this code."),
    gettext_noop("There is no organisation at this address."),
    gettext_noop("There is no post at this address."),
    gettext_noop("Somebody fills this post in that time already; end that assignment first."),
    gettext_noop("This organisation has a head post already."),
    gettext_noop("This key belongs to something else in the region."),
    gettext_noop("Somebody signs in with this name already."),
    gettext_noop("Organisations below this one still exist; end or move them first."),
    gettext_noop("The end must come after the start."),
    gettext_noop("A right goes to one post, or to one person until a day."),
    gettext_noop("This password is too easy to guess."),
    gettext_noop("An organisation stands below another one of the same region."),
    gettext_noop("Name and password do not fit together."),
    gettext_noop("Too many attempts to sign in; wait a little."),
)
"""What these errors say, for the catalogue."""
