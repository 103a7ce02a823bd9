"""What the demo county has done: leads, visits, deals and the number they make, all as the rules would have it."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from datetime import UTC, date, datetime
from itertools import islice
from random import Random

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from app.core.actor import Actor, ActorKind
from app.core.files import verify_files
from app.core.ids import new_id
from app.deals.facts import credits_of, ledger_facts, versions_of, words_of
from app.deals.models import Deal, DealTerms, Evidence
from app.deals.rules import (
    TermsState,
    credit_problems,
    start_clock,
    terms_problems,
    verification_of,
)
from app.demo.accounts import PASSWORD
from app.demo.investors import KNOWN_PAIRS, brand_names
from app.demo.service import load_demo
from app.investors.models import Investor
from app.leads.models import Lead
from app.leads.protection.holds import hold_on
from app.leads.rules import is_open
from app.targets.models import LedgerRow, Target
from app.targets.service import post_many
from app.visits.models import Visit
from tests.factories.identity import client_of, open_app, sign_in

TODAY = date(2022, 11, 22)
SCALE = 0.06


def load(database, settings, *, today=TODAY):
    with database.writing() as session:
        return load_demo(session, today=today, zone=settings.zone, scale=SCALE)


@pytest.fixture
def demo(database, settings):
    return load(database, settings)


def deals_of(session):
    return session.scalars(
        select(Deal).options(
            selectinload(Deal.terms).options(
                selectinload(DealTerms.investors), selectinload(DealTerms.exclusions)
            ),
            selectinload(Deal.credits),
            selectinload(Deal.paid_ins),
        )
    ).all()


def test_records_come_in_a_countys_numbers_up_to_today(demo, database):
    with database.reading() as session:
        leads = Counter(day.year for day in session.scalars(select(Lead.reported_at)))
        visits = Counter(day.year for day in session.scalars(select(Visit.from_on)))
        newest = session.scalar(select(func.max(Visit.to_on)))
        deals = session.scalar(select(func.count()).select_from(Deal))
    assert leads[2021] == pytest.approx(1500 * SCALE, rel=0.1)
    assert leads[2022] == pytest.approx(1500 * SCALE * 0.89, rel=0.1)
    assert visits[2021] == pytest.approx(4000 * SCALE, rel=0.1)
    assert visits[2022] == pytest.approx(4000 * SCALE * 0.89, rel=0.1)
    assert deals == pytest.approx(140 * SCALE * 1.89, rel=0.15)
    assert newest < TODAY


def test_what_protection_says_on_a_lead_is_what_the_rule_says(demo, database):
    with database.reading() as session:
        for lead in session.scalars(select(Lead).order_by(Lead.reported_at.desc()).limit(40)):
            standing = hold_on(session, demo.county_id, lead.investor_id, today=TODAY).of(lead.id)
            live = is_open(lead.stage)
            assert lead.protected_until == (standing.held_until if live and standing.holds else None)
            assert (lead.in_pool_since is not None) == (live and standing.in_pool)


def test_deals_contradict_no_rule(demo, database):
    with database.reading() as session:
        for deal in deals_of(session):
            derived = verification_of(versions_of(deal))
            assert deal.terms_state is derived.state
            assert deal.pending_amendment == derived.pending_amendment
            assert not credit_problems(credits_of(deal))
            standing = None
            for terms in deal.terms:
                assert not terms_problems(words_of(terms), kind=terms.kind, today=TODAY, standing=standing)
                assert terms.decided_by != terms.drafted_by
                if terms.state is TermsState.VERIFIED:
                    standing = words_of(terms)


def test_the_ledger_stands_where_the_deals_do(demo, database):
    """Posting every deal once more as it is now finds nothing to add."""
    system = Actor(kind=ActorKind.SYSTEM, id=new_id(), name="", county_id=demo.county_id)
    with database.writing() as session:
        facts = [ledger_facts(deal, paid_ins=deal.paid_ins) for deal in deals_of(session)]
        assert not post_many(session, system, facts, event=None, at=datetime(2022, 11, 22, tzinfo=UTC))
        seqs = session.scalars(
            select(LedgerRow.recorded_at).order_by(LedgerRow.target_id, LedgerRow.seq)
        ).all()
    assert len(seqs) > 3


def test_this_year_runs_behind_and_last_year_was_met(demo, database):
    with database.reading() as session:
        done = {}
        for target in session.scalars(select(Target).options(selectinload(Target.amounts))):
            fen = session.scalar(
                select(func.sum(LedgerRow.delta_fen)).where(LedgerRow.target_id == target.id)
            )
            done[target.year] = fen / target.amount_on(TODAY)
    assert 0.6 <= done[2022] <= 0.85
    assert 0.9 <= done[2021] <= 1.2


def test_firms_are_named_in_common_characters_that_no_firm_puts_together():
    brands = list(islice(brand_names(Random(1)), 2200))
    assert len(set(brands)) == 2200
    for brand in brands:
        assert not any(known in brand for known in KNOWN_PAIRS)
        # The first level of GB 2312 holds the 3,755 characters in daily use.
        assert all(0xB0 <= character.encode("gb2312")[0] <= 0xD7 for character in brand), brand


def test_most_deals_have_started_and_a_few_are_late(demo, database):
    with database.reading() as session:
        deals = deals_of(session)
    clocks = [
        start_clock(
            stage=deal.stage,
            signed_on=max(terms.signed_on for terms in deal.terms),
            planned_start_on=deal.planned_start_on,
            started_on=deal.started_on,
            today=TODAY,
        )
        for deal in deals
    ]
    late = [clock.days_late for clock in clocks if clock and clock.is_overdue]
    assert len(late) <= len(deals) * 0.25
    assert all(days < 365 for days in late)


@pytest.mark.parametrize("login", ["town", "leader"])
def test_the_lists_open(demo, database, clock, login):
    client = sign_in(client_of(open_app(database, clock)), login, PASSWORD)
    for path in ("/leads", "/deals", "/visits", "/investors"):
        page = client.get(path)
        assert page.status_code == 200
        assert "虚构" in page.text


class _TakenBack(Exception):
    pass


def digest(database, settings):
    """Load the county, read what can be compared, and take it back."""
    found = []
    with suppress(_TakenBack), database.writing() as session:
        load_demo(session, today=TODAY, zone=settings.zone, scale=0.02)
        for column in (Investor.name, Lead.title, Lead.protected_until, Visit.summary, Deal.name):
            found.append(session.scalars(select(column).order_by(column.class_.id)).all())
        found.append(session.scalars(select(DealTerms.total_fen).order_by(DealTerms.id)).all())
        raise _TakenBack
    return found


def test_the_same_county_is_made_every_time(database, settings):
    assert digest(database, settings) == digest(database, settings)


def test_what_was_sent_in_has_a_contract_to_look_at(database, settings):
    with database.writing() as session:
        load_demo(session, today=TODAY, zone=settings.zone, scale=SCALE, settings=settings)
    with database.reading() as session:
        assert verify_files(session, settings) == []
        kept = set(session.scalars(select(Evidence.deal_id)))
        decided = set(session.scalars(select(DealTerms.deal_id).where(DealTerms.decided_at.is_not(None))))
    assert decided and decided <= kept
