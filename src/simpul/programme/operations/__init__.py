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
from simpul.programme.operations.commitments import (
    ClauseText,
    Seat,
    carry,
    decline,
    draft_commitment,
    let_go,
    mark_read,
    open_for_signing,
    revise_commitment,
    sign,
    withdraw,
)
from simpul.programme.operations.plans import (
    create_plan,
    draft_version,
    publish_version,
    put_entry,
)
from simpul.programme.operations.updates import report_progress, review_update

__all__ = [
    "ClauseText",
    "Seat",
    "Sheet",
    "add_action",
    "add_milestone",
    "carry",
    "close_action",
    "complete_milestone",
    "create_plan",
    "decline",
    "draft_commitment",
    "draft_version",
    "edit_action",
    "let_go",
    "mark_read",
    "measure",
    "open_for_signing",
    "publish_action",
    "publish_version",
    "put_entry",
    "record_meeting",
    "report_progress",
    "review_update",
    "revise_commitment",
    "seat",
    "set_budget",
    "set_status",
    "sign",
    "stop_measuring",
    "withdraw",
]
