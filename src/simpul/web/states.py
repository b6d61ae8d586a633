"""Every state the pages know: a shape, a tone and a word, never one of them alone."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Tone(StrEnum):
    """What a state feels like; the style sheet has one colour for each, none of them red."""

    GOOD = "good"
    CALM = "calm"
    QUIET = "quiet"
    WARN = "warn"
    ALERT = "alert"


@dataclass(frozen=True, slots=True)
class State:
    """shape: the name of a glyph in `icons.SHAPES`; label: the word beside it."""

    shape: str
    tone: Tone
    label: str | Promise


STATES: dict[str, State] = {
    # Where a number comes from.
    "measured": State("disc", Tone.GOOD, _("measured")),
    "estimated": State("half", Tone.CALM, _("estimated")),
    "typed": State("pen", Tone.CALM, _("typed in")),
    "stale": State("clock", Tone.WARN, _("stale")),
    "missing": State("ring", Tone.QUIET, _("missing")),
    "unknown": State("question", Tone.QUIET, _("unknown")),
    "unavailable": State("slash", Tone.WARN, _("unavailable")),
    "out_of_contract": State("triangle", Tone.ALERT, _("out of contract")),
    "provisional": State("dashed", Tone.CALM, _("provisional")),
    "used": State("disc", Tone.GOOD, pgettext_lazy("a reading", "used")),
    "partial": State("half", Tone.CALM, _("in part")),
    "replaced": State("arrow", Tone.QUIET, _("replaced")),
    # How a thing gets on.
    "on_track": State("chevron", Tone.CALM, _("on track")),
    "late": State("hourglass", Tone.WARN, _("late")),
    "due_soon": State("clock", Tone.WARN, _("due soon")),
    "done": State("check", Tone.GOOD, _("done")),
    "not_started": State("ring", Tone.QUIET, _("not started")),
    "running": State("play", Tone.QUIET, _("running")),
    "stopped": State("square", Tone.QUIET, _("stopped")),
    "cancelled": State("slash", Tone.QUIET, _("cancelled")),
    # How a text gets on.
    "draft": State("dashed", Tone.QUIET, _("draft")),
    "submitted": State("arrow", Tone.CALM, _("submitted")),
    "returned": State("back", Tone.WARN, _("returned")),
    "approved": State("check", Tone.GOOD, _("approved")),
    "rejected": State("cross", Tone.ALERT, _("rejected")),
    "published": State("disc", Tone.GOOD, _("published")),
    "superseded": State("arrow", Tone.QUIET, _("superseded")),
    "open": State("ring", Tone.CALM, pgettext_lazy("state", "open")),
    "closed": State("square", Tone.QUIET, pgettext_lazy("state", "closed")),
    # Signatures.
    "invited": State("envelope", Tone.QUIET, _("invited")),
    "read": State("half", Tone.CALM, pgettext_lazy("state", "read")),
    "signed": State("seal", Tone.GOOD, _("signed")),
    "declined": State("cross", Tone.ALERT, _("declined")),
    "valid": State("seal", Tone.GOOD, _("valid")),
    "invalid": State("cross", Tone.ALERT, _("not valid")),
    "expired": State("clock", Tone.WARN, _("expired")),
}


def state(name: str) -> State:
    """The state called `name`; one that nobody has described keeps its name and looks quiet."""
    known = STATES.get(name)
    return known or State("dashed", Tone.QUIET, name.replace("_", " "))
