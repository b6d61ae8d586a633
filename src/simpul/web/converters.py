"""Path converters: a region's code and an object's key as they stand in permanent addresses."""

from __future__ import annotations

from django.urls import register_converter

from simpul.kernel import ids


class RegionConverter:
    """An official code: PP, PP.KK, PP.KK.CC or PP.KK.CC.DDDD."""

    regex = r"\d{2}(?:\.\d{2}(?:\.\d{2}(?:\.\d{4})?)?)?"

    def to_python(self, value: str) -> str:
        if not ids.is_region_code(value):
            raise ValueError(value)
        return value

    def to_url(self, value: object) -> str:
        text = str(getattr(value, "code", value))
        if not ids.is_region_code(text):
            raise ValueError(text)
        return text


class KeyConverter:
    """The key of an object of the city hall: letters, digits and ``. _ ~ -``."""

    regex = ids.KEY.pattern

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: object) -> str:
        return str(value)


register_converter(RegionConverter, "region")
register_converter(KeyConverter, "key")
