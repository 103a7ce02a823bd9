"""Grow the demo county to any size: its rows are copied inside the database, under other ids, days and counties.

The first block is what `luodi demo` writes, through the rules and the bulk paths of every room. A copy differs in the
first three hexadecimal digits of each id, in the year, and in the county. Investors,
leads, deals, visits, their events, search rows and ledger entries are copied; accounts are not. Copied events have a
position but no seal of their own: `luodi verify` would rightly complain of a grown database.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from sqlalchemy import Column, Connection, Date, Integer, Uuid, create_engine, text

from app.core import migrate as migrations
from app.core.clock import day_of
from app.core.columns import UtcDateTime
from app.core.db import Database
from app.core.events import seal_pending
from app.core.fulltext import county_mark
from app.demo.service import load_demo
from app.main import metadata
from app.settings import Settings

PERIODS = 5  # blocks of two years: ten years
MOST_COPIES = 0xFFE
SEAL = (
    "INSERT INTO event_seals (seq, first_position, last_position, previous_hash, hash, sealed_at) "
    "SELECT seq + 1, last_position + 1, :last, hash, hash, sealed_at FROM event_seals ORDER BY seq DESC LIMIT 1"
)
# SQLite's settings while nothing is there that could be lost.
IN_HASTE = (
    "foreign_keys=OFF",
    "synchronous=OFF",
    "journal_mode=MEMORY",
    "cache_size=-2000000",
    "temp_store=MEMORY",
)

# Of each county once.
OF_COUNTY = (
    "counties",
    "tracks",
    "units",
    "people",
    "counting_rules",
    "rule_versions",
    "occasions",
    "project_lists",
)
# Of each block of two years.
OF_PERIOD = (
    "investors", "contacts", "leads", "lead_claims", "lead_readers", "lead_judgements", "lead_adjudications",
    "lead_contact_receipts", "trips", "trip_people", "visits", "visit_people", "visit_units",
    "events", "event_subjects", "event_order", "search_index", "search_text",
)  # fmt: skip
# Of each block of years once in a county: a target's year has its deals once.
OF_TARGET = (
    "targets", "target_amounts", "target_plan_months", "target_parts", "published_figures",
    "deals", "credits", "deal_notes", "deal_stages", "deal_terms", "list_deals", "paid_ins", "terms_exclusions",
    "terms_investors", "ledger_entries", "entry_shares",
)  # fmt: skip
# Ids that no foreign key explains.
COUNTY_IDS = {"county_id", "unit_id", "on_behalf_of"}
PERIOD_IDS = {
    "deal_id", "terms_id", "event_id", "lead_id", "verified_terms_id", "newest_terms_id", "corrects_id", "canonical_id",
}  # fmt: skip
BY_SUBJECT = {"unit": "county", "person": "county", "track": "county", "rule": "county", "user": "same"}


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy of the base block. `period` 0–4 shifts two years each; higher ones are further leads and visits."""

    county: int
    period: int
    periods: int

    @property
    def number(self) -> int:
        return self.county * self.periods + self.period

    @property
    def county_number(self) -> int:
        return self.county * self.periods

    @property
    def years(self) -> int:
        return self.period % PERIODS * 2

    @property
    def tables(self) -> tuple[str, ...]:
        of_county = OF_COUNTY if self.county and not self.period else ()
        return of_county + (OF_TARGET if self.period < PERIODS else ()) + OF_PERIOD


def fill(url: str, *, counties: int, periods: int, say: Callable[[str], None], minutes: float = 1e9) -> None:
    """Migrate an empty database, load the demo county and copy it `counties` times for `periods` blocks of years.

    A database that holds the demo already is grown from there; one that was grown is left alone. Past `minutes` no
    further copy is begun, and what was copied is finished.
    """
    if counties * periods > MOST_COPIES:
        raise ValueError(f"at most {MOST_COPIES} copies")
    begun, now = time.monotonic(), datetime.now(UTC)
    migrations.migrate(url)
    settings = Settings(database_url=url)
    database = Database(settings)
    metadata()
    with database.writing() as session:
        load_demo(session, today=day_of(now), zone=settings.zone)
    with database.writing() as session:
        seal_pending(session, at=now)
    database.dispose()
    say(f"demo county: {time.monotonic() - begun:.0f} s")
    copies = [
        Copy(county, period, periods)
        for county in range(counties)
        for period in range(periods)
        if county + period
    ]
    if copies:
        made = Growth(url, copies).run(until=begun + minutes * 60)
        say(f"{made} of {len(copies)} copies made")
    say(f"filled: {time.monotonic() - begun:.0f} s")


