"""What earlier topics of the demo hand to later ones: investors, signings, leads, visits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from app.core.regions import OriginLevel
from app.demo.roster import DemoUnit
from app.investors.rules import InvestorKind
from app.leads.rules import LeadStage
from app.visits.rules import VisitKind


class Fate(StrEnum):
    """What becomes of a deal in the demo."""

    PLAIN = "plain"
    AMENDED = "amended"
    INCREASED = "increased"
    CORRECTED = "corrected"
    UPGRADED = "upgraded"
    MENDED = "mended"
    GOVERNMENT_PART = "government_part"
    TERMINATED = "terminated"
    REFUSED = "refused"
    VAGUE = "vague"
    BELOW = "below"
    IN_PROVINCE = "in_province"
    HONG_KONG = "hong_kong"
    FOREIGN = "foreign"
    FRAMEWORK = "framework"
    EXCLUDED = "excluded"
    SHARED = "shared"


# Those that count once they are verified: their amounts add up to the year's number.
COUNTING_FATES = frozenset(
    {
        Fate.PLAIN,
        Fate.AMENDED,
        Fate.INCREASED,
        Fate.CORRECTED,
        Fate.UPGRADED,
        Fate.MENDED,
        Fate.GOVERNMENT_PART,
    }
)


@dataclass(frozen=True, slots=True)
class DemoInvestor:
    id: UUID
    kind: InvestorKind
    name: str
    brand: str
    region_code: str
    country: str
    origin: OriginLevel
    returning: bool
    chain: str


@dataclass(slots=True, kw_only=True)
class Signing:
    """A deal as planned; `decided_on` None: not decided yet, `submitted_on` None: a draft still."""

    id: UUID
    fate: Fate
    investor: DemoInvestor
    unit: DemoUnit
    signed_on: date
    filed_on: date
    submitted_on: date | None
    decided_on: date | None
    chain: str
    title: str
    occasion_id: UUID | None = None
    total_fen: int = 0
    lead_id: UUID | None = None

    @property
    def counts(self) -> bool:
        return self.fate in COUNTING_FATES and self.decided_on is not None


@dataclass(frozen=True, slots=True)
class DemoLead:
    id: UUID
    code: str
    title: str
    investor: DemoInvestor
    unit: DemoUnit
    stage: LeadStage
    reported_at: datetime
    content: str
    place: str
    confidential: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoVisit:
    """A visit as planned with its lead, so that the lead's protection knows of it."""

    investor: DemoInvestor
    unit: DemoUnit
    kind: VisitKind
    from_on: date
    to_on: date
    received_at: datetime
    lead_id: UUID | None = None
    deal_id: UUID | None = None
    confidential: bool = False
