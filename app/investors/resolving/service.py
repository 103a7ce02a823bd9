"""Which investor is meant: the one that a lead, a visit or a deal names, found or put on record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import AppError, FieldError
from app.core.permissions import Permission, require
from app.core.text import clean_text, fold
from app.investors import rules
from app.investors.models import Investor
from app.investors.queries import canonical, get_investor
from app.investors.resolving.queries import NameKey, live_by_names
from app.investors.rules import InvestorKind
from app.investors.writing import NewInvestor, new_investor, put_on_record


@dataclass(frozen=True, slots=True)
class Meant:
    """An investor as somebody names it: by id, else by kind and name. `home` are words, or a code, of where it is."""

    investor_id: UUID | None
    name: str = ""
    kind: InvestorKind = InvestorKind.COMPANY
    home: str = ""

    @property
    def key(self) -> NameKey:
        return self.kind, fold(clean_text(self.name, multiline=False))


def find_investors(
    session: Session, actor: Actor, meant: Sequence[Meant]
) -> list[Investor | AppError | None]:
    """Find the investors that are meant; all names are asked for at once.

    By id, else by folded name among the live records of that kind; a merged record leads to the one that stands for
    it. None is not on record yet; a refusal is NotFound for an unknown id, or FieldError at `investor_name` for an
    empty or endless name. Raises NotPermitted.
    """
    require(actor, Permission.REFER_LEADS)
    named = {each.key for each in meant if each.investor_id is None}
    known = live_by_names(session, actor.county_id, named)
    found: list[Investor | AppError | None] = []
    for each in meant:
        try:
            found.append(_one(session, actor, each) if each.investor_id else known.get(_named(each)))
        except AppError as refused:
            found.append(refused)
    return found


def made_of(actor: Actor, meant: Meant, *, unit_id: UUID, at: datetime) -> NewInvestor:
    """Make the record of an investor that is not found. Its home is the code or the words where they leave no doubt,
    else unknown."""
    name = clean_text(meant.name, multiline=False)
    values = {"kind": meant.kind, "name": name, "home": rules.certain_home(meant.home)}
    return new_investor(actor, values, unit_id=unit_id, at=at)


def resolve_investor(
    session: Session, actor: Actor, meant: Meant, *, unit_id: UUID, at: datetime
) -> Investor:
    """Find the investor that is meant, or put it on record. Raises what `find_investors` refuses."""
    found = _found(session, actor, meant)
    if found is not None:
        return found
    made = made_of(actor, meant, unit_id=unit_id, at=at)
    try:
        with session.begin_nested():
            session.add(made.investor)
    except IntegrityError:
        # Somebody put the same company on record in the same instant: it is the one that is meant.
        found = _found(session, actor, meant)
        if found is None:
            raise
        return found
    put_on_record(session, actor, [made], at=at)
    return made.investor


def _found(session: Session, actor: Actor, meant: Meant) -> Investor | None:
    (found,) = find_investors(session, actor, [meant])
    if isinstance(found, AppError):
        raise found
    return found


def _one(session: Session, actor: Actor, meant: Meant) -> Investor:
    assert meant.investor_id is not None
    return canonical(session, get_investor(session, actor, meant.investor_id))


def _named(meant: Meant) -> NameKey:
    name = clean_text(meant.name, multiline=False)
    if not fold(name) or len(name) > 200:
        raise FieldError("investor_name", "error.investors.name_empty")
    return meant.key
