"""`luodi import …` and `luodi export …`: ledgers in and out at the server's terminal, in somebody's name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.clock import day_of
from app.core.db import Database
from app.core.errors import FieldError
from app.core.i18n import label, translate
from app.core.money import format_yi
from app.core.sheets import csv_bytes, xlsx_bytes
from app.identity import queries as identity_queries
from app.identity.actors import actor_of_user
from app.identity.directory.queries import unit_by_code
from app.settings import get_settings
from app.transfers import service
from app.transfers.checking import Checked, Opened, open_ledger
from app.transfers.exporting import export_ledger
from app.transfers.rules import Finding, Kind, Verdict
from app.transfers.schemas import Order

console = Console()
MOST_SHOWN = 50

What = Annotated[Kind, typer.Argument(help="What the file lists.")]
Login = Annotated[str, typer.Option("--as", help="Login of whoever brings the file: the import is theirs.")]


def import_file(
    kind: What,
    file: Annotated[
        Path, typer.Argument(help="An .xlsx, .xls, .ods or .csv file.", exists=True, dir_okay=False)
    ],
    login: Login,
    unit: Annotated[str, typer.Option(help="Code of the unit; needed when the login has several.")] = "",
    opening: Annotated[
        bool, typer.Option("--opening", help="History from before the system (期初).")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check only; nothing is written.")] = False,
) -> None:
    """Import a ledger: all rows are checked first; new rows are written, changes only listed."""
    opened = open_ledger(file.read_bytes(), filename=file.name, kind=kind)
    with _acting(login, writing=False) as (session, actor, at), _bar("checking") as told:
        order = Order(kind, _unit_id(session, actor, unit), opening)
        rows = service.read_ledger(session, actor, opened, order, at=at, progress=told)
        checked = service.check_ledger(session, actor, opened, order, rows=rows, at=at)
    _print_check(opened, checked)
    if checked.errors:
        raise typer.Exit(1)
    if dry_run or not checked.of(Verdict.NEW):
        console.print("Nothing was written.")
        return
    # Others wait for the writing only: what was read is compared once more under the unit's lock.
    with _acting(login, writing=True) as (session, actor, at), _bar("writing") as told:
        outcome, _checked = service.import_ledger(
            session, actor, opened, order, filename=file.name, rows=rows, at=at, progress=told
        )
    console.print(f"{outcome.new} new rows written; changes are confirmed on the page /transfers/import.")


def export_file(
    kind: What,
    file: Annotated[Path, typer.Argument(help="The .xlsx or .csv file to write.", dir_okay=False)],
    login: Login,
) -> None:
    """Export what the login may read, in columns that import again."""
    with _acting(login, writing=True) as (session, actor, at):
        sheet = export_ledger(session, actor, kind, at=at)
        content = csv_bytes(sheet) if file.suffix.lower() == ".csv" else xlsx_bytes(sheet)
    file.write_bytes(content)
    console.print(f"{len(list(sheet.rows))} rows written to {file}.")


@contextmanager
def _acting(login: str, *, writing: bool) -> Iterator[tuple[Session, Actor, datetime]]:
    """Open one transaction as somebody; a refused field is said as a wrong option."""
    database, at = Database(get_settings(), patient=True), datetime.now(UTC)
    try:
        with database.writing() if writing else database.reading() as session:
            user = identity_queries.user_by_login(session, login)
            if user is None or user.disabled_at is not None:
                raise typer.BadParameter(f"no live account has the login {login}", param_hint="--as")
            yield session, actor_of_user(session, user, today=day_of(at)), at
    except FieldError as refusal:
        message = translate("en", refusal.field_message_id, **refusal.params)
        raise typer.BadParameter(message, param_hint="--unit") from refusal
    finally:
        database.dispose()


def _unit_id(session: Session, actor: Actor, code: str) -> UUID | None:
    if not code:
        return None
    unit = unit_by_code(session, actor, code)
    if unit is None:
        raise typer.BadParameter(f"no unit has the code {code}", param_hint="--unit")
    return unit.id


@contextmanager
def _bar(step: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar while a step lasts; gives what tells it how far the step is."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(step, total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)


def _print_check(opened: Opened, checked: Checked) -> None:
    said = [f"{column.letter} {column.header} → {key}" for key, column in opened.by_key.items()]
    console.print("Columns: " + "; ".join(said), highlight=False)
    if opened.ignored:
        console.print("Not taken: " + ", ".join(column.header for column in opened.ignored), highlight=False)
    for total in checked.totals:
        yi = [format_yi(fen) for fen in (total.stated_fen, total.read_fen, total.gap_fen)]
        console.print(
            f"{total.header}: 表内合计 {yi[0]} 亿元，识别合计 {yi[1]} 亿元，差 {yi[2]} 亿元", highlight=False
        )
    counts = ", ".join(
        f"{label('en', verdict)} {count}" for verdict, count in checked.counts.items() if count
    )
    console.print(f"{len(checked.rows)} rows: {counts}.", highlight=False)
    for finding in [*checked.errors, *checked.warnings][:MOST_SHOWN]:
        console.print(_said(finding), highlight=False)
    for row in [*checked.of(Verdict.CHANGED), *checked.of(Verdict.SUSPECTED)][:MOST_SHOWN]:
        changes = "; ".join(f"{each.label}: {each.theirs or '—'} → {each.yours}" for each in row.changes)
        what = (
            changes
            or f"like {f'row {row.same_as_row}' if row.same_as_row else row.code or 'several records'}"
        )
        console.print(f"row {row.number} {row.name} ({label('en', row.verdict)}): {what}", highlight=False)


def _said(finding: Finding) -> str:
    what = translate("en", finding.message, **finding.params)
    place = f"row {finding.row}, {finding.header or '—'}"
    return (
        f"{label('en', finding.severity)} · {place}, “{finding.value}”: {what}. {label('en', finding.cure)}."
    )
