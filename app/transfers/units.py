"""A list of units (单位): what its rows mean, which units stand already, and how they are added to the tree."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.clock import day_of
from app.core.i18n import label
from app.core.text import fold, initials_of
from app.identity.directory import queries, service
from app.identity.directory.schemas import UnitInput
from app.identity.models import Track, Unit
from app.identity.rules import UnitKind
from app.transfers.cells import RowReader
from app.transfers.queries import Directory
from app.transfers.rules import Cure, Known

KINDS = {label("zh_CN", kind): kind for kind in UnitKind if kind is not UnitKind.COUNTY} | {
    "镇": UnitKind.TOWN,
    "乡": UnitKind.TOWN,
    "街道": UnitKind.TOWN,
    "县直部门": UnitKind.BUREAU,
    "部门": UnitKind.BUREAU,
    "专业招商队": UnitKind.TEAM,
    "国企": UnitKind.COMPANY,
}


@dataclass(frozen=True, slots=True)
class ImportedUnit:
    """One row of a list, understood. `parent` and `track` are names; an empty parent is the unit of the import."""

    name: str
    code: str
    short_name: str
    kind: UnitKind | None
    parent: str
    track: str
    given: frozenset[str]

    def said(self) -> dict[str, str]:
        every = {
            "name": self.name,
            "code": self.code,
            "short_name": self.short_name,
            "kind": self.kind.value if self.kind else "",
            "parent": self.parent,
            "track": self.track,
        }
        return {key: value for key, value in every.items() if key in self.given}


@dataclass(frozen=True, slots=True)
class Units:
    """Reads, matches and writes a list of units below one."""

    unit: Unit
    names: Directory
    tracks: dict[str, Track]

    @classmethod
    def prepare(cls, session: Session, actor: Actor, unit: Unit, names: Directory) -> Units:
        """Gather what rows are read against."""
        tracks = {fold(track.name): track for track, _units in queries.tracks(session, actor)}
        return cls(unit, names, tracks)

    def read(self, cells: RowReader) -> ImportedUnit:
        """Understand one row; what is wrong with it is in the cells' findings."""
        name = cells.text("name", most=120)
        if len(name) < 2:
            cells.error("name", "error.transfers.no_name", Cure.TEXT)
        code = cells.text("code", most=40).casefold()
        if code and not code.isascii():
            cells.error("code", "error.transfers.bad_code", Cure.CODE)
        track = cells.text("track", most=60)
        if track and fold(track) not in self.tracks:
            cells.error("track", "error.transfers.no_such_track", Cure.WORD)
        known = self.tracks.get(fold(track))
        return ImportedUnit(
            name=name,
            code=code,
            short_name=cells.text("short_name", most=40),
            kind=cells.choice("kind", KINDS),
            parent=cells.text("parent", most=120),
            track=known.name if known else track,
            given=frozenset(cells.given),
        )

    def names_of(self, unit: ImportedUnit) -> tuple[str, ...]:
        return (fold(unit.name),)

    def known(self, session: Session, actor: Actor) -> list[Known[Unit]]:
        """Return the county's units as rows are matched with them."""
        found = {unit.id: unit for units in self.names.units.values() for unit in units}
        return [Known(unit, unit.code, ((fold(unit.name),),)) for unit in found.values()]

    def stated(self, unit: ImportedUnit, known: Unit) -> dict[str, str]:
        """Return what a row states; a unit above that is the same under another name states nothing new."""
        said = unit.said()
        above = self.names.unit(unit.parent) if unit.parent else None
        if above is not None and above.id == known.parent_id:
            said.pop("parent", None)
        return said

    def standing(self, known: Unit) -> dict[str, str]:
        """Return what stands; its parent and track by their names."""
        every = {unit.id: unit for units in self.names.units.values() for unit in units}
        parent = every.get(known.parent_id) if known.parent_id else None
        track = next((track for track in self.tracks.values() if track.id == known.track_id), None)
        return {
            "name": known.name,
            "code": known.code,
            "short_name": known.short_name,
            "kind": known.kind.value,
            "parent": parent.name if parent else "",
            "track": track.name if track else "",
        }

    def applies(self, known: Unit) -> frozenset[str]:
        return frozenset({"name", "short_name", "kind", "track"})

    def shown(self, name: str, value: str) -> str:
        return label("zh_CN", UnitKind(value)) if name == "kind" and value else value

    def look_up(self, session: Session, actor: Actor, rows: Sequence[tuple[RowReader, ImportedUnit]]) -> None:
        """A unit above may be on file, or in an earlier row."""
        earlier: set[str] = set()
        for cells, unit in rows:
            if unit.parent and self.names.unit(unit.parent) is None and fold(unit.parent) not in earlier:
                cells.error("parent", "error.transfers.no_parent", Cure.UNIT)
            earlier |= {fold(unit.name), fold(unit.short_name), fold(unit.code)} - {""}

    def write_new(
        self,
        session: Session,
        actor: Actor,
        units: Sequence[ImportedUnit],
        *,
        at: datetime,
        progress: Callable[[int], None],
    ) -> None:
        """Add each unit below its parent; one without a code gets its initials, numbered where they are taken."""
        made: dict[str, Unit] = {}
        codes = {unit.code for each in self.names.units.values() for unit in each}
        for done, row in enumerate(units, 1):
            parent = made.get(fold(row.parent)) or self.names.unit(row.parent) or self.unit
            code = row.code or _free_code(row.name, codes)
            codes.add(code)
            track = self.tracks.get(fold(row.track))
            data = UnitInput(
                name=row.name,
                short_name=row.short_name,
                code=code,
                kind=row.kind or UnitKind.OTHER,
                parent_id=parent.id,
                track_id=track.id if track else None,
                valid_from=day_of(at),
            )
            unit = service.create_unit(session, actor, data, at=at)
            made |= {fold(word): unit for word in (row.name, row.short_name, code) if word}
            progress(done)

    def write_change(
        self,
        session: Session,
        actor: Actor,
        known: Unit,
        row: ImportedUnit,
        names: frozenset[str],
        *,
        at: datetime,
    ) -> None:
        """Take over what a row states otherwise; codes and places in the tree are changed on the unit's page."""
        unit = queries.get_unit(session, actor, known.id, lock=True)
        values = {name: getattr(unit, name) for name in UnitInput.model_fields}
        values |= {name: getattr(row, name) for name in names - {"track"}}
        if "track" in names:
            values["track_id"] = self.tracks[fold(row.track)].id
        service.edit_unit(session, actor, unit.id, UnitInput(**values), at=at)


def _free_code(name: str, taken: set[str]) -> str:
    letters = "".join(letter for letter in initials_of(name) if letter.isascii() and letter.isalnum())
    base = letters[:20].lower() or "unit"
    number, code = 2, base
    while code in taken:
        number, code = number + 1, f"{base}-{number}"
    return code
