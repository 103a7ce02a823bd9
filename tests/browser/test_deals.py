"""Deals as the people who keep them see them: on a phone, on a desk, without scripts, in both languages, on paper."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import OpenPage, accessibility_problems, overflows

OF_A_DEAL = (
    "", "/edit", "/stage", "/stage-days", "/note", "/paid-in", "/credits", "/lists", "/readers", "/evidence/new",
    "/terms/new?kind=amendment", "/terms/new?kind=termination",
)  # fmt: skip
AROUND = (
    "/deals",
    "/deals?flag=not_started&sort=-amount",
    "/deals/new",
    "/occasions",
    "/occasions/new",
    "/project-lists",
)
HAN, LATIN = re.compile(r"[\u4e00-\u9fff]"), re.compile(r"[A-Za-z]")
MEDIA_BOX = re.compile(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]")


def save(page: Page, action: str) -> None:
    """Send the page's own form and wait for where it leads."""
    with page.expect_navigation():
        page.locator(f"main form[action^='{action}'] button[type=submit]").first.click()


def own_deal(page: Page, query: str) -> str:
    """Return the address of the first deal of the signed-in account's unit that a filter finds."""
    page.goto("/deals")
    unit = page.locator("select[name=unit] option", has_text="青禾镇").first.get_attribute("value")
    page.goto(f"/deals?{query}&unit={unit}")
    href = page.get_attribute("tbody tr th a", "href") or ""
    return href.split("?")[0]


def speaks_english(page: Page) -> list[str]:
    """Return what the page says in Chinese by itself. Names, which are data, are not looked at; an English hint may
    give an example such as 3000万."""
    said = page.locator("main legend, main .hint, main button, main th[role=columnheader], main dt")
    return [text for text in said.all_inner_texts() if len(HAN.findall(text)) > len(LATIN.findall(text))]


@pytest.mark.parametrize(("phone", "english"), [(True, False), (False, True)])
def test_every_page_of_deals_passes_axe_fits_and_speaks(
    open_page: OpenPage, phone: bool, english: bool
) -> None:
    head, bureau = (open_page("/account", login=login, phone=phone) for login in ("head", "bureau"))
    if english:
        for page in (head, bureau):
            page.click("button[name=locale][value=en] >> visible=true")
    deal = own_deal(head, "stage=started&state=verified")
    wrong = {}
    for page, paths in (
        (head, [*AROUND, *(deal + rest for rest in OF_A_DEAL)]),
        (
            bureau,
            ["/deals/verification", "/deals/verification?opening=true", "/deals/schedule", "/project-lists"],
        ),
    ):
        for path in paths:
            answer = page.goto(path)
            assert answer is not None
            assert answer.status == 200, path
            problems = accessibility_problems(page, both_themes=True) + (
                ["too wide"] if overflows(page) else []
            )
            problems += speaks_english(page) if english else []
            if problems:
                wrong[path] = problems
    bureau.goto("/project-lists")
    bureau.click('tbody a[href$="/edit"]')
    bureau.wait_for_selector("#f-name")
    if english and (chinese := speaks_english(bureau)):
        wrong["list in English"] = chinese
    wrong |= {"list": found} if (found := accessibility_problems(bureau)) else {}
    bureau.goto("/deals/verification")
    bureau.click("tbody tr th a")
    if english and (chinese := speaks_english(bureau)):
        wrong["terms in English"] = chinese
    wrong |= {"terms": found} if (found := accessibility_problems(bureau)) else {}
    assert wrong == {}


def test_a_head_keeps_a_deal_up_to_date_on_a_phone(open_page: OpenPage) -> None:
    page = open_page("/deals", login="head", phone=True)
    deal = own_deal(page, "stage=registered&state=verified")
    page.goto(f"{deal}/stage")
    page.locator("label:has(input[value=started])").click()
    save(page, deal)
    assert "已开工" in page.inner_text("main")
    page.click("text=记进展")
    page.fill("textarea[name=progress]", "桩基施工过半")
    page.fill("textarea[name=next_step]", "月底前完成主体")
    save(page, deal)
    assert "桩基施工过半" in page.inner_text("main")
    page.click("text=填报到位资金")
    page.fill("input[name=total]", "1000")
    page.wait_for_selector("#echo-total:has-text('按 1,000万元 记录')")
    save(page, deal)
    assert "阶段已更新" not in page.inner_text("main")
    assert "1,000万元" in page.inner_text("main") or page.locator("input[name=confirm]").count() == 1
    assert accessibility_problems(page) == []
    assert not overflows(page)


def test_without_scripts_amounts_are_checked_before_they_are_saved(open_page: OpenPage) -> None:
    page = open_page("/deals/new", login="town", scripts=False)
    page.fill("input[name=name]", "无脚本登记的项目")
    page.fill("input[name=total]", "3.5亿")
    page.locator("input[name=investor_name]").first.fill("桐乡无声纺织有限公司")
    page.locator("input[name=contribution]").first.fill("20000")
    with page.expect_navigation():
        page.click("button[name=preview]")
    said = page.inner_text("main form.form")
    assert "按 3.5亿元 记录" in said
    assert "按 2亿元 记录" in said
    save(page, "/deals/new")
    assert "无脚本登记的项目" in page.inner_text("h1")


def test_rows_of_investors_say_each_back_what_was_typed(open_page: OpenPage) -> None:
    page = open_page("/deals/new", login="town")
    page.fill("#f-contribution", "8000")
    page.fill("#f-contribution-2", "0.4亿")
    page.wait_for_selector("#echo-contribution:has-text('按 8,000万元 记录')")
    page.wait_for_selector("#echo-contribution-2:has-text('按 4,000万元 记录')")


def test_terms_are_refused_on_a_phone_with_reasons_and_come_back(open_page: OpenPage) -> None:
    bureau = open_page("/deals/verification", login="bureau2", phone=True)
    bureau.click("tbody tr th a")
    here = re.sub(r"^.*?(/deals/[0-9a-f-]+).*$", r"\1", bureau.url)
    bureau.locator("label:has(input[name=reasons][value=amount_differs])").click()
    bureau.locator("form[action$='/refusal'] input[name=note]").fill("合同写的是另一个数")
    with bureau.expect_navigation():
        bureau.locator("form[action$='/refusal'] button[type=submit]").click()
    bureau.goto(here)
    assert "已退回" in bureau.inner_text("main")
    assert "合同写的是另一个数" in bureau.inner_text("main")


@pytest.mark.parametrize(("paper", "width", "height"), [("a4", 842, 595), ("a3", 1191, 842)])
def test_the_schedule_prints_lying(open_page: OpenPage, paper: str, width: int, height: int) -> None:
    page = open_page(f"/deals/schedule?only=late&paper={paper}", login="leader")
    sizes = {
        (round(float(found[1])), round(float(found[2])))
        for found in MEDIA_BOX.finditer(page.pdf(prefer_css_page_size=True))
    }
    assert sizes == {(width, height)}


def test_the_schedule_folds_on_a_phone(open_page: OpenPage) -> None:
    page = open_page("/deals/schedule", login="leader", phone=True)
    group = page.locator(".schedule").first
    assert not group.locator(".table-wrap").is_visible()
    group.locator(".fold-label").click()
    assert group.locator(".table-wrap").is_visible()
    assert not overflows(page)
