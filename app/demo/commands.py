"""`luodi demo`: a county to look at."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from app.core.clock import day_of
from app.core.db import Database
from app.demo import service
from app.demo.accounts import PASSWORD
from app.identity.setup.service import require_tables
from app.settings import get_settings

console = Console()


def demo(
    today: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"], help="The day up to which the county has worked (default: today)."
        ),
    ] = None,
    scale: Annotated[
        float,
        typer.Option(min=0.01, max=1.0, help="Which part of the records to make; 0.1 loads in a moment."),
    ] = 1.0,
) -> None:
    """Load the fictional county 示范县(虚构) into an empty database. Done once; a second time changes nothing."""
    settings = get_settings()
    if settings.production:
        raise service.DemoInProduction()
    day = today.date() if today else day_of(datetime.now(UTC), zone=settings.zone)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    database = Database(settings, patient=True)
    try:
        with Progress(*columns, console=console, transient=True) as progress, database.writing() as session:
            task = progress.add_task("Demo county", total=len(service.TOPICS))
            done = -1

            def begun(topic: str) -> None:
                nonlocal done
                done += 1
                progress.update(task, completed=done, description=f"Demo county: {topic}")

            require_tables(session)
            made = service.load_demo(
                session, today=day, zone=settings.zone, scale=scale, settings=settings, begun=begun
            )
    finally:
        database.dispose()
    if made is None:
        console.print("The demo county is loaded already; nothing was changed.")
        return
    console.print(
        f"Demo county as of {day}: {len(made.units)} units, {len(made.people)} people, "
        f"{len(made.leads)} leads, {len(made.visits)} visits, {len(made.signings)} deals."
    )
    console.print(f"Sign in as {', '.join(made.users)} with the password {PASSWORD}.", soft_wrap=True)
