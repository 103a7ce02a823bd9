"""Submitting and withdrawing terms."""

from __future__ import annotations

from app.core.money import AmountQualifier
from app.deals.rules import TermsState
from tests.deals.conftest import Office
from tests.factories.identity import send


def test_a_head_submits_terms(office: Office) -> None:
    deal = office.deal()
    terms = office.terms(deal)
    client = office.client("head")
    page = client.get(f"/deals/{deal.id}/terms/{terms.id}")
    assert "缺合同" in page.text or "合同" in page.text
    answer = send(client, f"/deals/{deal.id}/terms/{terms.id}/submission", version=terms.version)
    assert answer.status_code == 303, answer.text
    assert office.terms(deal).state is TermsState.SUBMITTED
    assert office.row(deal.id).terms_state is TermsState.SUBMITTED
    (event,) = office.events("deal.terms_submitted")
    assert event.changes["terms_state"] == ["draft", "submitted"]
    assert "报请认定" in client.get(f"/deals/{deal.id}").text


def test_terms_that_contradict_themselves_are_not_submitted(office: Office) -> None:
    deal = office.deal(total_fen=5_000_000_000, qualifier=AmountQualifier.UNKNOWN)
    terms = office.terms(deal)
    path = f"/deals/{deal.id}/terms/{terms.id}/submission"
    answer = send(office.client("head"), path, version=terms.version)
    assert answer.status_code == 409
    assert office.terms(deal).state is TermsState.DRAFT


def test_terms_saved_meanwhile_are_not_submitted_blindly(office: Office) -> None:
    deal = office.deal()
    path = f"/deals/{deal.id}/terms/{office.terms(deal).id}/submission"
    assert send(office.client("head"), path, version=0).status_code == 412


def test_a_member_does_not_submit(office: Office) -> None:
    deal = office.deal()
    terms = office.terms(deal)
    path = f"/deals/{deal.id}/terms/{terms.id}/submission"
    assert send(office.client(), path, version=terms.version).status_code == 403
    assert send(office.client("verifier"), path, version=terms.version).status_code == 403


def test_the_terms_of_another_unit_are_not_found(office: Office) -> None:
    deal = office.deal()
    path = f"/deals/{deal.id}/terms/{office.terms(deal).id}"
    assert office.client("elsewhere").get(path).status_code == 404
    assert send(office.client("elsewhere"), f"{path}/withdrawal", version=1).status_code == 404


def test_an_open_version_is_withdrawn(office: Office) -> None:
    deal = office.deal(state=TermsState.SUBMITTED)
    terms = office.terms(deal)
    path = f"/deals/{deal.id}/terms/{terms.id}/withdrawal"
    assert send(office.client(), path, version=terms.version).status_code == 303
    assert office.row(deal.id).terms_state is TermsState.WITHDRAWN
    assert send(office.client(), path, version=terms.version + 1).status_code == 409


def test_a_draft_is_edited_and_keeps_its_versions(office: Office) -> None:
    deal = office.deal()
    terms = office.terms(deal)
    client = office.client()
    path = f"/deals/{deal.id}/terms/{terms.id}/edit"
    assert "1亿元" in client.get(path).text
    given = {
        "investor_name": office.investor.name,
        "agreement": "formal_contract",
        "total": "1.5亿",
        "signed": "2022-03-05",
        "version": terms.version,
    }
    answer = send(client, path, **given)
    assert answer.status_code == 303, answer.text
    assert office.terms(deal).total_fen == 15_000_000_000
    (event,) = office.events("deal.terms_changed")
    assert event.changes["total"][1] == "1.5亿元"
    stale = send(client, path, **given | {"total": "1.6亿"})
    assert stale.status_code == 412
    assert "1.5亿元" in stale.text


def test_submitted_terms_keep_their_words(office: Office) -> None:
    deal = office.deal(state=TermsState.SUBMITTED)
    terms = office.terms(deal)
    path = f"/deals/{deal.id}/terms/{terms.id}/edit"
    given = {"investor_name": office.investor.name, "total": "2亿", "version": terms.version}
    assert send(office.client(), path, **given).status_code == 409
