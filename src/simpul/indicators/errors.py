"""What can go wrong in this room.

SimpulError
├── NotFound
│   ├── NoSuchIndicator
│   ├── NoSuchValue
│   └── NoSuchRun
├── Conflict
│   ├── CodeTaken           two indicators of a region with one code
│   ├── FormulaPublished    a published formula is never edited
│   ├── EntryWaits          a number for this period waits for its review
│   └── EntryDecided        this number has been reviewed already
├── NotAllowed
│   └── OwnEntry            who typed a number in does not approve it
└── Unprocessable
    ├── BadFormula          the expression cannot be read, or does not fit its inputs
    ├── BadInputRow         an input asks for something that cannot be computed
    ├── NoEvidence          a typed-in number without proof
    ├── NotYetOver          the period has not ended
    ├── NotComputed         this indicator is typed in
    └── NotTypedIn          this indicator is computed
"""

from __future__ import annotations

from simpul.kernel.errors import Conflict, NotAllowed, NotFound, Unprocessable


class NoSuchIndicator(NotFound):
    """There is no indicator at this address."""

    problem = "no-such-indicator"


class NoSuchValue(NotFound):
    """There is no value at this address."""

    problem = "no-such-value"


class NoSuchRun(NotFound):
    """There is no calculation run at this address."""

    problem = "no-such-run"


class CodeTaken(Conflict):
    """Another indicator of the region has this code."""

    problem = "indicator-code-taken"


class FormulaPublished(Conflict):
    """A published formula is never edited; write a new version."""

    problem = "formula-published"


class EntryWaits(Conflict):
    """A number for this period already waits for its review."""

    problem = "entry-waits"


class EntryDecided(Conflict):
    """This number has been reviewed already."""

    problem = "entry-decided"


class OwnEntry(NotAllowed):
    """Who typed a number in does not review it; somebody else must."""

    problem = "own-entry"


class BadFormula(Unprocessable):
    """The formula cannot be read."""

    problem = "bad-formula"


class BadInputRow(Unprocessable):
    """An input of the formula asks for something that cannot be computed."""

    problem = "bad-formula-input"


class NoEvidence(Unprocessable):
    """A typed-in number needs proof: a picture, a file or a link."""

    problem = "no-evidence"


class NotYetOver(Unprocessable):
    """The period has not ended yet."""

    problem = "period-not-over"


class NotComputed(Unprocessable):
    """This indicator is typed in, not computed."""

    problem = "indicator-not-computed"


class NotTypedIn(Unprocessable):
    """This indicator is computed, not typed in."""

    problem = "indicator-not-typed-in"
