"""A Typst template and data become a PDF/A-2b.

Data goes in as one JSON value and is shown as text: ``#``, ``*``, ``$`` and ``@`` in what people
wrote come out as they wrote them. The fonts are those that Typst carries inside (Libertinus
Serif, SIL Open Font License), so that a paper looks the same on every machine.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst

from simpul.desk.papers.errors import CannotTypeset

ROOT = Path(__file__).resolve().parents[2]
STANDARD: typst.PDFStandard = "a-2b"


@dataclass(frozen=True, slots=True)
class Area:
    """Where a signature is to stand. page: from 1; left, bottom, right, top in points from the
    lower left corner of that page."""

    name: str
    page: int
    left: float
    bottom: float
    right: float
    top: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.top - self.bottom


@dataclass(frozen=True, slots=True)
class Paper:
    """A typeset paper. areas: the signature areas of the template, in its order."""

    pdf: bytes
    areas: tuple[Area, ...]


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)


def typeset(template: Path, data: Mapping[str, Any], *, now: datetime) -> Paper:
    """Set `data` in `template`, a ``.typ`` file.

    Paths in the template begin at the package: ``#import "/desk/papers/parts.typ": data, paper``.
    data: JSON values; the template reads them with ``data()`` of those parts.
    now: aware; stands in the document as the time of its creation.

    Raises:
        CannotTypeset: the template does not fit the data.
    """
    inputs = {"data": json.dumps(data, ensure_ascii=False)}
    try:
        pdf = _compiler(template, inputs).compile(
            format="pdf", pdf_standards=[STANDARD], timestamp=int(now.timestamp())
        )
        found = _compiler(template, inputs).query("<signature-area>", field="value")
    except RuntimeError as error:
        raise CannotTypeset(f"{template.name}: {error}") from error
    if not isinstance(pdf, bytes):
        raise CannotTypeset(f"{template.name}: gave no single document")
    return Paper(pdf, tuple(_area(each) for each in json.loads(found)))


def _compiler(template: Path, inputs: dict[str, str]) -> typst.Compiler:
    """A compiler for one question: one that was given a text instead of a path answers no second
    one. What the first one worked out is remembered inside Typst."""
    return typst.Compiler(
        template.read_bytes(), root=str(ROOT), font_paths=_fonts(), sys_inputs=inputs
    )


def _area(found: dict[str, Any]) -> Area:
    """Typst measures from the upper left corner, PDF from the lower left one."""
    top = found["page-height"] - found["y"]
    return Area(
        name=found["name"],
        page=found["page"],
        left=found["x"],
        bottom=top - found["height"],
        right=found["x"] + found["width"],
        top=top,
    )
