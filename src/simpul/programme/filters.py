"""What a list of actions is narrowed to and how it is sorted: all of it stands in the address.

dimensi  key of a dimension or sub-dimension        kantor  key of the lead organisation
tahun    a year the action runs in                  jenis   kind of action
status   a status                                   cari    words in title, code or summary
urut     judul, kantor, tenggat, persen, status; with a minus in front, the other way round
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from simpul.desk.models import Category
from simpul.programme.models import Action
from simpul.programme.queries import Standing
from simpul.programme.status import Name
from simpul.web.states import state as state_called

FIELDS = ("dimensi", "kantor", "tahun", "jenis", "status")
ORDER = list(Name)
LATE_FIRST = (Name.LATE, Name.RUNNING, Name.ON_TRACK, Name.NOT_STARTED, Name.DONE, Name.STOPPED)

SORTS: dict[str, Callable[[Standing], Any]] = {
    "judul": lambda state: state.action.title.casefold(),
    "kantor": lambda state: str(state.action.lead).casefold(),
    "tenggat": lambda state: state.action.due,
    "persen": lambda state: state.percent if state.percent is not None else Decimal(-1),
    "status": lambda state: LATE_FIRST.index(state.name),
}


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a select: what stands in the address, what is read, whether it is chosen."""

    value: str
    label: str | Promise
    chosen: bool
    below: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """One select of the filter."""

    name: str
    label: str | Promise
    every: str | Promise
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Filter:
    """What the address asks for; an unknown value narrows to nothing rather than being ignored."""

    dimensi: str = ""
    kantor: str = ""
    tahun: str = ""
    jenis: str = ""
    status: str = ""
    cari: str = ""
    urut: str = ""

    @classmethod
    def of(cls, query: QueryDict) -> Filter:
        return cls(**{name: query.get(name, "").strip() for name in (*FIELDS, "cari", "urut")})

    @property
    def narrows(self) -> bool:
        """Whether anything is left out."""
        return any(getattr(self, name) for name in (*FIELDS, "cari"))

    def apply(self, states: Sequence[Standing]) -> list[Standing]:
        """Those that the address asks for, in its order; without one, in the order they came."""
        found = [state for state in states if self._holds(state)]
        key = SORTS.get(self.urut.removeprefix("-"))
        if key is not None:
            found.sort(key=key, reverse=self.urut.startswith("-"))
        return found

    def _holds(self, state: Standing) -> bool:
        action = state.action
        return (
            (not self.dimensi or self._in_dimension(action))
            and (not self.kantor or action.lead.key == self.kantor)
            and (not self.tahun or self._in_year(action))
            and (not self.jenis or action.kind == self.jenis)
            and (not self.status or state.name == self.status)
            and (not self.cari or self._says(action))
        )

    def _in_dimension(self, action: Action) -> bool:
        keys = {category.key for category in action.categories.all()}
        parents = {row.parent.key for row in action.categories.all() if row.parent is not None}
        return self.dimensi in keys | parents

    def _in_year(self, action: Action) -> bool:
        return self.tahun.isdigit() and action.starts.year <= int(self.tahun) <= action.due.year

    def _says(self, action: Action) -> bool:
        said = f"{action.code} {action.title} {action.summary}".casefold()
        return all(word in said for word in self.cari.casefold().split())


def choices(
    chosen: Filter, states: Sequence[Standing], dimensions: Sequence[Category]
) -> list[Choice]:
    """The selects of the filter, each with what there is to choose among these actions."""
    return [
        Choice("dimensi", _("Dimension"), _("All dimensions"), _dimensions(chosen, dimensions)),
        Choice("kantor", _("Office"), _("All offices"), _offices(chosen, states)),
        Choice("tahun", _("Year"), _("All years"), _years(chosen, states)),
        Choice("jenis", _("Kind"), _("All kinds"), _kinds(chosen, states)),
        Choice("status", _("Status"), _("Every status"), _statuses(chosen, states)),
    ]


def _dimensions(chosen: Filter, dimensions: Sequence[Category]) -> tuple[Option, ...]:
    found: list[Option] = []
    for upper in dimensions:
        found.append(Option(upper.key, upper.name, upper.key == chosen.dimensi))
        for lower in upper.children.all():
            found.append(Option(lower.key, lower.name, lower.key == chosen.dimensi, below=True))
    return tuple(found)


def _offices(chosen: Filter, states: Sequence[Standing]) -> tuple[Option, ...]:
    offices = {state.action.lead.key: str(state.action.lead) for state in states}
    ordered = sorted(offices.items(), key=lambda pair: pair[1].casefold())
    return tuple(Option(key, label, key == chosen.kantor) for key, label in ordered)


def _years(chosen: Filter, states: Sequence[Standing]) -> tuple[Option, ...]:
    years = {
        year
        for state in states
        for year in range(state.action.starts.year, state.action.due.year + 1)
    }
    return tuple(Option(str(year), str(year), str(year) == chosen.tahun) for year in sorted(years))


def _kinds(chosen: Filter, states: Sequence[Standing]) -> tuple[Option, ...]:
    there = {state.action.kind for state in states}
    return tuple(
        Option(kind.value, kind.label, kind.value == chosen.jenis)
        for kind in Action.ActionKind
        if kind.value in there
    )


def _statuses(chosen: Filter, states: Sequence[Standing]) -> tuple[Option, ...]:
    there = {state.name for state in states}
    return tuple(
        Option(name.value, state_called(name).label, name.value == chosen.status)
        for name in LATE_FIRST
        if name in there
    )
