from __future__ import annotations

import pytest

from simpul.desk import errors, reviews
from simpul.desk.models import OutboxEvent
from simpul.kernel.ids import Kind, Urn
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db

SUBJECT = Urn("19.71", Kind.UPDATE, "abc")


def test_a_review_goes_there_and_back_and_every_step_stays() -> None:
    office = factories.organisation()
    clerk, boss = (
        factories.walker(factories.clerk(office)),
        factories.walker(factories.head(office)),
    )

    reviews.submit(SUBJECT, now=NOW, by=clerk)
    reviews.give_back(SUBJECT, note="Foto belum ada.", now=NOW, by=boss)
    reviews.submit(SUBJECT, now=NOW, by=clerk, note="Foto ditambahkan.")
    reviews.accept(SUBJECT, now=NOW, by=boss)

    steps = reviews.reviews_of(SUBJECT)
    assert [step.verdict for step in steps] == ["submitted", "returned", "submitted", "accepted"]
    assert steps[1].note == "Foto belum ada."
    assert steps[1].post == boss.posts[0]
    assert reviews.standing(SUBJECT) == "accepted"
    assert OutboxEvent.objects.filter(name__startswith="Review").count() == 4


def test_only_what_was_submitted_is_decided() -> None:
    boss = factories.walker(factories.head())
    with pytest.raises(errors.NotSubmitted):
        reviews.accept(SUBJECT, now=NOW, by=boss)
    reviews.submit(SUBJECT, now=NOW, by=boss)
    reviews.accept(SUBJECT, now=NOW, by=boss)
    with pytest.raises(errors.NotSubmitted):
        reviews.give_back(SUBJECT, note="x", now=NOW, by=boss)


def test_nothing_is_returned_without_a_reason() -> None:
    boss = factories.walker(factories.head())
    reviews.submit(SUBJECT, now=NOW, by=boss)
    with pytest.raises(errors.NoteMissing):
        reviews.give_back(SUBJECT, note="  ", now=NOW, by=boss)
    assert reviews.standing(SUBJECT) == "submitted"


def test_a_step_is_never_changed() -> None:
    step = reviews.submit(SUBJECT, now=NOW, by=factories.walker(factories.clerk()))
    with pytest.raises(TypeError):
        step.save()
