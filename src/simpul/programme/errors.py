"""What can go wrong in the programme; each class's first sentence is what the reader is told.

SimpulError
├── NotFound
│   ├── NoSuchPlan, NoSuchAction, NoSuchUpdate, NoSuchMilestone
│   └── NoSuchCommitment, NoSuchClause, NoSuchParty, NoSuchMeeting
├── Conflict
│   ├── ChangedMeanwhile    somebody saved between opening and saving
│   ├── VersionFrozen       text of a published plan version
│   ├── NothingToPublish    a version without entries
│   ├── CodeTaken
│   ├── ActionClosed
│   ├── AlreadyDecided      an update that is not waiting for a check
│   ├── AlreadyDone         a milestone
│   ├── CommitmentFrozen    text of a commitment that was opened
│   ├── NotOpen             a commitment that cannot be signed (any more)
│   ├── NotYourTurn         a party before this one has not answered
│   └── AlreadyAnswered     a party that signed or declined
├── Unprocessable
│   ├── BadSpan, BadPercent, BadDay, TextMissing
│   ├── IncompleteCommitment
│   └── SignatureRejected   made, and not found good
└── NotAllowed
    ├── OwnUpdate           the checker is the maker
    └── NotTheHolder        signing for a post that one does not hold
"""

from __future__ import annotations

from django.utils.translation import gettext_noop

from simpul.government.errors import Spoken
from simpul.kernel.errors import Conflict, NotAllowed, NotFound, Unprocessable


class NoSuchPlan(Spoken, NotFound):
    """There is no plan at this address."""

    problem = "no-such-plan"


class NoSuchAction(Spoken, NotFound):
    """There is no action at this address."""

    problem = "no-such-action"


class NoSuchUpdate(Spoken, NotFound):
    """There is no update at this address."""

    problem = "no-such-update"


class NoSuchMilestone(Spoken, NotFound):
    """There is no milestone at this address."""

    problem = "no-such-milestone"


class NoSuchCommitment(Spoken, NotFound):
    """There is no commitment at this address."""

    problem = "no-such-commitment"


class NoSuchClause(Spoken, NotFound):
    """There is no clause at this address."""

    problem = "no-such-clause"


class NoSuchParty(Spoken, NotFound):
    """The commitment has no such party."""

    problem = "no-such-party"


class NoSuchMeeting(Spoken, NotFound):
    """There is no meeting at this address."""

    problem = "no-such-meeting"


class ChangedMeanwhile(Spoken, Conflict):
    """Somebody else saved a change meanwhile; look at it before you save again."""

    problem = "changed-meanwhile"


class VersionFrozen(Spoken, Conflict):
    """A published version no longer changes."""

    problem = "version-frozen"


class NothingToPublish(Spoken, Conflict):
    """A version without entries cannot be published."""

    problem = "nothing-to-publish"


class CodeTaken(Spoken, Conflict):
    """Another action of the plan has this code."""

    problem = "code-taken"


class ActionClosed(Spoken, Conflict):
    """This action takes no more updates."""

    problem = "action-closed"


class AlreadyDecided(Spoken, Conflict):
    """Somebody has checked this update in the meantime."""

    problem = "already-decided"


class AlreadyDone(Spoken, Conflict):
    """This milestone is done already."""

    problem = "already-done"


class CommitmentFrozen(Spoken, Conflict):
    """It has been opened for signing and no longer changes."""

    problem = "commitment-frozen"


class NotOpen(Spoken, Conflict):
    """This commitment is not open for signing any more."""

    problem = "not-open"


class NotYourTurn(Spoken, Conflict):
    """Others sign before your office; you are told when it is your turn."""

    problem = "not-your-turn"


class AlreadyAnswered(Spoken, Conflict):
    """Your office has signed or declined already."""

    problem = "already-answered"


class BadSpan(Spoken, Unprocessable):
    """The last day must not come before the first."""

    problem = "bad-span"


class BadPercent(Spoken, Unprocessable):
    """The percentage must lie between 0 and 100."""

    problem = "bad-percent"


class BadDay(Spoken, Unprocessable):
    """This day cannot be: it lies in the future, or before the action began."""

    problem = "bad-day"


class TextMissing(Spoken, Unprocessable):
    """Please say it in words."""

    problem = "text-missing"


class IncompleteCommitment(Spoken, Unprocessable):
    """It needs a title, at least one clause and one party."""

    problem = "incomplete-commitment"


class SignatureRejected(Spoken, Unprocessable):
    """The signature was checked and does not hold. Nothing was kept."""

    problem = "signature-rejected"


class OwnUpdate(Spoken, NotAllowed):
    """Somebody else has to check what you have reported yourself."""

    problem = "own-update"


class NotTheHolder(Spoken, NotAllowed):
    """Only who holds the post today can do this."""

    problem = "not-the-holder"


SENTENCES = (
    gettext_noop("There is no plan at this address."),
    gettext_noop("There is no action at this address."),
    gettext_noop("There is no update at this address."),
    gettext_noop("There is no milestone at this address."),
    gettext_noop("There is no commitment at this address."),
    gettext_noop("There is no clause at this address."),
    gettext_noop("The commitment has no such party."),
    gettext_noop("There is no meeting at this address."),
    gettext_noop("Somebody else saved a change meanwhile; look at it before you save again."),
    gettext_noop("A published version no longer changes."),
    gettext_noop("A version without entries cannot be published."),
    gettext_noop("Another action of the plan has this code."),
    gettext_noop("This action takes no more updates."),
    gettext_noop("Somebody has checked this update in the meantime."),
    gettext_noop("This milestone is done already."),
    gettext_noop("It has been opened for signing and no longer changes."),
    gettext_noop("This commitment is not open for signing any more."),
    gettext_noop("Others sign before your office; you are told when it is your turn."),
    gettext_noop("Your office has signed or declined already."),
    gettext_noop("The last day must not come before the first."),
    gettext_noop("The percentage must lie between 0 and 100."),
    gettext_noop("This day cannot be: it lies in the future, or before the action began."),
    gettext_noop("Please say it in words."),
    gettext_noop("It needs a title, at least one clause and one party."),
    gettext_noop("The signature was checked and does not hold. Nothing was kept."),
    gettext_noop("Somebody else has to check what you have reported yourself."),
    gettext_noop("Only who holds the post today can do this."),
)
"""What the classes say, for translation."""
