"""`luodi erase`: takes a person out of the records and the history, at the server's terminal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.db import Database
from app.core.events import events_with_private
from app.identity.accounts.queries import terminal_actor
from app.identity.roster import queries as roster_queries
from app.identity.roster.service import erase_person
from app.investors.contacts import queries
from app.investors.contacts.service import erase_contact
from app.settings import get_settings

console = Console()


class Erasable(StrEnum):
    CONTACT = "contact"
    PERSON = "person"


def erase(
    kind: Annotated[Erasable, typer.Argument(help="A contact at an investor, or a person of the roster.")],
    key: Annotated[UUID, typer.Argument(metavar="ID", help="The last part of its page's address.")],
    reason: Annotated[str, typer.Option(help="On whose request; kept in the history.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would go; change nothing.")] = False,
) -> None:
    """Erase the personal values of one person, in the record and in the history; the seals hold."""
    with _acting(writing=not dry_run) as (session, actor, at):
        if kind is Erasable.CONTACT:
            row = queries.contact_to_erase(session, actor, key)
            whose, what = f"{row.contact.name}, contact of {row.unit.name}", "name, post and numbers"
        else:
            person = roster_queries.get_person(session, actor, key)
            whose, what = f"{person.name}, {person.unit.name}", "telephone (the name stays on acts of office)"
        found = events_with_private(session, (kind.value, key))
        console.print(f"{whose}: {what}, and {found} events of the history.", highlight=False)
        if dry_run:
            console.print("Nothing was changed.")
            return
        if kind is Erasable.CONTACT:
            erase_contact(session, actor, row.contact, reason=reason, at=at)
        else:
            erase_person(session, actor, key, reason=reason, at=at)
    console.print("Erased. Backups made before today hold the values still.")


@contextmanager
def _acting(*, writing: bool) -> Iterator[tuple[Session, Actor, datetime]]:
    database = Database(get_settings())
    try:
        with database.writing() if writing else database.reading() as session:
            yield session, terminal_actor(session, name="luodi erase"), datetime.now(UTC)
    finally:
        database.dispose()
