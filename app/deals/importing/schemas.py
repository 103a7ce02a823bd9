"""A deal as a ledger states it, and as it is known; both say the same things in the same words, to be compared."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from uuid import UUID

from app.core.clock import SigningDay
from app.core.money import AmountQualifier, format_amount
from app.core.text import plain_number
from app.deals.rules import AgreementKind, DealStage, Terms, TermsState
from app.investors.importing.schemas import WantedInvestor


@dataclass(frozen=True, slots=True)
class ImportedDeal:
    """One row of a ledger, understood. Empty and None are unknown.

    `given` names what the row states; only that is ever compared or changed. `responsible` and `leader` are shown
    names; the ids are set where the roster has them. `progress`, `problem` and `next_step` make one dated note.
    """

    name: str
    investors: tuple[WantedInvestor, ...] = ()
    content: str = ""
    total_fen: int | None = None
    qualifier: AmountQualifier = AmountQualifier.UNKNOWN
    fixed_fen: int | None = None
    phase_one_fen: int | None = None
    agreement: AgreementKind = AgreementKind.UNKNOWN
    signed: SigningDay | None = None
    chain: str = ""
    industry: str = ""
    place: str = ""
    land_mu: Decimal | None = None
    company: str = ""
    line: str = ""
    introducer_id: UUID | None = None
    introducer: str = ""
    responsible_unit_id: UUID | None = None
    responsible_unit: str = ""
    responsible_id: UUID | None = None
    responsible: str = ""
    leader_id: UUID | None = None
    leader: str = ""
    stage: DealStage | None = None
    registered_on: date | None = None
    started_on: date | None = None
    produced_on: date | None = None
    planned_start_on: date | None = None
    paid_fen: int | None = None
    paid_outside_fen: int | None = None
    platform_on: date | None = None
    statistics_on: date | None = None
    note: str = ""
    progress: str = ""
    problem: str = ""
    next_step: str = ""
    given: frozenset[str] = field(default_factory=frozenset)

    def terms(self) -> Terms:
        """Return what the row says as terms, for the rules that look for contradictions."""
        return Terms(
            agreement=self.agreement,
            total_fen=self.total_fen,
            amount_qualifier=self.qualifier,
            fixed_fen=self.fixed_fen,
            phase_one_fen=self.phase_one_fen,
            signed_on=self.signed.last if self.signed else None,
            signed_from=self.signed.first if self.signed else None,
            signed_precision=self.signed.precision if self.signed else None,
        )

    def said(self) -> dict[str, str]:
        """Return all that the row states in words."""
        words = {
            "name": self.name,
            "investor": "、".join(each.name for each in self.investors),
            "content": self.content,
            "total": amount_words(self.total_fen, self.qualifier),
            "fixed": fen_words(self.fixed_fen),
            "phase_one": fen_words(self.phase_one_fen),
            "agreement": "" if self.agreement is AgreementKind.UNKNOWN else self.agreement.value,
            "signed": str(self.signed) if self.signed else "",
            "chain": self.chain,
            "industry": self.industry,
            "place": self.place,
            "land_mu": number_words(self.land_mu),
            "company": self.company,
            "line": self.line,
            "introducer": self.introducer,
            "responsible_unit": self.responsible_unit,
            "responsible": self.responsible,
            "leader": self.leader,
            "stage": self.stage.value if self.stage else "",
            "registered_on": day_words(self.registered_on),
            "started_on": day_words(self.started_on),
            "produced_on": day_words(self.produced_on),
            "planned_start_on": day_words(self.planned_start_on),
            "paid": fen_words(self.paid_fen),
            "paid_outside": fen_words(self.paid_outside_fen),
            "platform_on": day_words(self.platform_on),
            "statistics_on": day_words(self.statistics_on),
            "note": self.note,
            "progress": self.progress,
            "problem": self.problem,
            "next_step": self.next_step,
        }
        return {name: words[name] for name in words if name in self.given}


@dataclass(frozen=True, slots=True)
class InvestorWords:
    """An investor of a known deal, with its home in words."""

    name: str
    folded: str
    home: str
    uscc: str
    is_person: bool


@dataclass(frozen=True, slots=True)
class KnownDeal:
    """A deal as it stands. `facts` are the words of `ImportedDeal.said`; `fen` its amounts by the same names."""

    id: UUID
    code: str
    unit_id: UUID
    unit: str
    name_folded: str
    terms_id: UUID
    terms_state: TermsState
    confidential: bool
    qualifier: AmountQualifier
    facts: dict[str, str]
    fen: dict[str, int | None]
    investors: tuple[InvestorWords, ...] = ()


# A ledger holds the same amounts again and again; each is compared and put on record in words.
@lru_cache(maxsize=4096)
def amount_words(fen: int | None, qualifier: AmountQualifier) -> str:
    """Write a total with its qualifier; empty when it is unknown."""
    if fen is None:
        return ""
    words = format_amount(fen, places=10)
    if qualifier is AmountQualifier.ABOUT:
        return f"约{words}"
    return f"{words}以上" if qualifier is AmountQualifier.AT_LEAST else words


@lru_cache(maxsize=4096)
def fen_words(fen: int | None) -> str:
    return "" if fen is None else format_amount(fen, places=10)


def day_words(day: date | None) -> str:
    return day.isoformat() if day else ""


def number_words(number: Decimal | None) -> str:
    return "" if number is None else plain_number(number)
