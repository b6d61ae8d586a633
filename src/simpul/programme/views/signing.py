"""Writing a commitment, opening it for signing, and signing or declining for one's office."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from simpul.desk.papers.safe import safe
from simpul.desk.papers.signatures import CertificateSigner, Signer
from simpul.government.access import Right
from simpul.government.queries import Holder, assignments_of
from simpul.government.requests import RegionVisit
from simpul.kernel.errors import NotAllowed, NotSignedIn, SimpulError
from simpul.programme import duties, operations, permissions, verification, words
from simpul.programme.errors import ChangedMeanwhile, CommitmentFrozen
from simpul.programme.forms import (
    CommitmentForm,
    DeclineForm,
    PartyRows,
    SignForm,
    party_rows,
    sent,
    sent_files,
)
from simpul.programme.models import Commitment, Party
from simpul.programme.views.commitments import is_draft, whole_address
from simpul.web import notes

# -- signing -------------------------------------------------------------------------------


@never_cache
@sensitive_post_parameters("passphrase")
@require_http_methods(["GET", "POST"])
def sign_page(request: RegionVisit, region: str, key: str) -> HttpResponse:
    """The text, and the place to sign it; opening the page counts as having read it."""
    party = permissions.access_party(region, key, walker=request.walker)
    form = SignForm(
        sent(request),
        sent_files(request),
        has_certificate=_has_certificate(request),
    )
    if request.method == "POST" and form.is_valid() and _signed(request, party, form):
        return HttpResponseRedirect(party.commitment.urn.address)
    if request.method == "GET":
        operations.mark_read(party=party, now=request.now, by=request.walker)
    return _page(request, party, form, DeclineForm())


def _page(request: RegionVisit, party: Party, form: SignForm, decline: DeclineForm) -> HttpResponse:
    commitment = party.commitment
    clauses = commitment.clauses.order_by("number")
    facts = {
        "commitment": commitment,
        "party": party,
        "holder": _holder(request, party),
        "parties": verification.parties_of(commitment),
        "clauses": clauses,
        "my_turn": any(each.pk == party.pk for each in duties.in_turn(commitment)),
        "is_open": commitment.state == Commitment.State.OPEN,
        "answered": party.state in {Party.State.SIGNED, Party.State.DECLINED},
        "has_certificate": _has_certificate(request),
        "form": form,
        "decline": decline,
    }
    failed = any(each.is_bound and each.errors for each in (form, decline))
    return render(request, "programme/sign.html", facts, status=422 if failed else 200)


def _holder(request: RegionVisit, party: Party) -> Holder | None:
    """In which manner the visitor holds the post of the party."""
    account = request.walker.account
    assert account is not None
    day = request.region.today(request.now)
    for row in assignments_of(party.post).filter(person=account.person_id):
        if row.covers(day):
            return Holder(party.post, row.person, row.manner, row.starts, row.ends, "")
    return None


def _has_certificate(request: RegionVisit) -> bool:
    account = request.walker.account
    assert account is not None
    return safe().authority(now=request.now).has(account.person.key)


def _signer(request: RegionVisit, form: SignForm) -> Signer:
    """The signer behind the file that came with the form, else behind the one kept here.

    Raises:
        WrongPassphrase, NoCertificate
    """
    passphrase: bytes = form.cleaned_data["passphrase"].encode()
    given = form.cleaned_data["certificate"]
    if given is not None:
        return CertificateSigner.from_pkcs12(given.read(), passphrase)
    account = request.walker.account
    assert account is not None
    return safe().authority(now=request.now).signer(account.person.key, passphrase)


def _signed(request: RegionVisit, party: Party, form: SignForm) -> bool:
    try:
        signer = _signer(request, form)
        operations.sign(party=party, signer=signer, now=request.now, by=request.walker)
    except SimpulError as error:
        words.blame(form, error)
        return False
    notes.leave(
        request,
        _("Your signature stands in the document and was found valid."),
        next_label=_("See the check"),
        next_address=f"{party.commitment.urn.address}periksa/",
    )
    return True


@require_POST
def decline_page(request: RegionVisit, region: str, key: str) -> HttpResponse:
    """Say that one's office does not sign, and why."""
    party = permissions.access_party(region, key, walker=request.walker)
    decline = DeclineForm(request.POST)
    if decline.is_valid():
        try:
            operations.decline(
                party=party,
                reason=decline.cleaned_data["reason"],
                now=request.now,
                by=request.walker,
            )
        except SimpulError as error:
            words.blame(decline, error)
        else:
            notes.leave(request, _("It is noted that your office does not sign."))
            return HttpResponseRedirect(party.commitment.urn.address)
    form = SignForm(has_certificate=_has_certificate(request))
    return _page(request, party, form, decline)


