"""Pages of evaluation: who sees what, what they show, and what their forms keep."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.test import Client

from simpul.evaluation import operations, queries
from simpul.evaluation.models import Evaluation, Stage
from simpul.government.models import Account
from tests import factories as city
from tests.evaluation import factories as make
from tests.factories import NOW, Right

pytestmark = pytest.mark.django_db

HOME = "/19.71/evaluasi/"


@pytest.fixture
def team() -> Account:
    return city.smart_city_team()


@pytest.fixture
def browser(team: Account) -> Client:
    return city.signed_in(team)


def page(client: Client, address: str, status: int = 200, language: str = "en") -> str:
    client.cookies["bahasa"] = language
    response = client.get(address)
    assert response.status_code == status, response.content[:500]
    return response.content.decode()


def proposed() -> Evaluation:
    """An evaluation whose first item has a proposal and whose second lacks proof."""
    evaluation = make.evaluation()
    make.query("document", {"document_kind": "perkada"})
    make.query("meetings", {"body": "dewan"}, for_item="baseline.perencanaan.1_2_1")
    make.document()
    operations.refresh_proposals(evaluation=evaluation, now=NOW)
    return evaluation


def published() -> None:
    for code in ("19.71", "35.07"):
        city.region(code)
    for key in ("smart-city-2022", "smart-city-2023", "spbe-2020"):
        make.instrument(key)
    operations.import_published_results()


# --- who sees what ------------------------------------------------------------------------------


def test_a_stranger_is_sent_to_sign_in_before_a_self_assessment() -> None:
    evaluation = make.evaluation()
    for urn in (evaluation.urn, evaluation.item_urn(1)):
        response = city.signed_in().get(urn.address)
        assert response.status_code == 302
        assert response["Location"].startswith("/masuk/")


def test_a_stranger_s_program_gets_a_problem_and_no_numbers() -> None:
    evaluation = make.evaluation()
    for tail in ("data.json", "data.csv"):
        assert city.signed_in().get(evaluation.urn.address + tail).status_code == 401
        assert city.signed_in().get(evaluation.item_urn(1).address + tail).status_code == 401


def test_an_official_of_another_office_does_not_find_the_self_assessment() -> None:
    evaluation = make.evaluation()
    stranger = city.signed_in(city.official(rights=[Right.SEE]))
    page(stranger, evaluation.urn.address, 404)
    assert evaluation.urn.address not in page(stranger, HOME)


def test_the_post_that_owes_proof_sees_the_evaluation_and_scores_its_own_item_only() -> None:
    evaluation = make.evaluation()
    clerk = city.clerk()
    make.query("document", {"document_kind": "perkada"}, post=city.seat_of(clerk))
    browser = city.signed_in(clerk)
    assert "Save the level" in page(browser, evaluation.item_urn(1).address)
    assert "Save the level" not in page(browser, evaluation.item_urn(2).address)
    answer = browser.post(evaluation.item_urn(2).address, {"value": "3", "reason": "x"})
    assert answer.status_code == 403
    assert not evaluation.scores.exists()


def test_who_may_only_look_scores_nothing() -> None:
    evaluation = make.evaluation()
    viewer = city.official(rights=[Right.SEE], over=city.government())
    browser = city.signed_in(viewer)
    assert "Save the level" not in page(browser, evaluation.item_urn(1).address)
    assert browser.post(evaluation.urn.address + "segarkan/").status_code == 403
    answer = browser.post(evaluation.item_urn(1).address, {"value": "3", "reason": "x"})
    assert answer.status_code == 403


def test_an_assessor_marks_the_later_stages_only() -> None:
    evaluation = make.evaluation()
    assessor = city.official(rights=[Right.ASSESS], over=city.government())
    browser = city.signed_in(assessor)
    form = {"value": "3", "reason": ""}
    assert browser.post(evaluation.item_urn(1).address, form).status_code == 403
    operations.advance(evaluation=evaluation, stage=Stage.INTERVIEW, now=NOW)
    assert browser.post(evaluation.item_urn(1).address, form).status_code == 302
    assert evaluation.scores.get().stage == Stage.INTERVIEW


@pytest.mark.parametrize("tail", ["", "hasil/", "hasil/data.json", "data.csv"])
def test_published_results_are_open_to_everybody(tail: str) -> None:
    published()
    assert city.signed_in().get(HOME + tail).status_code == 200


def test_unknown_addresses_are_not_found(browser: Client) -> None:
    evaluation = make.evaluation("smart-city-2023", group="regular")
    for address in (
        f"{HOME}nosuchkey1/",
        f"/19.71/penilaian/{evaluation.key}.118/",
        f"/19.71/penilaian/{evaluation.key}.112/",
        f"/19.71/penilaian/{evaluation.key}.x/",
        f"/19.71/penilaian/{evaluation.key}/",
        "/19.71/instrumen/nosuch/",
        "/19.71/instrumen/smart-city-2023/?versi=9",
    ):
        assert browser.get(address).status_code == 404, address


# --- the self-assessment ------------------------------------------------------------------------


def test_self_assessment_shows_score_missing_and_proposals(browser: Client) -> None:
    evaluation = proposed()
    text = page(browser, evaluation.urn.address)
    assert "59 of 59 items have no value and count as 0" in text
    assert "Proposes level 2." in text
    assert "Item 2 of the evaluation 2026 has no proof." in text
    assert "1 item has a proposal that waits" in text
    assert "Accept level 2" in text


def test_self_assessment_speaks_indonesian_first(browser: Client) -> None:
    evaluation = proposed()
    text = page(browser, evaluation.urn.address, language="id")
    assert "59 dari 59 butir belum bernilai dan dihitung 0" in text
    assert "Apakah Dewan Smart City melaksanakan rapat" in text


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("komponen=baseline", 5),
        ("dimensi=smart_living", 7),
        ("keadaan=submitted", 1),
        ("keadaan=unproven", 1),
        ("keadaan=missing", 59),
        ("keadaan=approved", 0),
        ("cari=payung+hukum", 1),
        ("cari=council", 2),
        ("komponen=output&cari=council", 1),
    ],
)
def test_items_are_filtered_by_the_address(browser: Client, query: str, kept: int) -> None:
    evaluation = proposed()
    rows = browser.get(f"{evaluation.urn.address}data.json?{query}").json()["rows"]
    assert len(rows) == kept
    assert page(browser, f"{evaluation.urn.address}?{query}").count('class="score-item"') == kept


def test_items_as_csv_carry_value_and_proposal(browser: Client) -> None:
    evaluation = proposed()
    answer = browser.get(f"{evaluation.urn.address}data.csv").content.decode()
    [first, second, *_rest] = csv.DictReader(io.StringIO(answer))
    assert first["proposed [points]"] == "2"
    assert first["value [points]"] == second["proposed [points]"] == ""


def test_refreshing_says_what_changed(browser: Client) -> None:
    evaluation = proposed()
    make.meeting()
    answer = browser.post(evaluation.urn.address + "segarkan/", follow=True)
    told = answer.content.decode()
    assert "2 pencarian bukti diulang: 1 menemukan hal lain, 0 belum menemukan bukti." in told


# --- one item -----------------------------------------------------------------------------------


def test_item_page_shows_question_proposal_rule_and_proof(browser: Client) -> None:
    evaluation = proposed()
    text = page(browser, evaluation.item_urn(1).address)
    assert "legal footing" in text
    assert "The city&#x27;s own rule, not an official one:" in text or "not an official one" in text
    assert "from 1: level 2; from 3: level 4" in text
    [proof] = queries.offers(evaluation)["baseline.perencanaan.1_1_1"][0].proof
    assert f'href="{proof.address}"' in text


def test_accepting_on_the_list_comes_back_to_the_list(browser: Client) -> None:
    evaluation = proposed()
    proposal = evaluation.proposals.get(level=2)
    back = f"{evaluation.urn.address}?komponen=baseline#butir-1"
    answer = browser.post(evaluation.item_urn(1).address, {"proposal": proposal.pk, "next": back})
    assert (answer.status_code, answer["Location"]) == (302, back)
    assert evaluation.scores.get().proposal == proposal
    assert "Tersimpan: butir 1 bernilai 2" in browser.get(back).content.decode()


def test_accepting_never_leads_to_another_host(browser: Client) -> None:
    evaluation = proposed()
    proposal = evaluation.proposals.get(level=2)
    for elsewhere in ("https://example.org/", "//example.org/", "javascript:alert(1)"):
        answer = browser.post(
            evaluation.item_urn(1).address, {"proposal": proposal.pk, "next": elsewhere}
        )
        assert answer["Location"] == evaluation.item_urn(1).address


def test_a_proposal_of_another_item_is_not_accepted(browser: Client) -> None:
    evaluation = proposed()
    proposal = evaluation.proposals.get(level=2)
    answer = browser.post(evaluation.item_urn(2).address, {"proposal": proposal.pk})
    assert answer.status_code == 409
    assert not evaluation.scores.exists()


def test_another_level_is_set_with_its_reason(browser: Client, team: Account) -> None:
    evaluation = proposed()
    form = {"value": "3", "reason": "Perwal terbit Maret 2024."}
    assert browser.post(evaluation.item_urn(1).address, form).status_code == 302
    text = page(browser, evaluation.item_urn(1).address)
    assert "the proof says 2" in text
    assert "Perwal terbit Maret 2024." in text
    assert str(city.seat_of(team)) in text


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"value": "3", "reason": ""}, 'id="id_reason-error"'),
        ({"value": "9", "reason": "Karena begitu."}, 'id="id_value-error"'),
        ({"reason": "Karena begitu."}, "Choose a level."),
    ],
)
def test_a_form_with_faults_says_so_and_keeps_what_was_typed(
    browser: Client, form: dict[str, str], told: str
) -> None:
    evaluation = proposed()
    browser.cookies["bahasa"] = "en"
    answer = browser.post(evaluation.item_urn(1).address, form)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert told in text
    assert form.get("reason", "") in text
    assert not evaluation.scores.exists()


def test_pemdi_value_is_typed_in_with_a_comma(browser: Client) -> None:
    evaluation = make.evaluation("pemdi-2026", group="all")
    form = {"value": "1,26", "reason": "Skor SDI dari Bappenas."}
    assert browser.post(evaluation.item_urn(5).address, form).status_code == 302
    assert queries.given_scores(evaluation, Stage.SELF)["data.i5"].last.shown.__str__() == "1.26"


def test_closed_evaluation_takes_no_form(browser: Client) -> None:
    evaluation = proposed()
    operations.close_evaluation(evaluation=evaluation, now=NOW)
    assert "Save the level" not in page(browser, evaluation.item_urn(1).address)
    answer = browser.post(evaluation.item_urn(1).address, {"value": "3", "reason": "x"})
    assert answer.status_code == 422
    assert not evaluation.scores.exists()


def test_history_of_an_item_is_data_too(browser: Client) -> None:
    evaluation = proposed()
    operations.accept_proposal(proposal=evaluation.proposals.get(level=2), now=NOW)
    rows = browser.get(f"{evaluation.item_urn(1).address}data.json").json()["rows"]
    assert [(row["value"], row["accepted_proposal"]) for row in rows] == [(2, True)]


# --- instruments --------------------------------------------------------------------------------


def test_instrument_page_shows_weights_rules_source_and_items() -> None:
    city.region()
    make.instrument("smart-city-2023")
    text = page(city.signed_in(), "/19.71/instrumen/smart-city-2023/")
    assert "KPPN &amp; IKN" in text
    assert "The sum of weight × component (as printed) is rounded once" in text
    assert "B-1384/DJAI/AI.01.04/12/2023" in text
    assert text.count('id="butir-') == 117


def test_instrument_is_data_and_a_whole_too() -> None:
    city.region()
    row = make.instrument("pemdi-2026")
    browser = city.signed_in()
    data: dict[str, Any] = browser.get("/19.71/instrumen/pemdi-2026/data.json").json()
    assert len(data["rows"]) == 20
    assert data["rows"][19]["weight"] == 15
    assert browser.get("/19.71/instrumen/pemdi-2026/instrumen.json").json() == row.body
    assert "pemdi-2026" in page(browser, "/19.71/instrumen/")


# --- published results --------------------------------------------------------------------------


def results(query: str) -> list[dict[str, Any]]:
    answer = city.signed_in().get(f"{HOME}hasil/data.json?{query}")
    rows: list[dict[str, Any]] = answer.json()["rows"]
    return rows


def test_every_published_index_stands_beside_the_same_computed_one() -> None:
    published()
    for name in ("smart-city-2022.2022", "smart-city-2023.2023", "spbe-2020.2024"):
        rows = [row for row in results(f"daftar={name}") if row["index_computed"] is not None]
        assert [r["name"] for r in rows if r["index_computed"] != r["index_published"]] == []
        assert len(rows) in {39, 130, 612}


def test_results_are_sorted_by_the_address() -> None:
    published()
    best = [row["name"] for row in results("daftar=smart-city-2023.2023")][:2]
    assert best == ["KOTA SURAKARTA", "KOTA BANDUNG"]
    worst = results("daftar=smart-city-2023.2023&urut=indeks")
    assert worst[0]["index_published"] == 1.16
    assert worst[-1]["took_part"] is False
    by_name = results("daftar=smart-city-2022.2022&urut=nama")
    assert by_name[0]["name"] == "KAB. BELITUNG"


def test_results_are_filtered_by_the_address() -> None:
    published()
    rows = results("daftar=smart-city-2023.2023&kelompok=kppn_ikn&jenis=kota&cari=kota+b")
    assert rows
    assert {row["group"] for row in rows} == {"kppn_ikn"}
    assert {row["kind"] for row in rows} == {"kota"}


def test_results_page_ranks_compares_and_names_its_source() -> None:
    published()
    text = page(city.signed_in(), f"{HOME}hasil/?daftar=smart-city-2023.2023")
    assert "130 of 130 indices come out to the last digit" in text
    assert text.count("listed as not taking part") == 11
    assert 'aria-sort="descending"' in text
    assert "B-1384/DJAI/AI.01.04/12/2023" in text


def test_long_list_comes_in_pages() -> None:
    published()
    browser = city.signed_in()
    first = page(browser, f"{HOME}hasil/?daftar=spbe-2020.2024")
    assert "615 rows" in first
    assert "halaman=2" in first
    assert "halaman=4" in page(browser, f"{HOME}hasil/?daftar=spbe-2020.2024&halaman=5")
    page(browser, f"{HOME}hasil/?daftar=spbe-2020.2024&halaman=99&cari=zzz")


def test_results_of_the_region_stand_on_its_own_page() -> None:
    published()
    text = page(city.signed_in(), "/35.07/evaluasi/")
    assert "2.94" in text
    assert "2.51" in text
    assert "0.44" in text
