"""A long ledger is written by a worker, while a page shows how far it is."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import delete

from app.identity.models import MembershipRow
from app.main import make_worker
from app.transfers.queued import service
from app.transfers.queued.meter import Meter, Reading
from tests.deals.conftest import Office
from tests.transfers.conftest import DATA, bring
from tests.transfers.test_pages import check_of, confirm, put_up

WANZAI = (DATA / "wanzai-2009.csv").read_bytes()


@pytest.fixture(autouse=True)
def _ten_rows_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "AT_ONCE", 10)


def work(office: Office) -> None:
    make_worker(office.database, office.app.state.settings, office.clock).run_jobs()


def queue(office: Office) -> str:
    """Confirm a long import over the pages; returns the address of its progress."""
    client = office.client()
    address, page = check_of(client, put_up(client, WANZAI))
    answer = confirm(client, address, page)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def test_a_worker_writes_a_long_ledger_in_the_name_of_whoever_confirmed_it(office: Office) -> None:
    here = queue(office)
    client = office.client()
    waiting = client.get(here)
    assert "已排队" in waiting.text
    assert '<noscript><meta http-equiv="refresh" content="3">' in waiting.text
    assert office.deals() == []
    work(office)
    done = client.get(here, follow_redirects=True)
    assert "导入完成" in done.text
    deals = office.deals()
    assert len(deals) == 11
    assert {deal.entered_by for deal in deals} == {office.people["member"].id}
    part = client.get(here, headers={"HX-Request": "true"})
    assert (part.status_code, part.headers["hx-redirect"]) == (204, here.replace("/progress", "/done"))


def test_the_page_shows_how_far_it_is(office: Office) -> None:
    here = queue(office)
    meter = Meter(office.app.state.settings.data_dir, UUID(here.split("/")[3]))
    meter.writing(3, 11)
    assert meter.read() == Reading("writing", 3, 11)
    part = office.client().get(here, headers={"HX-Request": "true"}).text
    assert "正在写入：3 / 11 行" in part
    assert 'value="27"' in part
    assert "<html" not in part
    work(office)
    assert meter.read() is None


def test_a_worker_that_never_comes_is_said(office: Office) -> None:
    here = queue(office)
    office.clock.advance(minutes=2)
    assert "后台任务可能没有在运行" in office.client().get(here).text


def test_what_changed_while_it_waited_is_not_written(office: Office) -> None:
    here = queue(office)
    bring(office, WANZAI, who="colleague")
    work(office)
    page = office.client().get(here).text
    assert "请重新核对" in page
    assert "一条也没有写入" in page
    assert "hx-trigger" not in page.split('id="import-progress"')[1][:200]
    assert len(office.deals()) == 11


def test_a_right_that_ended_meanwhile_writes_nothing(office: Office) -> None:
    queue(office)
    with office.database.writing() as session:
        session.execute(delete(MembershipRow).where(MembershipRow.user_id == office.people["member"].id))
    work(office)
    assert office.deals() == []
    assert office.events("transfer.refused")


def test_the_same_ledger_queued_twice_is_written_once(office: Office) -> None:
    queue(office)
    queue(office)
    work(office)
    assert len(office.deals()) == 11
    assert len(office.events("transfer.imported")) + len(office.events("transfer.refused")) == 2


def test_anothers_progress_is_not_found(office: Office) -> None:
    assert office.client("colleague").get(queue(office)).status_code == 404
