"""Sums of the ledger done by the database agree with a replay of its entries, for any day, instant and basis."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.clock import Period, month_period, year_period
from app.core.db import Database
from app.core.regions import OriginLevel
from app.identity.models import Unit
from app.targets import rules, service
from app.targets.models import Target
from app.targets.reading import queries
from app.targets.reading.queries import Asked
from app.targets.rules import (
    Basis,
    CreditFacts,
    CreditRole,
    DealFacts,
    InvestorFacts,
    LedgerEntry,
    TermsFacts,
    Total,
)
from tests.factories.core import make_actor
from tests.factories.identity import make_unit
from tests.factories.targets import deal_facts, make_freeze, make_target, terms_facts

BEGAN = datetime(2022, 1, 10, 2, 0, tzinfo=UTC)
DAYS = [None, date(2022, 3, 31), date(2022, 6, 15), date(2022, 12, 31)]
INSTANTS = [None, BEGAN + timedelta(hours=5), BEGAN + timedelta(hours=23)]
HOMES = [("330500", False), ("440300", False), ("360100", True)]


def random_deal(chance: random.Random, units: list[Unit]) -> DealFacts:
    terms: list[TermsFacts] = []
    on = date(2022, chance.randint(1, 6), chance.randint(1, 28))
    for no in range(1, chance.randint(1, 3) + 1):
        home, returning = chance.choice(HOMES)
        origin = OriginLevel.PROVINCE if returning else OriginLevel.OUT_OF_PROVINCE
        investor = InvestorFacts(origin=origin, region=home, returning=returning)
        day = (
            {"signed_on": date(2022, 6, 30), "signed_from": date(2022, 6, 1)} if chance.random() < 0.2 else {}
        )
        terms.append(
            terms_facts(no, on, wan=chance.randint(1, 9) * 1000, **({"investors": (investor,)} | day))
        )
        on += timedelta(days=chance.randint(5, 90))
    first, second = chance.sample(units, 2)
    return deal_facts(
        *terms,
        credits=(
            CreditFacts(CreditRole.INTRODUCER, first.id, Decimal("33.33")),
            CreditFacts(CreditRole.INTRODUCER, second.id, Decimal("66.67")),
            CreditFacts(CreditRole.LANDING, first.id, Decimal(100)),
        ),
        chain=chance.choice(["food", "machinery", ""]),
    )


def fill(session: Session) -> tuple[Target, list[LedgerEntry]]:
    """Post thirty changes of ten deals, the year's first quarter frozen midway."""
    chance = random.Random(5)
    target = make_target(session, year=2022)
    make_target(session, year=2023)
    actor = make_actor(target.county_id)
    units = [make_unit(session) for _ in range(3)]
    deals = [random_deal(chance, units) for _ in range(10)]
    posted: list[LedgerEntry] = []
    for hour in range(30):
        if hour == 15:
            make_freeze(session, target, through=date(2022, 3, 31))
        facts = deals[hour % 10]
        some = facts.terms[: chance.randint(1, len(facts.terms))]
        credits_ = facts.credits[:2] if chance.random() < 0.3 else facts.credits
        changed = replace(facts, terms=some, credits=credits_)
        at = BEGAN + timedelta(hours=hour)
        posted += service.post(session, actor, changed, event=None, at=at)
    return target, [row.as_entry for row in queries.entries(session, Asked(target_id=target.id), limit=500)]


@pytest.fixture
def filled(database: Database) -> tuple[Target, list[LedgerEntry]]:
    with database.writing() as session:
        return fill(session)


def test_every_sum_agrees_with_a_replay(database: Database, filled: tuple[Target, list[LedgerEntry]]) -> None:
    target, entries = filled
    assert len(entries) > 15
    with database.reading() as session:
        for basis in Basis:
            for day in DAYS:
                for instant in INSTANTS:
                    asked = Asked(target_id=target.id, as_of=day, known_at=instant, basis=basis)
                    known = rules.known_entries(entries, as_of=day, known_at=instant, basis=basis)
                    assert queries.standing(session, asked) == rules.standing(known)
                    assert queries.by_cause(session, asked) == rules.by_cause(known)
                    for role in CreditRole:
                        assert queries.by_unit(session, asked, role=role) == rules.by_unit(known, role=role)
                    assert origins(session, asked) == replayed_origins(known)
                    assert {
                        key: one.total for key, one in queries.by_deal(session, asked).items()
                    } == by_deal(known)


