"""The last Django app: once every room is loaded, it lets the wiring join them."""

from __future__ import annotations

from django.apps import AppConfig


class EntrypointsConfig(AppConfig):
    name = "simpul.entrypoints"
    label = "entrypoints"

    def ready(self) -> None:
        from simpul.entrypoints import wiring

        wiring.join()
