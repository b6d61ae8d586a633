from __future__ import annotations

from datetime import date, timedelta

import pytest

from simpul.desk.models import Link, OutboxEvent
from simpul.government.models import AuditRow
from simpul.kernel.errors import NotSignedIn
from simpul.programme import errors, operations, queries
from simpul.programme.models import Action, PlanEntry, StatusOverride
from simpul.programme.status import Name
from tests import factories as city
from tests.factories import NOW, TODAY, Right
from tests.programme import factories as make

pytestmark = pytest.mark.django_db


def named(name: str) -> list[OutboxEvent]:
    return list(OutboxEvent.objects.filter(name=name))


# -- plans ---------------------------------------------------------------------------------


def test_publishing_a_version_freezes_its_entries_and_shows_its_actions() -> None:
    plan = make.plan()
    action = make.draft(of=plan, description="Memasang dua belas papan bercerita.")
    operations.set_budget(action=action, year=2026, planned=220_000_000, now=NOW)

    version = make.published(plan, [action])

    entry = PlanEntry.objects.get(version=version, action=action)
    action.refresh_from_db()
    assert action.state == Action.State.PUBLISHED
    assert entry.text == "Memasang dua belas papan bercerita."
    assert entry.budget == [{"year": 2026, "source": "apbd", "code": "", "planned": 220_000_000}]
    assert len(version.fingerprint) == 64
    assert [event.facts["version"] for event in named("PlanPublished")] == [1]


def test_what_was_planned_stays_when_the_action_changes_later() -> None:
    plan = make.plan()
    action = make.draft(of=plan, description="Dua belas papan.")
    operations.set_budget(action=action, year=2026, planned=100, now=NOW)
    make.published(plan, [action])

    operations.set_budget(action=action, year=2026, planned=300, now=NOW)
    new = make.sheet(action.post, description="Delapan papan.")
    operations.edit_action(action=action, sheet=new, revision=1, now=NOW)

    entry = queries.entries_in_force(plan)[action.pk]
    assert entry.text == "Dua belas papan."
    assert entry.budget[0]["planned"] == 100


def test_targets_are_copied_into_the_plan_with_their_unit() -> None:
    plan = make.plan()
    action = make.draft(of=plan)
    indicator = make.indicator(unit_label="cm")
    indicator.path.create(area=plan.region, kind="target", on=date(2026, 12, 31), number="120.50")
    indicator.path.create(area=plan.region, kind="baseline", on=date(2025, 12, 31), number="180")
    operations.measure(action=action, indicator=indicator, now=NOW)

    version = make.published(plan, [action])

    assert version.entries.get().targets == [
        {
            "indicator": str(indicator.urn),
            "name": "Tinggi muka air sungai",
            "unit": "cm",
            "on": "2026-12-31",
            "value": "120.5",
        }
    ]


def test_a_published_entry_can_neither_be_changed_nor_removed() -> None:
    plan = make.plan()
    version = make.published(plan, [make.draft(of=plan)])
    entry = version.entries.get()

    entry.text = "Diubah diam-diam"
    with pytest.raises(errors.VersionFrozen):
        entry.save()
    with pytest.raises(errors.VersionFrozen):
        entry.delete()
    with pytest.raises(errors.VersionFrozen):
        operations.put_entry(version=version, action=make.draft(of=plan), now=NOW)
    with pytest.raises(errors.VersionFrozen):
        operations.publish_version(version=version, now=NOW)


def test_an_empty_version_cannot_be_published() -> None:
    version = operations.draft_version(plan=make.plan(), title="Kosong", now=NOW)

    with pytest.raises(errors.NothingToPublish):
        operations.publish_version(version=version, now=NOW)


def test_an_addendum_stands_beside_the_plan_and_a_new_whole_replaces_both() -> None:
    plan = make.plan()
    first, second = make.draft(of=plan), make.draft(of=plan)
    make.published(plan, [first])
    make.published(plan, [first, second], scope="addendum")
    assert [version.number for version in queries.versions_in_force(plan)] == [1, 2]
    assert queries.entries_in_force(plan)[first.pk].version.number == 2

    make.published(plan, [second])

    assert [version.number for version in queries.versions_in_force(plan)] == [3]
    assert set(queries.entries_in_force(plan)) == {second.pk}


