"""What two counties published, under the headline rule."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from app.core.clock import parse_signing_day
from app.core.money import AmountQualifier
from app.core.regions import OriginLevel
from app.targets import rules
from app.targets.rules import (
    AgreementKind,
    Clauses,
    DealFacts,
    ExclusionFacts,
    InvestorFacts,
    RuleVersion,
    TermsFacts,
    TermsState,
)

YI = 10_000_000_000
HEADLINE = [RuleVersion(id=UUID(int=9), applies_to_signed_from=date(2000, 1, 1), clauses=Clauses())]
L, CONTRACT, LETTER = OriginLevel, AgreementKind.FORMAL_CONTRACT, AgreementKind.LETTER_OF_INTENT

# 万载县 2009年1-8月: row, tenths of 亿元, the investor's home, agreement, what keeps it out
WANZAI = [
    (1, 233, L.PROVINCE, "360000", CONTRACT, ("inside_province",)),
    (2, 25, L.OUT_OF_PROVINCE, "420100", CONTRACT, ()),
    (3, 10, L.OUT_OF_PROVINCE, "330523", CONTRACT, ()),
    (4, 50, L.OUT_OF_PROVINCE, "330600", CONTRACT, ()),
    (5, 12, L.HK_MO_TW, "810000", CONTRACT, ("hk_mo_tw_apart",)),
    (6, 20, L.PROVINCE, "360100", CONTRACT, ("inside_province",)),
    (7, 10, L.PROVINCE, "360100", CONTRACT, ("inside_province",)),
    (8, 10, L.PROVINCE, "360982", CONTRACT, ("inside_province",)),
    (9, 25, L.OUT_OF_PROVINCE, "330300", CONTRACT, ()),
    (10, 600, L.OUT_OF_PROVINCE, "350000", LETTER, ("not_a_contract",)),
    (11, 800, L.OUT_OF_PROVINCE, "440300", LETTER, ("not_a_contract",)),
]


def wanzai(row: int, tenths: int, level: OriginLevel, region: str, agreement: AgreementKind) -> DealFacts:
    signed = parse_signing_day("2009年1-8月")
    terms = TermsFacts(
        id=UUID(int=row),
        no=1,
        agreement=agreement,
        signed_from=signed.first,
        signed_on=signed.last,
        signed_precision=signed.precision,
        total_fen=tenths * YI // 10,
        qualifier=AmountQualifier.EXACT,
        investors=(InvestorFacts(origin=level, region=region),),
        opening=True,
    )
    return DealFacts(deal_id=UUID(int=1000 + row), terms=(terms,))


@pytest.mark.parametrize("row", WANZAI, ids=[str(row[0]) for row in WANZAI])
def test_wanzai_row_by_row(row) -> None:
    *facts, expected = row
    found = rules.assess(wanzai(*facts), HEADLINE, year=2009)
    assert found.reasons == expected
    assert found.verified.fen == (0 if expected else row[1] * YI // 10)


def test_wanzai_counts_four_deals_of_eleven_hundred_million_yuan() -> None:
    found = [rules.assess(wanzai(*row[:-1]), HEADLINE, year=2009).verified for row in WANZAI]
    assert sum(one.fen for one in found) == 1_100_000_000 * 100
    assert sum(one.count for one in found) == 4


def test_wanzai_is_booked_on_the_ranges_last_day_and_has_no_signing_month() -> None:
    [line] = rules.contributions(wanzai(*WANZAI[1][:-1]), HEADLINE)
    assert (line.effective_on, line.day_is_exact, line.cause) == (
        date(2009, 8, 31),
        False,
        rules.Cause.OPENING,
    )


UNKNOWN = ("not_verified", "unknown_agreement", "unknown_origin")
# 分宜县 2022年2月: total, qualifier, signing day, exclusion proposed by hand, what keeps it out
FENYI = [
    (10 * YI, AmountQualifier.AT_LEAST, date(2022, 2, 15), None, (*UNKNOWN, "amount_not_exact")),
    (
        None,
        AmountQualifier.UNKNOWN,
        None,
        "local_relocation",
        (*UNKNOWN, "unknown_amount", "unknown_signing_day", "local_relocation"),
    ),
    (None, AmountQualifier.UNKNOWN, None, None, (*UNKNOWN, "unknown_amount", "unknown_signing_day")),
    (None, AmountQualifier.UNKNOWN, None, None, (*UNKNOWN, "unknown_amount", "unknown_signing_day")),
]


@pytest.mark.parametrize("state", [TermsState.DRAFT, TermsState.SUBMITTED, TermsState.REFUSED])
@pytest.mark.parametrize(("total", "qualifier", "signed_on", "exclusion", "expected"), FENYI)
def test_fenyi_counts_nothing_and_says_why(total, qualifier, signed_on, exclusion, expected, state) -> None:
    terms = TermsFacts(
        id=UUID(int=1),
        no=1,
        state=state,
        signed_on=signed_on,
        total_fen=total,
        qualifier=qualifier,
        investors=(InvestorFacts(),) if exclusion else (),
        exclusions=(ExclusionFacts(exclusion),) if exclusion else (),
    )
    found = rules.assess(DealFacts(deal_id=UUID(int=2), terms=(terms,)), HEADLINE, year=2022)
    assert found.reasons == expected
    assert found.verified.is_nothing
    assert found.pending.is_nothing
