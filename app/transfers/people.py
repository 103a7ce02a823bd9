"""A roster (名册): what its rows mean, who stands on it already, and how people are added."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.text import fold
from app.identity.models import Person, Unit
from app.identity.roster import queries, service
from app.identity.roster.schemas import PersonInput
from app.transfers.cells import RowReader
from app.transfers.queries import Directory
from app.transfers.rules import Cure, Known

YES_NO = {"是": True, "√": True, "yes": True, "否": False, "×": False, "no": False}
_PHONE = re.compile(r"[0-9+() -]*")


@dataclass(frozen=True, slots=True)
class ImportedPerson:
    """One row of a roster, understood; without a unit he belongs to the unit of the import."""

    name: str
    unit: Unit
    post: str
    phone: str
    is_leader: bool | None
    line: str
    given: frozenset[str]

    def said(self) -> dict[str, str]:
        leader = "" if self.is_leader is None else "是" if self.is_leader else "否"
        every = {"post": self.post, "phone": self.phone, "is_leader": leader, "line": self.line}
        return {key: value for key, value in every.items() if key in self.given}


@dataclass(frozen=True, slots=True)
class People:
    """Reads, matches and writes a roster."""

    unit: Unit
    names: Directory

    def read(self, cells: RowReader) -> ImportedPerson:
        """Understand one row; what is wrong with it is in the cells' findings."""
        name = "".join(cells.text("name", most=60).split())
        if not name:
            cells.error("name", "error.transfers.no_name", Cure.TEXT)
        text = cells.text("unit", most=120)
        unit = self.names.unit(text) if text else self.unit
        if unit is None:
            cells.error("unit", "error.transfers.unit_missing", Cure.UNIT)
        phone = cells.text("phone", most=40)
        if not _PHONE.fullmatch(phone):
            cells.error("phone", "error.transfers.bad_phone", Cure.NUMBER)
        line = cells.text("line", most=60)
        leader = cells.choice("is_leader", YES_NO)
        if line and not leader:
            cells.error("line", "error.identity.line_without_leader", Cure.WORD)
        return ImportedPerson(
            name, unit or self.unit, cells.text("post", most=80), phone, leader, line, frozenset(cells.given)
        )

    def names_of(self, person: ImportedPerson) -> tuple[str, ...]:
        return fold(person.name), str(person.unit.id)

    def known(self, session: Session, actor: Actor) -> list[Known[Person]]:
        """Return the roster as rows are matched with it: by name and unit, people have no codes."""
        everybody = [person for people in self.names.people.values() for person in people]
        return [Known(person, "", ((fold(person.name), str(person.unit_id)),)) for person in everybody]

    def stated(self, person: ImportedPerson, known: Person) -> dict[str, str]:
        return person.said()

    def standing(self, known: Person) -> dict[str, str]:
        leader = "是" if known.is_leader else "否"
        return {"post": known.post, "phone": known.phone, "is_leader": leader, "line": known.line}

    def applies(self, known: Person) -> frozenset[str]:
        return frozenset({"post", "phone", "is_leader", "line"})

    def shown(self, name: str, value: str) -> str:
        return value

    def look_up(
        self, session: Session, actor: Actor, rows: Sequence[tuple[RowReader, ImportedPerson]]
    ) -> None:
        """A roster names nothing that would have to be looked up besides units."""

    def write_new(
        self,
        session: Session,
        actor: Actor,
        people: Sequence[ImportedPerson],
        *,
        at: datetime,
        progress: Callable[[int], None],
    ) -> None:
        """Put each person on the roster."""
        for done, row in enumerate(people, 1):
            data = PersonInput(
                name=row.name,
                unit_id=row.unit.id,
                post=row.post,
                phone=row.phone,
                is_leader=bool(row.is_leader),
                line=row.line,
            )
            service.add_person(session, actor, data, at=at)
            progress(done)

    def write_change(
        self,
        session: Session,
        actor: Actor,
        known: Person,
        row: ImportedPerson,
        names: frozenset[str],
        *,
        at: datetime,
    ) -> None:
        """Take over what a row states otherwise."""
        person = queries.get_person(session, actor, known.id, lock=True)
        values = {name: getattr(person, name) for name in PersonInput.model_fields}
        values |= {name: getattr(row, name) for name in names}
        if not values["is_leader"]:
            values["line"] = ""
        service.edit_person(session, actor, person.id, PersonInput(**values), at=at)
