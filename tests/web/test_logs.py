"""A line for every request, under its id; in no line a secret, a name, a number or what somebody typed."""

from __future__ import annotations

import io
import json
import logging
import re
import sys
from dataclasses import dataclass
from typing import Any

import pytest
from PIL import Image

from app.core.actor import Role
from app.core.db import Database
from app.core.jobs.registry import Registry
from app.core.jobs.worker import Worker
from app.main import create_app
from app.settings import Settings
from app.web.logs import configure, guard, traceback_without_values
from tests.conftest import Clock
from tests.factories.deals import make_deal
from tests.factories.identity import PASSWORD, client_of, form_token, make_unit, make_user, open_app, send
from tests.factories.investors import make_investor

NEW_PASSWORD = "Another-sound-password-8"
MISTYPED = "Mistyped-password-9"
CONTACT, PHONE, WECHAT = "欧阳佩玉", "13912345678", "ouyang-peiyu"
FILE_NAME = "欧阳佩玉身份证.png"


@dataclass
class Lines:
    """What went to standard error and to Python's own loggers while the test ran."""

    capture: pytest.CaptureFixture[str]
    logged: pytest.LogCaptureFixture

    def text(self) -> str:
        said = self.capture.readouterr()
        return said.out + said.err + self.logged.text


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> Lines:
    caplog.set_level(logging.DEBUG)
    return Lines(capsys, caplog)


def picture() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (40, 40), "white").save(made, "png")
    return made.getvalue()


def test_a_days_work_leaves_no_secret_and_no_person_in_the_log(
    database: Database, clock: Clock, settings: Settings, lines: Lines
) -> None:
    with database.writing() as session:
        unit = make_unit(session)
        admin = make_user(session, role=Role.ADMIN, login="admin-login", name="管理之人")
        member = make_user(session, login="member-login", name="填报之人", unit=unit)
        investor = make_investor(session, unit=unit, name="某某纺织有限公司")
        deal = make_deal(session, unit=unit, entered_by=member, investor=investor)
    app = open_app(database, clock, log_level="DEBUG", data_dir=settings.data_dir)
    visitor = client_of(app)
    token = form_token(visitor.get("/login?next=/leads").text)
    visitor.post("/login", data={"login": "member-login", "password": MISTYPED, "csrf_token": token})
    browser = client_of(app, member)
    changed = {"current": PASSWORD, "new": NEW_PASSWORD, "again": NEW_PASSWORD}
    assert send(browser, "/account/password", **changed).status_code == 303
    typed = {"name": CONTACT, "post": "总经理", "phone": PHONE, "wechat": WECHAT, "consent": "true"}
    assert send(browser, f"/investors/{investor.id}/contacts/new", **typed).status_code == 303
    browser.get("/investors", params={"q": CONTACT})
    upload = browser.post(
        f"/deals/{deal.id}/evidence/new",
        data={"csrf_token": form_token(browser.get("/account").text), "kind": "contract"},
        files={"file": (FILE_NAME, picture(), "image/png")},
    )
    assert upload.status_code == 303, upload.text
    manager = client_of(app, admin)
    slip = send(manager, f"/admin/users/{member.id}/password")
    given = re.search(r"<code[^>]*>([^<]{10,})</code>", slip.text)
    assert given, slip.text
    program = {"name": "省平台", "unit_id": unit.id, "role": "partner"}
    place = send(manager, "/admin/keys/new", **program).headers["location"]
    scopes = {"scopes": "leads:read", "expires_on": "2023-01-31", "per_minute": "60"}
    shown = send(manager, f"{place}/keys", **scopes).text
    bearer = re.search(r"luodi_\w+_[\w-]+", shown)
    assert bearer
    client_of(app).get("/api/v1/meta", headers={"Authorization": f"Bearer {bearer[0]}"})
    text = lines.text()
    assert "path=/account/password" in text.replace("\x1b", "")
    assert len(re.findall("request_id=[0-9a-f]{24}", text)) >= 10
    private = (
        PASSWORD,
        NEW_PASSWORD,
        MISTYPED,
        CONTACT,
        PHONE,
        WECHAT,
        FILE_NAME,
        "身份证",
        given[1],
        bearer[0],
    )
    named = ("member-login", "管理之人", "填报之人", "某某纺织", token, *browser.cookies.values())
    assert [value for value in private + named if value in text] == []


def test_a_fault_is_answered_and_logged_without_what_was_typed(
    database: Database, clock: Clock, lines: Lines
) -> None:
    app = open_app(database, clock, log_format="json")

    @app.get("/fault")
    def fault(phone: str) -> None:
        try:
            int(phone)
        except ValueError as cause:
            raise RuntimeError(f"no number: {phone}") from cause

    answer = client_of(app).get("/fault", params={"phone": "张三"})
    assert answer.status_code == 500
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    (line,) = [json.loads(line) for line in lines.text().splitlines() if '"bug"' in line]
    assert line["request_id"] == answer.headers["x-request-id"]
    assert line["request_id"] in answer.text
    assert "ValueError" in line["exception"]
    assert "in fault" in line["exception"]
    assert "张三" not in json.dumps(line, ensure_ascii=False)


def test_a_failed_job_is_logged_without_its_text(
    database: Database, clock: Clock, settings: Settings, lines: Lines
) -> None:
    configure(settings)
    registry = Registry()

    @registry.every(3600, name="failing")
    def failing(_session: Any, _at: Any) -> None:
        raise KeyError(PHONE)

    Worker(database, clock, settings=settings, registry=registry).run_periodic()
    text = lines.text()
    assert "job.failed" in text
    assert "KeyError" in text
    assert PHONE not in text


def test_known_names_are_blanked_whatever_is_passed() -> None:
    line = guard(None, "info", {"path": "/login", "password": "x", "phone": "13800000000", "api_token": "y"})
    assert json.dumps(line).count("***") == 3


def test_a_fault_of_code_keeps_its_text() -> None:
    with pytest.raises(AttributeError) as found:
        object().missing  # type: ignore[attr-defined]  # noqa: B018
    assert "has no attribute 'missing'" in traceback_without_values(found.value)


def test_the_servers_own_traceback_is_cut(database: Database, clock: Clock) -> None:
    create_app(Settings(database_url=str(database.url), log_level="ERROR"), clock=clock, database=database)
    try:
        raise ValueError(PHONE)
    except ValueError:
        record = logging.LogRecord("uvicorn.error", logging.ERROR, "", 0, "fault", (), sys.exc_info())
    assert logging.getLogger("uvicorn.error").filter(record)
    assert record.exc_info is None
