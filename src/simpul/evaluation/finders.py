"""The four kinds of evidence query, against the rooms below.

Each counts what those rooms hold as a fact (adopted, with minutes, published, accepted) and names
every object that it counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from simpul.desk.models import Category, Document
from simpul.evaluation.evidence import Find, Finder, Parameters, Proof
from simpul.government.models import Region
from simpul.indicators.models import Indicator
from simpul.indicators.queries import PublishedValue, published_values
from simpul.programme.models import Action, Body, Meeting, Milestone, Update
from simpul.web import writing

NAMED = 3
"""How many objects a sentence names before it only counts them."""


def _span(year: int) -> tuple[date, date]:
    """First and last local day of a year."""
    return date(year, 1, 1), date(year, 12, 31)


def _faults(
    parameters: Parameters, known: Mapping[str, Callable[[object], bool]], required: Iterable[str]
) -> dict[str, str]:
    """What is wrong with parameters that must be among `known` and pass its tests."""
    found = {name: _("is not known to this kind of query.") for name in parameters}
    for name, passes in known.items():
        found.pop(name, None)
        if name in parameters and not passes(parameters[name]):
            found[name] = _("has a value that cannot be used.")
    missing = {name: _("is missing.") for name in required if not parameters.get(name)}
    return found | missing


def _named(labels: list[str]) -> str:
    """“a”, “b” and 4 more"""
    shown = ", ".join(f"“{label}”" for label in labels[:NAMED])
    more = len(labels) - NAMED
    if more <= 0:
        return shown
    rest = ngettext("%(shown)s and %(more)s more", "%(shown)s and %(more)s more", more)
    return rest % {"shown": shown, "more": more}


class AdoptedDocument:
    """Documents of a kind that are adopted and in force in the year. Measured: their number.

    Parameters: document_kind: of `desk.Document`; title: words that the title holds, optional.
    """

    def check(self, region: Region, parameters: Parameters) -> Mapping[str, str]:
        known = {
            "document_kind": lambda value: value in Document.DocumentKind.values,
            "title": lambda value: isinstance(value, str),
        }
        return _faults(parameters, known, ["document_kind"])

    def find(self, region: Region, year: int, parameters: Parameters) -> Find:
        first, last = _span(year)
        found = Document.objects.filter(region=region, adopted=True)
        found = found.filter(kind=parameters["document_kind"])
        found = found.annotate(begins=Coalesce("valid_from", "dated"))
        found = found.filter(Q(valid_to=None) | Q(valid_to__gte=first), begins__lte=last)
        if parameters.get("title"):
            found = found.filter(title__icontains=parameters["title"])
        rows = list(found.order_by("begins", "id"))
        proof = tuple(Proof(str(row.urn), self._label(row)) for row in rows)
        return Find(Decimal(len(rows)), proof, lambda: self._sentence(rows, year, parameters))

    def _label(self, row: Document) -> str:
        return f"{row.number}: {row.title}" if row.number else row.title

    def _sentence(self, rows: Sequence[Document], year: int, parameters: Parameters) -> str:
        kind = str(Document.DocumentKind(parameters["document_kind"]).label)
        if not rows:
            told = _("No adopted document of the kind “%(kind)s” in force in %(year)s was found.")
            return told % {"kind": kind, "year": year}
        told = ngettext(
            "%(count)s adopted document of the kind “%(kind)s” was in force in %(year)s: "
            "%(names)s.",
            "%(count)s adopted documents of the kind “%(kind)s” were in force in %(year)s: "
            "%(names)s.",
            len(rows),
        )
        names = _named([self._label(row) for row in rows])
        return told % {"count": len(rows), "kind": kind, "year": year, "names": names}


class MeetingsHeld:
    """Meetings of a body in the year that have minutes. Measured: their number.

    Parameters: body: of `programme.Body`.
    """

    def check(self, region: Region, parameters: Parameters) -> Mapping[str, str]:
        return _faults(parameters, {"body": lambda value: value in Body.values}, ["body"])

    def find(self, region: Region, year: int, parameters: Parameters) -> Find:
        held = Meeting.objects.filter(region=region, body=parameters["body"], held_on__year=year)
        rows = list(held.select_related("minutes").order_by("held_on", "id"))
        proven = [row for row in rows if row.minutes is not None]
        proof = tuple(Proof(str(row.urn), row.title) for row in proven)
        without = len(rows) - len(proven)
        return Find(
            Decimal(len(proven)),
            proof,
            lambda: self._sentence(proven, without, year, parameters["body"]),
        )

    def _sentence(self, rows: list[Meeting], without: int, year: int, body: str) -> str:
        name = str(Body(body).label)
        if rows:
            told = ngettext(
                "The %(body)s met %(count)s time in %(year)s with minutes, on %(day)s.",
                "The %(body)s met %(count)s times in %(year)s with minutes, last on %(day)s.",
                len(rows),
            )
        else:
            told = _("No meeting of the %(body)s in %(year)s with minutes was found.")
        day = writing.day(rows[-1].held_on) if rows else ""
        text = told % {"body": name, "count": len(rows), "year": year, "day": day}
        if not without:
            return text
        more = ngettext(
            "%(count)s meeting without minutes does not count.",
            "%(count)s meetings without minutes do not count.",
            without,
        )
        return f"{text} {more % {'count': without}}"


class IndicatorValues:
    """The published values of one indicator in the year, beside their targets.

    Parameters: indicator: key; measure: ``values`` (how many are published) or ``met`` (share of
    those with a target that meet it [%]).
    """

    MEASURES = ("values", "met")

    def check(self, region: Region, parameters: Parameters) -> Mapping[str, str]:
        known = {
            "indicator": lambda value: Indicator.objects.filter(region=region, key=value).exists(),
            "measure": lambda value: value in self.MEASURES,
        }
        return _faults(parameters, known, ["indicator"])

    def find(self, region: Region, year: int, parameters: Parameters) -> Find:
        indicator = Indicator.objects.get(region=region, key=parameters["indicator"])
        everywhere = published_values(region.code, indicator.urn, year=year)
        values = [value for value in everywhere if value.area == region.code]
        judged = [value for value in values if value.met is not None]
        met = sum(1 for value in judged if value.met)
        measured = Decimal(len(values))
        if parameters.get("measure") == "met":
            share = Decimal(100 * met) / len(judged) if judged else Decimal(0)
            measured = share.quantize(Decimal("0.01"))
        return Find(
            measured,
            tuple(Proof(str(value.urn), self._label(indicator, value)) for value in values),
            lambda: self._sentence(indicator, values, len(judged), met, year),
        )

    def _label(self, indicator: Indicator, value: PublishedValue) -> str:
        return f"{indicator.title}, {value.starts:%Y-%m}"

    def _sentence(
        self, indicator: Indicator, values: list[PublishedValue], judged: int, met: int, year: int
    ) -> str:
        if not values:
            told = _("“%(title)s” has no published value in %(year)s.")
            return told % {"title": indicator.title, "year": year}
        told = ngettext(
            "“%(title)s” has %(count)s published value in %(year)s, the last %(number)s %(unit)s",
            "“%(title)s” has %(count)s published values in %(year)s, the last %(number)s %(unit)s",
            len(values),
        )
        last = values[-1]
        number = writing.number(last.number, last.decimals)
        facts = {"title": indicator.title, "count": len(values), "year": year}
        text = (told % {**facts, "number": number, "unit": last.unit}).rstrip()
        if not judged:
            return _("%(text)s; there is no target.") % {"text": text}
        more = ngettext(
            "%(text)s; %(met)s of %(judged)s meets its target.",
            "%(text)s; %(met)s of %(judged)s meet their targets.",
            met,
        )
        return more % {"text": text, "met": met, "judged": judged}


class ActionsRunning:
    """Actions of the plan that ran in the year: an accepted update or a finished milestone in it.

    Parameters, all optional: dimension: key of a category, sub-dimensions included; kind and
    strand: as `programme.Action` has them; years_back: 1 looks at the year before; measure:
    ``count`` (that ran), ``share`` (of those planned for the year [%]), ``continued`` (that ran
    the year before too), ``new`` (that began in the year).
    """

    MEASURES = ("count", "share", "continued", "new")

    def check(self, region: Region, parameters: Parameters) -> Mapping[str, str]:
        known = {
            "dimension": lambda value: Category.objects.filter(key=value).exists(),
            "kind": lambda value: value in Action.ActionKind.values,
            "strand": lambda value: value in Action.Strand.values,
            "years_back": lambda value: value in (0, 1),
            "measure": lambda value: value in self.MEASURES,
        }
        return _faults(parameters, known, [])

    def find(self, region: Region, year: int, parameters: Parameters) -> Find:
        looked_at = year - int(parameters.get("years_back", 0))
        measure = parameters.get("measure", "count")
        planned = self._planned(region, looked_at, parameters)
        running = self._running(planned, looked_at)
        if measure == "continued":
            running = self._running(running, looked_at - 1)
        if measure == "new":
            running = running.filter(starts__gte=_span(looked_at)[0])
        rows, total = list(running), planned.count()
        measured = Decimal(len(rows))
        if measure == "share":
            share = Decimal(100 * len(rows)) / total if total else Decimal(0)
            measured = share.quantize(Decimal("0.01"))
        return Find(
            measured,
            tuple(Proof(str(row.urn), row.title) for row in rows),
            lambda: self._sentence(rows, total, looked_at, parameters),
        )

    def _planned(self, region: Region, year: int, parameters: Parameters) -> QuerySet[Action]:
        """Published actions whose time touches the year."""
        first, last = _span(year)
        found = Action.objects.filter(region=region, starts__lte=last, due__gte=first)
        found = found.exclude(state=Action.State.DRAFT)
        for name in ("kind", "strand"):
            if parameters.get(name):
                found = found.filter(**{name: parameters[name]})
        if parameters.get("dimension"):
            key = parameters["dimension"]
            found = found.filter(Q(categories__key=key) | Q(categories__parent__key=key))
        return found.distinct()

    def _running(self, actions: QuerySet[Action], year: int) -> QuerySet[Action]:
        reported = Update.objects.filter(
            action=OuterRef("pk"), state=Update.State.ACCEPTED, observed_on__year=year
        )
        finished = Milestone.objects.filter(action=OuterRef("pk"), done_on__year=year)
        return actions.filter(Exists(reported) | Exists(finished))

    def _sentence(self, rows: list[Action], total: int, year: int, parameters: Parameters) -> str:
        facts = {
            "what": self._what(parameters),
            "count": len(rows),
            "total": total,
            "year": year,
            "names": _named([row.title for row in rows]),
        }
        if not total:
            return _("No %(what)s were planned for %(year)s.") % facts
        if not rows:
            return self._nothing(parameters) % facts
        told = {
            "continued": _(
                "%(count)s of %(total)s %(what)s ran in %(year)s and the year before: %(names)s."
            ),
            "new": _("%(count)s of %(total)s %(what)s began and ran in %(year)s: %(names)s."),
        }
        ran = _("%(count)s of %(total)s %(what)s planned for %(year)s ran: %(names)s.")
        return told.get(parameters.get("measure", ""), ran) % facts

    def _nothing(self, parameters: Parameters) -> str:
        told = {
            "continued": _("None of %(total)s %(what)s ran both in %(year)s and the year before."),
            "new": _("None of %(total)s %(what)s began and ran in %(year)s."),
        }
        ran = _(
            "None of %(total)s %(what)s planned for %(year)s ran: there is no accepted update and "
            "no finished milestone."
        )
        return told.get(parameters.get("measure", ""), ran)

    def _what(self, parameters: Parameters) -> str:
        """What was looked at, as a noun: “actions (Smart Living, supporting applications)”."""
        noun = _("quick wins") if parameters.get("kind") == "quick_win" else _("actions")
        narrower = []
        if parameters.get("dimension"):
            category = Category.objects.filter(key=parameters["dimension"]).first()
            narrower.append(category.name if category else parameters["dimension"])
        if parameters.get("strand"):
            narrower.append(str(Action.Strand(parameters["strand"]).label))
        return f"{noun} ({', '.join(narrower)})" if narrower else noun


FINDERS: dict[str, Finder] = {
    "document": AdoptedDocument(),
    "meetings": MeetingsHeld(),
    "indicator": IndicatorValues(),
    "actions": ActionsRunning(),
}
