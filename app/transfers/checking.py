"""Check a ledger whole, before anything is written: what each row says, what stands already, what it would change."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.sheets.reading import CellProblem, SheetColumn, Table, amount_of, find_table, open_book
from app.identity.models import Unit
from app.transfers.cells import RowReader
from app.transfers.rules import (
    Cure,
    Difference,
    Finding,
    Holds,
    Kind,
    Known,
    Severity,
    TotalCompared,
    Verdict,
    differences,
    field_of,
    match,
    propose,
    recognise,
)

Progress = Callable[[int, int], None]
STEP = 500


class Ledger(Protocol):
    """What an import asks of each kind of ledger. Entries are understood rows, records what stands."""

    def read(self, cells: RowReader) -> Any: ...
    def names_of(self, entry: Any) -> tuple[str, ...]: ...
    def known(self, session: Session, actor: Actor) -> Sequence[Known[Any]]: ...
    def stated(self, entry: Any, record: Any) -> Mapping[str, str]: ...
    def standing(self, record: Any) -> Mapping[str, str]: ...
    def applies(self, record: Any) -> frozenset[str]: ...
    def shown(self, name: str, value: str) -> str: ...
    def look_up(self, session: Session, actor: Actor, rows: Sequence[tuple[RowReader, Any]]) -> None: ...
    def write_new(
        self,
        session: Session,
        actor: Actor,
        entries: Sequence[Any],
        *,
        at: datetime,
        progress: Callable[[int], None],
    ) -> None: ...
    def write_change(
        self, session: Session, actor: Actor, record: Any, entry: Any, names: frozenset[str], *, at: datetime
    ) -> None: ...


@dataclass(frozen=True, slots=True)
class Opened:
    """A file whose header was found, with the columns as they are taken."""

    kind: Kind
    table: Table
    chosen: Mapping[int, str]

    @property
    def by_key(self) -> dict[str, SheetColumn]:
        columns = {column.index: column for column in self.table.columns}
        return {key: columns[index] for index, key in self.chosen.items() if index in columns}

    @property
    def ignored(self) -> list[SheetColumn]:
        """Columns that hold something and are not taken; a counting column is not missed."""
        return [
            column
            for column in self.table.columns
            if column.index not in self.chosen
            and "seq" not in {recognise(self.kind, word) for word in column.words}
            and self.table.samples(column.index, most=1)
        ]


@dataclass(frozen=True, slots=True)
class CheckedRow:
    """One row with what becomes of it. `record` is what it means, `code` that record's short code."""

    number: int
    name: str
    entry: Any
    verdict: Verdict
    findings: Sequence[Finding] = ()
    record: Any = None
    code: str = ""
    changes: Sequence[Difference] = ()
    same_as_row: int | None = None

    @property
    def changeable(self) -> bool:
        return any(change.applies for change in self.changes)


@dataclass(frozen=True, slots=True)
class Checked:
    """A whole ledger, checked."""

    opened: Opened
    unit: Unit
    rows: Sequence[CheckedRow]
    totals: Sequence[TotalCompared] = field(default_factory=tuple)

    @property
    def findings(self) -> list[Finding]:
        return [finding for row in self.rows for finding in row.findings]

    @property
    def errors(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.severity is Severity.ERROR]

    @property
    def warnings(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.severity is Severity.WARNING]

    @property
    def counts(self) -> dict[Verdict, int]:
        counted = Counter(row.verdict for row in self.rows)
        return {verdict: counted[verdict] for verdict in Verdict}

    def of(self, verdict: Verdict) -> list[CheckedRow]:
        return [row for row in self.rows if row.verdict is verdict]

    @property
    def digest(self) -> str:
        """What a person confirms: it differs as soon as a row would do something else."""
        said = [
            (row.number, row.verdict.value, row.code, [(c.name, c.theirs, c.yours) for c in row.changes])
            for row in self.rows
        ]
        return hashlib.sha256(repr(said).encode()).hexdigest()[:32]


