"""Translations: what the sources say, and what each room's catalogue makes of it.

    scripts/messages.py update [room …]   take new messages into the catalogues
    scripts/messages.py compile           write the .mo files that Django reads
    scripts/messages.py check [room …]    fail where a translation is missing or does not fit

Messages are English in the sources. Every room under ``src/simpul`` keeps its own catalogue,
``locale/id/LC_MESSAGES/django.po``. Needs Babel and Django, and no GNU gettext.

An update never loses a translation: what the sources no longer say stays at the end of the file as
obsolete, and is taken up again when it comes back; ``update --tidy`` drops it. Nothing is guessed
("fuzzy"), and neither dates nor line numbers are written, so that a diff shows real changes alone.

The first sentence of an error's docstring is what its reader is told, so it is a message too: of
its room in the city hall, and of ``web`` where the data wing raises it.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "simpul"
LANGUAGES = {"id": "nplurals=1; plural=0;"}
DATA_WING = ("kernel", "context", "history", "connectors", "storage", "control")
HEARD = ("kernel", "connectors")
"""Rooms of the data wing whose errors reach people on pages."""
TEMPLATES = (".html", ".txt", ".xml", ".svg", ".webmanifest")

KEYWORDS: dict[str, tuple[str, ...]] = {
    "_": ("text",),
    "gettext": ("text",),
    "gettext_lazy": ("text",),
    "gettext_noop": ("text",),
    "ngettext": ("text", "plural"),
    "ngettext_lazy": ("text", "plural"),
    "pgettext": ("context", "text"),
    "pgettext_lazy": ("context", "text"),
    "npgettext": ("context", "text", "plural"),
    "npgettext_lazy": ("context", "text", "plural"),
}
"""What the arguments of each function are."""

HEADER = """\
msgid ""
msgstr ""
"Project-Id-Version: simpul\\n"
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals}\\n"

"""

_TEXT = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
_CALL = re.compile(rf"\b(?:n?p?gettext|_)\(\s*{_TEXT}(?:\s*,\s*(?:{_TEXT}|count))*\s*\)")
_PLACEHOLDER = re.compile(r"%\(\w+\)[#0+-]*\d*(?:\.\d+)?[a-z]|%[sdrf](?!\w)|\{\w*\}")

Key = tuple[str, str]


def key_of(message: Message) -> Key:
    """What makes a message the same: its context and its (singular) text."""
    text = message.id if isinstance(message.id, str) else message.id[0]
    return (message.context or "", text)


def texts(value: object) -> list[str]:
    """The one text of a message, or all of its plural forms."""
    return list(value) if isinstance(value, list | tuple) else [str(value or "")]


def empty(language: str) -> Catalog:
    """A catalogue without messages. Babel has no plural rule for Indonesian; ours is Django's."""
    made = Catalog(locale=language)
    made.mime_headers = [("Plural-Forms", LANGUAGES[language])]
    return made


# -- what the sources say ------------------------------------------------------------------


def rooms() -> list[str]:
    """Every room of the house, by name."""
    return sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py"))


def catalogue(room: str, language: str) -> Path:
    """Where a room keeps its translations."""
    return PACKAGE / room / "locale" / language / "LC_MESSAGES" / "django.po"


def sources(room: str) -> Iterator[Path]:
    """A room's Python files and templates, sorted; not its migrations, not what npm brought."""
    for path in sorted((PACKAGE / room).rglob("*")):
        inside = path.relative_to(PACKAGE / room).parts
        if {"migrations", "locale", "static", "node_modules", "__pycache__"} & set(inside):
            continue
        if path.suffix == ".py" or (path.suffix in TEMPLATES and "templates" in inside):
            yield path


def as_python(path: Path) -> bytes:
    """The file as Python whose calls of gettext stand on the lines where the messages are."""
    if path.suffix == ".py":
        return path.read_bytes()
    text = templatize(path.read_text("utf-8"), origin=str(path))
    return "\n".join("; ".join(_CALL.findall(line)) for line in text.split("\n")).encode()


