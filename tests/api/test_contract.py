"""The answers have every field that the contract promises; codes have labels; the document's examples hold."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

import jsonschema_rs
import pytest

from app.core.actor import Role
from app.deals.rules import TermsState
from app.web.api_document import METHODS, PROBLEM, document
from tests.api.conftest import County
from tests.factories.deals import make_deal
from tests.factories.investors import make_investor
from tests.factories.leads import make_lead
from tests.factories.targets import make_target
from tests.factories.visits import make_visit

PROMISED = {
    "lead": "id code title investor{id,name} origin{level,region} industry_chain planned_investment planned_min "
    "planned_max expected_signing_on place land_mu stage valid unit owner source "
    "referral{judgement,reply,reply_due_on,replied_at} reported_at protected_until last_contact_at "
    "next_follow_up_on deal_id version created_at updated_at",
    "visit": "id kind from_on to_on investor lead deal place units our_people their_people summary outcome next_step "
    "next_follow_up_on entered_late version",
    "deal": "id code name investors{investor,origin,contribution} agreement total_investment amount_qualifier "
    "fixed_investment phase_one_investment signed_on signed_precision stage verification pending_amendment "
    "responsible_unit leader_in_charge line place land_mu planned_start_on registered_on started_on produced_on "
    "platform_accepted industry industry_chain lists credits{unit,role,share_percent} paid_in outside_paid_in "
    "counts{target,counted,amount,reasons} version",
    "progress": "target{id,name,unit,year,measure,amount} as_of known_at rule{code,version} done{amount,currency} "
    "count pending{amount,count} reported{amount,count} completion_rate time_progress pace_gap_points remaining "
    "by_month{month,done,cumulative,count} by_band by_unit by_origin top not_counted{reason,count,amount}",
}
MONEY = re.compile(r"-?\d+\.\d\d")
DAY = re.compile(r"\d{4}-\d\d-\d\d")


@pytest.fixture
def records(county: County) -> dict[str, dict[str, Any]]:
    """One record of each kind, as the programs that may read it get it."""
    target = county.make(make_target, year=2022)
    deal = county.make(make_deal, unit=county.town, state=TermsState.SUBMITTED)
    county.make(make_deal, unit=county.town, state=TermsState.VERIFIED, total_fen=1_000_000_000)
    investor = county.make(make_investor, unit=county.town)
    visit = county.make(make_visit, unit=county.town, investor=investor)
    program, partner = county.program(), county.program(Role.PARTNER)
    referred = partner.post(
        "/leads", {"title": "线缆项目", "source": "partner", "investor_name": "江西乙公司"}
    )
    return {
        "lead": partner.get(f"/leads/{referred.json()['id']}").json(),
        "visit": program.get(f"/visits/{visit.id}").json(),
        "deal": program.get(f"/deals/{deal.id}").json(),
        "progress": program.get(f"/targets/{target.id}/progress").json(),
    }


def lacking(promised: str, answer: dict[str, Any]) -> list[str]:
    found = []
    for name, inner in re.findall(r"(\w+)(?:\{([\w,]+)\})?", promised):
        if name not in answer:
            found.append(name)
            continue
        value = answer[name][0] if isinstance(answer[name], list) and answer[name] else answer[name]
        if inner and isinstance(value, dict):
            found += [f"{name}.{each}" for each in inner.split(",") if each not in value]
    return found


def test_every_promised_field_is_there(records: dict[str, dict[str, Any]]) -> None:
    assert {kind: missing for kind in PROMISED if (missing := lacking(PROMISED[kind], records[kind]))} == {}
    assert (
        records["lead"]["referral"] is not None and records["deal"]["counts"] and records["deal"]["credits"]
    )
    assert records["progress"]["not_counted"] and records["progress"]["by_month"]


def test_money_is_a_decimal_string_of_yuan_and_instants_have_an_offset(
    records: dict[str, dict[str, Any]],
) -> None:
    for where, name, value in leaves(records):
        if name == "currency":
            assert value == "CNY", where
        if name == "amount" and not isinstance(value, dict | type(None)):
            assert isinstance(value, str) and MONEY.fullmatch(value), (where, value)
        if name.endswith("_on") or name == "as_of":
            assert value is None or DAY.fullmatch(value), (where, value)
        if (
            name in ("known_at", "created_at", "updated_at", "reported_at", "received_at", "replied_at")
            and value
        ):
            assert datetime.fromisoformat(value).utcoffset() is not None, (where, value)
        assert not isinstance(value, float), where


def leaves(value: Any, where: str = "", name: str = "") -> list[tuple[str, str, Any]]:
    if isinstance(value, dict):
        return [leaf for key, inner in value.items() for leaf in leaves(inner, f"{where}/{key}", key)]
    if isinstance(value, list):
        return [leaf for inner in value for leaf in leaves(inner, where, name)]
    return [(where, name, value)]


def test_every_code_in_an_answer_has_its_labels_at_meta(county: County) -> None:
    schemas = document(county.app)["components"]["schemas"]
    known = county.program().get("/meta").json()["enumerations"]
    asked = {
        name.removesuffix("Input"): set(made["enum"]) for name, made in schemas.items() if "enum" in made
    }
    assert asked
    for name, codes in asked.items():
        assert codes == {each["code"] for each in known[name]}, name
    for name in (
        "Reason",
        "ExclusionReason",
    ):  # why a deal is not counted, where codes of the office's own may stand
        assert known[name]
    unlabelled = [
        each
        for codes in known.values()
        for each in codes
        if each["zh"].startswith("enum.") or each["en"].startswith("enum.") or each["zh"] == each["en"]
    ]
    assert [each for each in unlabelled if each["code"] != "ppp"] == []


def test_the_documents_examples_fit_their_schemas(county: County) -> None:
    found = document(county.app)
    checked = 0
    for schema, example, where in examples_in(found):
        whole = {"components": found["components"], **schema}
        problems = [
            error.message
            for error in jsonschema_rs.Draft202012Validator(whole, validate_formats=True).iter_errors(example)
        ]
        assert problems == [], where
        checked += 1
    assert checked > 200


def examples_in(found: dict[str, Any]) -> list[tuple[dict[str, Any], Any, str]]:
    made = []
    for path, item in found["paths"].items():
        for method in set(item) & set(METHODS):
            bodies = [item[method].get("requestBody", {}), *item[method]["responses"].values()]
            for content in [each for body in bodies for each in body.get("content", {}).values()]:
                examples = [each["value"] for each in content.get("examples", {}).values()]
                examples += [content["example"]] if "example" in content else []
                assert examples, (method, path)
                made += [(content["schema"], each, f"{method} {path}") for each in examples]
    for name, schema in found["components"]["schemas"].items():
        for field, inner in schema.get("properties", {}).items():
            made += [(inner, each, f"{name}.{field}") for each in inner.get("examples", [])]
    return made


def test_the_documents_requests_can_be_sent_as_they_stand(county: County) -> None:
    """A partner's and an office's key send what the document gives as an example; nothing of it is refused."""
    partner, staff = county.program(Role.PARTNER), county.program()
    investor = county.make(make_investor, unit=county.town)
    lead = county.make(make_lead, unit=county.town)
    visit = county.make(make_visit, unit=county.town, investor=investor)
    paths = document(county.app)["paths"]

    def example(path: str, method: str) -> Any:
        return paths[f"/api/v1{path}"][method]["requestBody"]["content"]["application/json"]["example"]

    def tag(path: str) -> str:
        return str(staff.get(path).headers["etag"])

    fresh = {"investor_name": "江西另一家公司"}
    answers = [
        partner.post("/leads", example("/leads", "post")),
        partner.post("/leads/bulk", example("/leads/bulk", "post")),
        partner.put(
            "/leads/external/crm/A-1024", example("/leads/external/{source}/{external_id}", "put") | fresh
        ),
        staff.patch(f"/leads/{lead.id}", example("/leads/{lead_id}", "patch"), tag=tag(f"/leads/{lead.id}")),
        staff.post("/visits", example("/visits", "post")),
        staff.patch(
            f"/visits/{visit.id}", example("/visits/{visit_id}", "patch"), tag=tag(f"/visits/{visit.id}")
        ),
    ]
    assert [each.status_code for each in answers] == [201, 200, 201, 200, 201, 200], [
        each.text for each in answers
    ]
    bodies = [path for path, item in paths.items() for method in item if "requestBody" in item[method]]
    assert len(bodies) == len(answers)
    assert json.dumps(PROBLEM) in json.dumps(paths)
