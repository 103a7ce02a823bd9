"""Targets, deals' facts and what is posted of them.

rule = make_rule(session)
target = make_target(session, year=2022)
facts = deal_facts(terms_facts(1, date(2022, 3, 1), wan=3000), unit=unit)
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.clock import TimeProgressMode
from app.core.ids import new_id
from app.core.money import AmountQualifier
from app.core.regions import OriginLevel
from app.identity.models import Unit
from app.targets.counting.service import ensure_default_rule
from app.targets.models import CountingRule, Freeze, Target, TargetAmount
from app.targets.rules import (
    AgreementKind,
    CreditFacts,
    CreditRole,
    DealFacts,
    FreezeState,
    InvestorFacts,
    Measure,
    SetBy,
    TermsFacts,
    TermsKind,
)
from tests.factories.core import EPOCH, make_actor
from tests.factories.identity import make_county

WAN = 1_000_000
YI = 10_000 * WAN
OUTSIDE = InvestorFacts(origin=OriginLevel.OUT_OF_PROVINCE, region="330500")

_numbers = count(1)


def make_rule(session: Session) -> CountingRule:
    """Return the shipped rule."""
    county = make_county(session)
    return ensure_default_rule(session, make_actor(county.id), at=EPOCH)


def make_target(
    session: Session,
    *,
    year: int = 2022,
    amount: int | None = 300 * YI,
    rule: CountingRule | None = None,
    **values: Any,
) -> Target:
    """Make a root target of the shipped rule; ¥30B unless told otherwise."""
    county = make_county(session)
    given: dict[str, Any] = {
        "set_by": SetBy.COUNTY,
        "measure": Measure.SIGNED_INVESTMENT,
        "credit_role": CreditRole.INTRODUCER,
        "pace": TimeProgressMode.MONTHS_AND_DAYS,
        "name": f"目标{next(_numbers)}",
        "created_at": EPOCH,
        "updated_at": EPOCH,
    } | values
    target = Target(
        id=new_id(), county_id=county.id, year=year, rule_id=(rule or make_rule(session)).id, **given
    )
    session.add(target)
    session.flush()
    if amount is not None:
        session.add(
            TargetAmount(
                id=new_id(),
                target_id=target.id,
                amount=amount,
                applies_from=date(year, 1, 1),
                set_at=EPOCH,
                set_by=new_id(),
                set_by_name="王认定",
            )
        )
        session.flush()
    return target


def make_freeze(session: Session, target: Target, *, through: date, at: datetime = EPOCH) -> Freeze:
    """Freeze a target through a day, as two people did."""
    freeze = Freeze(
        id=new_id(),
        target_id=target.id,
        through=through,
        state=FreezeState.CONFIRMED,
        proposed_by=new_id(),
        proposed_by_name="王认定",
        proposed_at=at,
        decided_by=new_id(),
        decided_by_name="李领导",
        decided_at=at,
        highest_seq=target.last_seq,
    )
    session.add(freeze)
    session.flush()
    return freeze


def terms_facts(no: int, on: date | None, *, wan: int, **values: Any) -> TermsFacts:
    """Verified terms of a formal contract with an investor from outside the province."""
    kind = TermsKind.ORIGINAL if no == 1 else TermsKind.AMENDMENT
    given: dict[str, Any] = {
        "id": new_id(),
        "kind": kind,
        "agreement": AgreementKind.FORMAL_CONTRACT,
        "signed_on": on,
        "total_fen": wan * WAN,
        "qualifier": AmountQualifier.EXACT,
        "investors": (OUTSIDE,),
    } | values
    return TermsFacts(no=no, **given)


def deal_facts(*terms: TermsFacts, unit: Unit | None = None, **values: Any) -> DealFacts:
    """A deal of these terms, credited wholly to a unit where one is given."""
    credits_ = (CreditFacts(CreditRole.INTRODUCER, unit.id, Decimal(100)),) if unit else ()
    given: dict[str, Any] = {"deal_id": new_id(), "credits": credits_} | values
    return DealFacts(terms=terms, **given)


def split(*shares: tuple[UUID, str], role: CreditRole = CreditRole.INTRODUCER) -> tuple[CreditFacts, ...]:
    """Several units' shares of a role."""
    return tuple(CreditFacts(role, unit_id, Decimal(percent)) for unit_id, percent in shares)
