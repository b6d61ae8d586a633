"""Our own small drawings: icons of 20 units in stroke, state shapes of 12 units, the mark.

Each is the inside of an ``<svg>``; colours come from the style sheet (``currentColor``).
"""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

ICONS: dict[str, str] = {
    "home": '<path d="M3.5 9 10 3.5 16.5 9v7.5H12v-4.5H8v4.5H3.5z"/>',
    "programme": '<path d="m10 3.5 7 3.5-7 3.5L3 7zM3 10.5l7 3.5 7-3.5M3 14l7 3.5 7-3.5"/>',
    "evaluation": '<path d="M10 3.5v13M6 16.5h8M4 5.5h12M4 5.5l-2 5h4zM16 5.5l-2 5h4z"/>',
    "city": '<path d="M3 16.5h14M4.5 16.5v-8h5v8M9.5 16.5v-13h6v13M6.5 11.5h1M6.5 14h1M12 6.5h1'
    'M12 9.5h1M12 12.5h1"/>',
    "services": '<path d="M3.5 4.5h13v9h-7l-3.5 3v-3H3.5zM7 8h6M7 10.5h3.5"/>',
    "data": '<path d="M3.5 4h13v12.5h-13zM3.5 8h13M3.5 12.2h13M8.5 8v8.5"/>',
    "manage": '<path d="M3 6h8M15 6h2M3 14h2M9 14h8"/><circle cx="13" cy="6" r="2"/>'
    '<circle cx="7" cy="14" r="2"/>',
    "inbox": '<path d="M3.5 11 5.5 4h9l2 7v5.5h-13zM3.5 11H7l1.2 2h3.6L13 11h3.5"/>',
    "search": '<circle cx="8.8" cy="8.8" r="5"/><path d="m12.6 12.6 4 4"/>',
    "sun": '<circle cx="10" cy="10" r="3.2"/><path d="M10 2.5v2M10 15.5v2M2.5 10h2M15.5 10h2'
    'M4.7 4.7l1.4 1.4M13.9 13.9l1.4 1.4M4.7 15.3l1.4-1.4M13.9 6.1l1.4-1.4"/>',
    "moon": '<path d="M16.5 11.8A6.8 6.8 0 0 1 8.2 3.5a6.8 6.8 0 1 0 8.3 8.3z"/>',
    "device": '<path d="M3.5 4h13v9h-13zM7.5 16.5h5M10 13v3.5"/>',
    "person": '<circle cx="10" cy="7" r="3.2"/><path d="M3.8 16.8c.8-3.2 3.2-4.8 6.2-4.8s5.4 1.6 '
    '6.2 4.8"/>',
    "menu": '<path d="M3.5 5.5h13M3.5 10h13M3.5 14.5h13"/>',
    "close": '<path d="m5 5 10 10M15 5 5 15"/>',
    "right": '<path d="m8 4.5 5.5 5.5L8 15.5"/>',
    "left": '<path d="M12 4.5 6.5 10l5.5 5.5"/>',
    "down": '<path d="m4.5 7.5 5.5 5.5 5.5-5.5"/>',
    "arrow": '<path d="M3.5 10h13M11.5 5l5 5-5 5"/>',
    "download": '<path d="M10 3.5v9M6 9l4 4 4-4M3.5 16.5h13"/>',
    "external": '<path d="M8 4.5H3.5v12h12V12M11 3.5h5.5V9M16.5 3.5 9 11"/>',
    "camera": '<path d="M3 6.5h3.2l1.3-2h5l1.3 2H17v9.5H3z"/><circle cx="10" cy="11" r="2.8"/>',
    "pin": '<path d="M10 17.2c3.7-4 5.5-6.7 5.5-9A5.5 5.5 0 0 0 4.5 8.2c0 2.3 1.8 5 5.5 9z"/>'
    '<circle cx="10" cy="8.2" r="1.9"/>',
    "clock": '<circle cx="10" cy="10" r="6.7"/><path d="M10 6v4.2l2.8 1.8"/>',
    "calendar": '<path d="M3.5 5h13v11.5h-13zM3.5 8.5h13M7 3v3.5M13 3v3.5"/>',
    "check": '<path d="m4 10.5 4 4 8-9"/>',
    "link": '<path d="M8.5 11.5 11.5 8.5M9 6.2l1.7-1.7a3.4 3.4 0 0 1 4.8 4.8L13.8 11M11 '
    '13.8l-1.7 1.7a3.4 3.4 0 0 1-4.8-4.8L6.2 9"/>',
    "file": '<path d="M5 3h6.5L15 6.5V17H5zM11.5 3v3.5H15M7.5 10.5h5M7.5 13.5h5"/>',
    "seal": '<circle cx="10" cy="8" r="4.8"/><path d="m8 8 1.5 1.5L12.3 6.7M7.2 12l-1.2 '
    '5 4-2 4 2-1.2-5"/>',
    "plus": '<path d="M10 4v12M4 10h12"/>',
    "globe": '<circle cx="10" cy="10" r="6.7"/><path d="M3.3 10h13.4M10 3.3c4 4 4 9.4 0 13.4'
    'M10 3.3c-4 4-4 9.4 0 13.4"/>',
    "drop": '<path d="M10 3c3.3 4 5 6.6 5 8.8a5 5 0 0 1-10 0C5 9.6 6.7 7 10 3z"/>',
    "edit": '<path d="M4 16l.8-3.5L13 4.3l2.7 2.7-8.2 8.2z"/>',
    "filter": '<path d="M3 5h14M6 10h8M8.5 15h3"/>',
    "warning": '<path d="M10 3.5 17.5 16.5h-15zM10 8v4M10 14v.6"/>',
    "info": '<circle cx="10" cy="10" r="6.7"/><path d="M10 9.3v4.2M10 6.3v.7"/>',
    "people": '<circle cx="7.5" cy="7" r="2.7"/><path d="M2.8 15.8c.5-2.7 2.2-4.2 4.7-4.2s'
    '4.2 1.5 4.7 4.2M12.5 4.6a2.7 2.7 0 0 1 0 4.8M14 11.9c1.7.600 2.8 2 3.2 3.9"/>',
    "target": '<circle cx="10" cy="10" r="6.7"/><circle cx="10" cy="10" r="3.3"/>'
    '<path d="M10 9.9v.2"/>',
    "chart": '<path d="M3.5 3.5v13h13M6.5 13l3-4 2.5 2 4-5.5"/>',
    "sigma": '<path d="M14.5 6.5v-3h-9l5 6.5-5 6.5h9v-3"/>',
    "leave": '<path d="M11 3.5H4v13h7M8 10h9M13.5 6.5 17 10l-3.5 3.5"/>',
    "map": '<path d="M3 5.5 7.5 3.5l5 2 4.5-2v11l-4.5 2-5-2-4.5 2zM7.5 3.5v11M12.5 5.5v11"/>',
}

