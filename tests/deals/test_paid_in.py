"""Statements of funds paid in: self-reported, dated, with their out-of-province part."""

from __future__ import annotations

from app.deals.models import PaidIn
from tests.deals.conftest import Office, refuses


def test_funds_are_stated_by_the_day(office: Office) -> None:
    deal = office.deal()
    answer = office.act(deal, "paid-in", as_of="2022-10-31", total="3000", outside="2000")
    assert answer.status_code == 303, answer.text
    (row,) = office.rows(PaidIn)
    assert (row.total_fen, row.outside_fen) == (3_000_000_000, 2_000_000_000)
    page = office.client().get(f"/deals/{deal.id}").text
    for text in ("3,000万元", "2,000万元", "单位自报", "2022年10月31日"):
        assert text in page


def test_a_day_stated_before_is_shown_and_corrected_with_its_reason(office: Office) -> None:
    deal = office.deal()
    office.act(deal, "paid-in", who="colleague", as_of="2022-10-31", total="3000", outside="2000")
    again = {"as_of": "2022-10-31", "total": "3200", "outside": ""}
    refused = office.act(deal, "paid-in", **again)
    assert refused.status_code == 422
    for text in ("孙大山", "3,000万元", 'value="3200"'):
        assert text in refused.text
    assert office.act(deal, "paid-in", **again, confirm="true", note="银行回单").status_code == 303
    (row,) = office.rows(PaidIn)
    assert (row.total_fen, row.outside_fen) == (3_200_000_000, None)
    assert office.events("deal.paid_in_stated")[1].changes["paid_in"] == [3_000_000_000, 3_200_000_000]


def test_odd_funds_ask_for_a_reason(office: Office) -> None:
    deal = office.deal()
    given = {"as_of": "2022-10-31", "total": "2亿"}
    assert office.act(deal, "paid-in", **given).status_code == 422
    assert office.act(deal, "paid-in", **given, confirm="true").status_code == 422
    assert office.act(deal, "paid-in", **given, confirm="true", note="含设备").status_code == 303
    assert office.act(deal, "paid-in", as_of="2022-11-01", total="100", outside="200").status_code == 422


def test_what_was_never_stated_is_unknown_and_not_zero(office: Office) -> None:
    deal = office.deal()
    page = office.client().get(f"/deals/{deal.id}").text
    facts = page[page.index("累计到位资金") :]
    assert "未知" in facts[:200]
    assert office.act(deal, "paid-in", as_of="2022-10-31", total="").status_code == 422


def test_only_writers_of_the_unit_state_funds(office: Office) -> None:
    refuses(office, office.deal(), "paid-in", as_of="2022-10-31", total="3000")