def origins(session: Session, asked: Asked) -> dict[tuple[str, str, bool], Total]:
    found = queries.by_origin(session, asked)
    assert [one.total.fen for one in found] == sorted((one.total.fen for one in found), reverse=True)
    return {(one.origin, one.region, one.returning): one.total for one in found}


def replayed_origins(entries: list[LedgerEntry]) -> dict[tuple[str, str, bool], Total]:
    totals: dict[tuple[str, str, bool], Total] = {}
    for dimensions, total in rules.by_dimensions(entries).items():
        key = (dimensions.origin, dimensions.region, dimensions.returning)
        totals[key] = totals.get(key, Total()).plus(total.fen, total.count)
    return {key: total for key, total in totals.items() if total != Total()}


def by_deal(entries: list[LedgerEntry]) -> dict[UUID, Total]:
    totals: dict[UUID, Total] = {}
    for one in entries:
        totals[one.deal_id] = totals.get(one.deal_id, Total()).plus(one.delta_fen, one.delta_count)
    return {key: total for key, total in totals.items() if total != Total()}


def test_months_by_signing_have_a_line_of_their_own_for_days_not_published(
    database: Database, filled: tuple[Target, list[LedgerEntry]]
) -> None:
    target, entries = filled
    with database.reading() as session:
        signed = queries.by_month(session, Asked(target_id=target.id))
        assert signed == rules.by_signing_month(entries)
        assert None in signed
        booked = queries.by_month(session, Asked(target_id=target.id, basis=Basis.BOOKED))
        assert None not in booked
        assert all(month >= date(2022, 1, 1) for month in booked if month)
        whole = queries.standing(session, Asked(target_id=target.id))
        for months in (signed, booked):
            assert sum(total.fen for total in months.values()) == whole.fen
            assert sum(total.count for total in months.values()) == whole.count


@pytest.mark.parametrize(
    "period", [*(month_period(2022, month) for month in (1, 3, 4, 6)), year_period(2022)]
)
def test_a_period_carries_forward_by_booking(
    database: Database, filled: tuple[Target, list[LedgerEntry]], period: Period
) -> None:
    target, entries = filled
    with database.reading() as session:
        for instant in INSTANTS:
            found = queries.statement(session, target.id, period=period, year=2022, known_at=instant)
            assert found == rules.statement(entries, period=period, year=2022, known_at=instant)
            assert found.before.plus(found.added.fen, found.added.count) == found.after


def test_what_a_frozen_period_shows_by_booking_never_changes(database: Database) -> None:
    with database.writing() as session:
        target, entries = fill(session)
        march = Asked(target_id=target.id, as_of=date(2022, 3, 31), basis=Basis.BOOKED)
        frozen_at = BEGAN + timedelta(hours=14, minutes=30)
        then = rules.standing(entries, as_of=march.as_of, known_at=frozen_at, basis=Basis.BOOKED)
        assert queries.standing(session, march) == then


def test_entries_come_by_pages_and_what_changed_since_an_instant_by_itself(
    database: Database, filled: tuple[Target, list[LedgerEntry]]
) -> None:
    target, entries = filled
    seen: list[int] = []
    with database.reading() as session:
        before = None
        while page := queries.entries(session, Asked(target_id=target.id), before_seq=before, limit=7):
            seen += [row.seq for row in page]
            before = seen[-1]
        assert seen == list(range(len(entries), 0, -1))
        since = INSTANTS[2]
        assert since is not None
        later = queries.entries(session, Asked(target_id=target.id, since=since), limit=500)
        assert {row.seq for row in later} == {one.seq for one in entries if one.recorded_at > since}


def test_deals_say_what_they_stand_for(database: Database, filled: tuple[Target, list[LedgerEntry]]) -> None:
    target, entries = filled
    asked = Asked(target_id=target.id)
    with database.reading() as session:
        standing = queries.standing_of_deals(session, {one.deal_id for one in entries})
        whole = queries.standing(session, asked)
        assert sum(of[target.id].fen for of in standing.values() if target.id in of) == whole.fen


def test_a_sum_over_a_day_reads_the_index_alone(database: Database) -> None:
    if not database.is_sqlite:
        pytest.skip("the other database's planner chooses by the table's size")
    with database.reading() as session:
        for column in ("effective_on", "booked_on"):
            plan = session.execute(
                text(
                    "EXPLAIN QUERY PLAN SELECT sum(delta_fen), sum(delta_count) FROM ledger_entries "
                    f"WHERE target_id = :target AND {column} <= :day AND recorded_at <= :at"
                ),
                {"target": "0" * 32, "day": "2022-12-31", "at": "2023"},
            ).all()
            assert "COVERING INDEX" in plan[0][3]
