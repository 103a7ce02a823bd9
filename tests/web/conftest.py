"""An application over the test's database, and somebody who can sign in to it."""

from __future__ import annotations

import pytest
from fastapi import FastAPI

from app.core.db import Database
from tests.conftest import Clock
from tests.factories.identity import make_user, open_app


@pytest.fixture
def app(database: Database, clock: Clock) -> FastAPI:
    return open_app(database, clock)


@pytest.fixture
def login(database: Database) -> str:
    with database.writing() as session:
        return make_user(session).login
