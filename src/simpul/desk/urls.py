"""Addresses of this room."""

from __future__ import annotations

from django.urls import path

from simpul.desk import views
from simpul.kernel.ids import SEGMENTS, Kind

_EVIDENCE = f"<region:region>/{SEGMENTS[Kind.EVIDENCE]}/<key:key>/"
_DOCUMENT = f"<region:region>/{SEGMENTS[Kind.DOCUMENT]}/<key:key>/"

urlpatterns = [
    path("kotak-masuk/", views.inbox_page, name="inbox"),
    path("<region:region>/telusur/", views.walk_page, name="walk"),
    path("<region:region>/telusur/data.json", views.walk_data, name="walk-json"),
    path("<region:region>/telusur/data.csv", views.walk_data, name="walk-csv"),
    path(_EVIDENCE, views.evidence_page, name="evidence"),
    path(f"{_EVIDENCE}berkas/", views.evidence_copy, name="evidence-copy"),
    path(f"{_EVIDENCE}asli/", views.evidence_original, name="evidence-original"),
    path(f"{_EVIDENCE}umum/", views.open_evidence, name="evidence-open"),
    path(_DOCUMENT, views.document_page, name="document"),
    path(f"{_DOCUMENT}berkas.pdf", views.document_file, name="document-file"),
]
