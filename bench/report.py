"""One run, one table: everything that docs/performance.md shows, with its goal beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import median
from uuid import uuid4

from fastapi import FastAPI
from rich.console import Console
from rich.table import Table
from sqlalchemy import func, select
from starlette.responses import Response

from app.deals.models import Deal
from app.leads.models import Lead
from app.visits.models import Visit
from bench.calling import Office, call
from bench.creating import AT_ONCE, bare_insert, create, create_many, fresh_report
from bench.crowds import CLIENTS, Crowd, Server, crowd, get_text, post_text, serving
from bench.floors import Bare, in_turns
from bench.pages import addresses, measure
from bench.starting import compile_as_installed, empty_database, seconds_of, seconds_of_libraries

WORKERS = 2
STARTS = 5


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table. `goal` is empty where none was set."""

    what: str
    measured: str
    beside: str
    ratio: str
    goal: str = ""


def sizes(office: Office) -> str:
    """Say how much the database holds."""
    with office.database.reading() as session:
        counts = [
            session.scalar(select(func.count()).select_from(table)) or 0 for table in (Deal, Lead, Visit)
        ]
    deals, leads, visits = (f"{number:,}" for number in counts)
    return f"{office.database.url.get_backend_name()}: {deals} deals, {leads} leads, {visits} visits"


def lines(
    url: str, office: Office, *, rounds: int, seconds: float, port: int, parts: set[str]
) -> Iterator[Line]:
    """Measure part by part; each line appears when it is known."""
    bare = Bare(url)
    steps: dict[str, Callable[[], Iterator[Line]]] = {
        "pages": lambda: _pages(office, bare, rounds),
        "json": lambda: _json(office, rounds),
        "create": lambda: _create(office, bare, rounds),
        "crowd": lambda: _crowds(url, office, port=port, seconds=seconds),
        "start": lambda: _start(url),
    }
    for name, step in steps.items():
        if name in parts:
            office.seal()
            yield from step()


def _pages(office: Office, bare: Bare, rounds: int) -> Iterator[Line]:
    for it in measure(office, bare, rounds=rounds):
        goal = "≤ 1.3" if it.name == "progress" else "≤ 3"
        floor = it.statements.cpu + it.template.cpu
        yield Line(
            f"{it.name}, one client",
            f"{it.page.middle:.1f} ms (p95 {it.page.p95:.1f}; processor {it.page.cpu:.1f})",
            f"{it.number} statements {it.statements.middle:.1f} + template {it.template.middle:.1f} ms",
            f"{it.ratio:.2f} (processor {it.page.cpu / floor:.2f})",
            goal,
        )


def _json(office: Office, rounds: int) -> Iterator[Line]:
    target = "/api/v1/leads?limit=50"
    body = office.get_json(target).body
    plain = FastAPI(openapi_url=None)

    @plain.get("/leads")
    def same_bytes() -> Response:
        return Response(body, media_type="application/json")

    times = in_turns(
        {
            "list": lambda: office.get_json(target),
            "bytes": lambda: call(office.loop, plain, "GET", "/leads", {}),
        },
        rounds=rounds,
    )
    ours, floor = times["list"], times["bytes"]
    yield Line(
        "JSON list of 50",
        f"{ours.middle:.1f} ms (p95 {ours.p95:.1f})",
        f"a bare endpoint with the same {len(body):,} bytes {floor.middle:.2f} ms",
        f"{ours.middle / floor.middle:.1f}",
    )


def _create(office: Office, bare: Bare, rounds: int) -> Iterator[Line]:
    times = in_turns({"create": lambda: create(office), "insert": bare_insert(bare)}, rounds=rounds)
    ours, floor = times["create"], times["insert"]
    yield Line(
        "create a lead over the API, one client",
        f"{ours.middle:.1f} ms (p95 {ours.p95:.1f}; processor {ours.cpu:.1f}): {1000 / ours.middle:.0f}/s",
        f"bare insert + commit {floor.middle:.1f} ms",
        f"{ours.middle / floor.middle:.1f}",
    )
    yield _in_the_database(office, rounds)
    many = in_turns({"many": lambda: create_many(office)}, rounds=10)["many"]
    yield Line(
        f"create {AT_ONCE} leads in one request",
        f"{many.middle / AT_ONCE:.1f} ms a lead (processor {many.cpu / AT_ONCE:.1f}): "
        f"{1000 * AT_ONCE / many.middle:.0f}/s",
        "",
        "",
        "≥ 300/s",
    )


