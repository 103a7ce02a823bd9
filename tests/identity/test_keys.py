"""Service accounts and keys: made on a page, shown once, withdrawn at once."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from app.core.actor import Role
from app.identity.models import ApiKey
from tests.factories.identity import ADDRESS, make_key, make_unit, send
from tests.identity.conftest import Office

KEY = re.compile(r"luodi_[a-z0-9]{12}_[A-Za-z0-9]{43}")


def make_account(client: TestClient, office: Office, **changes: object) -> str:
    given = {"name": "市招商平台", "unit_id": office.other.id, "role": "partner"} | changes
    answer = send(client, "/admin/keys/new", **given)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def issue(client: TestClient, path: str, **changes: object):
    given = {
        "scopes": ["leads:read", "leads:write"],
        "expires_on": "2023-11-22",
        "per_minute": "60",
    } | changes
    return send(client, f"{path}/keys", **given)


def call(office: Office, bearer: str, **headers: str):
    client = TestClient(office.app, base_url=ADDRESS)
    return client.get("/api/v1/meta", headers={"Authorization": f"Bearer {bearer}"} | headers)


def test_a_key_is_shown_once_and_opens_the_api(office: Office) -> None:
    client = office.client()
    path = make_account(client, office)
    shown = issue(client, path)
    assert shown.status_code == 200
    (text,) = set(KEY.findall(shown.text))
    assert not KEY.search(client.get(path).text)
    answer = call(office, text)
    assert answer.status_code == 200
    assert answer.json()["key"] == {
        "account": "市招商平台",
        "unit": "双林镇",
        "roles": ["partner"],
        "scopes": ["leads:read", "leads:write"],
        "requests_per_minute": 60,
    }
    (event,) = office.events("api_key.created")
    assert text not in str(event.changes)
    assert text.split("_")[1] in client.get(path).text


def test_a_revoked_key_opens_nothing_from_then_on(office: Office) -> None:
    key, text = office.make(make_key)
    assert call(office, text).status_code == 200
    path = f"/admin/keys/{key.account_id}"
    assert send(office.client(), f"{path}/keys/{key.key_id}/revoke").status_code == 303
    assert call(office, text).status_code == 401
    assert len(office.events("api_key.revoked")) == 1


def test_switching_an_account_off_closes_all_its_keys(office: Office) -> None:
    key, text = office.make(make_key)
    path, client = f"/admin/keys/{key.account_id}", office.client()
    assert send(client, f"{path}/disable", version="1").status_code == 303
    assert call(office, text).status_code == 401
    refused = issue(client, path)
    assert refused.status_code == 409
    assert "接口账号已停用" in refused.text
    assert send(client, f"{path}/enable", version="1").status_code == 412
    assert send(client, f"{path}/enable", version="2").status_code == 303
    assert call(office, text).status_code == 200


def test_an_expired_key_opens_nothing(office: Office) -> None:
    _key, text = office.make(make_key, expires_at=office.clock() + timedelta(hours=1))
    assert call(office, text).status_code == 200
    office.clock.advance(hours=1)
    assert call(office, text).status_code == 401


def test_a_key_of_an_ended_unit_opens_nothing(office: Office) -> None:
    unit = office.make(make_unit, valid_to=office.clock().date() - timedelta(days=1))
    _key, text = office.make(make_key, unit=unit)
    assert call(office, text).status_code == 401


@pytest.mark.parametrize(
    "wrong",
    ["luodi_{id}_{other}", "luodi_{id}_{secret}a", "luodi_aaaabbbbcccc_{secret}", "{secret}", "luodi_{id}_"],
)
def test_a_wrong_key_opens_nothing(office: Office, wrong: str) -> None:
    key, text = office.make(make_key)
    _id, secret = text.removeprefix("luodi_").split("_")
    spoiled = wrong.format(id=key.key_id, secret=secret, other=secret[::-1])
    answer = call(office, spoiled)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"


def test_each_key_has_its_own_limit(office: Office) -> None:
    _key, text = office.make(make_key, per_minute=2)
    _other, other = office.make(make_key, per_minute=2)
    assert [call(office, text).status_code for _ in range(3)] == [200, 200, 429]
    assert call(office, other).status_code == 200


def test_the_last_use_is_noted_once_a_minute(office: Office) -> None:
    key, text = office.make(make_key)
    first = office.clock()
    call(office, text)
    office.clock.advance(seconds=30)
    call(office, text)
    assert office.row(ApiKey, key.id).last_used_at == first
    office.clock.advance(seconds=31)
    call(office, text)
    assert office.row(ApiKey, key.id).last_used_at == office.clock()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"scopes": []}, "请至少选择一项权限"),
        ({"scopes": ["visits:write"]}, "该角色不能使用这些权限：visits:write"),
        ({"scopes": ["everything"]}, "该角色不能使用这些权限：everything"),
        ({"expires_on": "2022-11-21"}, "有效期须在今天至"),
        ({"expires_on": "2032-11-21"}, "有效期须在今天至"),
        ({"per_minute": "0"}, 'id="e-per_minute"'),
    ],
)
def test_what_a_key_may_not_be(office: Office, changes: dict[str, object], said: str) -> None:
    key, _text = office.make(make_key)
    answer = issue(office.client(), f"/admin/keys/{key.account_id}", **changes)
    assert answer.status_code == 422
    assert said in answer.text
    assert office.events("api_key.created") == []


@pytest.mark.parametrize("role", ["admin", "auditor"])
def test_administrators_and_auditors_are_people(office: Office, role: str) -> None:
    answer = send(office.client(), "/admin/keys/new", name="市招商平台", unit_id=office.other.id, role=role)
    assert answer.status_code == 422
    assert "接口账号不能有这个角色" in answer.text


def test_a_name_is_used_once(office: Office) -> None:
    client = office.client()
    make_account(client, office)
    again = send(client, "/admin/keys/new", name="市招商平台", unit_id=office.other.id, role="partner")
    assert again.status_code == 422
    assert "这个名称已被使用" in again.text


def test_the_password_is_asked_again(office: Office) -> None:
    key, text = office.make(make_key)
    client = office.client()
    office.clock.advance(minutes=11)
    path = f"/admin/keys/{key.account_id}"
    assert client.get("/admin/keys/new").headers["location"].startswith("/account/confirm")
    assert issue(client, path).status_code == 403
    revoked = send(client, f"{path}/keys/{key.key_id}/revoke")
    assert revoked.headers["location"].startswith("/account/confirm")
    assert call(office, text).status_code == 200


def test_the_list_shows_what_is_in_use(office: Office) -> None:
    key, text = office.make(make_key, role=Role.MEMBER)
    call(office, text)
    page = office.client().get("/admin/keys").text
    assert "2022年11月22日 10:30" in page
    assert f"/admin/keys/{key.account_id}" in page
    assert f"/admin/keys/{key.account_id}" not in office.client().get("/admin/keys?state=disabled").text


def test_an_unknown_account_is_not_found(office: Office) -> None:
    client = office.client()
    assert client.get(f"/admin/keys/{office.town.id}").status_code == 404
    assert send(client, f"/admin/keys/{office.town.id}/keys/aaaabbbbcccc/revoke").status_code == 404


@pytest.mark.parametrize("who", ["head", "leader", "auditor", "verifier", "member"])
def test_only_administrators_manage_keys(office: Office, who: str) -> None:
    key, text = office.make(make_key)
    client = office.client(who)
    assert client.get("/admin/keys").status_code == 403
    assert issue(client, f"/admin/keys/{key.account_id}").status_code == 403
    assert send(client, f"/admin/keys/{key.account_id}/keys/{key.key_id}/revoke").status_code == 403
    assert call(office, text).status_code == 200
