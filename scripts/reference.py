"""Writes the reference pages that the program itself knows best.

scripts/reference.py          write docs/reference/cli.md and docs/reference/settings.md
scripts/reference.py --check  fail where they differ from what would be written
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

from simpul.entrypoints import cli
from simpul.entrypoints.settings import Settings, variable

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "reference"
NOTE = "<!-- Written by scripts/reference.py from the program itself: change it there. -->"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


# -- the command line ----------------------------------------------------------------------


def _inner(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """The verbs below this one, by name."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    return {}


def _visible(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    """Its arguments, positional ones first; without help, verbs and what is kept quiet."""
    quiet = (argparse._SubParsersAction, argparse._HelpAction)
    shown = [
        action
        for action in parser._actions
        if not isinstance(action, quiet) and action.help != argparse.SUPPRESS
    ]
    return sorted(shown, key=lambda action: bool(action.option_strings))


def _typed(action: argparse.Action) -> str:
    """An argument as it is typed."""
    choices = "|".join(str(choice) for choice in action.choices or ())
    if not action.option_strings:
        return choices or action.dest
    if action.nargs == 0:
        return action.option_strings[-1]
    return f"{action.option_strings[-1]} {action.metavar or choices or action.dest.upper()}"


def _usage(words: tuple[str, ...], parser: argparse.ArgumentParser) -> str:
    """The command as it is typed, on one line."""
    shown = _visible(parser)
    parts = ["VERB"] if _inner(parser) else []
    parts += ["[options]"] if any(action.option_strings for action in shown) else []
    for action in shown:
        if not action.option_strings:
            parts.append(f"[{_typed(action)}]" if action.nargs == "?" else _typed(action))
    return " ".join((*words, *parts))


def _page_of(words: tuple[str, ...], parser: argparse.ArgumentParser) -> Iterator[str]:
    """One verb, and then those below it."""
    if len(words) > 1:
        yield f"## {' '.join(words)}"
    yield f"{parser.description}"
    yield f"    {_usage(words, parser)}"
    rows = [f"| `{_cell(_typed(action))}` | {action.help} |" for action in _visible(parser)]
    if rows:
        yield "\n".join(["| | |", "|---|---|", *rows])
    for name, inner in _inner(parser).items():
        yield from _page_of((*words, name), inner)


def command_line() -> str:
    """docs/reference/cli.md"""
    exits = (
        "Exit codes: 0, done; 1, something is wrong with the installation; 2, the command was not "
        "understood or cannot be carried out as things are."
    )
    page = [NOTE, "# The command `simpul`", *_page_of(("simpul",), cli.parser()), exits]
    return "\n\n".join(page) + "\n"


# -- the settings --------------------------------------------------------------------------


def settings() -> str:
    """docs/reference/settings.md"""
    lines = [
        NOTE,
        "",
        "# Settings",
        "",
        "Every setting is an environment variable with a default; none must be set. Where systemd "
        "starts the processes, put them into its units or an environment file.",
        "",
        "| Variable | Default | What it is |",
        "|---|---|---|",
    ]
    for spec in fields(Settings):
        default = str(spec.default)
        if isinstance(spec.default, bool):
            default = "yes" if spec.default else "no"
        shown = f"`{default}`" if default else "(empty)"
        lines.append(f"| `{variable(spec.name)}` | {shown} | {spec.metadata['sentence']} |")
    return "\n".join(lines) + "\n"


PAGES = {"cli.md": command_line, "settings.md": settings}


def main(arguments: list[str]) -> int:
    different = 0
    for name, write in PAGES.items():
        path, text = FOLDER / name, write()
        if path.exists() and path.read_text("utf-8") == text:
            continue
        different += 1
        if "--check" in arguments:
            print(f"{name} is not what the program says; run scripts/reference.py")
        else:
            path.write_text(text, "utf-8")
            print(f"{name} written")
    return 1 if different and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
