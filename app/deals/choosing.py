"""Deals that somebody ticked on a list, each with the version of its terms that he saw there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, NamedTuple
from uuid import UUID

from pydantic import BeforeValidator
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import Conflict
from app.core.inputs import FieldProblem
from app.deals import queries
from app.deals.models import Deal, DealTerms

MOST_CHOSEN = 200


class ChosenDeal(NamedTuple):
    """A ticked row: the deal, and the version of its open terms."""

    deal_id: UUID
    version: int


class TermsMoved(Conflict):
    """The open terms of a ticked deal are not those that were shown: `code_of` names the deal."""

    code = "deals.terms_moved"


def mark(deal: Deal, terms: DealTerms) -> str:
    """Write a row's tick as a form carries it."""
    return f"{deal.id}:{terms.version}"


def _read(value: object) -> object:
    if not isinstance(value, str):
        return value
    key, _, version = value.partition(":")
    try:
        return ChosenDeal(UUID(key), int(version))
    except ValueError:
        raise FieldProblem("error.field.invalid") from None


Chosen = Annotated[ChosenDeal, BeforeValidator(_read)]


def lock_chosen(
    session: Session, actor: Actor, chosen: Iterable[ChosenDeal]
) -> Iterator[tuple[Deal, DealTerms]]:
    """Lock each ticked deal and give it with its open terms. Raises NotFound, or TermsMoved where they changed since.

    Locked in one order, so that two batches wait for each other instead of for ever.
    """
    for each in sorted(set(chosen)):
        deal = queries.get_deal(session, actor, each.deal_id, lock=True)
        terms = queries.open_terms(deal)
        if terms is None or terms.version != each.version:
            raise TermsMoved(code_of=deal.code)
        yield deal, terms
