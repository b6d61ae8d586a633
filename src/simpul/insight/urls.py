"""Addresses of the pages across rooms."""

from __future__ import annotations

from django.urls import path

import simpul.web.converters  # noqa: F401  registers <region:…> and <key:…>
from simpul.insight import views

urlpatterns = [
    path("", views.home, name="home"),
    path("tentang/", views.about, name="about"),
    path("cari/", views.search, name="search"),
    path("wilayah/", views.region_list, name="regions"),
    path("wilayah/data.json", views.region_list_data),
    path("wilayah/data.csv", views.region_list_data),
    path("<region:region>/", views.region_page, name="region"),
    path("<region:region>/data.json", views.region_data),
    path("<region:region>/data.csv", views.region_data),
    path("<region:region>/ubin/<key:key>/", views.tile, name="tile"),
    path("<region:region>/wilayah/<region:code>/", views.part, name="region-part"),
]
