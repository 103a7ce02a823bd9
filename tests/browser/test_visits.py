"""Visits on a phone: logged with one thumb, also where there is no network; on a desk and without scripts."""

from __future__ import annotations

from itertools import count

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import OpenPage, accessibility_problems, overflows, ready_without_network

_numbers = count(1)


def fill(page: Page, *, next_step: str = "in_one_week") -> str:
    """Type what is required; gives the investor's name."""
    name = f"竹溪{next(_numbers)}号机电有限公司"
    page.fill("[name=investor]", name)
    page.fill("[name=summary]", "看了厂房，约下周再谈")
    page.check(f"[name=next][value={next_step}]")
    return name


def test_what_is_required_stands_on_the_first_screen_of_a_phone(open_page: OpenPage) -> None:
    page = open_page("/visits/new", login="town", phone=True)
    foot = page.locator(".form-foot").bounding_box()
    assert foot is not None
    for name in ("investor", "summary", "from_on"):
        box = page.locator(f"[name={name}]").bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= foot["y"], name
    assert page.locator("[name=next_on]").is_hidden()
    page.check("[name=next][value=on_a_day]")
    assert page.locator("[name=next_on]").is_visible()
    assert accessibility_problems(page) == []
    assert not overflows(page)


@pytest.mark.parametrize("login", ["town", "head", "team", "bureau"])
def test_a_visit_is_logged_without_scripts(open_page: OpenPage, login: str) -> None:
    page = open_page("/visits/new", login=login, scripts=False)
    name = fill(page)
    page.click("main button:has-text('保存并再记一家')")
    assert "拜访已保存" in page.inner_text("main")
    assert page.input_value("[name=from_on]")
    assert page.input_value("[name=investor]") == ""
    page.goto("/visits?q=" + name)
    assert name in page.inner_text("main table")


def test_without_a_network_it_waits_on_the_device_and_goes_out_by_itself(open_page: OpenPage) -> None:
    page = open_page("/visits/new", login="town", phone=True)
    ready_without_network(page)
    page.context.set_offline(True)
    first = fill(page)
    page.click("main button:has-text('保存并再记一家')")
    page.wait_for_selector("[data-outbox] >> text=" + first)
    assert "已存在本机，联网后自动上报" in page.inner_text("[data-outbox]")
    assert page.input_value("[name=investor]") == ""
    # A page that was never opened: the device answers with the form, the first visit still waits beside it.
    page.goto("/leads")
    assert "现在没有网络" in page.inner_text("main")
    assert first in page.inner_text("[data-outbox]")
    assert accessibility_problems(page) == []
    assert not overflows(page)
    second = fill(page, next_step="none")
    page.click("main button:has-text('保存拜访')")
    page.wait_for_selector("[data-outbox] >> text=" + second)
    # It can be corrected while it waits.
    page.click("[data-outbox] li:has-text('" + second + "') >> text=修改")
    page.fill("[name=summary]", "改过的一句话")
    page.click("main button:has-text('保存拜访')")
    page.wait_for_selector("[data-outbox] >> text=改过的一句话")
    page.context.set_offline(False)
    page.goto("/visits?q=" + second)
    page.wait_for_selector(".toast:has-text('" + second + "')")
    page.wait_for_selector(".toast:has-text('" + first + "')")
    assert page.locator("[data-outbox]").is_hidden()
    page.goto("/visits?q=" + second)
    assert "改过的一句话" in page.inner_text("main table")
    assert page.locator("main tbody tr").count() == 1


def test_what_the_office_refuses_stays_with_its_reason_and_can_be_deleted(open_page: OpenPage) -> None:
    page = open_page("/visits/new", login="town", phone=True)
    page.on("dialog", lambda dialog: dialog.accept())
    ready_without_network(page)
    page.context.set_offline(True)
    name = fill(page)
    page.fill("[name=from_on]", "2099-01-01")
    page.click("main button:has-text('保存拜访')")
    page.wait_for_selector("[data-outbox] >> text=" + name)
    page.context.set_offline(False)
    page.wait_for_selector("[data-outbox] >> text=拜访日期不能晚于今天")
    page.click("[data-outbox] >> text=删除")
    page.wait_for_selector("[data-outbox]", state="hidden")


def test_signing_out_leaves_nothing_on_the_device(open_page: OpenPage) -> None:
    page = open_page("/visits/new", login="town", own_session=True)
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    ready_without_network(page)
    page.context.set_offline(True)
    fill(page)
    page.click("main button:has-text('保存拜访')")
    page.wait_for_selector("[data-outbox] li")
    # The line is back, but what waits does not get through before signing out.
    page.route("**/visits/outbox", lambda route: route.abort())
    page.context.set_offline(False)
    page.click("button[form='sign-out'] >> visible=true")
    page.wait_for_url("**/login*")
    assert "退出后会被删除" in asked[-1]
    assert page.evaluate("caches.has('luodi-shell')") is False
    assert page.evaluate("Object.keys(localStorage).filter((name) => name.indexOf('luodi-') === 0)") == []


@pytest.mark.parametrize(("phone", "english"), [(False, False), (True, True)])
def test_every_page_of_visits_and_of_the_desk_passes_axe(
    open_page: OpenPage, phone: bool, english: bool
) -> None:
    page = open_page("/visits/trips", login="head", phone=phone)
    if english:
        page.context.add_cookies(
            [{"name": "luodi_preferences", "value": "en.auto.normal", "domain": "127.0.0.1", "path": "/"}]
        )
    trip = page.get_attribute("main tbody a", "href") or ""
    page.goto("/visits")
    visit = (page.get_attribute("main tbody a", "href") or "").split("?")[0]
    own = ("/", "/desk/hand-over", "/visits", visit, f"{visit}/edit", "/visits/new", "/visits/trips", trip)
    for path in (*own, f"{trip}/edit", "/visits/trips/new", "/visits/offline"):
        response = page.goto(path)
        assert response is not None, path
        assert response.status == 200, path
        assert accessibility_problems(page, both_themes=True) == [], path
        assert not overflows(page), path
        assert page.get_attribute("html", "lang") == ("en" if english else "zh-CN")


@pytest.mark.parametrize("login", ["town", "head", "team", "bureau", "leader"])
@pytest.mark.parametrize("phone", [False, True])
def test_my_work_says_until_when_and_leads_to_the_lists(open_page: OpenPage, login: str, phone: bool) -> None:
    page = open_page("/", login=login, phone=phone)
    assert accessibility_problems(page) == []
    assert not overflows(page)
    links = page.eval_on_selector_all(
        "main .stats a, main .card-foot a", "found => found.map((each) => each.getAttribute('href'))"
    )
    for path in links:
        response = page.goto(path)
        assert response is not None, path
        assert response.status == 200, path
