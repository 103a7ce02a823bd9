"""Setting somebody else's password, and printing account slips."""

from __future__ import annotations

import re

import pytest

from app.core.actor import Role
from app.identity.models import User
from tests.factories.identity import add_role, client_of, form_token, make_user, send, sign_in
from tests.identity.conftest import Office

SLIP = re.compile(r'<code translate="no">([^<]+)</code>')


def test_an_administrator_resets_and_the_old_sessions_end(office: Office) -> None:
    theirs, user = office.client("member"), office.people["member"]
    answer = send(office.client(), f"/admin/users/{user.id}/password")
    assert answer.status_code == 200
    (password,) = SLIP.findall(answer.text)
    assert theirs.get("/account").status_code == 303
    assert office.row(User, user.id).must_change_password
    sign_in(client_of(office.app), "member1", password)
    (event,) = office.events("user.password_reset")
    assert password not in str(event.changes)


def test_slips_of_several_are_printed_at_once(office: Office) -> None:
    chosen = [str(office.people[who].id) for who in ("member", "below", "elsewhere")]
    answer = send(office.client(), "/admin/users/slips", user_id=chosen)
    assert answer.status_code == 200
    assert len(set(SLIP.findall(answer.text))) == 3
    assert "http://127.0.0.1:8000" in answer.text


def test_no_slip_without_a_choice(office: Office) -> None:
    answer = send(office.client(), "/admin/users/slips")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/admin/users"
    assert office.events("user.password_reset") == []


def test_a_form_sent_twice_sets_one_password(office: Office) -> None:
    client, user = office.client(), office.people["member"]
    form = {"csrf_token": form_token(client.get("/account").text), "form_key": "once-and-only-once"}
    first = client.post(f"/admin/users/{user.id}/password", data=form)
    second = client.post(f"/admin/users/{user.id}/password", data=form)
    assert first.status_code == 200
    assert second.status_code == 303
    assert len(office.events("user.password_reset")) == 1


@pytest.mark.parametrize("who", ["member", "below"])
def test_a_head_resets_in_the_unit_and_below(office: Office, who: str) -> None:
    client, user = office.client("head"), office.people[who]
    assert user.login in client.get("/unit/users").text
    answer = send(client, f"/unit/users/{user.id}/password")
    assert answer.status_code == 200
    assert len(SLIP.findall(answer.text)) == 1


def test_another_units_account_is_not_found(office: Office) -> None:
    client, user = office.client("head"), office.people["elsewhere"]
    assert "elsewhere1" not in client.get("/unit/users").text
    assert send(client, f"/unit/users/{user.id}/password").status_code == 404
    both = [str(office.people["member"].id), str(user.id)]
    assert send(client, "/unit/users/slips", user_id=both).status_code == 404
    assert office.events("user.password_reset") == []


@pytest.mark.parametrize("role", [Role.VERIFIER, Role.LEADER, Role.AUDITOR, Role.ADMIN])
def test_a_head_cannot_become_somebody_mightier(office: Office, role: Role) -> None:
    user = office.make(make_user, role=role, unit=office.town)
    assert send(office.client("head"), f"/unit/users/{user.id}/password").status_code == 403


def test_a_role_held_elsewhere_is_beyond_a_heads_say(office: Office) -> None:
    user = office.make(make_user, unit=office.town)
    office.make(add_role, user=user, role=Role.MEMBER, unit=office.other)
    assert send(office.client("head"), f"/unit/users/{user.id}/password").status_code == 403


def test_ones_own_password_is_changed_elsewhere(office: Office) -> None:
    client, head = office.client("head"), office.people["head"]
    answer = send(client, f"/unit/users/{head.id}/password")
    assert answer.status_code == 303
    assert "我的账号" in client.get("/unit/users").text
    assert office.events("user.password_reset") == []


def test_a_disabled_account_gets_no_password(office: Office) -> None:
    user = office.make(make_user, unit=office.town, disabled_at=office.clock())
    answer = send(office.client(), f"/admin/users/{user.id}/password")
    assert answer.status_code == 303
    assert office.events("user.password_reset") == []


def test_the_heads_own_password_is_asked_again(office: Office) -> None:
    client = office.client("head")
    office.clock.advance(minutes=11)
    answer = send(client, f"/unit/users/{office.people['member'].id}/password")
    assert answer.headers["location"].startswith("/account/confirm")
    assert office.events("user.password_reset") == []


@pytest.mark.parametrize("who", ["member", "leader", "verifier", "auditor", "admin"])
def test_only_heads_open_the_units_page(office: Office, who: str) -> None:
    client = office.client(who)
    assert client.get("/unit/users").status_code == 403
    assert send(client, f"/unit/users/{office.people['below'].id}/password").status_code == 403
