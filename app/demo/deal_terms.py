"""The demo's terms: what each version of a deal says, who had a hand in it and how it was decided."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

from app.core.clock import DayPrecision
from app.core.ids import new_id
from app.core.money import AmountQualifier, format_amount
from app.deals.rules import (
    AgreementKind,
    ExclusionReason,
    RefusalReason,
    TermsKind,
    TermsState,
    TouchKind,
    Version,
    kinds_to_draft,
)
from app.demo.county import Demo, DemoPerson
from app.demo.made import DemoInvestor, Fate, Signing
from app.demo.signings import WAN
from app.demo.units import BUREAU
from app.demo.working import later

_EXCLUSIONS = (
    (ExclusionReason.LOCAL_RELOCATION, "县内老厂搬迁入园，不计新签约"),
    (ExclusionReason.REAL_ESTATE, "配套住宅部分为主"),
    (ExclusionReason.CONSUMER_SERVICE, "商贸零售网点"),
    (ExclusionReason.TECHNICAL_UPGRADE, "老厂技术改造"),
)
_REFUSALS = (
    RefusalReason.EVIDENCE_MISSING,
    RefusalReason.AMOUNT_DIFFERS,
    RefusalReason.NO_SEAL,
    RefusalReason.ORIGIN_NOT_PROVED,
)


@dataclass(slots=True)
class TermsRows:
    """The versions of one deal with their investors and exclusions, as rows."""

    terms: list[dict[str, Any]] = field(default_factory=list)
    investors: list[dict[str, Any]] = field(default_factory=list)
    exclusions: list[dict[str, Any]] = field(default_factory=list)

    @property
    def versions(self) -> list[Version]:
        return [Version(row["no"], row["kind"], row["state"]) for row in self.terms]

    @property
    def standing(self) -> dict[str, Any] | None:
        return next((row for row in reversed(self.terms) if row["state"] is TermsState.VERIFIED), None)


@dataclass(slots=True, kw_only=True)
class Writer:
    """Writes the versions of one deal, one after the other."""

    demo: Demo
    random: Random
    signing: Signing
    partner: DemoInvestor | None
    made: TermsRows = field(default_factory=TermsRows)

    def first(self) -> None:
        """Write the terms as they were filed."""
        signing, fate = self.signing, self.signing.fate
        total = signing.total_fen
        if fate is Fate.AMENDED:
            total = total * 4 // 5 // (10 * WAN) * (10 * WAN)
        elif fate is Fate.INCREASED:
            total = total * 7 // 10 // (10 * WAN) * (10 * WAN)
        elif fate is Fate.CORRECTED:
            # A number typed one figure short, as it happens.
            total = max(total // 10, 600 * WAN)
        agreement = AgreementKind.FORMAL_CONTRACT
        if fate in (Fate.FRAMEWORK, Fate.UPGRADED):
            agreement = self.random.choice((AgreementKind.FRAMEWORK, AgreementKind.LETTER_OF_INTENT))
        self.write(
            TermsKind.ORIGINAL,
            total=total,
            agreement=agreement,
            on=signing.signed_on,
            drafted_on=signing.filed_on,
            submitted_on=signing.submitted_on,
            decided_on=signing.decided_on,
        )

    def follow_up(self) -> None:
        """Write the further version that the deal's fate brings, if its day has come."""
        kind = {
            Fate.AMENDED: TermsKind.AMENDMENT,
            Fate.INCREASED: TermsKind.INCREASE,
            Fate.CORRECTED: TermsKind.CORRECTION,
            Fate.UPGRADED: TermsKind.UPGRADE,
            Fate.TERMINATED: TermsKind.TERMINATION,
        }.get(self.signing.fate)
        standing = self.made.standing
        if kind is None or standing is None or self.signing.decided_on is None:
            return
        if kind not in kinds_to_draft(self.made.versions, standing_agreement=standing["agreement"]):
            return
        demo, random = self.demo, self.random
        on = later(random, self.signing.decided_on, 5, 150 if kind is TermsKind.TERMINATION else 60)
        drafted = later(random, on, 0, 4)
        if drafted > demo.last_day:
            return
        sent, decided = later(random, drafted, 0, 5), later(random, drafted, 6, 16)
        corrects = kind is TermsKind.CORRECTION
        self.write(
            kind,
            total=self.signing.total_fen,
            agreement=standing["agreement"]
            if kind is not TermsKind.UPGRADE
            else AgreementKind.FORMAL_CONTRACT,
            on=on if kind is TermsKind.UPGRADE else self.signing.signed_on,
            effective_on=None if corrects or kind is TermsKind.UPGRADE else on,
            corrects_id=standing["id"] if corrects else None,
            drafted_on=drafted,
            submitted_on=sent if sent <= demo.last_day else None,
            decided_on=decided if decided <= demo.last_day else None,
        )

    def write(
        self,
        kind: TermsKind,
        *,
        total: int,
        agreement: AgreementKind,
        on: date,
        drafted_on: date,
        submitted_on: date | None,
        decided_on: date | None,
        effective_on: date | None = None,
        corrects_id: UUID | None = None,
    ) -> None:
        """Write one version with the hands in it and its decision."""
        terms_id = new_id()
        hands = _Hands(self, kind, drafted_on, submitted_on, decided_on)
        amount = self._amount(kind, total, on)
        self.made.terms.append(
            self.demo.versioned(
                id=terms_id,
                deal_id=self.signing.id,
                no=len(self.made.terms) + 1,
                kind=kind,
                corrects_id=corrects_id,
                agreement=agreement,
                signed_precision=DayPrecision.DAY,
                signed_from=on,
                signed_on=on,
                effective_on=effective_on,
                fixed_fen=total * 3 // 4 if self.random.random() < 0.6 and amount["total_fen"] else None,
                phase_one_fen=None,
                **amount,
                **hands.columns(),
            )
        )
        self._investors(terms_id, total)
        self._exclusion(terms_id, total)

    def _amount(self, kind: TermsKind, total: int, on: date) -> dict[str, Any]:
        vague = self.signing.fate is Fate.VAGUE
        made: dict[str, Any] = {
            "total_fen": total,
            "qualifier": AmountQualifier.AT_LEAST if vague else AmountQualifier.EXACT,
            "amount_text": format_amount(total) + ("以上" if vague else ""),
            "currency": "CNY",
            "original_amount": None,
            "rate": None,
            "rate_on": None,
            "rate_source": "",
        }
        if self.signing.fate is Fate.FOREIGN:
            # The rate is made up so that the dollars are whole: 6.8 yuan, converted once.
            dollars = Decimal(total) / 100 / Decimal("6.8")
            whole = dollars.quantize(Decimal(10_000))
            fen = int(whole * Decimal("6.8") * 100)
            made |= {
                "total_fen": fen,
                "amount_text": format_amount(fen),
                "currency": "USD",
                "original_amount": whole,
                "rate": Decimal("6.8"),
                "rate_on": on,
                "rate_source": "演示汇率（虚构）",
            }
        return made

    def _investors(self, terms_id: UUID, total: int) -> None:
        partner = self.partner
        parts: list[tuple[DemoInvestor, int | None]] = [(self.signing.investor, None)]
        if partner is not None:
            # Where the partner of the province holds the larger part, the deal does not count.
            share = 60 if self.signing.fate is Fate.SHARED else 30
            parts = [(self.signing.investor, total - total * share // 100), (partner, total * share // 100)]
        for place, (investor, fen) in enumerate(parts):
            self.made.investors.append(
                {
                    "id": new_id(),
                    "terms_id": terms_id,
                    "investor_id": investor.id,
                    "position": place,
                    "origin_level": investor.origin,
                    "region_code": investor.region_code,
                    "country": investor.country,
                    "contribution_fen": fen,
                    "returning_native": investor.returning,
                }
            )

    def _exclusion(self, terms_id: UUID, total: int) -> None:
        found: tuple[str, str, int | None] | None = None
        if self.signing.fate is Fate.EXCLUDED:
            code, note = self.random.choice(_EXCLUSIONS)
            found = (code.value, note, None)
        elif self.signing.fate is Fate.GOVERNMENT_PART:
            found = (ExclusionReason.GOVERNMENT_FUNDED.value, "道路管网由政府投资", total // 20)
        if found:
            code_, note, part = found
            self.made.exclusions.append({"terms_id": terms_id, "code": code_, "note": note, "part_fen": part})


class _Hands:
    """Who drafted, submitted and decided one version, and when."""

    def __init__(
        self,
        writer: Writer,
        kind: TermsKind,
        drafted_on: date,
        submitted_on: date | None,
        decided_on: date | None,
    ) -> None:
        demo, unit = writer.demo, writer.signing.unit
        self.random, self.fate, self.kind = writer.random, writer.signing.fate, kind
        self.drafter = demo.clerk(unit.code)
        people = demo.people_of(unit.code)
        self.sender: DemoPerson = people[0] if people[0] is not self.drafter else people[-1]
        verifiers = (demo.holders["bureau"], demo.holders["bureau2"])
        able = [each for each in verifiers if each not in (self.drafter, self.sender)]
        self.verifier = self.random.choice(able)
        self.own_unit = unit.code == BUREAU
        self.drafted_at = demo.instant(drafted_on, 9, self.random.randint(0, 59))
        self.submitted_at = (
            demo.instant(submitted_on, 15, self.random.randint(0, 59)) if submitted_on else None
        )
        decided = decided_on if submitted_on else None
        self.decided_at = demo.instant(decided, 17, self.random.randint(0, 59)) if decided else None

    def columns(self) -> dict[str, Any]:
        state = self._state()
        touches = [(TouchKind.DRAFTED, self.drafter, self.drafted_at)]
        if self.submitted_at:
            touches.append((TouchKind.SUBMITTED, self.sender, self.submitted_at))
        refused = state is TermsState.REFUSED
        mended = state is TermsState.VERIFIED and self.fate is Fate.MENDED
        refused_at = self.decided_at if refused else self._between() if mended else None
        return {
            "state": state,
            "drafted_by": self.drafter.id,
            "touched_by": [
                {"kind": kind.value, "person_id": str(person.id), "at": at.isoformat()}
                for kind, person, at in touches
            ],
            "submitted_by": self.sender.id if self.submitted_at else None,
            "submitted_at": self.submitted_at,
            "decided_by": self.verifier.id if self.decided_at else None,
            "decided_at": self.decided_at,
            "refused_at": refused_at,
            "own_unit": self.own_unit and state is TermsState.VERIFIED,
            "decision_note": "请补齐后重新报送" if refused else "",
            "refusal_reasons": [self.random.choice(_REFUSALS).value] if refused_at else [],
            "created_at": self.drafted_at,
            "updated_at": self.decided_at or self.submitted_at or self.drafted_at,
        }

    def _state(self) -> TermsState:
        if self.submitted_at is None:
            return TermsState.DRAFT
        if self.decided_at is None:
            return TermsState.SUBMITTED
        first = self.kind is TermsKind.ORIGINAL
        if first and self.fate in (Fate.REFUSED, Fate.VAGUE):
            return TermsState.REFUSED
        return TermsState.VERIFIED

    def _between(self) -> datetime | None:
        """Return when mended terms had been given back: halfway between the two."""
        assert self.submitted_at is not None and self.decided_at is not None
        return self.submitted_at + (self.decided_at - self.submitted_at) / 2
