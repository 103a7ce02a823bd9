"""The number as leaders meet it: on a desk, on a phone, on paper, with and without scripts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import OpenPage, accessibility_problems, overflows, sign_in

PAGES = (
    "/progress",
    "/progress/brief",
    "/progress/entries",
    "/progress/deals?show=late",
    "/progress/talks",
    "/progress/comparison",
)


@pytest.mark.parametrize("phone", [False, True])
def test_the_pages_pass_axe_and_fit_the_screen(open_page: OpenPage, phone: bool) -> None:
    page = open_page("/progress", login="leader", phone=phone)
    for path in PAGES:
        page.goto(path)
        assert page.locator("h1").count() == 1
        assert accessibility_problems(page, both_themes=True) == [], path
        assert not overflows(page), path


def test_english_and_a_comparison_fit_a_phone(open_page: OpenPage) -> None:
    page = open_page("/login", phone=True)
    page.click("button[name=locale][value=en]")
    sign_in(page, "leader")
    page.goto("/progress")
    compared = page.locator("a[href*='/progress/comparison?']").first.get_attribute("href")
    for path in (*PAGES, str(compared)):
        page.goto(path)
        assert not overflows(page), path
    assert accessibility_problems(page, both_themes=True) == []
    # A cut-off is called what the bureau likes; its name stands before each number.
    cells = "document.querySelectorAll('table td[data-label]')"
    assert page.evaluate(
        f"{cells}.forEach(cell => {{ cell.dataset.label += '，更正后再报' }}); {cells}.length"
    )
    assert not overflows(page)


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
    assert pages_of(page) == 1
    # As full as it gets: long requests, and half the county that has not been out.
    request = "某某年产一百万套智能光学项目：请县领导协调用地指标和用电增容，并对接贷款审批，请于月底前办结。"
    page.evaluate(
        """([request, units]) => {
          document.querySelector("#needs").innerHTML = `<ol>${`<li>${request}</li>`.repeat(3)}</ol>`;
          document.querySelector("#idle").innerHTML = `<p>${units}</p>`;
        }""",
        [request, "、".join(["县某某服务中心"] * 60)],
    )
    assert pages_of(page) == 1


def pages_of(page: Page) -> int:
    """The number of A4 pages that come out of the printer."""
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", page.pdf(prefer_css_page_size=True)))


def test_the_first_screen_shows_the_month_curve_whole(open_page: OpenPage) -> None:
    page = open_page("/progress", login="leader")
    page.wait_for_selector("#months canvas")
    box = page.locator("#months .chart-canvas").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= page.evaluate("innerHeight")


def test_the_day_and_the_instant_are_chosen_without_scripts(open_page: OpenPage) -> None:
    page = open_page("/progress", login="leader", scripts=False)
    assert not page.locator(".cut-panel").is_visible()
    page.click(".cut-choice > summary")
    assert page.locator(".cut-panel .echo").first.inner_text().endswith("日")
    page.click(".cut-panel a >> text=与现在比较 >> nth=0")
    assert page.locator("h1:has-text('与截点比较')").is_visible()
    page.goto("/progress")
    page.click(".cut-choice > summary")
    page.click(".cut-panel button")
    assert "as_of=" in page.url


def test_units_that_brought_nothing_fold_into_one_line(open_page: OpenPage) -> None:
    page = open_page("/progress", login="leader", scripts=False)
    line = page.locator(".units-none >> nth=0")
    assert "个单位为0" in line.inner_text()
    assert not line.locator("p").is_visible()
    line.locator("summary").click()
    assert line.locator("p").is_visible()


def test_on_a_phone_the_units_are_a_line_for_each_track(open_page: OpenPage) -> None:
    page = open_page("/progress", login="leader", phone=True, scripts=False)
    assert not page.locator(".unit-track .ranking >> nth=0").is_visible()
    page.click(".unit-track label >> nth=0")
    assert page.locator(".unit-track .ranking >> nth=0").is_visible()
