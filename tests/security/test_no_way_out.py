"""The software fetches nothing: no address that somebody types is ever asked, and nothing that is read is run."""

from __future__ import annotations

import ast
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.core.db import Database
from app.main import create_app
from app.settings import Settings
from tests.conftest import Clock

ROOT = Path(__file__).resolve().parents[2]
CALLS_OUT = {
    "aiohttp",
    "ftplib",
    "http.client",
    "httpx",
    "poplib",
    "requests",
    "smtplib",
    "socket",
    "telnetlib",
    "urllib.request",
    "urllib3",
    "websockets",
    "xmlrpc",
}
RUNS_WHAT_IT_READS = {"marshal", "pickle", "shelve", "xml", "lxml", "yaml", "dill", "importlib.util"}
STARTS_PROGRAMS = {"subprocess", "pty", "os.system", "os.popen"}
# Whoever needs one of these says here why.
ALLOWED: dict[str, set[str]] = {
    "app/web/workers.py": {"socket"},  # opens the address that is listened on, and never connects
}


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def called(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func)


def test_nothing_in_the_product_calls_out_or_runs_what_it_reads() -> None:
    closed = CALLS_OUT | RUNS_WHAT_IT_READS | STARTS_PROGRAMS
    found = {
        f"{shown}: {name}"
        for path in sorted((ROOT / "app").rglob("*.py"))
        if (shown := path.relative_to(ROOT).as_posix())
        for name in imported(path)
        if any(name == each or name.startswith(f"{each}.") for each in closed - ALLOWED.get(shown, set()))
    }
    assert found == set()


def test_nothing_in_the_product_evaluates_text_or_writes_html_unescaped() -> None:
    closed = {"eval", "exec", "compile", "__import__", "os.system", "os.popen", "Markup", "markupsafe.Markup"}
    found = {
        f"{path.relative_to(ROOT).as_posix()}: {name}"
        for path in sorted((ROOT / "app").rglob("*.py"))
        for name in called(path)
        if name in closed
    }
    assert found <= {"app/web/templating.py: Markup"}
    templates = {
        f"{path.relative_to(ROOT).as_posix()}: {word}"
        for path in sorted((ROOT / "templates").rglob("*.html"))
        for word in ("|safe", "| safe", "autoescape false", "onclick=", "onload=", "style=")
        if word in path.read_text(encoding="utf-8")
    }
    assert templates == {"templates/_macros/icons.html: |safe"}  # drawings of ours, no text of anybody


def test_variables_of_the_environment_send_nothing_about_requests_elsewhere(
    database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(logging.getLogger("fastapi"), "warning", lambda message, *_: said.append(message))
    monkeypatch.setenv("FASTAPI_OTEL_AUTO_CONFIGURE", "true")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    settings = Settings(database_url=database.url.render_as_string(hide_password=False), log_level="ERROR")
    with TestClient(create_app(settings, clock=clock, database=database)) as client:
        assert client.get("/healthz").status_code == 200
    assert said == []  # where the exporter's libraries are missing, whoever would send says so