def test_a_dimension_without_a_quick_win_is_named() -> None:
    plan = make.plan()
    environment, _second, *_living = make.dimensions()
    make.action(of=plan, kind="quick_win", categories=[environment])

    missing = queries.dimensions_without_quick_win(plan)

    assert [category.key for category in missing] == ["smart_living"]


# -- actions -------------------------------------------------------------------------------


def test_the_organisation_of_the_post_leads_unless_another_is_named() -> None:
    post, other = city.post(), city.organisation()

    assert make.draft(post).lead == post.organisation
    assert make.draft(post, lead=other).lead == other


def test_an_action_cannot_end_before_it_begins() -> None:
    with pytest.raises(errors.BadSpan):
        make.draft(starts=TODAY, due=TODAY - timedelta(days=1))


def test_a_code_is_used_once_in_a_plan() -> None:
    plan = make.plan()
    make.draft(of=plan, code="SG-01")

    with pytest.raises(errors.CodeTaken):
        make.draft(of=plan, code="SG-01")
    assert make.draft(of=make.plan(), code="SG-01").code == "SG-01"
    assert make.draft(of=plan).code == make.draft(of=plan).code == ""


def test_two_people_editing_notice_each_other() -> None:
    action = make.action()
    seen = action.revision

    operations.edit_action(
        action=action, sheet=make.sheet(action.post, title="Judul dari Ani"), revision=seen, now=NOW
    )
    with pytest.raises(errors.ChangedMeanwhile):
        operations.edit_action(
            action=action,
            sheet=make.sheet(action.post, title="Judul dari Budi"),
            revision=seen,
            now=NOW,
        )

    action.refresh_from_db()
    assert action.title == "Judul dari Ani"
    assert action.revision == seen + 1


def test_an_edit_replaces_parties_and_says_what_changed() -> None:
    partner, agency = city.partner(), city.organisation()
    action = make.action(parties=[(partner, "partner")])

    said = make.sheet(action.post, title="Baru", parties=[(agency, "support"), (agency, "support")])
    operations.edit_action(action=action, sheet=said, revision=1, now=NOW)

    assert [(party.organisation, party.role) for party in action.parties.all()] == [
        (agency, "support")
    ]
    row = AuditRow.objects.get(verb="edited", subject=str(action.urn))
    assert "title" in row.facts["changed"]


def test_a_milestone_is_done_once_and_not_in_the_future() -> None:
    action = make.action()
    milestone = make.milestone(action)
    tomorrow = TODAY + timedelta(days=1)

    with pytest.raises(errors.BadDay):
        operations.complete_milestone(milestone=milestone, done_on=tomorrow, now=NOW)
    operations.complete_milestone(milestone=milestone, done_on=TODAY, note="Selesai.", now=NOW)
    with pytest.raises(errors.AlreadyDone):
        operations.complete_milestone(milestone=milestone, done_on=TODAY, now=NOW)

    assert queries.standing_of(action, TODAY).name is Name.DONE
    assert [event.facts["done_on"] for event in named("MilestoneCompleted")] == ["2026-11-21"]


def test_budget_of_the_same_year_and_source_is_replaced() -> None:
    action = make.action()

    operations.set_budget(action=action, year=2026, planned=100, now=NOW)
    operations.set_budget(action=action, year=2026, planned=120, spent=60, now=NOW)
    operations.set_budget(action=action, year=2026, source="csr", planned=75, now=NOW)

    lines = action.budget_lines.values_list("source", "planned", "spent")
    assert list(lines) == [("apbd", 120, 60), ("csr", 75, None)]


# -- status said by somebody ---------------------------------------------------------------


def test_a_status_can_be_set_with_a_reason_and_taken_back() -> None:
    action = make.action()
    make.milestone(action, days=-5)
    walker = city.walker(city.head(action.lead))
    assert queries.standing_of(action, TODAY).name is Name.LATE

    operations.set_status(
        action=action, status="on_track", reason="Diundur resmi.", now=NOW, by=walker
    )
    standing = queries.standing_of(action, TODAY)
    assert (standing.name, standing.status.is_set) == (Name.ON_TRACK, True)
    assert "Diundur resmi." in standing.status.sentence

    operations.set_status(action=action, status="", reason="Berlaku lagi.", now=NOW, by=walker)
    assert queries.standing_of(action, TODAY).name is Name.LATE
    assert StatusOverride.objects.filter(action=action).count() == 2