def open_ledger(
    content: bytes, *, filename: str, kind: Kind, chosen: Mapping[int, str] | None = None
) -> Opened:
    """Open a file and find its header; `chosen` are the columns as somebody set them, None as they are recognised.

    Raises a refusal of `core.sheets.reading`.
    """
    table = find_table(open_book(content, filename=filename), recognise=lambda words: recognise(kind, words))
    if chosen is None:
        chosen = propose(kind, ((column.index, column.words) for column in table.columns))
    return Opened(kind, table, chosen)


@dataclass(frozen=True, slots=True)
class ReadRow:
    """One row as it was read, before it is compared with what stands; `found` is what is wrong with its cells."""

    cells: RowReader
    entry: Any
    found: tuple[Finding, ...]


def read_rows(
    opened: Opened, ledger: Ledger, *, progress: Progress = lambda _done, _of: None
) -> list[ReadRow]:
    """Understand every row by itself: the longest part of a check, and the one that asks no database."""
    columns, rows = opened.by_key, opened.table.rows
    read: list[ReadRow] = []
    for row in rows:
        cells = RowReader(row, columns)
        entry = ledger.read(cells)
        read.append(ReadRow(cells, entry, tuple(cells.findings)))
        if len(read) % STEP == 0:
            progress(len(read), len(rows))
    progress(len(rows), len(rows))
    return read


def compare(
    session: Session, actor: Actor, opened: Opened, ledger: Ledger, rows: Sequence[ReadRow], *, unit: Unit
) -> Checked:
    """Match rows that were read with what stands now; nothing is written, and it may be done again."""
    for row in rows:
        row.cells.findings = list(row.found)
    columns, read = opened.by_key, [(row.cells, row.entry) for row in rows]
    ledger.look_up(session, actor, read)
    known = ledger.known(session, actor)
    codes = {id(each.record): each.code for each in known}
    matches = match(
        [(cells.row.number, cells.text("code", most=40), ledger.names_of(entry)) for cells, entry in read],
        known,
    )
    checked = [
        _checked_row(ledger, cells, entry, matches[cells.row.number], codes, columns) for cells, entry in read
    ]
    return Checked(opened, unit, checked, _totals(opened, checked))


def _checked_row(
    ledger: Ledger,
    cells: RowReader,
    entry: Any,
    found: Any,
    codes: dict[int, str],
    columns: Mapping[str, SheetColumn],
) -> CheckedRow:
    changes = _changes(ledger, entry, found.record, columns) if found.record is not None else []
    code = codes.get(id(found.record), "")
    if cells.wrong:
        verdict = Verdict.WRONG
    elif found.doubtful:
        verdict = Verdict.SUSPECTED
    elif found.record is None:
        verdict = Verdict.NEW
        if typed := cells.text("code", most=40):
            cells.warn("code", "error.transfers.unknown_code", Cure.CODE, code=typed)
    else:
        verdict = Verdict.CHANGED if changes else Verdict.UNCHANGED
    return CheckedRow(
        cells.row.number,
        entry.name,
        entry,
        verdict,
        tuple(cells.findings),
        found.record,
        code,
        changes,
        found.same_as_row,
    )


def _changes(ledger: Ledger, entry: Any, record: Any, columns: Mapping[str, SheetColumn]) -> list[Difference]:
    stated, standing = ledger.stated(entry, record), ledger.standing(record)
    applies = ledger.applies(record)
    return [
        Difference(
            name,
            columns[name].header if name in columns else name,
            ledger.shown(name, standing.get(name, "")),
            ledger.shown(name, stated[name]),
            name in applies,
        )
        for name in differences(stated, standing)
    ]


def _totals(opened: Opened, rows: Sequence[CheckedRow]) -> list[TotalCompared]:
    """Compare the last 合计 of the sheet with the rows, for each amount column that it sums."""
    grand = next((total for total in reversed(opened.table.totals) if total.is_grand), None)
    if grand is None:
        return []
    compared = []
    for key, column in opened.by_key.items():
        if field_of(opened.kind, key).holds is not Holds.AMOUNT:
            continue
        try:
            stated = amount_of(grand.cell(column.index), unit=column.unit).fen
        except CellProblem:
            continue
        if stated is not None:
            summed = sum(getattr(row.entry, f"{key}_fen", None) or 0 for row in rows)
            compared.append(TotalCompared(column.header, grand.number, stated, summed))
    return compared
