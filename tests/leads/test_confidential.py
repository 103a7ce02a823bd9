"""A confidential lead is opened by its owner and the people named on it, by nobody else, verifiers included."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import select

from app.core.models import SearchEntry
from app.leads.models import Lead
from tests.factories.identity import send
from tests.leads.conftest import Office

SECRET = "绝密代号项目"


@pytest.fixture
def secret(office: Office) -> Lead:
    return office.lead(title=SECRET, confidential=True, investor=office.investor)


OTHERS = ("colleague", "head", "verifier", "leader")


@pytest.mark.parametrize("who", OTHERS)
def test_others_see_a_line_without_name_and_open_nothing(office: Office, secret: Lead, who: str) -> None:
    client = office.client(who)
    page = client.get("/leads").text
    assert "某线索（保密）" in page
    assert "共 1 条" in page
    assert "5,000万元" in page  # totals count it
    for name in (SECRET, office.investor.name, secret.code, str(secret.id)):
        assert name not in page
    assert client.get(f"/leads/{secret.id}").status_code == 404
    assert send(client, f"/leads/{secret.id}/note", text="偷看", version=1).status_code in (403, 404)


@pytest.mark.parametrize(
    "query",
    [
        "q=绝密",
        "q=云杉",
        "q=jmdh",
        "investor={investor}",
        "owner={owner}",
        "ruling=true",
        "amount=from_50m",
        "source=outbound_visit",
        "origin=unknown",
        "origin=province",
    ],
)
def test_no_filter_finds_it_by_what_others_may_not_know(office: Office, secret: Lead, query: str) -> None:
    asked = query.format(investor=office.investor.id, owner=office.people["member"].person_id)
    page = office.client("verifier").get(f"/leads?{asked}").text
    assert "没有符合条件的线索" in page


def test_owner_and_named_readers_open_it(office: Office, secret: Lead) -> None:
    assert SECRET in office.client().get("/leads").text
    assert office.client().get(f"/leads/{secret.id}").status_code == 200
    path, form = f"/leads/{secret.id}/readers", {"confidential": "true", "version": 1}
    unknown = send(office.client(), path, readers="周远、查无此人", **form)
    assert unknown.status_code == 422
    assert "名册上没有“查无此人”" in unknown.text
    named = send(office.client(), path, readers="周远 双林镇", **form)
    assert named.status_code == 303
    assert "周远 双林镇" in office.client().get(path).text
    client = office.client("elsewhere")
    assert SECRET in client.get("/leads").text
    assert client.get(f"/leads/{secret.id}").status_code == 200
    (event,) = office.events("lead.readers_changed")
    assert event.confidential is True
    assert event.changes["readers"] == ["", "周远"]


def test_its_events_and_search_entries_are_marked(office: Office, secret: Lead) -> None:
    with office.database.reading() as session:
        entry = session.scalars(select(SearchEntry).where(SearchEntry.subject_id == secret.id)).one()
    assert entry.confidential is True
    send(office.client(), f"/leads/{secret.id}/note", text="见面了", version=1)
    (event,) = office.events("lead.noted")
    assert event.confidential is True


def test_an_export_keeps_the_line_and_tells_no_more(office: Office, secret: Lead) -> None:
    office.lead(title="公开项目")
    text = send(office.client("leader"), "/leads/export", format="csv").content.decode("utf-8-sig")
    assert "某线索（保密）" in text
    assert "公开项目" in text
    for name in (SECRET, office.investor.name, secret.code):
        assert name not in text


def test_it_can_be_opened_again(office: Office, secret: Lead) -> None:
    assert send(office.client(), f"/leads/{secret.id}/readers", version=1).status_code == 303
    assert office.client("verifier").get(f"/leads/{secret.id}").status_code == 200


def test_who_closes_the_door_is_not_locked_out(office: Office) -> None:
    lead = office.lead()
    client = office.client("colleague")
    done = send(client, f"/leads/{lead.id}/readers", confidential="true", version=1)
    assert client.get(done.headers["location"]).status_code == 200
    assert office.client().get(f"/leads/{lead.id}").status_code == 200
    assert office.client("head").get(f"/leads/{lead.id}").status_code == 404


def test_a_report_may_be_confidential_from_the_start(office: Office) -> None:
    form = {"title": SECRET, "investor_name": "某某集团", "source": "leader", "confidential": "true"}
    answer = send(office.client(), "/leads/new", **form)
    assert answer.status_code == 303
    assert office.client().get(answer.headers["location"]).status_code == 200
    assert office.client("verifier").get(answer.headers["location"]).status_code == 404
    assert office.events("lead.reported")[0].confidential is True


def test_what_was_told_before_the_door_closed_is_no_longer_told_of_the_investor(office: Office) -> None:
    form = {"title": "先公开后保密的项目", "investor_name": office.investor.name, "source": "leader"}
    here = send(office.client(), "/leads/new", **form).headers["location"]
    visit = {"investor": office.investor.name, "kind": "outbound", "from_on": "2022-11-21"}
    said = visit | {"summary": "看了保密厂房", "next": "none", "lead_id": here.rpartition("/")[2]}
    assert send(office.client(), "/visits/new", **said).status_code == 303
    investor = f"/investors/{office.investor.id}"
    assert "看了保密厂房" in office.client("verifier").get(investor).text
    version = str(office.row(UUID(here.rpartition("/")[2])).version)
    assert send(office.client(), f"{here}/readers", confidential="true", version=version).status_code == 303
    for who in ("verifier", "leader", "colleague"):
        assert "看了保密厂房" not in office.client(who).get(investor).text
    again = str(int(version) + 1)
    assert send(office.client(), f"{here}/readers", version=again).status_code == 303
    assert "看了保密厂房" in office.client("verifier").get(investor).text
