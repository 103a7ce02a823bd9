"""Opening deals (imported history) are verified together on one named basis (期初认定)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.files import File
from app.core.ids import new_id
from app.core.permissions import Permission, require
from app.deals.choosing import lock_chosen
from app.deals.facts import person_of
from app.deals.models import Deal, DealTerms, Evidence
from app.deals.opening.schemas import OpeningBatchInput
from app.deals.rules import EvidenceKind, TermsKind, VerificationBlocker
from app.deals.verification.service import VerificationRefused, let_count


def verify_opening(
    session: Session, actor: Actor, data: OpeningBatchInput, *, file: File | None = None, at: datetime
) -> Sequence[Deal]:
    """Verify several opening deals together on one named basis (期初认定); the contracts are still to come (待补).

    All or none. `file` is the basis itself, kept with every one of them. Raises NotPermitted, NotFound, TermsMoved, or
    VerificationRefused naming the first deal that cannot be verified.
    """
    require(actor, Permission.VERIFY_TERMS)
    verified = []
    for deal, terms in lock_chosen(session, actor, data.deals):
        if not deal.opening or terms.kind is not TermsKind.ORIGINAL:
            raise VerificationRefused(deal, (VerificationBlocker.NOT_SUBMITTED,))
        terms.opening_basis_kind, terms.opening_basis = data.basis_kind, data.basis
        if file is not None:
            _keep_basis(deal, terms, file, actor, at=at)
        let_count(session, actor, deal, terms, note=data.basis, at=at)
        verified.append(deal)
    return verified


def _keep_basis(deal: Deal, terms: DealTerms, file: File, actor: Actor, *, at: datetime) -> None:
    deal.evidence.append(
        Evidence(
            id=new_id(),
            terms_id=terms.id,
            file_id=file.id,
            file=file,
            kind=EvidenceKind.BASIS,
            note=terms.opening_basis,
            added_by=person_of(actor),
            added_at=at,
        )
    )