class Growth:
    """The copying, on a connection of its own; indexes are taken away before and built again after."""

    def __init__(self, url: str, copies: list[Copy]) -> None:
        self.engine = create_engine(url, isolation_level="AUTOCOMMIT")
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self.copies = copies
        self.tables = {table.name: table for table in metadata().tables.values()}
        self.top: dict[str, int] = {}
        self.first = 0
        self.county = UUID(int=0)

    def run(self, *, until: float) -> int:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with self.engine.connect() as connection, Progress(*columns) as progress:
            self._prepare(connection)
            # What every id of these years begins with: a UUIDv7 begins with the time. Copies begin otherwise.
            self.first = int(
                str(connection.execute(text("SELECT id FROM tracks LIMIT 1")).scalar_one())[:3], 16
            )
            self.county = UUID(str(connection.execute(text("SELECT id FROM counties LIMIT 1")).scalar_one()))
            if self._is_grown(connection):
                return 0
            wanted = dict.fromkeys(name for copy in self.copies for name in copy.tables)
            for name in wanted:
                connection.execute(text(f"CREATE TEMP TABLE base_{name} AS SELECT * FROM {name}"))  # noqa: S608
            if self.is_sqlite:
                connection.execute(text("DROP TABLE base_search_text"))
                connection.execute(
                    text("CREATE TEMP TABLE base_search_text AS SELECT rowid AS no, tokens FROM search_text")
                )
            self.top["no"] = _number(connection, "SELECT max(no) FROM search_index")
            self.top["position"] = _number(connection, "SELECT max(position) FROM event_order")
            indexes = list(self._without_indexes(connection))
            task = progress.add_task("copying", total=len(self.copies))
            made = 0
            for copy in self.copies:
                if time.monotonic() > until:
                    break
                self._copy(connection, copy)
                made += 1
                progress.advance(task)
            task = progress.add_task("indexes", total=len(indexes))
            for statement in indexes:
                connection.execute(text(statement))
                progress.advance(task)
            self._finish(connection)
        self.engine.dispose()
        return made

    def _prepare(self, connection: Connection) -> None:
        if self.is_sqlite:
            for pragma in IN_HASTE:
                connection.exec_driver_sql(f"PRAGMA {pragma}")
        else:
            # Keys were checked in the base block; copies have the same ones.
            for setting in (
                "session_replication_role = replica", "maintenance_work_mem = '512MB'", "work_mem = '128MB'",
            ):  # fmt: skip
                connection.exec_driver_sql(f"SET {setting}")

    def _is_grown(self, connection: Connection) -> bool:
        last = self.copies[-1]
        column = self.tables["leads"].c.id
        sought = (
            f"SELECT 1 FROM leads WHERE id IN (SELECT {self._moved(column, last.number)} FROM leads) LIMIT 1"  # noqa: S608
        )
        return connection.execute(text(sought)).first() is not None

    def _without_indexes(self, connection: Connection) -> Iterator[str]:
        if self.is_sqlite:
            found = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        else:
            found = (
                "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND indexname NOT IN "
                "(SELECT conname FROM pg_constraint)"
            )
        for name, statement in connection.execute(text(found)).all():
            connection.execute(text(f"DROP INDEX {name}"))
            yield statement

    def _copy(self, connection: Connection, copy: Copy) -> None:
        connection.exec_driver_sql("BEGIN")
        for name in copy.tables:
            if name == "search_text":
                self._copy_search_text(connection, copy)
                continue
            columns = list(self.tables[name].columns)
            values = ", ".join(self._value(column, copy) for column in columns)
            names = ", ".join(f'"{column.name}"' for column in columns)
            connection.exec_driver_sql(f"INSERT INTO {name} ({names}) SELECT {values} FROM base_{name}")  # noqa: S608
        connection.execute(text(SEAL), {"last": (copy.number + 1) * self.top["position"]})
        connection.exec_driver_sql("COMMIT")

    def _copy_search_text(self, connection: Connection, copy: Copy) -> None:
        """Copy the tokens, behind the mark of the copy's county."""
        county = (
            self.county
            if not copy.county
            else UUID(f"{self._digits(copy.county_number)}{str(self.county)[3:]}")
        )
        values = {
            "shift": copy.number * self.top["no"],
            "old": county_mark(self.county),
            "new": county_mark(county),
        }
        if self.is_sqlite:
            tokens = "substr(replace(' ' || tokens, ' ' || :old, ' ' || :new), 2)"
            adding = (
                f"INSERT INTO search_text (rowid, tokens) SELECT no + :shift, {tokens} FROM base_search_text"  # noqa: S608
            )
        else:
            tokens = "replace(tokens::text, chr(39) || :old, chr(39) || :new)::tsvector"
            adding = (
                f"INSERT INTO search_text (no, tokens) SELECT no + :shift, {tokens} FROM base_search_text"  # noqa: S608
            )
        connection.execute(text(adding), values)

    def _value(self, column: Column[Any], copy: Copy) -> str:
        """Write one column of a copy as SQL."""
        name, table = f'"{column.name}"', column.table.name
        special = self._special(column, copy)
        if special is not None:
            return special
        if isinstance(column.type, Uuid):
            return self._id(column, copy)
        if table in OF_COUNTY or not copy.years:
            return name
        if isinstance(column.type, Date | UtcDateTime):
            return self._years_ago(
                name, copy.years, "date" if isinstance(column.type, Date) else "timestamptz"
            )
        if column.name == "year" and isinstance(column.type, Integer):
            return f"{name} - {copy.years}"
        return name

    def _special(self, column: Column[Any], copy: Copy) -> str | None:
        place = f"{column.table.name}.{column.name}"
        again = f"'·{copy.period}'" if copy.period else "''"
        if place == "counties.code":
            return f"'36{copy.county:04d}'"
        if place in ("leads.code", "deals.code", "visits.code"):
            more = f"-{copy.period}" if copy.period >= PERIODS else ""
            year = f"(CAST(substr(code, 2, 4) AS integer) - {copy.years})"
            return f"substr(code, 1, 1) || {year} || substr(code, 6) || '{more}'"
        if place in ("investors.name", "investors.name_folded"):
            return f"{column.name} || {again}"
        if place in ("search_index.title", "search_index.title_folded"):
            return f"{column.name} || CASE WHEN subject_type = 'investor' THEN {again} ELSE '' END"
        if place == "investors.uscc" and copy.period:
            return "''"
        if place == "search_index.no":
            return f"no + {copy.number * self.top['no']}"
        if place == "event_order.position":
            return f"position + {copy.number * self.top['position']}"
        return None

    def _id(self, column: Column[Any], copy: Copy) -> str:
        table = column.table.name
        if column.name == "subject_id":
            by_kind = {"county": self._moved(column, copy.county_number), "same": "subject_id"}
            cases = " ".join(f"WHEN '{kind}' THEN {by_kind[level]}" for kind, level in BY_SUBJECT.items())
            return f"CASE subject_type {cases} ELSE {self._moved(column, copy.number)} END"
        points_at = next((key.target_fullname.split(".")[0] for key in column.foreign_keys), None)
        if column.primary_key and points_at is None and column.name == "id":
            points_at = table
        if copy.period >= PERIODS and name_of_target(column):
            return "NULL"
        if points_at in OF_COUNTY or column.name in COUNTY_IDS:
            return self._moved(column, copy.county_number)
        if points_at is not None or column.name in PERIOD_IDS:
            return self._moved(column, copy.number)
        return f'"{column.name}"'

    def _moved(self, column: Column[Any], number: int) -> str:
        name = f'"{column.name}"'
        if not number:
            return name
        digits = self._digits(number)
        if self.is_sqlite:
            return f"'{digits}' || substr({name}, 4)"
        return f"overlay({name}::text placing '{digits}' from 1 for 3)::uuid"

    def _digits(self, number: int) -> str:
        """Write what the ids of a copy begin with."""
        return f"{number if number < self.first else number + 1:03x}"

    def _years_ago(self, name: str, years: int, kind: str) -> str:
        if self.is_sqlite:
            year = f"(CAST(substr({name}, 1, 4) AS integer) - {years})"
            return f"replace({year} || substr({name}, 5), '-02-29', '-02-28')"
        return f"({name} - interval '{years} years')::{kind}"

    def _finish(self, connection: Connection) -> None:
        if not self.is_sqlite:
            top = _number(connection, "SELECT max(no) FROM search_index")
            sequence = "pg_get_serial_sequence('search_index', 'no')"
            connection.exec_driver_sql(f"SELECT setval({sequence}, {top})")
            connection.exec_driver_sql(
                "VACUUM ANALYZE"
            )  # as autovacuum does; an office's SQLite has no statistics


def name_of_target(column: Column[Any]) -> bool:
    """Say whether a column of what is copied more often points at a deal, which is not."""
    return column.name == "deal_id" and column.table.name in OF_PERIOD


def _number(connection: Connection, statement: str) -> int:
    return int(connection.execute(text(statement)).scalar() or 0)
