"""Re-posting and the check of the ledger: what was verified before is posted once, and what differs is named."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import insert, select
from typer.testing import CliRunner

from app.cli import cli
from app.core.events import Event
from app.core.ids import new_id
from app.core.jobs import REGISTRY, Tools
from app.progress.posting import jobs
from app.progress.posting.service import due_targets, verify_ledger
from app.settings import Settings
from app.targets.counting.service import version_row
from app.targets.models import CountingRule, LedgerRow, Target
from app.targets.rules import Cause, Clauses
from tests.factories.targets import YI, make_target
from tests.progress.conftest import World, fill


def run_job(world: World, settings: Settings) -> None:
    tools = Tools(world.database, settings, world.clock)
    with world.database.reading() as session:
        due = jobs.is_anything_due(session)
    if due:
        jobs.post_to_changed_targets(tools, world.clock.now)


def entries(world: World) -> list[LedgerRow]:
    with world.database.reading() as session:
        return list(session.scalars(select(LedgerRow).order_by(LedgerRow.target_id, LedgerRow.seq)))


def problems(world: World) -> list[str]:
    with world.database.reading() as session:
        return verify_ledger(session)


def test_the_job_is_known_to_workers() -> None:
    assert REGISTRY.periodic["progress.posting"].outside


def test_what_was_verified_before_the_target_is_posted_once_and_is_no_news(
    empty_world: World, settings: Settings
) -> None:
    fill(empty_world)
    assert entries(empty_world) == []
    with empty_world.database.writing() as session:
        make_target(session, amount=300 * YI)
    # The ledger differs until the job has run, and says so by name.
    assert len(problems(empty_world)) == 4
    run_job(empty_world, settings)
    posted = entries(empty_world)
    assert [one.cause for one in posted] == [Cause.OPENING] * 4
    assert sum(one.delta_fen for one in posted) == 178 * YI // 10
    assert problems(empty_world) == []
    empty_world.clock.advance(minutes=5)
    run_job(empty_world, settings)
    assert len(entries(empty_world)) == 4
    with empty_world.database.reading() as session:
        (event,) = session.scalars(select(Event).where(Event.kind == "target.posted"))
    assert event.changes == {"entries": [None, 4], "deals": [None, 5]}
    assert "近7天没有变动" in empty_world.page()


def test_a_rule_published_anew_is_posted_with_its_cause(world: World, settings: Settings) -> None:
    run_job(world, settings)
    before = len(entries(world))
    world.clock.advance(hours=1)
    with world.database.writing() as session:
        rule = session.scalars(select(CountingRule)).one()
        held = version_row(
            world.actor, Clauses(minimum_fen=YI), number=2, applies_from=date(2022, 5, 1), at=world.clock.now
        )
        held.rule_id = rule.id
        session.add(held)
        rule.touch(world.clock.now)
    # 暗号工程 (0.3亿, signed in May) no longer meets the minimum.
    assert problems(world) == [
        "ledger: 2022 新签约目标: D2022-0003 stands at 3,000万元 and 1 deals, its verified terms say 0万元 and 0"
    ]
    run_job(world, settings)
    added = entries(world)[before:]
    assert [(one.cause, one.delta_fen) for one in added] == [(Cause.RULE_CHANGED, -3 * YI // 10)]
    assert problems(world) == []


def test_a_planted_difference_is_named(world: World) -> None:
    assert problems(world) == []
    plant(world)
    (said,) = problems(world)
    assert said == (
        "ledger: 2022 新签约目标: D2022-0001 stands at 13亿元 and 1 deals, its verified terms say 12亿元 and 1"
    )


def test_the_command_fails_and_names_the_deal(
    world: World, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.cli.get_settings", lambda: settings)
    sound = CliRunner().invoke(cli, ["verify"])
    assert sound.exit_code == 0, sound.output
    plant(world)
    answer = CliRunner().invoke(cli, ["verify"])
    assert answer.exit_code == 1
    assert "D2022-0001" in answer.output


def test_a_missing_entry_is_noticed(world: World) -> None:
    with world.database.writing() as session:
        session.get_one(Target, world.target_id).last_seq += 1
    assert problems(world) == ["ledger: 2022 新签约目标: its entries are not numbered from 1 to 5"]


def test_a_target_just_posted_is_not_due(world: World, settings: Settings) -> None:
    world.clock.advance(minutes=1)
    run_job(world, settings)
    with world.database.reading() as session:
        assert due_targets(session) == []
    world.clock.now += timedelta(days=1)
    with world.database.writing() as session:
        session.get_one(Target, world.target_id).touch(world.clock.now)
    with world.database.reading() as session:
        (due,) = due_targets(session)
    assert due.target_id == world.target_id


def plant(world: World) -> None:
    """Forge an entry past the service: one more 亿 for 光学."""
    with world.database.writing() as session:
        target = session.get_one(Target, world.target_id)
        target.last_seq += 1
        row = session.scalars(select(LedgerRow).where(LedgerRow.deal_id == world.deals["光学"].id)).one()
        values = {column.name: getattr(row, column.name) for column in LedgerRow.__table__.columns}
        values |= {"id": new_id(), "seq": target.last_seq, "delta_fen": YI, "delta_count": 0}
        session.execute(insert(LedgerRow).values(**values))
