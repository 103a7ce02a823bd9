"""Each error page says what happened and what to do next, in both languages and without anybody signed in."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest

from app.core.resources import resource_dir
from app.web import templating
from app.web.preferences import Preferences
from app.web.problems import PAGES

TEMPLATES = resource_dir("templates")


def frame(locale: str) -> Any:
    return SimpleNamespace(
        actor=None,
        locale=locale,
        look=Preferences(locale),
        path="/leads/1",
        query="",
        csrf_token="",
        form_key="",
        csp_nonce="nonce",
        demo=False,
        request_id="abc123",
        flashes=[],
        may=lambda _permission: False,
    )


def shown(page: str, locale: str = "zh_CN", **values: Any) -> str:
    known = {
        "code": "",
        "message": "",
        "errors": [],
        "theirs": [],
        "yours": [],
        "retry_after": None,
        "status": 0,
    } | values
    return templating.render(
        f"errors/{page}.html", locale=locale, zone="Asia/Shanghai", ctx=frame(locale), nav=(), **known
    )


@pytest.mark.parametrize("locale", ["zh_CN", "en"])
@pytest.mark.parametrize("status", PAGES)
def test_every_error_has_a_page_with_a_heading_and_the_request_id(status: int, locale: str) -> None:
    page = shown(str(status), locale, status=status)
    assert page.count("<h1>") == 1
    assert "abc123" in page
    if locale == "en":
        assert "Nothing was changed" in page or status not in (403, 409, 503)


def test_a_stale_change_shows_both_versions_and_marks_what_differs() -> None:
    page = shown(
        "412",
        status=412,
        theirs=[("项目名称", "甲"), ("用地", "80")],
        yours=[("项目名称", "乙<script>"), ("用地", "80")],
    )
    assert "乙&lt;script&gt;" in page
    assert page.count('class="differs"') == 1


def test_too_many_requests_says_how_long_to_wait() -> None:
    assert "请等 30 秒再试" in shown("429", status=429, retry_after=30)


def test_an_old_engine_gets_a_page_without_scripts_or_styles() -> None:
    page = templating.render("errors/trident.html", locale="zh_CN", zone="Asia/Shanghai")
    assert "极速模式" in page
    assert "<script" not in page
    assert "<link" not in page


def test_every_form_that_carries_a_version_can_show_both() -> None:
    """A stale form comes back with their values beside the typed ones; a page that forgot the macro would not."""
    forms = {
        page.relative_to(TEMPLATES): page.read_text("utf-8")
        for page in TEMPLATES.rglob("*.html")
        if page.parent.name != "_macros"
    }
    silent = [
        str(name)
        for name, text in forms.items()
        if re.search(r"tokens\(ctx, version=", text) and not re.search(r"\b(refused|stale)\.why\(", text)
    ]
    assert silent == []
