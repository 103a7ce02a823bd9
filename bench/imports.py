"""How long a ledger of ten thousand deals takes: to open, to check, to write, and to check again once it stands.

python -m bench.imports [--rows 10000] [--db sqlite|postgresql|both]

The ledger is an .xlsx of 20 columns with what makes reading slow in real life: days as text, amounts in words,
several investors to a row, units and people by name. It goes into a county of the demo's units and people, by the
town's account, through the same service as page and command. Times are wall clock and processor time of this
process; on PostgreSQL the server's own processor time comes on top of the latter.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from time import perf_counter, process_time
from typing import TypeVar

import xlsxwriter
from rich.console import Console
from rich.table import Table

from app.core.clock import day_of
from app.core.db import Database
from app.core.migrate import migrate
from app.demo.service import load_demo
from app.identity import queries as identity
from app.identity.actors import actor_of_user
from app.settings import Settings
from app.transfers import service
from app.transfers.checking import Checked, Opened, ReadRow, open_ledger
from app.transfers.exporting import export_ledger
from app.transfers.queries import directory
from app.transfers.rules import Kind, Verdict
from app.transfers.schemas import Order
from scripts.programs import postgresql_bin, throwaway_postgresql

Result = TypeVar("Result")
# Seconds that are promised for ten thousand rows.
PROMISED = {"check": 5.0, "write": 15.0}
HEADER = (
    "序号", "项目名称", "建设内容", "投资方", "投资方所在地", "总投资（万元）", "其中固投（万元）", "行业类别",
    "产业链", "签约时间", "协议类型", "建设地点", "用地（亩）", "责任单位", "责任人", "进展", "注册时间", "开工时间",
    "累计到资（万元）", "备注",
)  # fmt: skip
PLACES = (
    "浙江省绍兴市",
    "广东省深圳市",
    "江西省南昌市",
    "湖北省武汉市",
    "福建省泉州市",
    "江苏省苏州市",
    "香港",
)
WORDS = "云山江海林石金木水火田禾竹松柏桐枫榕华盛兴隆瑞祥恒远达通汇聚合创新科智慧光明".strip()


@dataclass(frozen=True)
class Measured:
    step: str
    seconds: float
    processor: float


def workbook(rows: int, *, units: list[str], people: list[str], seed: int = 2022) -> bytes:
    """Write a ledger of so many deals, the same for the same seed."""
    chance = random.Random(seed)
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"constant_memory": True})
    page = book.add_worksheet("台账")
    page.write_string(0, 0, "招商引资签约项目台账")
    page.write_row(1, 0, HEADER)
    for number in range(1, rows + 1):
        page.write_row(number + 1, 0, _row(chance, number, units, people))
    book.close()
    return buffer.getvalue()


def _row(chance: random.Random, number: int, units: list[str], people: list[str]) -> list[str | int | float]:
    name = "".join(chance.choices(WORDS, k=3))
    investor = f"{name}{chance.choice(('科技', '实业', '新材料', '纺织'))}有限公司"
    home = chance.choice(PLACES)
    if number % 20 == 0:
        investor, home = f"{investor}、{name}投资集团", f"{home}、{chance.choice(PLACES)}"
    wan = chance.choice((2_000, 5_000, 8_000, 12_000, 30_000, 60_000)) + number % 97
    month, day = chance.randint(1, 10), chance.randint(1, 28)
    signed = chance.choice(
        (f"2022.{month}.{day}", f"2022年{month}月", f"2022{month:02d}", 44_562 + number % 300)
    )
    return [
        number,
        f"{name}项目{number}",
        f"建设{name}生产线{number % 9 + 1}条，年产{number % 50 + 1}万件",
        investor,
        home,
        f"约{wan / 10_000}亿元" if number % 15 == 0 else wan,
        wan // 2,
        chance.choice(("制造业", "纺织业", "建材")),
        chance.choice(("光电信息", "麻纺", "新材料")),
        signed,
        "意向书" if number % 30 == 0 else "正式合同",
        f"工业园{number % 12 + 1}号地",
        number % 200 + 5,
        chance.choice(units),
        chance.choice(people),
        "办理土地手续" if number % 3 else "",
        f"2022-{month:02d}-28" if number % 4 == 0 else "",
        "2022年10月" if number % 8 == 0 else "",
        wan // 10 if number % 4 == 0 else "",
        "重点" if number % 50 == 0 else "",
    ]


def measure(url: str, folder: Path, rows: int) -> list[Measured]:
    """Fill an empty database with the demo county and take the ledger through it."""
    migrate(url)
    settings = Settings(database_url=url, data_dir=folder)
    database, at = Database(settings), datetime.now(UTC)
    with database.writing() as session:
        load_demo(session, today=day_of(at), zone=settings.zone, scale=0.05, begun=lambda _topic: None)
    with database.reading() as session:
        user = identity.user_by_login(session, "town")
        assert user is not None
        actor = actor_of_user(session, user, today=day_of(at))
        names = directory(session, actor)
    units = sorted({unit.name for found in names.units.values() for unit in found})[:60]
    people = sorted({person.name for found in names.people.values() for person in found})[:200]
    content = workbook(rows, units=units, people=people)
    found: list[Measured] = []
    order = Order(Kind.DEALS, None)

    def timed(step: str, do: Callable[[], Result]) -> Result:
        began, worked = perf_counter(), process_time()
        result = do()
        found.append(Measured(step, perf_counter() - began, process_time() - worked))
        return result

    # As page, worker and command do it: rows are read before the database is locked, and compared once more under it.
    def check(opened: Opened) -> tuple[list[ReadRow], Checked]:
        with database.reading() as session:
            rows = service.read_ledger(session, actor, opened, order, at=at)
            return rows, service.check_ledger(session, actor, opened, order, rows=rows, at=at)

    def write(opened: Opened, rows: list[ReadRow]) -> service.Outcome:
        with database.writing() as session:
            return service.import_ledger(session, actor, opened, order, rows=rows, at=at)[0]

    def export() -> int:
        with database.writing() as session:
            return len(list(export_ledger(session, actor, Kind.DEALS, at=at).rows))

    opened = timed("open", lambda: open_ledger(content, filename="台账.xlsx", kind=Kind.DEALS))
    read, checked = timed("check", lambda: check(opened))
    assert checked.counts[Verdict.NEW] == rows, checked.counts
    assert timed("write", lambda: write(opened, read)).new == rows
    _read, again = timed("check again", lambda: check(opened))
    assert again.counts[Verdict.UNCHANGED] == rows, again.counts
    timed("export", export)
    database.dispose()
    return found


@contextmanager
def databases(wanted: str) -> Iterator[dict[str, str]]:
    with tempfile.TemporaryDirectory() as folder:
        urls = {"sqlite": f"sqlite:///{folder}/luodi.db"}
        if wanted == "sqlite" or postgresql_bin() is None:
            yield urls
            return
        with throwaway_postgresql() as url:
            yield ({"postgresql": url} if wanted == "postgresql" else urls | {"postgresql": url})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--db", choices=("sqlite", "postgresql", "both"), default="both")
    wanted = parser.parse_args()
    machine = f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    table = Table(
        "database", "step", "seconds", "processor", "promised", title=f"{wanted.rows} rows · {machine}"
    )
    with databases(wanted.db) as urls, tempfile.TemporaryDirectory() as folder:
        for name, url in urls.items():
            for each in measure(url, Path(folder), wanted.rows):
                limit = PROMISED.get(each.step)
                promised = f"{limit * wanted.rows / 10_000:.1f}" if limit else "—"
                table.add_row(name, each.step, f"{each.seconds:.2f}", f"{each.processor:.2f}", promised)
    Console().print(table)


if __name__ == "__main__":
    main()
