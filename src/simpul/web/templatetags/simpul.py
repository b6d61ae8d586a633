"""The parts that every template may use: ``{% load simpul %}``.

Filters give plain text; tags give whole parts. Every part in every state stands on ``/desain/``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django import template
from django.forms import BaseForm, BoundField
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from django.utils.translation import gettext as _

from simpul.kernel.time import format_time
from simpul.web import charts, forms, icons, writing
from simpul.web.states import state as state_called
from simpul.web.threads import strands, walk_address

register = template.Library()


# --- filters -------------------------------------------------------------------------------


@register.filter
def number(value: object, decimals: int | str | None = None) -> str:
    """1.234,5 in Indonesian; ``|number:1`` rounds half up; nothing is a dash."""
    return writing.number(value, None if decimals in (None, "") else int(str(decimals)))


@register.filter
def rupiah(value: object) -> str:
    """Rp1.250.000"""
    return writing.rupiah(value)


@register.filter
def rupiah_short(value: object) -> str:
    """Rp1,3 miliar"""
    return writing.rupiah_short(value)


@register.filter
def day(value: date | datetime | None) -> str:
    """21 Nov 2026"""
    return writing.day(value)


@register.filter
def moment(value: datetime | None) -> str:
    """21 Nov 2026, 14.05 WIB, in the zone that is active for the request."""
    return writing.moment(value)


@register.filter
def clock(value: datetime) -> str:
    """14.05"""
    return writing.clock(value)


@register.filter
def ago(value: datetime | None) -> str:
    """5 minutes ago"""
    return writing.ago(value) if value else _("never")


# --- small parts ---------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon by its name in `web.icons`; with a label it speaks."""
    return icons.icon(name, label)


@register.simple_tag
def mark() -> SafeString:
    """Simpul's own mark: a knot in a red thread."""
    return icons.knot()


@register.simple_tag
def when(value: datetime | None) -> SafeString:
    """How long ago, with the exact moment behind it; a program reads the ``datetime``."""
    if value is None:
        return format_html('<span class="quiet">{}</span>', _("never"))
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        format_time(value),
        writing.moment(value),
        writing.ago(value),
    )


@register.simple_tag
def state(name: str, since: datetime | date | None = None) -> SafeString:
    """A state as a shape, a colour and a word; `since` says from when."""
    known = state_called(str(name))
    label = known.label
    if since is not None:
        text = writing.moment(since) if isinstance(since, datetime) else writing.day(since)
        label = _("%(state)s since %(moment)s") % {"state": known.label, "moment": text}
    return format_html(
        '<span class="state state--{}">{}{}</span>', known.tone, icons.shape(known.shape), label
    )


@register.simple_tag
def dimension(category: Any) -> SafeString:
    """The mark of a dimension and the name of the category, which may be a sub-dimension.

    category: has ``name`` and, where known, ``parent``; itself or an ancestor has ``mark``: 1 to 6,
    or the dimension's name.
    """
    if not category:
        return format_html('<span class="dimension quiet">{}</span>', _("no dimension"))
    mark = _mark_of(category)
    drawing = icons.dimension_mark(mark) if mark else ""
    return format_html('<span class="dimension">{}{}</span>', drawing, category.name)


def _mark_of(category: Any) -> int | None:
    place = category
    while place is not None:
        mark = icons.dimension_number(getattr(place, "mark", None))
        if mark:
            return mark
        place = getattr(place, "parent", None)
    return None


@register.inclusion_tag("web/parts/crumbs.html", takes_context=True)
def crumbs(context: template.Context, *steps: object) -> dict[str, Any]:
    """The way here: ``{% crumbs label address label address … %}``; the city stands first."""
    pairs = [
        (steps[place], steps[place + 1] if place + 1 < len(steps) else "")
        for place in range(0, len(steps), 2)
    ]
    return {"shell": context.get("shell"), "steps": pairs}


# --- numbers as pictures -------------------------------------------------------------------


@register.simple_tag
def spark(points: Iterable[Any], title: str = "") -> SafeString:
    """A line without axes. points: numbers, None for a gap, or objects with ``value``."""
    values = [getattr(point, "value", point) for point in points]
    return charts.sparkline(values, title=title or _("course"))


@register.simple_tag
def chart(
    actual: Sequence[charts.Point],
    target: Sequence[charts.Point] | None = None,
    title: str = "",
    unit: str = "",
    decimals: int | None = None,
) -> SafeString:
    """The actual course against the target path; both are lists of `web.charts.Point`."""
    return charts.track(
        actual, target or (), title=title or _("course"), unit=unit, decimals=decimals
    )


@register.simple_tag
def progress(percent: object, title: str = "", planned: object = None) -> SafeString:
    """A share of a whole as a line with its number; None is "not reported"."""
    return charts.progress(percent, title=title or _("progress"), planned=planned)


@register.simple_tag
def ring(percent: object, title: str = "") -> SafeString:
    """A share of a whole as a ring."""
    return charts.ring(percent, title=title or _("progress"))


