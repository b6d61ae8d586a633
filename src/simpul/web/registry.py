"""What higher rooms hand to the shell: navigation, search, city-page panels, person, stream.

The wiring fills these lists when every room is loaded; the shell reads them. Nothing here knows a
room by name, so that a new room appears in the shell without a change to the shell.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from simpul.kernel.ids import Urn

Text = str | Promise
Address = Callable[[HttpRequest], str | None]


class Job(StrEnum):
    """The jobs of a city hall, in the order in which the side rail shows them."""

    HOME = "home"
    PROGRAMME = "programme"
    EVALUATION = "evaluation"
    CITY = "city"
    SERVICES = "services"
    DATA = "data"
    MANAGE = "manage"


JOB_LABELS: dict[Job, Text] = {
    Job.HOME: _("Home"),
    Job.PROGRAMME: _("Programme"),
    Job.EVALUATION: _("Evaluation"),
    Job.CITY: _("City"),
    Job.SERVICES: _("Services"),
    Job.DATA: _("Data"),
    Job.MANAGE: _("Manage"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One door of the side rail.

    address: gives the path for this request, or None where the visitor has no such door;
    order: smaller stands first within its job; the first entry is the job's own door.
    """

    job: Job
    label: Text
    address: Address
    order: int = 50


@dataclass(frozen=True, slots=True)
class Hit:
    """One answer of the search over everything.

    kind: what it is, in words; detail: one line that tells it from its namesakes; state: a name
    that `{% state %}` knows; region: the region's name where the search spans several.
    """

    label: str
    address: str
    kind: Text
    detail: Text = ""
    state: str = ""
    region: str = ""


class SearchSource(Protocol):
    """A room's answer to a search; it shows only what the visitor may see."""

    def __call__(self, request: HttpRequest, text: str, *, limit: int) -> Sequence[Hit]:
        """At most `limit` hits, best first. The region is ``request.region`` where there is one."""


@dataclass(frozen=True, slots=True)
class Panel:
    """A room's part of the city page.

    render: gives the part's HTML (marked safe), or None where there is nothing to show.
    """

    key: str
    render: Callable[[HttpRequest], str | None]
    order: int = 50
    aside: bool = False


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is signed in, as the top bar shows it.

    post: in which post; waiting: how many things wait in the inbox; address: the own page.
    """

    name: str
    post: str = ""
    waiting: int = 0
    address: str = ""


@dataclass(frozen=True, slots=True)
class Stream:
    """Where a page hears of changes: the broker's event stream and a ticket for it."""

    url: str
    ticket: str


@dataclass(slots=True)
class Registry:
    """All that the wiring has handed over; one per process."""

    entries: list[Entry] = field(default_factory=list)
    foot: list[Entry] = field(default_factory=list)
    searches: list[tuple[int, Text, SearchSource]] = field(default_factory=list)
    panels: list[Panel] = field(default_factory=list)
    visitor: Callable[[HttpRequest], Visitor | None] = lambda request: None
    stream: Callable[[HttpRequest], Stream | None] = lambda request: None
    stream_origin: str = ""
    walk: Callable[[Urn], str] = lambda urn: ""


registry = Registry()


def navigate(*entries: Entry) -> None:
    """Add doors to the side rail; an entry that is there already is not added twice."""
    registry.entries.extend(entry for entry in entries if entry not in registry.entries)
    registry.entries.sort(key=lambda entry: (list(Job).index(entry.job), entry.order))


def foot(*entries: Entry) -> None:
    """Add links to the foot of every page."""
    registry.foot.extend(entry for entry in entries if entry not in registry.foot)
    registry.foot.sort(key=lambda entry: entry.order)


def search_in(label: Text, source: SearchSource, *, order: int = 50) -> None:
    """Let the search over everything ask `source`; `label` heads its hits; smaller comes first."""
    if all(source != known for _order, _label, known in registry.searches):
        registry.searches.append((order, label, source))
        registry.searches.sort(key=lambda search: search[0])


def show_panel(*panels: Panel) -> None:
    """Add parts to the city page; a part with the same key is replaced."""
    keys = {panel.key for panel in panels}
    kept = [panel for panel in registry.panels if panel.key not in keys]
    registry.panels = sorted([*kept, *panels], key=lambda panel: panel.order)


def visitor_from(source: Callable[[HttpRequest], Visitor | None]) -> None:
    """Say how the top bar learns who is signed in."""
    registry.visitor = source


def stream_from(origin: str, source: Callable[[HttpRequest], Stream | None]) -> None:
    """Say how a page gets its ticket; `origin` is let through the content security policy."""
    registry.stream_origin = origin.rstrip("/")
    registry.stream = source


def walk_at(address: Callable[[Urn], str]) -> None:
    """Say where the page stands that shows the whole thread through an object."""
    registry.walk = address
