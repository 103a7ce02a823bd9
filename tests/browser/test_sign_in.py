"""Signing in as a person does, on a desk and on a phone, with and without scripts."""

from __future__ import annotations

import pytest

from tests.browser.conftest import OpenPage, accessibility_problems, overflows, sign_in

ACCOUNTS = ["admin", "leader", "bureau", "bureau2", "head", "town", "team", "auditor"]


@pytest.mark.parametrize("login", ACCOUNTS)
def test_each_demo_account_signs_in(open_page: OpenPage, login: str) -> None:
    page = open_page("/account", login=login, expect_status=200)
    assert page.locator("h1").count() == 1


def test_a_wrong_password_says_so_and_keeps_the_login(open_page: OpenPage) -> None:
    page = open_page("/login")
    page.fill("input[name=login]", "town")
    page.fill("input[name=password]", "wrong-password")
    page.click("main form button[type=submit]")
    assert "用户名或密码不正确" in page.inner_text("main")
    assert page.input_value("input[name=login]") == "town"


def test_sign_in_works_without_scripts(open_page: OpenPage) -> None:
    page = open_page("/account", login="town", scripts=False)
    assert "/account" in page.url


def test_five_wrong_passwords_close_the_door_for_a_while(open_page: OpenPage) -> None:
    page = open_page("/login")
    for _ in range(6):
        page.fill("input[name=login]", "nobody-here")
        page.fill("input[name=password]", "wrong-password")
        page.click("main form button[type=submit]")
    assert "请" in page.inner_text("main")
    assert page.locator("[role=alert]").count() >= 1


def test_the_language_can_be_changed_before_sign_in(open_page: OpenPage) -> None:
    page = open_page("/login")
    assert page.get_attribute("html", "lang") == "zh-CN"
    page.click("button[name=locale][value=en]")
    assert page.get_attribute("html", "lang") == "en"
    assert "Sign in" in page.inner_text("main")


def test_what_was_typed_survives_an_ended_session(open_page: OpenPage) -> None:
    page = open_page("/account", login="team", own_session=True)
    other = open_page("/account", login="team", own_session=True)
    ending = other.locator("tr:not(:has-text('本机')) form[action='/account/sessions/end'] button")
    while ending.count():
        ending.first.click()
    page.fill("input[name=current]", "luodi-demo")
    page.fill("input[name=new]", "another-password-7")
    page.fill("input[name=again]", "another-mistyped-7")
    page.click("form[action='/account/password'] button[type=submit]")
    assert page.locator("input[name=kept]").get_attribute("value")
    sign_in_here(page, "team")
    assert page.locator("form[action='/account/password']").count() == 1


def sign_in_here(page, login: str) -> None:
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", "luodi-demo")
    page.click("main form button[type=submit]")


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("phone", [False, True])
@pytest.mark.parametrize("path", ["/login", "/account", "/no-such-page"])
def test_pages_of_the_frame_pass_axe(open_page: OpenPage, path: str, phone: bool, dark: bool) -> None:
    page = open_page(path, login=None if path == "/login" else "town", phone=phone, dark=dark)
    assert accessibility_problems(page) == []
    assert not overflows(page)


def test_signing_out_ends_the_session(open_page: OpenPage) -> None:
    page = open_page("/account", login="town", own_session=True)
    page.locator("button[form='sign-out']").first.click()
    page.wait_for_url("**/login*")
    page.goto("/account")
    assert "/login" in page.url
    sign_in(page, "town")
