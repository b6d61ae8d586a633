"""The `shell` that every page is given: where one can go, which city, language, theme, who."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from simpul.web.notes import Note, take
from simpul.web.registry import JOB_LABELS, Entry, Job, Stream, Text, Visitor, registry

THEMES = ("auto", "light", "dark")
THEME_COOKIE = "tampilan"
DENSITIES = ("roomy", "dense")
DENSITY_COOKIE = "kerapatan"


@dataclass(frozen=True, slots=True)
class Door:
    """An entry as this visitor sees it on this page."""

    label: Text
    address: str
    here: bool


@dataclass(frozen=True, slots=True)
class Place:
    """A job of the side rail with the doors that this visitor has."""

    job: Job
    label: Text
    doors: tuple[Door, ...]

    @property
    def address(self) -> str:
        return self.doors[0].address

    @property
    def here(self) -> bool:
        return any(door.here for door in self.doors)


class Shell:
    """What the page frame shows; computed at first use, so that fragments pay nothing."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def city(self) -> Any | None:
        """The region the page is about (an object with ``code`` and ``name``), or None."""
        return getattr(self._request, "region", None)

    @cached_property
    def home(self) -> str:
        return f"/{self.city.code}/" if self.city else "/"

    @cached_property
    def places(self) -> tuple[Place, ...]:
        doors: dict[Job, list[tuple[Entry, str]]] = {}
        for entry in registry.entries:
            address = entry.address(self._request)
            if address:
                doors.setdefault(entry.job, []).append((entry, address))
        here = self._longest([address for found in doors.values() for _entry, address in found])
        return tuple(
            Place(
                job,
                JOB_LABELS[job],
                tuple(Door(entry.label, address, address == here) for entry, address in found),
            )
            for job, found in doors.items()
        )

    def _longest(self, addresses: list[str]) -> str | None:
        """The door that the present page stands behind: the longest address it begins with.

        The city's own page and the installation's home count only for themselves; every page
        begins with them.
        """
        path = self._request.path
        behind = [
            address
            for address in addresses
            if path == address or (path.startswith(address) and address not in {"/", self.home})
        ]
        return max(behind, key=len, default=None)

    @cached_property
    def foot(self) -> tuple[Door, ...]:
        found = ((entry.label, entry.address(self._request)) for entry in registry.foot)
        return tuple(
            Door(label, address, address == self._request.path)
            for label, address in found
            if address
        )

    @cached_property
    def notes(self) -> tuple[Note, ...]:
        """What the last form has done; reading them takes them away."""
        return take(self._request)

    @cached_property
    def visitor(self) -> Visitor | None:
        return registry.visitor(self._request)

    @cached_property
    def stream(self) -> Stream | None:
        return registry.stream(self._request)

    @cached_property
    def language(self) -> str:
        return (get_language() or "id")[:2]

    @cached_property
    def languages(self) -> list[tuple[str, str]]:
        return list(settings.LANGUAGES)

    @cached_property
    def theme(self) -> str:
        chosen = self._request.COOKIES.get(THEME_COOKIE, "auto")
        return chosen if chosen in THEMES else "auto"

    @cached_property
    def density(self) -> str:
        chosen = self._request.COOKIES.get(DENSITY_COOKIE, "")
        return chosen if chosen in DENSITIES else "roomy"

    @property
    def here(self) -> str:
        """The present address, for forms that come back to it."""
        return self._request.get_full_path()

    @property
    def sign_in(self) -> str:
        return str(settings.LOGIN_URL)


def shell(request: HttpRequest) -> dict[str, Shell]:
    """Context processor."""
    return {"shell": Shell(request)}
