"""Evidence files by kind: uploaded, kept apart, looked at in a sandbox, taken away on record."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from httpx import Response
from PIL import Image
from structlog.testing import capture_logs

from app.core.files import File
from app.core.files.places import place_of
from app.deals.models import Deal, Evidence
from app.deals.rules import EvidenceKind, TermsState
from tests.deals.conftest import Office
from tests.factories.deals import make_evidence
from tests.factories.identity import form_token


def picture() -> bytes:
    content = BytesIO()
    Image.new("RGB", (40, 40), "white").save(content, "PNG")
    return content.getvalue()


def upload(office: Office, deal: Deal, *, who: str = "member", **fields: Any) -> Response:
    client = office.client(who)
    token = form_token(client.get("/account").text)
    files = {"file": ("合同首页.png", picture(), "image/png")}
    data = {"csrf_token": token, "kind": "contract_first_page"} | fields
    return client.post(f"/deals/{deal.id}/evidence/new", data=data, files=files)


def test_evidence_is_uploaded_kept_apart_and_taken_away(office: Office) -> None:
    deal = office.deal()
    answer = upload(office, deal)
    assert answer.status_code == 303, answer.text
    (row,) = office.rows(Evidence)
    assert row.kind is EvidenceKind.CONTRACT_FIRST_PAGE
    client = office.client()
    got = client.get(f"/deals/{deal.id}/evidence/{row.id}")
    assert got.headers["content-disposition"].startswith("attachment")
    shown = client.get(f"/deals/{deal.id}/evidence/{row.id}?preview=true")
    assert shown.headers["content-disposition"].startswith("inline")
    assert "sandbox" in shown.headers["content-security-policy"]
    assert office.client("elsewhere").get(f"/deals/{deal.id}/evidence/{row.id}").status_code == 404
    assert upload(office, deal, who="elsewhere").status_code == 404
    assert office.act(deal, f"evidence/{row.id}/removal").status_code == 303
    assert client.get(f"/deals/{deal.id}/evidence/{row.id}").status_code == 404


def test_a_content_that_lies_nowhere_is_said_in_words(office: Office) -> None:
    """And noted under the number that the page shows, for whoever runs the server."""
    deal = office.deal()
    upload(office, deal)
    (row,) = office.rows(Evidence)
    (file,) = office.rows(File)
    place_of(office.app.state.settings).remove(file.stored_as)
    with capture_logs() as noted:
        answer = office.client().get(f"/deals/{deal.id}/evidence/{row.id}")
    assert answer.status_code == 500
    (line,) = [each for each in noted if each["event"] == "files.missing"]
    assert (line["log_level"], line["request_id"]) == ("error", answer.headers["x-request-id"])
    assert line["request_id"] in answer.text and str(row.id) in line["path"]
    assert "“合同首页.png”登记在案，服务器上却没有它的内容" in answer.text
    assert "刚才的修改" not in answer.text


def test_a_file_that_is_not_what_it_says_is_refused(office: Office) -> None:
    deal = office.deal()
    client = office.client()
    token = form_token(client.get("/account").text)
    data = {"csrf_token": token, "kind": "contract"}
    files = {"file": ("合同.pdf", b"<html>", "application/pdf")}
    answer = client.post(f"/deals/{deal.id}/evidence/new", data=data, files=files)
    assert answer.status_code == 422
    assert office.act(deal, "evidence/new", kind="contract").status_code == 422


def test_what_verified_terms_rest_on_stays(office: Office) -> None:
    deal = office.deal(state=TermsState.VERIFIED)
    row = office.make(lambda session: make_evidence(session, session.get_one(Deal, deal.id)))
    assert office.act(deal, f"evidence/{row.id}/removal").status_code == 409


def test_evidence_of_one_version_belongs_to_it(office: Office) -> None:
    deal = office.deal()
    terms = office.terms(deal)
    assert upload(office, deal, terms_id=str(terms.id), note="骑缝章").status_code == 303
    (row,) = office.rows(Evidence)
    assert (row.terms_id, row.note) == (terms.id, "骑缝章")
    (event,) = office.events("deal.evidence_added")
    assert event.changes["file"] == [None, "合同首页.png"]
    page = office.client().get(f"/deals/{deal.id}").text
    assert "上传佐证材料" in page


def test_only_writers_of_the_unit_add_and_remove_evidence(office: Office) -> None:
    deal = office.deal()
    row = office.make(lambda session: make_evidence(session, session.get_one(Deal, deal.id)))
    for who, status in (("elsewhere", 404), ("leader", 403), ("admin", 403)):
        assert upload(office, deal, who=who).status_code == status
        assert office.act(deal, f"evidence/{row.id}/removal", who=who).status_code == status
