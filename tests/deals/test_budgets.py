"""What pages of deals ask of the database: counted, the same at ten rows and at a thousand."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Table, insert, select, update
from starlette.testclient import TestClient

from app.core.ids import new_id
from app.deals.models import Deal, DealNote, DealTerms, PaidIn, TermsInvestor
from app.deals.rules import EvidenceKind, TermsState
from tests.counting import counting
from tests.deals.conftest import Office
from tests.deals.test_file import typed
from tests.factories.deals import make_occasion, make_project_list
from tests.factories.identity import form_token
from tests.factories.targets import make_target

LIST, RECORD, WRITE = 6, 14, 18


def asked(office: Office, client: TestClient, path: str) -> int:
    """Count what a page asks, without the dictionaries that are kept in memory."""
    with counting(office.database) as counted:
        assert client.get(path).status_code == 200
    return len([statement for statement in counted if "dictionary" not in statement])


def copies(office: Office, deal: Deal, number: int) -> None:
    """Make a deal stand so many times more, terms and investors with it, in four statements."""
    deals, versions, investors = (model.__table__ for model in (Deal, DealTerms, TermsInvestor))
    assert isinstance(deals, Table) and isinstance(versions, Table) and isinstance(investors, Table)
    with office.database.writing() as session:
        first = dict(session.execute(select(deals).where(deals.c.id == deal.id)).mappings().one())
        terms = dict(session.execute(select(versions).where(versions.c.deal_id == deal.id)).mappings().one())
        investor = dict(
            session.execute(select(investors).where(investors.c.terms_id == terms["id"])).mappings().one()
        )
        keys = [(new_id(), new_id(), f"C{new_id().hex[-12:]}") for _ in range(number)]
        given: dict[str, Any] = {"newest_terms_id": None, "verified_terms_id": None}
        session.execute(
            insert(deals), [first | given | {"id": key, "code": code} for key, _terms, code in keys]
        )
        session.execute(
            insert(versions), [terms | {"id": terms_id, "deal_id": key} for key, terms_id, _ in keys]
        )
        session.execute(
            insert(investors), [investor | {"id": new_id(), "terms_id": terms_id} for _, terms_id, _ in keys]
        )
        newest = select(versions.c.id).where(versions.c.deal_id == deals.c.id).limit(1).scalar_subquery()
        session.execute(update(deals).where(deals.c.newest_terms_id.is_(None)).values(newest_terms_id=newest))


@pytest.mark.parametrize(
    "path", ["/deals", "/deals?q=麻纺&sort=-amount", "/deals/schedule", "/deals/verification"]
)
def test_a_list_costs_the_same_at_ten_and_at_a_thousand_rows(office: Office, path: str) -> None:
    deal = office.deal(state=TermsState.SUBMITTED, evidence=[EvidenceKind.CONTRACT])
    client = office.client("verifier")
    copies(office, deal, 9)
    few = asked(office, client, path)
    copies(office, office.deal(state=TermsState.SUBMITTED), 989)
    assert asked(office, client, path) == few
    assert few <= LIST


def test_lists_around_deals_stay_within_their_budget(office: Office) -> None:
    for _ in range(3):
        office.make(make_occasion)
        office.make(make_project_list, name=f"县重点{new_id()}"[:40])
    client = office.client()
    for path in ("/occasions", "/project-lists"):
        assert asked(office, client, path) <= LIST, path


def test_a_record_costs_the_same_whatever_it_holds(office: Office) -> None:
    occasion = office.make(make_occasion)
    deal = office.deal(evidence=[EvidenceKind.CONTRACT], confidential=True, occasion_id=occasion.id)
    client = office.client()
    paths = {
        "deal": f"/deals/{deal.id}",
        "terms": f"/deals/{deal.id}/terms/{office.terms(deal).id}",
        "occasion": f"/occasions/{occasion.id}",
    }
    few = {name: asked(office, client, path) for name, path in paths.items()}
    by = {"deal_id": deal.id, "by": deal.entered_by, "recorded_at": office.clock.now}
    with office.database.writing() as session:
        day = office.clock.now.date()
        notes = [{"on_day": day, "progress": "进展", "support_needs": []} for _ in range(100)]
        session.execute(insert(DealNote), [{"id": new_id(), **by, **note} for note in notes])
        session.add(PaidIn(id=new_id(), as_of=day, total_fen=10**9, by_name="钱小树", **by))
    assert {name: asked(office, client, path) for name, path in paths.items()} == few
    assert all(cost <= RECORD for cost in few.values()), few


class Writes:
    """Sends forms one after another and counts what each asks inside its own transaction."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.costs: dict[str, int] = {}

    def send(self, what: str, path: str, *, who: str = "member", **fields: Any) -> str:
        client = self.office.client(who)
        files = fields.pop("files", None)
        given = {"csrf_token": form_token(client.get("/account").text), **fields}
        with counting(self.office.database) as counted:
            answer = client.post(path, data=given, files=files)
        assert answer.status_code == 303, (what, answer.text)
        self.costs[what] = len(counted)
        return str(answer.headers["location"])


