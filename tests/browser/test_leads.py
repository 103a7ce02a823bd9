"""Leads as people meet them: on a desk, on a phone, with and without scripts."""

from __future__ import annotations

from itertools import count
from urllib.parse import urlsplit

import pytest

from tests.browser.conftest import OpenPage, accessibility_problems, overflows

_numbers = count(1)


def report(open_page: OpenPage, login: str = "town", *, scripts: bool = False, **typed: str) -> str:
    """Report a lead and return its page's path."""
    number = next(_numbers)
    page = open_page("/leads/new", login=login, scripts=scripts)
    given = {
        "title": f"年产{number}万套线缆项目",
        "investor_name": f"青枫{number}号线缆制造有限公司",
        "content": "两条产线",
        "contact_name": "吴总",
        "planned": "1.2亿",
    } | typed
    for name, text in given.items():
        page.fill(f"[name={name}]", text)
    page.select_option("[name=source]", "outbound_visit")
    page.fill("[name=first_contact_on]", page.get_attribute("[name=first_contact_on]", "max") or "")
    page.click("main form button[type=submit]")
    assert not page.url.endswith("/new"), page.inner_text("main")
    return urlsplit(page.url).path


@pytest.mark.parametrize("scripts", [False, True])
def test_a_lead_is_reported_and_holds(open_page: OpenPage, scripts: bool) -> None:
    path = report(open_page, scripts=scripts)
    page = open_page(path, login="town")
    assert "本单位持有该客商" in page.inner_text("main")
    assert "还剩 7 天" in page.inner_text("main")


def test_another_unit_meets_the_blind_message_and_asks_for_a_ruling(open_page: OpenPage) -> None:
    report(open_page, title="甲镇的秘密打算", investor_name="鹿溪精密铸造有限公司")
    page = open_page("/leads/new", login="team")
    page.fill("[name=title]", "招商总队的打算")
    page.fill("[name=investor_name]", "鹿溪精密铸造有限公司")
    page.select_option("[name=source]", "online")
    page.click("main form button[type=submit]")
    assert "首报，保护至" in page.inner_text("main")
    assert "甲镇的秘密打算" not in page.content()
    assert page.input_value("[name=title]") == "招商总队的打算"
    assert accessibility_problems(page) == []
    page.fill("[name=ruling_reason]", "三月已在上海面谈")
    page.click("main form button[type=submit]")
    assert "三月已在上海面谈" in page.inner_text("main")
    bureau = open_page("/leads?ruling=true", login="bureau")
    bureau.click("main a:has-text('招商总队的打算')")
    assert accessibility_problems(bureau) == []
    bureau.click("main a:has-text('作出裁定')")
    assert accessibility_problems(bureau) == []
    bureau.check("[name=outcome][value=separate_project]", force=True)
    bureau.fill("[name=note]", "两地两个项目")
    bureau.click("main form button[type=submit]")
    assert "已裁定为另一项目" in bureau.inner_text("main")


@pytest.mark.parametrize("phone", [False, True])
def test_a_slip_is_asked_about_before_saving(open_page: OpenPage, phone: bool) -> None:
    page = open_page("/leads/new", login="town", phone=phone)
    page.locator("[name=planned]").press_sequentially("300")
    page.wait_for_selector("#echo-planned >> text=300万元")
    page.fill("[name=title]", "小数点试验")
    page.fill("[name=investor_name]", f"凤仪{next(_numbers)}号纺织有限公司")
    page.select_option("[name=source]", "online")
    page.click("main form button[type=submit]")
    assert "不足 500 万元" in page.inner_text("main")
    assert not overflows(page)
    assert accessibility_problems(page) == []
    page.check("[name=confirm_amount]")
    page.click("main form button[type=submit]")
    assert "300万元" in page.inner_text("main")


@pytest.mark.parametrize("phone", [False, True])
def test_list_record_and_forms_pass_axe(open_page: OpenPage, phone: bool) -> None:
    path = report(open_page)
    for address in ("/leads", path, f"{path}/edit", f"{path}/stage", f"{path}/readers", f"{path}/loss"):
        page = open_page(address, login="town", phone=phone, expect_status=200)
        assert page.locator("h1").count() == 1
        assert accessibility_problems(page, both_themes=True) == [], address
        assert not overflows(page), address


def test_the_list_goes_out_as_a_sheet(open_page: OpenPage) -> None:
    report(open_page)
    page = open_page("/leads?stage=open", login="town")
    with page.expect_download() as download:
        page.click("main button:has-text('导出 Excel')")
    assert download.value.suggested_filename.endswith(".xlsx")


def test_what_was_refused_is_said_once_and_anew_when_it_is_typed_otherwise(open_page: OpenPage) -> None:
    page = open_page("/leads/new", login="town")
    page.fill("[name=title]", "说不清金额")
    page.fill("[name=investor_name]", f"凤仪{next(_numbers)}号纺织有限公司")
    page.select_option("[name=source]", "online")
    page.fill("[name=planned]", "很多")
    page.click("main form button[type=submit]")
    page.wait_for_load_state("networkidle")
    field = page.locator(".field:has([name=planned])")
    assert field.inner_text().count("不是金额") == 1
    page.fill("[name=planned]", "1.2亿")
    page.wait_for_selector("#echo-planned >> text=1.2亿元")