SHAPES: dict[str, str] = {
    "disc": '<circle cx="6" cy="6" r="4.5" class="fill"/>',
    "half": '<circle cx="6" cy="6" r="4.2"/><path d="M6 1.8a4.2 4.2 0 0 0 0 8.4z" class="fill"/>',
    "ring": '<circle cx="6" cy="6" r="4.2"/>',
    "dashed": '<circle cx="6" cy="6" r="4.2" class="dash"/>',
    "clock": '<circle cx="6" cy="6" r="4.5"/><path d="M6 3.4V6l1.9 1.3"/>',
    "hourglass": '<path d="M2.8 1.5h6.4L6 6l3.2 4.5H2.8L6 6z"/><path d="M4.3 10.5 6 8l1.7 2.5z"'
    ' class="fill"/>',
    "pen": '<path d="m2 10 .6-2.6L8.4 1.6l2 2-5.8 5.8z"/>',
    "triangle": '<path d="M6 1.5 11 10.5H1z" class="fill"/>',
    "square": '<path d="M2.5 2.5h7v7h-7z"/>',
    "chevron": '<path d="M2 8.5 6 3l4 5.5"/>',
    "play": '<path d="M3.5 2 10 6l-6.5 4z" class="fill"/>',
    "check": '<path d="m1.8 6.4 2.9 3 5.5-6.6" class="bold"/>',
    "cross": '<path d="m2.5 2.5 7 7M9.5 2.5l-7 7" class="bold"/>',
    "slash": '<circle cx="6" cy="6" r="4.2"/><path d="m3 9 6-6"/>',
    "arrow": '<path d="M1.5 6h9M7 2.5 10.5 6 7 9.5"/>',
    "back": '<path d="M10.5 6h-9M5 2.5 1.5 6 5 9.5"/>',
    "question": '<path d="M3.5 4.2C3.5 2.6 4.6 1.7 6 1.7s2.5.900 2.5 2.2C8.5 5.5 6 5.6 6 7.6'
    'M6 9.7v.6"/>',
    "envelope": '<path d="M1.5 3h9v6.5h-9zM1.5 3.3 6 6.8l4.5-3.5"/>',
    "seal": '<circle cx="6" cy="6" r="4.7" class="fill"/><path d="m3.9 6.1 1.5 1.5 2.7-3.1"'
    ' class="cut"/>',
}

