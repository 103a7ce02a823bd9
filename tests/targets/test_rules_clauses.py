"""Each clause of the counting rule, at its edges."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from app.core.clock import DayPrecision, day_of, parse_signing_day
from app.core.money import AmountQualifier
from app.core.regions import OriginLevel
from app.targets import rules
from app.targets.rules import (
    AgreementKind,
    Clauses,
    CreditRole,
    DealFacts,
    ExclusionFacts,
    InvestorFacts,
    Measure,
    PaidInFacts,
    ReturningMode,
    RuleVersion,
    ShareMode,
    TermsFacts,
    TermsState,
)

WAN = 1_000_000
L, Q = OriginLevel, AmountQualifier


def version(**clauses) -> RuleVersion:
    return RuleVersion(id=UUID(int=9), applies_to_signed_from=date(2000, 1, 1), clauses=Clauses(**clauses))


def investor(level: OriginLevel = L.OUT_OF_PROVINCE, wan: int | None = None, **more) -> InvestorFacts:
    return InvestorFacts(origin=level, contribution_fen=None if wan is None else wan * WAN, **more)


def deal(wan: str | int = 3000, *investors: InvestorFacts, of: dict | None = None, **terms) -> DealFacts:
    facts = {
        "agreement": AgreementKind.FORMAL_CONTRACT,
        "total_fen": int(Decimal(wan) * WAN),
        "qualifier": Q.EXACT,
        "signed_on": date(2022, 3, 1),
        "investors": investors or (investor(),),
    } | terms
    return DealFacts(deal_id=UUID(int=100), terms=(TermsFacts(id=UUID(int=1), no=1, **facts),), **(of or {}))


def reasons(facts: DealFacts, *, year: int = 2022, **clauses) -> tuple[str, ...]:
    return rules.assess(facts, [version(**clauses)], year=year).reasons


@pytest.mark.parametrize(
    ("wan", "inclusive", "counts"),
    [
        ("1999.99", True, False),
        ("2000", True, True),
        ("2000.01", True, True),
        ("1999.99", False, False),
        ("2000", False, False),
        ("2000.01", False, True),
    ],
)
def test_minimum(wan, inclusive, counts) -> None:
    found = rules.assess(deal(wan), [version(minimum_inclusive=inclusive)], year=2022)
    assert found.counts is counts
    assert found.reasons == (() if counts else ("below_minimum",))
    assert found.verified.fen == (int(Decimal(wan) * WAN) if counts else 0)


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        (L.COUNTY, ("inside_province",)),
        (L.CITY, ("inside_province",)),
        (L.PROVINCE, ("inside_province",)),
        (L.OUT_OF_PROVINCE, ()),
        (L.HK_MO_TW, ("hk_mo_tw_apart",)),
        (L.FOREIGN, ("foreign_apart",)),
        (L.UNKNOWN, ("unknown_origin",)),
    ],
)
def test_origin(level, expected) -> None:
    assert reasons(deal(3000, investor(level))) == expected


def test_a_version_may_include_hong_kong_and_foreign_money() -> None:
    origins = frozenset({L.OUT_OF_PROVINCE, L.HK_MO_TW, L.FOREIGN})
    assert reasons(deal(3000, investor(L.HK_MO_TW)), origins=origins) == ()
    assert reasons(deal(3000, investor(L.FOREIGN)), origins=origins) == ()
    assert reasons(deal(3000, investor(L.FOREIGN)), origins=frozenset({L.HK_MO_TW})) == ("foreign_apart",)
    assert reasons(deal(3000), origins=frozenset({L.FOREIGN})) == ("out_of_province_apart",)


@pytest.mark.parametrize("level", [L.COUNTY, L.PROVINCE, L.OUT_OF_PROVINCE, L.UNKNOWN])
def test_a_returning_native_comes_from_outside_and_is_shown_as_part(level) -> None:
    found = rules.assess(deal(3000, investor(level, returning=True)), [version()], year=2022)
    assert found.reasons == ()
    assert [(part.origin, part.returning, part.fen) for part in found.verified.parts] == [
        (L.OUT_OF_PROVINCE, True, 3000 * WAN)
    ]


def test_a_returning_native_may_be_judged_by_home_and_money_from_abroad_stays_so() -> None:
    native = deal(3000, investor(L.COUNTY, returning=True))
    assert reasons(native, returning=ReturningMode.BY_HOME) == ("inside_province",)
    assert reasons(deal(3000, investor(L.HK_MO_TW, returning=True))) == ("hk_mo_tw_apart",)


OUT, IN, HK, WHO = L.OUT_OF_PROVINCE, L.PROVINCE, L.HK_MO_TW, L.UNKNOWN
SHARES = [
    ("49.99 %", [(OUT, 4999), (IN, 5001)], {}, 0, ("outside_share",)),
    ("50 %", [(OUT, 5000), (IN, 5000)], {}, 10000, ()),
    ("HK is not outside money", [(OUT, 4999), (HK, 5001)], {}, 0, ("outside_share",)),
    ("unknown contributions", [(OUT, None), (IN, None)], {}, 0, ("outside_share_unknown",)),
    ("one unknown contribution", [(OUT, 9000), (IN, None)], {}, 0, ("outside_share_unknown",)),
    ("all from the province", [(IN, None), (L.COUNTY, None)], {}, 0, ("inside_province",)),
    ("nobody from outside", [(IN, 4000), (HK, 6000)], {}, 0, ("inside_province", "hk_mo_tw_apart")),
    ("enough for sure", [(OUT, 5000), (WHO, 5000)], {}, 10000, ()),
    ("perhaps enough", [(OUT, 4000), (WHO, 4000), (IN, 2000)], {}, 0, ("unknown_origin",)),
    ("not enough whatever", [(OUT, 2000), (WHO, 2000), (IN, 6000)], {}, 0, ("outside_share",)),
    (
        "neither origin nor part known",
        [(OUT, None), (WHO, 10)],
        {},
        0,
        ("unknown_origin", "outside_share_unknown"),
    ),
    ("pro rata", [(OUT, 2500), (IN, 7500)], {"share_mode": ShareMode.PRO_RATA}, 2500, ()),
    (
        "pro rata below the minimum",
        [(OUT, 1999), (IN, 8001)],
        {"share_mode": ShareMode.PRO_RATA},
        0,
        ("below_minimum",),
    ),
    (
        "pro rata of unknown origin",
        [(OUT, 9000), (WHO, 1000)],
        {"share_mode": ShareMode.PRO_RATA},
        0,
        ("unknown_origin",),
    ),
    ("any", [(OUT, 1), (IN, 9999)], {"share_mode": ShareMode.ANY}, 10000, ()),
    (
        "three quarters",
        [(OUT, 7499), (IN, 2501)],
        {"minimum_share_percent": Decimal(75)},
        0,
        ("outside_share",),
    ),
]


@pytest.mark.parametrize(
    ("parts", "clauses", "wan", "expected"), [row[1:] for row in SHARES], ids=[row[0] for row in SHARES]
)
def test_outside_share(parts, clauses, wan, expected) -> None:
    facts = deal(10000, *(investor(level, part) for level, part in parts))
    found = rules.assess(facts, [version(**clauses)], year=2022)
    assert (found.verified.fen, found.reasons) == (wan * WAN, expected)


def test_the_parts_by_origin_sum_to_what_counts() -> None:
    facts = deal("10000.01", investor(OUT, 1, region="330500"), investor(OUT, 1), investor(IN, 1))
    found = rules.assess(facts, [version()], year=2022).verified
    assert found.count == 1
    assert sum(part.fen for part in found.parts) == found.fen == 10_000_010_000
    assert {part.origin for part in found.parts} == {OUT, IN}


@pytest.mark.parametrize("code", rules.DEFAULT_EXCLUSIONS)
def test_each_exclusion_keeps_a_deal_out(code) -> None:
    facts = deal(3000, exclusions=(ExclusionFacts(code),))
    assert reasons(facts) == (code,)
    assert reasons(facts, exclusions=()) == ()


def test_an_office_may_add_its_own_exclusion() -> None:
    facts = deal(3000, exclusions=(ExclusionFacts("data_centre"),))
    assert reasons(facts) == ()
    assert reasons(facts, exclusions=("data_centre",)) == ("data_centre",)


@pytest.mark.parametrize(
    ("part", "wan", "expected"),
    [
        (1000, 2000, ()),
        (1001, 0, ("below_minimum",)),
        (3000, 0, ("below_minimum", "government_funded")),
    ],
)
def test_the_minimum_tests_what_is_left_of_a_government_funded_deal(part, wan, expected) -> None:
    facts = deal(3000, exclusions=(ExclusionFacts("government_funded", part * WAN),))
    found = rules.assess(facts, [version()], year=2022)
    assert (found.verified.fen, found.reasons) == (wan * WAN, expected)


A = AgreementKind
UNKNOWNS = [
    ("letter of intent", {"agreement": A.LETTER_OF_INTENT}, ("not_a_contract",)),
    ("framework", {"agreement": A.FRAMEWORK}, ("not_a_contract",)),
    ("unknown agreement", {"agreement": A.UNKNOWN}, ("unknown_agreement",)),
    ("unknown amount", {"total_fen": None, "qualifier": Q.UNKNOWN}, ("unknown_amount",)),
    ("at least, above", {"qualifier": Q.AT_LEAST}, ("amount_not_exact",)),
    ("at least, below", {"total_fen": 10 * WAN, "qualifier": Q.AT_LEAST}, ("amount_not_exact",)),
    ("about, below", {"total_fen": 10 * WAN, "qualifier": Q.ABOUT}, ("amount_not_exact",)),
    ("unknown day", {"signed_on": None}, ("unknown_signing_day",)),
    ("no investor", {"investors": ()}, ("unknown_origin",)),
    ("another year", {"signed_on": date(2021, 12, 31)}, ("outside_period",)),
    (
        "a range inside",
        {
            "signed_from": date(2022, 1, 1),
            "signed_on": date(2022, 8, 31),
            "signed_precision": DayPrecision.RANGE,
        },
        (),
    ),
    (
        "a range across the year's end",
        {
            "signed_from": date(2021, 12, 1),
            "signed_on": date(2022, 1, 31),
            "signed_precision": DayPrecision.RANGE,
        },
        ("unknown_signing_day",),
    ),
    (
        "everything unknown",
        {
            "agreement": A.UNKNOWN,
            "total_fen": None,
            "qualifier": Q.UNKNOWN,
            "signed_on": None,
            "investors": (),
            "state": TermsState.DRAFT,
        },
        ("not_verified", "unknown_agreement", "unknown_origin", "unknown_amount", "unknown_signing_day"),
    ),
]


@pytest.mark.parametrize(
    ("terms", "expected"), [row[1:] for row in UNKNOWNS], ids=[row[0] for row in UNKNOWNS]
)
def test_agreement_amount_and_day(terms, expected) -> None:
    assert reasons(deal(3000, **terms)) == expected


def test_every_reason_is_named_at_once() -> None:
    facts = deal(
        1500,
        investor(L.PROVINCE),
        agreement=A.FRAMEWORK,
        exclusions=(ExclusionFacts("ppp"),),
        state=TermsState.REFUSED,
        of={"counted_in": UUID(int=7)},
    )
    assert reasons(facts, year=2023, platform_required=True, statistics_required=True) == (
        "not_verified",
        "not_a_contract",
        "inside_province",
        "below_minimum",
        "outside_period",
        "already_counted",
        "not_on_platform",
        "not_in_statistics",
        "ppp",
    )


def test_a_rule_may_ask_for_the_platform() -> None:
    accepted = deal(3000, of={"platform_accepted_on": date(2022, 5, 1)})
    assert reasons(accepted, platform_required=True) == ()


@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Kiritimati", "UTC"])
@pytest.mark.parametrize(("late", "year"), [(timedelta(seconds=-1), 2022), (timedelta(0), 2023)])
def test_the_last_second_of_the_year_in_shanghai(zone, late, year, monkeypatch) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        instant = datetime(2022, 12, 31, 16, tzinfo=UTC) + late
        for day in (day_of(instant), parse_signing_day(instant.isoformat()).last):
            found = [
                rules.assess(deal(3000, signed_on=day), [version()], year=one).counts for one in (2022, 2023)
            ]
            assert found == [year == 2022, year == 2023]
    finally:
        monkeypatch.undo()
        time.tzset()


STARTED = {"started_on": date(2023, 4, 1), "produced_on": date(2024, 2, 1)}
PAID = {
    "paid_in": (
        PaidInFacts(date(2022, 6, 30), 500 * WAN, 300 * WAN),
        PaidInFacts(date(2022, 12, 31), 900 * WAN),
        PaidInFacts(date(2023, 6, 30), 1500 * WAN, 1200 * WAN),
    )
}
MEASURES = [
    (Measure.SIGNED_COUNT, {}, {2022: (3000, 1)}),
    (Measure.STARTED_COUNT, STARTED, {2023: (3000, 1)}),
    (Measure.PRODUCING_COUNT, STARTED, {2024: (3000, 1)}),
    (Measure.STARTED_COUNT, {"produced_on": date(2024, 2, 1)}, {2024: (3000, 1)}),
    (Measure.PAID_IN, PAID, {2022: (900, 0), 2023: (600, 0)}),
    (Measure.OUTSIDE_PAID_IN, PAID, {2022: (300, 0), 2023: (900, 0)}),
]


@pytest.mark.parametrize(("measure", "of", "expected"), MEASURES)
def test_measures_have_each_their_own_number(measure, of, expected) -> None:
    found = {}
    for year in range(2021, 2026):
        done = rules.assess(deal(3000, of=of), [version()], year=year, measure=measure).verified
        if done.fen:
            found[year] = (done.fen // WAN, done.count)
    assert found == expected


def test_a_measure_of_what_followed_asks_for_every_other_clause() -> None:
    facts = deal(1500, investor(L.PROVINCE), of=STARTED)
    found = rules.assess(facts, [version(measure=Measure.STARTED_COUNT)], year=2023)
    assert found.reasons == ("inside_province", "below_minimum")
    assert rules.assess(deal(of=STARTED), [version()], year=2022, measure=Measure.STARTED_COUNT).reasons == (
        "outside_period",
    )


def test_a_terminated_deal_keeps_its_start() -> None:
    signed = deal(of=STARTED)
    ended = TermsFacts(id=UUID(int=2), no=2, kind=rules.TermsKind.TERMINATION, effective_on=date(2024, 5, 1))
    facts = DealFacts(deal_id=signed.deal_id, terms=(*signed.terms, ended), **STARTED)
    assert rules.assess(facts, [version()], year=2023, measure=Measure.STARTED_COUNT).verified.count == 1


def test_pending_passes_every_clause_but_verification() -> None:
    found = rules.assess(deal(3000, state=TermsState.SUBMITTED), [version()], year=2022)
    assert not found.counts
    assert found.reasons == ("not_verified",)
    assert (found.pending.fen, found.pending.count) == (3000 * WAN, 1)
    assert found.pending.parts[0].origin is L.OUT_OF_PROVINCE


def test_as_of_leaves_out_what_came_later() -> None:
    before, on = date(2022, 2, 28), date(2022, 3, 1)
    assert rules.assess(deal(), [version()], year=2022, as_of=before).verified.is_nothing
    assert rules.assess(deal(), [version()], year=2022, as_of=on).counts


def test_credit_roles_are_the_three_of_the_office() -> None:
    assert [role.value for role in CreditRole] == ["introducer", "landing", "service"]
