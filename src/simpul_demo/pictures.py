"""Pictures as a clerk would send them: drawn, not photographed, with time and place inside.

Each shows a scene and a white board with what, where and when. The file carries the date, the
place and the make of a telephone in its EXIF, as a real one would, so that it can be seen that the
published copy has lost them.
"""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from PIL import Image, ImageDraw, ImageFont

from simpul_demo.world import ZONE

WIDTH, HEIGHT = 960, 720
HORIZON = 400
SKIN = ("#8d5a3b", "#a9714b", "#c58c63", "#6f4630")
CLOTHES = ("#4f6d7a", "#c06c54", "#6b8f71", "#8e6c88", "#d9a441", "#3f5a8a", "#b4656f")
Colour = str
_EXIF, _GPS = 0x8769, 0x8825


@dataclass(frozen=True, slots=True)
class Shot:
    """What is to be pictured. place: longitude, latitude."""

    scene: str
    title: str
    office: str
    taken_at: datetime
    place: tuple[float, float]


class Canvas:
    """A drawing surface with the things that scenes are made of."""

    def __init__(self, throw: random.Random) -> None:
        self.image = Image.new("RGB", (WIDTH, HEIGHT), "#dfe9ee")
        self.throw = throw
        self._draw = ImageDraw.Draw(self.image)

    def box(
        self, left: int, top: int, right: int, bottom: int, fill: Colour, round: int = 6
    ) -> None:
        self._draw.rounded_rectangle((left, top, right, bottom), round, fill=fill)

    def shape(self, points: list[tuple[int, int]], fill: Colour) -> None:
        self._draw.polygon(points, fill=fill)

    def disc(self, x: int, y: int, radius: int, fill: Colour) -> None:
        self._draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=fill)

    def write(self, x: int, y: int, text: str, size: int, fill: Colour = "#1d2a33") -> None:
        self._draw.text((x, y), text, font=ImageFont.load_default(size), fill=fill)

    def sky(self) -> None:
        """Daylight above the horizon, a sun, clouds, and hills behind."""
        for row in range(HORIZON):
            part = row / HORIZON
            colour = (int(150 + 70 * part), int(196 + 34 * part), int(226 + 12 * part))
            self._draw.line((0, row, WIDTH, row), fill=colour)
        self.disc(self.throw.randint(120, 820), self.throw.randint(70, 130), 42, "#fff3c9")
        for _ in range(4):
            x, y = self.throw.randint(0, WIDTH), self.throw.randint(50, 190)
            for step in range(4):
                self.disc(x + step * 34, y + (step % 2) * 8, 26, "#f4f8fa")
        self.shape(
            [(0, HORIZON), (0, 340), (260, 292), (560, 352), (960, 306), (960, HORIZON)], "#86a58c"
        )

    def room(self, wall: Colour) -> None:
        """A wall with windows, and a floor."""
        self.box(0, 0, WIDTH, 500, wall, 0)
        self.box(0, 500, WIDTH, HEIGHT, "#c9b79c", 0)
        for left in (90, 330, 570):
            self.box(left, 90, left + 170, 260, "#f7fbfc")
            self.box(left + 8, 98, left + 162, 252, "#b9d9e8", 2)
        self.box(0, 492, WIDTH, 504, "#a68d6c", 0)

    def person(self, x: int, foot: int, tall: int = 190) -> None:
        head = tall // 7
        clothes = self.throw.choice(CLOTHES)
        self.box(x - head - 6, foot - tall + 2 * head, x + head + 6, foot - tall // 3, clothes, 18)
        self.box(x - head, foot - tall // 3 - 8, x - 3, foot, "#2f3b45", 6)
        self.box(x + 3, foot - tall // 3 - 8, x + head, foot, "#2f3b45", 6)
        self._head(x, foot - tall + head, head)

    def _head(self, x: int, y: int, radius: int) -> None:
        """A face with short hair, or with a head scarf."""
        skin = self.throw.choice(SKIN)
        if self.throw.random() < 0.45:
            scarf = self.throw.choice(CLOTHES)
            self.disc(x, y, radius + 5, scarf)
            self.box(x - radius, y, x + radius, y + radius * 2, scarf, 14)
            self.disc(x, y + 2, radius - 5, skin)
            return
        self.disc(x, y, radius, skin)
        crown = (x - radius - 1, y - radius - 3, x + radius + 1, y + radius - 3)
        self._draw.pieslice(crown, 180, 360, fill=self.throw.choice(("#1c1c22", "#2a2320")))

    def people(self, xs: tuple[int, ...], foot: int, tall: int = 190) -> None:
        for x in xs:
            self.person(x + self.throw.randint(-12, 12), foot + self.throw.randint(-10, 10), tall)

    def table(self, left: int, right: int, top: int) -> None:
        self.box(left, top, right, top + 22, "#7c5f43")
        for leg in (left + 16, right - 32):
            self.box(leg, top + 20, leg + 16, top + 130, "#654c35", 2)

    def screen(self, left: int, top: int, width: int, line: Colour = "#2f7f79") -> None:
        """A display with a chart on it."""
        high = width * 9 // 16
        self.box(left - 8, top - 8, left + width + 8, top + high + 8, "#20292f")
        self.box(left, top, left + width, top + high, "#f2f6f5", 2)
        points = [
            (
                left + 12 + step * (width - 24) // 9,
                top + high - 16 - self.throw.randint(6, high - 40),
            )
            for step in range(10)
        ]
        self._draw.line(points, fill=line, width=4)

    def board(self, shot: Shot) -> None:
        """The white board in the foreground that says what, who, when and where."""
        local = shot.taken_at.astimezone(ZONE)
        self.box(36, 528, 660, 696, "#22303a", 10)
        self.box(44, 536, 652, 688, "#ffffff", 6)
        for number, line in enumerate(_wrap(shot.title, 46)[:2]):
            self.write(62, 548 + number * 32, line, 25)
        self.write(62, 616, shot.office, 22, "#44545f")
        where = f"{abs(shot.place[1]):.4f} LS  {shot.place[0]:.4f} BT"
        self.write(62, 648, f"{local:%d-%m-%Y  %H.%M} WIB   {where}", 20, "#44545f")


def _wrap(text: str, width: int) -> list[str]:
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) + 1 > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _office(canvas: Canvas) -> None:
    canvas.room("#e8e2d5")
    canvas.people((250, 510, 770), 500, 230)
    canvas.table(120, 840, 430)
    for left in (170, 430, 690):
        canvas.screen(left, 360, 110)


def _counter(canvas: Canvas) -> None:
    canvas.room("#dce7e4")
    canvas.people((250, 520, 760), 440)
    canvas.box(60, 380, 900, 500, "#2f7f79")
    canvas.box(60, 366, 900, 390, "#cfdcd9")
    canvas.people((390, 660), 560, 210)


def _class(canvas: Canvas) -> None:
    canvas.room("#efe7da")
    canvas.screen(350, 70, 280)
    canvas.person(270, 400, 200)
    canvas.people((150, 330, 520, 700, 850), 540, 170)
    canvas.table(80, 900, 470)


def _meeting(canvas: Canvas) -> None:
    canvas.room("#e3e6ec")
    canvas.people((140, 280, 420, 560, 700, 830), 470, 180)
    canvas.shape([(60, 500), (900, 500), (960, 600), (0, 600)], "#7c5f43")
    canvas.screen(640, 90, 220, "#c06c54")


def _street(canvas: Canvas) -> None:
    canvas.sky()
    canvas.box(0, HORIZON, WIDTH, HEIGHT, "#8f979b", 0)
    canvas.shape([(430, HORIZON), (530, HORIZON), (900, HEIGHT), (60, HEIGHT)], "#6d757a")
    for left, top, colour in ((40, 210, "#e6d3b3"), (210, 250, "#cfdcd9"), (700, 230, "#e2c6b9")):
        canvas.box(left, top, left + 150, HORIZON + 20, colour, 3)
        canvas.shape([(left - 10, top), (left + 160, top), (left + 75, top - 60)], "#9c4a3c")
    canvas.box(600, 200, 612, 470, "#3c4852", 2)
    canvas.box(560, 170, 660, 250, "#2f7f79")
    canvas.people((330, 760), 520)


def _river(canvas: Canvas) -> None:
    canvas.sky()
    canvas.box(0, HORIZON, WIDTH, HEIGHT, "#7f9b72", 0)
    canvas.shape([(380, HORIZON), (560, HORIZON), (980, HEIGHT), (180, HEIGHT)], "#8aa7ad")
    for step in range(14):
        y = HORIZON + 20 + step * 22
        x = canvas.throw.randint(360, 640)
        canvas.box(x, y, x + 60 + step * 4, y + 4, "#a9c2c6", 2)
    canvas.box(180, 372, 790, 396, "#b9b2a6", 2)
    canvas.people((140, 830), 520)


def _gauge(canvas: Canvas) -> None:
    _river(canvas)
    canvas.box(640, 180, 656, 520, "#e8edf0", 2)
    for step in range(11):
        colour = "#b3342d" if step % 2 else "#ffffff"
        canvas.box(636, 300 + step * 20, 660, 318 + step * 20, colour, 0)
    canvas.box(606, 150, 690, 206, "#3c4852")
    canvas.shape([(590, 150), (706, 150), (680, 116), (616, 116)], "#27415e")
    canvas.person(740, 540, 210)


def _control(canvas: Canvas) -> None:
    canvas.box(0, 0, WIDTH, HEIGHT, "#2c3740", 0)
    for left in (70, 370, 670):
        canvas.screen(left, 80, 230)
    canvas.screen(220, 260, 230, "#c06c54")
    canvas.screen(520, 260, 230)
    canvas.table(60, 900, 470)
    canvas.people((260, 520, 760), 560, 180)


def _market(canvas: Canvas) -> None:
    canvas.sky()
    canvas.box(0, HORIZON, WIDTH, HEIGHT, "#bca98a", 0)
    for left, colour in ((50, "#c06c54"), (350, "#2f7f79"), (650, "#d9a441")):
        canvas.box(left, 250, left + 250, 480, "#efe7da", 2)
        canvas.shape(
            [(left - 20, 260), (left + 270, 260), (left + 240, 190), (left + 10, 190)], colour
        )
        canvas.box(left + 10, 400, left + 240, 490, "#7c5f43")
        for step in range(6):
            canvas.disc(left + 40 + step * 34, 396, 15, canvas.throw.choice(CLOTHES))
        canvas.box(left + 196, 330, left + 236, 380, "#ffffff", 2)
    canvas.people((180, 470, 790), 560, 200)


def _clinic(canvas: Canvas) -> None:
    canvas.room("#e4eef0")
    canvas.screen(360, 80, 260)
    canvas.box(700, 120, 760, 180, "#ffffff")
    canvas.box(722, 128, 738, 172, "#2f8f5b", 2)
    canvas.box(708, 142, 752, 158, "#2f8f5b", 2)
    canvas.people((160, 300, 440, 700, 840), 520, 180)
    for left in (100, 250, 400):
        canvas.box(left, 440, left + 110, 470, "#5f7d95")


def _waste(canvas: Canvas) -> None:
    canvas.sky()
    canvas.box(0, HORIZON, WIDTH, HEIGHT, "#a9b58d", 0)
    for left, colour in ((120, "#2f8f5b"), (320, "#d9a441"), (520, "#3f5a8a"), (720, "#b4656f")):
        canvas.box(left, 340, left + 130, 500, colour, 12)
        canvas.box(left - 8, 326, left + 138, 350, "#3c4852")
    canvas.people((280, 480, 880), 540, 200)


SCENES: dict[str, Callable[[Canvas], None]] = {
    "office": _office,
    "counter": _counter,
    "class": _class,
    "meeting": _meeting,
    "street": _street,
    "river": _river,
    "gauge": _gauge,
    "control": _control,
    "market": _market,
    "clinic": _clinic,
    "waste": _waste,
}


def _degrees(value: float) -> tuple[Fraction, Fraction, Fraction]:
    seconds = round(abs(value) * 3600 * 100)
    return (
        Fraction(seconds // 360_000),
        Fraction(seconds // 6000 % 60),
        Fraction(seconds % 6000, 100),
    )


def _exif(shot: Shot) -> Image.Exif:
    """Date, place and telephone, as EXIF 2.3 has them."""
    local = shot.taken_at.astimezone(ZONE)
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "Simpul", "Kamera peragaan"
    inside = exif.get_ifd(_EXIF)
    inside[0x9003] = f"{local:%Y:%m:%d %H:%M:%S}"
    inside[0x9011] = f"{local:%z}"[:3] + ":" + f"{local:%z}"[3:]
    longitude, latitude = shot.place
    gps = exif.get_ifd(_GPS)
    gps[1], gps[2] = "S" if latitude < 0 else "N", _degrees(latitude)
    gps[3], gps[4] = "W" if longitude < 0 else "E", _degrees(longitude)
    return exif


def take(shot: Shot) -> bytes:
    """The picture as a JPEG file."""
    canvas = Canvas(random.Random(f"{shot.scene}:{shot.title}"))
    SCENES[shot.scene](canvas)
    canvas.board(shot)
    file = io.BytesIO()
    canvas.image.save(file, "JPEG", quality=82, exif=_exif(shot))
    return file.getvalue()
