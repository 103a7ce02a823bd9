"""The frame and its components as people meet them: both themes, desk and phone, with and without scripts."""

from __future__ import annotations

import pytest

from tests.browser.conftest import OpenPage, accessibility_problems, overflows

GUIDE = "/admin/styleguide"


@pytest.mark.parametrize("phone", [False, True])
def test_every_component_passes_axe(open_page: OpenPage, phone: bool) -> None:
    page = open_page(GUIDE, login="admin", phone=phone, expect_status=200)
    page.wait_for_selector(".chart-canvas canvas")
    assert accessibility_problems(page, both_themes=True) == []
    assert not overflows(page)


def test_large_text_grows_everything_and_fits_a_phone(open_page: OpenPage) -> None:
    page = open_page(GUIDE, login="admin", phone=True)
    page.click(".bottombar summary")
    page.click(".more-sheet button[name=text_size]")
    assert page.get_attribute("html", "data-size") == "large"
    assert page.evaluate("getComputedStyle(document.body).fontSize") == "20px"
    assert not overflows(page)


def test_no_text_is_smaller_than_14_pixels(open_page: OpenPage) -> None:
    page = open_page(GUIDE, login="admin", phone=True)
    small = page.evaluate(
        "Array.from(document.querySelectorAll('body *:not(svg *)')).filter(e =>"
        " Array.from(e.childNodes).some(n => n.nodeType === 3 && n.textContent.trim())"
        " && parseFloat(getComputedStyle(e).fontSize) < 14).map(e => e.outerHTML.slice(0, 80))"
    )
    assert small == []


def test_without_scripts_figures_have_their_tables_and_menus_open(open_page: OpenPage) -> None:
    page = open_page(GUIDE, login="admin", phone=True, scripts=False)
    assert page.locator(".chart-data table").is_visible()
    assert not page.locator("[data-copy]").is_visible()
    page.click(".bottombar summary")
    assert page.locator(".more-sheet a").first.is_visible()
    page.click(".bottombar summary")
    assert page.locator(".filters select").is_visible()
    page.click("label[for=more-filters]")
    assert not page.locator(".filters select").is_visible()


def test_a_draft_comes_back_after_leaving(open_page: OpenPage) -> None:
    page = open_page(GUIDE, login="admin")
    page.fill("#f-summary", "对方想看厂房")
    page.locator("[data-draft-note]:not(:empty)").wait_for()
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    assert page.input_value("#f-summary") == "对方想看厂房"
    assert "已恢复" in page.inner_text("[data-draft-note]")


def test_a_password_is_never_kept_as_a_draft(open_page: OpenPage) -> None:
    page = open_page(GUIDE, login="admin")
    page.fill("#f-secret", "do-not-keep-me")
    page.fill("#f-summary", "x")
    page.locator("[data-draft-note]:not(:empty)").wait_for()
    assert "do-not-keep-me" not in page.evaluate("JSON.stringify(window.localStorage)")


def test_an_amount_and_a_day_are_said_back(open_page: OpenPage) -> None:
    page = open_page(GUIDE, login="admin")
    page.fill("#f-money", "6.5亿")
    page.locator("#echo-money", has_text="6.5亿元").wait_for()
    page.fill("#f-on", "2022-11-22")
    assert "2022年11月22日" in page.inner_text("#echo-on")


def test_a_dialog_opens_closes_and_gives_the_focus_back(open_page: OpenPage) -> None:
    page = open_page(GUIDE, login="admin")
    page.click("[data-dialog]")
    assert page.locator("#sample-dialog").is_visible()
    assert page.evaluate("document.activeElement.id") == "f-reason"
    page.click("#sample-dialog [data-close]")
    assert not page.locator("#sample-dialog").is_visible()
    assert page.evaluate("document.activeElement.hasAttribute('data-dialog')")


def test_text_is_copied_over_plain_http(open_page: OpenPage) -> None:
    page = open_page(GUIDE, login="admin")
    page.evaluate("Object.defineProperty(window, 'isSecureContext', {value: false})")
    page.click("[data-copy]")
    page.wait_for_selector(".toast")
    assert "已复制" in page.inner_text(".toasts")


def test_an_error_in_the_summary_leads_to_its_field(open_page: OpenPage) -> None:
    page = open_page(GUIDE, login="admin")
    page.click("#error-summary a[href='#f-r_title']")
    assert page.evaluate("document.activeElement.id") == "f-r_title"
    assert "项目名称" in page.inner_text("#error-summary a[href='#f-r_title']")


def test_the_keyboard_reaches_the_content_first(open_page: OpenPage) -> None:
    # Not the style guide: it shows refused forms, and those are given the focus.
    page = open_page("/account", login="admin")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
