"""What the counting rules judge: a deal's terms, investors, credits and milestones, as frozen facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from app.core.clock import DayPrecision
from app.core.money import AmountQualifier
from app.core.regions import OriginLevel


class TermsKind(StrEnum):
    ORIGINAL = "original"
    UPGRADE = "upgrade"
    AMENDMENT = "amendment"
    INCREASE = "increase"
    CORRECTION = "correction"
    TERMINATION = "termination"


class TermsState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    VERIFIED = "verified"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class AgreementKind(StrEnum):
    FORMAL_CONTRACT = "formal_contract"
    FRAMEWORK = "framework"
    LETTER_OF_INTENT = "letter_of_intent"
    UNKNOWN = "unknown"


class CreditRole(StrEnum):
    INTRODUCER = "introducer"
    LANDING = "landing"
    SERVICE = "service"


@dataclass(frozen=True, slots=True, kw_only=True)
class InvestorFacts:
    """An investor of terms, with the origin frozen then.

    `region` is a region's or a country's code, empty where it is not known; `contribution_fen` None is unknown;
    `returning` marks a returning native (返乡).
    """

    origin: OriginLevel = OriginLevel.UNKNOWN
    region: str = ""
    contribution_fen: int | None = None
    returning: bool = False


@dataclass(frozen=True, slots=True)
class ExclusionFacts:
    """A reason that keeps terms out: the whole, or only `part_fen` of them (a government-funded part)."""

    code: str
    part_fen: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsFacts:
    """One version of terms, restated whole: `total_fen` is the new total, also of an increase; None is unknown.

    A signing day that is not exact runs from `signed_from` to `signed_on`, its last day. An original and an upgrade
    happen on their signing day; an amendment, increase or termination on `effective_on`, else on its signing day.
    A correction restates the terms `corrects` (None: the last terms before it) and happens on their day: it names
    `signed_on` or `effective_on` only where these were wrong. A termination needs no other fact than its day.
    """

    id: UUID
    no: int
    kind: TermsKind = TermsKind.ORIGINAL
    state: TermsState = TermsState.VERIFIED
    corrects: UUID | None = None
    agreement: AgreementKind = AgreementKind.UNKNOWN
    signed_on: date | None = None
    signed_from: date | None = None
    signed_precision: DayPrecision | None = None
    effective_on: date | None = None
    total_fen: int | None = None
    qualifier: AmountQualifier = AmountQualifier.UNKNOWN
    investors: tuple[InvestorFacts, ...] = ()
    exclusions: tuple[ExclusionFacts, ...] = ()
    opening: bool = False


@dataclass(frozen=True, slots=True)
class CreditFacts:
    """A unit's share of one role, in percent; within a role the shares sum to 100."""

    role: CreditRole
    unit_id: UUID
    share_percent: Decimal


@dataclass(frozen=True, slots=True)
class PaidInFacts:
    """A statement of funds paid in since the beginning, as of a day; `outside_fen` None is unknown."""

    on: date
    total_fen: int
    outside_fen: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DealFacts:
    """A deal as the counting rules see it.

    `counted_in` names the deal under which this one is already counted. `platform_accepted_on` (省平台入库) and
    `statistics_entered_on` (入统) are flags with days; `started_on` and `produced_on` the first day of each stage.
    """

    deal_id: UUID
    terms: tuple[TermsFacts, ...] = ()
    credits: tuple[CreditFacts, ...] = ()
    chain: str = ""
    counted_in: UUID | None = None
    platform_accepted_on: date | None = None
    statistics_entered_on: date | None = None
    started_on: date | None = None
    produced_on: date | None = None
    paid_in: tuple[PaidInFacts, ...] = ()
