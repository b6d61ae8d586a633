from __future__ import annotations

from django.apps import AppConfig


class GovernmentConfig(AppConfig):
    name = "simpul.government"
    label = "government"
