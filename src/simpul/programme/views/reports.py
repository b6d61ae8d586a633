"""Reporting from the field, checking what was reported, and completing milestones."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from simpul.desk import evidence, reviews, thread
from simpul.government.access import Right
from simpul.government.requests import RegionVisit
from simpul.indicators import periods
from simpul.kernel.errors import SimpulError
from simpul.kernel.ids import KEY, Kind, Urn, new_key
from simpul.programme import duties, operations, permissions, queries, stories, words
from simpul.programme.errors import ActionClosed
from simpul.programme.forms import MilestoneForm, ReportForm, ReviewForm, sent
from simpul.programme.models import Action, Update
from simpul.web import notes, writing

MOST_PICTURES = 12


# -- reporting -----------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def report_page(request: RegionVisit, region: str, key: str) -> HttpResponse:
    """The clerk's form. Pictures are kept as they arrive, so that a mistake elsewhere in the form
    does not ask for them again; sent twice, it is one update."""
    action = permissions.access_action(region, key, walker=request.walker, to=Right.REPORT)
    if action.state != Action.State.PUBLISHED:
        raise ActionClosed
    form = _report_form(request, action)
    draft = Urn(region, Kind.UPDATE, _draft_key(request))
    if request.method == "POST":
        sent = Update.objects.filter(region=region, key=draft.key, by=request.walker.account)
        if not sent.exists():
            form.is_valid()
            _change_pictures(request, form, draft)
        if form.is_valid():
            update = _report(request, action, form)
            if update is not None:
                return _reported(request, update)
    facts = _facts_of_report(request, action, draft) | {"form": form}
    failed = form.is_bound and bool(form.errors)
    return render(request, "programme/report.html", facts, status=422 if failed else 200)


def _draft_key(request: RegionVisit) -> str:
    """The key given out with the empty form; a fresh one where none fits."""
    sent = request.POST.get("key", "")
    if KEY.fullmatch(sent) and len(sent) <= 20:
        return sent
    return new_key()


def _report_form(request: RegionVisit, action: Action) -> ReportForm:
    today = request.region.today(request.now)
    initial = {"observed_on": min(today, action.due), "key": new_key(), "public": True}
    if request.method != "POST":
        return ReportForm(initial=initial)
    return ReportForm(request.POST, request.FILES, initial=initial)


def _change_pictures(request: RegionVisit, form: ReportForm, draft: Urn) -> None:
    """Keep the pictures that came with the form, and leave out those that are not wanted."""
    dropped = request.POST.getlist("drop")
    for picture in operations.pictures_of_draft(draft, request.walker):
        if picture.key in dropped:
            operations.drop_picture(picture=picture, now=request.now, by=request.walker)
    room = MOST_PICTURES - len(operations.pictures_of_draft(draft, request.walker))
    for name in ("camera", "gallery"):
        given = form.cleaned_data.get(name) or []
        for file in given[:room]:
            _keep(request, form, name, file, draft)
        if len(given) > room:
            form.add_error(name, _("At most twelve pictures; the rest were left out."))
        room = max(0, room - len(given))


def _keep(
    request: RegionVisit, form: ReportForm, field: str, file: UploadedFile[Any], draft: Urn
) -> None:
    try:
        received = evidence.receive_picture(
            file.read(), name=file.name or "", region=request.region, now=request.now
        )
        operations.attach_picture(
            received=received, draft=draft, now=request.now, by=request.walker
        )
    except SimpulError as error:
        form.add_error(field, f"{file.name}: {words.say(error)}")


def _report(request: RegionVisit, action: Action, form: ReportForm) -> Update | None:
    said = form.cleaned_data
    try:
        return operations.report_progress(
            action=action,
            percent=said["percent"],
            observed_on=said["observed_on"],
            text=said["text"],
            public=said["public"],
            key=said["key"],
            language=action.language,
            by=request.walker,
            now=request.now,
        )
    except SimpulError as error:
        words.blame(form, error)
        return None


def _reported(request: RegionVisit, update: Update) -> HttpResponse:
    """Say what was saved and what comes next."""
    post = duties.reviewing_post(update.action)
    percent = writing.number(update.percent.normalize())
    if post is None:
        text = _("Your update of %(percent)s%% is saved. Nobody is named yet to check it.")
        said = text % {"percent": percent}
    else:
        text = _("Your update of %(percent)s%% is saved. Next, %(post)s checks it.")
        said = text % {"percent": percent, "post": post.title}
    notes.leave(request, said, next_label=_("See what you sent"), next_address=update.urn.address)
    return HttpResponseRedirect(update.action.urn.address)


def _facts_of_report(request: RegionVisit, action: Action, draft: Urn) -> dict[str, Any]:
    standing = queries.standing_of(action, request.region.today(request.now))
    returned = action.updates.filter(state=Update.State.RETURNED).order_by("-id").first()
    latest = action.updates.order_by("-id").first()
    told = stories.tell([returned], request.walker) if returned and returned == latest else []
    return {
        "action": action,
        "standing": standing,
        "draft": draft,
        "pictures": operations.pictures_of_draft(draft, request.walker),
        "returned": told[0] if told else None,
        "steps": [
            step
            for step in stories.steps_of(action, request.region.today(request.now))
            if step.milestone.done_on is None
        ],
    }


# -- checking ------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def update_page(request: RegionVisit, region: str, key: str) -> HttpResponse:
    """One update with its evidence; whoever checks it accepts it or sends it back here."""
    update = permissions.access_update(region, key, walker=request.walker)
    form = ReviewForm(sent(request))
    if request.method == "POST":
        permissions.access_update(region, key, walker=request.walker, to=Right.REVIEW)
        if form.is_valid() and _reviewed(request, update, form):
            return HttpResponseRedirect(update.action.urn.address)
    facts = {
        "update": update,
        "action": update.action,
        "told": stories.tell([update], request.walker)[0],
        "thread": thread.walk(update.urn, request.walker),
        "before": _before(update),
        "standing": queries.standing_of(update.action, request.region.today(request.now)),
        "form": form,
        "may_review": _may_review(request, update),
        "own": request.walker.account is not None and request.walker.account.pk == update.by_id,
        "inside": permissions.is_inside(update.action, request.walker),
        "history": reviews.reviews_of(update.urn),
        "nearby": _nearby(update),
        "period": periods.label(update.period, writing.language()) if update.period else "",
    }
    failed = form.is_bound and bool(form.errors)
    return render(request, "programme/update.html", facts, status=422 if failed else 200)


def _may_review(request: RegionVisit, update: Update) -> bool:
    waiting = update.state == Update.State.SUBMITTED
    return waiting and permissions.may(update.action, request.walker, Right.REVIEW)


def _reviewed(request: RegionVisit, update: Update, form: ReviewForm) -> bool:
    """Whether the decision was taken; otherwise the form says why not."""
    accepted = request.POST.get("decision") == "accept"
    note = form.cleaned_data["note"]
    try:
        operations.review_update(
            update=update, accepted=accepted, note=note, now=request.now, by=request.walker
        )
    except SimpulError as error:
        words.blame(form, error)
        return False
    if not accepted:
        notes.leave(request, _("The update went back with your note; the office was told."))
        return True
    if update.public and permissions.is_open(update.action):
        notes.leave(request, _("The update is accepted, and everybody can read it now."))
    else:
        notes.leave(request, _("The update is accepted."))
    return True


def _before(update: Update) -> Update | None:
    """The accepted update before this one."""
    rows = update.action.updates.filter(state=Update.State.ACCEPTED).exclude(pk=update.pk)
    return rows.filter(observed_on__lte=update.observed_on).order_by("-observed_on", "-id").first()


def _nearby(update: Update) -> list[stories.Step]:
    """Milestones around the day of the update, so that the checker sees what it speaks of."""
    around = timedelta(days=45)
    return [
        step
        for step in stories.steps_of(update.action, update.observed_on)
        if abs((step.milestone.due - update.observed_on).days) <= around.days
    ]


# -- milestones ----------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def milestone_page(request: RegionVisit, region: str, key: str) -> HttpResponse:
    """One step on the way; whoever reports on the action says here that it is done."""
    milestone = permissions.access_milestone(region, key, walker=request.walker)
    today = request.region.today(request.now)
    form = MilestoneForm(sent(request), initial={"done_on": today})
    if request.method == "POST":
        permissions.access_milestone(region, key, walker=request.walker, to=Right.REPORT)
        if form.is_valid() and _completed(request, milestone, form):
            return HttpResponseRedirect(milestone.action.urn.address)
    step = next(
        step
        for step in stories.steps_of(milestone.action, today)
        if step.milestone.pk == milestone.pk
    )
    facts = {
        "milestone": milestone,
        "action": milestone.action,
        "step": step,
        "form": form,
        "thread": thread.walk(milestone.urn, request.walker),
        "may_complete": _may_complete(request, milestone),
    }
    failed = form.is_bound and bool(form.errors)
    return render(request, "programme/milestone.html", facts, status=422 if failed else 200)


def _may_complete(request: RegionVisit, milestone: Any) -> bool:
    going = milestone.done_on is None and milestone.action.state == Action.State.PUBLISHED
    return going and permissions.may(milestone.action, request.walker, Right.REPORT)


def _completed(request: RegionVisit, milestone: Any, form: MilestoneForm) -> bool:
    try:
        operations.complete_milestone(
            milestone=milestone,
            done_on=form.cleaned_data["done_on"],
            note=form.cleaned_data["note"],
            now=request.now,
            by=request.walker,
        )
    except SimpulError as error:
        words.blame(form, error)
        return False
    notes.leave(request, _("The milestone is done."))
    return True
