"""Investors as people meet them: on a desk, on a phone, with and without scripts."""

from __future__ import annotations

from itertools import count
from urllib.parse import urlsplit

import pytest

from tests.browser.conftest import OpenPage, accessibility_problems, overflows

_numbers = count(1)


def put_on_record(open_page: OpenPage, **typed: str) -> str:
    """Put an investor on record as `town`, without scripts, and return its page's path."""
    page = open_page("/investors/new", login="town", scripts=False)
    for name, text in typed.items():
        page.fill(f"[name={name}]", text)
    page.click("main form button[type=submit]")
    if page.url.endswith("/new"):  # looked alike: shown once, saved by the second press
        page.click("main form button[type=submit]")
    assert not page.url.endswith("/new")
    return urlsplit(page.url).path


def test_a_record_is_made_without_scripts_and_an_unclear_home_is_asked_back(open_page: OpenPage) -> None:
    page = open_page("/investors/new", login="town", scripts=False)
    page.fill("[name=name]", "鹤鸣新能源有限公司")
    page.fill("[name=home]", "鼓楼区")
    page.click("main form button[type=submit]")
    page.check("[name=home_code][value='350102']")
    page.click("main form button[type=submit]")
    if page.url.endswith("/new"):
        page.click("main form button[type=submit]")
    assert "福建省福州市鼓楼区" in page.inner_text("main")


@pytest.mark.parametrize("phone", [False, True])
def test_what_may_be_the_same_is_said_while_typing(open_page: OpenPage, phone: bool) -> None:
    name = f"鲲图{'甲乙丙丁'[next(_numbers)]}激光设备有限公司"
    put_on_record(open_page, name=name, home="湖北武汉")
    page = open_page("/investors/new", login="team", phone=phone)
    page.locator("[name=name]").press_sequentially(name)
    page.wait_for_selector("#similar >> text=不能重复新建")
    page.locator("[name=home]").press_sequentially("浙江桐乡")
    page.wait_for_selector("#homes [value='330483']")
    assert accessibility_problems(page) == []
    assert not overflows(page)


@pytest.mark.parametrize("phone", [False, True])
def test_a_number_is_masked_until_its_purpose_is_given(open_page: OpenPage, phone: bool) -> None:
    path = put_on_record(open_page, name=f"凤仪{'天地玄黄'[next(_numbers) % 4]}纺织有限公司")
    page = open_page(f"{path}/contacts/new", login="town", phone=phone)
    page.fill("[name=name]", "孙大江")
    page.fill("[name=phone]", "13812345678")
    page.click("main form button[type=submit]")
    assert "138****5678" in page.inner_text("main")
    assert accessibility_problems(page) == []
    assert not overflows(page)
    page.click("main a:has-text('查看号码')")
    page.check("[name=purpose][value=visit]", force=True)
    page.click("main form button[type=submit]")
    assert "13812345678" in page.inner_text("main")
    elsewhere = open_page(path, login="team")
    assert "孙大江" not in elsewhere.inner_text("main")


@pytest.mark.parametrize("phone", [False, True])
def test_the_list_passes_axe(open_page: OpenPage, phone: bool) -> None:
    page = open_page("/investors", login="leader", phone=phone)
    assert page.locator("h1").count() == 1
    assert accessibility_problems(page, both_themes=True) == []
    assert not overflows(page)


def test_the_bureau_merges_by_typing_initials(open_page: OpenPage) -> None:
    put_on_record(open_page, name="龙泽机电制造有限公司")
    path = put_on_record(open_page, name="雁回机电设备厂")
    page = open_page(f"{path}/merge", login="bureau")
    page.locator("[name=into]").press_sequentially("lzjd")
    page.click("[role=option]:has-text('龙泽机电制造')")
    page.fill("[name=reason]", "改制后的同一家")
    page.click("main form button[type=submit]")
    assert "雁回机电设备厂" in page.inner_text("main")
