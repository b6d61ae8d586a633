"""Every kind of page of the running city: where one of it stands, and who may see it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of page. role: who is to be signed in; empty for a stranger."""

    name: str
    path: str
    role: str = ""


PUBLIC = (
    Kind("home", "/"),
    Kind("sign-in", "/masuk/"),
    Kind("search", "/cari/?q=banjir"),
    Kind("city", "/19.71/"),
    Kind("commitment", "/19.71/komitmen/komitmen-2026/"),
    Kind("verification", "/19.71/komitmen/komitmen-2026/periksa/"),
    Kind("clause", "/19.71/butir/butir-1/"),
    Kind("plan", "/19.71/rencana/masterplan-2026-2030/"),
    Kind("actions", "/19.71/aksi/"),
    Kind("action", "/19.71/aksi/ss-qw/"),
    Kind("indicators", "/19.71/indikator/"),
    Kind("indicator", "/19.71/indikator/muka-air-rangkui/"),
    Kind("typed indicator", "/19.71/indikator/pedagang-qris/"),
    Kind("city data", "/19.71/kota/"),
    Kind("entity", "/19.71/entitas/urn:ngsi-ld:FloodMonitoring:19.71:RG-01/"),
    Kind("feed", "/19.71/aliran/duga-air-pintu-air/"),
    Kind("document", "/19.71/dokumen/perwal-masterplan/"),
    Kind("office", "/19.71/perangkat-daerah/bpbd/"),
)
SIGNED_IN = (
    Kind("inbox", "/kotak-masuk/", "operator.bpbd"),
    Kind("report", "/19.71/aksi/ss-04/lapor/", "operator.bpbd"),
    Kind("evaluation", "/19.71/evaluasi/evaluasi-smart-city/", "diskominfo"),
    Kind("item", "/19.71/penilaian/evaluasi-smart-city.1/", "diskominfo"),
)
EVERY = PUBLIC + SIGNED_IN
