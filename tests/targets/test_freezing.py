"""Freezing: one proposes, another confirms, and what a closed month shows never changes."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from app.core.actor import Actor, ActorKind, Membership, Role
from app.core.db import Database
from app.core.errors import FieldError, NotFound, NotPermitted
from app.core.events import timeline
from app.core.ids import new_id
from app.targets import queries as posting
from app.targets import service as ledger
from app.targets.freezing import queries, rules, service
from app.targets.freezing.rules import FreezeProblem
from app.targets.models import Target
from app.targets.rules import FreezeState
from tests.factories.targets import deal_facts, make_target, terms_facts

AT = datetime(2022, 11, 5, 2, 0, tzinfo=UTC)
OCTOBER = date(2022, 10, 31)


def somebody(target: Target, role: Role = Role.VERIFIER) -> Actor:
    held = Membership(role=role, unit_id=new_id(), unit_path="/county/bureau/")
    return Actor(
        kind=ActorKind.USER, id=new_id(), name="王认定", county_id=target.county_id, memberships=(held,)
    )


@pytest.mark.parametrize(
    ("through", "frozen", "problem"),
    [
        (OCTOBER, None, None),
        (OCTOBER, date(2022, 9, 30), None),
        (OCTOBER, OCTOBER, FreezeProblem.ALREADY_FROZEN),
        (date(2022, 9, 30), OCTOBER, FreezeProblem.ALREADY_FROZEN),
        (date(2022, 10, 30), None, FreezeProblem.NOT_A_MONTHS_END),
        (date(2022, 11, 30), None, FreezeProblem.NOT_OVER),
        (date(2021, 12, 31), None, FreezeProblem.OUTSIDE_YEAR),
    ],
)
def test_which_months_can_be_closed(
    through: date, frozen: date | None, problem: FreezeProblem | None
) -> None:
    today = date(2022, 11, 5)
    assert rules.freeze_problem(through, year=2022, today=today, frozen_through=frozen) is problem


def test_a_month_is_closed_only_once_it_is_wholly_over() -> None:
    days = rules.freezable_days(year=2022, today=OCTOBER, frozen_through=date(2022, 7, 31))
    assert days == [date(2022, 8, 31), date(2022, 9, 30)]


def test_another_person_confirms_and_the_highest_number_is_kept(database: Database) -> None:
    with database.writing() as session:
        target = make_target(session)
        bureau, leader = somebody(target), somebody(target, Role.LEADER)
        facts = deal_facts(terms_facts(1, date(2022, 3, 1), wan=3000))
        ledger.post(session, bureau, facts, event=None, at=AT)
        freeze = service.propose_freeze(session, bureau, target.id, through=OCTOBER, note="10月报表", at=AT)
        assert posting.frozen_through(session, [target.id]) == {}
        service.confirm_freeze(session, leader, freeze.id, at=AT)
    with database.reading() as session:
        (kept,) = queries.freezes_of(session, target.id)
        assert (kept.state, kept.highest_seq, kept.decided_by) == (FreezeState.CONFIRMED, 1, leader.id)
        assert posting.frozen_through(session, [target.id]) == {target.id: OCTOBER}
        kinds = [event.kind for event in timeline(session, ("target", target.id))]
        assert set(kinds) == {"target.freeze_proposed", "target.frozen"}


def test_nobody_confirms_his_own_proposal_but_may_take_it_back(database: Database) -> None:
    with database.writing() as session:
        target = make_target(session)
        bureau = somebody(target)
        freeze = service.propose_freeze(session, bureau, target.id, through=OCTOBER, at=AT)
        with pytest.raises(service.FreezeOfOwn):
            service.confirm_freeze(session, bureau, freeze.id, at=AT)
        with pytest.raises(service.FreezePending):
            service.propose_freeze(session, somebody(target), target.id, through=OCTOBER, at=AT)
        service.decline_freeze(session, bureau, freeze.id, at=AT)
        with pytest.raises(service.FreezeDecided):
            service.confirm_freeze(session, somebody(target), freeze.id, at=AT)
        service.propose_freeze(session, bureau, target.id, through=OCTOBER, at=AT)


@pytest.mark.parametrize("role", [Role.MEMBER, Role.UNIT_HEAD, Role.ADMIN, Role.AUDITOR])
def test_who_neither_proposes_nor_confirms(database: Database, role: Role) -> None:
    with database.writing() as session:
        target = make_target(session)
        freeze = service.propose_freeze(session, somebody(target), target.id, through=OCTOBER, at=AT)
        stranger = somebody(target, role)
        for act in (
            lambda: service.propose_freeze(session, stranger, target.id, through=OCTOBER, at=AT),
            lambda: service.confirm_freeze(session, stranger, freeze.id, at=AT),
        ):
            with pytest.raises(NotPermitted):
                act()


def test_what_cannot_be_frozen_is_said_at_its_field_and_another_countys_is_not_found(
    database: Database,
) -> None:
    with database.writing() as session:
        target = make_target(session)
        with pytest.raises(FieldError) as refused:
            service.propose_freeze(session, somebody(target), target.id, through=date(2022, 12, 31), at=AT)
        assert refused.value.field == "through"
        with pytest.raises(NotFound):
            service.propose_freeze(session, somebody(target), new_id(), through=OCTOBER, at=AT)
