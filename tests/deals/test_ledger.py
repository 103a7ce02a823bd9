"""What a deal contributes is posted in the transaction of the change."""

from __future__ import annotations

from sqlalchemy import func, select

from app.deals.rules import EvidenceKind, TermsState
from app.targets.models import LedgerRow
from tests.deals.conftest import Office
from tests.deals.test_verify import act
from tests.factories.identity import send
from tests.factories.targets import make_target


def standing(office: Office) -> tuple[int, int]:
    with office.database.reading() as session:
        summed = select(func.sum(LedgerRow.delta_fen), func.sum(LedgerRow.delta_count))
        fen, count = session.execute(summed).one()
    return int(fen or 0), int(count or 0)


def test_verified_terms_count_and_revoked_ones_no_more(office: Office) -> None:
    office.make(make_target)
    deal = office.deal(state=TermsState.SUBMITTED, evidence=[EvidenceKind.CONTRACT])
    assert standing(office) == (0, 0)
    assert act(office, deal, "verification").status_code == 303
    assert standing(office) == (10_000_000_000, 1)
    shared = {
        "credit_unit": [str(office.other.id)],
        "credit_role": ["first"],
        "credit_share": ["100"],
        "version": office.row(deal.id).version,
    }
    assert send(office.client("head"), f"/deals/{deal.id}/credits", **shared).status_code == 303
    assert standing(office) == (10_000_000_000, 1)
    assert act(office, deal, "revocation", note="合同系伪造").status_code == 303
    assert standing(office) == (0, 0)
