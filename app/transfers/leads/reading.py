"""Understand one row of a ledger of leads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from app.core.i18n import label
from app.core.text import fold, plain_number
from app.identity.models import Unit
from app.investors.importing.schemas import WantedInvestor
from app.leads.rules import LeadSource, LeadStage, planned_of, planned_slips, planned_text
from app.transfers.cells import RowReader
from app.transfers.investors import read_investors
from app.transfers.leads.words import read_stage
from app.transfers.queries import Directory
from app.transfers.rules import Cure

SOURCES = {label("zh_CN", source): source for source in LeadSource}


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
        number = "" if self.land_mu is None else plain_number(self.land_mu)
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
class LeadReader:
    """Reads rows against the county's units, people and chains. `homes` keeps what a place was understood as."""

    unit: Unit
    names: Directory
    chains: Mapping[str, str]
    today: date
    homes: dict[str, str] = field(default_factory=dict)

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
