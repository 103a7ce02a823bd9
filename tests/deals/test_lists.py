"""Lists of key projects (县重点、市重点): named by verifiers, with level, year and batch; a deal stands on several."""

from __future__ import annotations

from app.core.actor import Role
from app.deals.models import ListedDeal
from tests.deals.conftest import Office, refuses
from tests.factories.deals import make_project_list
from tests.factories.identity import client_of, make_user, send


def test_a_deal_stands_on_several_lists(office: Office) -> None:
    deal = office.deal()
    lists = [office.make(make_project_list), office.make(make_project_list, name="市重点", level="city")]
    answer = office.act(deal, "lists", lists=[str(each.id) for each in lists])
    assert answer.status_code == 303
    page = office.client().get(f"/deals?list={lists[1].id}").text
    assert deal.name in page
    assert office.act(deal, "lists").status_code == 303
    assert deal.name not in office.client().get(f"/deals?list={lists[1].id}").text


def test_who_comes_second_sees_both_choices(office: Office) -> None:
    deal = office.deal()
    county, city = office.make(make_project_list), office.make(make_project_list, name="市重点", level="city")
    version = office.row(deal.id).version
    office.act(deal, "lists", who="colleague", lists=[str(county.id)])
    answer = office.act(deal, "lists", lists=[str(city.id)], version=version)
    assert answer.status_code == 412
    assert county.name in answer.text
    assert f'value="{city.id}" checked' in answer.text
    assert [row.list_id for row in office.rows(ListedDeal)] == [county.id]


def test_lists_of_key_projects_are_named_by_verifiers(office: Office) -> None:
    given = {"name": "第一批县重点项目", "level": "county", "year": "2022", "batch": "第一批"}
    assert send(office.client("verifier"), "/project-lists", **given).status_code == 303
    assert send(office.client("verifier"), "/project-lists", **given).status_code == 409
    assert send(office.client("verifier"), "/project-lists", **given | {"name": ""}).status_code == 422
    assert send(office.client(), "/project-lists", **given).status_code == 403
    assert send(office.client("admin"), "/project-lists", **given).status_code == 403
    page = office.client().get("/project-lists").text
    for text in ("第一批县重点项目", "第一批", "2022"):
        assert text in page


def test_a_list_is_named_anew_and_keeps_its_deals(office: Office) -> None:
    listed, other = (
        office.make(make_project_list),
        office.make(make_project_list, name="市重点", level="city"),
    )
    deal = office.deal()
    office.act(deal, "lists", lists=[str(listed.id)])
    verifier, path = office.client("verifier"), f"/project-lists/{listed.id}/edit"
    assert f'value="{listed.name}"' in verifier.get(path).text
    typed = {"level": "county", "year": str(listed.year), "batch": "第二批", "version": "1"}
    assert send(verifier, path, **typed, name="第二批县重点项目").status_code == 303
    page = office.client().get("/project-lists").text
    assert "第二批县重点项目" in page
    assert listed.name not in page.replace("第二批县重点项目", "")
    assert deal.name in office.client().get(f"/deals?list={listed.id}").text
    with office.database.writing() as session:
        auditor = make_user(session, role=Role.AUDITOR, unit=None)
    assert "修改项目库" in client_of(office.app, auditor).get("/admin/audit").text

    stale = send(verifier, path, **typed, name="又一个名称")
    assert stale.status_code == 412
    assert "第二批县重点项目" in stale.text
    assert 'value="又一个名称"' in stale.text
    taken = {
        "name": other.name,
        "level": "city",
        "year": str(other.year),
        "batch": other.batch,
        "version": "2",
    }
    assert send(verifier, path, **taken).status_code == 409
    assert send(verifier, path, **taken | {"name": "甲"}).status_code == 422
    for who in ("member", "admin"):
        assert send(office.client(who), path, **taken).status_code == 403
        assert path not in office.client(who).get("/project-lists").text


def test_a_list_counts_the_deals_that_its_reader_finds_on_it(office: Office) -> None:
    listed = office.make(make_project_list)
    for deal in (office.deal(), office.deal()):
        office.act(deal, "lists", lists=[str(listed.id)])
    for who, number in (("member", 2), ("elsewhere", 0)):
        page = office.client(who).get("/project-lists").text
        row = page[page.index(listed.name) :]
        assert f"<span>{number}</span>" in row[: row.index("</tr>")]


def test_only_writers_of_the_unit_list_a_deal(office: Office) -> None:
    refuses(office, office.deal(), "lists")
