"""`luodi init`: the county, its root unit and the first administrator."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from typer.testing import CliRunner

from app.cli import cli
from app.core.actor import Role
from app.core.events import Event
from app.core.options import County
from app.identity.models import MembershipRow, Unit, User
from app.identity.setup.service import CountyExists, TablesMissing
from app.settings import get_settings
from tests.factories.identity import client_of, open_app, sign_in

GIVEN = ("init --county-code 360521 --county-name 分宜县 --admin-login guanli --admin-name 王立言").split()
PASSWORD = "Rain-on-the-roof-7"


@pytest.fixture
def luodi(settings, monkeypatch):
    """Run the command on this test's database."""
    monkeypatch.setenv("LUODI_DATABASE_URL", settings.database_url)
    get_settings.cache_clear()
    yield lambda *words, typed="": CliRunner().invoke(cli, list(words), input=typed)
    get_settings.cache_clear()


def counties(database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(County)) or 0


def test_sets_up_the_county_its_root_and_an_administrator_who_can_sign_in(luodi, database, clock):
    answer = luodi(*GIVEN, "--password", PASSWORD)
    assert answer.exit_code == 0, answer.output
    assert PASSWORD not in answer.output
    with database.reading() as session:
        county = session.scalars(select(County)).one()
        root = session.scalars(select(Unit)).one()
        user = session.scalars(select(User)).one()
        role = session.scalars(select(MembershipRow.role)).one()
        kinds = set(session.scalars(select(Event.kind)))
    assert (county.name, county.code, county.is_demo) == ("分宜县", "360521", False)
    assert (root.name, root.parent_id, root.county_id) == ("分宜县", None, county.id)
    assert (user.login, user.must_change_password, role) == ("guanli", False, Role.ADMIN)
    assert {"county.created", "unit.created", "person.added", "user.created"} <= kinds
    client = sign_in(client_of(open_app(database, clock)), "guanli", PASSWORD)
    assert client.get("/account").status_code == 200


def test_a_made_password_is_printed_once_and_must_be_changed(luodi, database):
    answer = luodi(*GIVEN)
    assert answer.exit_code == 0, answer.output
    password = answer.output.rsplit(" ", 1)[1].strip()
    with database.reading() as session:
        user = session.scalars(select(User)).one()
    assert user.must_change_password
    assert len(password) >= 12
    assert password not in user.password_hash


@pytest.mark.parametrize(
    ("typed", "county", "login"),
    [
        ("360521\n分宜试验县\nguanli\n王立言\n", "分宜试验县", "guanli"),
        ("360521\n\n\n王立言\n", "分宜县", "admin"),
    ],
    ids=["typed", "as proposed"],
)
def test_what_is_not_given_is_asked_for(luodi, database, typed, county, login):
    answer = luodi("init", typed=typed)
    assert answer.exit_code == 0, answer.output
    with database.reading() as session:
        assert session.scalars(select(County.name)).one() == county
        assert session.scalars(select(User.login)).one() == login


def test_a_second_county_is_refused(luodi, database):
    luodi(*GIVEN)
    refused = luodi(*GIVEN)
    assert isinstance(refused.exception, CountyExists)
    assert counties(database) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--county-code", "360500"), "GB/T 2260"),
        (("--county-code", "999921"), "GB/T 2260"),
        (("--county-name", "县"), "county_name"),
        (("--admin-login", "two words"), "admin_login"),
        (("--password", "12345678"), "password"),
        (("--password", "guanli-2022"), "password"),
    ],
)
def test_a_wrong_value_is_named_and_nothing_is_written(luodi, database, words, said):
    refused = luodi(*GIVEN, *words)
    assert refused.exit_code == 2
    assert said in refused.output
    assert counties(database) == 0


def test_a_database_without_tables_is_told_what_to_do(luodi, monkeypatch, tmp_path):
    monkeypatch.setenv("LUODI_DATABASE_URL", f"sqlite:///{tmp_path}/empty.db")
    get_settings.cache_clear()
    assert isinstance(luodi(*GIVEN).exception, TablesMissing)
    assert isinstance(luodi("demo").exception, TablesMissing)
