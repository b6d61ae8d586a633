"""Everything that can be done in the programme, by topic."""

from simpul.programme.operations.actions import (
    Sheet,
    add_action,
    add_milestone,
    close_action,
    complete_milestone,
    edit_action,
    measure,
    publish_action,
    set_budget,
    set_status,
    stop_measuring,
)
from simpul.programme.operations.bodies import record_meeting, seat
from simpul.programme.operations.plans import (
    create_plan,
    draft_version,
    publish_version,
    put_entry,
)
from simpul.programme.operations.updates import report_progress, review_update

__all__ = [
    "Sheet",
    "add_action",
    "add_milestone",
    "close_action",
    "complete_milestone",
    "create_plan",
    "draft_version",
    "edit_action",
    "measure",
    "publish_action",
    "publish_version",
    "put_entry",
    "record_meeting",
    "report_progress",
    "review_update",
    "seat",
    "set_budget",
    "set_status",
    "stop_measuring",
]
