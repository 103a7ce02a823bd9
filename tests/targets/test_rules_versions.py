"""The counting rule as data: its body as JSON, and the one version that judges."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.money import AmountQualifier
from app.core.regions import OriginLevel
from app.targets import rules
from app.targets.rules import (
    AgreementKind,
    Clauses,
    DealFacts,
    IncrementMode,
    InvestorFacts,
    Measure,
    RuleBodyError,
    RuleVersion,
    ShareMode,
    TermsFacts,
)

WAN = 1_000_000


def version(no: int, since: date, **clauses) -> RuleVersion:
    return RuleVersion(id=UUID(int=no), applies_to_signed_from=since, clauses=Clauses(**clauses))


def test_the_headlines_body() -> None:
    assert Clauses().to_body() == {
        "measure": "signed_investment",
        "period": "calendar_year",
        "minimum_fen": 2_000_000_000,
        "minimum_inclusive": True,
        "agreements": ["formal_contract"],
        "origins": ["out_of_province"],
        "returning": "out_of_province",
        "share_mode": "full",
        "minimum_share_percent": "50",
        "exclusions": list(rules.DEFAULT_EXCLUSIONS),
        "expansion": "increment",
        "increment": "own",
        "platform_required": False,
        "statistics_required": False,
    }


def test_an_empty_body_is_the_headlines() -> None:
    assert rules.clauses_from_body({}) == Clauses()


clauses = st.builds(
    Clauses,
    measure=st.sampled_from(Measure),
    minimum_fen=st.integers(0, 10**17),
    minimum_inclusive=st.booleans(),
    agreements=st.frozensets(st.sampled_from([one for one in AgreementKind if one != "unknown"]), min_size=1),
    origins=st.frozensets(st.sampled_from([one for one in OriginLevel if one != "unknown"]), min_size=1),
    share_mode=st.sampled_from(ShareMode),
    minimum_share_percent=st.decimals("0.01", 100, places=2),
    exclusions=st.lists(st.from_regex(r"[a-z][a-z0-9_]{0,39}", fullmatch=True), unique=True).map(tuple),
    increment=st.sampled_from(IncrementMode),
    platform_required=st.booleans(),
)


@given(clauses)
def test_a_body_survives_json(one: Clauses) -> None:
    assert rules.clauses_from_body(json.loads(json.dumps(one.to_body()))) == one


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("minimum", 1),
        ("measure", "signed"),
        ("measure", None),
        ("period", "fiscal_year"),
        ("minimum_fen", -1),
        ("minimum_fen", 1.5),
        ("minimum_fen", True),
        ("minimum_fen", 10**18),
        ("minimum_inclusive", 1),
        ("agreements", []),
        ("agreements", ["unknown"]),
        ("agreements", "formal_contract"),
        ("origins", ["unknown"]),
        ("origins", ["mars"]),
        ("minimum_share_percent", "0"),
        ("minimum_share_percent", "100.1"),
        ("minimum_share_percent", "NaN"),
        ("minimum_share_percent", 50),
        ("exclusions", ["Real Estate"]),
        ("exclusions", [1]),
        ("increment", "both"),
        ("platform_required", "yes"),
    ],
)
def test_an_impossible_body_names_its_field(field, value) -> None:
    with pytest.raises(RuleBodyError) as refused:
        rules.clauses_from_body({field: value, "share_mode": "half"})
    assert refused.value.fields == tuple(sorted([field, "share_mode"]))


OLD = version(1, date(2000, 1, 1))
NEW = version(2, date(2022, 7, 1), minimum_fen=5000 * WAN)


@pytest.mark.parametrize(
    ("signed_on", "judging"),
    [
        (date(1999, 12, 31), OLD),
        (date(2000, 1, 1), OLD),
        (date(2022, 6, 30), OLD),
        (date(2022, 7, 1), NEW),
        (date(2030, 1, 1), NEW),
        (None, NEW),
    ],
)
def test_exactly_one_version_judges_each_day(signed_on, judging) -> None:
    assert rules.judging_version([NEW, OLD], signed_on) is judging


def test_no_version_or_two_of_one_day_judge_nothing() -> None:
    for versions in ([], [OLD, version(3, date(2000, 1, 1))]):
        with pytest.raises(ValueError, match="exactly one version"):
            rules.judging_version(versions, date(2022, 1, 1))


def deal(*terms: TermsFacts) -> DealFacts:
    return DealFacts(deal_id=UUID(int=100), terms=terms)


def terms(no: int, on: date, wan: int) -> TermsFacts:
    return TermsFacts(
        id=UUID(int=no),
        no=no,
        kind=rules.TermsKind.ORIGINAL if no == 1 else rules.TermsKind.AMENDMENT,
        agreement=AgreementKind.FORMAL_CONTRACT,
        signed_on=on,
        total_fen=wan * WAN,
        qualifier=AmountQualifier.EXACT,
        investors=(InvestorFacts(origin=OriginLevel.OUT_OF_PROVINCE),),
    )


def test_a_deal_is_judged_by_the_version_of_its_signing_day_and_a_later_raise_by_its_own() -> None:
    signed = terms(1, date(2022, 3, 1), 3000)
    found = rules.assess(deal(signed, terms(2, date(2022, 9, 1), 4000)), [OLD, NEW], year=2022)
    assert (found.verified.fen, found.version) == (4000 * WAN, OLD)
    raised = deal(signed, terms(2, date(2023, 9, 1), 7000))
    assert rules.assess(raised, [OLD, NEW], year=2023).reasons == ("below_minimum",)
    assert rules.assess(deal(terms(1, date(2022, 7, 1), 4000)), [OLD, NEW], year=2022).version is NEW


def test_percent_is_exact() -> None:
    body = {"minimum_share_percent": "33.34"}
    assert rules.clauses_from_body(body).minimum_share_percent == Decimal("33.34")
