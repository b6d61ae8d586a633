"""The command `simpul` and its verbs. Translates words into calls, and answers into exit codes.

Exit codes: 0 done; 1 something is wrong with the installation, or it could not be done; 2 the
command line was not understood, or cannot be carried out as things are.
"""

from __future__ import annotations

import argparse
import getpass
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import simpul
from simpul.entrypoints import settings as simpul_settings
from simpul.entrypoints.settings import Settings
from simpul.kernel.errors import SimpulError

EPILOG = """\
Settings come from environment variables (SIMPUL_DATA, SIMPUL_PUBLIC_URL, …); docs/reference/\
settings.md lists them all. Without any, everything is kept in the folder `var`.
"""
WIDTH = 88
CANNOT = 2

Run = Callable[[Settings, argparse.Namespace], int]


class Plain(argparse.HelpFormatter):
    """Help of the same width everywhere, so that its copy in the documentation can be checked."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=28, width=WIDTH)


# -- what the verbs do ---------------------------------------------------------------------
# Each loads what it needs and no more, and Django before the rooms: the broker starts without it.


def run_serve(settings: Settings, given: argparse.Namespace) -> int:
    from simpul.entrypoints import serve, servers

    if given.watched:
        servers.end_with_parent()
    elif given.part != "broker" and not _may_serve(settings, given.part):
        return 1
    if given.part == "web":
        servers.run_web(settings)
    elif given.part == "broker":
        servers.run_broker(settings)
    else:
        return serve.serve(settings)
    return 0


def _may_serve(settings: Settings, part: str | None) -> bool:
    """Whether nothing is broken that pages need; what is, is said. That it runs already is for its
    lock to say."""
    from simpul.entrypoints import doctor

    if doctor.runs(settings, part or "serve"):
        return True
    checks = doctor.BEFORE_WEB if part == "web" else doctor.BEFORE_SERVING
    broken = [
        finding
        for finding in doctor.examine(settings, settings.language, checks)
        if finding.state is doctor.State.BROKEN
    ]
    for finding in broken:
        print(doctor.as_text(finding, settings.language), file=sys.stderr)
    return not broken


def run_work(settings: Settings, given: argparse.Namespace) -> int:
    from simpul.entrypoints import installation, servers, worker

    if given.watched:
        servers.end_with_parent()
    installation.load_django()
    worker.work(settings)
    return 0


def run_migrate(settings: Settings, given: argparse.Namespace) -> int:
    from simpul.entrypoints import installation

    installation.migrate(settings, say=print)
    from simpul.entrypoints import first_steps

    print(first_steps.take_in_catalogues())
    return 0


def run_check(settings: Settings, given: argparse.Namespace) -> int:
    from simpul.entrypoints import doctor

    language = given.language or settings.language
    broken = False
    for finding in doctor.examine(settings, language):
        print(doctor.as_text(finding, language), flush=True)
        broken |= finding.state is doctor.State.BROKEN
    return 1 if broken else 0


def run_demo(settings: Settings, given: argparse.Namespace) -> int:
    import simpul_demo.cli

    return simpul_demo.cli.run(given)


def _load_office() -> None:
    """Load the city hall for a verb that speaks English, as all of them do."""
    from django.utils import translation

    from simpul.entrypoints import installation

    installation.load_django()
    translation.activate("en")


def run_region_open(settings: Settings, given: argparse.Namespace) -> int:
    _load_office()
    from simpul.entrypoints import first_steps

    print(first_steps.open_region(code=given.code, government=given.government))
    return 0


def run_user_create(settings: Settings, given: argparse.Namespace) -> int:
    _load_office()
    from simpul.entrypoints import first_steps

    print(
        first_steps.create_user(
            username=given.username,
            name=given.name or given.username,
            password=ask_password(given.password_from_input),
            administers=given.administers,
            days=given.days,
        )
    )
    return 0


def run_user_password(settings: Settings, given: argparse.Namespace) -> int:
    _load_office()
    from simpul.entrypoints import first_steps

    print(
        first_steps.change_password(
            username=given.username, password=ask_password(given.password_from_input)
        )
    )
    return 0


def run_feed_put(settings: Settings, given: argparse.Namespace) -> int:
    _load_office()
    from simpul.entrypoints import agreements, data_wing

    print(agreements.put(agreements.read(given.file), data_wing.open_ports(settings).door))
    return 0


def run_feed_token(settings: Settings, given: argparse.Namespace) -> int:
    _load_office()
    from simpul.entrypoints import agreements, data_wing

    door = data_wing.open_ports(settings).door
    label = given.label or given.feed
    print(agreements.issue_token(region=given.code, feed=given.feed, label=label, door=door))
    return 0


def run_feed_revoke(settings: Settings, given: argparse.Namespace) -> int:
    _load_office()
    from simpul.entrypoints import agreements, data_wing

    door = data_wing.open_ports(settings).door
    print(agreements.revoke_token(region=given.code, key=given.key, door=door))
    return 0


def ask_password(from_input: bool) -> str:
    """A password from the terminal, asked for twice, or the first line of the input."""
    if from_input:
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass("Password: ")
    if getpass.getpass("Once more: ") != first:
        raise Refused("The two passwords differ; nothing was changed.")
    return first


class Refused(SimpulError):
    """It was not done."""


# -- what the verbs are called -------------------------------------------------------------


def _verb(verbs: Any, name: str, short: str, long: str = "") -> argparse.ArgumentParser:
    """A verb with its line in the list, and its page."""
    made: argparse.ArgumentParser = verbs.add_parser(
        name,
        help=short,
        description=long or f"{short[0].upper()}{short[1:]}.",
        formatter_class=Plain,
    )
    return made


def _add_serving(verbs: Any) -> None:
    serve = _verb(
        verbs,
        "serve",
        "run the installation: pages, broker and worker",
        "Starts and watches the processes of an installation: the pages, the broker and the "
        "worker. What dies is started again. Ends on SIGTERM or Ctrl-C. With the name of a part, "
        "runs that part alone, as a unit of its own under systemd.",
    )
    serve.add_argument("part", nargs="?", choices=["web", "broker"], help="run this part alone")
    work = _verb(
        verbs,
        "work",
        "run the worker alone",
        "Does what is to be done in the background: follows the city's data, keeps live numbers "
        "fresh, watches what is due. One worker runs in a data folder.",
    )
    for part in (serve, work):
        part.add_argument("--watched", action="store_true", help=argparse.SUPPRESS)
    serve.set_defaults(run=run_serve)
    work.set_defaults(run=run_work)


def _add_upkeep(verbs: Any) -> None:
    migrate = _verb(
        verbs,
        "migrate",
        "bring databases and files to this version",
        "Makes the data folder ready for this version: databases, the regions of Indonesia, files "
        "for browsers. Run it once after installing and after every upgrade; saying it again "
        "changes nothing.",
    )
    migrate.set_defaults(run=run_migrate)
    check = _verb(
        verbs,
        "check",
        "say what is wrong with this installation",
        "Looks at the installation and says in plain words what is wrong and what to do. Changes "
        "nothing. The exit code is 1 if anything is broken.",
    )
    check.add_argument("--language", choices=["id", "en"], help="language to speak")
    check.set_defaults(run=run_check)


def _add_demo(verbs: Any) -> None:
    demo = _verb(
        verbs,
        "demo",
        "run a demonstration city",
        "Fills a data folder of its own with a demonstration city, lets simulated devices and "
        "applications send readings, and serves it until Ctrl-C.",
    )
    demo.add_argument(
        "--folder", type=Path, default=Path(".demo"), help="where it is kept (default: .demo)"
    )
    demo.add_argument("--fresh", action="store_true", help="begin anew: forget what was there")
    demo.add_argument(
        "--port", type=int, help="port of the pages (default: 8000, or the next free one)"
    )
    demo.add_argument(
        "--no-simulator", action="store_true", help="let nobody send readings by themselves"
    )
    demo.set_defaults(run=run_demo)


def _add_first_steps(verbs: Any) -> None:
    region = _verb(verbs, "region", "say which regions run here")
    inner = region.add_subparsers(metavar="VERB", required=True)
    opened = _verb(
        inner,
        "open",
        "let a region run on this installation",
        "Lets a region run here, and gives it the office at the top of its tree.",
    )
    opened.add_argument("code", help="official code, for example 19.71")
    opened.add_argument("--government", help="name of the office at the top")
    opened.set_defaults(run=run_region_open)

    user = _verb(verbs, "user", "let people sign in")
    inner = user.add_subparsers(metavar="VERB", required=True)
    create = _verb(inner, "create", "let somebody sign in")
    create.add_argument("--name", help="full name (default: the user name)")
    create.add_argument("--administers", metavar="CODE", help="region to administer, for a time")
    create.add_argument(
        "--days", type=int, default=365, help="how long that right lasts (default: 365)"
    )
    create.set_defaults(run=run_user_create)
    password = _verb(inner, "password", "give somebody a new password")
    password.set_defaults(run=run_user_password)
    for verb in (create, password):
        verb.add_argument("username", help="what they type to sign in")
        verb.add_argument(
            "--password-from-input",
            action="store_true",
            help="read the password from the first line of the input instead of asking",
        )


def _add_feeds(verbs: Any) -> None:
    feed = _verb(
        verbs,
        "feed",
        "agree with whoever sends readings",
        "Agrees on feeds and gives out their tokens, through the broker, which must be running.",
    )
    inner = feed.add_subparsers(metavar="VERB", required=True)
    put = _verb(inner, "put", "create a feed, or replace what was agreed about it")
    put.add_argument("file", type=Path, help="YAML or JSON file that describes the feed")
    put.set_defaults(run=run_feed_put)
    token = _verb(inner, "token", "give out a token for a feed; it is shown only once")
    token.add_argument("code", help="code of the region, for example 19.71")
    token.add_argument("feed", help="key of the feed")
    token.add_argument("--label", help="who gets it (default: the feed's key)")
    token.set_defaults(run=run_feed_token)
    revoke = _verb(inner, "revoke", "end a token at once")
    revoke.add_argument("code", help="code of the region")
    revoke.add_argument("key", help="key of the token, as it was told when it was given out")
    revoke.set_defaults(run=run_feed_revoke)


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    whole = argparse.ArgumentParser(
        prog="simpul",
        description="Runs a city's smart-city programme on the city's own live data.",
        epilog=EPILOG,
        formatter_class=Plain,
    )
    whole.add_argument("--version", action="version", version=f"simpul {simpul.__version__}")
    verbs = whole.add_subparsers(metavar="VERB", required=True)
    _add_serving(verbs)
    _add_upkeep(verbs)
    _add_first_steps(verbs)
    _add_feeds(verbs)
    _add_demo(verbs)
    return whole


def main(arguments: list[str] | None = None) -> int:
    """Run one command; the exit code."""
    given = parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s")
    run: Run = given.run
    try:
        return run(simpul_settings.read(), given)
    except SimpulError as error:
        print(f"simpul: {error.detail}", file=sys.stderr)
        for text in (text for texts in error.errors.values() for text in texts):
            print(f"  {text}", file=sys.stderr)
        return CANNOT
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
