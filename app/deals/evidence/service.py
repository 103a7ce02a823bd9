"""Use cases of evidence (佐证材料): files by kind, added and taken away on record; nothing is deleted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import Conflict, NotFound
from app.core.files import File
from app.core.ids import new_id
from app.deals import queries
from app.deals.changes import after_change, put_on_record, require_change
from app.deals.evidence.schemas import EvidenceInput
from app.deals.facts import person_of
from app.deals.models import Deal, Evidence
from app.deals.rules import TermsState


class EvidenceKept(Conflict):
    """The terms that this file proved are verified: it stays with them."""

    code = "deals.evidence_kept"


def add_evidence(
    session: Session, actor: Actor, deal_id: UUID, data: EvidenceInput, files: Sequence[File], *, at: datetime
) -> Sequence[Evidence]:
    """Attach files of one kind to a deal or to one version of its terms. Raises NotFound or NotPermitted."""
    deal = queries.get_deal(session, actor, deal_id, lock=True)
    require_change(actor, deal)
    if data.terms_id is not None:
        queries.terms_of(deal, data.terms_id)
    rows = [
        Evidence(
            id=new_id(),
            terms_id=data.terms_id,
            file_id=file.id,
            file=file,
            kind=data.kind,
            note=data.note,
            added_by=person_of(actor),
            added_at=at,
        )
        for file in files
    ]
    deal.evidence.extend(rows)
    changes = {"evidence": (None, data.kind), "file": (None, "、".join(file.name for file in files))}
    put_on_record(session, actor, "deal.evidence_added", deal, at=at, changes=changes)
    after_change(session, actor, deal, at=at, posts=False)
    return rows


def remove_evidence(
    session: Session, actor: Actor, deal_id: UUID, evidence_id: UUID, *, at: datetime
) -> Deal:
    """Take a file away; what verified terms rest on stays. Raises NotFound, NotPermitted or EvidenceKept."""
    deal = queries.get_deal(session, actor, deal_id, lock=True)
    require_change(actor, deal)
    row = find(deal, evidence_id)
    decided = {terms.id for terms in deal.terms if terms.state is TermsState.VERIFIED}
    if decided and (row.terms_id is None or row.terms_id in decided):
        raise EvidenceKept()
    row.archived_at = at
    changes = {"evidence": (row.kind, None), "file": (row.file.name, None)}
    put_on_record(session, actor, "deal.evidence_removed", deal, at=at, changes=changes)
    after_change(session, actor, deal, at=at, posts=False)
    return deal


def find(deal: Deal, evidence_id: UUID) -> Evidence:
    """Return one of a deal's loaded files that was not taken away. Raises NotFound."""
    found = next((row for row in deal.evidence if row.id == evidence_id and row.archived_at is None), None)
    if found is None:
        raise NotFound()
    return found
