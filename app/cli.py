"""The `luodi` command: gathers every room's commands."""

from __future__ import annotations

import errno
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from sqlalchemy import select
from typer.core import TyperGroup
from typer.main import get_group

from app.core import backup as backups
from app.core import migrate as migrations
from app.core.db import Database
from app.core.doctor import examine
from app.core.errors import AppError
from app.core.i18n import translate
from app.core.verify import verify_core
from app.settings import Settings, SettingsNotUnderstood, UnsafeSettings, get_settings
from app.web import logs

# The rooms' commands by name. A room is imported when its command is called: `serve`, and each of its worker
# processes, would otherwise import the demo county and the ledgers only to leave them lying.
ROOMS = {
    "user": "app.identity.commands:user_app",
    "key": "app.identity.commands:key_app",
    "target": "app.targets.commands:target_app",
    "init": "app.targets.commands:init",
    "demo": "app.demo.commands:demo",
    "import": "app.transfers.commands:import_file",
    "export": "app.transfers.commands:export_file",
    "erase": "app.investors.commands:erase",
}


class Commands(TyperGroup):
    """The commands of this file and those of the rooms."""

    def list_commands(self, ctx: Any) -> list[str]:
        return [*super().list_commands(ctx), *ROOMS]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in ROOMS:
            return super().get_command(ctx, cmd_name)
        module, _, attribute = ROOMS[cmd_name].partition(":")
        found = getattr(import_module(module), attribute)
        room = typer.Typer()
        if isinstance(found, typer.Typer):
            room.add_typer(found, name=cmd_name)
        else:
            room.command(cmd_name)(found)
        return get_group(room).commands[cmd_name]


cli = typer.Typer(
    name="luodi",
    cls=Commands,
    help="落地 Luodi: an investment-attraction CRM.",
    no_args_is_help=True,
    add_completion=False,
)
console = Console()


def main() -> None:
    """Run the command; expected refusals are printed as one line, not as a traceback."""
    try:
        cli()
    except AppError as refusal:
        console.print(f"[red]{translate('en', refusal.message_id, **refusal.params)}[/red]")
        sys.exit(1)
    except UnsafeSettings as refusal:
        _name_settings("Refusing to start with unsafe settings:", refusal.problems)
    except SettingsNotUnderstood as refusal:
        _name_settings("These settings cannot be understood:", refusal.problems)
    except (PermissionError, FileNotFoundError, NotADirectoryError, IsADirectoryError) as refusal:
        console.print(f"[red]{refusal.strerror}: {refusal.filename}[/red]", soft_wrap=True)
        sys.exit(1)
    except OSError as refusal:
        if refusal.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EROFS):
            raise
        console.print(f"[red]{refusal.strerror}[/red]")
        sys.exit(1)


def _name_settings(title: str, problems: list[str]) -> None:
    console.print(f"[red]{title}[/red]")
    for problem in problems:
        console.print(f"  · {problem}", soft_wrap=True, markup=False)
    sys.exit(2)


@cli.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=32, help="Worker processes.")] = 1,
) -> None:
    """Serve pages and the API. Never migrates: run `luodi migrate` first."""
    settings = get_settings()
    settings.refuse_unsafe()
    with _counting_together(settings, workers):
        _refuse_demo_in_production(settings)
        _require_head(settings)
        _say_if_empty(settings)
        from app.web.workers import run

        try:
            run(settings, host=host, port=port, workers=workers)
        except OSError as refusal:
            console.print(f"[red]{host}:{port}: {refusal.strerror}[/red]", soft_wrap=True)
            sys.exit(1)


@contextmanager
def _counting_together(settings: Settings, workers: int) -> Iterator[None]:
    """Give several processes one place to add up their metrics; the library looks for it when it is imported."""
    if not settings.metrics_token or workers == 1:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="luodi-metrics-") as folder:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        yield


@cli.command()
def migrate(
    revision: Annotated[str, typer.Argument(help="Where to go: head, base or a revision's name.")] = "head",
) -> None:
    """Bring the database to this version's tables."""
    migrations.migrate(get_settings().database_url, revision)
    console.print("Migrated.")