def test_a_status_is_not_set_without_a_reason_or_a_name() -> None:
    action = make.action()
    walker = city.walker(city.head(action.lead))

    with pytest.raises(errors.TextMissing):
        operations.set_status(action=action, status="done", reason="  ", now=NOW, by=walker)
    with pytest.raises(NotSignedIn):
        operations.set_status(
            action=action, status="done", reason="Selesai.", now=NOW, by=city.walker()
        )
    with pytest.raises(ValueError, match="bagus"):
        operations.set_status(action=action, status="bagus", reason="x", now=NOW, by=walker)


def test_what_somebody_said_about_a_status_is_never_rewritten() -> None:
    action = make.action()
    walker = city.walker(city.head(action.lead))
    row = operations.set_status(action=action, status="done", reason="x", now=NOW, by=walker)

    with pytest.raises(TypeError):
        row.save()
    with pytest.raises(TypeError):
        row.delete()


def test_a_closed_action_takes_nothing_more() -> None:
    action = make.action()
    milestone = make.milestone(action)
    walker = city.walker(city.head(action.lead))

    operations.close_action(
        action=action, status="stopped", reason="Digabung dengan SG-02.", now=NOW, by=walker
    )

    assert queries.standing_of(action, TODAY).name is Name.STOPPED
    with pytest.raises(errors.ActionClosed):
        operations.close_action(action=action, status="done", reason="x", now=NOW, by=walker)
    with pytest.raises(errors.ActionClosed):
        operations.complete_milestone(milestone=milestone, done_on=TODAY, now=NOW)
    with pytest.raises(errors.ActionClosed):
        make.report(action)


# -- the thread ----------------------------------------------------------------------------


def test_an_indicator_is_tied_to_its_action_once_and_untied_with_an_end() -> None:
    action, indicator = make.action(), make.indicator()

    operations.measure(action=action, indicator=indicator, now=NOW)
    operations.measure(action=action, indicator=indicator, role="impact", now=NOW)
    link = Link.objects.get(from_urn=str(action.urn), to_urn=str(indicator.urn))
    assert link.valid_to is None
    assert action.measures.get().role == "impact"

    operations.stop_measuring(action=action, indicator=indicator, now=NOW)
    link.refresh_from_db()
    assert link.valid_to == NOW
    assert not action.measures.exists()


# -- bodies --------------------------------------------------------------------------------


def test_a_meeting_is_written_down_with_its_minutes() -> None:
    place = city.region()

    meeting = operations.record_meeting(
        region=place, body="dewan", held_on=TODAY, title="Sidang pertama", present=11, now=NOW
    )

    assert queries.meetings_held(place.code, "dewan", 2026)[0].urn == meeting.urn
    assert queries.meetings_held(place.code, "tim", 2026) == []
    assert queries.meetings_held(place.code, "dewan", 2025) == []
    with pytest.raises(errors.BadDay):
        operations.record_meeting(
            region=place, body="dewan", held_on=TODAY + timedelta(days=1), title="x", now=NOW
        )


def test_a_seat_goes_to_a_post_or_to_a_person() -> None:
    place, post, person = city.region(), city.post(), city.person()
    said = {"region": place, "body": "dewan", "role": "Ketua", "starts": TODAY, "now": NOW}

    assert operations.seat(post=post, **said).post == post  # type: ignore[arg-type]
    assert operations.seat(person=person, **said).person == person  # type: ignore[arg-type]
    with pytest.raises(errors.BadSpan):
        operations.seat(**said)  # type: ignore[arg-type]
    with pytest.raises(errors.BadSpan):
        operations.seat(post=post, ends=TODAY, **said)  # type: ignore[arg-type]


def test_a_grant_for_one_plan_opens_only_its_actions() -> None:
    from simpul.programme import permissions

    office = city.organisation()
    mine, other = make.plan(), make.plan()
    seen, hidden = make.draft(city.post(office), of=mine), make.draft(city.post(office), of=other)
    seat = city.post(city.organisation())
    person = city.person()
    city.assignment(person, seat)
    city.grant(Right.SEE, seat, over=office, kind="action", plan=str(mine.urn))
    walker = city.walker(city.account(person))

    assert list(permissions.visible_actions(walker, "19.71")) == [seen]
    assert permissions.may(seen, walker, Right.SEE)
    assert not permissions.may(hidden, walker, Right.SEE)
