"""What can go wrong in the programme; each class's first sentence is what the reader is told."""

from __future__ import annotations

from simpul.kernel.errors import Conflict, Unprocessable


class VersionFrozen(Conflict):
    """A published version of a plan no longer changes; make a new version."""

    problem = "version-frozen"


class CommitmentFrozen(Conflict):
    """A commitment that was opened for signing no longer changes; make a new one."""

    problem = "commitment-frozen"


class ActionClosed(Conflict):
    """The action no longer takes updates."""

    problem = "action-closed"


class BadPercent(Unprocessable):
    """The percentage lies outside 0 to 100."""

    problem = "bad-percent"
