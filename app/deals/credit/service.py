"""Use case of credit: which units brought a deal, in which role, with which share."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.clock import day_of
from app.core.errors import FieldError
from app.core.i18n import N_
from app.core.ids import new_id
from app.core.text import plain_number
from app.deals import queries, rules
from app.deals.changes import after_change, put_on_record, require_change
from app.deals.facts import credits_of
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
    rows = data.rows()
    wanted = [rules.Credit(unit, role, share, first) for unit, role, share, first in rows]
    known = queries.known_units(session, actor, [row.unit_id for row in wanted])
    if any(row.unit_id not in known for row in wanted):
        raise FieldError("credit_unit", "error.field.invalid")
    before, after = credit_words(deal), _words((row, known[row.unit_id]) for row in wanted)
    labels = {"credits": N_("引资责任")}
    expect(deal, data.version, theirs={"credits": before}, yours={"credits": after}, labels=labels)
    if problems := rules.credit_problems(wanted):
        raise FieldError("credit_share", f"enum.CreditProblem.{problems[0].value}")
    if before == after:
        return deal
    standing = {(row.role, row.unit_id): row for row in deal.credits}
    deal.credits = [
        _row(standing.get((row.role, row.unit_id)), row, unit=known[row.unit_id]) for row in wanted
    ]
    changes: dict[str, tuple[object, object]] = {"credits": (before, after)}
    if _marks_own_unit(session, deal):
        changes["own_unit"] = (False, True)
    deal.touch(at)
    event = put_on_record(session, actor, "deal.credited", deal, at=at, changes=changes)
    after_change(session, actor, deal, at=at, event=event, cause=Cause.CREDIT_CHANGED)
    return deal


def credit_words(deal: Deal) -> str:
    """Write a deal's credits as one text, for its timeline and for comparing; units must be loaded."""
    return _words(zip(credits_of(deal), (row.unit for row in deal.credits), strict=True))


def _words(credited: Iterable[tuple[rules.Credit, Unit]]) -> str:
    order = list(CreditRole)
    rows = sorted(
        credited, key=lambda pair: (order.index(pair[0].role), -pair[0].share_percent, pair[1].path)
    )
    return "、".join(
        f"{row.role.value} {unit.shown_name} {_percent(row.share_percent)}%{' 1st' if row.is_first else ''}"
        for row, unit in rows
    )


def _marks_own_unit(session: Session, deal: Deal) -> bool:
    """Let verified terms carry 本单位项目 from the moment on that a unit of their verifier is credited: crediting it
    afterwards must not get round the mark. Tells whether the mark is new."""
    standing = queries.standing_terms(deal)
    if standing is None or standing.own_unit or standing.decided_by is None or standing.decided_at is None:
        return False
    units = queries.units_on(session, standing.decided_by, day=day_of(standing.decided_at))
    standing.own_unit = any(row.unit_id in units for row in deal.credits)
    return standing.own_unit


def _row(standing: Credit | None, wanted: rules.Credit, *, unit: Unit) -> Credit:
    row = standing or Credit(id=new_id(), role=wanted.role, unit_id=wanted.unit_id, unit=unit)
    row.share_percent, row.first = wanted.share_percent, wanted.is_first
    return row


def _percent(share: Decimal) -> str:
    return plain_number(share)
