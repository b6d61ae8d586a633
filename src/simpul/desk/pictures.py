"""Pictures as evidence: what the camera wrote into them, and the copy that the public may see."""

from __future__ import annotations

import io
import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from PIL import ExifTags, Image, ImageOps

from simpul.desk.errors import BadPicture
from simpul.desk.media import PICTURES

LONGEST_SIDE = 1600
MOST_PIXELS = 60_000_000
"""More than any camera of an office takes; beyond it a small file could fill the memory."""
_QUALITY = 82


@dataclass(frozen=True, slots=True)
class Taken:
    """When and where a picture was taken, as far as it says. at: UTC; degrees in WGS 84."""

    at: datetime | None = None
    latitude: float | None = None
    longitude: float | None = None


NOTHING_TAKEN = Taken()


def taken(data: bytes, zone: ZoneInfo) -> Taken:
    """What the camera wrote. zone: what its clock showed where it does not say.

    Raises:
        BadPicture
    """
    with _Opened(data) as picture:
        exif = picture.getexif()
        details = exif.get_ifd(ExifTags.IFD.Exif)
        place = exif.get_ifd(ExifTags.IFD.GPSInfo)
        moment = details.get(ExifTags.Base.DateTimeOriginal) or exif.get(ExifTags.Base.DateTime)
        offset = details.get(ExifTags.Base.OffsetTimeOriginal)
    latitude, longitude = _position(place)
    return Taken(_moment(moment, offset, zone), latitude, longitude)


def published_copy(data: bytes) -> bytes:
    """The picture drawn anew: upright, at most 1,600 pixels long, and without anything hidden.

    Raises:
        BadPicture
    """
    with _Opened(data) as picture:
        kind = picture.format or "JPEG"
        upright = ImageOps.exif_transpose(picture)
        upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
        mode = "RGB" if kind == "JPEG" or "A" not in upright.getbands() else "RGBA"
        bare = Image.new(mode, upright.size)
        bare.paste(upright.convert(mode))
    out = io.BytesIO()
    bare.save(out, format=kind, quality=_QUALITY, optimize=True)
    return out.getvalue()


class _Opened:
    """A picture read to its end; whatever the reader stumbles over is a bad picture."""

    def __init__(self, data: bytes) -> None:
        try:
            self._picture = Image.open(io.BytesIO(data), formats=list(PICTURES))
            if self._picture.width * self._picture.height > MOST_PIXELS:
                raise BadPicture(_("This picture has too many pixels; send a smaller one."))
            self._picture.load()
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
            raise BadPicture from error

    def __enter__(self) -> Image.Image:
        return self._picture

    def __exit__(self, *_error: object) -> None:
        self._picture.close()


def _moment(text: Any, offset: Any, zone: ZoneInfo) -> datetime | None:
    """``2026:11:21 14:05:00`` with ``+07:00`` or in the zone, as UTC; None where it is no time."""
    try:
        local = datetime.strptime(str(text).strip("\0 "), "%Y:%m:%d %H:%M:%S")
    except ValueError:
        return None
    return local.replace(tzinfo=_offset(offset) or zone).astimezone(UTC)


def _offset(text: Any) -> timezone | None:
    try:
        hours, minutes = str(text).strip("\0 ").split(":")
        size = timedelta(hours=abs(int(hours)), minutes=int(minutes))
        return timezone(-size if hours.startswith("-") else size)
    except ValueError:
        return None


def _position(place: dict[int, Any]) -> tuple[float | None, float | None]:
    latitude = _degrees(place.get(ExifTags.GPS.GPSLatitude), place.get(ExifTags.GPS.GPSLatitudeRef))
    longitude = _degrees(
        place.get(ExifTags.GPS.GPSLongitude), place.get(ExifTags.GPS.GPSLongitudeRef)
    )
    if latitude is None or longitude is None or abs(latitude) > 90 or abs(longitude) > 180:
        return None, None
    return latitude, longitude


def _degrees(parts: Any, side: Any) -> float | None:
    """Degrees, minutes and seconds as one number; south and west are negative."""
    try:
        degrees, minutes, seconds = (float(part) for part in parts)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    size = degrees + minutes / 60 + seconds / 3600
    if not math.isfinite(size):
        return None
    return round(-size if str(side).strip("\0 ").upper() in {"S", "W"} else size, 7)
