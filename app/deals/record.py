"""Everything that the page of one deal shows beside the deal itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.events import PastEvent, timeline
from app.core.i18n import label
from app.core.options import get_option, label_of, words
from app.core.permissions import Permission, allowed, holds_over
from app.deals import queries, rules
from app.deals.changes import may_change
from app.deals.facts import verification_facts, versions_of
from app.deals.following import queries as following
from app.deals.models import Deal, DealNote, DealStageChange, DealTerms, Evidence, PaidIn, ProjectList
from app.deals.rules import (
    DealStage,
    RefusalReason,
    StartClock,
    SupportNeed,
    TermsKind,
    VerificationBlocker,
)
from app.leads.rules import Idle


@dataclass(frozen=True, slots=True)
class DealRecord:
    """`shown` are the last verified terms, else the newest; `open` the version being worked on, with what its
    verification still lacks; `may` the actions that the page offers, each checked again when it is taken."""

    shown: DealTerms | None
    standing: DealTerms | None
    open: DealTerms | None
    missing: tuple[VerificationBlocker, ...]
    kinds: tuple[TermsKind, ...]
    clock: StartClock | None
    unregistered: Idle | None
    stages: Sequence[DealStageChange]
    notes: Sequence[DealNote]
    paid_ins: Sequence[PaidIn]
    lists: Sequence[ProjectList]
    evidence: Sequence[Evidence]
    readers: Sequence[str]
    chain: str
    reasons: dict[str, str]
    refusals: Sequence[str]
    story: list[PastEvent]
    people: dict[Any, str]
    may: dict[str, bool]

    def needs_of(self, note: DealNote) -> list[SupportNeed]:
        """Return what a note says that the deal waits for."""
        return [SupportNeed(need) for need in note.support_needs]


def record_of(session: Session, actor: Actor, deal: Deal, *, today: date, locale: str) -> DealRecord:
    """Gather a deal's record: 14 statements with the deal and its place in the list, whatever it holds."""
    shown, standing = queries.shown_terms(deal), queries.standing_terms(deal)
    opened = queries.open_terms(deal)
    facts = verification_facts(deal, opened) if opened else None
    agreement = standing.agreement if standing else None
    county_id = actor.county_id
    signed_on = shown.signed_on if shown else None
    return DealRecord(
        shown=shown,
        standing=standing,
        open=opened,
        missing=rules.missing_evidence(facts) if facts else (),
        kinds=rules.kinds_to_draft(versions_of(deal), standing_agreement=agreement),
        clock=rules.start_clock(
            stage=deal.stage,
            signed_on=signed_on,
            planned_start_on=deal.planned_start_on,
            started_on=deal.started_on,
            today=today,
            default_days=get_option(session, county_id, "deals.not_started_days", today),
        ),
        unregistered=rules.registration_idle(
            stage=deal.stage,
            signed_on=signed_on,
            registered_on=deal.registered_on,
            today=today,
            limit=get_option(session, county_id, "deals.unregistered_days", today),
        ),
        stages=following.stages_of(session, deal),
        notes=following.notes_of(session, deal),
        paid_ins=following.paid_ins_of(session, deal),
        lists=queries.lists_of(session, deal),
        evidence=[row for row in deal.evidence if row.archived_at is None],
        readers=following.reader_names(session, deal),
        chain=label_of(session, county_id, "industry_chain", deal.chain, locale=locale),
        reasons=exclusion_labels(session, county_id, locale=locale),
        refusals=[label(locale, RefusalReason(each)) for each in opened.refusal_reasons] if opened else [],
        story=timeline(session, ("deal", deal.id)),
        people=following.name_of(session, deal.on_behalf_of),
        may=_allowed(actor, deal),
    )


def exclusion_labels(session: Session, county_id: UUID, *, locale: str) -> dict[str, str]:
    """Return the words for the reasons that keep terms out, also for reasons no longer offered."""
    return {
        word.code: word.label(locale) for word in words(session, county_id, "exclusion", with_inactive=True)
    }


def _allowed(actor: Actor, deal: Deal) -> dict[str, bool]:
    writes = allowed(actor, Permission.WRITE_RECORDS) and may_change(actor, deal)
    unit = deal.owner_unit
    return {
        "edit": writes,
        "work": writes and deal.stage is not DealStage.TERMINATED,
        "submit": holds_over(actor, Permission.SUBMIT_TERMS, unit.path, unit.id),
        "verify": allowed(actor, Permission.VERIFY_TERMS),
    }
