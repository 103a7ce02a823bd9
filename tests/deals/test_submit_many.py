"""A head hands many drafts to the verifiers at once."""

from __future__ import annotations

from sqlalchemy import delete

from app.deals.models import Deal, TermsInvestor
from app.deals.rules import TermsState
from tests.counting import counting
from tests.deals.conftest import Office
from tests.factories.identity import send

HERE = "/deals/submission"


def ticked(office: Office, deal: Deal) -> str:
    return f"{deal.id}:{office.terms(deal).version}"


def test_a_head_submits_what_he_ticked(office: Office) -> None:
    first, second, left = (office.deal() for _ in range(3))
    client = office.client("head")
    page = client.get(HERE).text
    assert all(deal.name in page for deal in (first, second, left))
    answer = send(client, HERE, deals=[ticked(office, first), ticked(office, second)])
    assert answer.status_code == 303, answer.text
    states = [office.row(deal.id).terms_state for deal in (first, second, left)]
    assert states == [TermsState.SUBMITTED, TermsState.SUBMITTED, TermsState.DRAFT]
    assert len(office.events("deal.terms_submitted")) == 2
    assert first.name not in client.get(HERE).text


def test_one_that_is_kept_back_keeps_all_back(office: Office) -> None:
    good, bad = office.deal(), office.deal()
    with office.database.writing() as session:
        session.execute(delete(TermsInvestor).where(TermsInvestor.terms_id == office.terms(bad).id))
    client = office.client("head")
    assert client.get(HERE).text.count('name="listed"') == 1
    answer = send(client, HERE, deals=[ticked(office, good), ticked(office, bad)])
    assert answer.status_code == 409
    assert bad.code in answer.text
    assert office.row(good.id).terms_state is TermsState.DRAFT


def test_a_draft_that_was_changed_meanwhile_is_not_submitted_blindly(office: Office) -> None:
    deal = office.deal()
    answer = send(office.client("head"), HERE, deals=[f"{deal.id}:{office.terms(deal).version + 1}"])
    assert answer.status_code == 409
    assert office.row(deal.id).terms_state is TermsState.DRAFT


def test_nothing_ticked_is_said(office: Office) -> None:
    answer = send(office.client("head"), HERE)
    assert answer.status_code == 409
    assert "没有勾选" in answer.text


def test_a_head_sees_and_submits_only_what_is_below_him(office: Office) -> None:
    theirs = office.deal(unit=office.other, entered_by=office.people["elsewhere"])
    client = office.client("head")
    assert theirs.name not in client.get(HERE).text
    assert send(client, HERE, deals=[ticked(office, theirs)]).status_code == 404
    assert office.row(theirs.id).terms_state is TermsState.DRAFT


def test_the_page_asks_as_often_for_many_as_for_one(office: Office) -> None:
    office.deal()
    client = office.client("head")
    with counting(office.database) as one:
        client.get(HERE)
    for _ in range(5):
        office.deal()
    with counting(office.database) as many:
        client.get(HERE)
    assert len(many) == len(one)
