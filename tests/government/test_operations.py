from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth import authenticate
from pytest_django import DjangoAssertNumQueries

from simpul.government import errors, operations, queries
from simpul.government.models import (
    Assignment,
    AuditRow,
    Boundary,
    CohortMembership,
    Grant,
    Region,
)
from tests import factories
from tests.factories import NOW, TODAY

pytestmark = pytest.mark.django_db
Manner = Assignment.Manner


def test_all_regions_come_in_with_outlines_and_cohorts() -> None:
    assert operations.import_regions() == 552 + 225

    assert Region.objects.filter(level="provinsi").count() == 38
    assert Region.objects.filter(level__in=["kabupaten", "kota"]).count() == 514
    assert Boundary.objects.count() == 777
    assert CohortMembership.objects.filter(region="19.71").get().year == 2022
    city = queries.region("19.71")
    assert (city.parent_id, city.tz, city.population) == ("19", "Asia/Jakarta", 242285)
    assert queries.region("64.09").tz == "Asia/Makassar"
    assert queries.region("19.71.01.1004").parent_id == "19.71.01"


def test_importing_regions_again_keeps_what_runs_here() -> None:
    operations.import_regions()
    operations.open_region(code="19.71", vision="Kota Beribu Senyuman", now=NOW)
    Region.objects.filter(code="19.71").update(name="Salah ketik")

    operations.import_regions()

    city = queries.region("19.71")
    assert city.runs_here
    assert city.vision == "Kota Beribu Senyuman"
    assert city.name == "Kota Pangkal Pinang"
    assert Region.objects.count() == 777


def test_a_region_nobody_knows_cannot_be_opened() -> None:
    with pytest.raises(errors.NoSuchRegion):
        operations.open_region(code="99.99", now=NOW)


def test_an_organisation_keeps_its_former_name() -> None:
    office = factories.organisation("Dinas Pekerjaan Umum")

    operations.rename_organisation(
        organisation=office, name="Dinas PUPR", on=date(2027, 1, 1), now=NOW
    )

    office.refresh_from_db()
    assert office.name == "Dinas PUPR"
    former = office.former_names.get()
    assert (former.name, former.until) == ("Dinas Pekerjaan Umum", date(2027, 1, 1))


def test_an_organisation_cannot_stand_below_one_of_another_region() -> None:
    elsewhere = factories.organisation(in_region=factories.region("64.09"))
    with pytest.raises(errors.WrongParent):
        operations.create_organisation(
            region=factories.region(), name="Dinas", kind="dinas", parent=elsewhere, now=NOW
        )


def test_two_organisations_of_a_region_cannot_share_a_permanent_address() -> None:
    place = factories.region()
    operations.create_organisation(region=place, name="A", kind="dinas", key="diskominfo", now=NOW)
    with pytest.raises(errors.KeyTaken):
        operations.create_organisation(
            region=place, name="B", kind="dinas", key="diskominfo", now=NOW
        )


def test_ending_an_organisation_ends_its_posts_and_their_assignments() -> None:
    office, heir = factories.organisation(), factories.organisation()
    seat = factories.post(office)
    filled = factories.assignment(to=seat)

    operations.end_organisation(organisation=office, on=TODAY, successor=heir, now=NOW)

    seat.refresh_from_db()
    filled.refresh_from_db()
    assert seat.valid_to == TODAY
    assert filled.ends == TODAY
    assert office not in queries.organisations_on(office.region, TODAY)
    assert office in queries.organisations_on(office.region, date(2026, 11, 20))


def test_an_organisation_with_living_ones_below_it_does_not_end() -> None:
    office = factories.organisation()
    factories.organisation(parent=office)
    with pytest.raises(errors.StillInUse):
        operations.end_organisation(organisation=office, on=TODAY, now=NOW)


def test_an_organisation_has_one_head() -> None:
    office = factories.organisation()
    factories.post(office, is_head=True)
    with pytest.raises(errors.HeadExists):
        factories.post(office, is_head=True)


def test_a_post_has_one_definitive_holder_at_a_time() -> None:
    seat = factories.post()
    factories.assignment(to=seat, starts=date(2024, 1, 1), ends=date(2026, 1, 1))

    with pytest.raises(errors.AlreadyFilled):
        factories.assignment(to=seat, starts=date(2025, 6, 1))
    with pytest.raises(errors.AlreadyFilled):
        factories.assignment(
            to=seat, starts=date(2023, 1, 1), ends=date(2024, 1, 2), manner=Manner.ACTING_TERM
        )
    successor = factories.assignment(to=seat, starts=date(2026, 1, 1))
    assert queries.holder_of(seat, TODAY) is not None
    assert successor.person_id == queries.holder_of(seat, TODAY).person.pk  # type: ignore[union-attr]


