"""Posting: what a change of a deal appends to the ledger, under the target's lock, and what it leaves alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, selectinload

from app.core.db import Database
from app.core.events import record
from app.core.ids import new_id
from app.targets import service
from app.targets.models import LedgerRow, Target
from app.targets.rules import Cause, Measure, SetBy, TermsKind, TermsState
from tests.counting import counting
from tests.factories.core import make_actor, rolled_back
from tests.factories.identity import make_unit
from tests.factories.targets import (
    WAN,
    deal_facts,
    make_freeze,
    make_rule,
    make_target,
    split,
    terms_facts,
)

AT = datetime(2022, 3, 5, 2, 0, tzinfo=UTC)
SIGNED = date(2022, 3, 1)


def rows(session: Session, target: Target) -> list[LedgerRow]:
    chosen = select(LedgerRow).where(LedgerRow.target_id == target.id).order_by(LedgerRow.seq)
    return list(session.scalars(chosen.options(selectinload(LedgerRow.shares))))


def said(session: Session, target: Target) -> list[tuple]:
    return [
        (one.seq, str(one.effective_on), str(one.booked_on), one.delta_fen // WAN, one.delta_count, one.cause)
        for one in rows(session, target)
    ]


def test_verified_terms_become_one_entry_with_its_three_times_dimensions_and_shares(
    database: Database,
) -> None:
    with database.writing() as session:
        town, team = make_unit(session), make_unit(session)
        target = make_target(session, year=2022)
        actor = make_actor(target.county_id)
        terms = terms_facts(1, SIGNED, wan=3000)
        facts = deal_facts(terms, credits=split((town.id, "33.33"), (team.id, "66.67")), chain="food")
        event = record(session, actor, "deal.terms_verified", ("deal", facts.deal_id), at=AT)
        added = service.post(session, actor, facts, verified=terms.id, event=event, at=AT)
        assert [(one.seq, one.cause) for one in added] == [(1, Cause.NEW_SIGNING)]
    with database.reading() as session:
        (row,) = rows(session, target)
        assert (row.effective_on, row.booked_on, row.recorded_at) == (SIGNED, SIGNED, AT)
        assert (row.origin, row.region, row.chain) == ("out_of_province", "330500", "food")
        assert (row.actor_id, row.event_id, row.deal_id) == (actor.id, event.id, facts.deal_id)
        parts = {one.unit_id: (str(one.share_percent), one.delta_fen) for one in row.shares}
        assert parts == {town.id: ("33.33", 999_900_000), team.id: ("66.67", 2_000_100_000)}


def test_the_same_facts_again_append_nothing(database: Database) -> None:
    with database.writing() as session:
        target = make_target(session)
        actor = make_actor(target.county_id)
        units = [make_unit(session) for _ in range(3)]
        facts = deal_facts(
            terms_facts(1, SIGNED, wan=3001),
            credits=split((units[0].id, "33.33"), (units[1].id, "33.33"), (units[2].id, "33.34")),
        )
        service.post(session, actor, facts, event=None, at=AT)
    with database.writing() as session:
        assert service.post(session, actor, facts, event=None, at=AT) == []
        assert service.post_many(session, actor, [facts, facts], at=AT) == []


def test_every_root_target_of_the_year_takes_what_its_own_rule_and_measure_say(database: Database) -> None:
    with database.writing() as session:
        rule = make_rule(session)
        money = make_target(session, rule=rule)
        city = make_target(session, rule=rule, set_by=SetBy.CITY)
        started = make_target(session, rule=rule, measure=Measure.STARTED_COUNT)
        later = make_target(session, rule=rule, year=2023)
        actor = make_actor(money.county_id)
        facts = deal_facts(terms_facts(1, SIGNED, wan=3000), started_on=date(2023, 2, 1))
        service.post(session, actor, facts, event=None, at=AT)
        for target in (money, city):
            assert said(session, target) == [(1, "2022-03-01", "2022-03-01", 3000, 1, Cause.NEWLY_VERIFIED)]
        assert said(session, started) == []
        assert said(session, later) == []


def test_what_moves_to_another_year_is_taken_back_where_it_stood(database: Database) -> None:
    with database.writing() as session:
        target, before = make_target(session, year=2022), make_target(session, year=2021)
        actor = make_actor(target.county_id)
        terms = terms_facts(1, SIGNED, wan=3000)
        facts = deal_facts(terms)
        service.post(session, actor, facts, event=None, at=AT)
        moved = replace(facts, terms=(replace(terms, signed_on=date(2021, 12, 30)),))
        service.post(session, actor, moved, cause=Cause.CORRECTED, event=None, at=AT)
        assert [one[3:5] for one in said(session, target)] == [(3000, 1), (-3000, -1)]
        assert [one[3:5] for one in said(session, before)] == [(3000, 1)]


def test_a_changed_credit_is_a_reversal_and_a_new_entry(database: Database) -> None:
    with database.writing() as session:
        target = make_target(session)
        town, team = make_unit(session), make_unit(session)
        actor = make_actor(target.county_id)
        facts = deal_facts(terms_facts(1, SIGNED, wan=3000), unit=town)
        service.post(session, actor, facts, event=None, at=AT)
        given = replace(facts, credits=split((team.id, "100")))
        service.post(session, actor, given, cause=Cause.CREDIT_CHANGED, event=None, at=AT)
        shares = [
            (one.cause, share.unit_id, share.delta_fen // WAN)
            for one in rows(session, target)
            for share in one.shares
        ]
        assert shares == [
            (Cause.NEWLY_VERIFIED, town.id, 3000),
            (Cause.CREDIT_CHANGED, town.id, -3000),
            (Cause.CREDIT_CHANGED, team.id, 3000),
        ]


def test_a_fact_of_a_frozen_period_is_booked_into_the_first_open_one(database: Database) -> None:
    with database.writing() as session:
        target = make_target(session)
        make_freeze(session, target, through=date(2022, 10, 31))
        actor = make_actor(target.county_id)
        terms = terms_facts(1, date(2022, 10, 20), wan=3000)
        at = datetime(2022, 10, 31, 3, 0, tzinfo=UTC)
        service.post(session, actor, deal_facts(terms), verified=terms.id, event=None, at=at)
        # Signed in the month of its verification, but that month is closed: no new signing.
        assert said(session, target) == [(1, "2022-10-20", "2022-11-01", 3000, 1, Cause.NEWLY_VERIFIED)]


def test_a_year_that_is_wholly_frozen_takes_a_cut_as_an_adjustment_of_the_year_before(
    database: Database,
) -> None:
    with database.writing() as session:
        target = make_target(session)
        actor = make_actor(target.county_id)
        terms = terms_facts(1, SIGNED, wan=5000)
        facts = deal_facts(terms)
        service.post(session, actor, facts, event=None, at=AT)
        make_freeze(session, target, through=date(2022, 12, 31))
        cut = terms_facts(2, date(2023, 5, 1), wan=3000)
        service.post(session, actor, replace(facts, terms=(terms, cut)), event=None, at=AT)
        assert said(session, target)[1] == (2, "2023-05-01", "2023-05-01", -2000, 0, Cause.AMENDED)


def test_nothing_is_posted_of_what_is_only_submitted(database: Database) -> None:
    with database.writing() as session:
        target = make_target(session)
        actor = make_actor(target.county_id)
        facts = deal_facts(terms_facts(1, SIGNED, wan=3000, state=TermsState.SUBMITTED))
        assert service.post(session, actor, facts, event=None, at=AT) == []
        assert rows(session, target) == []


def test_an_opening_deal_is_named_so_and_never_news(database: Database) -> None:
    with database.writing() as session:
        target = make_target(session)
        actor = make_actor(target.county_id)
        terms = terms_facts(1, SIGNED, wan=3000, opening=True)
        (entry,) = service.post(session, actor, deal_facts(terms), verified=terms.id, event=None, at=AT)
        assert entry.cause is Cause.OPENING


def test_whatever_the_order_of_posting_the_sums_are_those_of_the_last_facts(database: Database) -> None:
    first = terms_facts(1, SIGNED, wan=3000)
    raised = terms_facts(2, date(2022, 6, 1), wan=6000)
    ended = terms_facts(3, date(2023, 2, 1), wan=0, kind=TermsKind.TERMINATION, total_fen=None)
    facts = deal_facts()
    steps = [(first,), (first, raised), (first, raised, ended), (first, ended), (first, raised)]
    with database.writing() as session:
        target = make_target(session)
        actor = make_actor(target.county_id)
        for number, some in enumerate(steps):
            at = AT + timedelta(hours=number)
            service.post(session, actor, replace(facts, terms=some), event=None, at=at)
        stands = rows(session, target)
        assert sum(one.delta_fen for one in stands) == 6000 * WAN
        assert sum(one.delta_count for one in stands) == 1
        assert [one.seq for one in stands] == list(range(1, len(stands) + 1))


def test_a_posting_of_one_county_never_reaches_another(database: Database) -> None:
    with database.writing() as session:
        target = make_target(session)
        stranger = make_actor(new_id())
        assert (
            service.post(session, stranger, deal_facts(terms_facts(1, SIGNED, wan=3000)), event=None, at=AT)
            == []
        )
        assert rows(session, target) == []


def test_a_refused_change_leaves_no_gap(database: Database) -> None:
    with database.writing() as session:
        target = make_target(session)
        actor = make_actor(target.county_id)
    with rolled_back(database) as session:
        service.post(session, actor, deal_facts(terms_facts(1, SIGNED, wan=3000)), event=None, at=AT)
    with database.writing() as session:
        service.post(session, actor, deal_facts(terms_facts(1, SIGNED, wan=4000)), event=None, at=AT)
        assert [one[0] for one in said(session, target)] == [1]


def test_concurrent_postings_to_one_target_keep_its_numbers_without_gaps(database: Database) -> None:
    writers, each = 4, 5
    with database.writing() as session:
        targets = [make_target(session, year=year) for year in (2021, 2022)]
        actor = make_actor(targets[0].county_id)
    begin = Barrier(writers)

    def work(number: int) -> None:
        begin.wait()
        for turn in range(each):
            # Each touches both years' targets, half of them in the other order.
            first = terms_facts(1, date(2021, 5, 1), wan=3000)
            raised = terms_facts(2, date(2022, 5, 1), wan=6000)
            facts = deal_facts(first, raised)
            if (number + turn) % 2:
                facts = replace(facts, terms=(raised, first))
            with database.writing() as session:
                service.post(session, actor, facts, event=None, at=AT)

    with ThreadPoolExecutor(writers) as pool:
        list(pool.map(work, range(writers)))
    with database.reading() as session:
        for target in targets:
            stands = rows(session, target)
            assert [one.seq for one in stands] == list(range(1, writers * each + 1))
            assert session.get_one(Target, target.id).last_seq == writers * each
            assert sum(one.delta_fen for one in stands) == writers * each * 3000 * WAN


@pytest.mark.parametrize(
    "statement", ["UPDATE ledger_entries SET delta_fen = 1", "DELETE FROM ledger_entries"]
)
def test_the_database_itself_refuses_to_change_an_entry(database: Database, statement: str) -> None:
    with database.writing() as session:
        target = make_target(session)
        actor = make_actor(target.county_id)
        service.post(session, actor, deal_facts(terms_facts(1, SIGNED, wan=3000)), event=None, at=AT)
    with pytest.raises(DBAPIError, match="append-only"), database.writing() as session:
        session.execute(text(statement))


def test_posting_costs_the_same_at_any_length_of_the_ledger(database: Database) -> None:
    with database.writing() as session:
        target = make_target(session)
        actor = make_actor(target.county_id)
        unit = make_unit(session)

    def cost() -> int:
        with counting(database) as statements, database.writing() as session:
            facts = deal_facts(terms_facts(1, SIGNED, wan=3000), unit=unit)
            service.post(session, actor, facts, event=None, at=AT)
        return len(statements)

    before = cost()
    with database.writing() as session:
        facts = [deal_facts(terms_facts(1, SIGNED, wan=3000), unit=unit) for _ in range(300)]
        service.post_many(session, actor, facts, at=AT)
    assert cost() == before <= 9
