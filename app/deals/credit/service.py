"""Use case of credit: which units brought a deal, in which role, with which share."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import FieldError
from app.core.i18n import N_
from app.core.ids import new_id
from app.deals import queries, rules
from app.deals.changes import after_change, put_on_record, require_change
from app.deals.following.schemas import CreditsInput
from app.deals.models import Credit, Deal
from app.deals.rules import CreditRole
from app.identity.models import Unit
from app.identity.versions import expect
from app.targets.rules import Cause


def set_credits(session: Session, actor: Actor, deal_id: UUID, data: CreditsInput, *, at: datetime) -> Deal:
    """Say who is credited; within a role the shares sum to 100 % and one introducer came first.

    Raises NotFound, NotPermitted, Stale, or FieldError at `credit_share` for what does not add up.
    """
    deal = queries.get_deal(session, actor, deal_id, lock=True)
    require_change(actor, deal)
    expect(deal, data.version, theirs={"credits": credit_words(deal)}, labels={"credits": N_("引资责任")})
    rows = data.rows()
    wanted = [rules.Credit(unit, role, share, first) for unit, role, share, first in rows]
    if problems := rules.credit_problems(wanted):
        raise FieldError("credit_share", f"enum.CreditProblem.{problems[0].value}")
    known = queries.known_units(session, actor, [row.unit_id for row in wanted])
    if any(row.unit_id not in known for row in wanted):
        raise FieldError("credit_unit", "error.field.invalid")
    before = credit_words(deal)
    standing = {(row.role, row.unit_id): row for row in deal.credits}
    deal.credits = [_row(session, standing.get((row.role, row.unit_id)), row) for row in wanted]
    after = credit_words(deal)
    if before == after:
        return deal
    deal.touch(at)
    event = put_on_record(session, actor, "deal.credited", deal, at=at, changes={"credits": (before, after)})
    after_change(session, actor, deal, at=at, event=event, cause=Cause.CREDIT_CHANGED)
    return deal


def credit_words(deal: Deal) -> str:
    """Write a deal's credits as one text, for its timeline and for comparing; units must be loaded."""
    order = list(CreditRole)
    rows = sorted(deal.credits, key=lambda row: (order.index(row.role), -row.share_percent, row.unit.path))
    return "、".join(
        f"{row.role.value} {row.unit.shown_name} {_percent(row.share_percent)}%{' 1st' if row.first else ''}"
        for row in rows
    )


def _row(session: Session, standing: Credit | None, wanted: rules.Credit) -> Credit:
    row = standing or Credit(
        id=new_id(), role=wanted.role, unit_id=wanted.unit_id, unit=session.get_one(Unit, wanted.unit_id)
    )
    row.share_percent, row.first = wanted.share_percent, wanted.is_first
    return row


def _percent(share: Decimal) -> str:
    return f"{share.normalize():f}"
