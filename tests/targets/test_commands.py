"""`luodi init --target` and `luodi target add`."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import selectinload
from typer.testing import CliRunner, Result

from app.cli import cli
from app.core.db import Database
from app.settings import get_settings
from app.targets.models import CountingRule, Target
from app.targets.rules import Clauses, Measure, SetBy
from tests.factories.targets import YI

INIT = [
    "init", "--county-code", "360521", "--county-name", "分宜县", "--admin-login", "admin",
    "--admin-name", "王管理", "--password", "a-Sound-Password-7",
]  # fmt: skip


@pytest.fixture
def run(database: Database, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("LUODI_DATABASE_URL", database.url.render_as_string(hide_password=False))

    get_settings.cache_clear()

    def given(*arguments: str) -> Result:
        return CliRunner().invoke(cli, list(arguments))

    yield given
    get_settings.cache_clear()


def targets(database: Database) -> list[Target]:
    with database.reading() as session:
        chosen = select(Target).options(selectinload(Target.amounts), selectinload(Target.rule))
        return list(session.scalars(chosen.order_by(Target.set_by, Target.measure)))


def test_init_makes_the_shipped_rule_and_the_years_target(database: Database, run: Any) -> None:
    done = run(*INIT, "--target", "300亿", "--target-year", "2022")
    assert done.exit_code == 0, done.output
    assert "300亿元" in done.output
    (target,) = targets(database)
    assert (target.year, target.amount_on(date(2022, 1, 1))) == (2022, 300 * YI)
    with database.reading() as session:
        rule = session.scalars(select(CountingRule).options(selectinload(CountingRule.versions))).one()
        (version,) = rule.versions
        assert version.as_rule.clauses == Clauses()
        assert version.applies_to_signed_from == date(2000, 1, 1)


def test_init_without_a_target_still_ships_the_rule(database: Database, run: Any) -> None:
    assert run(*INIT).exit_code == 0
    assert targets(database) == []
    with database.reading() as session:
        assert session.scalars(select(CountingRule.code)).all() == ["headline"]


def test_an_impossible_target_is_refused_before_anything_is_made(database: Database, run: Any) -> None:
    refused = run(*INIT, "--target", "约三百")
    assert refused.exit_code == 2
    with database.reading() as session:
        assert session.scalars(select(CountingRule)).all() == []


def test_targets_of_county_and_city_stand_side_by_side(database: Database, run: Any) -> None:
    run(*INIT, "--target", "300")
    assert run("target", "add", "2022", "12.5", "--set-by", "city", "--name", "市外").exit_code == 0
    added = run(
        "target", "add", "2022", "40", "--measure", "started_count", "--document", "分商字〔2022〕1号"
    )
    assert added.exit_code == 0
    assert "40个" in added.output
    found = [one for one in targets(database) if one.year == 2022]
    assert {(one.set_by, one.measure) for one in found} >= {
        (SetBy.CITY, Measure.SIGNED_INVESTMENT),
        (SetBy.COUNTY, Measure.STARTED_COUNT),
    }
    again = run("target", "add", "2022", "41", "--measure", "started_count")
    assert again.exit_code == 1


@pytest.mark.parametrize(
    "arguments",
    [("2022", "约2亿"), ("2022", "abc"), ("1999", "300"), ("2022", "3亿", "--measure", "signed_count")],
)
def test_what_cannot_be_a_target_is_refused(run: Any, arguments: tuple[str, ...]) -> None:
    run(*INIT)
    assert run("target", "add", *arguments).exit_code == 2
