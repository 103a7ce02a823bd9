"""Every page of accounts, units, programs, the audit trail and the errors: axe-core, both languages, desk and phone."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Page

from app.web import templating
from app.web.preferences import Preferences
from app.web.problems import PAGES
from tests.browser.conftest import PASSWORD, OpenPage, accessibility_problems, overflows, sign_in

ADMIN = (
    "/account",
    "/account/confirm",
    "/admin/users",
    "/admin/users?q=nobody-of-this-name",
    "/admin/users/new",
    "/admin/people",
    "/admin/people?leaders=true",
    "/admin/people/new",
    "/admin/units",
    "/admin/units/new",
    "/admin/tracks",
    "/admin/settings",
    "/admin/settings/leads.protection_days",
    "/admin/settings/leads.in_progress_stages",
    "/admin/settings/leads.intake_unit_id",
    "/admin/settings/appraisal.rank_by_amount",
    "/admin/chains",
    "/admin/chains/food",
    "/admin/keys",
    "/admin/keys/new",
    "/admin/styleguide",
)
# Lists from which the first record is opened.
FIRST_OF = ("/admin/users", "/admin/people", "/admin/units?sort=-path", "/admin/tracks")
# Each in both themes; English on the phone, where its longer words have the least room.
LOOKS = [pytest.param("zh_CN", False, id="zh desk"), pytest.param("en", True, id="en phone")]
Look = tuple[str, bool]


class Looked:
    """Collects what is wrong with each page that is looked at."""

    def __init__(self, page: Page, locale: str) -> None:
        self.page, self.locale = page, locale
        self.wrong: dict[str, list[str]] = {}

    def at(self, path: str) -> Page:
        self.page.goto(path)
        self.now(path)
        return self.page

    def now(self, name: str) -> None:
        found = accessibility_problems(self.page, both_themes=True)
        if overflows(self.page):
            found.append("wider than the screen")
        if self.locale == "en" and (left := untranslated(self.page)):
            found.append(f"Chinese left over: {left}")
        if found:
            self.wrong[name] = found


def untranslated(page: Page) -> str:
    """Return the first label, column, button or notice that is still Chinese on an English page."""
    words: list[str] = page.evaluate(
        "Array.from(document.querySelectorAll('label, legend, th[scope=col], button, .notice'))"
        ".filter(e => !e.closest('[lang=zh-CN], [translate=no], #error-summary')).map(e => e.textContent.trim())"
        ".filter(t => /[\\u4e00-\\u9fff]/.test(t.replace('落地', '')))"
    )
    return words[0][:80] if words else ""


@pytest.fixture
def looked(open_page: OpenPage, request: pytest.FixtureRequest) -> Iterator[Any]:
    """Give a function that signs somebody in under a look and returns what looks at pages."""

    def begin(login: str | None, look: Look) -> Looked:
        locale, phone = look
        page = open_page("/login", phone=phone)
        if locale == "en":
            page.click("button[name=locale][value=en]")
        if login is not None:
            sign_in(page, login)
        return Looked(page, locale)

    return begin


@pytest.mark.parametrize(("locale", "phone"), LOOKS)
def test_pages_of_the_administrator(looked: Any, locale: str, phone: bool) -> None:
    at = looked("admin", (locale, phone))
    for path in ADMIN:
        at.at(path)
    for path in FIRST_OF:
        at.page.goto(path)
        at.page.goto(str(at.page.locator("tbody th a").first.get_attribute("href")))
        at.now(f"first of {path}")
    assert at.wrong == {}


@pytest.mark.parametrize(("locale", "phone"), LOOKS)
def test_the_bureaus_pages_of_targets(looked: Any, locale: str, phone: bool) -> None:
    at = looked("bureau", (locale, phone))
    for path in ("/progress/rules", "/progress/rules/new", "/progress/cutoffs", "/progress/targets"):
        at.at(path)
    first = str(at.page.locator("tbody th a").first.get_attribute("href"))
    for path in ("", "/edit", "/parts", "/plan", "/published"):
        at.at(first + path)
    at.at("/progress/freezes")
    proposing = at.page.locator("a[href*='/progress/freezes/new']")
    if proposing.count():  # the first look proposes, the others find the proposal
        at.page.goto(str(proposing.last.get_attribute("href")))
        at.now("a freeze's form")
        at.page.click("main .form-foot button")
    else:
        at.page.goto(
            str(at.page.locator("tbody td a[href*='/progress/freezes/']").first.get_attribute("href"))
        )
    at.now("a freeze")
    assert at.wrong == {}


@pytest.mark.parametrize(("locale", "phone"), LOOKS)
def test_pages_of_the_auditor_and_of_a_units_head(looked: Any, locale: str, phone: bool) -> None:
    at = looked("auditor", (locale, phone))
    at.at("/admin/audit")
    at.at("/admin/audit?actor=nobody-of-this-name")
    assert at.wrong == {}
    at = looked("head", (locale, phone))
    at.at("/unit/users")
    assert at.wrong == {}


@pytest.mark.parametrize(("locale", "phone"), LOOKS)
def test_what_is_shown_once(looked: Any, locale: str, phone: bool) -> None:
    """The page of a new key, the key's account, slips, the picture for one-time codes, a refused form."""
    at = looked("admin", (locale, phone))
    page = at.page
    name = f"省平台 {locale} {'phone' if phone else 'desk'}"
    page.goto("/admin/keys/new")
    page.fill("input[name=name]", name)
    page.select_option("select[name=unit_id]", index=2)
    page.click("main form .form-foot button")
    at.now("a new account without keys")
    page.check("input[name=scopes][value='leads:read']")
    page.click("main form[action$='/keys'] button[type=submit]")
    assert "luodi_" in page.inner_text("#new-key")
    at.now("a key, shown once")
    page.click(".crumbs a")
    at.now("an account with a key")
    page.goto("/admin/users/new")
    page.fill("input[name=login]", "x")
    page.click("main form .form-foot button")
    at.now("a refused form")
    login = f"slip-{locale}-{'phone' if phone else 'desk'}"
    page.fill("input[name=person_name]", "张三丰")
    page.fill("input[name=login]", login)
    page.select_option("select[name=unit_id]", index=2)
    page.click("main form .form-foot button")
    assert login in page.inner_text("main")
    at.now("a slip")
    page.goto("/account")
    page.click("form[action='/account/totp'] button")
    at.now("a picture for one-time codes")
    assert at.wrong == {}


