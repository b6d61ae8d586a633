"""Addresses of this room."""

from __future__ import annotations

from django.urls import path

from simpul.government import views
from simpul.kernel.ids import SEGMENTS, Kind

_OFFICES = f"<region:region>/{SEGMENTS[Kind.ORGANISATION]}/"

urlpatterns = [
    path("masuk/", views.sign_in, name="sign-in"),
    path("keluar/", views.sign_out, name="sign-out"),
    path("saya/", views.me, name="me"),
    path(_OFFICES, views.organisations, name="organisations"),
    path(f"{_OFFICES}data.json", views.organisations_data, name="organisations-json"),
    path(f"{_OFFICES}data.csv", views.organisations_data, name="organisations-csv"),
    path(f"{_OFFICES}<key:key>/", views.organisation, name="organisation"),
    path(f"<region:region>/{SEGMENTS[Kind.POST]}/<key:key>/", views.post, name="post"),
]
