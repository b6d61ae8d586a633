"""What the last form has done, said once on the page that follows it."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from django.http import HttpRequest

_KEY = "notes"


@dataclass(frozen=True, slots=True)
class Note:
    """text: what was done, in one sentence; next_label, next_address: what comes next."""

    text: str
    next_label: str = ""
    next_address: str = ""


def leave(
    request: HttpRequest, text: object, *, next_label: object = "", next_address: str = ""
) -> None:
    """Keep a note in the session for the page that the visitor is sent to."""
    note = Note(str(text), str(next_label), next_address)
    request.session[_KEY] = [*request.session.get(_KEY, []), asdict(note)]


def take(request: HttpRequest) -> tuple[Note, ...]:
    """The notes that wait; they are said only once."""
    session = getattr(request, "session", None)
    if session is None or _KEY not in session:
        return ()
    return tuple(Note(**kept) for kept in session.pop(_KEY))
