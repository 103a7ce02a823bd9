"""A ledger means the same whatever program saved it."""

from __future__ import annotations

from datetime import date

import pytest

from app.core.clock import DayPrecision
from app.core.money import AmountQualifier
from app.deals.rules import AgreementKind
from app.transfers.rules import Kind
from tests.deals.conftest import Office
from tests.transfers.conftest import DATA, bring, csv, look

XLS = (DATA / "ledger.xls").read_bytes()


def test_an_old_workbook_with_titles_two_header_rows_and_totals_is_read(office: Office) -> None:
    checked = look(office, XLS, name="台账.xls")
    assert checked.errors == []
    assert checked.opened.table.header_rows == (3, 4)
    assert [row.name for row in checked.rows] == ["甲项目", "乙项目", "丙项目"]
    assert [total.is_grand for total in checked.opened.table.totals] == [False, True]
    assert {total.header: total.gap_fen for total in checked.totals} == {
        "投资情况（万元） / 总投资": 0,
        "投资情况（万元） / 其中固投": 0,
    }
    assert bring(office, XLS, name="台账.xls").new == 3
    first, second, third = (office.terms(deal) for deal in office.deals())
    assert (first.total_fen, first.fixed_fen, first.signed_on) == (
        3_000_500_000,
        2_000_000_000,
        date(2022, 3, 4),
    )
    assert (second.total_fen, second.qualifier, second.signed_precision) == (
        20_000_000_000, AmountQualifier.ABOUT, DayPrecision.MONTH,
    )  # fmt: skip
    assert (third.total_fen, third.signed_on, third.agreement) == (
        1_200_000_000, date(2022, 3, 4), AgreementKind.UNKNOWN,
    )  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_published_ledger_means_the_same_in_every_encoding(office: Office, encoding: str) -> None:
    text = (DATA / "wanzai-2009.csv").read_bytes().decode("utf-8-sig")
    checked = look(office, text.encode(encoding))
    assert (len(checked.rows), checked.errors) == (11, [])
    assert sum(row.entry.total_fen for row in checked.rows) == 1_795_000_000_000


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("0-5000万", "0—5000万元"),
        ("5000万-1亿", "5000万元—1亿元"),
        ("1亿-5亿", "1亿元—5亿元"),
        ("1-5亿", "1亿元—5亿元"),
        ("5亿以上", "5亿元以上"),
        ("８０００万", "8000万元"),
        ("约2亿", "约2亿元"),
    ],
)
def test_a_planned_amount_may_be_a_band(office: Office, said: str, shown: str) -> None:
    content = csv("在谈项目名称,在谈投资方,拟投资额", f"甲项目,甲公司,{said}")
    (row,) = look(office, content, kind=Kind.LEADS).rows
    assert row.entry.planned.replace(",", "") == shown


@pytest.mark.parametrize(
    ("said", "precision", "first", "last"),
    [
        ("2022.3.4", DayPrecision.DAY, date(2022, 3, 4), date(2022, 3, 4)),
        ("２０２２年３月４日", DayPrecision.DAY, date(2022, 3, 4), date(2022, 3, 4)),
        ("2022年3月", DayPrecision.MONTH, date(2022, 3, 1), date(2022, 3, 31)),
        ("202203", DayPrecision.MONTH, date(2022, 3, 1), date(2022, 3, 31)),
        ("2009年1-8月", DayPrecision.RANGE, date(2009, 1, 1), date(2009, 8, 31)),
        ("2022年", DayPrecision.YEAR, date(2022, 1, 1), date(2022, 12, 31)),
        ("44624", DayPrecision.DAY, date(2022, 3, 4), date(2022, 3, 4)),
    ],
)
def test_a_signing_day_is_kept_with_the_precision_that_it_has(
    office: Office, said: str, precision: DayPrecision, first: date, last: date
) -> None:
    (row,) = look(office, csv("项目名称,投资方,签约时间", f"甲项目,甲公司,{said}")).rows
    signed = row.entry.signed
    assert (signed.precision, signed.first, signed.last) == (precision, first, last)
