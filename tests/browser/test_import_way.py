"""From a county's bulletin to its number and brief, as the people who walk that way: town, head, bureau, leader."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

from tests.browser.conftest import OpenPage, accessibility_problems, overflows

WANZAI = Path(__file__).resolve().parent.parent / "data" / "wanzai-2009.csv"


def send(page: Page, button: str) -> None:
    """Press a button of the page's own and wait for where it leads."""
    with page.expect_navigation():
        page.click(f"main {button}")


def check(page: Page) -> None:
    assert accessibility_problems(page) == []
    assert not overflows(page)


def test_a_bulletin_becomes_a_number_and_a_brief(open_page: OpenPage) -> None:
    bureau = open_page("/progress/targets/new", login="bureau")
    bureau.fill("input[name=year]", "2009")
    bureau.fill("input[name=name]", "2009年新签约目标")
    bureau.fill("input[name=amount]", "22亿")
    send(bureau, "form button[type=submit]")
    target = bureau.url.rsplit("/", 1)[-1].partition("?")[0]

    town = open_page("/transfers/import", login="town", phone=True)
    check(town)
    town.set_input_files("input[name=file]", str(WANZAI))
    town.click("label[for=f-opening]")
    send(town, "form button[type=submit]")
    check(town)
    assert "江西万憬旅游投资有限公司" in town.inner_text("main")
    send(town, "form button[type=submit]")
    check(town)
    assert "表内合计 39.50 亿元，识别合计 179.50 亿元，差 140.00 亿元" in town.inner_text("main")
    send(town, "form[data-guard] button[type=submit]")
    check(town)
    assert "导入完成" in town.inner_text("h1")

    head = open_page("/deals/submission", login="head", scripts=False)
    send(head, "button[name=whole]")

    bureau.goto("/deals/verification?opening=true")
    check(bureau)
    send(bureau, "button[name=whole]")
    check(bureau)
    assert "11.00" in bureau.inner_text("main")
    bureau.select_option("select[name=basis_kind]", "bulletin")
    bureau.fill("input[name=basis]", "2009年1-8月招商引资通报")
    send(bureau, "form[enctype] button[type=submit]")

    leader = open_page(f"/progress?target={target}", login="leader", phone=True)
    check(leader)
    said = leader.inner_text("main")
    assert "4个" in said.replace(" ", "")
    assert "11.0亿元" in said.replace(" ", "")
    assert "50.0%" in said
    leader.goto(f"/progress/brief?target={target}")
    check(leader)
    assert "11.0亿元" in leader.inner_text("main").replace(" ", "")
