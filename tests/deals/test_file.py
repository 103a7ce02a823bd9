"""Filing a deal, directly or by signing a lead."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from app.core.money import AmountQualifier
from app.core.regions import OriginLevel
from app.deals.models import Deal, TermsInvestor
from app.deals.rules import DealStage, TermsState
from tests.deals.conftest import Office
from tests.factories.identity import send


def typed(**changes: Any) -> dict[str, Any]:
    given = {
        "name": "年产20万锭麻纺项目",
        "investor_name": ["桐乡新纺科技有限公司", ""],
        "investor_kind": ["company", "company"],
        "agreement": "formal_contract",
        "total": "1.2亿",
        "signed": "2022-03-04",
        "place": "城东工业园",
    }
    return given | changes


def test_a_deal_is_filed_with_its_terms_as_a_draft(office: Office) -> None:
    client = office.client()
    answer = send(client, "/deals/new", **typed())
    assert answer.status_code == 303, answer.text
    (deal,) = office.deals()
    assert (deal.code, deal.stage, deal.terms_state) == ("D2022-0001", DealStage.SIGNED, TermsState.DRAFT)
    terms = office.terms(deal)
    assert (terms.total_fen, terms.qualifier, terms.signed_on) == (
        12_000_000_000,
        AmountQualifier.EXACT,
        date(2022, 3, 4),
    )
    page = client.get(answer.headers["location"])
    assert page.status_code == 200, page.text
    for text in (
        "年产20万锭麻纺项目",
        "桐乡新纺科技有限公司",
        "1.2亿元",
        "2022年3月4日",
        "省外",
        "登记签约项目",
    ):
        assert text in page.text
    (event,) = office.events("deal.filed")
    assert event.changes["total"] == [None, "1.2亿元"]


def test_what_is_unknown_stays_unknown(office: Office) -> None:
    client = office.client()
    answer = send(client, "/deals/new", name="某光学项目", agreement="unknown")
    assert answer.status_code == 303, answer.text
    terms = office.terms(office.deals()[0])
    assert (terms.total_fen, terms.qualifier, terms.signed_on) == (None, AmountQualifier.UNKNOWN, None)
    assert office.deals()[0].stage is DealStage.FILED
    assert "未知" in client.get(answer.headers["location"]).text


@pytest.mark.parametrize(
    ("text", "qualifier"), [("约2亿", AmountQualifier.ABOUT), ("10亿以上", AmountQualifier.AT_LEAST)]
)
def test_an_amount_keeps_its_qualifier(office: Office, text: str, qualifier: AmountQualifier) -> None:
    assert send(office.client(), "/deals/new", **typed(total=text)).status_code == 303
    assert office.terms(office.deals()[0]).qualifier is qualifier


def test_the_origin_is_frozen_with_the_terms(office: Office) -> None:
    send(office.client(), "/deals/new", **typed())
    with office.database.reading() as session:
        (row,) = session.scalars(select(TermsInvestor))
    assert (row.origin_level, row.region_code) == (OriginLevel.OUT_OF_PROVINCE, "330483")


def test_several_investors_contribute(office: Office) -> None:
    rows = {
        "investor_name": ["桐乡新纺科技有限公司", "新余本地置业有限公司"],
        "investor_home": ["", "江西新余"],
        "contribution": ["8000", "0.4亿"],
    }
    answer = send(office.client(), "/deals/new", **typed(**rows))
    assert answer.status_code == 303, answer.text
    with office.database.reading() as session:
        found = session.scalars(select(TermsInvestor).order_by(TermsInvestor.position)).all()
    assert [row.contribution_fen for row in found] == [8_000_000_000, 4_000_000_000]
    assert found[1].origin_level is OriginLevel.CITY


def test_contributions_above_the_total_are_refused(office: Office) -> None:
    answer = send(office.client(), "/deals/new", **typed(contribution=["2亿", ""]))
    assert answer.status_code == 422
    assert 'id="e-contribution"' in answer.text
    assert "桐乡新纺科技有限公司" in answer.text
    assert office.deals() == []


def test_a_foreign_amount_is_converted_once(office: Office) -> None:
    foreign = {
        "total": "",
        "currency": "USD",
        "original_amount": "20000000",
        "rate": "6.3",
        "rate_on": "2022-03-04",
        "rate_source": "中国人民银行",
    }
    answer = send(office.client(), "/deals/new", **typed(**foreign))
    assert answer.status_code == 303, answer.text
    terms = office.terms(office.deals()[0])
    assert (terms.total_fen, terms.qualifier) == (12_600_000_000, AmountQualifier.EXACT)
    answer = send(office.client(), "/deals/new", **typed(**foreign | {"rate_on": ""}))
    assert answer.status_code == 422


def test_a_signing_day_in_the_future_is_refused(office: Office) -> None:
    answer = send(office.client(), "/deals/new", **typed(signed="2022-12-31"))
    assert answer.status_code == 422
    assert 'id="e-signed"' in answer.text


def test_a_month_is_a_signing_day_too(office: Office) -> None:
    send(office.client(), "/deals/new", **typed(signed="2022年3月"))
    terms = office.terms(office.deals()[0])
    assert (terms.signed_from, terms.signed_on) == (date(2022, 3, 1), date(2022, 3, 31))


def test_who_only_reads_files_nothing(office: Office) -> None:
    assert send(office.client("leader"), "/deals/new", **typed()).status_code == 403
    assert send(office.client("admin"), "/deals/new", **typed()).status_code == 403


def test_a_deal_is_filed_for_ones_own_unit_only(office: Office) -> None:
    assert send(office.client(), "/deals/new", **typed(unit_id=str(office.other.id))).status_code == 403


def test_the_same_form_sent_twice_files_once(office: Office) -> None:
    client = office.client()
    for _ in range(2):
        assert send(client, "/deals/new", **typed(form_key="k1")).status_code == 303
    assert len(office.deals()) == 1


def test_the_page_speaks_english(office: Office) -> None:
    deal: Deal = office.deal()
    client = office.client()
    client.headers["Accept-Language"] = "en"
    page = client.get(f"/deals/{deal.id}")
    assert page.status_code == 200
