from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from django.test import Client
from PIL import Image

from simpul.desk import errors, evidence, queries
from simpul.desk.models import Evidence, OutboxEvent
from simpul.government.access import STRANGER
from simpul.government.models import AuditRow
from simpul.kernel.ids import Kind, Urn
from tests import factories
from tests.desk.conftest import MakePicture
from tests.factories import NOW

pytestmark = pytest.mark.django_db

SUBJECT = Urn("19.71", Kind.UPDATE, "abc")
PDF = b"%PDF-1.7\n%%EOF"


def shown(client: Client, address: str) -> bytes:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return bytes(answer.content)


def add(data: bytes, *, by: object = STRANGER, **more: object) -> Evidence:
    facts = {"subject": SUBJECT, "region": factories.region(), "now": NOW, "title": "Lokasi"}
    return evidence.add_file(data, by=by, **facts | more)  # type: ignore[arg-type]


def test_a_picture_keeps_its_time_and_place_and_hides_them_from_the_public(
    picture: MakePicture,
) -> None:
    row = add(picture(), is_public=True)

    assert row.taken_at == datetime(2026, 11, 20, 2, 30, tzinfo=UTC)
    assert row.latitude == pytest.approx(-2.13)
    assert row.longitude == pytest.approx(106.11)
    public = shown(Client(), row.urn.address + "berkas/")
    assert b"Telepon Rahasia" not in public
    with Image.open(io.BytesIO(public)) as copy:
        assert not copy.getexif()
        assert copy.size == (1600, 800)
    assert row.original_id != row.published_id


def test_the_camera_is_believed_when_it_says_its_zone(picture: MakePicture) -> None:
    row = add(picture(offset="+09:00"))
    assert row.taken_at == datetime(2026, 11, 20, 0, 30, tzinfo=UTC)


def test_a_picture_that_says_nothing_is_taken_as_it_is(picture: MakePicture) -> None:
    row = add(picture(taken=None, place=None, kind="PNG", size=(300, 200)))
    assert (row.taken_at, row.latitude, row.longitude) == (None, None, None)
    assert row.published is not None
    assert row.published.media_type == "image/png"


def test_a_picture_held_sideways_stands_upright(picture: MakePicture) -> None:
    row = add(picture(size=(400, 200), orientation=6), is_public=True)
    with Image.open(io.BytesIO(shown(Client(), row.urn.address + "berkas/"))) as copy:
        assert copy.size == (200, 400)


