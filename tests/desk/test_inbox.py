from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.safestring import mark_safe

from simpul.desk import inbox, obligations
from simpul.desk.models import Obligation
from simpul.desk.obligations import Duty
from simpul.government import operations
from simpul.government.models import Account, Post
from simpul.kernel.ids import Kind, Urn
from tests import factories
from tests.factories import NOW, TODAY

pytestmark = pytest.mark.django_db


def subject(key: str = "a") -> Urn:
    return Urn("19.71", Kind.ACTION, key)


def owe(
    post: Post, key: str = "a", due: date | None = None, reason: str = "update_due"
) -> Obligation:
    return obligations.owe(
        subject=subject(key),
        post=post,
        reason="update_due",
        title_id=f"Laporan {key} belum masuk.",
        title_en=f"The update {key} is missing.",
        due=due,
        now=NOW,
    )


def page(who: Account, query: str = "") -> str:
    answer = factories.signed_in(who).get(f"/kotak-masuk/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_what_is_owed_twice_stands_once_with_its_newest_day() -> None:
    post = factories.post()
    owe(post, due=TODAY)
    owe(post, due=TODAY + timedelta(days=3))
    assert Obligation.objects.get().due == TODAY + timedelta(days=3)


def test_what_is_settled_can_arise_anew() -> None:
    post = factories.post()
    owe(post)
    assert obligations.settle(subject=subject(), reason="update_due", now=NOW) == 1
    assert obligations.settle(subject=subject(), reason="update_due", now=NOW) == 0
    owe(post)
    assert Obligation.objects.count() == 2
    assert obligations.owed_by([post]).count() == 1


def test_one_post_can_settle_for_itself_only() -> None:
    one, other = factories.post(), factories.post()
    owe(one)
    owe(other)
    obligations.settle(subject=subject(), reason="update_due", post=one, now=NOW)
    assert list(obligations.owed_by([one, other])) == [Obligation.objects.get(post=other)]


def test_the_inbox_groups_by_urgency_in_the_local_day_of_the_region() -> None:
    post = factories.post()
    owe(post, "late", TODAY - timedelta(days=1))
    owe(post, "today", TODAY)
    owe(post, "week", TODAY + timedelta(days=7))
    owe(post, "later", TODAY + timedelta(days=8))
    owe(post, "open", None)

    groups = inbox.grouped(inbox.waiting_for([post], NOW))

    assert {g.key: [each.urn.key for each in g.waiting] for g in groups} == {
        "overdue": ["late"],
        "week": ["today", "week"],
        "later": ["later", "open"],
    }


def test_a_duty_moves_with_the_post() -> None:
    former = factories.clerk()
    post = factories.seat_of(former)
    owe(post)
    assert "Laporan a belum masuk." in page(former)

    today = factories.region().today(timezone.now())
    operations.end_assignment(assignment=post.assignments.get(), on=today, now=NOW)
    heir = factories.account()
    factories.assignment(heir.person, post, starts=today)

    assert "Laporan a belum masuk." in page(heir)
    assert "Laporan a belum masuk." not in page(former)


def test_the_first_thing_is_open_and_another_can_be_chosen() -> None:
    who = factories.clerk()
    post = factories.seat_of(who)
    owe(post, "a", TODAY)
    second = owe(post, "b", TODAY + timedelta(days=1))
    assert f'data-open="{subject("a").address}"' in page(who)
    assert f'data-open="{subject("b").address}"' in page(who, f"?pilih={second.pk}")
    assert f'data-open="{subject("a").address}"' in page(who, "?pilih=nonsense")


def test_nobody_opens_what_another_post_owes() -> None:
    other = owe(factories.post(), "secret")
    who = factories.clerk()
    owe(factories.seat_of(who), "mine")
    assert "secret" not in page(who, f"?pilih={other.pk}")


def test_a_room_shows_its_own_subjects(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox, "_shows", {})
    inbox.show_subject([Kind.ACTION], lambda request, urn: mark_safe(f"<p>isi {urn.key}</p>"))
    who = factories.clerk()
    owe(factories.seat_of(who), "pompa")
    assert "<p>isi pompa</p>" in page(who)


def test_an_empty_inbox_is_a_good_one() -> None:
    assert "Tidak ada yang menunggu Anda" in page(factories.clerk())


def test_without_a_post_nothing_can_wait() -> None:
    assert "tidak menjabat" in page(factories.account())


def test_the_inbox_stands_in_the_frame_of_the_region_where_one_works() -> None:
    html = page(factories.clerk())
    assert "Kota Pangkal Pinang" in html
    assert 'href="/19.71/aksi/"' in html
    two = factories.clerk()
    elsewhere = factories.organisation(in_region=factories.region("64.09"))
    factories.assignment(two.person, factories.post(elsewhere))
    assert 'href="/19.71/aksi/"' not in page(two)


def test_what_was_settled_lately_is_still_seen() -> None:
    who = factories.clerk()
    owe(factories.seat_of(who))
    obligations.settle(subject=subject(), reason="update_due", now=timezone.now())
    html = page(who)
    assert "Laporan a belum masuk." in html
    assert "Selesai dalam dua pekan terakhir" in html
    Obligation.objects.update(settled_at=timezone.now() - timedelta(days=15))
    assert "Laporan a belum masuk." not in page(who)


def test_a_stranger_is_asked_to_sign_in() -> None:
    answer = Client().get("/kotak-masuk/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/masuk/")


def test_the_inbox_is_never_kept_by_a_cache() -> None:
    answer = factories.signed_in(factories.clerk()).get("/kotak-masuk/")
    assert "private" in answer["Cache-Control"]


def test_the_bar_says_how_many_things_wait() -> None:
    who = factories.clerk()
    for key in "abc":
        owe(factories.seat_of(who), key)
    html = factories.signed_in(who).get("/19.71/perangkat-daerah/").content.decode()
    assert '<span class="count count--loud">3' in html


def test_an_office_page_tells_insiders_what_the_office_owes() -> None:
    office = factories.organisation()
    who = factories.clerk(office)
    owe(factories.post(office), "dinas")
    address = office.urn.address

    assert "Laporan dinas belum masuk." in factories.signed_in(who).get(address).content.decode()
    other = factories.signed_in(factories.clerk(factories.organisation()))
    assert "Laporan dinas" not in other.get(address).content.decode()
    assert "Laporan dinas" not in Client().get(address).content.decode()


def test_duties_follow_from_the_facts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(obligations, "_duties", {})
    post = factories.post()
    told = Duty(subject("a"), post.pk, "update_due", TODAY)
    obligations.duties_from("programme", lambda now: [told])
    assert obligations.differences(NOW) == ({told}, set())
    owe(post, "a", TODAY)
    assert obligations.differences(NOW) == (set(), set())
    owe(post, "b")
    assert obligations.differences(NOW) == (
        set(),
        {Duty(subject("b"), post.pk, "update_due", None)},
    )
