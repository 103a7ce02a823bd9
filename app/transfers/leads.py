"""A ledger of leads (在谈项目): what its rows mean, which leads stand already, and how they are reported."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.clock import day_of
from app.core.i18n import label
from app.core.options import words
from app.core.text import fold
from app.identity.models import Unit
from app.investors.importing.queries import known_many
from app.investors.importing.schemas import WantedInvestor
from app.leads import queries as lead_queries
from app.leads import service
from app.leads.following.schemas import MoveInput
from app.leads.following.service import move_stage
from app.leads.importing.queries import KnownLead, held_by_others, known_leads
from app.leads.models import Lead
from app.leads.rules import LeadSource, LeadStage, is_open, planned_of, planned_slips, planned_text
from app.leads.schemas import EditLeadInput, ReportLeadInput
from app.transfers.cells import RowReader
from app.transfers.investors import read_investors
from app.transfers.lead_words import read_stage
from app.transfers.queries import Directory
from app.transfers.rules import Cure, Known

SOURCES = {label("zh_CN", source): source for source in LeadSource}
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


@dataclass(slots=True)
class ImportedLead:
    """One row of a ledger, understood. `given` names what it states; `second` says that its investor has another."""

    name: str
    investor: WantedInvestor | None
    planned: str
    planned_fen: int | None
    content: str
    place: str
    land_mu: Decimal | None
    chain: str
    owner_id: UUID | None
    owner: str
    source: LeadSource | None
    referrer: str
    expected_on: date | None
    first_contact_on: date | None
    next_step: str
    contact: tuple[str, str, str]
    stage: LeadStage | None
    given: frozenset[str]
    second: bool = False

    def said(self) -> dict[str, str]:
        """Return what the row states in the words of `KnownLead.facts`."""
        number = "" if self.land_mu is None else format(self.land_mu.normalize(), "f")
        every = {
            "name": self.name,
            "content": self.content,
            "planned": self.planned,
            "place": self.place,
            "land_mu": number,
            "chain": self.chain,
            "owner": self.owner,
            "source": self.source.value if self.source else "",
            "referrer": self.referrer,
            "expected_on": str(self.expected_on or ""),
            "first_contact_on": str(self.first_contact_on or ""),
            "next_step": self.next_step,
            "stage": self.stage.value if self.stage else "",
        }
        return {key: value for key, value in every.items() if key in self.given}


@dataclass(frozen=True, slots=True)
class Leads:
    """Reads, matches and writes a ledger of leads for one unit."""

    unit: Unit
    names: Directory
    chains: Mapping[str, str]
    chain_words: Mapping[str, str]
    today: date
    homes: dict[str, str] = field(default_factory=dict)

    @classmethod
    def prepare(cls, session: Session, actor: Actor, unit: Unit, names: Directory, *, at: datetime) -> Leads:
        """Gather what rows are read against."""
        chains: dict[str, str] = {}
        labels: dict[str, str] = {}
        for word in words(session, actor.county_id, "industry_chain", with_inactive=True):
            chains |= {fold(word.code): word.code, fold(word.zh): word.code}
            labels[word.code] = word.zh
        return cls(unit, names, chains, labels, day_of(at))

    def read(self, cells: RowReader) -> ImportedLead:
        """Understand one row; what is wrong with it is in the cells' findings."""
        name = cells.text("name", most=200)
        if len(name) < 2:
            cells.error("name", "error.transfers.no_name", Cure.TEXT)
        investors = read_investors(cells, self.homes)
        if not investors:
            cells.error("investor", "error.transfers.no_investor", Cure.TEXT)
        planned = planned_of(cells.amount("planned"))
        for reason in planned_slips(planned.min_fen, planned.max_fen):
            cells.warn("planned", f"enum.SlipReason.{reason.value}", Cure.CONFIRM)
        owner = cells.text("owner", most=60)
        person = self.names.person(owner, near=(self.unit.id,)) if owner else None
        if owner and person is None:
            cells.warn("owner", "error.transfers.not_on_roster", Cure.ROSTER)
        chain = cells.text("chain", most=60)
        self._check_unit(cells)
        return ImportedLead(
            name=name,
            investor=investors[0] if investors else None,
            planned=planned_text(planned),
            planned_fen=planned.max_fen or planned.min_fen,
            content=cells.text("content", most=4000, multiline=True),
            place=cells.text("place", most=120),
            land_mu=cells.number("land_mu"),
            chain=self.chains.get(fold(chain), chain),
            owner_id=person.id if person else None,
            owner=person.name if person else owner,
            source=cells.choice("source", SOURCES),
            referrer=cells.text("referrer", most=120),
            expected_on=cells.exact_day("expected_on"),
            first_contact_on=cells.exact_day("first_contact_on", until=self.today),
            next_step=cells.text("next_step", most=300),
            contact=self._contact(cells),
            stage=read_stage(cells),
            given=frozenset(cells.given),
        )

    @staticmethod
    def _contact(cells: RowReader) -> tuple[str, str, str]:
        name = cells.text("contact", most=60)
        if not name:
            return "", "", ""
        return name, cells.text("contact_post", most=80), cells.text("contact_phone", most=40)

    def _check_unit(self, cells: RowReader) -> None:
        """A lead belongs to the unit into which it is imported; a ledger of several units is brought by each."""
        text = cells.text("unit", most=120)
        if text and self.names.unit(text) is not self.unit:
            found = self.names.unit(text)
            if found is None or found.id != self.unit.id:
                cells.warn("unit", "error.transfers.other_unit", Cure.UNIT, unit=self.unit.name)

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
        """Report each lead by the rule of first reports: an import claims no earlier instant than its own."""
        for done, lead in enumerate(leads, 1):
            made = service.report_lead(session, actor, self._report(lead), at=at)
            _go_to(session, actor, made, lead.stage, at=at)
            if done % 50 == 0 or done == len(leads):
                progress(done)

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
