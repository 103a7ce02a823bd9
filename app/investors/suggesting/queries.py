"""Whom a typed name may mean."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.ids import new_id
from app.core.text import UsccError, check_uscc
from app.investors import queries
from app.investors.models import Investor
from app.investors.rules import DuplicateReason, InvestorFacts, InvestorKind
from app.investors.schemas import SimilarInput

MOST_OFFERED = 10


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A live record that may be meant; `reason` is None where it only holds what was typed."""

    investor: Investor
    reason: DuplicateReason | None
    blocks: bool


def similar(session: Session, actor: Actor, typed: SimilarInput) -> list[Suggestion]:
    """List the records that may be the investor that is being typed, the surest first; empty for a letter or two."""
    if len(typed.name) < 2 and not typed.uscc:
        return []
    facts = InvestorFacts(typed.itself or new_id(), typed.kind, typed.name, _code(typed.uscc))
    found = queries.suggestions(session, actor.county_id, facts)
    return [Suggestion(investor, candidate.reason, candidate.blocks) for candidate, investor in found]


def offered(session: Session, actor: Actor, text: str) -> list[Suggestion]:
    """List the records for a box in which a name, its pinyin or its initials are typed."""
    if not queries.reads_investors(actor) or not text:
        return []
    found: dict[UUID, Suggestion] = {}
    for kind in (InvestorKind.COMPANY, InvestorKind.PERSON):
        for each in similar(session, actor, SimilarInput(name=text[:200], kind=kind)):
            found.setdefault(each.investor.id, each)
    sure = [each for each in found.values() if each.reason is not DuplicateReason.ALIKE]
    holding = [
        Suggestion(investor, None, blocks=False)
        for investor in queries.found_by_text(session, actor, text, limit=MOST_OFFERED)
    ]
    rest = [each for each in found.values() if each.reason is DuplicateReason.ALIKE]
    chosen = {each.investor.id: each for each in reversed([*sure, *holding, *rest])}
    return list(reversed(chosen.values()))[:MOST_OFFERED]


def _code(typed: str) -> str:
    try:
        return check_uscc(typed) if typed else ""
    except UsccError:
        return ""
