from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from PIL import ExifTags, Image

from simpul.desk import files

MakePicture = Callable[..., bytes]


@pytest.fixture(autouse=True)
def own_files(tmp_path: Path) -> Iterator[Path]:
    """A folder of its own for the files of each test; the installation's own comes back after."""
    before = files.store()
    files.use(tmp_path / "files", limit=1024 * 1024)
    yield tmp_path / "files"
    files.use(before.folder, limit=before.limit)


@pytest.fixture
def picture() -> MakePicture:
    """Makes pictures as a telephone would: with a time, a place and a maker written into them."""

    def make(
        *,
        size: tuple[int, int] = (2000, 1000),
        kind: str = "JPEG",
        taken: datetime | None = datetime(2026, 11, 20, 9, 30),
        offset: str = "",
        place: tuple[float, float] | None = (-2.13, 106.11),
        orientation: int = 1,
    ) -> bytes:
        image = Image.new("RGB", size, (40, 120, 90))
        exif = image.getexif()
        exif[ExifTags.Base.Make] = "Telepon Rahasia"
        exif[ExifTags.Base.Orientation] = orientation
        if taken is not None:
            details = exif.get_ifd(ExifTags.IFD.Exif)
            details[ExifTags.Base.DateTimeOriginal] = taken.strftime("%Y:%m:%d %H:%M:%S")
            if offset:
                details[ExifTags.Base.OffsetTimeOriginal] = offset
        if place is not None:
            latitude, longitude = place
            exif.get_ifd(ExifTags.IFD.GPSInfo).update(
                {
                    ExifTags.GPS.GPSLatitudeRef: "S" if latitude < 0 else "N",
                    ExifTags.GPS.GPSLatitude: _parts(latitude),
                    ExifTags.GPS.GPSLongitudeRef: "W" if longitude < 0 else "E",
                    ExifTags.GPS.GPSLongitude: _parts(longitude),
                }
            )
        out = io.BytesIO()
        image.save(out, kind, exif=exif)
        return out.getvalue()

    return make


def _parts(degrees: float) -> tuple[float, float, float]:
    """Degrees, minutes and seconds, as cameras write them."""
    whole = abs(degrees)
    minutes = (whole - int(whole)) * 60
    return (float(int(whole)), float(int(minutes)), round((minutes - int(minutes)) * 60, 4))
