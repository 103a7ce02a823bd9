"""The published ledgers end to end over HTTP: imported by a town, submitted by its head, verified by the bureau."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from sqlalchemy import select
from starlette.testclient import TestClient

from app.core.actor import Role
from app.core.i18n import label
from app.deals.models import Deal
from app.targets.models import LedgerRow
from app.targets.rules import Cause, Reason
from tests.deals.conftest import Office
from tests.factories.identity import form_token, make_key, send
from tests.factories.targets import YI, make_target
from tests.transfers.conftest import DATA
from tests.transfers.test_pages import check_of, confirm, put_up

INSIDE, APART, LETTER = ("inside_province",), ("hk_mo_tw_apart",), ("not_a_contract",)
# Row of the bulletin → what keeps it out; rows 2, 3, 4 and 9 count.
WANZAI = {1: INSIDE, 5: APART, 6: INSIDE, 7: INSIDE, 8: INSIDE, 10: LETTER, 11: LETTER}
ALWAYS = ("not_verified", "unknown_origin", "unknown_agreement")
NOT_PUBLISHED = (*ALWAYS, "unknown_amount", "unknown_signing_day")
FENYI = {
    1: (*ALWAYS, "amount_not_exact"),
    2: (*NOT_PUBLISHED, "local_relocation"),
    3: NOT_PUBLISHED,
    4: NOT_PUBLISHED,
}
WORDS = {label("zh_CN", reason): reason.value for reason in Reason} | {"县内迁建": "local_relocation"}
BASIS = {"basis_kind": "bulletin", "basis": "万载县2009年1-8月招商引资通报"}


def marks(page: str, name: str = "deals") -> list[str]:
    return re.findall(rf'name="{name}" value="([0-9a-f-]+:\d+)"', page)


def bring_in(client: TestClient, name: str, **fields: str) -> str:
    """Import a published ledger over the pages; returns what the check said."""
    address, page = check_of(client, put_up(client, (DATA / name).read_bytes(), name=name, **fields))
    assert confirm(client, address, page).status_code == 303
    return page.text


def submit_all(client: TestClient) -> None:
    listed = marks(client.get("/deals/submission").text, "listed")
    answer = send(client, "/deals/submission", listed=listed, whole="true")
    assert answer.status_code == 303, answer.text


def look_ahead(client: TestClient) -> str:
    """Choose every opening deal that waits; returns the page that says what they will bring."""
    page = client.get("/deals/verification?opening=true").text
    fields = {"csrf_token": form_token(page), "listed": marks(page, "listed"), "whole": "true"}
    answer = client.post("/deals/verification/opening/preview", data=fields)
    assert answer.status_code == 200, answer.text
    return answer.text


def kept_out(client: TestClient, target: Any) -> dict[str, set[str]]:
    """Read from the page of progress what keeps each deal out."""
    page = client.get(f"/progress/deals?target={target.id}&show=not_counted")
    assert page.status_code == 200, page.text
    rows = re.findall(r"<tr\b.*?</tr>", page.text[page.text.index("<tbody") :], re.S)
    found = {}
    for row in rows:
        name = re.findall(r'<a href="/deals/[0-9a-f-]+">(.*?)</a>', row)[0]
        said = re.findall(r'badge-line">(.*?)</span>', row)
        found[unescape(name)] = {WORDS[unescape(each)] for each in said}
    return found


def by_row(deals: list[Deal], expected: dict[int, tuple[str, ...]]) -> dict[str, set[str]]:
    """Name the rows of a ledger by their deals: their codes were given in the ledger's order."""
    return {deals[row - 1].name: set(reasons) for row, reasons in expected.items()}


def progress_of(office: Office, target: Any) -> dict[str, Any]:
    with office.database.writing() as session:
        _key, bearer = make_key(session, role=Role.LEADER, unit=office.bureau, scopes=("targets:read",))
    client = TestClient(office.app, base_url="http://127.0.0.1:8000")
    answer = client.get(
        f"/api/v1/targets/{target.id}/progress", headers={"Authorization": f"Bearer {bearer}"}
    )
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def test_the_bulletin_of_2009_brings_eleven_hundred_million_from_four_deals(office: Office) -> None:
    target = office.make(make_target, year=2009, amount=50 * YI)
    said = bring_in(office.client("member"), "wanzai-2009.csv", opening="true")
    assert "表内合计 39.50 亿元，识别合计 179.50 亿元，差 140.00 亿元" in said
    submit_all(office.client("head"))

    bureau = office.client("verifier")
    ahead = look_ahead(bureau)
    for words in ("179.5亿元", "11.00", label("zh_CN", Reason.INSIDE_PROVINCE), "2个、140亿元"):
        assert words in ahead.replace(" 个", "个")
    answer = send(bureau, "/deals/verification/opening", deals=marks(ahead), **BASIS)
    assert answer.status_code == 303, answer.text

    deals = office.deals()
    assert all(deal.verified_terms_id and deal.contract_pending for deal in deals)
    assert kept_out(office.client("leader"), target) == by_row(deals, WANZAI)
    body = progress_of(office, target)
    assert (body["done"]["amount"], body["count"]) == ("1100000000.00", 4)
    assert body["pending"]["count"] == 0
    with office.database.reading() as session:
        rows = session.scalars(select(LedgerRow).order_by(LedgerRow.seq)).all()
    assert {deals[row - 1].id for row in (2, 3, 4, 9)} == {row.deal_id for row in rows}
    assert {row.cause for row in rows} == {Cause.OPENING}
    assert sum(row.delta_fen for row in rows) == 110_000_000_000
    assert len(office.events("deal.terms_verified")) == 11
    # Imported history is never announced.
    page = office.client("leader").get(f"/progress?target={target.id}").text
    assert "期初认定" in bureau.get(f"/deals/{deals[1].id}").text
    assert not re.search(r"近7天[^<]*新增", page)


def test_what_fenyi_published_is_kept_with_its_gaps_and_counts_nothing(office: Office) -> None:
    target = office.make(make_target, year=2022)
    town = office.client("member")
    bring_in(town, "fenyi-2022.csv")
    deals = office.deals()
    terms = office.terms(deals[1])
    relocated = send(
        town,
        f"/deals/{deals[1].id}/terms/{terms.id}/edit",
        version=terms.version,
        investor_name=["海螺"],
        investor_kind=["company"],
        exclusion=["local_relocation"],
        exclusion_note=["迁建"],
        exclusion_part=[""],
    )
    assert relocated.status_code == 303, relocated.text
    assert kept_out(office.client("leader"), target) == by_row(deals, FENYI)
    body = progress_of(office, target)
    assert (body["done"]["amount"], body["count"], body["pending"]["count"]) == ("0.00", 0, 0)
    # The first has no investor, which keeps it back; the others are reported with their gaps.
    head = office.client("head")
    assert len(marks(head.get("/deals/submission").text, "listed")) == 3
    submit_all(head)
    assert kept_out(office.client("leader"), target) == by_row(deals, FENYI)
    assert progress_of(office, target)["pending"]["count"] == 0
