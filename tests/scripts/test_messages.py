"""The translations' tool, on a small house of its own."""

from __future__ import annotations

import gettext
from pathlib import Path

import pytest

from scripts import messages

PYTHON = """
from django.utils.translation import gettext_lazy as _, ngettext, pgettext

TITLE = _("Commitment")
MAY = pgettext("month", "May")

def title(name: str) -> str:
    return f"{name}: {_('nothing yet')}" + _(name)

def count(n: int) -> str:
    return ngettext("%(n)d action", "%(n)d actions", n) % {"n": n}
"""

TEMPLATE = """{% load i18n %}
<h1 title="{% translate 'It\\'s here' %}">{% translate "Plan" %}</h1>
    {% blocktranslate trimmed with name=city.name %}
      The city of {{ name }} keeps its word.
    {% endblocktranslate %}
<p>Don't trip over a lone ' or " (
"""


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    room = tmp_path / "desk"
    (room / "templates" / "desk").mkdir(parents=True)
    (room / "__init__.py").touch()
    (room / "views.py").write_text(PYTHON)
    (room / "templates" / "desk" / "page.html").write_text(TEMPLATE.replace("It\\'s here", "Here"))
    monkeypatch.setattr(messages, "PACKAGE", tmp_path)
    return tmp_path


def translate(house: Path, translations: dict[str, str], room: str = "desk") -> None:
    """Fill the empty msgstr that follows each of these lines of the catalogue."""
    path = house / room / "locale/id/LC_MESSAGES/django.po"
    text = path.read_text()
    for line, translation in translations.items():
        assert f"{line}\n" in text
        head, tail = text.split(f"{line}\n", 1)
        empty = 'msgstr[0] ""' if tail.startswith("msgstr[0]") else 'msgstr ""'
        text = f"{head}{line}\n" + tail.replace(empty, empty[:-1] + translation + '"', 1)
    path.write_text(text)


GOOD = {
    'msgid "Commitment"': "Komitmen bersama",
    'msgid "May"': "Mei",
    'msgid_plural "%(n)d actions"': "%(n)d aksi",
    'msgid "nothing yet"': "belum ada",
    'msgid "Here"': "Di sini",
    'msgid "Plan"': "Rencana",
    'msgid "The city of %(name)s keeps its word."': "Kota %(name)s menepati janji.",
}


def test_messages_of_python_and_templates_come_into_the_catalogue(house: Path) -> None:
    assert messages.main(["update", "desk"]) == 0
    text = messages.catalogue("desk", "id").read_text()
    for line in GOOD:
        assert f"{line}\n" in text
    assert 'msgctxt "month"' in text
    assert "#: desk/views.py\n" in text


def test_a_catalogue_carries_no_dates_and_a_second_update_changes_nothing(house: Path) -> None:
    messages.main(["update"])
    first = messages.catalogue("desk", "id").read_bytes()
    messages.main(["update"])
    assert messages.catalogue("desk", "id").read_bytes() == first
    assert b"Date" not in first


def test_check_names_what_is_missing(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert messages.main(["check"]) == 1
    assert "desk (id): not in the catalogue: 'Commitment'" in capsys.readouterr().out
    messages.main(["update"])
    assert messages.main(["check"]) == 1
    assert "desk (id): not translated: 'Plan'" in capsys.readouterr().out


def test_a_complete_catalogue_passes_and_is_read_by_gettext(house: Path) -> None:
    messages.main(["update"])
    translate(house, GOOD)
    assert messages.main(["check"]) == 0
    assert messages.main(["compile"]) == 0
    with messages.catalogue("desk", "id").with_suffix(".mo").open("rb") as file:
        read = gettext.GNUTranslations(file)
    assert read.gettext("Commitment") == "Komitmen bersama"
    assert read.pgettext("month", "May") == "Mei"
    assert read.ngettext("%(n)d action", "%(n)d actions", 4) == "%(n)d aksi"


def test_compile_writes_only_what_changed(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    messages.main(["update"])
    messages.main(["compile"])
    capsys.readouterr()
    messages.main(["compile"])
    assert capsys.readouterr().out == "translations:  up to date\n"


@pytest.mark.parametrize("wrong", ["Kota menepati janji.", "Kota %(nama)s menepati janji."])
def test_a_translation_keeps_the_placeholders(
    house: Path, wrong: str, capsys: pytest.CaptureFixture[str]
) -> None:
    messages.main(["update"])
    translate(house, GOOD | {'msgid "The city of %(name)s keeps its word."': wrong})
    assert messages.main(["check"]) == 1
    assert "placeholders or line ends differ" in capsys.readouterr().out


def test_a_translation_survives_the_absence_of_its_message(house: Path) -> None:
    messages.main(["update"])
    translate(house, GOOD)
    template = house / "desk/templates/desk/page.html"
    before = template.read_text()
    template.write_text("{% load i18n %}")
    messages.main(["update"])
    assert '#~ msgid "Plan"' in messages.catalogue("desk", "id").read_text()
    assert messages.main(["check"]) == 0
    template.write_text(before)
    messages.main(["update"])
    assert messages.main(["check"]) == 0
    assert "#~" not in messages.catalogue("desk", "id").read_text()


def test_tidying_drops_what_nobody_says_any_more(house: Path) -> None:
    messages.main(["update"])
    translate(house, GOOD)
    (house / "desk/templates/desk/page.html").write_text("{% load i18n %}")
    messages.main(["update", "--tidy"])
    assert "#~" not in messages.catalogue("desk", "id").read_text()


def test_two_rooms_that_translate_differently_are_told(
    house: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (house / "city").mkdir()
    (house / "city/__init__.py").touch()
    (house / "city/views.py").write_text('from x import gettext as _\nA = _("Plan")\n')
    messages.main(["update"])
    translate(house, GOOD)
    translate(house, {'msgid "Plan"': "Denah"}, room="city")
    assert messages.main(["check"]) == 1
    assert "'Plan' has two translations" in capsys.readouterr().out


def test_an_unknown_room_is_refused(house: Path) -> None:
    with pytest.raises(SystemExit):
        messages.main(["update", "attic"])
