"""Two records of one investor become one, and two again."""

from __future__ import annotations

from typing import Any

import pytest

from app.investors.models import Investor
from tests.factories.identity import send
from tests.factories.investors import make_contact, make_investor
from tests.investors.conftest import Office


@pytest.fixture
def twin(office: Office) -> Investor:
    made: Investor = office.make(make_investor, name="云杉线缆(江西)有限公司", former_names=("云杉老厂",))
    return made


def merge(
    office: Office,
    merged: Investor,
    into: Investor,
    who: str = "verifier",
    named: str = "",
    **changes: object,
) -> Any:
    values: dict[str, Any] = {
        "into": named,
        "into_id": str(into.id),
        "reason": "同一家企业",
        "version": merged.version,
    }
    return send(office.client(who), f"/investors/{merged.id}/merge", **(values | changes))


def unmerge(office: Office, merged: Investor, who: str = "verifier") -> Any:
    version = office.row(Investor, merged.id).version
    return send(office.client(who), f"/investors/{merged.id}/unmerge", reason="其实是两家", version=version)


def test_a_merged_record_points_to_the_one_that_stands_for_it(office: Office, twin: Investor) -> None:
    office.make(make_contact, investor=twin, unit=office.bureau, name="孙大江")
    answer = merge(office, twin, office.investor)
    assert answer.headers["location"] == f"/investors/{office.investor.id}"
    assert office.row(Investor, twin.id).canonical_id == office.investor.id
    client = office.client("verifier")
    page = client.get(answer.headers["location"]).text
    assert "云杉线缆(江西)有限公司" in page
    assert "云杉老厂" in page
    assert "同一家企业" in page
    assert "孙大江" in page
    old = client.get(f"/investors/{twin.id}").text
    assert "已并入另一家" in old
    assert "合并客商" in old
    found = client.get("/investors?q=云杉老厂").text
    assert "江西云杉线缆有限公司" in found
    assert "云杉线缆(江西)有限公司" not in found


def test_a_merge_by_name_means_one_record(office: Office, twin: Investor) -> None:
    assert merge(office, twin, office.investor, into_id="", named="江西云杉线缆有限公司").status_code == 303


@pytest.mark.parametrize("typed", ["", "没有这一家"])
def test_a_merge_into_nothing_is_refused(office: Office, twin: Investor, typed: str) -> None:
    answer = merge(office, twin, office.investor, into_id="", named=typed)
    assert answer.status_code == 422
    assert "请选择要并入的客商" in answer.text


def test_the_page_offers_what_may_be_the_same(office: Office, twin: Investor) -> None:
    page = office.client("verifier").get(f"/investors/{twin.id}/merge").text
    assert f'value="{office.investor.id}"' in page
    assert "去掉地名和后缀后相同" in page


def test_what_cannot_be_one_is_said(office: Office, twin: Investor) -> None:
    person = office.make(make_investor, name="云杉", kind="person")
    assert "类型不同" in merge(office, twin, person).text
    assert "不能与自己合并" in merge(office, twin, twin).text
    assert merge(office, twin, office.investor).status_code == 303
    third = office.make(make_investor, name="云杉第三公司")
    assert "先拆开" in merge(office, office.row(Investor, office.investor.id), third).text


def test_a_merge_without_a_reason_or_of_an_older_page_is_refused(office: Office, twin: Investor) -> None:
    assert merge(office, twin, office.investor, reason="").status_code == 422
    assert merge(office, twin, office.investor, version=9).status_code == 412
    assert office.row(Investor, twin.id).canonical_id is None


def test_a_merged_record_is_changed_no_more(office: Office, twin: Investor) -> None:
    merge(office, twin, office.investor)
    values = {"kind": "company", "name": twin.name, "group_name": "新", "version": 2}
    answer = send(office.client(), f"/investors/{twin.id}/edit", **values)
    assert answer.status_code == 409
    assert f'href="/investors/{office.investor.id}"' in answer.text


def test_a_merge_is_undone_and_both_histories_stay(office: Office, twin: Investor) -> None:
    merge(office, twin, office.investor)
    assert unmerge(office, twin).status_code == 303
    client = office.client("verifier")
    assert office.row(Investor, twin.id).canonical_id is None
    other = client.get(f"/investors/{office.investor.id}").text
    assert "云杉老厂" not in other
    assert "撤销合并" in other
    assert "其实是两家" in client.get(f"/investors/{twin.id}").text
    assert "云杉线缆(江西)有限公司" in client.get("/investors?q=云杉老厂").text
    assert merge(office, office.row(Investor, twin.id), office.investor).status_code == 303


def test_a_merge_stays_when_the_name_was_taken_meanwhile(office: Office, twin: Investor) -> None:
    merge(office, twin, office.investor)
    office.make(make_investor, name=twin.name)
    answer = unmerge(office, twin)
    assert answer.status_code == 409
    assert "原名称已被另一家客商使用" in answer.text


@pytest.mark.parametrize("who", ["member", "head", "leader", "admin", "auditor", "partner"])
def test_only_who_adjudicates_merges(office: Office, twin: Investor, who: str) -> None:
    assert merge(office, twin, office.investor, who).status_code == 403
    assert unmerge(office, twin, who).status_code == 403
    assert office.client(who).get(f"/investors/{twin.id}/merge").status_code == 403
