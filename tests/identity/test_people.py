"""Keeping the roster."""

from __future__ import annotations

from app.core.models import EventPrivate
from app.identity.models import Person
from tests.factories.identity import make_person, send
from tests.identity.conftest import Office


def test_somebody_is_put_on_the_roster(office: Office) -> None:
    client = office.client()
    answer = send(
        client,
        "/admin/people/new",
        name="李大江",
        unit_id=office.town.id,
        post="党委书记",
        phone="0790-5891234",
        is_leader="true",
        line="工业口",
    )
    assert answer.status_code == 303
    page = client.get(answer.headers["location"])
    assert 'value="李大江"' in page.text
    assert 'value="工业口"' in page.text


def test_names_and_phones_can_be_erased_from_the_history(office: Office) -> None:
    send(office.client(), "/admin/people/new", name="李大江", unit_id=office.town.id, phone="0790-5891234")
    (event,) = office.events("person.added")
    assert "李大江" not in str(event.changes)
    assert "5891234" not in str(event.changes)
    assert office.row(EventPrivate, event.id).body["name"] == [None, "李大江"]


def test_only_leaders_have_a_line(office: Office) -> None:
    answer = send(office.client(), "/admin/people/new", name="李大江", unit_id=office.town.id, line="工业口")
    assert answer.status_code == 422
    assert "只有领导才填写分管口" in answer.text


def test_unticking_the_leader_holds(office: Office) -> None:
    person = office.make(make_person, unit=office.town, is_leader=True, line="工业口")
    path = f"/admin/people/{person.id}"
    answer = send(office.client(), path, name=person.name, unit_id=office.town.id, version="1")
    assert answer.status_code == 303
    assert office.row(Person, person.id).is_leader is False


def test_a_stale_form_shows_both_versions_and_can_be_sent_again(office: Office) -> None:
    person, client = office.make(make_person, unit=office.town, name="李大江"), office.client()
    path, unit = f"/admin/people/{person.id}", office.town.id
    assert send(client, path, name="李大江", unit_id=unit, post="镇长", version="1").status_code == 303
    late = send(client, path, name="李大江", unit_id=unit, post="书记", version="1")
    assert late.status_code == 412
    assert "镇长" in late.text
    assert 'value="书记"' in late.text
    assert send(client, path, name="李大江", unit_id=unit, post="书记", version="2").status_code == 303
    assert office.row(Person, person.id).post == "书记"


def test_somebody_with_a_live_account_stays_on_the_roster(office: Office) -> None:
    person = office.people["member"].person_id
    answer = send(office.client(), f"/admin/people/{person}/archive", version="1")
    assert answer.status_code == 409
    assert "此人还有启用的账号" in answer.text
    assert 'value="钱小树"' in answer.text


def test_somebody_is_taken_off_and_put_back(office: Office) -> None:
    person, client = office.make(make_person, unit=office.town, name="李大江"), office.client()
    assert send(client, f"/admin/people/{person.id}/archive", version="1").status_code == 303
    assert "李大江" not in client.get("/admin/people").text
    assert "李大江" in client.get("/admin/people?state=archived").text
    assert send(client, f"/admin/people/{person.id}/restore", version="2").status_code == 303
    assert "李大江" in client.get("/admin/people").text


def test_the_roster_is_filtered(office: Office) -> None:
    office.make(make_person, unit=office.town, name="李大江", is_leader=True)
    client = office.client()
    assert "李大江" in client.get("/admin/people?leaders=true").text
    assert "钱小树" not in client.get("/admin/people?leaders=true").text
    assert "李大江" not in client.get(f"/admin/people?unit={office.other.id}").text
    assert "李大江" in client.get("/admin/people?q=大江&sort=-name&page=1").text
    assert client.get("/admin/people?sort=nonsense&page=zero").status_code == 200


def test_a_list_costs_the_same_number_of_queries_at_any_length(office: Office, count_queries) -> None:
    client = office.client()
    client.get("/admin/people")  # what a session asks once is asked
    with count_queries() as few:
        client.get("/admin/people")
    for _ in range(20):
        office.make(make_person, unit=office.town)
    with count_queries() as many:
        client.get("/admin/people")
    assert few.count == many.count


def test_only_administrators_keep_the_roster(office: Office) -> None:
    for who in ("head", "auditor", "leader"):
        client = office.client(who)
        assert client.get("/admin/people").status_code == 403
        refused = send(client, "/admin/people/new", name="李大江", unit_id=office.town.id)
        assert refused.status_code == 403
    assert office.events("person.added") == []
