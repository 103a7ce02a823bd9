"""`luodi import` and `luodi export`."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import cli
from app.settings import get_settings
from tests.deals.conftest import Office
from tests.transfers.conftest import DATA


@pytest.fixture(autouse=True)
def _same_database(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("LUODI_DATABASE_URL", database_url)
    monkeypatch.setenv("COLUMNS", "400")
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


def run(*arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(cli, list(arguments))
    assert result.exit_code == code, result.output
    return result.output


WANZAI = str(DATA / "wanzai-2009.csv")


def test_a_dry_run_says_everything_and_writes_nothing(office: Office) -> None:
    said = run("import", "deals", WANZAI, "--as", office.people["member"].login, "--dry-run")
    assert "表内合计 39.50 亿元，识别合计 179.50 亿元，差 140.00 亿元" in said
    assert "11 rows: New 11." in said
    assert office.deals() == []


def test_new_rows_are_written_and_changes_only_listed(office: Office, tmp_path: Path) -> None:
    login = office.people["member"].login
    assert "11 new rows written" in run("import", "deals", WANZAI, "--as", login, "--opening")
    assert all(deal.opening for deal in office.deals())
    changed = tmp_path / "later.csv"
    changed.write_text(
        "项目名称,投资方,建设地点\n凯迪电力项目,武汉凯迪绿色能源有限公司,城东\n", encoding="gb18030"
    )
    said = run("import", "deals", str(changed), "--as", login)
    assert "建设地点: — → 城东" in said
    assert "Nothing was written" in said
    assert office.deals()[1].place == ""


def test_an_error_is_said_with_row_column_value_and_cure(office: Office, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("项目名称,投资方,总投资(万元)\n甲项目,甲公司,很多\n", encoding="utf-8")
    said = run("import", "deals", str(wrong), "--as", office.people["member"].login, code=1)
    assert "row 2, 总投资(万元), “很多”" in said
    assert "Write a number in the header's unit" in said
    assert office.deals() == []


def test_a_unit_is_named_by_its_code(office: Office) -> None:
    user = office.people["head"]
    assert "no unit has the code nowhere" in run(
        "import", "deals", WANZAI, "--as", user.login, "--unit", "nowhere", code=2
    )
    run("import", "deals", WANZAI, "--as", user.login, "--unit", office.town.code, "--dry-run")


def test_a_login_that_is_not_there_brings_nothing(office: Office) -> None:
    assert "no live account" in run("import", "deals", WANZAI, "--as", "nobody", code=2)


def test_whoever_may_not_import_does_not(office: Office) -> None:
    result = CliRunner().invoke(cli, ["import", "units", WANZAI, "--as", office.people["member"].login])
    assert result.exit_code != 0


def test_an_export_comes_back_unchanged(office: Office, tmp_path: Path) -> None:
    login = office.people["member"].login
    run("import", "deals", WANZAI, "--as", login)
    for name in ("out.xlsx", "out.csv"):
        assert "11 rows written" in run("export", "deals", str(tmp_path / name), "--as", login)
        assert "Unchanged 11" in run("import", "deals", str(tmp_path / name), "--as", login)


# Dies once every row is written and none is committed.
KILLED = """
import contextlib, os, signal, sys
from app.transfers import commands

@contextlib.contextmanager
def bar(step):
    yield lambda done, of: os.kill(os.getpid(), signal.SIGKILL) if step == "writing" else None

commands._bar = bar
from app.cli import cli
cli(sys.argv[1:])
"""


def test_an_import_that_is_killed_while_it_writes_leaves_nothing(office: Office) -> None:
    login = office.people["member"].login
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, "import", "deals", WANZAI, "--as", login],
        capture_output=True,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    assert office.deals() == []
    assert office.events("deal.filed") == []
    assert "11 new rows written" in run("import", "deals", WANZAI, "--as", login)
    assert office.deals()[0].code == "D2009-0001"