# One shape for each dimension, so that a hue never stands alone.
DIMENSIONS: tuple[str, ...] = (
    '<path d="M7 1.5 12.5 7 7 12.5 1.5 7z"/>',
    '<path d="M7 1.3 8.8 5l4 .6-2.9 2.8.700 4L7 10.5l-3.6 1.9.700-4L1.2 5.6l4-.6z"/>',
    '<path d="M2 8h2.6v4.5H2zM5.7 5h2.6v7.5H5.7zM9.4 1.5H12v11H9.4z"/>',
    '<path d="M7 12.3C3 9.3 1.3 7.2 1.3 5A2.9 2.9 0 0 1 7 4a2.9 2.9 0 0 1 5.7 1c0 2.2-1.7 '
    '4.3-5.7 7.3z"/>',
    '<circle cx="7" cy="3.7" r="2.5"/><path d="M1.8 12.5c.4-3.4 2.5-5 5.2-5s4.8 1.6 5.2 5z"/>',
    '<path d="M12.3 1.7C6 1.7 2 4 2 8c0 1 .2 1.8.600 2.5L1.5 12l1 .9 1.2-1.3c.8.5 1.7.700 2.7.700 '
    '4.5 0 5.9-5 5.9-10.6z"/>',
)

DIMENSION_NAMES = ("governance", "branding", "economy", "living", "society", "environment")

# An overhand knot in a thread that comes in from the left and goes on to the right: the mark.
KNOT = (
    '<path d="M1 26C9 26 11 17.5 16 11.5c3.5-4.2 7.5-6.5 10-4.8s1 6.3-1.5 9.5S19.3 20.5 16 '
    '20.5 9.7 19 7.5 16.2C5 13 3.5 8.5 6 6.7s6.5.6 10 4.8C21 17.5 23 26 31 26"/>'
)


def icon(name: str, label: str = "") -> SafeString:
    """An icon of 20 px; with a label it speaks, without one it is decoration.

    Raises:
        KeyError: no icon has this name.
    """
    return _svg("icon", 20, ICONS[name], label)


def shape(name: str) -> SafeString:
    """A state's shape of 12 px, decoration beside its word."""
    return _svg("shape", 12, SHAPES[name], "")


def dimension_mark(number: int) -> SafeString:
    """The mark of dimension `number`, counted from 1; decoration beside its name."""
    place = (number - 1) % len(DIMENSIONS)
    return _svg(f"mark mark--{place + 1}", 14, DIMENSIONS[place], "")


def knot() -> SafeString:
    """The mark: a knot in a red thread; decoration beside the name."""
    return _svg("knot", 32, KNOT, "")


def dimension_number(mark: object) -> int | None:
    """The place of a dimension's mark: 1 to 6 as it is, or by the dimension's name."""
    text = str(mark or "")
    if text.isdigit() and int(text) > 0:
        return int(text)
    return DIMENSION_NAMES.index(text) + 1 if text in DIMENSION_NAMES else None


def _svg(name: str, size: int, inside: str, label: str) -> SafeString:
    drawing = mark_safe(inside)
    if label:
        return format_html(
            '<svg class="{}" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>',
            name, size, size, label, drawing,
        )  # fmt: skip
    return format_html(
        '<svg class="{}" viewBox="0 0 {} {}" aria-hidden="true" focusable="false">{}</svg>',
        name, size, size, drawing,
    )  # fmt: skip
