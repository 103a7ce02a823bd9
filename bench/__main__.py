"""`python -m bench`: fill databases and measure."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from importlib import import_module
from typing import Annotated

import typer
from rich.console import Console

from bench.calling import Office
from bench.growing import PERIODS, fill
from bench.report import lines, show, sizes
from scripts.programs import throwaway_cluster

MEASURED_CLUSTER = "-c fsync=on -c shared_buffers=1GB -c max_wal_size=4GB -c maintenance_work_mem=512MB"
BLOCK_LEADS = 2_852
# Each with a `main` that Typer can run.
MODULES = ("imports",)

bench = typer.Typer(
    help="Measure Luodi beside its own bare statements.", no_args_is_help=True, add_completion=False
)
console = Console()

# What is measured keeps its files apart from those of the county that `make run` shows.
os.environ.setdefault("LUODI_DATA_DIR", "var/bench")


@bench.command("fill")
def fill_database(
    url: Annotated[str, typer.Argument(help="An empty database, or one that holds the demo county.")],
    counties: Annotated[
        int, typer.Option(min=0, help="Counties of ten years each; 140 make the province.")
    ] = 0,
    leads: Annotated[int, typer.Option(min=0, help="Instead: one county with about so many leads.")] = 0,
    minutes: Annotated[float, typer.Option(help="Begin no further copy after so many minutes.")] = 1e9,
) -> None:
    """Fill a database: without options the demo's two years; with `--counties 140` the ten-year province."""
    periods = PERIODS if counties else max(round(leads / BLOCK_LEADS), 1)
    fill(url, counties=counties or 1, periods=periods, say=console.print, minutes=minutes)


@bench.command()
def run(
    url: Annotated[str, typer.Argument(help="A filled database; it is written to.")],
    part: Annotated[
        list[str] | None, typer.Option(help="Only these: pages, json, create, crowd, start.")
    ] = None,
    rounds: Annotated[int, typer.Option(min=10, help="Samples of each thing at one client.")] = 60,
    seconds: Annotated[float, typer.Option(help="How long the crowd asks for each page.")] = 8.0,
    port: Annotated[int, typer.Option(help="Where the measured server listens.")] = 8147,
    login: Annotated[str, typer.Option(help="Which of the demo's accounts asks.")] = "bureau",
) -> None:
    """Measure pages beside their own bare statements and template, and print one table."""
    office = Office(url, login=login)
    parts = set(part or ("pages", "json", "create", "crowd", "start"))
    found = lines(url, office, rounds=rounds, seconds=seconds, port=port, parts=parts)
    show(sizes(office), found, console)


@bench.command()
def cluster() -> None:
    """Start a throw-away PostgreSQL with its defaults for durability, and keep it until interrupted."""
    with throwaway_cluster(MEASURED_CLUSTER) as started, suppress(KeyboardInterrupt):
        console.print(started.url, soft_wrap=True)
        while True:
            time.sleep(3600)


def more() -> None:
    """Add the commands of measurements that stand in modules of their own, where they are there."""
    for name in MODULES:
        with suppress(ModuleNotFoundError):
            bench.command(name)(import_module(f"bench.{name}").main)


if __name__ == "__main__":
    more()
    bench()
