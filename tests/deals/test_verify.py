"""Verification by four eyes: let count, given back, taken back."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from httpx import Response
from sqlalchemy import func, select, update
from starlette.testclient import TestClient

from app.core.actor import Role
from app.core.files import File
from app.core.i18n import label
from app.core.money import AmountQualifier
from app.deals.models import Deal, Evidence
from app.deals.rules import DealStage, EvidenceKind, TermsKind, TermsState
from app.identity.models import MembershipRow
from app.targets.rules import Reason
from tests.deals.conftest import Office
from tests.factories.deals import make_evidence, make_terms
from tests.factories.identity import SAME_SITE, add_role, form_token, send
from tests.factories.investors import make_investor
from tests.factories.targets import make_target

# The smallest file that a reader opens as one page.
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)


def submitted(office: Office, **values: Any) -> Deal:
    return office.deal(**{"state": TermsState.SUBMITTED, "evidence": [EvidenceKind.CONTRACT]} | values)


def act(office: Office, deal: Deal, step: str, *, who: str = "verifier", no: int = 1, **fields: Any) -> Any:
    terms = office.terms(deal, no)
    path = f"/deals/{deal.id}/terms/{terms.id}/{step}"
    return send(office.client(who), path, **{"version": terms.version} | fields)


def test_a_verifier_lets_terms_count(office: Office) -> None:
    deal = submitted(office, stage="filed")
    answer = act(office, deal, "verification")
    assert answer.status_code == 303, answer.text
    found = office.row(deal.id)
    assert (found.terms_state, found.stage) == (TermsState.VERIFIED, DealStage.SIGNED)
    assert found.verified_terms_id == office.terms(deal).id
    assert office.events("deal.terms_verified")
    page = office.client().get(f"/deals/{deal.id}")
    assert "已认定的第 1 版" in page.text


@pytest.mark.parametrize(
    ("values", "missing"),
    [
        ({"evidence": []}, "合同"),
        ({"evidence": [EvidenceKind.CONTRACT_FIRST_PAGE]}, "盖章"),
        ({"total_fen": None}, "总投资"),
        ({"qualifier": AmountQualifier.ABOUT}, "确"),
        ({"signed_on": None}, "签约日期"),
    ],
)
def test_what_is_missing_is_named_and_keeps_terms_from_counting(
    office: Office, values: dict[str, Any], missing: str
) -> None:
    deal = submitted(office, **values)
    answer = act(office, deal, "verification")
    assert answer.status_code == 409
    assert missing in answer.text
    assert office.row(deal.id).verified_terms_id is None


def test_photos_of_three_pages_stand_for_the_contract(office: Office) -> None:
    pages = [
        EvidenceKind.CONTRACT_FIRST_PAGE,
        EvidenceKind.CONTRACT_AMOUNT_CLAUSE,
        EvidenceKind.CONTRACT_SEAL_PAGE,
    ]
    assert act(office, submitted(office, evidence=pages), "verification").status_code == 303


def test_nobody_verifies_what_he_drafted(office: Office) -> None:
    deal = submitted(office, entered_by=office.people["verifier"])
    assert act(office, deal, "verification").status_code == 409
    assert act(office, deal, "verification", who="second").status_code == 303


def test_a_deal_of_the_verifiers_own_unit_carries_a_mark(office: Office) -> None:
    deal = submitted(office, unit=office.bureau)
    assert act(office, deal, "verification").status_code == 303
    assert office.terms(deal).own_unit
    assert "本单位项目" in office.client("second").get("/deals").text


def test_terms_are_given_back_with_reasons(office: Office) -> None:
    deal = submitted(office)
    assert act(office, deal, "refusal").status_code == 422
    assert act(office, deal, "refusal", reasons="other").status_code == 422
    answer = act(office, deal, "refusal", reasons="amount_differs", note="合同写的是8000万")
    assert answer.status_code == 303, answer.text
    assert office.row(deal.id).terms_state is TermsState.REFUSED
    page = office.client("head").get(f"/deals/{deal.id}")
    assert "条款被退回" in page.text
    assert "合同写的是8000万" in page.text
    terms = office.terms(deal)
    path = f"/deals/{deal.id}/terms/{terms.id}/submission"
    assert send(office.client("head"), path, version=terms.version).status_code == 303


def test_a_verification_is_taken_back_with_its_reason(office: Office) -> None:
    deal = submitted(office)
    act(office, deal, "verification")
    assert act(office, deal, "revocation").status_code == 422
    assert act(office, deal, "revocation", note="盖章页系伪造").status_code == 303
    found = office.row(deal.id)
    assert (found.terms_state, found.verified_terms_id) == (TermsState.WITHDRAWN, None)


def test_a_pending_amendment_takes_nothing_out(office: Office) -> None:
    deal = submitted(office)
    act(office, deal, "verification")
    given = {
        "kind": "amendment",
        "investor_name": office.investor.name,
        "agreement": "formal_contract",
        "total": "3亿",
        "signed": "2022-03-04",
        "effective_on": "2022-11-01",
    }
    client = office.client("head")
    assert client.get(f"/deals/{deal.id}/terms/new?kind=amendment").status_code == 200
    answer = send(client, f"/deals/{deal.id}/terms/new", **given)
    assert answer.status_code == 303, answer.text
    assert send(client, f"/deals/{deal.id}/terms/new", **given).status_code == 409
    assert act(office, deal, "submission", who="head", no=2).status_code == 303
    found = office.row(deal.id)
    assert found.pending_amendment
    assert (found.terms_state, found.verified_terms_id) == (TermsState.VERIFIED, office.terms(deal).id)
    listed = client.get("/deals").text
    assert "变更待认定" in listed
    assert "1亿元" in listed
    assert "3亿元" not in listed


def test_a_termination_ends_the_deal(office: Office) -> None:
    deal = submitted(office)
    act(office, deal, "verification")
    with office.database.writing() as session:
        terms = make_terms(
            session,
            session.get_one(Deal, deal.id),
            no=2,
            kind=TermsKind.TERMINATION,
            state=TermsState.SUBMITTED,
            investor=office.investor,
            drafted_by=office.people["member"],
        )
        terms.effective_on = office.clock.now.date()
    assert act(office, deal, "verification", no=2).status_code == 409
    with office.database.writing() as session:
        make_evidence(session, session.get_one(Deal, deal.id), kind=EvidenceKind.TERMINATION, terms=terms)
    assert act(office, deal, "verification", no=2).status_code == 303
    assert office.row(deal.id).stage is DealStage.TERMINATED


def test_the_queue_says_what_is_missing_and_who_may_not(office: Office) -> None:
    deal = submitted(office, evidence=[])
    page = office.client("verifier").get("/deals/verification")
    assert page.status_code == 200
    assert deal.name in page.text
    assert "合同" in page.text
    assert "认定员不足两人" not in page.text


def test_one_verifier_alone_is_warned_of(office: Office) -> None:
    with office.database.writing() as session:
        second = office.people["second"]
        session.execute(
            update(MembershipRow).where(MembershipRow.user_id == second.id).values(valid_to=date(2022, 1, 1))
        )
    assert "认定员不足两人" in office.client("verifier").get("/deals/verification").text


def test_opening_deals_are_verified_together_on_a_named_basis(office: Office) -> None:
    deals = [submitted(office, opening=True, evidence=[]) for _ in range(3)]
    client = office.client("verifier")
    assert deals[0].name in client.get("/deals/verification?opening=true").text
    given = {
        "deals": [ticked(office, deal) for deal in deals],
        "basis_kind": "document",
        "basis": "汾府字〔2022〕3号",
    }
    answer = put_up(client, "/deals/verification/opening", given, name="通报.pdf")
    assert answer.status_code == 303, answer.text
    for deal in deals:
        found = office.row(deal.id)
        assert (found.terms_state, found.contract_pending) == (TermsState.VERIFIED, True)
    page = client.get(f"/deals/{deals[2].id}").text
    for words in ("汾府字〔2022〕3号", "合同待补", "期初认定", "通报.pdf"):
        assert words in page
    # One file for all of them, an event for each.
    with office.database.reading() as session:
        assert session.scalars(select(func.count()).select_from(File)).one() == 1
        assert session.scalars(select(func.count()).select_from(Evidence)).one() == 3
    assert len(office.events("deal.terms_verified")) == 3


def test_what_was_changed_since_it_was_shown_is_not_verified(office: Office) -> None:
    deal = submitted(office, opening=True, evidence=[])
    seen = f"{deal.id}:{office.terms(deal).version + 1}"
    given = {"deals": [seen], "basis_kind": "minutes", "basis": "常务会议纪要"}
    answer = send(office.client("verifier"), "/deals/verification/opening", **given)
    assert answer.status_code == 409
    assert "改动过" in answer.text
    assert office.row(deal.id).verified_terms_id is None


def test_the_page_says_what_an_opening_batch_will_bring(office: Office) -> None:
    office.make(make_target, amount=None)
    inside = office.make(make_investor, name="南昌本地公司", home="360100")
    rows = [
        submitted(office, opening=True, evidence=[]),
        submitted(office, opening=True, evidence=[], investor=inside),
        submitted(office, opening=True, evidence=[], qualifier=AmountQualifier.ABOUT),
    ]
    client = office.client("verifier")
    page = client.get("/deals/verification?opening=true").text
    fields = {"csrf_token": form_token(page), "deals": [ticked(office, deal) for deal in rows]}
    ahead = client.post("/deals/verification/opening/preview", data=fields)
    for words in ("所选 3 个项目", label("zh_CN", Reason.INSIDE_PROVINCE), "有 1 个项目现在不能认定"):
        assert words in ahead.text
    nothing = {"csrf_token": form_token(page)}
    answer = client.post("/deals/verification/opening/preview", data=nothing, follow_redirects=False)
    assert answer.status_code == 303


def ticked(office: Office, deal: Deal) -> str:
    return f"{deal.id}:{office.terms(deal).version}"


def put_up(client: TestClient, path: str, fields: dict[str, Any], *, name: str) -> Response:
    """Send a form with a file, as a browser does."""
    data = {"csrf_token": form_token(client.get("/account").text)} | fields
    files = {"file": (name, PDF, "application/pdf")}
    return client.post(path, data=data, files=files, headers=SAME_SITE, follow_redirects=False)


def test_an_opening_batch_is_all_or_nothing(office: Office) -> None:
    good, own = (
        submitted(office, opening=True, evidence=[]),
        submitted(office, opening=True, evidence=[], entered_by=office.people["verifier"]),
    )
    given = {
        "deals": [ticked(office, good), ticked(office, own)],
        "basis_kind": "minutes",
        "basis": "常务会议纪要",
    }
    answer = send(office.client("verifier"), "/deals/verification/opening", **given)
    assert answer.status_code == 409
    assert own.code in answer.text
    assert office.row(good.id).verified_terms_id is None


def test_who_is_no_verifier_verifies_nothing(office: Office) -> None:
    deal = submitted(office)
    for who in ("member", "head", "leader"):
        assert act(office, deal, "verification", who=who).status_code == 403
        assert act(office, deal, "refusal", who=who, reasons="duplicate").status_code == 403
    assert office.client("head").get("/deals/verification").status_code == 403


def test_a_verifier_who_also_is_a_head_keeps_the_four_eyes(office: Office) -> None:
    with office.database.writing() as session:
        add_role(session, office.people["verifier"], role=Role.UNIT_HEAD, unit=office.town)
    deal = office.deal(evidence=[EvidenceKind.CONTRACT])
    assert act(office, deal, "submission").status_code == 303
    assert act(office, deal, "verification").status_code == 409
    assert act(office, deal, "verification", who="second").status_code == 303


def test_a_confidential_deal_waits_unseen(office: Office) -> None:
    deal = submitted(office, confidential=True)
    client = office.client("verifier")
    page = client.get("/deals/verification").text
    assert deal.name not in page
    assert "某项目（保密）" in page
    assert act(office, deal, "verification").status_code == 404
