"""Addresses of the shell."""

from __future__ import annotations

from django.urls import path

import simpul.web.converters  # noqa: F401  registers <region:…> and <key:…>
from simpul.web import views

urlpatterns = [
    path("tampilan/bahasa/", views.choose_language, name="choose-language"),
    path("tampilan/tema/", views.choose_theme, name="choose-theme"),
    path("tampilan/kerapatan/", views.choose_density, name="choose-density"),
    path("tampilan/tiket/", views.ticket, name="stream-ticket"),
    path("desain/", views.design, name="design"),
]