@register.inclusion_tag("web/parts/data_links.html")
def data_links(url: str, method: str = "") -> dict[str, str]:
    """Doors to the same numbers as JSON and CSV. url: the page's own address, with its slash."""
    head, _mark, query = url.partition("?")
    base = head if head.endswith("/") else head.rsplit("/", 1)[0] + "/"
    tail = f"?{query}" if query else ""
    return {"json": f"{base}data.json{tail}", "csv": f"{base}data.csv{tail}", "method": method}


@register.simple_tag
def counts(parts: Iterable[charts.Part], title: str = "") -> SafeString:
    """How many are in which state: a bar, and each state with its count and word."""
    known = [part for part in parts if part.count]
    words = format_html_join(
        "",
        '<li class="state state--{}">{}<b>{}</b> {}</li>',
        (
            (found.tone, icons.shape(found.shape), writing.number(part.count), found.label)
            for part in known
            for found in (state_called(part.state),)
        ),
    )
    bar = charts.split(known, title=title or _("States"))
    return format_html('<div class="counts">{}<ul>{}</ul></div>', bar, words)


@register.simple_tag(takes_context=True)
def sort_head(context: template.Context, label: str, key: str, numeric: bool = False) -> SafeString:
    """A column's head that sorts by ``?urut=key``, and by ``?urut=-key`` when pressed again.

    A label with a percent sign reaches a tag doubled and untranslated; here it is looked up again.
    """
    if "%%" in label:
        label = _(label.replace("%%", "%"))
    request = context["request"]
    chosen = request.GET.get("urut", "")
    query = request.GET.copy()
    query["urut"] = f"-{key}" if chosen == key else key
    query.pop("hal", None)
    order = {key: "ascending", f"-{key}": "descending"}.get(chosen, "none")
    return format_html(
        '<th scope="col"{} aria-sort="{}"><a href="?{}">{}</a></th>',
        mark_safe(' class="num"') if numeric else "",
        order,
        query.urlencode(),
        label,
    )


@register.inclusion_tag("web/parts/pages.html", takes_context=True)
def pages(context: template.Context, page: Any) -> dict[str, Any]:
    """Previous and next of a ``django.core.paginator.Page``; the filter stays in the address."""
    query = context["request"].GET.copy()
    query.pop("hal", None)
    return {"page": page, "query": query.urlencode()}


@register.inclusion_tag("web/parts/density.html", takes_context=True)
def density(context: template.Context) -> dict[str, Any]:
    """The switch that lets the rows of tables stand closer."""
    return {"shell": context["shell"]}


# --- forms ---------------------------------------------------------------------------------


@register.simple_tag
def field(bound: BoundField) -> SafeString:
    """Label, help, error and input of one field, tied together for a screen reader."""
    return forms.field(bound)


@register.simple_tag
def error_summary(form: BaseForm | None) -> SafeString | str:
    """What is wrong in the form, each line a link to its field; nothing where nothing is wrong."""
    return forms.error_summary(form) if form is not None else ""


@register.filter
def fields(form: BaseForm) -> SafeString:
    """All fields of a form, one below the other."""
    return forms.fields(form)


# --- the thread ----------------------------------------------------------------------------


@register.inclusion_tag("web/parts/thread.html")
def thread(knots: Any, label: str = "") -> dict[str, Any]:
    """The red thread: where this object hangs. knots: a `desk.thread.Thread`, or None; label: its
    name for a screen reader, needed where a page has two."""
    return {
        "strands": strands(knots),
        "walk": walk_address(knots),
        "label": label or _("The red thread: where this hangs"),
    }


# --- live parts ----------------------------------------------------------------------------


class _Live(template.Node):
    def __init__(
        self, url: FilterExpression, topics: list[FilterExpression], inside: NodeList
    ) -> None:
        self._url, self._topics, self.nodelist = url, topics, inside

    def render(self, context: template.Context) -> SafeString:
        url = str(self._url.resolve(context))
        topics = " ".join(str(topic.resolve(context)) for topic in self._topics)
        name = self._name(context, topics)
        return format_html(
            '<div class="live" id="{0}" data-live="{1}" hx-get="{2}" hx-trigger="renew" '
            'hx-select="#{0}" hx-swap="outerHTML">{3}</div>',
            name,
            topics,
            url,
            self.nodelist.render(context),
        )

    def _name(self, context: template.Context, topics: str) -> str:
        """The same at every rendering; a second wrapper of the same topics is counted."""
        name = f"live-{slugify(topics.replace(':', '-').replace('.', '-'))[:80]}"
        page: Any = context.render_context
        taken = page.setdefault("live", {})
        taken[name] = taken.get(name, 0) + 1
        return name if taken[name] == 1 else f"{name}-{taken[name]}"


@register.tag
def live(parser: Parser, token: Token) -> _Live:
    """``{% live url topic … %}…{% endlive %}``: fetched anew when one of the topics changes.

    url: an address whose answer holds this same wrapper: the page itself, or a smaller page;
    topic: a URN. Without script, and without the stream, it is simply its content.
    """
    words = token.split_contents()[1:]
    if len(words) < 2:
        raise template.TemplateSyntaxError("live needs an address and at least one topic")
    inside = parser.parse(("endlive",))
    parser.delete_first_token()
    url, *topics = (parser.compile_filter(word) for word in words)
    return _Live(url, topics, inside)
