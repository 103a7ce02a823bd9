"""Production does not start with settings that put the office's records at risk, and says which they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import ValidationError
from typer.testing import CliRunner

from app import cli
from app.core.db import Database
from app.main import create_app
from app.settings import Environment, Settings, UnsafeSettings, get_settings
from tests.factories.identity import make_county

SAFE: dict[str, Any] = {
    "env": Environment.PRODUCTION,
    "secret_key": "0123456789abcdef" * 4,
    "base_url": "https://luodi.example",
    "database_url": "sqlite:////var/lib/luodi/luodi.db",
}
UNSAFE = [
    ({"secret_key": "development-only-not-a-secret"}, "LUODI_SECRET_KEY"),
    ({"secret_key": "short"}, "LUODI_SECRET_KEY"),
    ({"secret_key": "x" * 64}, "LUODI_SECRET_KEY"),
    ({"base_url": "http://luodi.example"}, "LUODI_BASE_URL"),
    ({"trusted_proxies": "0.0.0.0/0"}, "LUODI_TRUSTED_PROXIES"),
    ({"trusted_proxies": "::/0"}, "LUODI_TRUSTED_PROXIES"),
    ({"trusted_hosts": "*"}, "LUODI_TRUSTED_HOSTS"),
    ({"database_url": "sqlite://"}, "LUODI_DATABASE_URL"),
    ({"database_url": "sqlite:///:memory:"}, "LUODI_DATABASE_URL"),
    ({"database_url": "sqlite:///file:luodi?mode=memory&uri=true"}, "LUODI_DATABASE_URL"),
    ({"database_url": "sqlite:///file:/srv/luodi.db?nolock=1&uri=true"}, "LUODI_DATABASE_URL"),
]
NOT_UNDERSTOOD = {
    "database_url": "mysql://root@localhost/luodi",
    "base_url": "luodi.example",
    "trusted_proxies": "the-proxy",
    "timezone": "Asia/Fenyi",
    "log_format": "xml",
    "locale": "fr",
}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    get_settings.cache_clear()
    yield monkeypatch
    get_settings.cache_clear()


@pytest.mark.parametrize(("changes", "named"), UNSAFE, ids=[str(changes) for changes, _ in UNSAFE])
def test_each_is_refused_by_name_in_production_and_taken_in_development(
    changes: dict[str, Any], named: str
) -> None:
    assert Settings(**SAFE).problems() == []
    with pytest.raises(UnsafeSettings) as refused:
        create_app(Settings(**(SAFE | changes)))
    assert [problem.partition(":")[0] for problem in refused.value.problems] == [named]
    assert Settings(**(SAFE | changes | {"env": Environment.DEVELOPMENT})).problems() == []


def test_plain_http_is_taken_behind_a_proxy_that_is_named() -> None:
    behind = {"base_url": "http://luodi.example", "trusted_proxies": "10.1.2.3"}
    assert Settings(**(SAFE | behind)).problems() == []


@pytest.mark.parametrize("name", NOT_UNDERSTOOD)
def test_what_cannot_be_understood_is_refused_everywhere(name: str) -> None:
    with pytest.raises(ValidationError, match=name):
        Settings(**{name: NOT_UNDERSTOOD[name]})


def test_the_command_names_them_in_lines_and_shows_no_value(
    environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    environment.setenv("LUODI_ENV", "production")
    environment.setattr("sys.argv", ["luodi", "serve"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 2
    said = capsys.readouterr().out
    assert "LUODI_SECRET_KEY: set" in said and "LUODI_BASE_URL: plain http" in said

    get_settings.cache_clear()
    environment.setenv("LUODI_DATABASE_URL", "postgres://luodi:13-Geheim@db/luodi")
    environment.setattr("sys.argv", ["luodi", "migrate"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 2
    said = capsys.readouterr().out
    assert "LUODI_DATABASE_URL: must be sqlite:///path or postgresql+psycopg://" in said
    assert "Geheim" not in said


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_demo_accounts_do_not_go_into_production(
    database: Database, environment: pytest.MonkeyPatch, command: str
) -> None:
    with database.writing() as session:
        make_county(session, demo=True)
    url = database.url.render_as_string(hide_password=False)
    for name, value in (SAFE | {"database_url": url}).items():
        environment.setenv(f"LUODI_{name.upper()}", value)
    ended = CliRunner().invoke(cli.cli, [command])
    assert isinstance(ended.exception, UnsafeSettings)
    assert "demo accounts" in str(ended.exception)
