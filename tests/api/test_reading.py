"""Deals, investors, visits and events over the API: what a key's account may open, never contacts."""

from __future__ import annotations

from datetime import date

from app.core.actor import Role
from app.core.events import seal_pending
from app.deals.rules import TermsState
from tests.api.conftest import County
from tests.counting import counting
from tests.factories.deals import make_deal
from tests.factories.investors import make_contact, make_investor
from tests.factories.targets import make_target
from tests.factories.visits import make_visit
from tests.partners import Program, is_problem


def pages(program: Program, path: str, **query: object) -> list[str]:
    """Read a list to its end and return the ids in their order."""
    found, cursor = [], None
    while True:
        more = {"cursor": cursor} if cursor else {}
        answer = program.get(path, **query, **more)
        assert answer.status_code == 200, answer.text
        found += [row["id"] for row in answer.json()["data"]]
        cursor = answer.json()["page"]["next_cursor"]
        if not cursor:
            return found


def test_deals_come_with_their_terms_and_what_they_count_for(county: County) -> None:
    county.make(make_target, year=2022, name="年度签约目标")
    deal = county.make(make_deal, unit=county.town, state=TermsState.SUBMITTED, total_fen=100_000_000_00)
    program = county.program()
    body = program.get(f"/deals/{deal.id}").json()
    assert body["total_investment"] == {"amount": "100000000.00", "currency": "CNY"}
    assert body["verification"] == "submitted" and body["signed_on"] == "2022-03-04"
    assert body["investors"][0]["investor"]["name"]
    counts = body["counts"][0]
    assert counts["counted"] is False and counts["amount"]["amount"] == "0.00"
    assert "not_verified" in counts["reasons"]
    assert program.get("/deals").json()["data"] == [body]
    tag = program.get(f"/deals/{deal.id}").headers["etag"]
    assert program.get(f"/deals/{deal.id}", headers={"If-None-Match": tag}).status_code == 304


def test_deals_are_paged_by_signing_day_through_ties_and_empty_days(county: County) -> None:
    days = [date(2022, 3, 4)] * 3 + [date(2022, 5, 1), None]
    made = [str(county.make(make_deal, unit=county.town, signed_on=day).id) for day in days]
    program = county.program()
    for sort in ("-signed_on", "signed_on", "code"):
        found = pages(program, "/deals", sort=sort, limit=2)
        assert len(found) == 5 and set(found) == set(made)
    assert pages(program, "/deals", sort="-signed_on")[-1] == made[-1]
    assert pages(program, "/deals", signed_from="2022-04-01") == [made[3]]


def test_anothers_deal_and_a_confidential_one_do_not_exist(county: County) -> None:
    hidden = [
        county.make(make_deal, unit=county.other, name="别镇项目"),
        county.make(make_deal, unit=county.town, name="保密项目", confidential=True),
    ]
    program = county.program()
    for deal in hidden:
        is_problem(program.get(f"/deals/{deal.id}"), 404, "not_found")
    assert "保密项目" not in program.get("/deals").text and program.get("/deals").json()["data"] == []
    partner = county.program(Role.PARTNER)
    assert partner.get("/deals").json()["data"] == []


def test_a_list_of_deals_asks_the_same_questions_at_any_length(county: County) -> None:
    county.make(make_target, year=2022)
    program = county.program()
    program.get("/deals")
    asked = []
    for more in (2, 15):
        for _ in range(more):
            county.make(make_deal, unit=county.town, total_fen=100_000_000_00)
        with counting(county.database) as statements:
            assert program.get("/deals", limit=200).status_code == 200
        asked.append(len(statements))
    assert asked[0] == asked[1] <= 15, statements


def test_investors_are_read_without_their_contacts(county: County) -> None:
    investor = county.make(make_investor, name="江西云杉线缆有限公司", unit=county.other)
    county.make(make_contact, investor=investor, unit=county.other, name="孙经理", phone="13800000000")
    program = county.program()
    answer = program.get(f"/investors/{investor.id}")
    assert answer.json()["name"] == "江西云杉线缆有限公司"
    assert "孙经理" not in answer.text and "13800000000" not in answer.text
    assert pages(program, "/investors", name="云杉") == [str(investor.id)]
    assert pages(program, "/investors", name="没有") == []
    is_problem(program.get("/investors", phone="138"), 400, "unknown_parameter")


