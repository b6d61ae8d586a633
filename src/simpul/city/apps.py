from __future__ import annotations

from django.apps import AppConfig


class CityConfig(AppConfig):
    name = "simpul.city"
    label = "city"
