"""Errors that people read speak their language."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import translation

import simpul.desk.errors as desk_errors
import simpul.desk.papers.errors as paper_errors
import simpul.government.errors as government_errors
from simpul.government.errors import Spoken

ROOMS = (government_errors, desk_errors, paper_errors)


def spoken() -> Iterator[type[Spoken]]:
    """Every error of these rooms that is shown to people."""
    for room in ROOMS:
        for found in vars(room).values():
            if isinstance(found, type) and issubclass(found, Spoken) and found is not Spoken:
                yield found


@pytest.mark.parametrize("error", sorted(set(spoken()), key=str))
def test_an_error_is_said_in_the_readers_language(error: type[Spoken]) -> None:
    marked = {sentence for room in ROOMS for sentence in room.SENTENCES}
    with translation.override("en"):
        english = error()
    with translation.override("id"):
        indonesian = error()
    assert english.detail == english.title
    assert english.title in marked
    assert indonesian.detail != english.detail


def test_a_detail_that_is_given_stays_as_it_is() -> None:
    error = desk_errors.FileTooLarge("Berkas ini lebih besar dari 5 MB.", limit=5)
    assert error.detail == "Berkas ini lebih besar dari 5 MB."
    assert error.as_problem()["limit"] == 5
