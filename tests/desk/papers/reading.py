"""Reads the words of a PDF as a reader would: page by page, with what signatures show."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils.reader import PdfFileReader

_STRING = re.compile(rb"\((?:[^()\\]|\\.)*\)", re.DOTALL)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_CONTROLS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_OPERATOR = re.compile(
    rb"/(?P<font>\w+) [\d.]+ Tf"
    rb"|/(?P<object>\w+) Do"
    rb"|(?P<shown>\[(?:[^\]()]|" + _STRING.pattern + rb")*\]|" + _STRING.pattern + rb")\s*T[jJ]",
    re.DOTALL,
)


def words(pdf: bytes) -> str:
    """The text of all pages; what is drawn in one go stands on one line."""
    pages = PdfFileReader(BytesIO(pdf)).root["/Pages"]["/Kids"]
    return "\n".join(line for page in list(pages) for line in _of_page(page.get_object()))


def _of_page(page: Any) -> Iterator[str]:
    yield from _of_stream(page["/Contents"], page)
    for annotation in page.get("/Annots", ()):
        shown = annotation.get_object()["/AP"]["/N"]
        yield from _of_stream(shown, shown)


def _of_stream(stream: Any, owner: Any) -> Iterator[str]:
    resources = _part(owner, "/Resources")
    fonts = {
        name: _letters(resources["/Font"][name]["/ToUnicode"].data)
        for name in _part(resources, "/Font")
    }
    letters: dict[int, str] = {}
    for each in _OPERATOR.finditer(stream.data):
        if each["font"]:
            letters = fonts["/" + each["font"].decode()]
        elif each["object"]:
            inner = resources["/XObject"]["/" + each["object"].decode()]
            yield from _of_stream(inner, inner)
        else:
            codes = b"".join(map(_unescaped, _STRING.findall(each["shown"])))
            yield _decode(codes, letters)


def _part(owner: Any, name: str) -> Any:
    """A part of a PDF dictionary, followed to where it is; `get` would not follow."""
    try:
        return owner[name]
    except KeyError:
        return {}


def _unescaped(text: bytes) -> bytes:
    """A PDF string without its parentheses and backslashes."""
    return _ESCAPE.sub(_meant, text[1:-1])


def _meant(escape: re.Match[bytes]) -> bytes:
    text = escape[1]
    if text.isdigit():
        return bytes([int(text, 8)])
    return _CONTROLS.get(text, text)


def _decode(codes: bytes, letters: dict[int, str]) -> str:
    pairs = (codes[at : at + 2] for at in range(0, len(codes), 2))
    return "".join(letters.get(int.from_bytes(pair, "big"), "?") for pair in pairs)


def _letters(cmap: bytes) -> dict[int, str]:
    """Which characters each glyph of a font stands for."""
    return {
        int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be")
        for code, text in re.findall(rb"^<([0-9A-F]{4})> <([0-9A-F]+)>$", cmap, re.MULTILINE)
    }
