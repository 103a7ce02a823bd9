"""`luodi user …` and `luodi key …`."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from typer.testing import CliRunner

from app.identity.commands import key_app, user_app
from app.identity.models import ApiKey, User
from app.settings import get_settings
from tests.factories.identity import client_of, sign_in
from tests.identity.conftest import Office


@pytest.fixture(autouse=True)
def _same_database(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("LUODI_DATABASE_URL", database_url)
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


def run(app, *arguments: str, fails: bool = False) -> str:
    result = CliRunner().invoke(app, list(arguments))
    assert (result.exit_code != 0) is fails, result.output
    return result.output


def test_an_account_is_opened(office: Office) -> None:
    said = run(user_app, "add", "zhangsan", "--name", "张三", "--unit", "town", "--role", "unit_head")
    password = re.search(r"shown once: (\S+)", said)
    assert password
    sign_in(client_of(office.app), "zhangsan", password[1])
    (event,) = office.events("user.created")
    assert (event.actor_kind, event.actor_name) == ("system", "luodi user add")


def test_the_same_rules_hold_as_on_the_page(office: Office) -> None:
    assert "This login is taken" in run(
        user_app, "add", "member1", "--name", "张三", "--unit", "town", fails=True
    )
    assert "no unit has the code" in run(
        user_app, "add", "zhangsan", "--name", "张三", "--unit", "nowhere", fails=True
    )
    run(user_app, "disable", "admin1", fails=True)
    assert office.row(User, office.people["admin"].id).disabled_at is None


def test_an_account_is_disabled(office: Office) -> None:
    theirs = office.client("member")
    run(user_app, "disable", "member1")
    assert theirs.get("/account").status_code == 303


def test_a_password_is_reset(office: Office) -> None:
    said = run(user_app, "reset-password", "member1")
    password = re.search(r"shown once: (\S+)", said)
    assert password
    sign_in(client_of(office.app), "member1", password[1])


def test_a_key_is_made_and_revoked(office: Office) -> None:
    said = run(key_app, "create", "市平台", "--unit", "other", "--scope", "leads:read", "--days", "30")
    found = re.search(r"luodi_([a-z0-9]{12})_[A-Za-z0-9]{43}", said)
    assert found
    run(key_app, "create", "市平台", "--unit", "other", "--scope", "leads:read")
    run(key_app, "create", "市平台", "--unit", "town", "--scope", "leads:read", fails=True)
    assert len(office.events("service_account.created")) == 1
    run(key_app, "revoke", found[1])
    with office.database.reading() as session:
        keys = session.query(ApiKey).all()
    assert {key.key_id: key.revoked_at is not None for key in keys}[found[1]]
    assert len(keys) == 2
