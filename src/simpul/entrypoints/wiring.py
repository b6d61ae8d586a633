"""Joins the rooms: who offers knots, navigation, panels, search; which store serves which port."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings as django_settings
from django.utils.translation import gettext_lazy as _

import simpul.city.shell as city_shell
import simpul.desk.shell as desk_shell
import simpul.evaluation.derived as evaluation_derived
import simpul.evaluation.shell as evaluation_shell
import simpul.government.shell as government_shell
import simpul.indicators.shell as indicators_shell
import simpul.programme.shell as programme_shell
from simpul.city import ports
from simpul.city.knots import CityKnots
from simpul.desk import files, inbox, obligations, thread
from simpul.desk.knots import DeskKnots
from simpul.desk.papers import safe
from simpul.desk.permissions import owner_from
from simpul.entrypoints import data_wing, jobs
from simpul.entrypoints.settings import Settings, secret
from simpul.evaluation.knots import ItemKnots
from simpul.evaluation.operations import refresh_all
from simpul.government import panels as organisation_panels
from simpul.indicators import closing, live
from simpul.indicators.knots import IndicatorKnots
from simpul.indicators.knots import ties as indicators_ties
from simpul.insight import furnishing, searching
from simpul.insight import navigation as insight_navigation
from simpul.programme import duties
from simpul.programme.knots import ProgrammeKnots
from simpul.programme.knots import links as programme_links
from simpul.programme.permissions import owner_of as programme_owner_of
from simpul.web.registry import (
    Entry,
    Job,
    Panel,
    foot,
    navigate,
    search_in,
    show_panel,
    stream_from,
    visitor_from,
    walk_at,
)


def join() -> None:
    """Called once per process, when every room is loaded. Idempotent."""
    installation: Settings = django_settings.SIMPUL
    _government()
    _desk(installation)
    _city(installation)
    _indicators(installation)
    _programme()
    _evaluation()
    _insight(installation)


def _government() -> None:
    navigate(
        Entry(Job.MANAGE, _("Organisations"), government_shell.organisations_door, order=20),
        Entry(Job.MANAGE, _("My account"), government_shell.me_door, order=90),
    )


def _desk(installation: Settings) -> None:
    files.use(installation.files, limit=installation.upload_limit_mb * 1024 * 1024)
    passphrase = hashlib.sha256(b"authority" + secret(installation)).hexdigest().encode()
    safe.use(installation.data / "authority", passphrase)
    thread.register(DeskKnots())
    visitor_from(desk_shell.visitor)
    walk_at(desk_shell.walk_address)
    navigate(Entry(Job.HOME, _("Inbox"), desk_shell.inbox_door, order=60))
    organisation_panels.show_on_organisation(
        organisation_panels.Panel("desk.owes", desk_shell.owes, order=90)
    )


def _city(installation: Settings) -> None:
    wing = data_wing.open_ports(installation)
    ports.configure(ports.DataWing(wing.entities, wing.history, wing.feeds, wing.door))
    thread.register(CityKnots())
    navigate(*city_shell.ENTRIES)
    if installation.seal_after_h:
        sealer = data_wing.open_sealer(installation)
        jobs.add("seal days", sealer.seal_due, pause=timedelta(minutes=10))


def _indicators(installation: Settings) -> None:
    thread.register(IndicatorKnots(), steps_from=IndicatorKnots.steps_from)
    thread.links_from("indicators", indicators_ties)
    obligations.duties_from("indicators", closing.as_told)
    owner_from(indicators_shell.OWNED, indicators_shell.owner_of)
    inbox.show_subject(indicators_shell.SHOWN, indicators_shell.show)
    navigate(*indicators_shell.ENTRIES)
    follow = partial(live.follow_readings, interval_s=installation.live_interval_s)
    jobs.add("follow readings", follow, pause=timedelta(seconds=1))
    jobs.add("close periods", closing.close_periods, pause=timedelta(minutes=1))


def _programme() -> None:
    thread.register(ProgrammeKnots())
    thread.links_from("programme", programme_links)
    obligations.duties_from("programme", duties.as_told)
    owner_from(programme_shell.OWNED, programme_owner_of)
    inbox.show_subject(programme_shell.SHOWN, programme_shell.show)
    organisation_panels.show_on_organisation(
        organisation_panels.Panel("programme.led", programme_shell.led, order=20)
    )
    navigate(*programme_shell.ENTRIES)
    jobs.add("owe by the calendar", duties.by_calendar, pause=timedelta(minutes=30))


def _evaluation() -> None:
    thread.register(ItemKnots())
    thread.links_from("evaluation", evaluation_derived.ties)
    obligations.duties_from("evaluation", evaluation_derived.duties)
    navigate(
        Entry(Job.EVALUATION, _("Evaluation"), evaluation_shell.evaluations_door, order=10),
        Entry(Job.EVALUATION, _("Published results"), evaluation_shell.results_door, order=20),
        Entry(Job.EVALUATION, _("Instruments"), evaluation_shell.instruments_door, order=30),
    )
    show_panel(Panel("evaluation", evaluation_shell.results_panel, order=70, aside=True))
    search_in(_("Evaluation items"), evaluation_shell.search_items)
    jobs.add("look for proof", _look_for_proof, pause=timedelta(minutes=2))


def _look_for_proof(now: datetime) -> int:
    return refresh_all(now=now).changed


def _insight(installation: Settings) -> None:
    navigate(*insight_navigation.ENTRIES)
    foot(*insight_navigation.FOOT)
    for order, label, source in searching.SOURCES:
        search_in(label, source, order=order)
    stream = f"{installation.stream_url.rstrip('/')}/stream"
    stream_from(installation.stream_url, furnishing.streams(stream, secret(installation)))
