"""A ledger of signed deals: what its rows mean, which deals stand already, and how they are written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.clock import day_of
from app.core.options import words
from app.core.text import fold
from app.deals.importing import queries, service
from app.deals.importing.schemas import ImportedDeal, KnownDeal
from app.identity.models import Unit
from app.investors.importing.queries import known_many
from app.transfers.cells import RowReader
from app.transfers.deals.reading import DealReader
from app.transfers.deals.words import LABELS
from app.transfers.queries import Directory
from app.transfers.rules import Cure, Known

Names = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Deals:
    """Reads, matches and writes a ledger of deals for one unit."""

    unit: Unit
    reader: DealReader
    chain_words: Mapping[str, str]
    opening: bool = False

    @classmethod
    def prepare(
        cls, session: Session, actor: Actor, unit: Unit, names: Directory, *, opening: bool, at: datetime
    ) -> Deals:
        """Gather what rows are read against."""
        chains: dict[str, str] = {}
        labels: dict[str, str] = {}
        for word in words(session, actor.county_id, "industry_chain", with_inactive=True):
            chains |= {fold(word.code): word.code, fold(word.zh): word.code, fold(word.en): word.code}
            labels[word.code] = word.zh
        return cls(unit, DealReader(unit, names, chains, day_of(at)), labels, opening)

    def read(self, cells: RowReader) -> ImportedDeal:
        return self.reader.read(cells)

    def names_of(self, deal: ImportedDeal) -> Names:
        return fold(deal.name)[:200], fold(deal.investors[0].name) if deal.investors else ""

    def known(self, session: Session, actor: Actor) -> list[Known[KnownDeal]]:
        """Return the unit's deals as rows are matched with them."""
        return [
            Known(deal, deal.code, tuple((deal.name_folded, name) for name in _folded(deal) or ("",)))
            for deal in queries.known_deals(session, actor, unit_id=self.unit.id)
        ]

    def stated(self, deal: ImportedDeal, known: KnownDeal) -> dict[str, str]:
        """Return what a row states of a known deal; a folded name that is the same states nothing new."""
        said = deal.said()
        if {fold(each.name) for each in deal.investors} <= set(_folded(known)):
            said.pop("investor", None)
        if fold(said.get("name", "")) == known.name_folded:
            said["name"] = known.facts["name"]
        return said

    def standing(self, known: KnownDeal) -> dict[str, str]:
        return known.facts

    def applies(self, known: KnownDeal) -> frozenset[str]:
        return service.changeable(known)

    def shown(self, name: str, value: str) -> str:
        """Write a compared value as people read it."""
        return (
            LABELS.get(name, {}).get(value, value) if name != "chain" else self.chain_words.get(value, value)
        )

    def look_up(self, session: Session, actor: Actor, rows: Sequence[tuple[RowReader, ImportedDeal]]) -> None:
        """Say where the ledger's home of an investor is not the one on file: the one on file is used."""
        wanted = [each for _cells, deal in rows for each in deal.investors if each.home]
        known = known_many(session, actor.county_id, wanted)
        for cells, deal in rows:
            for each in deal.investors:
                home = known[each.key].home if each.key in known else ""
                if home and each.home and home != each.home:
                    cells.warn("home", "error.transfers.other_home", Cure.LATER)

    def write_new(
        self,
        session: Session,
        actor: Actor,
        deals: Sequence[ImportedDeal],
        *,
        at: datetime,
        progress: Callable[[int], None],
    ) -> None:
        service.file_many(
            session, actor, deals, unit=self.unit, opening=self.opening, at=at, progress=progress
        )

    def write_change(
        self,
        session: Session,
        actor: Actor,
        known: KnownDeal,
        deal: ImportedDeal,
        names: frozenset[str],
        *,
        at: datetime,
    ) -> None:
        service.change_deal(session, actor, known, deal, names, at=at)


def _folded(deal: KnownDeal) -> tuple[str, ...]:
    return tuple(each.folded for each in deal.investors)
