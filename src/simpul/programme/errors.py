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

from simpul.kernel.errors import Conflict, NotAllowed, NotFound, Unprocessable


class NoSuchPlan(NotFound):
    """There is no plan at this address."""

    problem = "no-such-plan"


class NoSuchAction(NotFound):
    """There is no action at this address."""

    problem = "no-such-action"


class NoSuchUpdate(NotFound):
    """There is no update at this address."""

    problem = "no-such-update"


class NoSuchMilestone(NotFound):
    """There is no milestone at this address."""

    problem = "no-such-milestone"


class NoSuchCommitment(NotFound):
    """There is no commitment at this address."""

    problem = "no-such-commitment"


class NoSuchClause(NotFound):
    """There is no clause at this address."""

    problem = "no-such-clause"


class NoSuchParty(NotFound):
    """The commitment has no such party."""

    problem = "no-such-party"


class NoSuchMeeting(NotFound):
    """There is no meeting at this address."""

    problem = "no-such-meeting"


class ChangedMeanwhile(Conflict):
    """Somebody else saved a change while this was being edited."""

    problem = "changed-meanwhile"


class VersionFrozen(Conflict):
    """A published version of a plan no longer changes; make a new version."""

    problem = "version-frozen"


class NothingToPublish(Conflict):
    """A version without entries cannot be published."""

    problem = "nothing-to-publish"


class CodeTaken(Conflict):
    """Another action of the plan has this code."""

    problem = "code-taken"


class ActionClosed(Conflict):
    """The action no longer takes updates."""

    problem = "action-closed"


class AlreadyDecided(Conflict):
    """This update has been checked already."""

    problem = "already-decided"


class AlreadyDone(Conflict):
    """This milestone is done already."""

    problem = "already-done"


class CommitmentFrozen(Conflict):
    """A commitment that was opened for signing no longer changes; make a new one."""

    problem = "commitment-frozen"


class NotOpen(Conflict):
    """This commitment is not open for signing."""

    problem = "not-open"


class NotYourTurn(Conflict):
    """Another party signs before this one."""

    problem = "not-your-turn"


class AlreadyAnswered(Conflict):
    """This party has signed or declined already."""

    problem = "already-answered"


class BadSpan(Unprocessable):
    """The last day must not come before the first."""

    problem = "bad-span"


class BadPercent(Unprocessable):
    """The percentage lies outside 0 to 100."""

    problem = "bad-percent"


class BadDay(Unprocessable):
    """The day lies outside the time it can speak of."""

    problem = "bad-day"


class TextMissing(Unprocessable):
    """Say it in words as well."""

    problem = "text-missing"


class IncompleteCommitment(Unprocessable):
    """A commitment needs a title, at least one clause and at least one party."""

    problem = "incomplete-commitment"


class SignatureRejected(Unprocessable):
    """The signature was made, and checking it failed; nothing was kept."""

    problem = "signature-rejected"


class OwnUpdate(NotAllowed):
    """Somebody else checks what one has reported oneself."""

    problem = "own-update"


class NotTheHolder(NotAllowed):
    """Only who holds the post today signs or declines for it."""

    problem = "not-the-holder"
