"""The office's way from a lead to a verified deal, as the people who walk it, with and without scripts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import OpenPage, accessibility_problems, overflows, ready_without_network

CONTRACT = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)


def save(page: Page, action: str) -> None:
    """Send the page's own form and wait for where it leads."""
    with page.expect_navigation():
        page.locator(f"main form[action^='{action}'] button[type=submit]").first.click()


def check(page: Page) -> None:
    assert accessibility_problems(page) == []
    assert not overflows(page)


@pytest.mark.parametrize("scripts", [True, False])
def test_a_deal_is_filed_submitted_and_verified_by_other_people(
    open_page: OpenPage, tmp_path: Path, scripts: bool
) -> None:
    name = f"年产二十万套竹纤维项目{'甲' if scripts else '乙'}"
    town = open_page("/deals/new", login="town", scripts=scripts)
    town.fill("input[name=name]", name)
    town.locator("input[name=investor_name]").first.fill(f"桐乡蓝竹{'甲' if scripts else '乙'}纤维有限公司")
    town.locator("input[name=investor_home]").first.fill("浙江省桐乡市")
    town.locator("label:has(input[name=agreement][value=formal_contract])").click()
    town.fill("input[name=total]", "8000万")
    town.fill("input[name=signed]", "2026-03-04")
    save(town, "/deals/new")
    assert name in town.inner_text("h1")
    here = re.sub(r"^.*?(/deals/[0-9a-f-]+).*$", r"\1", town.url)

    contract = tmp_path / "合同.pdf"
    contract.write_bytes(CONTRACT)
    town.goto(f"{here}/evidence/new")
    town.locator("[name=kind][value=contract], select[name=kind]").first.evaluate(
        "node => { if (node.tagName === 'SELECT') { node.value = 'contract'; } else { node.checked = true; } }"
    )
    town.set_input_files("input[name=file]", str(contract))
    save(town, here)
    assert "合同.pdf" in town.inner_text("main")

    head = open_page(here, login="head", scripts=scripts)
    head.click("text=报请认定")
    save(head, here)
    assert "待认定" in head.inner_text("main")

    bureau = open_page("/deals/verification", login="bureau", scripts=scripts)
    bureau.click(f"text={name}")
    save(bureau, here)
    assert "已认定" in bureau.inner_text("main")
    assert "8,000万元" in bureau.inner_text("main")

    listed = open_page("/deals?q=lanzhu" if scripts else f"/deals?q={name}", login="team", scripts=scripts)
    assert listed.locator("main").count() == 1


def test_a_lead_is_reported_on_a_phone_and_another_unit_learns_only_that_it_is_held(
    open_page: OpenPage,
) -> None:
    town = open_page("/leads/new", login="town", phone=True)
    fill_lead(town, title="智能灯具生产线")
    save(town, "/leads/new")
    assert "智能灯具生产线" in town.inner_text("h1")
    check(town)

    team = open_page("/leads/new", login="team", phone=True)
    fill_lead(team, title="灯具项目")
    save(team, "/leads/new")
    said = team.inner_text("main")
    assert "青禾镇" in said
    assert "智能灯具生产线" not in said
    assert team.input_value("input[name=title]") == "灯具项目"
    check(team)


def fill_lead(page: Page, *, title: str) -> None:
    page.fill("input[name=title]", title)
    page.fill("input[name=investor_name]", "中山星耀灯饰有限公司")
    open_more(page)
    page.fill("input[name=investor_home]", "广东省中山市")
    page.select_option("select[name=source]", index=1)
    page.fill("input[name=planned]", "1.2亿")
    page.fill("textarea[name=content]", "灯具组装和模具")
    page.fill("input[name=contact_name]", "陆先生")
    page.fill("input[name=contact_phone]", "13800000000")
    page.fill("input[name=first_contact_on]", page.get_attribute("input[name=first_contact_on]", "max") or "")


def open_more(page: Page) -> None:
    """Unfold the optional fields; a form that came back refused has them open already."""
    more = page.locator("details.more-fields")
    if more.get_attribute("open") is None:
        more.locator("summary").click()


def test_a_visit_is_logged_with_one_thumb(open_page: OpenPage) -> None:
    page = open_page("/", login="team", phone=True)
    page.click(".bottombar >> text=记拜访")
    page.fill("input[name=investor]", "中山星耀灯饰有限公司")
    page.fill("textarea[name=summary]", "电话约好下周来看厂房")
    page.locator("label:has(input[name=next][value=in_one_week])").click()
    check(page)
    # While the device still fetches what it keeps, a slow answer may look like none: then the visit waits on it.
    ready_without_network(page)
    save(page, "/visits/new")
    assert "电话约好下周来看厂房" in page.inner_text("main")
    check(page)


@pytest.mark.parametrize("phone", [False, True])
@pytest.mark.parametrize(
    ("login", "path"),
    [
        ("town", "/"),
        ("town", "/leads"),
        ("town", "/leads/new"),
        ("town", "/visits"),
        ("town", "/visits/new"),
        ("town", "/visits/trips"),
        ("town", "/deals"),
        ("town", "/deals/new"),
        ("bureau", "/deals/verification"),
        ("leader", "/deals/schedule"),
        ("leader", "/deals"),
        ("head", "/desk/hand-over"),
        ("head", "/unit/users"),
        ("admin", "/admin/users"),
        ("admin", "/admin/units"),
        ("auditor", "/admin/audit"),
    ],
)
def test_pages_pass_axe_and_fit_the_screen(open_page: OpenPage, login: str, path: str, phone: bool) -> None:
    page = open_page(path, login=login, phone=phone, expect_status=200)
    check(page)


@pytest.mark.parametrize(
    "path", ["/", "/leads", "/leads/new", "/visits", "/visits/new", "/deals", "/deals/new"]
)
def test_pages_speak_english(open_page: OpenPage, path: str) -> None:
    page = open_page("/account", login="town")
    page.click("button[name=locale][value=en] >> visible=true")
    page.goto(path)
    heading = page.inner_text("h1")
    assert not re.search(r"[\u4e00-\u9fff]", heading), heading
