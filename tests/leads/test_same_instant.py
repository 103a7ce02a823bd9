"""Two units report one investor in the same instant: exactly one holds it."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import select

from app.leads import service
from app.leads.models import Claim, Lead
from app.leads.schemas import ReportLeadInput
from tests.leads.conftest import Office
from tests.leads.test_report import filled


@pytest.mark.parametrize("is_known", [True, False], ids=["known investor", "new investor"])
@pytest.mark.parametrize("asks", [True, False], ids=["asking for a ruling", "not asking"])
def test_exactly_one_unit_holds(office: Office, is_known: bool, asks: bool) -> None:
    at, together = office.clock.now, threading.Barrier(4)
    actors = {who: office.actor(who) for who in ("member", "colleague", "elsewhere", "head")}
    outcomes: list[str] = []

    def report(who: str) -> None:
        given = filled(title=f"{who}的项目", second_project="true", ruling_reason="同时报送" if asks else "")
        given["investor_name"] = office.investor.name if is_known else "全新客商有限公司"
        data = ReportLeadInput.model_validate(given)
        together.wait()
        try:
            with office.database.writing() as session:
                service.report_lead(session, actors[who], data, at=at)
            outcomes.append("reported")
        except service.AlreadyHeld as held:
            outcomes.append(f"held by {held.params['held_by_unit']}")

    threads = [threading.Thread(target=report, args=(who,)) for who in actors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == 4
    with office.database.reading() as session:
        holding = session.scalars(select(Lead).where(Lead.protected_until.is_not(None))).all()
        claims = session.scalars(select(Claim).order_by(Claim.seq)).all()
    assert len(holding) == 1
    assert [claim.seq for claim in claims] == list(range(1, len(claims) + 1))
    assert claims[0].lead_id == holding[0].id
    if not asks:
        assert {claim.unit_id for claim in claims} == {holding[0].owner_unit_id}
