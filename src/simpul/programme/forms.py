"""The forms of this room: what is asked, with its help; what is wrong is said by the operations."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q, QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from simpul.desk.models import Category
from simpul.government.models import Organisation, Post, Region
from simpul.government.queries import organisations_on
from simpul.kernel.ids import KEY
from simpul.programme.models import Action, ActionParty, Commitment, Plan
from simpul.programme.operations import Seat, Sheet
from simpul.programme.status import Name
from simpul.web.states import state as state_called

MEGABYTE = 1024 * 1024

if TYPE_CHECKING:
    _ModelChoice = forms.ModelChoiceField[Any]
    _ModelChoices = forms.ModelMultipleChoiceField[Any]
    _Rows = forms.BaseFormSet["PartyForm"]
else:
    _ModelChoice = forms.ModelChoiceField
    _ModelChoices = forms.ModelMultipleChoiceField
    _Rows = forms.BaseFormSet


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form was sent with; None where the page is only looked at. An empty form that was
    sent is still a sent one."""
    return request.POST if request.method == "POST" else None


def sent_files(request: HttpRequest) -> MultiValueDict[str, UploadedFile[Any]] | None:
    """The files that came with a form."""
    return request.FILES if request.method == "POST" else None


def no_larger_than(limit: int) -> Callable[[UploadedFile[Any]], None]:
    """A validator that refuses a file before it is read. limit: bytes."""

    def check(file: UploadedFile[Any]) -> None:
        if (file.size or 0) > limit:
            raise forms.ValidationError(_("This file is too large."))

    return check


class DayInput(forms.DateInput):
    """The browser's own calendar; the value is written as it wants it."""

    input_type = "date"

    def __init__(self, **attrs: Any) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")