def test_whoever_stands_in_holds_the_post_for_those_days() -> None:
    seat = factories.post(title="Kepala Dinas Kesehatan")
    factories.assignment(factories.person("Ani"), seat)
    factories.assignment(
        factories.person("Budi"),
        seat,
        manner=Manner.ACTING,
        starts=TODAY,
        ends=date(2026, 12, 1),
    )

    before = queries.holder_of(seat, date(2026, 11, 20))
    during = queries.holder_of(seat, TODAY)
    after = queries.holder_of(seat, date(2026, 12, 1))
    assert before
    assert during
    assert after
    assert [before.name, during.name, after.name] == ["Ani", "Budi", "Ani"]
    assert during.title == "Plt. Kepala Dinas Kesehatan"
    assert before.title == "Kepala Dinas Kesehatan"


def test_an_acting_assignment_needs_an_end() -> None:
    with pytest.raises(errors.BadSpan):
        factories.assignment(manner=Manner.ACTING_DAILY)


def test_an_assignment_ends_before_the_day_given() -> None:
    filled = factories.assignment()
    operations.end_assignment(assignment=filled, on=TODAY, now=NOW)
    assert queries.holder_of(filled.post, TODAY) is None
    assert queries.holder_of(filled.post, date(2026, 11, 20)) is not None
    with pytest.raises(errors.BadSpan):
        operations.end_assignment(assignment=filled, on=date(2019, 1, 1), now=NOW)


def test_a_right_of_a_person_must_end() -> None:
    office = factories.organisation()
    with pytest.raises(errors.BadGrant):
        operations.grant(right="see", organisation=office, person=factories.person(), now=NOW)
    with pytest.raises(errors.BadGrant):
        operations.grant(right="see", organisation=office, now=NOW)
    assert not Grant.objects.exists()


def test_granting_twice_leaves_one_grant() -> None:
    seat = factories.post()
    factories.grant("see", seat)
    factories.grant("see", seat)
    assert Grant.objects.filter(post=seat).count() == 1


def test_an_account_signs_in_whatever_the_case_of_its_name() -> None:
    factories.account(username="Siti.Rahma")
    who = authenticate(username="SITI.rahma", password=factories.PASSWORD)
    assert who is not None
    assert who.get_username() == "siti.rahma"


def test_a_name_to_sign_in_with_is_taken_once() -> None:
    factories.account(username="siti")
    with pytest.raises(errors.UsernameTaken):
        factories.account(username="SITI")


@pytest.mark.parametrize("password", ["pendek", "password123", "1234567890"])
def test_a_weak_password_is_refused_with_reasons(password: str) -> None:
    with pytest.raises(errors.WeakPassword) as caught:
        factories.account(password=password)
    assert caught.value.errors["password"]


def test_a_new_password_replaces_the_old_one() -> None:
    account = factories.account(username="siti")
    operations.set_password(account=account, password="jalan-kampung-melayu")
    assert authenticate(username="siti", password=factories.PASSWORD) is None
    assert authenticate(username="siti", password="jalan-kampung-melayu") is not None


def test_what_is_done_stands_in_the_audit_trail_without_names_of_people() -> None:
    boss = factories.official(rights=[])
    seat = factories.post(title="Sekretaris")
    walker = factories.walker(boss)
    operations.assign(
        post=seat, person=factories.person("Rahasia"), starts=TODAY, now=NOW, by=walker
    )
    row = AuditRow.objects.get(verb="assigned", subject=str(seat.urn))
    assert row.account == boss
    assert row.post == walker.posts[0]
    assert "Rahasia" not in str(row.facts)


def test_audit_rows_are_never_changed() -> None:
    factories.organisation()
    row = AuditRow.objects.latest("id")
    with pytest.raises(TypeError):
        row.save()
    with pytest.raises(TypeError):
        row.delete()


def test_the_tree_shows_who_heads_what() -> None:
    top = factories.government()
    office = factories.organisation("Dinas Kesehatan")
    clinic = factories.organisation("Puskesmas Girimaya", parent=office)
    seat = factories.post(office, title="Kepala Dinas Kesehatan", is_head=True)
    factories.assignment(factories.person("Ani"), seat)

    (root,) = queries.organisation_tree(factories.region(), TODAY)

    assert root.organisation == top
    (branch,) = root.below
    assert branch.organisation == office
    assert branch.head
    assert branch.head.name == "Ani"
    assert [leaf.organisation for leaf in branch.below] == [clinic]


def test_the_tree_costs_three_queries(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    office = factories.organisation()
    for _ in range(5):
        below = factories.organisation(parent=office)
        factories.assignment(to=factories.post(below, is_head=True))
    with django_assert_num_queries(3):
        assert queries.organisation_tree(office.region_id, TODAY)


def test_the_clerk_of_an_office_without_clerk_is_its_head() -> None:
    office = factories.organisation()
    boss = factories.post(office, is_head=True)
    assert queries.clerk_post(office) == boss
    operator = factories.post(office, is_clerk=True)
    assert queries.clerk_post(office) == operator
