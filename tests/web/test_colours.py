"""The colours can be told apart: text from its ground, dimensions from each other.

Contrast after WCAG 2.2; seeing without one kind of cone after Machado, Oliveira and Fernandes,
"A Physiologically-based Model for Simulation of Color Vision Deficiency" (2009), at full severity;
distances in Oklab (Ottosson, 2020).
"""

from __future__ import annotations

import itertools
import math
import re
from pathlib import Path

import pytest

from simpul import web

SHEET = Path(web.__file__).parent / "static" / "simpul" / "tokens.css"
BLOCK = re.compile(r"(:root|\[data-theme=\"\w+\"\]) \{(.*?)\n\s*\}", re.S)
TOKEN = re.compile(r"--([\w-]+): (#[0-9a-f]{6});")

Colour = tuple[float, float, float]
Rows = tuple[Colour, Colour, Colour]

CONES: dict[str, Rows] = {
    "all cones": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def themes() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for name, body in BLOCK.findall(SHEET.read_text("utf-8")):
        found.setdefault(name, {}).update(TOKEN.findall(body))
    return {
        "light": found[":root"],
        "dark": found['[data-theme="dark"]'],
        "auto": found['[data-theme="auto"]'],
    }


THEMES = themes()


def linear(colour: str) -> Colour:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return red, green, blue


def luminance(colour: str) -> float:
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def times(rows: Rows, colour: Colour) -> Colour:
    a, b, c = (sum(x * y for x, y in zip(row, colour, strict=True)) for row in rows)
    return a, b, c


def oklab(colour: Colour) -> Colour:
    cones = times(
        (
            (0.4122214708, 0.5363325363, 0.0514459929),
            (0.2119034982, 0.6806995451, 0.1073969566),
            (0.0883024619, 0.2817188376, 0.6299787005),
        ),
        colour,
    )
    long, middle, short = (math.cbrt(cone) for cone in cones)
    return times(
        (
            (0.2104542553, 0.7936177850, -0.0040720468),
            (1.9779984951, -2.4285922050, 0.4505937099),
            (0.0259040371, 0.7827717662, -0.8086757660),
        ),
        (long, middle, short),
    )


def seen(colour: str, rows: Rows) -> Colour:
    red, green, blue = (min(1.0, max(0.0, part)) for part in times(rows, linear(colour)))
    return oklab((red, green, blue))


TEXT = ["ink", "quiet", "accent", "accent-deep", "good", "calm", "warn", "alert"]
ON = [
    *((text, ground) for text in TEXT for ground in ("paper", "raised", "sunk")),
    ("on-accent", "accent"),
    ("on-accent", "accent-deep"),
    ("accent-deep", "accent-wash"),
    ("quiet", "map-land"),
    *(("ink", wash) for wash in ("good-wash", "calm-wash", "warn-wash", "alert-wash", "glow")),
    *((tone, f"{tone}-wash") for tone in ("good", "calm", "warn", "alert")),
]
DRAWN = ["thread", "line", *(f"mark-{number}" for number in range(1, 7))]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), ON)
def test_text_stands_out_from_its_ground(theme: str, text: str, ground: str) -> None:
    tokens = THEMES[theme]
    assert contrast(tokens[text], tokens[ground]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", DRAWN)
def test_what_is_drawn_stands_out_from_the_paper(theme: str, name: str) -> None:
    tokens = THEMES[theme]
    assert contrast(tokens[name], tokens["paper"]) >= 3


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("cones", CONES)
def test_two_dimensions_never_look_the_same(theme: str, cones: str) -> None:
    marks = [seen(THEMES[theme][f"mark-{number}"], CONES[cones]) for number in range(1, 7)]
    assert min(math.dist(one, other) for one, other in itertools.combinations(marks, 2)) > 0.07


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_dimension_is_louder_than_another(theme: str) -> None:
    marks = [THEMES[theme][f"mark-{number}"] for number in range(1, 7)]
    lightness = [seen(mark, CONES["all cones"])[0] for mark in marks]
    assert max(lightness) - min(lightness) < 0.11


def test_the_devices_dark_is_the_chosen_dark() -> None:
    assert THEMES["auto"] == THEMES["dark"]
    assert set(THEMES["dark"]) == set(THEMES["light"])


def test_no_other_sheet_knows_a_colour_by_value() -> None:
    sheets = [path for path in SHEET.parent.glob("*.css") if path.name not in {SHEET.name}]
    found = {
        path.name: re.findall(r"#[0-9a-fA-F]{3,8}\b", path.read_text("utf-8"))
        for path in sheets
        if path.name != "print.css"
    }
    assert {name: colours for name, colours in found.items() if colours} == {}


def test_red_is_the_threads_alone() -> None:
    """`--thread` is used by the thread, the walk and the mark, and by nothing that says "bad"."""
    users = set()
    for path in SHEET.parent.glob("*.css"):
        text = re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.S)
        for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", text):
            if "var(--thread)" in body:
                users.add(selector.strip().splitlines()[-1].strip())
    assert all(re.match(r"\.(strand|thread|walk|knot|swatch--thread)", user) for user in users)


def test_paper_knows_no_dark() -> None:
    """Whatever theme is chosen, a print says the states in the light theme's colours."""
    printed = dict(TOKEN.findall((SHEET.parent / "print.css").read_text("utf-8")))
    tones = ["good", "calm", "warn", "alert", *(f"mark-{number}" for number in range(1, 7))]
    assert {tone: printed[tone] for tone in tones} == {
        tone: THEMES["light"][tone] for tone in tones
    }
    coloured = set(THEMES["light"]) - {name for name in THEMES["light"] if name.endswith("-wash")}
    assert coloured - set(printed) <= {"on-accent", "glow"}
