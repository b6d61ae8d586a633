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

from simpul.kernel.errors import (
    Conflict,
    NotFound,
    NotSignedIn,
    TooMany,
    Unprocessable,
)


class NoSuchRegion(NotFound):
    """There is no region with this code."""

    problem = "no-such-region"


class NoSuchOrganisation(NotFound):
    """There is no organisation at this address."""

    problem = "no-such-organisation"


class NoSuchPost(NotFound):
    """There is no post at this address."""

    problem = "no-such-post"


class AlreadyFilled(Conflict):
    """Somebody fills this post in that time already; end that assignment first."""

    problem = "post-already-filled"


class HeadExists(Conflict):
    """This organisation has a head post already."""

    problem = "head-exists"


class KeyTaken(Conflict):
    """This key belongs to something else in the region."""

    problem = "key-taken"


class UsernameTaken(Conflict):
    """Somebody signs in with this name already."""

    problem = "username-taken"


class StillInUse(Conflict):
    """Organisations below this one still exist; end or move them first."""

    problem = "still-in-use"


class BadSpan(Unprocessable):
    """The end must come after the start."""

    problem = "bad-span"


class BadGrant(Unprocessable):
    """A right goes to one post, or to one person until a day."""

    problem = "bad-grant"


class WeakPassword(Unprocessable):
    """This password is too easy to guess."""

    problem = "weak-password"


class WrongParent(Unprocessable):
    """An organisation stands below another one of the same region."""

    problem = "wrong-parent"


class WrongPassword(NotSignedIn):
    """Name and password do not fit together."""

    problem = "wrong-password"


class TooManyAttempts(TooMany):
    """Too many attempts to sign in; wait a little."""

    problem = "too-many-attempts"