class DayField(forms.DateField):
    """A local day: as the browser's calendar sends it, or as people here type it."""

    widget = DayInput

    def __init__(self, **said: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y"], **said)


class ManyFilesInput(forms.ClearableFileInput):
    """An input that takes several files at once."""

    allow_multiple_selected = True


class PicturesField(forms.FileField):
    """Any number of pictures, none among them."""

    def __init__(self, *, camera: bool, **said: Any) -> None:
        attrs = {"accept": "image/jpeg,image/png,image/webp", "class": "input"}
        attrs |= {"capture": "environment"} if camera else {}
        widget = forms.FileInput(attrs=attrs) if camera else ManyFilesInput(attrs=attrs)
        super().__init__(required=False, widget=widget, **said)

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        given = data if isinstance(data, list | tuple) else [data]
        return [super(PicturesField, self).clean(each, initial) for each in given if each]


class ReportForm(forms.Form):
    """The clerk's report. key: of the update it becomes, so that sending it twice is one."""

    percent = forms.DecimalField(
        label=_("How far is it?"),
        help_text=_("Share of the whole action that is done, 0 to 100 percent. Example: 45"),
        decimal_places=2,
        widget=forms.NumberInput(
            attrs={"inputmode": "decimal", "step": "any", "class": "percent__input"}
        ),
    )
    text = forms.CharField(
        label=_("What was done?"),
        help_text=_(
            "Two or three sentences that a citizen understands. "
            "Example: Eight of twelve gauges stand and send readings."
        ),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    observed_on = DayField(
        label=_("On which day was it so?"),
        help_text=_("The day you saw it, not the day you report it."),
    )
    camera = PicturesField(
        camera=True, label=_("Take a picture"), help_text=_("Opens the camera of your phone.")
    )
    gallery = PicturesField(
        camera=False,
        label=_("Choose pictures"),
        help_text=_("JPEG, PNG or WebP; several at once. Where and when they were taken is kept."),
    )
    public = forms.BooleanField(
        label=_("Show it to everybody once it is accepted"),
        help_text=_("Pictures are shown without the place and the device they came from."),
        required=False,
        initial=True,
    )
    key = forms.RegexField(KEY, widget=forms.HiddenInput, max_length=20)

    def files_to_pick(self) -> list[forms.BoundField]:
        """The two ways to a picture, for the page."""
        return [self["camera"], self["gallery"]]


class ReviewForm(forms.Form):
    """What the checker says."""

    note = forms.CharField(
        label=_("Note"),
        help_text=_("Needed to return the update: say what is missing."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class MilestoneForm(forms.Form):
    """That a milestone is done."""

    done_on = DayField(label=_("Done on"), help_text=_("The day on which it was reached."))
    note = forms.CharField(
        label=_("Note"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class StatusForm(forms.Form):
    """Another status than the computed one."""

    status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        widget=forms.RadioSelect,
        choices=[("", _("Let the facts decide"))]
        + [(name.value, state_called(name).label) for name in Name],
    )
    reason = forms.CharField(
        label=pgettext_lazy("of a status", "Reason"),
        help_text=_("One sentence; everybody reads it beside the status."),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class SignForm(forms.Form):
    """Signing with a certificate."""

    read = forms.BooleanField(label=_("I have read the text and sign it for my office"))
    passphrase = forms.CharField(
        label=_("Passphrase of your certificate"),
        help_text=_("It opens your key for this one signature and is kept nowhere."),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    certificate = forms.FileField(
        label=_("Certificate file"),
        validators=[no_larger_than(MEGABYTE)],
        help_text=_("A file that ends in .p12 or .pfx, as the certification body gave it to you."),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".p12,.pfx,application/x-pkcs12"}),
    )

    def __init__(self, *args: Any, has_certificate: bool, **said: Any) -> None:
        super().__init__(*args, **said)
        self.fields["certificate"].required = not has_certificate
        if has_certificate:
            self.fields["certificate"].help_text = _(
                "Only if you want to sign with another certificate than the one kept here."
            )


class DeclineForm(forms.Form):
    """Not signing, and why."""

    reason = forms.CharField(
        label=_("Why do you not sign?"),
        help_text=_("The offices that wrote the commitment read it."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class CompareForm(forms.Form):
    """A file to compare with the one that stands here."""

    file = forms.FileField(
        validators=[no_larger_than(25 * MEGABYTE)],
        label=_("Your copy of the document"),
        help_text=_("The PDF file itself, not a scan or a photograph. It is not kept."),
        widget=forms.FileInput(attrs={"accept": "application/pdf,.pdf"}),
    )


# -- writing actions and commitments -------------------------------------------------------


class _Named(_ModelChoice):
    """A choice that reads as the organisation before the post."""

    def label_from_instance(self, obj: Any) -> str:
        if isinstance(obj, Post):
            return f"{obj.organisation} – {obj.title}"
        return str(obj)


class _Categories(_ModelChoices):
    """Sub-dimensions below their dimension."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.parent.name} – {obj.name}" if obj.parent else str(obj.name)


class ActionForm(forms.Form):
    """The sheet of an action."""

    title = forms.CharField(label=_("Title"), max_length=240)
    code = forms.CharField(label=_("Code in the plan"), max_length=40, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=Action.ActionKind.choices)
    summary = forms.CharField(
        label=_("In one sentence"),
        help_text=_("What changes for citizens."),
        max_length=400,
        required=False,
    )
    description = forms.CharField(
        label=_("Description"), required=False, widget=forms.Textarea(attrs={"rows": 6})
    )
    post = _Named(
        label=_("Responsible post"),
        queryset=Post.objects.none(),
        empty_label=_("Choose a post"),
        help_text=_("It answers for the action; its organisation leads."),
    )
    reviewer = _Named(
        label=_("Who checks the updates"),
        queryset=Post.objects.none(),
        required=False,
        empty_label=_("The head of the lead organisation"),
    )
    starts = DayField(label=_("First day"))
    due = DayField(label=_("Last day"))
    horizon = forms.ChoiceField(label=_("Horizon"), choices=Action.Horizon.choices)
    rhythm = forms.ChoiceField(
        label=_("How often it is reported on"),
        choices=Action._meta.get_field("rhythm").choices or [],
    )
    strand = forms.ChoiceField(
        label=_("What it builds up"),
        required=False,
        choices=[("", "–"), *Action.Strand.choices],
    )
    categories = _Categories(
        label=_("Sub-dimensions"),
        queryset=Category.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    supporting = forms.ModelMultipleChoiceField(
        label=_("Supporting organisations"),
        queryset=Organisation.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    visibility = forms.ChoiceField(label=_("Who sees it"), choices=Action.Visibility.choices)
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, plan: Plan, now: datetime, **said: Any) -> None:
        super().__init__(*args, **said)
        posts = posts_to_choose(plan.region, plan.region.today(now))
        choosable: dict[str, QuerySet[Any]] = {
            "post": posts,
            "reviewer": posts,
            "supporting": organisations_on(plan.region, plan.region.today(now)),
            "categories": Category.objects.filter(tree=plan.tree)
            .exclude(parent=None)
            .select_related("parent")
            .order_by("order"),
        }
        for name, rows in choosable.items():
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = rows

    @staticmethod
    def initial_of(action: Action) -> dict[str, Any]:
        """What the form shows before anything is typed."""
        plain = {
            name: getattr(action, name)
            for name in ActionForm.base_fields
            if name not in {"post", "reviewer", "categories", "supporting"}
        }
        return plain | {
            "post": action.post_id,
            "reviewer": action.reviewer_id,
            "categories": list(action.categories.values_list("pk", flat=True)),
            "supporting": list(action.parties.values_list("organisation_id", flat=True)),
        }

    def set_beside(self, current: Action) -> list[tuple[str, str]]:
        """Take up the revision that somebody else saved, so that saving again writes over it on
        purpose; returns label and text of each field that they left otherwise than typed here."""
        self.data["revision"] = str(current.revision)  # type: ignore[index]
        theirs = self.initial_of(current)
        different: list[tuple[str, str]] = []
        for name, field in self.fields.items():
            typed = field.prepare_value(self.cleaned_data.get(name))
            if name != "revision" and str(typed or "") != str(theirs[name] or ""):
                different.append((str(field.label), self._shown(name, theirs[name])))
        return different

    def _shown(self, name: str, value: Any) -> str:
        """A value as the form shows it."""
        field = self.fields[name]
        chosen = value if isinstance(value, list) else [value]
        if isinstance(field, forms.ModelChoiceField):
            rows = [] if field.queryset is None else field.queryset.filter(pk__in=chosen)
            return ", ".join(field.label_from_instance(row) for row in rows) or "–"
        if isinstance(field, forms.ChoiceField):
            pairs: Any = field.choices
            labels = {str(key): str(label) for key, label in pairs}
            return labels.get(str(value), str(value))
        return str(value) if value not in (None, "") else "–"

    def sheet(self, *, before: Action | None = None) -> Sheet:
        """The sheet as typed; a supporting organisation keeps the role it had."""
        said = dict(self.cleaned_data)
        said.pop("revision")
        supporting = said.pop("supporting")
        roles: dict[int, str] = {}
        if before is not None:
            roles = dict(before.parties.values_list("organisation_id", "role"))
        default = ActionParty.Role.SUPPORT
        parties = tuple((each, roles.get(each.pk, default)) for each in supporting)
        language = before.language if before is not None else "id"
        return Sheet(parties=parties, language=language, **said)


def posts_to_choose(region: Region, day: date) -> QuerySet[Post]:
    """The posts of a region that exist on a local day, by organisation, the head first."""
    ended = Q(valid_to__isnull=False, valid_to__lte=day)
    ended |= Q(organisation__valid_to__isnull=False, organisation__valid_to__lte=day)
    rows = Post.objects.filter(organisation__region=region).exclude(ended)
    return rows.select_related("organisation").order_by("organisation__name", "-is_head", "title")


class CommitmentForm(forms.Form):
    """The text and the parties of a commitment."""

    title = forms.CharField(label=_("Title"), max_length=240)
    number = forms.CharField(label=_("Number"), max_length=120, required=False)
    place = forms.CharField(label=_("Place"), max_length=120)
    dated = DayField(label=_("Date on the paper"))
    preamble = forms.CharField(
        label=_("Opening text"),
        help_text=_("An empty line begins a new paragraph."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    clauses = forms.CharField(
        label=_("Clauses"),
        help_text=_("One promise in each paragraph; an empty line between them. No numbers."),
        widget=forms.Textarea(attrs={"rows": 12}),
    )
    closing = forms.CharField(
        label=_("Closing text"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    sign_by = DayField(label=_("Sign until"), required=False)
    language = forms.ChoiceField(
        label=_("Language of the text"), choices=[("id", "Bahasa Indonesia"), ("en", "English")]
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)

    TEXT: ClassVar[tuple[str, ...]] = (
        "title",
        "number",
        "place",
        "dated",
        "preamble",
        "closing",
        "sign_by",
        "language",
    )

    def clean_clauses(self) -> list[str]:
        text: str = self.cleaned_data["clauses"].replace("\r\n", "\n")
        return [" ".join(part.split()) for part in text.split("\n\n") if part.strip()]

    def text(self) -> dict[str, Any]:
        """The plain fields as typed."""
        return {name: self.cleaned_data[name] for name in self.TEXT}

    @staticmethod
    def initial_of(commitment: Commitment) -> dict[str, Any]:
        """What the form shows before anything is typed."""
        plain = {name: getattr(commitment, name) for name in CommitmentForm.TEXT}
        return plain | {
            "clauses": "\n\n".join(commitment.clauses.values_list("text", flat=True)),
            "revision": commitment.revision,
        }


class PartyForm(forms.Form):
    """One party: who signs, and when their turn is."""

    post = _Named(
        label=_("Post"),
        queryset=Post.objects.none(),
        required=False,
        empty_label="–",
        widget=forms.Select(attrs={"class": "input"}),
    )
    turn = forms.IntegerField(
        label=_("Turn"),
        min_value=1,
        max_value=200,
        required=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "class": "input"}),
    )

    def __init__(self, *args: Any, posts: QuerySet[Post], **said: Any) -> None:
        # An untouched row is read like any other: what it shows is what is meant.
        super().__init__(*args, **(said | {"empty_permitted": False}))
        field = self.fields["post"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = posts


class PartyRows(_Rows):
    """The parties in the order of the paper; rows without a post are left out."""

    def clean(self) -> None:
        posts = [seat.post.pk for seat in self.seats()]
        if len(set(posts)) < len(posts):
            raise forms.ValidationError(_("Each post signs once."))

    def seats(self) -> list[Seat]:
        """The parties as typed; a row without a turn comes after the row before it."""
        found: list[Seat] = []
        for form in self.forms:
            said = getattr(form, "cleaned_data", {})
            if said.get("post"):
                after = found[-1].turn + 1 if found else 1
                found.append(Seat(said["post"], said.get("turn") or after))
        return found


def party_rows(
    region: Region, now: datetime, data: Any = None, *, commitment: Commitment | None = None
) -> PartyRows:
    """Rows for the parties there are, and six more."""
    rows = forms.formset_factory(PartyForm, formset=PartyRows, extra=6, max_num=200)
    known = commitment.parties.order_by("order") if commitment is not None else []
    initial = [{"post": party.post_id, "turn": party.turn} for party in known]
    posts = posts_to_choose(region, region.today(now))
    made: Any = rows
    formset: PartyRows = made(data, initial=initial, prefix="parties", form_kwargs={"posts": posts})
    return formset
