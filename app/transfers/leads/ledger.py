"""A ledger of leads (在谈项目): which leads stand already, and how the others are reported."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.clock import day_of
from app.core.errors import AppError
from app.core.i18n import label
from app.core.options import words
from app.core.text import fold
from app.identity.models import Unit
from app.investors.importing.queries import known_many
from app.leads import queries as lead_queries
from app.leads import service
from app.leads.following.schemas import MoveInput
from app.leads.following.service import move_stage
from app.leads.importing.queries import KnownLead, held_by_others, known_leads
from app.leads.models import Lead
from app.leads.rules import LeadSource, LeadStage, is_open
from app.leads.schemas import EditLeadInput, ReportLeadInput
from app.transfers.cells import RowReader
from app.transfers.leads.reading import ImportedLead, LeadReader
from app.transfers.queries import Directory
from app.transfers.rules import Cure, Known

AT_ONCE = 50  # leads reported together
# The columns' keys by the names that leads give these facts.
_FACTS = {
    "name": "title",
    "content": "content",
    "planned": "planned",
    "place": "place",
    "land_mu": "land_mu",
    "chain": "chain",
    "owner": "owner_person",
    "source": "source",
    "referrer": "referrer_text",
    "expected_on": "expected_signing_on",
    "first_contact_on": "first_contact_on",
    "next_step": "next_step",
}


@dataclass(frozen=True, slots=True)
class Leads:
    """Reads, matches and writes a ledger of leads for one unit."""

    unit: Unit
    reader: LeadReader
    chain_words: Mapping[str, str]
    today: date

    @classmethod
    def prepare(cls, session: Session, actor: Actor, unit: Unit, names: Directory, *, at: datetime) -> Leads:
        """Gather what rows are read against."""
        chains: dict[str, str] = {}
        labels: dict[str, str] = {}
        for word in words(session, actor.county_id, "industry_chain", with_inactive=True):
            chains |= {fold(word.code): word.code, fold(word.zh): word.code}
            labels[word.code] = word.zh
        today = day_of(at)
        return cls(unit, LeadReader(unit, names, chains, today), labels, today)

    def read(self, cells: RowReader) -> ImportedLead:
        """Understand one row; what is wrong with it is in the cells' findings."""
        return self.reader.read(cells)

    def names_of(self, lead: ImportedLead) -> tuple[str, str]:
        return fold(lead.name)[:200], fold(lead.investor.name) if lead.investor else ""

    def known(self, session: Session, actor: Actor) -> list[Known[KnownLead]]:
        """Return the unit's leads as rows are matched with them."""
        return [
            Known(lead, lead.code, ((lead.name_folded, lead.investor_folded),))
            for lead in known_leads(session, actor, unit_id=self.unit.id)
        ]

    def stated(self, lead: ImportedLead, known: KnownLead) -> dict[str, str]:
        """Return what a row states of a known lead; a folded name that is the same states nothing new."""
        said = lead.said()
        if fold(said.get("name", "")) == known.name_folded:
            said.pop("name")
        return said

    def standing(self, known: KnownLead) -> dict[str, str]:
        return {key: known.facts.get(name, "") for key, name in _FACTS.items()} | {"stage": known.stage.value}

    def applies(self, known: KnownLead) -> frozenset[str]:
        """A signed or lost lead stays as it is."""
        return frozenset(_FACTS) | {"stage"} if is_open(known.stage) else frozenset()

    def shown(self, name: str, value: str) -> str:
        if name == "source" and value:
            return label("zh_CN", LeadSource(value))
        if name == "stage" and value:
            return label("zh_CN", LeadStage(value))
        return self.chain_words.get(value, value) if name == "chain" else value

    def look_up(self, session: Session, actor: Actor, rows: Sequence[tuple[RowReader, ImportedLead]]) -> None:
        """Refuse investors that another unit holds; mark second projects of one investor."""
        known = known_many(
            session, actor.county_id, [lead.investor for _cells, lead in rows if lead.investor]
        )
        ids = {found.id for found in known.values()}
        held = held_by_others(session, actor, ids, unit_id=self.unit.id, today=self.today)
        seen = {lead.investor_folded for lead in known_leads(session, actor, unit_id=self.unit.id)}
        for cells, lead in rows:
            if lead.investor is None:
                continue
            found = known.get(lead.investor.key)
            if found is not None and (by := held.get(found.id)) is not None:
                until = by.until.isoformat()
                cells.error("investor", "error.transfers.held", Cure.HELD, unit=by.unit, until=until)
            name = fold(found.name if found else lead.investor.name)
            lead.second = name in seen
            seen.add(name)

    def write_new(
        self,
        session: Session,
        actor: Actor,
        leads: Sequence[ImportedLead],
        *,
        at: datetime,
        progress: Callable[[int], None],
    ) -> None:
        """Report each lead by the rule of first reports: an import claims no earlier instant than its own.

        Raises the refusal of the first that is refused.
        """
        for first in range(0, len(leads), AT_ONCE):
            some = leads[first : first + AT_ONCE]
            made = service.report_leads(session, actor, [self._report(lead) for lead in some], at=at)
            for lead, reported in zip(some, made, strict=True):
                if isinstance(reported, AppError):
                    raise reported
                _go_to(session, actor, reported, lead.stage, at=at)
            progress(first + len(some))

    def _report(self, lead: ImportedLead) -> ReportLeadInput:
        assert lead.investor is not None, "checked rows name their investor"
        contact, post, phone = lead.contact
        return ReportLeadInput(
            title=lead.name,
            source=lead.source or LeadSource.OTHER,
            chain=lead.chain,
            content=lead.content,
            planned=lead.planned,
            confirm_amount=True,
            expected_signing_on=lead.expected_on,
            place=lead.place,
            land_mu=lead.land_mu,
            referrer_text=lead.referrer,
            owner_person_id=lead.owner_id,
            owner_text="" if lead.owner_id else lead.owner,
            first_contact_on=lead.first_contact_on,
            next_step=lead.next_step,
            contact_name=contact,
            contact_post=post,
            contact_phone=phone,
            investor_name=lead.investor.name,
            investor_kind=lead.investor.kind,
            investor_home=lead.investor.home,
            unit_id=self.unit.id,
            second_project=lead.second,
        )

    def write_change(
        self,
        session: Session,
        actor: Actor,
        known: KnownLead,
        lead: ImportedLead,
        names: frozenset[str],
        *,
        at: datetime,
    ) -> None:
        """Take over what a row states otherwise; the rest stays as it is."""
        row = lead_queries.get_lead(session, actor, known.id)
        values: dict[str, Any] = {name: known.facts[name] or None for name in _FACTS.values()}
        values |= {name: getattr(row, name) for name in ("next_follow_up_on", "land_mu", "version")}
        values |= {
            "owner_person_id": row.owner_person_id,
            "owner_text": row.owner_text,
            "confirm_amount": True,
        }
        values |= {_FACTS[name]: value for name, value in lead.said().items() if name in names & set(_FACTS)}
        if "owner" in names:
            values |= {"owner_person_id": lead.owner_id, "owner_text": "" if lead.owner_id else lead.owner}
        values.pop("owner_person")
        given = {name: value for name, value in values.items() if value is not None}
        changed = service.edit_lead(session, actor, known.id, EditLeadInput(**given), at=at)
        _go_to(session, actor, changed, lead.stage if "stage" in names else None, at=at)


def _go_to(session: Session, actor: Actor, lead: Lead, stage: LeadStage | None, *, at: datetime) -> None:
    """Let a lead be as far as the ledger says, from the day of the import on."""
    if stage is not None and stage is not lead.stage:
        move_stage(session, actor, lead.id, MoveInput(version=lead.version, stage=stage), at=at)
