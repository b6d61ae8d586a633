"""The interface is complete in Indonesian, and says what its catalogues say."""

from __future__ import annotations

import pytest
from babel.messages.catalog import Message
from django.utils import translation

from scripts import messages

ROOMS = [room for room in messages.rooms() if messages.catalogue(room, "id").exists()]


def test_every_catalogue_is_complete(capsys: pytest.CaptureFixture[str]) -> None:
    assert messages.main(["check"]) == 0, capsys.readouterr().out


def shown(message: Message) -> str:
    """What Django makes of a message."""
    text = messages.texts(message.id)
    if message.pluralizable:
        return translation.npgettext(message.context or "", text[0], text[1], 2)
    if message.context:
        return translation.pgettext(message.context, text[0])
    return translation.gettext(text[0])


@pytest.mark.parametrize("room", ROOMS)
def test_what_a_room_translates_is_what_is_shown(room: str) -> None:
    with translation.override("id"):
        other = {
            messages.texts(message.id)[0]: shown(message)
            for message in messages.kept(room, "id")
            if message.id and shown(message) not in messages.texts(message.string)
        }
    assert other == {}


@pytest.mark.parametrize("room", ROOMS)
def test_english_is_what_the_sources_say(room: str) -> None:
    with translation.override("en"):
        other = {
            messages.texts(message.id)[0]: shown(message)
            for message in messages.kept(room, "id")
            if message.id and shown(message) not in messages.texts(message.id)
        }
    assert other == {}


def test_the_first_sentence_of_every_error_is_a_message() -> None:
    said = {messages.texts(message.id)[0] for message in messages.said_by("web", "id")}
    assert "There is nothing at this address." in said
    assert "This unit code is not known." in said