def test_a_broken_picture_is_refused(picture: MakePicture) -> None:
    whole = picture()
    with pytest.raises(errors.BadPicture):
        add(whole[: len(whole) // 3])
    assert not Evidence.objects.exists()


def test_a_small_file_that_would_fill_the_memory_is_refused() -> None:
    out = io.BytesIO()
    Image.new("1", (9000, 9000)).save(out, "PNG")
    with pytest.raises(errors.BadPicture) as caught:
        add(out.getvalue())
    assert "terlalu banyak piksel" in caught.value.detail


def test_what_is_no_picture_is_not_taken_for_one() -> None:
    with pytest.raises(errors.BadPicture):
        evidence.add_picture(PDF, subject=SUBJECT, region=factories.region(), now=NOW, by=STRANGER)


def test_the_public_copy_of_a_pdf_is_the_pdf_once_somebody_marked_it_so() -> None:
    row = add(PDF)
    assert row.published is None
    evidence.open_to_public(evidence=row, now=NOW, by=STRANGER)
    assert row.published_id == row.original_id
    assert add(PDF, is_public=True).published_id == row.original_id


def test_a_table_has_no_copy_for_the_public() -> None:
    row = add(b"a,b\n1,2\n", is_public=True)
    assert row.published is None
    with pytest.raises(errors.NoPublicCopy):
        evidence.open_to_public(evidence=row, now=NOW, by=STRANGER)
    assert Client().get(row.urn.address + "berkas/").status_code == 404


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://a.id/", "bukan", "http://localhost"])
def test_a_link_leads_to_the_web(url: str) -> None:
    with pytest.raises(errors.BadLink):
        evidence.add_link(url, subject=SUBJECT, now=NOW, by=STRANGER)


def test_a_link_is_shown_as_a_link() -> None:
    factories.region()
    row = evidence.add_link(
        "https://pangkalpinangkota.go.id/berita/1",
        subject=SUBJECT,
        now=NOW,
        by=STRANGER,
        is_public=True,
    )
    assert b"https://pangkalpinangkota.go.id/berita/1" in shown(Client(), row.urn.address)


def test_adding_evidence_is_announced_and_written_down(picture: MakePicture) -> None:
    row = add(picture())
    assert AuditRow.objects.get(subject=str(row.urn)).facts["sha256"] == row.original_id
    event = OutboxEvent.objects.get(name="EvidenceAdded")
    assert event.facts["to"] == str(SUBJECT)


def test_the_original_is_for_those_inside_only(picture: MakePicture) -> None:
    office = factories.organisation()
    sender = factories.clerk(office)
    row = add(picture(), by=factories.walker(sender), is_public=True)
    original = row.urn.address + "asli/"

    assert b"Telepon Rahasia" in shown(factories.signed_in(sender), original)
    assert b"Telepon Rahasia" in shown(factories.signed_in(factories.smart_city_team()), original)
    other = factories.signed_in(factories.clerk(factories.organisation()))
    assert other.get(original).status_code == 404
    assert Client().get(original).status_code == 404
    page = shown(Client(), row.urn.address).decode()
    assert "asli/" not in page
    assert "2,13" not in page


def test_what_is_not_public_does_not_exist_for_a_stranger(picture: MakePicture) -> None:
    sender = factories.clerk()
    row = add(picture(), by=factories.walker(sender))
    for address in (row.urn.address, row.urn.address + "berkas/", row.urn.address + "asli/"):
        assert Client().get(address).status_code == 404
        assert factories.signed_in(sender).get(address).status_code == 200


def test_a_file_is_served_so_that_nothing_in_it_can_run(picture: MakePicture) -> None:
    row = add(picture(), is_public=True)
    answer = Client().get(row.urn.address + "berkas/")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["Content-Disposition"] == 'inline; filename="Lokasi.jpg"'
    assert answer["Cache-Control"] == "public, no-cache"
    table = add(b"a,b\n1,2\n", by=factories.walker(who := factories.clerk()), name="rekap.csv")
    sent = factories.signed_in(who).get(table.urn.address + "asli/")
    assert sent["Content-Disposition"] == 'attachment; filename="rekap.csv"'
    assert sent["Cache-Control"] == "private, no-store"


def test_a_file_that_is_there_already_is_not_sent_again(picture: MakePicture) -> None:
    row = add(picture(), is_public=True)
    address = row.urn.address + "berkas/"
    etag = Client().get(address)["ETag"]
    assert etag == f'"{row.published_id}"'
    again = Client().get(address, headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")


def test_the_office_decides_what_the_public_sees(picture: MakePicture) -> None:
    team = factories.signed_in(factories.smart_city_team())
    row = add(picture())
    address = row.urn.address + "umum/"

    assert Client().post(address, {"public": "1"}).status_code == 404
    assert team.post(address, {"public": "1"}).status_code == 302
    assert Client().get(row.urn.address).status_code == 200
    assert Client().post(address, {"public": "0"}).status_code == 401
    assert team.post(address, {"public": "0"}).status_code == 302
    assert Client().get(row.urn.address).status_code == 404


def test_evidence_is_found_by_what_it_proves(picture: MakePicture) -> None:
    hidden, public = add(picture()), add(PDF, is_public=True)
    other = Urn("19.71", Kind.UPDATE, "xyz")
    seen = queries.evidence_of([SUBJECT, other], STRANGER)
    assert seen == {SUBJECT: [public], other: []}
    team = factories.walker(factories.smart_city_team())
    assert queries.evidence_of([SUBJECT], team) == {SUBJECT: [hidden, public]}


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("C:\\foto\\lokasi.jpg", "lokasi.jpg"),
        ("../../etc/passwd", "passwd"),
        ("a" * 300, "a" * 200),
    ],
)
def test_only_the_last_part_of_a_file_name_is_kept(sent: str, kept: str) -> None:
    assert add(PDF, name=sent).original_name == kept
