"""Opening accounts, granting roles, switching accounts off and on."""

from __future__ import annotations

import re
from datetime import date

import pytest
from starlette.testclient import TestClient

from app.core.actor import Role
from app.identity.models import MembershipRow, User
from tests.factories.identity import (
    PASSWORD,
    add_role,
    client_of,
    form_token,
    make_person,
    make_user,
    send,
    sign_in,
)
from tests.identity.conftest import Office


def printed_password(page: str) -> str:
    found = re.search(r'<code translate="no">([^<]+)</code>', page)
    assert found, page
    return found[1]


def open_account(client: TestClient, office: Office, **changes: object):
    given = {"login": "zhangsan", "person_name": "张三", "unit_id": office.town.id, "role": "member"}
    return send(client, "/admin/users/new", **(given | changes))


def test_an_account_is_opened_and_its_password_shown_once(office: Office) -> None:
    client = office.client()
    answer = open_account(client, office)
    assert answer.status_code == 200
    password = printed_password(answer.text)
    (event,) = office.events("user.created")
    assert password not in client.get(f"/admin/users/{event.subject_id}").text
    assert office.events("user.role_granted")[0].changes["role"] == [None, "member"]
    newcomer = sign_in(client_of(office.app), "ZhangSan", password)
    assert newcomer.get("/account").status_code == 200
    assert newcomer.get("/unit/users").headers["location"] == "/account"


def test_an_account_for_somebody_on_the_roster(office: Office) -> None:
    person, client = office.make(make_person, unit=office.village, name="李大江"), office.client()
    page = client.get(f"/admin/users/new?person={person.id}")
    assert "李大江" in page.text
    answer = open_account(client, office, person_name=None, person_id=person.id, unit_id=office.village.id)
    assert answer.status_code == 200
    assert office.events("person.added") == []
    assert "河下村" in answer.text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"login": "MEMBER1"}, "这个用户名已被使用"),
        ({"login": "a b"}, "f-login"),
        ({"person_name": None}, "请填写姓名"),
        ({"role": "partner"}, "合作单位通过接口使用本系统"),
        ({"valid_to": "2022-11-21"}, "有效期已过"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    office: Office, changes: dict[str, object], said: str
) -> None:
    answer = open_account(office.client(), office, **changes)
    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{changes.get("login", "zhangsan")}"' in answer.text
    assert office.events("user.created") == []


def test_the_password_is_asked_again_before_a_sensitive_act(office: Office) -> None:
    client = office.client()
    office.clock.advance(minutes=11)
    asked = client.get("/admin/users/new")
    assert asked.status_code == 303
    assert asked.headers["location"] == "/account/confirm?next=%2Fadmin%2Fusers%2Fnew"
    typed = open_account(client, office)
    assert typed.status_code == 403
    assert "/account/confirm" in typed.text
    assert 'value="zhangsan"' in typed.text
    disabled = send(client, f"/admin/users/{office.people['member'].id}/disable", version="1")
    assert disabled.status_code == 403
    assert office.events("user.created") == office.events("user.disabled") == []


def test_a_further_role_is_granted_and_taken_away(office: Office) -> None:
    user, client = office.people["member"], office.client()
    path = f"/admin/users/{user.id}"
    answer = send(client, f"{path}/roles", role="unit_head", unit_id=office.other.id, version="1")
    assert answer.status_code == 303
    theirs = office.client("member")
    assert theirs.get("/unit/users").status_code == 200
    held = next(row for row in roles_of(office, user) if row.role == Role.UNIT_HEAD)
    assert send(client, f"{path}/roles/{held.id}/end", version="2").status_code == 303
    assert theirs.get("/unit/users").status_code == 403
    assert office.events("user.role_ended")[0].changes["role"] == ["unit_head", None]


def roles_of(office: Office, user: User) -> list[MembershipRow]:
    with office.database.reading() as session:
        return session.query(MembershipRow).filter_by(user_id=user.id).all()


@pytest.mark.parametrize("role", ["admin", "auditor"])
def test_administrator_and_auditor_combine_with_nothing(office: Office, role: str) -> None:
    path = f"/admin/users/{office.people['member'].id}/roles"
    answer = send(office.client(), path, role=role, unit_id=office.town.id, version="1")
    assert answer.status_code == 422
    assert "不能与其他角色由同一人担任" in answer.text


def test_roles_on_different_days_need_not_combine(office: Office) -> None:
    user = office.make(make_user, role=None, unit=office.town)
    office.make(add_role, user=user, role=Role.MEMBER, unit=office.town, valid_to=date(2022, 12, 31))
    path, client = f"/admin/users/{user.id}/roles", office.client()
    early = send(client, path, role="auditor", unit_id=office.town.id, valid_from="2022-12-31", version="1")
    assert early.status_code == 422
    later = send(client, path, role="auditor", unit_id=office.town.id, valid_from="2023-01-01", version="1")
    assert later.status_code == 303


