"""The way of a ledger over the pages: upload, columns, check, confirm, done."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import pytest
import python_calamine
from httpx import Response
from starlette.testclient import TestClient

from tests.deals.conftest import Office
from tests.factories.identity import SAME_SITE, form_token, send
from tests.transfers.conftest import DATA, csv

WANZAI = (DATA / "wanzai-2009.csv").read_bytes()


def put_up(client: TestClient, content: bytes, *, name: str = "台账.csv", **fields: str) -> Response:
    """Upload a file as the form does."""
    page = client.get("/transfers/import")
    data = {"csrf_token": form_token(page.text), "kind": "deals"} | fields
    return client.post(
        "/transfers/import",
        data=data,
        files={"file": (name, content, "application/octet-stream")},
        headers=SAME_SITE,
        follow_redirects=False,
    )


def check_of(client: TestClient, answer: Response) -> tuple[str, Response]:
    """Go on from the columns to the check, as recognised."""
    address = answer.headers["location"].replace("?", "/check?")
    return address, client.get(address)


def hidden(page: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    form = page[page.index('method="post" action="/transfers/import') :]
    for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form):
        if name == "column":
            found.setdefault(name, []).append(value)
        else:
            found.setdefault(name, value)
    return found


def confirm(client: TestClient, address: str, page: Response, **fields: Any) -> Response:
    return send(client, address, **(hidden(page.text) | fields))


def test_a_ledger_goes_all_the_way(office: Office) -> None:
    client = office.client()
    answer = put_up(client, WANZAI, name="万载.csv", opening="true")
    assert answer.status_code == 303, answer.text
    columns = client.get(answer.headers["location"])
    for text in ("投资方所在地", "江西万憬旅游投资有限公司", "共 11 行数据"):
        assert text in columns.text
    address, page = check_of(client, answer)
    assert "表内合计 39.50 亿元，识别合计 179.50 亿元，差 140.00 亿元" in page.text
    assert "写入 11 行新增和已确认的变动" in page.text
    assert office.deals() == []
    finished = confirm(client, address, page)
    assert finished.status_code == 303, finished.text
    done = client.get(finished.headers["location"])
    assert "导入完成" in done.text
    assert len(office.deals()) == 11
    assert all(deal.opening for deal in office.deals())


def test_the_same_confirmation_sent_twice_writes_once(office: Office) -> None:
    client = office.client()
    address, page = check_of(client, put_up(client, WANZAI))
    first, again = confirm(client, address, page), confirm(client, address, page)
    assert (first.status_code, again.status_code) == (303, 303)
    assert again.headers["location"] == first.headers["location"]
    assert len(office.deals()) == 11


def test_what_changed_since_the_check_is_checked_again(office: Office) -> None:
    client, other = office.client(), office.client("colleague")
    address, page = check_of(client, put_up(client, WANZAI))
    their_address, theirs = check_of(other, put_up(other, WANZAI))
    assert confirm(other, their_address, theirs).status_code == 303
    late = confirm(client, address, page)
    assert late.status_code == 409
    assert "请重新核对" in late.text
    assert len(office.deals()) == 11


def test_changes_are_taken_over_one_by_one(office: Office) -> None:
    client = office.client()
    address, page = check_of(
        client, put_up(client, csv("项目名称,投资方,建设地点", "甲项目,甲公司,城东", "乙项目,乙公司,城西"))
    )
    confirm(client, address, page)
    address, page = check_of(
        client, put_up(client, csv("项目名称,投资方,建设地点", "甲项目,甲公司,城南", "乙项目,乙公司,城北"))
    )
    assert "城东 → <strong>城南</strong>" in page.text
    assert confirm(client, address, page, row="3").status_code == 303
    assert [deal.place for deal in office.deals()] == ["城东", "城北"]


def test_errors_stand_on_the_page_and_in_the_file(office: Office) -> None:
    client = office.client()
    content = csv("某县台账", "项目名称,投资方,总投资(万元)", "甲项目,甲公司,很多", "乙项目,乙公司,3000")
    address, page = check_of(client, put_up(client, content))
    for text in ("第 3 行 · 总投资(万元)", "很多", "不是金额", "整个文件暂不写入"):
        assert text in page.text
    assert "写入" not in page.text.split("整个文件暂不写入")[1]
    back = client.get(address.replace("/check?", "/annotated?"))
    assert back.status_code == 200
    rows = python_calamine.load_workbook(BytesIO(back.content)).get_sheet_by_index(0).to_python()
    assert rows[1][3:6] == ["核对结果", "说明", "系统编号"]
    assert (rows[2][3], rows[3][3]) == ("有错误", "新增")
    assert "不是金额" in rows[2][4]


def test_columns_are_set_by_hand(office: Office) -> None:
    client = office.client()
    answer = put_up(client, csv("项目名称,投资方,大数(亿元)", "甲项目,甲公司,2"))
    address = answer.headers["location"].replace("?", "/check?")
    page = client.get(f"{address}&column=0:name&column=1:investor&column=2:total")
    confirm(client, f"{address}&column=0:name&column=1:investor&column=2:total", page)
    assert office.terms(office.deals()[0]).total_fen == 20_000_000_000


@pytest.mark.parametrize(
    ("content", "name", "text"),
    [
        (b"", "a.csv", "空的或已损坏"),
        (b"hello", "a.pdf", "不能上传"),
        ("甲,乙\n1,2\n".encode(), "a.csv", "没有找到表头"),
    ],
)
def test_what_is_no_ledger_is_refused(office: Office, content: bytes, name: str, text: str) -> None:
    answer = put_up(office.client(), content, name=name)
    assert answer.status_code in (413, 422)
    assert 'id="e-file"' in answer.text


def test_a_missing_file_is_said(office: Office) -> None:
    client = office.client()
    answer = send(client, "/transfers/import", kind="deals")
    assert answer.status_code == 422
    assert "请选择要导入的文件" in answer.text


def test_nobody_sees_anothers_file(office: Office) -> None:
    answer = put_up(office.client(), WANZAI)
    assert office.client("colleague").get(answer.headers["location"]).status_code == 404


def test_one_imports_into_no_other_unit(office: Office) -> None:
    assert put_up(office.client(), WANZAI, unit_id=str(office.other.id)).status_code == 403


def test_a_member_brings_no_units_and_a_leader_nothing(office: Office) -> None:
    assert put_up(office.client(), csv("单位名称,类型", "甲队,其他"), kind="units").status_code == 403
    assert office.client("leader").get("/transfers/import").status_code == 403


def test_forms_are_handed_out_and_can_be_filled_in(office: Office) -> None:
    client = office.client()
    answer = client.get("/transfers/import/templates/deals")
    assert answer.status_code == 200
    rows = python_calamine.load_workbook(BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert "项目名称" in rows[4]
    assert client.get("/transfers/import/templates/units").status_code == 404


def test_an_export_is_taken_from_the_page(office: Office) -> None:
    client = office.client()
    address, page = check_of(client, put_up(client, WANZAI))
    confirm(client, address, page)
    assert "按条件导出" in client.get("/transfers/export").text
    answer = send(client, "/transfers/export", kind="deals", format="csv")
    assert answer.content.decode("utf-8-sig").startswith("编号,项目名称")
    _address, again = check_of(client, put_up(client, answer.content))
    assert "写入已确认的变动" in again.text


def test_the_administrator_brings_units(office: Office) -> None:
    client = office.client("admin")
    answer = put_up(client, csv("单位名称,类型", "城东工业园,园区"), kind="units")
    address, page = check_of(client, answer)
    assert confirm(client, address, page).status_code == 303
    assert "城东工业园" in client.get("/admin/units").text
