"""A head hands many terms to the verifiers at once, as after an import."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.clock import day_of
from app.core.errors import Conflict
from app.core.permissions import Permission, require_over
from app.deals.choosing import lock_chosen
from app.deals.models import Deal
from app.deals.rules import SubmissionBlocker
from app.deals.submission.schemas import SubmitManyInput
from app.deals.terms.service import hand_in, submission_blockers


class NothingChosen(Conflict):
    """No row was ticked."""

    code = "deals.nothing_chosen"


class OneIsKeptBack(Conflict):
    """One ticked deal contradicts itself, so that none was handed in: `code_of` names it, `blockers` say what."""

    code = "deals.one_is_kept_back"

    def __init__(self, deal: Deal, blockers: tuple[SubmissionBlocker, ...]) -> None:
        super().__init__(code_of=deal.code)
        self.blockers = blockers


def submit_many(session: Session, actor: Actor, data: SubmitManyInput, *, at: datetime) -> Sequence[Deal]:
    """Hand the open terms of several deals to the verifiers, all or none; each has its event.

    Raises NotFound, NotPermitted, NothingChosen, TermsMoved or OneIsKeptBack.
    """
    if not data.chosen:
        raise NothingChosen()
    submitted = []
    for deal, terms in lock_chosen(session, actor, data.chosen):
        require_over(actor, Permission.SUBMIT_TERMS, deal.owner_unit.path, deal.owner_unit_id)
        if blockers := submission_blockers(deal, terms, today=day_of(at)):
            raise OneIsKeptBack(deal, blockers)
        hand_in(session, actor, deal, terms, note="", at=at)
        submitted.append(deal)
    return submitted
