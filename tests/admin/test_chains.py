"""The county's industry chains: added, renamed, moved and put out of use, while records keep their codes."""

from __future__ import annotations

import pytest

from app.admin.chains.service import free_code
from app.core.options import words
from app.identity.rules import UnitKind
from tests.factories.identity import send
from tests.factories.leads import make_lead
from tests.identity.conftest import Office

KIND = "industry_chain"


def offered(office: Office) -> dict[str, str]:
    with office.database.reading() as session:
        return {word.code: word.zh for word in words(session, office.town.county_id, KIND)}


def test_a_chain_is_added_and_offered_where_leads_are_reported(office: Office) -> None:
    assert send(office.client(), "/admin/chains", zh="低空经济", en="Low-altitude economy").status_code == 303
    assert list(offered(office).items())[-1] == ("dikongjingji", "低空经济")
    assert "低空经济" in office.client("member").get("/leads/new").text
    assert office.events("word.added")[0].changes["zh"] == [None, "低空经济"]


@pytest.mark.parametrize("name", ["麻纺", " 麻纺 ", "食品加工"])
def test_a_name_is_used_once(office: Office, name: str) -> None:
    answer = send(office.client(), "/admin/chains", zh=name)
    assert answer.status_code == 422
    assert "已经在用" in answer.text
    assert office.events("word.added") == []


def test_a_chain_is_renamed_everywhere_and_moved(office: Office) -> None:
    lead = office.make(make_lead, unit=office.town, chain="ramie_textiles")
    path = "/admin/chains/ramie_textiles"
    assert 'value="麻纺"' in office.client().get(path).text
    changed = {"zh": "麻纺织", "en": "Ramie", "position": "5", "active": "true", "version": "0"}
    assert send(office.client(), path, **changed).status_code == 303
    assert next(iter(offered(office).items())) == ("ramie_textiles", "麻纺织")
    page = office.client("member").get(f"/leads/{lead.id}").text
    assert "麻纺织" in page
    assert office.events("word.changed")[0].changes["zh"] == ["麻纺", "麻纺织"]


def test_the_history_of_a_lead_calls_a_new_chain_by_its_name(office: Office) -> None:
    send(office.client(), "/admin/chains", zh="低空经济")
    client = office.client("member")
    values = {"title": "无人机整机项目", "source": "online", "investor_name": "云上飞行有限公司"}
    made = send(client, "/leads/new", **values, investor_kind="company", chain="dikongjingji")
    assert made.status_code == 303, made.text
    page = client.get(made.headers["location"]).text
    assert page.count("低空经济") >= 2
    assert "dikongjingji" not in page


def test_one_out_of_use_is_offered_only_to_the_records_that_bear_it(office: Office) -> None:
    lead = office.make(make_lead, unit=office.town, chain="food")
    gone = {"zh": "食品加工", "position": "70", "version": "0"}
    assert send(office.client(), "/admin/chains/food", **gone).status_code == 303
    client = office.client("member")
    assert "食品加工" not in client.get("/leads/new").text
    assert "食品加工" in client.get(f"/leads/{lead.id}/edit").text
    assert "食品加工" in client.get(f"/leads/{lead.id}").text
    assert "已停用" in office.client().get("/admin/chains").text
    back = gone | {"active": "true", "version": "1"}
    assert send(office.client(), "/admin/chains/food", **back).status_code == 303
    assert "食品加工" in client.get("/leads/new").text


def test_whoever_comes_second_sees_both_versions(office: Office) -> None:
    path, values = "/admin/chains/food", {"position": "70", "active": "true", "version": "0"}
    assert send(office.client(), path, zh="食品", **values).status_code == 303
    late = send(office.client(), path, zh="食品饮料", **values)
    assert late.status_code == 412
    assert "现在已保存的" in late.text
    assert 'value="食品饮料"' in late.text
    assert offered(office)["food"] == "食品"


def test_what_cannot_be_is_refused_and_stays_typed(office: Office) -> None:
    path = "/admin/chains/food"
    answer = send(office.client(), path, zh="", en="Food and drink", position="第一", version="0")
    assert answer.status_code == 422
    assert 'value="Food and drink"' in answer.text
    assert send(office.client(), "/admin/chains", zh="").status_code == 422
    assert office.client().get("/admin/chains/none").status_code == 404
    assert send(office.client(), "/admin/chains/none", zh="没有", position="1").status_code == 404


def test_saving_without_a_change_leaves_no_trace(office: Office) -> None:
    same = {"zh": "食品加工", "en": "Food processing", "position": "70", "active": "true", "version": "0"}
    assert send(office.client(), "/admin/chains/food", **same).status_code == 303
    assert office.events("word.changed") == []


def test_only_administrators_change_chains(office: Office) -> None:
    assert office.town.kind is not UnitKind.COUNTY
    for who in ("leader", "verifier", "head", "member"):
        assert office.client(who).get("/admin/chains").status_code == 403
        assert send(office.client(who), "/admin/chains", zh="低空经济").status_code == 403


@pytest.mark.parametrize(
    ("name", "taken", "code"),
    [
        ("低空经济", (), "dikongjingji"),
        ("低空经济", ("dikongjingji", "dikongjingji_2"), "dikongjingji_3"),
        ("AI＋制造", (), "aizhizao"),
        ("？", (), "chain"),
        ("长" * 40, (), ("chang" * 40)[:56]),
    ],
)
def test_a_code_is_made_of_how_the_name_is_read(name: str, taken: tuple[str, ...], code: str) -> None:
    assert free_code(name, taken) == code
