"""Addresses of evaluation."""

from __future__ import annotations

from django.urls import path

import simpul.web.converters  # noqa: F401  registers <region:…> and <key:…>
from simpul.evaluation.views import evaluations, instruments, items, results

_LIST = "<region:region>/evaluasi/"
_RESULTS = "<region:region>/evaluasi/hasil/"
_EVALUATION = "<region:region>/evaluasi/<key:key>/"
_ITEM = "<region:region>/penilaian/<key:key>/"
_INSTRUMENTS = "<region:region>/instrumen/"
_INSTRUMENT = "<region:region>/instrumen/<key:key>/"

urlpatterns = [
    path(_LIST, evaluations.listing, name="evaluations"),
    path(f"{_LIST}data.json", evaluations.listing_data),
    path(f"{_LIST}data.csv", evaluations.listing_data),
    path(_RESULTS, results.results, name="results"),
    path(f"{_RESULTS}data.json", results.results_data),
    path(f"{_RESULTS}data.csv", results.results_data),
    path(_EVALUATION, evaluations.evaluation, name="evaluation"),
    path(f"{_EVALUATION}data.json", evaluations.evaluation_data),
    path(f"{_EVALUATION}data.csv", evaluations.evaluation_data),
    path(f"{_EVALUATION}segarkan/", evaluations.refresh, name="evaluation-refresh"),
    path(_ITEM, items.item, name="evaluation-item"),
    path(f"{_ITEM}data.json", items.item_data),
    path(f"{_ITEM}data.csv", items.item_data),
    path(_INSTRUMENTS, instruments.listing, name="instruments"),
    path(_INSTRUMENT, instruments.instrument, name="instrument"),
    path(f"{_INSTRUMENT}data.json", instruments.instrument_data),
    path(f"{_INSTRUMENT}data.csv", instruments.instrument_data),
    path(f"{_INSTRUMENT}instrumen.json", instruments.instrument_body, name="instrument-body"),
]
