from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from simpul.desk import documents, errors, files, queries
from simpul.desk.models import Document
from simpul.government.access import STRANGER
from simpul.kernel.ids import Kind, Urn
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\n%%EOF"


def decree(*, is_public: bool = True, data: bytes = PDF) -> Document:
    return documents.add_document(
        region=factories.region(),
        kind=documents.DocumentKind.DECREE,
        title="SK Tim Pelaksana Smart City",
        number="188.45/123/2026",
        dated=date(2026, 2, 3),
        file=files.keep(data, now=NOW),
        is_public=is_public,
        now=NOW,
    )


def test_a_public_document_is_read_by_everybody() -> None:
    row = decree()
    page = Client().get(row.urn.address).content.decode()
    assert "188.45/123/2026" in page
    assert "3 Feb 2026" in page
    sent = Client().get(row.urn.address + "berkas.pdf")
    assert sent.content == PDF
    assert sent["Content-Type"] == "application/pdf"
    assert 'filename="188.45/123/2026.pdf"' in sent["Content-Disposition"]


def test_an_internal_document_is_for_those_who_may_look_inside() -> None:
    row = decree(is_public=False)
    assert Client().get(row.urn.address).status_code == 404
    assert Client().get(row.urn.address + "berkas.pdf").status_code == 404
    team = factories.signed_in(factories.smart_city_team())
    assert team.get(row.urn.address + "berkas.pdf").content == PDF


def test_a_document_can_be_known_before_its_file() -> None:
    row = documents.add_document(
        region=factories.region(), kind="perda", title="Perda tanpa berkas", now=NOW
    )
    assert Client().get(row.urn.address).status_code == 200
    assert Client().get(row.urn.address + "berkas.pdf").status_code == 404


def test_a_documents_file_is_a_pdf() -> None:
    with pytest.raises(errors.FileNotAccepted):
        decree(data=b"a,b\n1,2\n")


def test_a_replaced_file_leaves_the_former_one_kept() -> None:
    row = decree()
    former = row.file
    documents.replace_file(document=row, file=files.keep(PDF + b"\n", now=NOW), now=NOW)
    assert former is not None
    assert files.content(former) == PDF
    assert Client().get(row.urn.address + "berkas.pdf").content == PDF + b"\n"


def test_a_draft_comes_into_force_with_number_and_date() -> None:
    row = documents.add_document(region=factories.region(), kind="perda", title="Perda", now=NOW)
    documents.adopt(document=row, number="5/2026", dated=date(2026, 5, 1), now=NOW)
    row.refresh_from_db()
    assert (row.adopted, row.number, row.valid_from) == (True, "5/2026", date(2026, 5, 1))


def test_documents_are_found_by_what_they_are_about() -> None:
    about = Urn("19.71", Kind.COMMITMENT, "k1")
    row = documents.add_document(
        region=factories.region(), kind="mou", title="MoU", subject=about, now=NOW
    )
    hidden = documents.add_document(
        region=factories.region(), kind="mou", title="X", subject=about, is_public=False, now=NOW
    )
    assert queries.documents_of(about, STRANGER) == [row]
    team = factories.walker(factories.smart_city_team())
    assert set(queries.documents_of(about, team)) == {row, hidden}
