"""The clerk's form on a phone, and the checker's page, through HTTP."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from simpul.desk.models import Evidence
from simpul.government.models import AuditRow
from simpul.programme import operations
from simpul.programme.models import Action, Update
from tests import factories as city
from tests.factories import NOW, TODAY
from tests.programme import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("papers", "at_noon")]


def picture(name: str = "tiang.jpg", colour: str = "teal") -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/jpeg")


class Clerk:
    """A clerk with the report form of an action open."""

    def __init__(self, action: Action) -> None:
        self.action = action
        self.account = city.clerk(action.lead)
        self.client = city.signed_in(self.account)
        self.address = f"{action.urn.address}lapor/"
        page = self.client.get(self.address)
        assert page.status_code == 200
        self.key = hidden(page.content.decode())

    def send(self, **said: object) -> object:
        typed: dict[str, object] = {
            "key": self.key,
            "percent": "45",
            "text": "Delapan pos berdiri.",
            "observed_on": TODAY.isoformat(),
            "public": "on",
        }
        return self.client.post(self.address, typed | said)


def hidden(page: str) -> str:
    found = re.search(r'name="key" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def page_of(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined,no-any-return]


def status_of(answer: object) -> int:
    return answer.status_code  # type: ignore[attr-defined,no-any-return]


# -- reporting -----------------------------------------------------------------------------


def test_a_report_with_a_picture_from_the_phone() -> None:
    clerk = Clerk(make.action())

    answer = clerk.send(camera=picture())

    update = Update.objects.get()
    assert answer.headers["Location"] == clerk.action.urn.address  # type: ignore[attr-defined]
    evidence = Evidence.objects.get(subject=str(update.urn))
    assert (evidence.kind, evidence.original_name) == ("picture", "tiang.jpg")
    assert not evidence.is_public
    after = page_of(clerk.client.get(clerk.action.urn.address))
    assert "Laporan Anda 45% tersimpan. Selanjutnya" in after or "tersimpan" in after
    assert update.urn.address in after


def test_the_form_asks_for_the_camera_and_for_numbers() -> None:
    clerk = Clerk(make.action())

    page = page_of(clerk.client.get(clerk.address))

    assert 'capture="environment"' in page
    assert 'inputmode="decimal"' in page
    assert f'value="{TODAY.isoformat()}"' in page
    assert 'enctype="multipart/form-data"' in page


def test_a_mistake_keeps_what_was_typed_and_the_pictures_too() -> None:
    clerk = Clerk(make.action())

    answer = clerk.send(
        percent="145", camera=picture("satu.jpg"), gallery=[picture("dua.jpg", "red")]
    )

    page = page_of(answer)
    assert status_of(answer) == 422
    assert 'value="145"' in page
    assert "Delapan pos berdiri." in page
    assert hidden(page) == clerk.key
    assert page.count('name="drop"') == 2
    assert not Update.objects.exists()

    clerk.send()
    assert Evidence.objects.filter(subject=str(Update.objects.get().urn)).count() == 2


def test_a_kept_picture_can_be_left_out() -> None:
    clerk = Clerk(make.action())
    clerk.send(text="", camera=picture())
    kept = Evidence.objects.get()

    clerk.send(drop=kept.key)

    assert not Evidence.objects.exists()
    assert Update.objects.count() == 1
    assert AuditRow.objects.filter(verb="removed").count() == 1


def test_the_same_picture_sent_again_is_kept_once() -> None:
    clerk = Clerk(make.action())

    clerk.send(text="", camera=picture())
    clerk.send(text="", camera=picture())

    assert Evidence.objects.count() == 1


def test_pressing_send_twice_makes_one_update() -> None:
    clerk = Clerk(make.action())

    first = clerk.send(camera=picture())
    second = clerk.send(camera=picture(colour="red"))

    assert status_of(first) == status_of(second) == 302
    assert Update.objects.count() == 1
    assert Evidence.objects.count() == 1


def test_a_file_that_is_no_picture_is_refused_at_its_field() -> None:
    clerk = Clerk(make.action())
    nothing = SimpleUploadedFile("catatan.txt", b"bukan gambar", content_type="image/jpeg")

    answer = clerk.send(gallery=nothing)

    page = page_of(answer)
    assert status_of(answer) == 422
    assert "catatan.txt: Foto ini tidak dapat dibaca" in page
    assert "Delapan pos berdiri." in page
    assert not Update.objects.exists()


def test_more_than_twelve_pictures_are_too_many() -> None:
    clerk = Clerk(make.action())
    many = [picture(f"{n}.jpg", f"#{n * 17:02x}40{255 - n * 17:02x}") for n in range(1, 15)]

    answer = clerk.send(gallery=many)

    assert status_of(answer) == 422
    assert Evidence.objects.count() == 12


def test_another_persons_form_takes_no_pictures() -> None:
    action = make.action()
    first, second = Clerk(action), Clerk(action)
    first.send(text="", camera=picture())

    answer = second.send(key=first.key, text="", camera=picture(colour="red"))

    assert status_of(answer) in {404, 422}
    assert Evidence.objects.count() == 1


def test_a_day_before_the_action_is_refused_in_words() -> None:
    action = make.action()
    clerk = Clerk(action)

    answer = clerk.send(observed_on=(action.starts - timedelta(days=1)).isoformat())

    assert status_of(answer) == 422
    assert "sebelum aksi dimulai" in page_of(answer)


def test_a_returned_update_is_shown_with_its_note_above_the_form() -> None:
    action = make.action()
    clerk = Clerk(action)
    clerk.send()
    checker = city.walker(city.head(action.lead))
    operations.review_update(
        update=Update.objects.get(), accepted=False, note="Foto kabur.", by=checker, now=NOW
    )

    assert "Foto kabur." in page_of(clerk.client.get(clerk.address))


@pytest.mark.parametrize("who", ["stranger", "other office"])
def test_only_the_office_reports(who: str) -> None:
    action = make.action()
    client = Client() if who == "stranger" else city.signed_in(city.clerk())

    answer = client.get(f"{action.urn.address}lapor/")

    assert answer.status_code == (302 if who == "stranger" else 403)


def test_a_closed_action_takes_no_report() -> None:
    action = make.action()
    walker = city.walker(city.head(action.lead))
    operations.close_action(action=action, status="done", reason="Selesai.", now=NOW, by=walker)

    answer = city.signed_in(city.clerk(action.lead)).get(f"{action.urn.address}lapor/")

    assert answer.status_code == 409


# -- checking ------------------------------------------------------------------------------


def test_what_is_accepted_everybody_sees_with_its_pictures() -> None:
    action = make.action()
    clerk = Clerk(action)
    clerk.send(camera=picture())
    update = Update.objects.get()
    evidence = Evidence.objects.get()
    stranger, checker = Client(), city.signed_in(city.head(action.lead))
    assert stranger.get(update.urn.address).status_code == 404
    assert stranger.get(evidence.urn.address).status_code == 404
    assert "Delapan pos" not in page_of(stranger.get(action.urn.address))

    answer = checker.post(update.urn.address, {"decision": "accept", "note": ""})

    assert answer.headers["Location"] == action.urn.address
    assert "Delapan pos berdiri." in page_of(stranger.get(action.urn.address))
    assert stranger.get(update.urn.address).status_code == 200
    assert stranger.get(f"{evidence.urn.address}berkas/").status_code == 200
    assert stranger.get(f"{evidence.urn.address}asli/").status_code == 404


def test_what_the_office_keeps_to_itself_stays_there() -> None:
    action = make.action()
    clerk = Clerk(action)
    clerk.send(camera=picture(), public="")
    update, evidence = Update.objects.get(), Evidence.objects.get()
    checker = city.signed_in(city.head(action.lead))

    checker.post(update.urn.address, {"decision": "accept"})

    update.refresh_from_db()
    evidence.refresh_from_db()
    assert update.state == Update.State.ACCEPTED
    assert not evidence.is_public
    assert Client().get(update.urn.address).status_code == 404
    assert "Delapan pos" not in page_of(Client().get(action.urn.address))
    assert "45" in page_of(Client().get(action.urn.address))


def test_returning_without_a_note_is_refused_and_with_one_goes_back() -> None:
    action = make.action()
    Clerk(action).send()
    update = Update.objects.get()
    checker = city.signed_in(city.head(action.lead))

    refused = checker.post(update.urn.address, {"decision": "return", "note": " "})
    assert refused.status_code == 422
    assert "Tuliskan apa yang harus diperbaiki" in page_of(refused)
    checker.post(update.urn.address, {"decision": "return", "note": "Foto kabur."})

    update.refresh_from_db()
    assert update.state == Update.State.RETURNED
    page = page_of(checker.get(update.urn.address))
    assert "Foto kabur." in page
    assert "dikembalikan" in page


def test_the_clerk_cannot_check_and_the_maker_is_told_why() -> None:
    action = make.action()
    clerk = Clerk(action)
    clerk.send()
    update = Update.objects.get()
    assert clerk.client.post(update.urn.address, {"decision": "accept"}).status_code == 403

    head = city.head(action.lead)
    own = make.report(action, head)
    page = page_of(city.signed_in(head).get(own.urn.address))
    assert "harus diperiksa orang lain" in page


def test_two_checkers_at_once_are_told() -> None:
    action = make.action()
    update = make.report(action)
    first = city.signed_in(city.head(action.lead))
    second = city.signed_in(city.official(action.lead, rights=["review", "see"]))

    first.post(update.urn.address, {"decision": "accept"})
    answer = second.post(update.urn.address, {"decision": "return", "note": "Kurang foto."})

    assert answer.status_code == 422
    assert "sudah diperiksa orang lain" in page_of(answer)
    update.refresh_from_db()
    assert update.state == Update.State.ACCEPTED


# -- milestones ----------------------------------------------------------------------------


def test_a_milestone_is_marked_as_done_by_the_office() -> None:
    action = make.action()
    milestone = make.milestone(action)
    clerk = city.signed_in(city.clerk(action.lead))
    assert Client().get(milestone.urn.address).status_code == 200
    assert Client().post(milestone.urn.address, {"done_on": TODAY}).status_code == 401

    refused = clerk.post(
        milestone.urn.address, {"done_on": (TODAY + timedelta(days=1)).isoformat()}
    )
    assert refused.status_code == 422
    answer = clerk.post(milestone.urn.address, {"done_on": TODAY.isoformat(), "note": "Tuntas."})

    assert answer.headers["Location"] == action.urn.address
    milestone.refresh_from_db()
    assert (milestone.done_on, milestone.note) == (TODAY, "Tuntas.")
    assert "Tuntas." in page_of(Client().get(milestone.urn.address))
