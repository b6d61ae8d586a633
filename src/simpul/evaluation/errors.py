"""What can go wrong in this room.

SimpulError
├── NotFound
│   ├── NoSuchInstrument
│   ├── NoSuchEvaluation
│   └── NoSuchItem
├── Conflict
│   ├── InstrumentPublished   a published instrument is never changed
│   ├── EvaluationClosed      this evaluation takes no scores of this stage
│   └── ProposalOutdated      a query has found something else since
└── Unprocessable
    ├── InstrumentUnreadable  a text that is not YAML
    ├── InstrumentFaulty      faults, each with its path
    ├── WeightsDoNotSum       keeps an instrument from being published
    ├── NotScoredFromItems    only component values of this group are known
    ├── MarkOffScale          a value that the scale does not have
    ├── ReasonMissing         a level without a reason
    ├── StageUnknown          a stage that the instrument does not have
    └── QueryFaulty           an evidence query that cannot be used
"""

from __future__ import annotations

from simpul.kernel.errors import Conflict, NotFound, Unprocessable


class InstrumentUnreadable(Unprocessable):
    """This text is not an instrument: it must be YAML with named parts."""

    problem = "instrument-unreadable"


class InstrumentFaulty(Unprocessable):
    """This instrument has faults; each is named with its place."""

    problem = "instrument-faulty"


class InstrumentPublished(Conflict):
    """A published instrument is never changed; import it as a new version."""

    problem = "instrument-published"


class WeightsDoNotSum(Unprocessable):
    """The weights of this instrument do not sum, so it cannot be published."""

    problem = "weights-do-not-sum"


class MarkOffScale(Unprocessable):
    """This value is not on the instrument's scale."""

    problem = "mark-off-scale"


class NotScoredFromItems(Unprocessable):
    """The items of this group are not known; only published component values can be computed."""

    problem = "not-scored-from-items"


class ReasonMissing(Unprocessable):
    """Say in a sentence why this level and not the proposed one."""

    problem = "reason-missing"


class EvaluationClosed(Conflict):
    """This evaluation takes no scores of this stage any more."""

    problem = "evaluation-closed"


class StageUnknown(Unprocessable):
    """This instrument has no such stage."""

    problem = "stage-unknown"


class ProposalOutdated(Conflict):
    """This proposal has been replaced by a newer one; look at it first."""

    problem = "proposal-outdated"


class QueryFaulty(Unprocessable):
    """This evidence query cannot be used as it is."""

    problem = "query-faulty"


class NoSuchInstrument(NotFound):
    """There is no such instrument here."""

    problem = "no-such-instrument"


class NoSuchEvaluation(NotFound):
    """There is no such evaluation here."""

    problem = "no-such-evaluation"


class NoSuchItem(NotFound):
    """There is no such item in this evaluation."""

    problem = "no-such-item"
