"""The number as leaders meet it: on a desk, on a phone, on paper, with and without scripts."""

from __future__ import annotations

import pytest

from tests.browser.conftest import OpenPage, accessibility_problems, overflows

PAGES = ("/progress", "/progress/brief", "/progress/entries", "/progress/deals?show=late", "/progress/talks")


@pytest.mark.parametrize("phone", [False, True])
def test_the_pages_pass_axe_and_fit_the_screen(open_page: OpenPage, phone: bool) -> None:
    page = open_page("/progress", login="leader", phone=phone)
    for path in PAGES:
        page.goto(path)
        assert page.locator("h1").count() == 1
        assert accessibility_problems(page) == [], path
        assert not overflows(page), path


@pytest.mark.parametrize("phone", [False, True])
def test_the_headline_needs_no_scroll(open_page: OpenPage, phone: bool) -> None:
    page = open_page("/progress", login="leader", phone=phone)
    box = page.locator(".progress-head").bounding_box()
    height = page.evaluate("innerHeight")
    bar = page.locator(".bottombar").bounding_box() if phone else None
    assert box is not None
    assert box["y"] + box["height"] <= (bar["y"] if bar else height)
    assert "完成年度目标" in page.inner_text(".progress-head .headline")


def test_without_scripts_the_months_stand_in_a_table(open_page: OpenPage) -> None:
    page = open_page("/progress", login="leader", scripts=False)
    assert page.locator("#months table").is_visible()
    page.click(".three-numbers a >> nth=0")
    assert "/progress/entries?" in page.url
    assert page.locator(".rows-sum").is_visible()


def test_the_text_for_the_group_is_copied_over_plain_http(open_page: OpenPage) -> None:
    page = open_page("/progress/brief", login="leader")
    page.click("[data-copy]")
    page.wait_for_selector(".toast:has-text('已复制')")
    assert len(page.inner_text("#group-text")) <= 200


def test_the_brief_prints_on_one_page(open_page: OpenPage) -> None:
    page = open_page("/progress/brief", login="leader")
    printed = page.pdf(prefer_css_page_size=True)
    assert printed.count(b"/Type /Page\n") + printed.count(b"/Type /Page ") in (0, 1)
