"""The foundation's tables come and go with rows in them."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import create_engine, inspect

from app.core import files, idempotency
from app.core.db import Database
from app.core.events import record, seal_pending
from app.core.ids import new_id
from app.core.jobs import enqueue
from app.core.migrate import migrate
from app.core.options import set_day, set_option, short_code
from app.core.search import put
from app.settings import Settings
from tests.conftest import Clock
from tests.factories.core import make_actor, make_county


def tables(url: str) -> set[str]:
    engine = create_engine(url)
    try:
        return set(inspect(engine).get_table_names()) - {"alembic_version"}
    finally:
        engine.dispose()


@pytest.mark.fresh_database
def test_down_to_nothing_and_up_again_with_rows(
    database: Database, database_url: str, settings: Settings, clock: Clock
) -> None:
    before = tables(database_url)
    with database.writing() as session:
        county = make_county(session)
        actor = make_actor(county.id)
        record(session, actor, "written", ("lead", new_id()), at=clock(), private={"name": (None, "张三")})
        seal_pending(session, at=clock())
        enqueue(session, "any", run_at=clock())
        idempotency.begin(session, holder="h", key="k", request_hash="", at=clock())
        content = io.BytesIO(b"%PDF-1.7 %%EOF")
        files.store(session, settings, content, filename="a.pdf", actor=actor, at=clock())
        set_option(session, actor, "leads.reminder_days", 5, applies_from=clock().date(), at=clock())
        set_day(session, county.id, clock().date(), is_working=True)
        short_code(session, county.id, "L", 2022)
        put(session, ("lead", new_id()), county_id=county.id, title="海螺水泥", at=clock())
    database.dispose()
    migrate(database_url, "base")
    assert tables(database_url) == set()
    migrate(database_url)
    assert tables(database_url) == before
