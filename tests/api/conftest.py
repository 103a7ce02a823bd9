"""A county with two towns, a target and a program of each kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from fastapi import FastAPI

from app.core.actor import Role
from app.core.db import Database
from app.identity.models import Unit
from app.identity.rules import UnitKind
from tests.conftest import Clock
from tests.factories.identity import make_unit, open_app
from tests.partners import Program


@dataclass
class County:
    database: Database
    app: FastAPI
    clock: Clock
    town: Unit
    other: Unit
    chamber: Unit

    def make(self, factory: Any, **values: Any) -> Any:
        with self.database.writing() as session:
            return factory(session, **values)

    def program(self, role: Role = Role.UNIT_HEAD, **values: Any) -> Program:
        unit = self.chamber if role is Role.PARTNER else self.town
        return Program(self.app, self.database, role=role, **({"unit": unit} | values))


@pytest.fixture
def county(database: Database, clock: Clock) -> County:
    with database.writing() as session:
        town, other = make_unit(session, name="河下镇"), make_unit(session, name="双林镇")
        make_unit(session, name="商务局", is_verifying=True)
        chamber = make_unit(session, name="沪商会", kind=UnitKind.PARTNER)
    return County(database, open_app(database, clock), clock, town, other, chamber)
