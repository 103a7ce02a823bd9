"""The facts about first reports that protection judges, and the words of its answer (domain §5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from app.leads.rules.stages import Validity


class ProtectionBasis(StrEnum):
    """On what a hold rests: the first days, the judgement as valid, or a visit that renewed it."""

    FIRST_DAYS = "first_days"
    VALID = "valid"
    RENEWED = "renewed"


class Standing(StrEnum):
    """How one report stands towards its investor."""

    HOLDS = "holds"
    RESERVED = "reserved"
    OWN_UNIT_HOLDS = "own_unit_holds"
    WAITING = "waiting"
    INCOMPLETE = "incomplete"
    SEPARATE = "separate"
    REFUSED = "refused"
    INVALID = "invalid"
    LAPSED = "lapsed"
    ENDED = "ended"


class RulingOutcome(StrEnum):
    """What an adjudication decides about a report: it takes the hold, has no claim, or is a project of its own."""

    TAKES_HOLD = "takes_hold"
    NO_CLAIM = "no_claim"
    SEPARATE_PROJECT = "separate_project"


class Filing(StrEnum):
    """What a unit meets when it files an investor."""

    FREE = "free"
    OWN = "own"
    HELD = "held"
    ADJUDICATION = "adjudication"


@dataclass(frozen=True, slots=True)
class ProtectionTerms:
    """The county's dated setting. `grace_days` is how long after the valid days their visit may still be received."""

    first_days: int = 7
    valid_days: int = 90
    renewed_days: int = 180
    grace_days: int = 3


@dataclass(frozen=True, slots=True)
class Judgement:
    validity: Validity
    at: datetime


@dataclass(frozen=True, slots=True)
class VisitReceipt:
    """A visit on the lead: its last day, the server's instant of receipt, and whether people met in person."""

    visited_on: date
    received_at: datetime
    offline: bool = True


@dataclass(frozen=True, slots=True)
class Ruling:
    outcome: RulingOutcome
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What protection asks about one lead of the investor.

    `order` tells reports of the same instant apart: the place in which the database admitted them. `complete_at` is
    when a contact, a content and a first contact were all on record (None: not yet); `ended_at` when the lead was
    signed, lost or archived.
    """

    lead_id: UUID
    unit_id: UUID
    reported_at: datetime
    order: int
    complete_at: datetime | None
    judgements: tuple[Judgement, ...] = ()
    visits: tuple[VisitReceipt, ...] = ()
    rulings: tuple[Ruling, ...] = ()
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class LeadProtection:
    """How one lead stands. `held_until` is the last day included; `lapsed_on` the first day without the hold."""

    standing: Standing
    basis: ProtectionBasis | None = None
    held_until: date | None = None
    lapsed_on: date | None = None
    in_pool: bool = False

    @property
    def holds(self) -> bool:
        return self.standing is Standing.HOLDS


@dataclass(frozen=True, slots=True)
class ProtectionState:
    """Who holds the investor at the end of what is known today; `reserved_until` is the grace of a past holder."""

    lead_id: UUID | None = None
    unit_id: UUID | None = None
    basis: ProtectionBasis | None = None
    held_until: date | None = None
    reserved_until: date | None = None
    leads: Mapping[UUID, LeadProtection] = field(default_factory=dict)

    @property
    def is_held(self) -> bool:
        return self.lead_id is not None and self.reserved_until is None

    @property
    def in_pool(self) -> bool:
        """Tell whether a lead of the investor waits in the pool (公海) for whoever takes it up."""
        return any(lead.in_pool for lead in self.leads.values())


@dataclass(frozen=True, slots=True)
class BlindMessage:
    """All that another unit may learn: that the investor is held, by which unit and until when."""

    unit_id: UUID
    held_until: date
