"""The office of the deals' tests, and ledgers to bring into it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from app.identity.models import Unit
from app.transfers import service
from app.transfers.checking import Checked, open_ledger
from app.transfers.rules import Kind
from app.transfers.schemas import Order
from app.transfers.service import Outcome
from tests.deals.conftest import Office, office

__all__ = ["DATA", "bring", "csv", "look", "office"]

DATA = Path(__file__).resolve().parent.parent / "data"


def csv(*rows: str) -> bytes:
    return "\n".join(rows).encode("utf-8-sig")


def look(
    office: Office,
    content: bytes,
    *,
    kind: Kind = Kind.DEALS,
    who: str = "member",
    name: str = "台账.csv",
    chosen: Mapping[int, str] | None = None,
    unit: str | None = "town",
) -> Checked:
    """Check a ledger for the town."""
    opened = open_ledger(content, filename=name, kind=kind, chosen=chosen)
    with office.database.reading() as session:
        return service.check_ledger(
            session,
            office.actor(who),
            opened,
            Order(kind, office.town.id if unit else None),
            at=office.clock.now,
        )


def bring(
    office: Office,
    content: bytes,
    *,
    kind: Kind = Kind.DEALS,
    who: str = "member",
    name: str = "台账.csv",
    confirmed: tuple[int, ...] = (),
    opening: bool = False,
    unit: str | None = "town",
    into: Unit | None = None,
) -> Outcome:
    """Import a ledger into the town, or `into` another unit; units and people go to the county (`unit` None)."""
    chosen = into or office.town
    opened = open_ledger(content, filename=name, kind=kind)
    with office.database.writing() as session:
        outcome, _checked = service.import_ledger(
            session,
            office.actor(who),
            opened,
            Order(kind, chosen.id if unit else None, opening),
            confirmed=confirmed,
            at=office.clock.now,
        )
    return outcome
