"""Tables of the room, by topic: the commitment, the plan, the action, the bodies that steer."""

from simpul.programme.models.actions import (
    Action,
    ActionIndicator,
    ActionParty,
    BudgetLine,
    Milestone,
    StatusOverride,
    Update,
)
from simpul.programme.models.bodies import Body, Meeting, RosterEntry
from simpul.programme.models.commitments import Clause, ClauseAction, Commitment, Party
from simpul.programme.models.plans import Plan, PlanEntry, PlanVersion

__all__ = [
    "Action",
    "ActionIndicator",
    "ActionParty",
    "Body",
    "BudgetLine",
    "Clause",
    "ClauseAction",
    "Commitment",
    "Meeting",
    "Milestone",
    "Party",
    "Plan",
    "PlanEntry",
    "PlanVersion",
    "RosterEntry",
    "StatusOverride",
    "Update",
]