# -- writing -------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def new_page(request: RegionVisit, region: str) -> HttpResponse:
    """A new commitment; a draft until it is opened."""
    if not permissions.drafts_commitments(request.walker, region):
        raise NotAllowed if request.walker.signed_in else NotSignedIn
    initial = {
        "place": request.region.name,
        "dated": request.region.today(request.now),
        "language": "id",
        "revision": 1,
    }
    form = CommitmentForm(sent(request), initial=initial)
    rows = party_rows(request.region, request.now, sent(request))
    if request.method == "POST" and form.is_valid() and rows.is_valid():
        commitment = operations.draft_commitment(
            region=request.region,
            clauses=form.cleaned_data["clauses"],
            parties=rows.seats(),
            now=request.now,
            by=request.walker,
            **form.text(),
        )
        notes.leave(request, _("The commitment is saved as a draft."))
        return HttpResponseRedirect(commitment.urn.address)
    return _form_page(request, form, rows, None)


@require_http_methods(["GET", "POST"])
def edit_page(request: RegionVisit, region: str, key: str) -> HttpResponse:
    """The text and the parties of a draft."""
    commitment = permissions.access_commitment(region, key, walker=request.walker, to=Right.EDIT)
    if not is_draft(commitment):
        raise CommitmentFrozen
    typed = request.POST.copy() if request.method == "POST" else None
    form = CommitmentForm(typed, initial=CommitmentForm.initial_of(commitment))
    rows = party_rows(request.region, request.now, typed, commitment=commitment)
    if typed is not None and form.is_valid() and rows.is_valid():
        try:
            _revise(request, commitment, form, rows)
        except ChangedMeanwhile as error:
            words.blame(form, error)
            typed["revision"] = str(Commitment.objects.get(pk=commitment.pk).revision)
        except SimpulError as error:
            words.blame(form, error)
        else:
            notes.leave(request, _("The draft is saved."))
            return HttpResponseRedirect(commitment.urn.address)
    return _form_page(request, form, rows, commitment)


def _revise(
    request: RegionVisit, commitment: Commitment, form: CommitmentForm, rows: PartyRows
) -> None:
    operations.revise_commitment(
        commitment=commitment,
        revision=form.cleaned_data["revision"],
        clauses=form.cleaned_data["clauses"],
        parties=rows.seats(),
        now=request.now,
        by=request.walker,
        **form.text(),
    )


def _form_page(
    request: RegionVisit, form: CommitmentForm, rows: PartyRows, commitment: Commitment | None
) -> HttpResponse:
    facts: dict[str, Any] = {"form": form, "rows": rows, "commitment": commitment}
    failed = form.is_bound and (bool(form.errors) or not rows.is_valid())
    return render(request, "programme/commitment_form.html", facts, status=422 if failed else 200)


@require_POST
def open_page(request: RegionVisit, region: str, key: str) -> HttpResponse:
    """Set the commitment on paper and ask the parties to sign."""
    commitment = permissions.access_commitment(region, key, walker=request.walker, to=Right.EDIT)
    operations.open_for_signing(
        commitment=commitment,
        address=whole_address(commitment.urn),
        now=request.now,
        by=request.walker,
    )
    notes.leave(request, _("The commitment is open for signing; the first parties were asked."))
    return HttpResponseRedirect(commitment.urn.address)


@require_http_methods(["GET", "POST"])
def withdraw_page(request: RegionVisit, region: str, key: str) -> HttpResponse:
    """Take back a commitment that is not concluded."""
    commitment = permissions.access_commitment(region, key, walker=request.walker, to=Right.EDIT)
    form = DeclineForm(sent(request))
    form.fields["reason"].label = _("Why is it withdrawn?")
    form.fields["reason"].help_text = _("It is written into the record.")
    if request.method == "POST" and form.is_valid():
        try:
            operations.withdraw(
                commitment=commitment,
                reason=form.cleaned_data["reason"],
                now=request.now,
                by=request.walker,
            )
        except SimpulError as error:
            words.blame(form, error)
        else:
            notes.leave(request, _("The commitment is withdrawn."))
            return HttpResponseRedirect(f"/{region}/komitmen/")
    facts = {"commitment": commitment, "form": form}
    failed = form.is_bound and bool(form.errors)
    return render(request, "programme/withdraw.html", facts, status=422 if failed else 200)