def _in_the_database(office: Office, rounds: int) -> Line:
    """Say how much of creating a lead the database takes: where one writes at a time, no more than that go through."""
    whole = []
    for _ in range(rounds):
        with office.in_the_database() as took:
            create(office)
        whole.append(sum(took))
    middle = median(whole)
    at_a_time = f", one at a time: {1000 / middle:.0f}/s" if office.database.is_sqlite else ""
    return Line("of which in the database", f"{middle:.1f} ms{at_a_time}", f"{len(took)} with the commit", "")


def _crowds(url: str, office: Office, *, port: int, seconds: float) -> Iterator[Line]:
    cookie = {"Cookie": office.cookie}
    database = office.database.url.database or ""

    def report(_number: int) -> bytes:
        key = {"Authorization": f"Bearer {office.key}", "Idempotency-Key": uuid4().hex}
        return post_text("/api/v1/leads", port, fresh_report(), **key)

    with serving(url, port=port, workers=WORKERS) as server:

        def asked(what: str, make: Callable[[int], bytes], goal: str, *, expect: int = 200) -> Line:
            crowd(port, make, seconds=min(2.0, seconds), expect=expect)
            before = server.processor_s(database)
            got = crowd(port, make, seconds=seconds, expect=expect)
            each = (server.processor_s(database) - before) / max(len(got.ms) + got.refused, 1)
            return _of_crowd(what, got, each, goal)

        for name, address in addresses(office).items():
            request = get_text(address, port, **cookie)
            goal = "≥ 136/s, p95 ≤ 250 ms" if name == "lead list" else ""
            yield asked(f"{name}, {CLIENTS} clients", lambda _n, text=request: text, goal)  # type: ignore[misc]
        yield _memory(server, "memory of a worker after these pages")
        yield asked(f"create, {CLIENTS} clients", report, "≥ 300/s", expect=201)
        yield _memory(server, "memory of a worker after creating too")


def _memory(server: Server, what: str) -> Line:
    *workers, parent = server.memory_mib()[: WORKERS + 1]
    own = ", ".join(f"{part:.0f} MiB" for part, _ in workers)
    resident = ", ".join(f"{whole:.0f}" for _, whole in workers)
    return Line(
        what, own, f"resident with what they share {resident}; parent {parent[0]:.0f} MiB", "", "≤ 150 MiB"
    )


def _of_crowd(what: str, got: Crowd, each: float, goal: str) -> Line:
    refused = f", {got.refused} refused" if got.refused else ""
    return Line(
        what,
        f"{got.per_second:.0f}/s, median {got.middle:.0f} ms, p95 {got.p95:.0f} ms{refused}",
        f"processor {each * 1000:.1f} ms a request: two cores to itself {2 / max(each, 1e-9):.0f}/s",
        "",
        goal,
    )


def _start(url: str) -> Iterator[Line]:
    compile_as_installed()
    starts, alone = [], []
    for _ in range(STARTS):
        with serving(url, port=8148, workers=1) as server:
            starts.append(server.started_s)
        alone.append(seconds_of_libraries())
    yield Line(
        "start to the first answer",
        f"{median(starts):.2f} s ({min(starts):.2f} to {max(starts):.2f})",
        f"the libraries alone imported {median(alone):.2f} s",
        f"{median(starts) / median(alone):.1f}",
        "≤ 1.5 s",
    )
    with empty_database(url) as empty:
        migrated = seconds_of(empty, "migrate")
        yield Line("migrate from empty", f"{migrated:.1f} s", "", "", "≤ 10 s")
        loaded = seconds_of(empty, "demo")
        yield Line("luodi demo", f"{loaded:.1f} s", "", "", "≤ 30 s")


def show(title: str, found: Iterator[Line], console: Console) -> None:
    """Print the table, and each line as it is found."""
    table = Table(title=title, show_lines=False)
    for heading in ("what", "measured", "beside it", "ratio", "goal"):
        table.add_column(heading)
    for line in found:
        console.print(
            f"{line.what}: {line.measured} | {line.beside} | {line.ratio} | {line.goal}", soft_wrap=True
        )
        table.add_row(line.what, line.measured, line.beside, line.ratio, line.goal)
    console.print(table)