def test_every_write_stays_within_its_budget(office: Office) -> None:
    office.make(make_target)
    listed = office.make(make_project_list)
    does = Writes(office)
    here = does.send("file", "/deals/new", **typed())
    deal = office.deals()[0]

    def version() -> int:
        return office.row(deal.id).version

    def step(no: int) -> tuple[str, int]:
        terms = office.terms(deal, no)
        return f"{here}/terms/{terms.id}", terms.version

    does.send("edit", f"{here}/edit", name="改名后的项目", place="城西", version=version())
    pdf = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    does.send(
        "evidence",
        f"{here}/evidence/new",
        kind="contract",
        files={"file": ("合同.pdf", pdf, "application/pdf")},
    )
    path, seen = step(1)
    does.send("edit terms", f"{path}/edit", **typed(total="1.3亿", version=seen))
    path, seen = step(1)
    does.send("submit", f"{path}/submission", who="head", version=seen)
    path, seen = step(1)
    does.send("refuse", f"{path}/refusal", who="verifier", version=seen, reasons="duplicate")
    path, seen = step(1)
    does.send("submit again", f"{path}/submission", who="head", version=seen)
    path, seen = step(1)
    does.send("verify", f"{path}/verification", who="verifier", version=seen)
    does.send("stage", f"{here}/stage", stage="started", on_day="2022-10-08", version=version())
    does.send("stage days", f"{here}/stage-days", started_on="2022-10-09", note="更正", version=version())
    does.send("note", f"{here}/note", on_day="2022-11-20", progress="封顶", version=version())
    does.send("paid in", f"{here}/paid-in", as_of="2022-10-31", total="3000", version=version())
    shared = {
        "credit_unit": [str(office.town.id), str(office.other.id)],
        "credit_role": ["first", "introducer"],
        "credit_share": ["60", "40"],
    }
    does.send("credits", f"{here}/credits", **shared, version=version())
    does.send("lists", f"{here}/lists", lists=[str(listed.id)], version=version())
    does.send("draft terms", f"{here}/terms/new", **typed(kind="amendment", total="1.5亿"))
    path, seen = step(2)
    does.send("withdraw", f"{path}/withdrawal", version=seen)
    path, seen = step(1)
    does.send("revoke", f"{path}/revocation", who="verifier", version=seen, note="盖章页系伪造")
    readers = [str(office.people[who].person_id) for who in ("colleague", "head")]
    does.send("readers", f"{here}/readers", confidential="true", readers=readers, version=version())
    occasion = does.send("occasion", "/occasions/new", name="元宵签约", kind="signing", first_on="2022-02-15")
    changed = {"name": "元宵集中签约", "kind": "signing", "first_on": "2022-02-15", "version": 1}
    does.send("edit occasion", f"{occasion}/edit", **changed)
    named = {"name": "市重点", "level": "city", "year": "2022"}
    does.send("name a list", "/project-lists", who="verifier", **named)
    assert {what: cost for what, cost in does.costs.items() if cost > WRITE} == {}
