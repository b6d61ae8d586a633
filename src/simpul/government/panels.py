"""What higher rooms show on an organisation's page: promises, actions, feeds, what is owed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from simpul.government.models import Organisation
from simpul.government.requests import RegionVisit

Render = Callable[[RegionVisit, Organisation], str | None]


@dataclass(frozen=True, slots=True)
class Panel:
    """A room's part of the page. render: HTML (marked safe), or None where there is nothing."""

    key: str
    render: Render
    order: int = 50
    aside: bool = False


_panels: dict[str, Panel] = {}


def show_on_organisation(*panels: Panel) -> None:
    """Called by the wiring; a part with the same key is replaced."""
    for panel in panels:
        _panels[panel.key] = panel


def rendered(request: RegionVisit, organisation: Organisation, *, aside: bool) -> list[str]:
    """The parts of one organisation's page in their order, without the empty ones."""
    ordered = sorted(_panels.values(), key=lambda panel: (panel.order, panel.key))
    shown = (panel.render(request, organisation) for panel in ordered if panel.aside is aside)
    return [html for html in shown if html]
