"""Which investor is meant: the one that a lead, a visit or a deal names, found or put on record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import AppError, FieldError, NotFound
from app.core.permissions import Permission, require
from app.core.text import clean_text, fold
from app.investors import rules
from app.investors.models import Investor
from app.investors.resolving.queries import NameKey, by_ids, live_by_names
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
    def shown_name(self) -> str:
        return clean_text(self.name, multiline=False)

    @property
    def key(self) -> NameKey:
        return self.kind, fold(self.shown_name)


def find_investors(
    session: Session, actor: Actor, meant: Sequence[Meant]
) -> list[Investor | AppError | None]:
    """Find the investors that are meant; however many they are, in one question for the names and one for the ids.

    By id, else by folded name among the live records of that kind; a merged record leads to the one that stands for
    it. None is not on record yet; a refusal is NotFound for an unknown id, or FieldError at `investor_name` for an
    empty or endless name. Raises NotPermitted.
    """
    require(actor, Permission.REFER_LEADS)
    named = {each.key for each in meant if each.investor_id is None}
    known = live_by_names(session, actor.county_id, named)
    readable = by_ids(session, actor, {each.investor_id for each in meant if each.investor_id is not None})
    found: list[Investor | AppError | None] = []
    for each in meant:
        if each.investor_id is not None:
            found.append(readable.get(each.investor_id) or NotFound())
        elif not each.key[1] or len(each.shown_name) > 200:
            found.append(FieldError("investor_name", "error.investors.name_empty"))
        else:
            found.append(known.get(each.key))
    return found


def made_of(actor: Actor, meant: Meant, *, unit_id: UUID, at: datetime) -> NewInvestor:
    """Make the record of an investor that is not found. Its home is the code or the words where they leave no doubt,
    else unknown."""
    values = {"kind": meant.kind, "name": meant.shown_name, "home": rules.certain_home(meant.home)}
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