def calls_in(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Line and arguments of every call of gettext with plain texts, in their order; also of those
    inside f-strings, which only some versions of Python show among their tokens."""
    found = []
    for node in ast.walk(ast.parse(as_python(path), str(path))):
        if not isinstance(node, ast.Call):
            continue
        names = KEYWORDS.get(getattr(node.func, "id", getattr(node.func, "attr", "")), ())
        given = [getattr(argument, "value", None) for argument in node.args[: len(names)]]
        plain = [value for value in given if isinstance(value, str)]
        if names and len(plain) == len(names):
            found.append((node.lineno, dict(zip(names, plain, strict=True))))
    yield from sorted(found, key=lambda call: call[0])


def errors_in(path: Path) -> Iterator[tuple[int, str]]:
    """Line and first sentence of every error that a file defines: classes that name a problem."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if not isinstance(node, ast.ClassDef):
            continue
        named = {
            target.id
            for statement in node.body
            if isinstance(statement, ast.Assign)
            for target in statement.targets
            if isinstance(target, ast.Name)
        }
        if "problem" in named and (told := ast.get_docstring(node)):
            yield node.lineno, told.splitlines()[0]


def errors_told_by(room: str) -> Iterator[Path]:
    """The files whose errors a room's catalogue translates."""
    if room in DATA_WING:
        return
    yield from (path for path in sources(room) if path.suffix == ".py")
    if room == "web":
        for lower in HEARD:
            yield from (path for path in sources(lower) if path.suffix == ".py")


def said_by(room: str, language: str) -> Catalog:
    """Every message of a room, untranslated, in the order in which it stands in the sources."""
    found = empty(language)
    for path in errors_told_by(room):
        where = path.relative_to(PACKAGE).as_posix()
        for line, told in errors_in(path):
            found.add(told, None, [(where, line)])
    for path in sources(room):
        where = path.relative_to(PACKAGE).as_posix()
        for line, call in calls_in(path):
            text, plural = call["text"], call.get("plural")
            identity = (text, plural) if plural else text
            if text:
                found.add(identity, None, [(where, line)], context=call.get("context"))
    return found


# -- what the catalogues make of it --------------------------------------------------------


def kept(room: str, language: str) -> Catalog:
    """The room's catalogue as it is on disk; empty where there is none."""
    path = catalogue(room, language)
    if not path.exists():
        return empty(language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def merged(said: Catalog, old: Catalog, *, tidy: bool) -> Catalog:
    """What the sources say, with the translations that are there."""
    known = {key_of(message): message for message in old.obsolete.values() if message.id}
    known |= {key_of(message): message for message in old if message.id}
    for message in said:
        if message.id and (match := known.pop(key_of(message), None)):
            translated = texts(match.string)
            message.string = tuple(translated) if message.pluralizable else translated[0]
            message.user_comments = match.user_comments
    if not tidy:
        for message in known.values():
            if any(texts(message.string)):
                message.locations, message.auto_comments = [], []
                said.obsolete["\x04".join(key_of(message))] = message
    return said


def write(result: Catalog, path: Path, language: str) -> bool:
    """Write the catalogue if it differs from what is there; whether it did."""
    body = BytesIO()
    write_po(body, result, width=100, omit_header=True, include_lineno=False)
    header = HEADER.format(language=language, plurals=LANGUAGES[language])
    content = (header + body.getvalue().decode().strip() + "\n").encode()
    if path.exists() and path.read_bytes() == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return True


def update(names: list[str], *, tidy: bool) -> int:
    """Take the messages of the sources into the catalogues of these rooms."""
    for room in names:
        for language in LANGUAGES:
            path = catalogue(room, language)
            result = merged(said_by(room, language), kept(room, language), tidy=tidy)
            if not len(result) and not result.obsolete and not path.exists():
                continue
            write(result, path, language)
            open_ones = sum(1 for message in result if message.id and not complete(message))
            print(f"{room}: {len(result)} messages, {open_ones} without {language}")
    return 0


def compile_all() -> int:
    """Write the .mo file of every catalogue that is newer than it; how many were written."""
    written = 0
    for room in rooms():
        for language in LANGUAGES:
            path = catalogue(room, language)
            target = path.with_suffix(".mo")
            if not path.exists():
                target.unlink(missing_ok=True)
            elif not target.exists() or target.stat().st_mtime_ns <= path.stat().st_mtime_ns:
                fresh = target.with_suffix(".mo.new")
                with fresh.open("wb") as file:
                    write_mo(file, kept(room, language))
                fresh.replace(target)
                written += 1
    return written


# -- whether it is good --------------------------------------------------------------------


def complete(message: Message) -> bool:
    """Whether every form is translated, and by nobody's guess."""
    return all(texts(message.string)) and not message.fuzzy


def placeholders(text: str) -> list[str]:
    """What must stand in a translation as it stands in the message."""
    return sorted(_PLACEHOLDER.findall(text))


def fits(message: Message) -> bool:
    """Whether each form keeps the placeholders of the message, and its line ends."""
    accepted = [placeholders(text) for text in texts(message.id)]
    first = texts(message.id)[0]
    return all(
        placeholders(text) in accepted
        and text.startswith("\n") == first.startswith("\n")
        and text.endswith("\n") == first.endswith("\n")
        for text in texts(message.string)
    )


def complaints(room: str, language: str) -> Iterator[str]:
    """Everything that is wrong with one room's catalogue."""
    there = {key_of(message): message for message in kept(room, language) if message.id}
    name = f"{room} ({language})"
    for message in said_by(room, language):
        if not message.id:
            continue
        match = there.pop(key_of(message), None)
        if match is None:
            yield f"{name}: not in the catalogue: {texts(message.id)[0]!r}"
        elif not complete(match):
            yield f"{name}: not translated: {texts(message.id)[0]!r}"
        elif not fits(match):
            yield f"{name}: placeholders or line ends differ: {texts(message.id)[0]!r}"
    for _, text in there:
        yield f"{name}: no longer said by the sources: {text!r}"


def contradictions(language: str) -> Iterator[str]:
    """Messages that two rooms translate differently: Django would show one of them everywhere."""
    made: dict[Key, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for room in rooms():
        for message in kept(room, language):
            if message.id and complete(message):
                made[key_of(message)]["|".join(texts(message.string))].append(room)
    for (_, text), versions in sorted(made.items()):
        if len(versions) > 1:
            says = "; ".join(f"{', '.join(who)}: {what!r}" for what, who in versions.items())
            yield f"({language}) {text!r} has two translations (agree, or use pgettext): {says}"


def check(names: list[str]) -> int:
    """Print what is wrong; 1 if anything is."""
    found = [c for room in names for language in LANGUAGES for c in complaints(room, language)]
    found += [c for language in LANGUAGES for c in contradictions(language)]
    print("\n".join(found) if found else "translations:  complete")
    return 1 if found else 0


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Keeps the translations of the rooms.")
    verbs = parser.add_subparsers(dest="verb", required=True)
    for verb, sentence in (
        ("update", "take new messages into the catalogues"),
        ("check", "fail where a translation is missing or does not fit"),
    ):
        command = verbs.add_parser(verb, help=sentence, description=sentence)
        command.add_argument("rooms", nargs="*", metavar="room", help="without any: every room")
    verbs.choices["update"].add_argument("--tidy", action="store_true", help="drop obsolete ones")
    verbs.add_parser("compile", help="write the .mo files that Django reads")
    given = parser.parse_args(arguments)
    if given.verb == "compile":
        written = compile_all()
        print(f"translations:  {written} compiled" if written else "translations:  up to date")
        return 0
    unknown = sorted(set(given.rooms) - set(rooms()))
    if unknown:
        parser.error(f"no such room: {', '.join(unknown)}")
    names = given.rooms or rooms()
    return update(names, tidy=given.tidy) if given.verb == "update" else check(names)


if __name__ == "__main__":
    sys.exit(main())
