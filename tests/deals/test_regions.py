"""A corrected home of an investor flags the deals that froze the old one; nothing counts differently by itself."""

from __future__ import annotations

from app.deals.jobs import flag_regions
from app.deals.rules import EvidenceKind, TermsState
from app.investors.models import Investor
from app.investors.schemas import EditInvestorInput
from app.investors.service import edit_investor
from tests.deals.conftest import Office
from tests.factories.identity import send


def test_a_corrected_home_flags_the_deals_that_froze_the_old_one(office: Office) -> None:
    deal = office.deal(state=TermsState.VERIFIED, evidence=[EvidenceKind.CONTRACT])
    with office.database.writing() as session:
        investor = session.get_one(Investor, office.investor.id)
        given = EditInvestorInput(
            kind=investor.kind, name=investor.name, home="江西新余", version=investor.version
        )
        edit_investor(session, office.actor(), investor.id, given, at=office.clock.now)
    for _ in range(2):
        with office.database.writing() as session:
            flag_regions(session, office.clock.advance(minutes=1))
    assert len(office.events("deal.region_flagged")) == 1
    page = office.client().get(f"/deals/{deal.id}").text
    assert "所在地在认定后更正过" in page
    assert "省外" in page
    answer = send(office.client(), f"/deals/{deal.id}/region", version=office.row(deal.id).version)
    assert answer.status_code == 303
    with office.database.writing() as session:
        flag_regions(session, office.clock.advance(minutes=1))
    assert office.row(deal.id).region_flagged_at is None


def test_only_writers_of_the_unit_settle_a_flag(office: Office) -> None:
    deal = office.deal()
    for who, status in (("elsewhere", 404), ("leader", 403), ("admin", 403)):
        assert office.act(deal, "region", who=who).status_code == status
