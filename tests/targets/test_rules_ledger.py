"""The ledger: what is appended when terms, credits or dimensions change, and what any standing replays to."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.clock import month_period, year_period
from app.core.money import AmountQualifier
from app.core.regions import OriginLevel
from app.targets import rules
from app.targets.rules import (
    AgreementKind,
    Basis,
    Cause,
    Clauses,
    CreditFacts,
    CreditRole,
    DealFacts,
    IncrementMode,
    InvestorFacts,
    LedgerEntry,
    RuleVersion,
    TermsFacts,
    TermsKind,
    TermsState,
    Total,
)

WAN = 1_000_000
DEAL, A, B, C = UUID(int=100), UUID(int=1), UUID(int=2), UUID(int=3)
INTRODUCER, LANDING = CreditRole.INTRODUCER, CreditRole.LANDING
HEADLINE = [RuleVersion(id=UUID(int=9), applies_to_signed_from=date(2000, 1, 1), clauses=Clauses())]
BEGAN = datetime(2022, 1, 1, tzinfo=UTC)
YEARS = range(2021, 2026)


def credit(unit: UUID, percent: str, role: CreditRole = INTRODUCER) -> CreditFacts:
    return CreditFacts(role, unit, Decimal(percent))


def terms(no: int, on: date, wan: int, kind: TermsKind = TermsKind.AMENDMENT, **more) -> TermsFacts:
    facts = {
        "agreement": AgreementKind.FORMAL_CONTRACT,
        "total_fen": wan * WAN,
        "qualifier": AmountQualifier.EXACT,
        "investors": (InvestorFacts(origin=OriginLevel.OUT_OF_PROVINCE, region="330500"),),
    } | more
    if kind is not TermsKind.CORRECTION:
        facts["signed_on"] = on
    return TermsFacts(id=UUID(int=no), no=no, kind=TermsKind.ORIGINAL if no == 1 else kind, **facts)


def deal(
    *made: TermsFacts, credits_: tuple[CreditFacts, ...] = (credit(A, "100"),), chain: str = ""
) -> DealFacts:
    return DealFacts(deal_id=DEAL, terms=made, credits=credits_, chain=chain)


@dataclass
class Ledger:
    """The ledgers of all years' targets of one rule, posted to as the service does."""

    versions: list[RuleVersion] = field(default_factory=lambda: HEADLINE)
    entries: dict[int, list[LedgerEntry]] = field(default_factory=lambda: defaultdict(list))
    frozen: dict[int, list[date]] = field(default_factory=lambda: defaultdict(list))
    now: datetime = BEGAN

    def post(self, facts: DealFacts, cause: Cause | None = None) -> list[LedgerEntry]:
        self.now += timedelta(hours=1)
        lines = rules.contributions(facts, self.versions)
        added = []
        for year in sorted({line.year for line in lines} | set(self.entries)):
            ledger = self.entries[year]
            for draft in rules.differences(
                ledger,
                [line for line in lines if line.year == year],
                deal_id=facts.deal_id,
                cause=cause,
                first_open_on=rules.first_open_day(self.frozen[year]),
            ):
                values = {name: getattr(draft, name) for name in rules.EntryDraft.__slots__}
                entry = LedgerEntry(**values, seq=len(ledger) + 1, recorded_at=self.now)
                ledger.append(entry)
                added.append(entry)
        return added

    def stands(self, year: int, **asked) -> tuple[float, int]:
        total = rules.standing(self.entries[year], **asked)
        return total.fen / WAN, total.count


SIGNED = terms(1, date(2022, 3, 1), 3000)


