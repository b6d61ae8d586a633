"""Parts of this room's own pages: ``{% load evaluation %}``."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from simpul.evaluation.queries import ItemStanding
from simpul.web import icons
from simpul.web.states import State, Tone

register = template.Library()

STATES = {
    "approved": State("check", Tone.GOOD, _("has a value")),
    "submitted": State("arrow", Tone.CALM, _("a proposal waits")),
    "missing": State("ring", Tone.QUIET, _("no value yet")),
}
UNPROVEN = State("triangle", Tone.WARN, _("proof is missing"))
DIFFERS = State("half", Tone.WARN, _("differs from its proof"))


def _drawn(state: State) -> SafeString:
    shape = icons.shape(state.shape)
    return format_html('<span class="state state--{}">{}{}</span>', state.tone, shape, state.label)


@register.simple_tag
def item_states(row: ItemStanding) -> SafeString:
    """How an item stands: its value, and whether its proof is there and agrees."""
    found = [STATES[row.state]]
    if row.differs:
        found.append(DIFFERS)
    if row.lacks_proof:
        found.append(UNPROVEN)
    drawn = [_drawn(state) for state in found]
    return format_html(" ".join(["{}"] * len(drawn)), *drawn)
