"""Contacts: whose they are, what is masked, and what a look at a number leaves behind."""

from __future__ import annotations

from typing import Any

import pytest

from app.investors.models import Contact
from tests.factories.identity import make_unit, send
from tests.factories.investors import make_contact
from tests.investors.conftest import Office

PHONE, MASKED = "13812345678", "138****5678"


@pytest.fixture
def contact(office: Office) -> Contact:
    made: Contact = office.make(
        make_contact, investor=office.investor, unit=office.town, phone=PHONE, wechat="zhaoxc66"
    )
    return made


def here(office: Office, rest: str = "") -> str:
    return f"/investors/{office.investor.id}{rest}"


def filled(**changes: object) -> dict[str, Any]:
    return {"name": "孙大江", "post": "总经理", "phone": "0790-5891234转801", "consent": "true"} | changes


def test_a_contact_is_added_and_its_number_masked(office: Office) -> None:
    client = office.client()
    assert send(client, here(office, "/contacts/new"), **filled()).status_code == 303
    page = client.get(here(office)).text
    assert "孙大江" in page
    assert "5891234" not in page
    (event,) = office.events("contact.added")
    assert event.unit_id == office.town.id
    assert "孙大江" not in str(event.changes)
    assert office.private(event)["name"] == [None, "孙大江"]


def test_a_head_chooses_among_its_units_and_nobody_chooses_another(office: Office) -> None:
    village = office.make(make_unit, parent=office.town, name="河下村")
    values = filled(unit_id=village.id)
    assert send(office.client("head"), here(office, "/contacts/new"), **values).status_code == 303
    assert office.events("contact.added")[0].unit_id == village.id
    refused = send(office.client("elsewhere"), here(office, "/contacts/new"), **values)
    assert refused.status_code == 403


@pytest.mark.parametrize(("who", "sees"), [("member", True), ("head", True), ("verifier", True), ("leader", True),
                                           ("elsewhere", False)])  # fmt: skip
def test_contacts_are_seen_by_their_unit_and_by_roles_that_read_all(
    office: Office, contact: Contact, who: str, sees: bool
) -> None:
    page = office.client(who).get(here(office)).text
    assert (contact.name in page) is sees
    assert (MASKED in page) is sees
    assert PHONE not in page
    reveal = office.client(who).get(here(office, f"/contacts/{contact.id}/reveal"))
    assert reveal.status_code == (200 if sees else 404)


def test_what_another_unit_does_with_its_contacts_is_not_told(office: Office) -> None:
    send(office.client(), here(office, "/contacts/new"), **filled())
    assert "添加联系人</div>" in office.client().get(here(office)).text
    assert "添加联系人</div>" not in office.client("elsewhere").get(here(office)).text


def test_a_number_is_shown_for_a_reason_that_stays_on_record(office: Office, contact: Contact) -> None:
    client, path = office.client("leader"), here(office, f"/contacts/{contact.id}/reveal")
    answer = send(client, path, purpose="visit", reason="约下周来县考察")
    assert answer.status_code == 200
    assert PHONE in answer.text
    assert "zhaoxc66" in answer.text
    assert answer.headers["cache-control"] == "no-store"
    (event,) = office.events("contact.revealed")
    assert event.actor_id == office.people["leader"].id
    assert event.changes == {"purpose": [None, "visit"]}
    page = client.get(here(office)).text
    assert "约下周来县考察" in page
    assert PHONE not in page


@pytest.mark.parametrize("typed", [{}, {"purpose": "other"}, {"purpose": "curiosity"}])
def test_no_number_without_a_purpose(office: Office, contact: Contact, typed: dict[str, str]) -> None:
    answer = send(office.client(), here(office, f"/contacts/{contact.id}/reveal"), **typed)
    assert answer.status_code == 422
    assert PHONE not in answer.text
    assert office.events("contact.revealed") == []


def test_an_edit_keeps_the_number_that_it_never_showed(office: Office, contact: Contact) -> None:
    client, path = office.client(), here(office, f"/contacts/{contact.id}")
    page = client.get(path).text
    assert MASKED in page
    assert PHONE not in page
    assert send(client, path, name="赵小川", post="董事长", version=1).status_code == 303
    stored = office.row(Contact, contact.id)
    assert (stored.phone, stored.post) == (PHONE, "董事长")
    assert send(client, path, name="赵小川", forget_numbers="true", version=2).status_code == 303
    assert office.row(Contact, contact.id).phone == ""


def test_an_edit_of_an_older_page_is_refused_without_showing_the_number(
    office: Office, contact: Contact
) -> None:
    client, path = office.client(), here(office, f"/contacts/{contact.id}")
    send(client, path, name="赵小川", phone="13900000001", version=1)
    late = send(client, path, name="赵小川", phone="13900000002", version=1)
    assert late.status_code == 412
    assert "13900000001" not in late.text


def test_a_removed_contact_is_gone_from_the_page(office: Office, contact: Contact) -> None:
    client = office.client()
    assert send(client, here(office, f"/contacts/{contact.id}/remove"), version=1).status_code == 303
    assert contact.name not in client.get(here(office)).text
    assert client.get(here(office, f"/contacts/{contact.id}")).status_code == 404
    assert len(office.events("contact.removed")) == 1


def test_another_units_contact_cannot_be_reached_or_changed(office: Office, contact: Contact) -> None:
    path = here(office, f"/contacts/{contact.id}")
    assert send(office.client("elsewhere"), path, name="某人", version=1).status_code == 404
    # The bureau reads all contacts, but changes its own only.
    assert send(office.client("verifier"), path, name="某人", version=1).status_code == 403
    assert send(office.client("leader"), path, name="某人", version=1).status_code == 403
    for who in ("admin", "auditor", "partner"):
        assert send(office.client(who), path, name="某人", version=1).status_code == 403


@pytest.mark.parametrize(
    ("changes", "field"), [({"name": ""}, "name"), ({"phone": "无"}, "phone"), ({"phone": "12"}, "phone")]
)
def test_what_is_wrong_is_said_at_its_field(office: Office, changes: dict[str, str], field: str) -> None:
    answer = send(office.client(), here(office, "/contacts/new"), **filled(**changes))
    assert answer.status_code == 422
    assert f'id="e-{field}"' in answer.text


def test_of_two_who_correct_a_contact_the_second_sees_both(office: Office, contact: Contact) -> None:
    path = here(office, f"/contacts/{contact.id}")
    typed = filled(name=contact.name, version=str(contact.version))
    assert send(office.client(), path, **typed | {"post": "副总经理"}).status_code == 303
    second = send(office.client("head"), path, **typed | {"post": "董事长"})
    assert second.status_code == 412
    assert 'value="董事长"' in second.text, "what was typed is kept"
    assert "副总经理" in second.text
    assert office.row(Contact, contact.id).post == "副总经理"
