"""Addresses of the city's pages."""

from __future__ import annotations

from django.urls import path

import simpul.web.converters  # noqa: F401  registers <region:…> and <key:…>
from simpul.city import views

_OVERVIEW = "<region:region>/kota/"
_ENTITY = "<region:region>/entitas/<path:entity_id>/"
_READING = "<region:region>/bacaan/<key:key>/"
_FEED = "<region:region>/aliran/<key:key>/"

urlpatterns = [
    path(_OVERVIEW, views.overview, name="city-overview"),
    path(f"{_OVERVIEW}data.json", views.overview_data),
    path(f"{_OVERVIEW}data.csv", views.overview_data),
    path(f"{_ENTITY}data.json", views.entity_data),
    path(f"{_ENTITY}data.csv", views.entity_data),
    path(_ENTITY, views.entity, name="entity"),
    path(_READING, views.reading, name="reading"),
    path(f"{_READING}data.json", views.reading_data),
    path(f"{_READING}data.csv", views.reading_data),
    path(_FEED, views.feed, name="feed"),
    path(f"{_FEED}data.json", views.feed_data),
    path(f"{_FEED}data.csv", views.feed_data),
]
