"""Forms: label above, help below it, the error at the field and in the summary."""

from __future__ import annotations

from django import forms

from tests.web.pages import render


class Report(forms.Form):
    percent = forms.IntegerField(label="Persen", max_value=100, help_text="Misalnya 40.")
    words = forms.CharField(label="Cerita", required=False, widget=forms.Textarea)
    long = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 8}))
    kind = forms.ChoiceField(
        label="Jenis", choices=[("a", "Rapat"), ("b", "Bangunan")], widget=forms.RadioSelect
    )
    public = forms.BooleanField(label="Terbuka", required=False)
    key = forms.CharField(widget=forms.HiddenInput)

    def clean(self) -> None:
        if self.cleaned_data.get("key") == "x":
            self.add_error(None, "Sudah ada laporan.")


FIELDS = "{% for each in form %}{% field each %}{% endfor %}"


def test_a_field_has_a_label_and_its_help_is_tied_to_it() -> None:
    page = render("{% field form.percent %}", form=Report())
    entry = page.one("input")
    assert page.one("label").attributes["for"] == entry.attributes["id"]
    assert page.one("p", id=entry.attributes["aria-describedby"]).text == "Misalnya 40."
    assert "aria-invalid" not in entry.attributes


def test_what_may_be_left_empty_says_so() -> None:
    assert (
        render("{% field form.words %}", form=Report()).one("label").text == "Cerita (boleh kosong)"
    )
    assert render("{% field form.percent %}", form=Report()).one("label").text == "Persen"


def test_a_long_text_gets_four_lines_unless_the_form_asks_for_more() -> None:
    page = render("{% field form.words %}{% field form.long %}", form=Report())
    assert [area.attributes["rows"] for area in page.all("textarea")] == ["4", "8"]


def test_choices_are_a_group_with_a_name() -> None:
    group = render("{% field form.kind %}", form=Report()).one("fieldset")
    assert group.one("legend").text == "Jenis"
    assert [label.text for label in group.all("label")] == ["Rapat", "Bangunan"]


def test_a_box_to_tick_has_its_label_beside_it() -> None:
    page = render("{% field form.public %}", form=Report())
    assert (
        page.one("label").attributes["for"] == page.one("input", type="checkbox").attributes["id"]
    )


def test_a_hidden_field_is_only_itself() -> None:
    page = render("{% field form.key %}", form=Report())
    assert [each.name for each in page.children] == ["input"]


def test_an_error_stands_at_the_field_and_the_input_is_kept() -> None:
    page = render("{% field form.percent %}", form=Report({"percent": "140"}))
    entry = page.one("input")
    assert entry.attributes["value"] == "140"
    assert entry.attributes["aria-invalid"] == "true"
    told = entry.attributes["aria-describedby"].split()
    assert [page.one("p", id=name).text != "" for name in told] == [True, True]
    assert "Kesalahan:" in page.one("p", class_="field__error").text


def test_the_summary_links_every_error_to_its_field() -> None:
    form = Report({"percent": "140", "key": "x"})
    page = render("{% error_summary form %}" + FIELDS, form=form)
    summary = page.one("div", class_="summary")
    assert summary.attributes["role"] == "alert"
    assert "Sudah ada laporan." in summary.text
    targets = [link.attributes["href"].removeprefix("#") for link in summary.all("a")]
    assert targets == ["id_percent", "id_kind_0"]
    assert all(page.all(id=target) for target in targets)


def test_nothing_is_summed_up_where_nothing_is_wrong() -> None:
    good = Report({"percent": "40", "kind": "a", "key": "y"})
    assert render("{% error_summary form %}", form=good).text == ""
    assert render("{% error_summary form %}", form=Report()).text == ""
    assert render("{% error_summary form %}", form=None).text == ""


def test_all_fields_come_in_their_order() -> None:
    page = render("{{ form|fields }}", form=Report())
    names = [each.attributes["name"] for each in page.all() if each.attributes.get("name")]
    assert list(dict.fromkeys(names)) == list(Report.base_fields)
