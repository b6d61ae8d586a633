"""Addresses of this room's pages."""

from __future__ import annotations

from django.urls import path

import simpul.web.converters  # noqa: F401  registers <region:…> and <key:…>
from simpul.indicators.views import entering, proofs, sheets
from simpul.kernel.ids import SEGMENTS, Kind

_LIST = f"<region:region>/{SEGMENTS[Kind.INDICATOR]}/"
_INDICATOR = f"{_LIST}<key:key>/"
_VALUE = f"<region:region>/{SEGMENTS[Kind.VALUE]}/<key:key>/"
_RUN = f"<region:region>/{SEGMENTS[Kind.RUN]}/<key:key>/"

urlpatterns = [
    path(_LIST, sheets.indicators, name="indicators"),
    path(f"{_LIST}data.json", sheets.indicators_data, name="indicators-json"),
    path(f"{_LIST}data.csv", sheets.indicators_data, name="indicators-csv"),
    path(_INDICATOR, sheets.indicator, name="indicator"),
    path(f"{_INDICATOR}data.json", sheets.indicator_data, name="indicator-json"),
    path(f"{_INDICATOR}data.csv", sheets.indicator_data, name="indicator-csv"),
    path(f"{_INDICATOR}isi/", entering.hand_in, name="indicator-hand-in"),
    path(_VALUE, proofs.value, name="value"),
    path(f"{_VALUE}data.json", proofs.value_data, name="value-json"),
    path(f"{_VALUE}data.csv", proofs.value_data, name="value-csv"),
    path(f"{_VALUE}reviu/", entering.review, name="value-review"),
    path(_RUN, proofs.run, name="run"),
    path(f"{_RUN}ulang/", proofs.repeat, name="run-repeat"),
    path(f"{_RUN}data.json", proofs.run_data, name="run-json"),
    path(f"{_RUN}data.csv", proofs.run_data, name="run-csv"),
]
