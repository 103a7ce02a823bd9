"""Leads over the API: a partner refers, reads, corrects and adds; another's lead does not exist for it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.core.actor import Role
from app.identity.rules import UnitKind
from app.investors.models import Contact
from app.leads.models import Lead
from app.leads.rules import LeadStage, Validity
from tests.counting import counting
from tests.factories.identity import make_unit
from tests.factories.leads import make_lead
from tests.leads.conftest import Office
from tests.partners import Program, is_problem

NEW = {
    "title": "年产10万套线缆项目",
    "source": "partner",
    "investor_name": "江西金桂线缆有限公司",
    "planned_investment": {"amount": "500000000.00", "currency": "CNY"},
    "content": "建设线缆生产线",
    "first_contact_on": "2022-11-20",
    "contact": {"name": "孙经理", "phone": "13800000000", "consent": True},
}


@pytest.fixture
def partner(office: Office) -> Program:
    unit = office.make(make_unit, name="沪商会", kind=UnitKind.PARTNER)
    return Program(office.app, office.database, unit=unit)


def lead_of(partner: Program, **more: object) -> dict:
    answer = partner.post("/leads", NEW | more)
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_a_referral_goes_to_the_intake_unit_and_its_contact_never_comes_back(
    office: Office, partner: Program
) -> None:
    answer = partner.post("/leads", NEW)
    assert answer.status_code == 201, answer.text
    body = answer.json()
    assert body["unit"]["name"] == office.bureau.name
    assert body["planned_investment"] == {"amount": "500000000.00", "currency": "CNY"}
    assert body["referral"] == {
        "judgement": "pending",
        "reply": "",
        "reply_due_on": "2022-11-29",
        "replied_at": None,
    }
    assert body["valid"] is None
    assert body["reported_at"] == "2022-11-22T10:30:00+08:00"
    assert answer.headers["location"] == f"/api/v1/leads/{body['id']}"
    assert "孙经理" not in answer.text and "13800000000" not in answer.text
    with office.database.reading() as session:
        assert session.scalar(select(Contact.phone)) == "13800000000"
    assert "孙经理" not in partner.get(f"/leads/{body['id']}").text
    assert [event.subject_id for event in office.events("lead.reported")] == [office.leads()[0].id]


def test_a_create_is_carried_out_once(office: Office, partner: Program) -> None:
    first, again = partner.post("/leads", NEW, key="k1"), partner.post("/leads", NEW, key="k1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json() and again.headers["idempotency-replayed"] == "true"
    assert again.headers["etag"] == first.headers["etag"]
    is_problem(partner.post("/leads", NEW | {"title": "另一个项目"}, key="k1"), 422, "idempotency.reused")
    without = partner.client.post("/api/v1/leads", json=NEW)
    is_problem(without, 400, "idempotency_key_needed")
    assert len(office.leads()) == 1


def test_a_refused_create_does_not_use_its_key_up(partner: Program) -> None:
    refused = partner.post("/leads", NEW | {"source": "nobody"}, key="k2")
    body = is_problem(refused, 422, "invalid_input")
    assert body["errors"][0]["pointer"] == "/source"
    assert partner.post("/leads", NEW, key="k2").status_code == 201


def test_a_slip_in_the_amount_is_asked_about_at_its_pointer(partner: Program) -> None:
    odd = {"planned_investment": {"amount": "99999999999999.00", "currency": "CNY"}}
    body = is_problem(partner.post("/leads", NEW | odd), 422, "invalid_field")
    assert body["errors"][0]["pointer"] == "/planned_investment"
    made = partner.post("/leads", NEW | odd | {"confirm_amount": True})
    assert made.status_code == 201
    beyond = {"planned_max": {"amount": "99999999999999999.00", "currency": "CNY"}}
    refused = partner.patch(f"/leads/{made.json()['id']}", beyond, tag=made.headers["etag"])
    assert is_problem(refused, 422, "invalid_input")["errors"][0]["pointer"] == "/planned_max"


def test_where_another_unit_holds_the_investor_only_who_and_until_when_is_said(
    office: Office, partner: Program
) -> None:
    held = office.lead()
    name = office.make(lambda session: session.get_one(type(office.investor), held.investor_id).name)
    answer = partner.post("/leads", NEW | {"investor_name": name})
    body = is_problem(answer, 409, "leads.already_held")
    assert body["held_by_unit"] == office.town.name and body["held_until"]
    assert "candidates" not in body and held.title not in answer.text


def test_an_office_program_is_shown_its_own_possible_duplicate(office: Office) -> None:
    program = Program(office.app, office.database, unit=office.town, role=Role.MEMBER)
    lead = lead_of(program)
    body = is_problem(program.post("/leads", NEW), 409, "leads.duplicate")
    assert [each["id"] for each in body["candidates"]] == [lead["id"]]
    assert lead["referral"] is None and lead["unit"]["name"] == office.town.name


def test_anothers_lead_and_a_confidential_one_are_not_found(office: Office, partner: Program) -> None:
    for lead in (office.lead(), office.lead(confidential=True)):
        is_problem(partner.get(f"/leads/{lead.id}"), 404, "not_found")
        is_problem(partner.patch(f"/leads/{lead.id}", {"note": "看看"}, tag='"1"'), 404, "not_found")
    assert partner.get("/leads").json()["data"] == []
    staff = Program(office.app, office.database, unit=office.town, role=Role.UNIT_HEAD)
    assert len(staff.get("/leads").json()["data"]) == 1


def test_a_record_is_not_sent_twice_and_a_stale_change_is_refused(office: Office, partner: Program) -> None:
    lead = lead_of(partner)
    read = partner.get(f"/leads/{lead['id']}")
    same = partner.get(f"/leads/{lead['id']}", headers={"If-None-Match": read.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")
    path = f"/leads/{lead['id']}"
    is_problem(partner.client.patch(f"/api/v1{path}", json={"place": "工业园"}), 428, "version_needed")
    changed = partner.patch(path, {"place": "工业园"}, tag=read.headers["etag"])
    assert changed.status_code == 200, changed.text
    assert changed.json()["place"] == "工业园" and changed.json()["version"] == lead["version"] + 1
    is_problem(partner.patch(path, {"place": "别处"}, tag=read.headers["etag"]), 412, "stale")
    assert partner.get(path, headers={"If-None-Match": read.headers["etag"]}).status_code == 200


def test_until_it_is_judged_a_partner_edits_then_only_adds_notes(office: Office, partner: Program) -> None:
    lead = lead_of(partner)
    path = f"/leads/{lead['id']}"
    tag = partner.get(path).headers["etag"]
    tag = partner.patch(path, {"expected_signing_on": "2022-12-20", "land_mu": "80.5"}, tag=tag).headers[
        "etag"
    ]
    assert partner.get(path).json()["land_mu"] == "80.50"
    cleared = partner.patch(path, {"expected_signing_on": None}, tag=tag)
    assert cleared.json()["expected_signing_on"] is None
    with office.database.writing() as session:
        session.get_one(Lead, office.leads()[0].id).validity = Validity.VALID
    is_problem(partner.patch(path, {"place": "工业园"}, tag=cleared.headers["etag"]), 403, "leads.judged")
    noted = partner.patch(path, {"note": "老板下周来考察"}, tag=cleared.headers["etag"])
    assert noted.status_code == 200 and noted.json()["valid"] is True
    assert "老板下周" not in noted.text
    assert [event.note for event in office.events("lead.noted")] == ["老板下周来考察"]


def test_a_gateway_that_cuts_patch_is_got_around(partner: Program) -> None:
    lead = lead_of(partner)
    tag = partner.get(f"/leads/{lead['id']}").headers["etag"]
    answer = partner.client.post(
        f"/api/v1/leads/{lead['id']}",
        json={"place": "工业园"},
        headers={"X-HTTP-Method-Override": "PATCH", "If-Match": tag},
    )
    assert answer.status_code == 200 and answer.json()["place"] == "工业园"


def test_another_systems_lead_is_put_once_and_then_brought_up_to_date(
    office: Office, partner: Program
) -> None:
    path = "/leads/external/crm/A-1"
    body = {name: value for name, value in NEW.items() if name != "id"}
    first = partner.put(path, body)
    assert first.status_code == 201, first.text
    again = partner.put(path, body)
    assert (again.status_code, again.json()["version"]) == (200, first.json()["version"])
    moved = partner.put(path, body | {"place": "工业园"})
    assert (moved.json()["place"], moved.json()["id"]) == ("工业园", first.json()["id"])
    assert moved.json()["external_id"] == "A-1"
    is_problem(partner.put(path, body | {"investor_name": "别的公司"}), 409, "leads.other_investor")
    is_problem(partner.put(path, body, **{"If-Match": '"1"'}), 412, "stale")
    with office.database.writing() as session:
        session.get_one(Lead, office.leads()[0].id).validity = Validity.VALID
    assert partner.put(path, body | {"place": "工业园"}).status_code == 200
    is_problem(partner.put(path, body), 403, "leads.judged")
    other = Program(office.app, office.database)
    is_problem(other.put(path, body), 404, "not_found")
    assert len(office.leads()) == 1


def test_many_leads_are_each_judged_on_their_own(office: Office, partner: Program) -> None:
    items = [
        NEW | {"investor_name": "江西甲公司", "external_source": "crm", "external_id": "1"},
        NEW | {"investor_name": "", "title": "没有客商"},
        NEW | {"surprise": 1},
        7,
        NEW | {"investor_name": "江西乙公司"},
    ]
    dry = partner.post("/leads/bulk", {"items": items, "dry_run": True}).json()
    assert [each["result"] for each in dry["results"]] == ["valid", "refused", "refused", "refused", "valid"]
    assert office.leads() == [] and dry["created"] == 0
    answer = partner.post("/leads/bulk", {"items": items})
    done = answer.json()
    assert answer.status_code == 200
    assert (done["created"], done["refused"]) == (2, 3)
    assert done["results"][1]["problem"]["errors"][0]["pointer"] == "/investor_name"
    assert done["results"][2]["problem"]["errors"][0]["pointer"] == "/surprise"
    assert done["results"][0]["lead"]["external_id"] == "1"
    assert len(office.leads()) == 2
    is_problem(partner.post("/leads/bulk", {"items": [NEW] * 201}), 422, "invalid_input")


def test_a_list_is_paged_by_cursor_through_ties(office: Office, partner: Program) -> None:
    staff = Program(office.app, office.database, unit=office.town, role=Role.UNIT_HEAD)
    made = {str(office.lead(title=f"项目{n}").id) for n in range(7)}
    seen: list[str] = []
    page = staff.get("/leads", limit=3, sort="-reported_at")
    while True:
        body = page.json()
        seen += [row["id"] for row in body["data"]]
        if not body["page"]["has_more"]:
            assert body["page"]["next_cursor"] is None and "link" not in page.headers
            break
        assert page.headers["link"].endswith('; rel="next"')
        page = staff.client.get(page.headers["link"].partition(">")[0].removeprefix("<"))
    assert len(seen) == 7 and set(seen) == made
    cursor = staff.get("/leads", limit=3).json()["page"]["next_cursor"]
    is_problem(staff.get("/leads", cursor=cursor, stage="new"), 400, "paging.bad_cursor")
    is_problem(staff.get("/leads", cursor="made up"), 400, "paging.bad_cursor")
    assert body["as_of"].endswith("+08:00")


def test_filters_narrow_and_unknown_ones_are_refused(office: Office) -> None:
    staff = Program(office.app, office.database, unit=office.town, role=Role.UNIT_HEAD)
    office.lead(stage=LeadStage.NEGOTIATING, planned_min_fen=5_000_000_00, planned_max_fen=5_000_000_00)
    office.lead(stage=LeadStage.NEW, planned_min_fen=None, planned_max_fen=None)

    def found(**query: object) -> int:
        return len(staff.get("/leads", **query).json()["data"])

    assert found(stage="negotiating") == 1
    assert found(amount_gte="5000000.00") == 1 and found(amount_gte="5000000.01") == 0
    assert found(updated_since="2022-11-22T10:30:00+08:00") == 2
    assert found(updated_since="2022-11-22T10:30:01+08:00") == 0
    assert found(reported_from="2022-11-22", reported_to="2022-11-22") == 2
    assert found(origin="referral") == 0
    is_problem(staff.get("/leads", where="1=1"), 400, "unknown_parameter")
    is_problem(staff.get(f"/leads/{office.leads()[0].id}", verbose="1"), 400, "unknown_parameter")
    is_problem(staff.get("/leads", limit=201), 422, "invalid_input")
    is_problem(staff.get("/leads", updated_since="1669084200"), 422, "invalid_input")


def test_scopes_and_the_limit_are_kept(office: Office) -> None:
    reader = Program(office.app, office.database, scopes=("leads:read",), per_minute=2)
    is_problem(reader.post("/leads", NEW), 403, "scope_missing")
    assert reader.get("/leads").headers["ratelimit-remaining"] == "0"
    refused = reader.get("/leads")
    is_problem(refused, 429, "too_many_requests")
    assert int(refused.headers["retry-after"]) >= 1 and refused.headers["ratelimit-limit"] == "2"


@pytest.mark.parametrize(
    "raw",
    [
        b'{"title": NaN}',
        b'{"title": 1e400, "source": "partner"}',
        b'{"title": "\\ud800", "source": "partner"}',
        b'{"title": "\xed\xa0\x80", "source": "partner"}',
        b"[" * 100_000 + b"]" * 100_000,
        b'{"title":' * 20_000,
        b'{"title": ' + b"9" * 10_000 + b"}",
        b"",
        b"null",
        b"\xff\xfe",
        b'{"\\u0000": "\\u0000"}',
        b'{"title": "\\u0000\\u0000\\u0000", "source": "partner", "investor_name": "\\u0000"}',
        b'{"title": "ab", "source": "partner", "investor_name": "x", "expected_signing_on": "9999-12-31"}',
        b'{"title": "ab", "source": "partner", "investor_name": "x", "land_mu": "1e400"}',
    ],
)
def test_what_is_no_json_is_refused_as_a_problem(partner: Program, raw: bytes) -> None:
    for path in ("/leads", "/leads/bulk"):
        answer = partner.client.post(
            f"/api/v1{path}",
            content=raw,
            headers={"Content-Type": "application/json", "Idempotency-Key": "torture"},
        )
        assert 400 <= answer.status_code < 500, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        answer.json()


def test_a_body_that_is_not_declared_as_json_is_refused(partner: Program) -> None:
    answer = partner.client.post("/api/v1/leads", data={"title": "ab"}, headers={"Idempotency-Key": "form"})
    is_problem(answer, 415, "unsupported_body")


def test_a_list_asks_the_same_few_questions_at_any_length(office: Office) -> None:
    staff = Program(office.app, office.database, unit=office.town, role=Role.UNIT_HEAD)
    counts = []
    staff.get("/leads")  # the key's last use is noted once a while
    for more in (3, 20):
        with office.database.writing() as session:
            for _ in range(more):
                make_lead(session, unit=office.town)
        with counting(office.database) as statements:
            assert staff.get("/leads", limit=200).status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 6, statements
