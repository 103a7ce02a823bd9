"""Deals that tests begin with, written as rows in the state they are wanted in.

deal = make_deal(session, unit=town, stage="signed", total_fen=50_000_000_00)
deal = make_deal(session, state=TermsState.SUBMITTED, evidence=[EvidenceKind.CONTRACT])
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from app.core import search
from app.core.clock import DayPrecision, start_of_day
from app.core.ids import new_id
from app.core.models import File
from app.core.money import AmountQualifier
from app.core.options import short_code
from app.core.regions import origin_level
from app.core.text import fold
from app.deals.models import (
    Credit,
    Deal,
    DealReader,
    DealTerms,
    Evidence,
    Occasion,
    ProjectList,
    TermsInvestor,
)
from app.deals.rules import (
    AgreementKind,
    CreditRole,
    DealStage,
    EvidenceKind,
    ListLevel,
    OccasionKind,
    TermsKind,
    TermsState,
)
from app.identity.models import Person, Unit, User
from app.investors.models import Investor
from tests.factories.identity import make_county, make_unit, make_user
from tests.factories.investors import make_investor

SIGNED_ON = date(2022, 3, 4)
HUNDRED_MILLION = 10_000_000_000  # 1亿元 in fen
_numbers = count(1)


def make_deal(
    session: Session,
    *,
    unit: Unit | None = None,
    stage: str = "signed",
    state: TermsState = TermsState.DRAFT,
    investor: Investor | None = None,
    total_fen: int | None = HUNDRED_MILLION,
    qualifier: AmountQualifier = AmountQualifier.EXACT,
    agreement: AgreementKind = AgreementKind.FORMAL_CONTRACT,
    signed_on: date | None = SIGNED_ON,
    entered_by: User | None = None,
    readers: Sequence[Person] = (),
    evidence: Sequence[EvidenceKind] = (),
    landing: Unit | None = None,
    **values: Any,
) -> Deal:
    """Make a deal with its first terms in a state; credited wholly to its unit."""
    home = unit or make_unit(session)
    at = start_of_day(signed_on or SIGNED_ON)
    user = entered_by or make_user(session, unit=home)
    name = values.pop("name", f"年产{next(_numbers)}万台光学模组项目")
    given: dict[str, Any] = {
        "leader_in_charge_id": None,
        "started_on": date(2022, 6, 1) if stage in ("started", "producing", "at_capacity") else None,
        "created_at": at,
        "updated_at": at,
    } | values
    deal = Deal(
        id=new_id(),
        county_id=home.county_id,
        code=short_code(session, home.county_id, "D", 2022),
        name=name,
        name_folded=fold(name),
        owner_unit_id=home.id,
        entered_by=user.id,
        stage=DealStage(stage),
        stage_since=signed_on,
        terms_state=state,
        **given,
    )
    session.add(deal)
    session.flush()
    terms = make_terms(
        session,
        deal,
        state=state,
        investor=investor or make_investor(session),
        total_fen=total_fen,
        qualifier=qualifier,
        agreement=agreement,
        signed_on=signed_on,
        drafted_by=user,
    )
    deal.newest_terms_id = terms.id
    deal.verified_terms_id = terms.id if state is TermsState.VERIFIED else None
    session.add(_credit(deal, home, CreditRole.INTRODUCER, first=True))
    if landing is not None:
        session.add(_credit(deal, landing, CreditRole.LANDING))
    session.add_all(DealReader(deal_id=deal.id, person_id=person.id) for person in readers)
    for kind in evidence:
        make_evidence(session, deal, kind=kind, terms=terms)
    search.put(
        session,
        ("deal", deal.id),
        county_id=deal.county_id,
        title=name,
        unit_id=home.id,
        confidential=deal.confidential,
        at=at,
    )
    session.flush()
    return deal


def make_terms(
    session: Session,
    deal: Deal,
    *,
    no: int = 1,
    kind: TermsKind = TermsKind.ORIGINAL,
    state: TermsState = TermsState.DRAFT,
    investor: Investor,
    total_fen: int | None = HUNDRED_MILLION,
    qualifier: AmountQualifier = AmountQualifier.EXACT,
    agreement: AgreementKind = AgreementKind.FORMAL_CONTRACT,
    signed_on: date | None = SIGNED_ON,
    drafted_by: User,
    **values: Any,
) -> DealTerms:
    """Make one version of terms with one investor."""
    at: datetime = deal.created_at
    county = make_county(session)
    hand = {"person_id": str(drafted_by.person_id), "at": at.isoformat()}
    terms = DealTerms(
        id=new_id(),
        deal_id=deal.id,
        no=no,
        kind=kind,
        state=state,
        agreement=agreement,
        signed_precision=DayPrecision.DAY if signed_on else None,
        signed_from=signed_on,
        signed_on=signed_on,
        total_fen=total_fen,
        qualifier=qualifier if total_fen is not None else AmountQualifier.UNKNOWN,
        drafted_by=drafted_by.person_id,
        touched_by=[{"kind": "drafted", **hand}],
        submitted_at=None if state is TermsState.DRAFT else at,
        refusal_reasons=[],
        created_at=at,
        updated_at=at,
        **values,
    )
    session.add(terms)
    session.flush()
    session.add(
        TermsInvestor(
            id=new_id(),
            terms_id=terms.id,
            investor_id=investor.id,
            origin_level=origin_level(investor.home, county_code=county.code),
            region_code=investor.region_code,
            country=investor.country,
        )
    )
    session.flush()
    return terms


def make_evidence(
    session: Session,
    deal: Deal,
    *,
    kind: EvidenceKind = EvidenceKind.CONTRACT,
    terms: DealTerms | None = None,
) -> Evidence:
    """Attach a file's row; its content lies nowhere."""
    file = File(
        id=new_id(),
        county_id=deal.county_id,
        name="合同.pdf",
        media_type="application/pdf",
        size=1,
        sha256="0" * 64,
        stored_as=f"made/{new_id()}",
        uploaded_by=deal.entered_by,
        created_at=deal.created_at,
    )
    session.add(file)
    session.flush()
    row = Evidence(
        id=new_id(),
        deal_id=deal.id,
        terms_id=terms.id if terms else None,
        file_id=file.id,
        kind=kind,
        added_by=deal.entered_by,
        added_at=deal.created_at,
    )
    session.add(row)
    session.flush()
    return row


def make_occasion(session: Session, *, name: str = "元宵节集中签约", **values: Any) -> Occasion:
    county = make_county(session)
    given: dict[str, Any] = {
        "kind": OccasionKind.SIGNING,
        "first_on": date(2022, 2, 15),
        "last_on": date(2022, 2, 15),
        "created_at": county.created_at,
        "updated_at": county.created_at,
    } | values
    occasion = Occasion(id=new_id(), county_id=county.id, name=name, **given)
    session.add(occasion)
    session.flush()
    return occasion


def make_project_list(session: Session, *, name: str = "第一批县重点项目", **values: Any) -> ProjectList:
    county = make_county(session)
    given: dict[str, Any] = {
        "level": ListLevel.COUNTY,
        "year": 2022,
        "batch": "第一批",
        "created_at": county.created_at,
        "updated_at": county.created_at,
    } | values
    row = ProjectList(id=new_id(), county_id=county.id, name=name, **given)
    session.add(row)
    session.flush()
    return row


def _credit(deal: Deal, unit: Unit, role: CreditRole, *, first: bool = False) -> Credit:
    share = Decimal(100)
    return Credit(id=new_id(), deal_id=deal.id, role=role, unit_id=unit.id, share_percent=share, first=first)