@cli.command()
def worker() -> None:
    """Run background jobs until stopped (set LUODI_WORKER_IN_SERVE=false for the web processes)."""
    import signal
    import threading

    from app.main import make_worker

    settings = get_settings()
    settings.refuse_unsafe()
    _refuse_demo_in_production(settings)
    logs.configure(settings)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    make_worker(Database(settings), settings, lambda: datetime.now(UTC)).run_forever(stop)


@cli.command()
def backup(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")],
) -> None:
    """Write database and files to a folder while people work; it restores into SQLite or PostgreSQL."""
    from app.main import metadata

    with _steps("Backup") as begun:
        made = backups.back_up(get_settings(), folder, metadata=metadata(), at=datetime.now(UTC), begun=begun)
    console.print(f"{made.rows:,} rows and {made.files.count:,} files are in {folder}.")
    for name in made.files.unsound:
        console.print(f"[red]· file {name} is missing or changed on the disk[/red]")
    if made.files.unsound:
        raise typer.Exit(1)


@cli.command()
def restore(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder that `luodi backup` wrote.")],
) -> None:
    """Put a backup into an empty database, SQLite or PostgreSQL, and its files into the data folder."""
    from app.main import metadata

    with _steps("Restore") as begun:
        made = backups.restore(get_settings(), folder, metadata=metadata(), begun=begun)
    console.print(
        f"{made.rows:,} rows and {made.files.count:,} files as of {made.made_at} are back, each compared with its hash."
    )


@contextmanager
def _steps(title: str) -> Iterator[Callable[[str, int], None]]:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(title, total=None)
        done = -1

        def begun(part: str, parts: int) -> None:
            nonlocal done
            done += 1
            progress.update(task, total=parts, completed=done, description=f"{title}: {part}")

        yield begun


@cli.command()
def verify() -> None:
    """Prove that nothing was altered: event seals, file hashes, the ledger recomputed; names what differs."""
    from app.progress.posting.service import verify_ledger

    settings = get_settings()
    database = Database(settings, patient=True)
    with database.reading() as session:
        problems = [*verify_core(session, settings), *verify_ledger(session)]
    database.dispose()
    for problem in problems:
        console.print(f"[red]· {problem}[/red]")
    if problems:
        raise typer.Exit(1)
    console.print("Event seals, file hashes and the ledger agree.")


@cli.command()
def doctor() -> None:
    """Look at settings, versions, the database and the data folder; says how to mend what is wrong."""
    findings = examine(get_settings())
    for finding in findings:
        mark = "[green]ok[/green]" if finding.is_well else "[red]!![/red]"
        console.print(
            f"{mark}  {finding.what}: {finding.seen}" + (f" — {finding.advice}" if finding.advice else "")
        )
    if not all(finding.is_well for finding in findings):
        raise typer.Exit(1)


def _require_head(settings: Settings) -> None:
    database = Database(settings)
    with database.reading() as session:
        ready = migrations.at_head(session.connection())
    database.dispose()
    if not ready:
        console.print("[red]The database is not at this version's tables: run `luodi migrate` first.[/red]")
        raise typer.Exit(1)


def _say_if_empty(settings: Settings) -> None:
    """Tell whoever started an empty database what comes next: nobody can sign in before."""
    from app.core.models import County

    database = Database(settings)
    with database.reading() as session:
        county = session.scalar(select(County.id).limit(1))
    database.dispose()
    if county is None:
        console.print(
            "No county yet, so nobody can sign in: run `luodi init` (with compose: docker compose run --rm app init).",
            soft_wrap=True,
        )


def _refuse_demo_in_production(settings: Settings) -> None:
    from app.web.health import DemoMark

    if not settings.production:
        return
    database = Database(settings)
    demo = DemoMark(database)()
    database.dispose()
    if demo:
        raise UnsafeSettings(
            ["the database holds demo accounts with a public password: start with an empty database"]
        )