def test_a_visit_is_logged_read_and_corrected(county: County) -> None:
    program = county.program()
    new = {
        "kind": "outbound",
        "from_on": "2022-11-20",
        "investor_name": "江西云杉线缆有限公司",
        "summary": "谈了用地",
        "next_follow_up_on": "2022-12-01",
    }
    answer = program.post("/visits", new, key="v1")
    assert answer.status_code == 201, answer.text
    body = answer.json()
    assert (body["to_on"], body["entered_late"], body["no_follow_up"]) == ("2022-11-20", False, False)
    assert program.post("/visits", new, key="v1").json() == body
    changed = program.patch(f"/visits/{body['id']}", {"outcome": "下月考察"}, tag=answer.headers["etag"])
    assert changed.status_code == 200, changed.text
    assert (changed.json()["outcome"], changed.json()["summary"]) == ("下月考察", "谈了用地")
    stale = program.patch(f"/visits/{body['id']}", {"outcome": "别的"}, tag=answer.headers["etag"])
    is_problem(stale, 412, "stale")
    is_problem(program.patch(f"/visits/{body['id']}", {"outcome": "别的"}, tag='"made-up"'), 412, "stale")
    refused = is_problem(
        program.post("/visits", {name: new[name] for name in new if name != "next_follow_up_on"}),
        422,
        "invalid_field",
    )
    assert refused["errors"][0]["pointer"] == "/next_follow_up_on"
    is_problem(program.post("/visits", new | {"id": body["id"]}), 409, "conflict")
    assert pages(program, "/visits", kind="outbound") == [body["id"]]
    other = Program(county.app, county.database, unit=county.other, role=Role.MEMBER)
    is_problem(other.get(f"/visits/{body['id']}"), 404, "not_found")


def test_visits_are_paged_through_ties(county: County) -> None:
    investor = county.make(make_investor, name="江西云杉线缆有限公司", unit=county.town)
    made = {str(county.make(make_visit, unit=county.town, investor=investor).id) for _ in range(5)}
    found = pages(county.program(), "/visits", limit=2)
    assert len(found) == 5 and set(found) == made


LEAD = {"title": "线缆项目", "source": "partner", "investor_name": "江西金桂线缆有限公司"}


def sealed(county: County) -> None:
    with county.database.writing() as session:
        seal_pending(session, at=county.clock.now)


def test_events_are_followed_by_position_and_only_of_what_one_reads(county: County) -> None:
    partner, staff = county.program(Role.PARTNER), county.program()
    contact = {"name": "孙经理", "phone": "13800000000"}
    mine = partner.post("/leads", LEAD | {"contact": contact}).json()
    staff.post("/leads", LEAD | {"investor_name": "江西甲公司"})
    sealed(county)
    answer = partner.get("/events")
    body = answer.json()
    subjects = {(row["subject"]["type"], row["subject"]["id"]) for row in body["data"]}
    assert ("lead", mine["id"]) in subjects
    assert {key for kind, key in subjects if kind == "lead"} == {mine["id"]}
    assert "孙经理" not in answer.text and "线缆项目" not in answer.text and "13800000000" not in answer.text
    assert not any(row["kind"].startswith("contact.") for row in body["data"])
    cursor = body["page"]["next_cursor"]
    assert cursor and body["page"]["has_more"] is False and "link" not in answer.headers
    assert partner.get("/events", cursor=cursor).json()["data"] == []
    tag = partner.get(f"/leads/{mine['id']}").headers["etag"]
    partner.patch(f"/leads/{mine['id']}", {"note": "老板下周来"}, tag=tag)
    sealed(county)
    later = partner.get("/events", cursor=cursor).json()["data"]
    assert [row["kind"] for row in later] == ["lead.noted"]
    is_problem(partner.get("/events", cursor=cursor, subject_type="lead"), 400, "paging.bad_cursor")


def test_events_come_one_by_one_without_a_gap(county: County) -> None:
    partner = county.program(Role.PARTNER, scopes=("events:read", "leads:read", "leads:write"))
    for number in range(4):
        partner.post("/leads", LEAD | {"investor_name": f"江西{number}号公司"})
    sealed(county)
    whole = [row["position"] for row in partner.get("/events").json()["data"]]
    found, cursor, more = [], None, True
    while more:
        body = partner.get("/events", limit=1, **({"cursor": cursor} if cursor else {})).json()
        found += [row["position"] for row in body["data"]]
        cursor, more = body["page"]["next_cursor"], body["page"]["has_more"]
    assert found == whole == sorted(whole) and len(whole) == 4


def test_a_key_hears_only_of_what_its_scopes_read(county: County) -> None:
    partner = county.program(Role.PARTNER)
    partner.post("/leads", LEAD)
    sealed(county)
    only = county.program(Role.PARTNER, scopes=("events:read",))
    assert only.get("/events").json()["data"] == []