def test_the_same_role_is_not_held_twice(office: Office) -> None:
    path = f"/admin/users/{office.people['member'].id}/roles"
    answer = send(office.client(), path, role="member", unit_id=office.town.id, version="1")
    assert answer.status_code == 422
    assert "已有这个角色" in answer.text


def test_disabling_signs_out_at_once_and_enabling_lets_in_again(office: Office) -> None:
    theirs, client = office.client("member"), office.client()
    path = f"/admin/users/{office.people['member'].id}"
    assert send(client, f"{path}/disable", version="1").status_code == 303
    assert theirs.get("/account").status_code == 303
    refused = send_sign_in(office, "member1")
    assert refused.status_code == 422
    assert "用户名或密码不正确" in refused.text
    assert send(client, f"{path}/enable", version="2").status_code == 303
    assert office.client("member").get("/account").status_code == 200


def send_sign_in(office: Office, login: str):
    client = client_of(office.app)
    token = form_token(client.get("/login").text)
    return client.post("/login", data={"csrf_token": token, "login": login, "password": PASSWORD})


def test_the_last_administrator_stays(office: Office) -> None:
    admin, client = office.people["admin"], office.client()
    held = roles_of(office, admin)[0]
    off = send(client, f"/admin/users/{admin.id}/disable", version="1")
    assert off.status_code == 409
    assert "这是最后一个可用的系统管理员" in off.text
    assert send(client, f"/admin/users/{admin.id}/roles/{held.id}/end", version="1").status_code == 409
    second = office.make(make_user, role=Role.ADMIN, unit=office.town)
    assert send(client, f"/admin/users/{second.id}/disable", version="1").status_code == 303
    assert send(client, f"/admin/users/{admin.id}/disable", version="1").status_code == 409


def test_a_login_is_changed(office: Office) -> None:
    path = f"/admin/users/{office.people['member'].id}/login"
    assert send(office.client(), path, login="qianxiaoshu", version="1").status_code == 303
    assert office.events("user.login_changed")[0].changes == {"login": ["member1", "qianxiaoshu"]}
    assert client_of(office.app, "QianXiaoShu").get("/account").status_code == 200


def test_a_stale_form_changes_nothing_and_shows_both(office: Office) -> None:
    user, client = office.people["member"], office.client()
    path = f"/admin/users/{user.id}/login"
    send(client, path, login="first", version="1")
    late = send(client, path, login="second", version="1")
    assert late.status_code == 412
    assert "first" in late.text
    assert 'value="second"' in late.text
    assert office.row(User, user.id).login == "first"


def test_codes_of_a_lost_phone_are_switched_off(office: Office) -> None:
    user = office.make(make_user, unit=office.town, totp_secret="A" * 32, totp_confirmed_at=office.clock())
    path = f"/admin/users/{user.id}/totp/remove"
    assert send(office.client(), path, version="1").status_code == 303
    assert client_of(office.app, user).get("/account").status_code == 200


def test_the_list_is_filtered_and_sorted(office: Office) -> None:
    client = office.client()
    page = client.get("/admin/users?role=unit_head").text
    assert "head1" in page
    assert "member1" not in page
    page = client.get(f"/admin/users?unit={office.village.id}&sort=-login").text
    assert "below1" in page
    assert "head1" not in page
    assert "member1" in client.get("/admin/users?q=钱小树").text


def test_a_list_costs_the_same_number_of_queries_at_any_length(office: Office, count_queries) -> None:
    client = office.client()
    client.get("/admin/users")  # what a session asks once is asked
    with count_queries() as few:
        client.get("/admin/users")
    for _ in range(20):
        office.make(make_user, unit=office.town)
    with count_queries() as many:
        client.get("/admin/users")
    assert few.count == many.count


def test_an_unknown_account_is_not_found(office: Office) -> None:
    client, unknown = office.client(), office.town.id
    assert client.get(f"/admin/users/{unknown}").status_code == 404
    assert send(client, f"/admin/users/{unknown}/disable", version="1").status_code == 404


def test_only_administrators_manage_accounts(office: Office) -> None:
    user = office.people["member"]
    for who in ("head", "auditor", "leader", "verifier"):
        client = office.client(who)
        assert client.get("/admin/users").status_code == 403
        assert open_account(client, office).status_code == 403
        assert send(client, f"/admin/users/{user.id}/disable", version="1").status_code == 403
        granted = send(
            client, f"/admin/users/{user.id}/roles", role="leader", unit_id=office.town.id, version="1"
        )
        assert granted.status_code == 403
    assert office.row(User, user.id).disabled_at is None
