"""The drawn pictures are files as a telephone makes them."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from PIL import Image

from simpul_demo import pictures
from simpul_demo.pictures import Shot


def shot(scene: str = "gauge") -> Shot:
    return Shot(
        scene=scene,
        title="Pos duga air terpasang",
        office="BPBD",
        taken_at=datetime(2026, 9, 1, 3, tzinfo=UTC),
        place=(106.10242, -2.13291),
    )


@pytest.mark.parametrize("scene", sorted(pictures.SCENES))
def test_every_scene_is_a_jpeg_of_moderate_size(scene: str) -> None:
    data = pictures.take(shot(scene))
    picture = Image.open(io.BytesIO(data))
    assert picture.format == "JPEG"
    assert picture.size == (pictures.WIDTH, pictures.HEIGHT)
    assert len(data) < 150_000


def test_time_and_place_stand_in_the_exif() -> None:
    exif = Image.open(io.BytesIO(pictures.take(shot()))).getexif()
    assert exif.get_ifd(0x8769)[0x9003] == "2026:09:01 10:00:00"
    gps = exif.get_ifd(0x8825)
    assert (gps[1], gps[3]) == ("S", "E")
    degrees, minutes, seconds = (float(part) for part in gps[2])
    assert degrees + minutes / 60 + seconds / 3600 == pytest.approx(2.13291, abs=1e-5)


def test_the_same_shot_gives_the_same_file() -> None:
    assert pictures.take(shot()) == pictures.take(shot())
    assert pictures.take(shot("river")) != pictures.take(shot("street"))
