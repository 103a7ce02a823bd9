"""The targets' tables come and go with rows in them, and the ledger stays append-only afterwards."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.exc import DBAPIError

from app.core.db import Database
from app.core.migrate import migrate
from app.targets import service
from tests.factories.core import make_actor
from tests.factories.identity import make_unit
from tests.factories.targets import deal_facts, make_freeze, make_target, terms_facts

AT = datetime(2022, 3, 5, 2, 0, tzinfo=UTC)


def fill(database: Database) -> None:
    with database.writing() as session:
        target = make_target(session)
        facts = deal_facts(terms_facts(1, date(2022, 3, 1), wan=3000), unit=make_unit(session))
        service.post(session, make_actor(target.county_id), facts, event=None, at=AT)
        make_freeze(session, target, through=date(2022, 3, 31))


@pytest.mark.fresh_database
def test_down_and_up_again_with_rows(database: Database, database_url: str) -> None:
    fill(database)
    database.dispose()
    migrate(database_url, "investors")
    engine = create_engine(database_url)
    left = set(inspect(engine).get_table_names())
    engine.dispose()
    assert "investors" in left
    assert not left & {"targets", "ledger_entries", "entry_shares", "freezes", "counting_rules", "cutoffs"}
    migrate(database_url)
    fill(database)
    with pytest.raises(DBAPIError, match="append-only"), database.writing() as session:
        session.execute(text("UPDATE entry_shares SET delta_fen = 1"))