@pytest.mark.parametrize("scripts", [True, False])
def test_two_edit_one_unit_and_the_second_sees_both(open_page: OpenPage, scripts: bool) -> None:
    first = open_page("/admin/units?sort=-path", login="admin", scripts=scripts)
    place = str(first.locator("tbody th a").last.get_attribute("href"))
    first.goto(place)
    second = open_page(place, login="admin", scripts=scripts)
    stamp = "a" if scripts else "b"
    first.fill("input[name=short_name]", f"甲{stamp}")
    first.click("main form .form-foot button")
    second.fill("input[name=short_name]", f"乙{stamp}")
    second.click("main form .form-foot button")
    assert f"甲{stamp}" in second.inner_text("table")
    assert second.input_value("input[name=short_name]") == f"乙{stamp}"
    if scripts:
        assert accessibility_problems(second) == []
    second.click("main form .form-foot button")
    second.wait_for_url(f"**{place}")
    assert second.input_value("input[name=short_name]") == f"乙{stamp}"


def test_what_was_typed_is_posted_after_signing_in_again(open_page: OpenPage) -> None:
    page = open_page("/admin/people/new", login="admin")
    page.fill("input[name=name]", "欧阳后来")
    page.select_option("select[name=unit_id]", index=3)
    page.context.clear_cookies(name="luodi_session")
    other = open_page("/account", login="admin")
    assert other.locator("h1").count() == 1
    page.context.add_cookies([ended_session(open_page)])
    page.click("main form .form-foot button")
    assert "登录已过期" in page.inner_text("main")
    assert accessibility_problems(page) == []
    page.fill("input[name=login]", "admin")
    page.fill("input[name=password]", PASSWORD)
    page.click("main form button[type=submit]")
    assert "继续提交" in page.inner_text("h1")
    assert accessibility_problems(page) == []
    page.click("main form button[type=submit]")
    page.wait_for_url("**/admin/people/*")
    assert page.input_value("input[name=name]") == "欧阳后来"


def ended_session(open_page: OpenPage) -> Any:
    """Sign in elsewhere and out again; gives the cookie of the session that ended."""
    page = open_page("/account", login="admin", own_session=True)
    (cookie,) = [each for each in page.context.cookies() if each.get("name") == "luodi_session"]
    page.locator("button[form='sign-out']").first.click()
    page.wait_for_url("**/login*")
    return cookie


@pytest.mark.parametrize(("locale", "phone"), LOOKS)
def test_error_pages(looked: Any, locale: str, phone: bool) -> None:
    """Each error page as the server renders it, laid under an address of the site so that its styles load."""
    at = looked(None, (locale, phone))
    for status in (*PAGES, "trident"):
        at.page.route(f"**/error-{status}", answering(error_page(str(status), locale)))
        at.at(f"/error-{status}")
    assert at.wrong == {}


def answering(html: str) -> Any:
    return lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8")


def error_page(name: str, locale: str) -> str:
    frame = SimpleNamespace(
        actor=None, locale=locale, look=Preferences(locale), path="/leads/1", query="", csrf_token="x",
        form_key="", csp_nonce="nonce", demo=False, request_id="0123456789abcdef01234567", flashes=[],
        may=lambda _permission: False,
    )  # fmt: skip
    pairs = [("Name", "甲"), ("Land", "80")], [("Name", "乙"), ("Land", "80")]
    values = {"code": "", "message": "", "errors": [{"message": "1"}], "theirs": pairs[0], "yours": pairs[1]}
    return templating.render(
        f"errors/{name}.html",
        locale=locale,
        zone="Asia/Shanghai",
        ctx=frame,
        nav=(),
        retry_after=30,
        status=name,
        **values,
    )


@pytest.mark.parametrize("phone", [False, True])
def test_real_refusals_say_what_to_do_next(open_page: OpenPage, phone: bool) -> None:
    page = open_page("/admin/audit", login="admin", phone=phone, expect_status=403)
    assert accessibility_problems(page) == []
    assert "联系" in page.inner_text("main")
    page.goto("/no-such-page")
    assert "菜单" in page.inner_text("main")
    page.click("main a.button")
    assert "/admin/users" in page.url
