"""Reads a page as a tree."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.template import engines
from django.test import RequestFactory

from simpul.web.context import shell

VOID = {"meta", "link", "input", "br", "hr", "img"}


@dataclass
class Element:
    """One element with what is below it."""

    name: str
    attributes: dict[str, str]
    children: list[Element] = field(default_factory=list)
    pieces: list[str | Element] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join(self._raw.split())

    @property
    def _raw(self) -> str:
        return "".join(part if isinstance(part, str) else part._raw for part in self.pieces)

    @property
    def classes(self) -> list[str]:
        return self.attributes.get("class", "").split()

    def all(self, tag: str = "", /, **wanted: str) -> list[Element]:
        """Everything below that fits, in the order of the page. class_: one of its classes."""
        found = []
        for child in self.children:
            if (not tag or child.name == tag) and child._fits(wanted):
                found.append(child)
            found += child.all(tag, **wanted)
        return found

    def one(self, tag: str = "", /, **wanted: str) -> Element:
        (only,) = self.all(tag, **wanted)
        return only

    def _fits(self, wanted: dict[str, str]) -> bool:
        for key, value in wanted.items():
            if key == "class_":
                if value not in self.classes:
                    return False
            elif self.attributes.get(key.replace("_", "-")) != value:
                return False
        return True


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Element("page", {})
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        made = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(made)
        self._open[-1].pieces.append(made)
        if tag not in VOID:
            self._open.append(made)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        assert self._open[-1].name == tag, f"</{tag}> closes <{self._open[-1].name}>"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        self._open[-1].pieces.append(data)


def read(html: str | bytes) -> Element:
    """The page as a tree; fails where an element is not closed as it was opened."""
    reader = _Reader()
    reader.feed(html.decode() if isinstance(html, bytes) else html)
    reader.close()
    assert len(reader._open) == 1, f"<{reader._open[-1].name}> is never closed"
    return reader.root


def render(text: str, path: str = "/19.71/aksi/", **context: Any) -> Element:
    """What a template with our parts makes of `context`."""
    request = RequestFactory().get(path)
    whole = {"request": request, **shell(request), **context}
    return read(engines["django"].from_string("{% load simpul %}" + text).render(whole))


def twice(page: Element) -> list[str]:
    """The ids that stand more than once on a page."""
    counted = Counter(each.attributes["id"] for each in page.all() if "id" in each.attributes)
    return [name for name, count in counted.items() if count > 1]