def shown(entries: list[LedgerEntry]) -> list[tuple]:
    return [
        (str(one.effective_on), str(one.booked_on), one.delta_fen // WAN, one.delta_count, one.cause)
        for one in entries
    ]


def test_a_new_signing_is_one_entry_and_the_same_again_none() -> None:
    ledger = Ledger()
    added = ledger.post(deal(SIGNED), Cause.NEW_SIGNING)
    assert shown(added) == [("2022-03-01", "2022-03-01", 3000, 1, Cause.NEW_SIGNING)]
    assert ledger.post(deal(SIGNED), Cause.NEW_SIGNING) == []


def test_a_correction_of_an_open_year_is_booked_on_the_day_it_corrects() -> None:
    ledger = Ledger()
    ledger.post(deal(SIGNED))
    added = ledger.post(deal(SIGNED, terms(2, date(2022, 3, 1), 5000, TermsKind.CORRECTION)), Cause.CORRECTED)
    assert shown(added) == [("2022-03-01", "2022-03-01", 2000, 0, Cause.CORRECTED)]


def test_a_correction_of_a_frozen_year_is_an_adjustment_against_it() -> None:
    ledger = Ledger()
    ledger.post(deal(SIGNED))
    ledger.frozen[2022].append(date(2022, 12, 31))
    [entry] = ledger.post(
        deal(SIGNED, terms(2, date(2022, 3, 1), 5000, TermsKind.CORRECTION)), Cause.CORRECTED
    )
    assert (entry.booked_on, entry.effective_on) == (date(2023, 1, 1), date(2022, 3, 1))
    assert rules.is_prior_year_adjustment(entry.booked_on, year=2022)
    assert ledger.stands(2022, as_of=date(2022, 12, 31), basis=Basis.BOOKED) == (3000, 1)
    assert ledger.stands(2022) == (5000, 1)
    assert ledger.stands(2023) == (0, 0)


def test_a_cut_of_the_next_year_is_an_adjustment_and_never_in_that_years_number() -> None:
    ledger = Ledger()
    ledger.post(deal(terms(1, date(2022, 3, 1), 5000)))
    cut = deal(terms(1, date(2022, 3, 1), 5000), terms(2, date(2023, 5, 1), 3000))
    assert shown(ledger.post(cut)) == [("2023-05-01", "2023-05-01", -2000, 0, Cause.AMENDED)]
    assert ledger.stands(2022, as_of=date(2022, 12, 31)) == (5000, 1)
    assert ledger.stands(2022) == (3000, 1)
    assert ledger.stands(2023) == (0, 0)
    last = rules.statement(ledger.entries[2022], period=year_period(2023), year=2022)
    assert (last.added, last.is_adjustment) == (Total(-2000 * WAN, 0), True)


def test_a_frozen_month_keeps_its_figures() -> None:
    ledger = Ledger()
    ledger.post(deal(SIGNED))
    before = rules.statement(ledger.entries[2022], period=month_period(2022, 3), year=2022)
    ledger.frozen[2022].append(date(2022, 3, 31))
    added = ledger.post(deal(replace(SIGNED, total_fen=4000 * WAN)))
    assert [str(one.booked_on) for one in added] == ["2022-04-01"]
    assert rules.statement(ledger.entries[2022], period=month_period(2022, 3), year=2022) == before


def test_a_changed_credit_posts_a_reversal_and_a_new_entry() -> None:
    ledger = Ledger()
    ledger.post(deal(SIGNED))
    added = ledger.post(deal(SIGNED, credits_=(credit(A, "60"), credit(B, "40"))), Cause.CREDIT_CHANGED)
    assert [(one.delta_fen // WAN, one.delta_count) for one in added] == [(-3000, -1), (3000, 1)]
    assert rules.by_unit(ledger.entries[2022], role=INTRODUCER) == {
        A: Total(1800 * WAN, 1),
        B: Total(1200 * WAN, 1),
    }
    assert {one.cause for one in added} == {Cause.CREDIT_CHANGED}


@pytest.mark.parametrize(
    "changed",
    [
        deal(SIGNED, chain="光电信息"),
        deal(
            replace(SIGNED, investors=(InvestorFacts(origin=OriginLevel.OUT_OF_PROVINCE, region="440300"),))
        ),
    ],
    ids=["chain", "region"],
)
def test_a_changed_dimension_posts_a_reversal_and_a_new_entry(changed) -> None:
    ledger = Ledger()
    [first] = ledger.post(deal(SIGNED))
    reversal, new = ledger.post(changed, Cause.RECLASSIFIED)
    assert (reversal.delta_fen, reversal.dimensions) == (-first.delta_fen, first.dimensions)
    assert (new.delta_fen, new.delta_count) == (first.delta_fen, 1)
    assert list(rules.by_dimensions(ledger.entries[2022])) == [new.dimensions]


def test_a_verification_taken_back_leaves_nothing() -> None:
    ledger = Ledger()
    ledger.post(deal(SIGNED))
    added = ledger.post(deal(replace(SIGNED, state=TermsState.WITHDRAWN)), Cause.WITHDRAWN)
    assert shown(added) == [("2022-03-01", "2022-03-01", -3000, -1, Cause.WITHDRAWN)]
    assert rules.by_unit(ledger.entries[2022], role=INTRODUCER) == {A: Total()}


def test_a_new_rule_version_reverses_what_no_longer_counts() -> None:
    ledger = Ledger()
    ledger.post(deal(SIGNED))
    ledger.versions = [replace(HEADLINE[0], clauses=Clauses(minimum_fen=5000 * WAN))]
    assert shown(ledger.post(deal(SIGNED), Cause.RULE_CHANGED))[0][2:] == (-3000, -1, Cause.RULE_CHANGED)


def test_several_origins_are_an_entry_each_and_one_deal_together() -> None:
    investors = (
        InvestorFacts(origin=OriginLevel.OUT_OF_PROVINCE, region="330500", contribution_fen=2),
        InvestorFacts(origin=OriginLevel.PROVINCE, region="360100", contribution_fen=1),
    )
    added = Ledger().post(deal(replace(SIGNED, investors=investors)))
    assert [(one.dimensions.origin, one.delta_fen // WAN, one.delta_count) for one in added] == [
        (OriginLevel.OUT_OF_PROVINCE, 2000, 1),
        (OriginLevel.PROVINCE, 1000, 0),
    ]


def test_imported_history_is_shown_apart_in_its_period() -> None:
    ledger = Ledger()
    ledger.post(deal(replace(SIGNED, opening=True)))
    found = rules.statement(ledger.entries[2022], period=month_period(2022, 3), year=2022)
    assert found.opening == found.added == Total(3000 * WAN, 1)
    assert rules.by_cause(ledger.entries[2022]) == {Cause.OPENING: Total(3000 * WAN, 1)}


def test_a_day_that_is_not_exact_has_no_signing_month() -> None:
    ledger = Ledger()
    ranged = replace(SIGNED, signed_from=date(2022, 1, 1))
    ledger.post(deal(ranged))
    assert rules.by_signing_month(ledger.entries[2022]) == {None: Total(3000 * WAN, 1)}
    ledger.post(deal(SIGNED), Cause.CORRECTED)
    assert rules.by_signing_month(ledger.entries[2022]) == {
        None: Total(),
        date(2022, 3, 1): Total(3000 * WAN, 1),
    }


@pytest.mark.parametrize(
    ("made", "verified_on", "first_open_on", "cause"),
    [
        (SIGNED, date(2022, 3, 31), None, Cause.NEW_SIGNING),
        (SIGNED, date(2022, 4, 1), None, Cause.NEWLY_VERIFIED),
        (SIGNED, date(2022, 3, 31), date(2022, 3, 11), Cause.NEWLY_VERIFIED),
        (replace(SIGNED, opening=True), date(2022, 3, 31), None, Cause.OPENING),
        (terms(2, date(2022, 3, 1), 1), date(2022, 3, 2), None, Cause.AMENDED),
        (terms(2, date(2022, 3, 1), 1, TermsKind.INCREASE), date(2022, 3, 2), None, Cause.INCREASED),
        (terms(2, date(2022, 3, 1), 1, TermsKind.CORRECTION), date(2022, 3, 2), None, Cause.CORRECTED),
        (terms(2, date(2022, 3, 1), 1, TermsKind.TERMINATION), date(2022, 3, 2), None, Cause.TERMINATED),
    ],
)
def test_what_verified_terms_are_to_the_ledger(made, verified_on, first_open_on, cause) -> None:
    assert rules.verification_cause(made, verified_on=verified_on, first_open_on=first_open_on) is cause


# --- properties: a history of any order against a recomputation from the facts

days = st.dates(date(2021, 11, 1), date(2024, 3, 1))
investors = st.lists(
    st.builds(
        InvestorFacts,
        origin=st.sampled_from(
            [OriginLevel.OUT_OF_PROVINCE, OriginLevel.OUT_OF_PROVINCE, OriginLevel.PROVINCE]
        ),
        region=st.sampled_from(["330500", "440300"]),
        contribution_fen=st.integers(1, 10**12),
    ),
    min_size=1,
    max_size=3,
).map(tuple)
credits_ = st.lists(
    st.tuples(st.sampled_from([A, B, C]), st.integers(1, 9)), min_size=1, unique_by=lambda one: one[0]
)


@st.composite
def shares(draw) -> tuple[CreditFacts, ...]:
    made = []
    for role in (INTRODUCER, LANDING):
        parts = draw(credits_)
        weights = sum(weight for _, weight in parts)
        cents = [10_000 * weight // weights for _, weight in parts]
        cents[0] += 10_000 - sum(cents)
        made += [
            CreditFacts(role, unit, Decimal(part) / 100) for (unit, _), part in zip(parts, cents, strict=True)
        ]
    return tuple(made)


@st.composite
def histories(draw) -> tuple[list[TermsFacts], list[tuple]]:
    made = []
    for no in range(1, draw(st.integers(1, 5)) + 1):
        kind = draw(st.sampled_from([kind for kind in TermsKind if kind is not TermsKind.ORIGINAL]))
        one = terms(no, draw(days), 0, kind)
        letter = draw(st.integers(0, 9)) == 0
        made.append(
            replace(
                one,
                total_fen=draw(st.sampled_from([1500, 2000, 2500, 3000, 4500, 5000, 8000])) * WAN
                + draw(st.integers(0, 2)),
                investors=draw(investors),
                agreement=AgreementKind.LETTER_OF_INTENT if letter else AgreementKind.FORMAL_CONTRACT,
            )
        )
    numbers = st.integers(0, len(made) - 1)
    happens = st.one_of(
        st.tuples(st.just("verify"), numbers),
        st.tuples(st.just("verify"), numbers),
        st.tuples(st.just("withdraw"), numbers),
        st.tuples(st.just("credit"), shares()),
        st.tuples(st.just("freeze"), days),
    )
    return made, draw(st.lists(happens, max_size=10))


def run(made: list[TermsFacts], happened: list[tuple], versions: list[RuleVersion]) -> tuple[Ledger, list]:
    """Play a history; return the ledger and the facts as they were after each posting."""
    ledger = Ledger(versions=versions)
    facts = deal(*(replace(one, state=TermsState.SUBMITTED) for one in made))
    known = []
    for what, value in happened:
        if what == "freeze":
            for year in YEARS:
                ledger.frozen[year].append(value)
            continue
        if what == "credit":
            facts = replace(facts, credits=value)
        else:
            state = TermsState.VERIFIED if what == "verify" else TermsState.WITHDRAWN
            changed = list(facts.terms)
            changed[value] = replace(changed[value], state=state)
            facts = replace(facts, terms=tuple(changed))
        ledger.post(facts)
        known.append((ledger.now, facts))
    return ledger, known


def sums(source) -> dict:
    """Sum entries or lines by everything they are read by, leaving out what cancels."""
    found: dict = defaultdict(lambda: [0, 0])
    for one in source:
        for key, fen in [
            (("all",), one.delta_fen),
            (("origin", one.dimensions), one.delta_fen),
            *(
                (("unit", share.role, share.unit_id, share.share_percent), share.delta_fen)
                for share in one.shares
            ),
        ]:
            found[key][0] += fen
            found[key][1] += one.delta_count
    return {key: tuple(value) for key, value in found.items() if any(value)}


increments = st.sampled_from(IncrementMode).map(
    lambda mode: [replace(HEADLINE[0], clauses=Clauses(increment=mode))]
)


@settings(max_examples=80, deadline=None)
@given(histories(), increments)
def test_as_of_and_known_at_agree_with_a_recomputation(history, versions) -> None:
    ledger, known = run(*history, versions)
    for instant, facts in known:
        lines = rules.contributions(facts, versions)
        for year in YEARS:
            for as_of in (date(2021, 12, 31), date(2022, 6, 30), date(2022, 12, 31), date(2023, 7, 1), None):
                entries = rules.known_entries(ledger.entries[year], as_of=as_of, known_at=instant)
                held = [
                    one for one in lines if one.year == year and (as_of is None or one.effective_on <= as_of)
                ]
                assert sums(entries) == sums(held)


@settings(max_examples=80, deadline=None)
@given(histories(), increments, st.randoms(use_true_random=False))
def test_sums_depend_on_the_final_terms_alone(history, versions, random) -> None:
    made, happened = history
    ledger, known = run(made, happened, versions)
    facts = known[-1][1] if known else deal()
    final = [("credit", facts.credits)] + [
        ("verify", place) for place, one in enumerate(facts.terms) if one.state is TermsState.VERIFIED
    ]
    random.shuffle(final)
    other, _ = run(made, final, versions)
    for year in YEARS:
        assert sums(ledger.entries[year]) == sums(other.entries[year])
    assert ledger.post(facts) == []


@settings(max_examples=80, deadline=None)
@given(histories(), increments)
def test_shares_and_periods_sum_to_the_whole(history, versions) -> None:
    ledger, _ = run(*history, versions)
    for year in YEARS:
        entries = ledger.entries[year]
        for entry in entries:
            for role in (INTRODUCER, LANDING):
                parts = [share.delta_fen for share in entry.shares if share.role is role]
                assert not parts or sum(parts) == entry.delta_fen
        months = [month_period(y, m) for y in range(2021, 2025) for m in range(1, 13)]
        for before, period in zip([None, *months], months, strict=False):
            found = rules.statement(entries, period=period, year=year)
            assert found.before.plus(found.added.fen, found.added.count) == found.after
            if before:
                assert rules.statement(entries, period=before, year=year).after == found.before
        total = rules.standing(entries)
        assert total.fen >= 0
        assert total.count in {0, 1}
    assert sum(rules.standing(ledger.entries[year]).count for year in YEARS) in {0, 1}


@settings(max_examples=80, deadline=None)
@given(histories(), st.integers(1, 8))
def test_a_frozen_period_never_changes(history, cut) -> None:
    made, happened = history
    through = date(2022, 12, 31)
    frozen = [*happened[:cut], ("freeze", through), *happened[cut:]]
    early, _ = run(made, happened[:cut], HEADLINE)
    late, _ = run(made, frozen, HEADLINE)
    for year in YEARS:
        asked = {"as_of": through, "basis": Basis.BOOKED}
        assert rules.standing(late.entries[year], **asked) == rules.standing(early.entries[year], **asked)


@pytest.mark.parametrize(
    "state", [TermsState.DRAFT, TermsState.SUBMITTED, TermsState.REFUSED, TermsState.WITHDRAWN]
)
def test_a_correction_of_what_was_never_verified_counts_nothing_whatever_became_of_that(
    state: TermsState,
) -> None:
    """The service makes no such correction; the sums must not depend on terms that are not verified all the same."""
    original = replace(terms(1, date(2022, 3, 1), 3000), state=state)
    correction = replace(terms(2, date(2022, 3, 1), 2000, TermsKind.CORRECTION), state=TermsState.VERIFIED)
    assert rules.contributions(deal(original, correction), HEADLINE) == []
