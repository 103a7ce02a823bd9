"""The contracts of the demo's deals: one sheet that says it is none, on every deal whose terms were sent in.

Some of those that wait have none yet, so that a verifier meets both.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.core.files import store
from app.core.ids import new_id
from app.deals.models import Deal, DealTerms, Evidence
from app.deals.rules import EvidenceKind, TermsKind, TermsState
from app.demo.county import Demo
from app.settings import Settings

NAME = "合同（演示，虚构）.pdf"
# Of those that wait for verification this part still lacks its contract.
LACKING = 0.3
_PROOF = {
    TermsKind.AMENDMENT: EvidenceKind.SUPPLEMENT,
    TermsKind.INCREASE: EvidenceKind.SUPPLEMENT,
    TermsKind.TERMINATION: EvidenceKind.TERMINATION,
}


def make_contracts(session: Session, demo: Demo, *, settings: Settings) -> None:
    """Lay the one file down and name it as the evidence of each version that was sent in."""
    random = demo.random("contracts")
    keeper = demo.holders["bureau"]
    sheet = store(
        session, settings, BytesIO(_pdf()), filename=NAME, actor=demo.actor(keeper), at=demo.opened_at
    )
    session.flush()
    sent = select(DealTerms, Deal.owner_unit_id).join(Deal, Deal.id == DealTerms.deal_id)
    units = {unit.id: unit.code for unit in demo.units.values()}
    rows: list[dict[str, Any]] = []
    for terms, unit_id in session.execute(
        sent.where(DealTerms.submitted_at.is_not(None)).order_by(DealTerms.created_at, DealTerms.id)
    ):
        if terms.state is TermsState.SUBMITTED and random.random() < LACKING:
            continue
        clerk = demo.hand(demo.clerk(units[unit_id]))
        rows.append(_evidence(terms, sheet.id, by=clerk))
    if rows:
        session.execute(insert(Evidence), rows)


def _evidence(terms: DealTerms, file_id: UUID, *, by: UUID) -> dict[str, Any]:
    first = terms.kind is TermsKind.ORIGINAL
    return {
        "id": new_id(),
        "deal_id": terms.deal_id,
        "terms_id": None if first else terms.id,
        "file_id": file_id,
        "kind": _PROOF.get(terms.kind, EvidenceKind.CONTRACT),
        "note": "",
        "added_by": by,
        "added_at": terms.created_at,
    }


def _pdf() -> bytes:
    """Return a page of PDF with one line, written by hand: a library for it would be used nowhere else."""
    line = b"BT /F1 24 Tf 72 720 Td (Luodi demo: fictional, not a contract) Tj ET"
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(line), line),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
    page, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, start=1):
        places.append(len(page))
        page += b"%d 0 obj%s endobj\n" % (number, body)
    start = len(page)
    page += b"xref\n0 6\n0000000000 65535 f \n"
    page += b"".join(b"%010d 00000 n \n" % place for place in places)
    page += b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % start
    return bytes(page)
