"""Money as it is typed: understood, said back before it is saved, and asked about when it looks like a slip."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.money import AmountQualifier
from app.deals.forms import amount_typed
from app.deals.rules import TermsState
from app.deals.terms.schemas import read_amount
from app.leads.models import Lead
from app.leads.rules import LeadStage
from tests.deals.conftest import Office
from tests.deals.test_file import typed
from tests.factories.identity import send
from tests.factories.leads import make_lead


@given(
    fen=st.integers(min_value=0, max_value=10**15), qualifier=st.sampled_from(["exact", "about", "at_least"])
)
def test_an_amount_written_into_its_field_reads_as_the_same_fen(fen: int, qualifier: str) -> None:
    parsed = read_amount(amount_typed(fen, AmountQualifier(qualifier)))
    assert (parsed.fen, parsed.qualifier) == (fen, AmountQualifier(qualifier))


def agreed_lead(office: Office, *, planned_wan: int) -> Lead:
    lead: Lead = office.make(
        make_lead,
        unit=office.town,
        owner=office.people["member"].person_id,
        stage=LeadStage.AGREED,
        planned_min_fen=planned_wan * 1_000_000,
        planned_max_fen=planned_wan * 1_000_000,
        reported_at=office.clock.now,
    )
    return lead


def test_without_scripts_the_amounts_are_said_back_before_anything_is_saved(office: Office) -> None:
    client = office.client()
    rows = {"contribution": ["8000", ""], "fixed": "0.9亿"}
    answer = send(client, "/deals/new", **typed(**rows), preview="true")
    assert answer.status_code == 200
    for text in ("按 1.2亿元 记录", "按 8,000万元 记录", "按 9,000万元 记录", 'value="1.2亿"'):
        assert text in answer.text
    assert office.deals() == []
    assert "先核对金额" in client.get("/deals/new").text
    assert send(client, "/deals/new", **typed(**rows)).status_code == 303


def test_a_version_is_looked_at_before_it_is_saved(office: Office) -> None:
    deal = office.deal(state=TermsState.VERIFIED)
    given = typed(kind="amendment", total="3亿", preview="true")
    answer = send(office.client(), f"/deals/{deal.id}/terms/new", **given)
    assert answer.status_code == 200
    assert "按 3亿元 记录" in answer.text
    assert office.events("deal.terms_drafted") == []


@pytest.mark.parametrize(
    ("text", "fen", "qualifier"),
    [
        ("3000万", 3_000_000_000, AmountQualifier.EXACT),
        ("1.2亿", 12_000_000_000, AmountQualifier.EXACT),
        ("1,200.5万元", 1_200_500_000, AmountQualifier.EXACT),
        ("６５００", 6_500_000_000, AmountQualifier.EXACT),
        ("不低于10亿", 100_000_000_000, AmountQualifier.AT_LEAST),
    ],
)
def test_amounts_are_read_as_the_office_writes_them(
    office: Office, text: str, fen: int, qualifier: AmountQualifier
) -> None:
    assert send(office.client(), "/deals/new", **typed(total=text)).status_code == 303
    terms = office.terms(office.deals()[0])
    assert (terms.total_fen, terms.qualifier) == (fen, qualifier)


@pytest.mark.parametrize("text", ["很多钱", "5000万-1亿"])
def test_what_cannot_be_read_is_kept_and_named(office: Office, text: str) -> None:
    answer = send(office.client(), "/deals/new", **typed(total=text))
    assert answer.status_code == 422
    assert 'id="e-total"' in answer.text
    assert f'value="{text}"' in answer.text


@pytest.mark.parametrize("text", ["120", "120亿", "499.99万"])
def test_a_slip_by_ten_thousand_asks_for_confirmation_and_keeps_the_text(office: Office, text: str) -> None:
    client = office.client()
    answer = send(client, "/deals/new", **typed(total=text))
    assert answer.status_code == 422
    assert "confirm_amount" in answer.text
    assert f'value="{text}"' in answer.text
    assert office.deals() == []
    assert send(client, "/deals/new", **typed(total=text, confirm_amount="true")).status_code == 303


@pytest.mark.parametrize(
    ("text", "asks"), [("8亿", True), ("800万", True), ("7.9亿", False), ("801万", False)]
)
def test_ten_times_and_a_tenth_of_what_the_lead_planned_are_asked_about(
    office: Office, text: str, asks: bool
) -> None:
    lead = agreed_lead(office, planned_wan=8000)
    answer = send(office.client(), f"/deals/new?lead={lead.id}", **typed(total=text))
    assert answer.status_code == (422 if asks else 303), answer.text


def test_a_slip_is_asked_about_when_the_draft_is_edited_too(office: Office) -> None:
    lead = agreed_lead(office, planned_wan=8000)
    client = office.client()
    assert send(client, f"/deals/new?lead={lead.id}", **typed(total="8000")).status_code == 303
    (deal,) = office.deals()
    terms = office.terms(deal)
    path = f"/deals/{deal.id}/terms/{terms.id}/edit"
    given: dict[str, Any] = typed(total="8亿", version=terms.version)
    refused = send(client, path, **given)
    assert refused.status_code == 422
    assert "confirm_amount" in refused.text
    assert send(client, path, **given | {"confirm_amount": "true"}).status_code == 303
    again = given | {"version": office.terms(deal).version, "place": "城西"}
    assert send(client, path, **again).status_code == 303
