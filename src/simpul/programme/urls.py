"""Addresses of this room."""

from __future__ import annotations

from django.urls import path

import simpul.web.converters  # noqa: F401  registers <region:…> and <key:…>
from simpul.kernel.ids import SEGMENTS, Kind
from simpul.programme.views import actions, commitments, meetings, plans, reports, signing


def _list(kind: Kind) -> str:
    return f"<region:region>/{SEGMENTS[kind]}/"


def _one(kind: Kind) -> str:
    return f"{_list(kind)}<key:key>/"


_ACTION, _PLAN = _one(Kind.ACTION), _one(Kind.PLAN)
_COMMITMENT, _CLAUSE = _one(Kind.COMMITMENT), _one(Kind.CLAUSE)

urlpatterns = [
    path(_list(Kind.PLAN), plans.plans_page, name="plans"),
    path(_PLAN, plans.plan_page, name="plan"),
    path(f"{_PLAN}data.json", plans.plan_data, name="plan-json"),
    path(f"{_PLAN}data.csv", plans.plan_data, name="plan-csv"),
    path(f"{_PLAN}aksi-baru/", actions.new_page, name="action-new"),
    path(f"{_PLAN}versi/<int:number>/", plans.version_page, name="plan-version"),
    path(
        f"{_PLAN}versi/<int:number>/terbitkan/", plans.publish_version, name="plan-version-publish"
    ),
    path(_one(Kind.CATEGORY), plans.dimension_page, name="dimension"),
    path(_list(Kind.ACTION), actions.actions_page, name="actions"),
    path(f"{_list(Kind.ACTION)}data.json", actions.actions_data, name="actions-json"),
    path(f"{_list(Kind.ACTION)}data.csv", actions.actions_data, name="actions-csv"),
    path(_ACTION, actions.action_page, name="action"),
    path(f"{_ACTION}data.json", actions.action_data, name="action-json"),
    path(f"{_ACTION}data.csv", actions.action_data, name="action-csv"),
    path(f"{_ACTION}ubah/", actions.edit_page, name="action-edit"),
    path(f"{_ACTION}status/", actions.status_page, name="action-status"),
    path(f"{_ACTION}terbitkan/", actions.publish, name="action-publish"),
    path(f"{_ACTION}lapor/", reports.report_page, name="action-report"),
    path(_one(Kind.UPDATE), reports.update_page, name="update"),
    path(_one(Kind.MILESTONE), reports.milestone_page, name="milestone"),
    path(_list(Kind.COMMITMENT), commitments.commitments_page, name="commitments"),
    path(f"{_list(Kind.COMMITMENT)}tulis/", signing.new_page, name="commitment-new"),
    path(_COMMITMENT, commitments.commitment_page, name="commitment"),
    path(f"{_COMMITMENT}data.json", commitments.commitment_data, name="commitment-json"),
    path(f"{_COMMITMENT}data.csv", commitments.commitment_data, name="commitment-csv"),
    path(f"{_COMMITMENT}berkas.pdf", commitments.commitment_file, name="commitment-file"),
    path(f"{_COMMITMENT}periksa/", commitments.check_page, name="commitment-check"),
    path(f"{_COMMITMENT}tanda-tangan/", signing.sign_page, name="commitment-sign"),
    path(f"{_COMMITMENT}tolak/", signing.decline_page, name="commitment-decline"),
    path(f"{_COMMITMENT}ubah/", signing.edit_page, name="commitment-edit"),
    path(f"{_COMMITMENT}buka/", signing.open_page, name="commitment-open"),
    path(f"{_COMMITMENT}tarik/", signing.withdraw_page, name="commitment-withdraw"),
    path(_CLAUSE, commitments.clause_page, name="clause"),
    path(f"{_CLAUSE}aksi/", commitments.tie_clause, name="clause-tie"),
    path(_list(Kind.MEETING), meetings.meetings_page, name="meetings"),
    path(f"{_list(Kind.MEETING)}data.json", meetings.meetings_data, name="meetings-json"),
    path(f"{_list(Kind.MEETING)}data.csv", meetings.meetings_data, name="meetings-csv"),
    path(_one(Kind.MEETING), meetings.meeting_page, name="meeting"),
]
