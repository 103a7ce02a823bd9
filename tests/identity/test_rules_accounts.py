"""Who may set whose password, which roles combine, what a slip's password and a key look like."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from app.core.actor import Actor, ActorKind, Membership, Role
from app.identity.accounts.rules import Held, combines, may_set_password, one_time_password
from app.identity.devices import device_name
from app.identity.directory.rules import depth, holds, path_of
from app.identity.keys.rules import new_bearer, parse_bearer, unusable_scopes, usable_scopes
from app.identity.rules import password_problem

TOWN, VILLAGE, OTHER, ROOT = (UUID(int=number) for number in range(1, 5))
PATHS = {ROOT: "/c/", TOWN: "/c/town/", VILLAGE: "/c/town/v/", OTHER: "/c/town2/"}
TODAY = date(2022, 11, 22)
YESTERDAY = date(2022, 11, 21)


def held(role: Role, unit: UUID, start: date | None = None, end: date | None = None) -> Held:
    return Held(role, unit, PATHS[unit], start, end)


def actor(role: Role, unit: UUID) -> Actor:
    there = Membership(role, unit, PATHS[unit])
    return Actor(ActorKind.USER, UUID(int=9), "某人", UUID(int=8), memberships=(there,))


@pytest.mark.parametrize(
    ("who", "unit", "home", "roles", "may"),
    [
        (Role.UNIT_HEAD, TOWN, TOWN, [held(Role.MEMBER, TOWN)], True),
        (Role.UNIT_HEAD, TOWN, VILLAGE, [held(Role.MEMBER, VILLAGE)], True),
        (Role.UNIT_HEAD, TOWN, TOWN, [held(Role.UNIT_HEAD, TOWN)], True),
        (Role.UNIT_HEAD, TOWN, TOWN, [], True),
        (Role.UNIT_HEAD, TOWN, OTHER, [held(Role.MEMBER, OTHER)], False),
        (Role.UNIT_HEAD, VILLAGE, TOWN, [held(Role.MEMBER, TOWN)], False),
        (Role.UNIT_HEAD, TOWN, TOWN, [held(Role.MEMBER, TOWN), held(Role.MEMBER, OTHER)], False),
        (Role.UNIT_HEAD, TOWN, TOWN, [held(Role.UNIT_HEAD, ROOT)], False),
        (Role.UNIT_HEAD, TOWN, TOWN, [held(Role.VERIFIER, TOWN)], False),
        (Role.UNIT_HEAD, TOWN, TOWN, [held(Role.LEADER, TOWN)], False),
        (Role.UNIT_HEAD, TOWN, TOWN, [held(Role.ADMIN, TOWN)], False),
        (Role.UNIT_HEAD, TOWN, TOWN, [held(Role.LEADER, TOWN, end=YESTERDAY)], True),
        (Role.UNIT_HEAD, TOWN, TOWN, [held(Role.LEADER, TOWN, start=date(2023, 1, 1))], False),
        (Role.MEMBER, TOWN, TOWN, [held(Role.MEMBER, TOWN)], False),
        (Role.VERIFIER, TOWN, TOWN, [held(Role.MEMBER, TOWN)], False),
        (Role.LEADER, ROOT, TOWN, [held(Role.MEMBER, TOWN)], False),
        (Role.AUDITOR, ROOT, TOWN, [held(Role.MEMBER, TOWN)], False),
        (Role.ADMIN, ROOT, OTHER, [held(Role.LEADER, OTHER)], True),
    ],
)
def test_who_may_set_whose_password(who: Role, unit: UUID, home: UUID, roles: list[Held], may: bool) -> None:
    assert may_set_password(actor(who, unit), home, PATHS[home], roles, on=TODAY) is may


@pytest.mark.parametrize(
    ("new", "others", "may"),
    [
        (held(Role.MEMBER, TOWN), [held(Role.LEADER, ROOT), held(Role.VERIFIER, TOWN)], True),
        (held(Role.ADMIN, ROOT), [], True),
        (held(Role.ADMIN, ROOT), [held(Role.ADMIN, TOWN)], True),
        (held(Role.ADMIN, ROOT), [held(Role.MEMBER, TOWN)], False),
        (held(Role.MEMBER, TOWN), [held(Role.AUDITOR, ROOT)], False),
        (held(Role.ADMIN, ROOT), [held(Role.AUDITOR, ROOT)], False),
        (held(Role.ADMIN, ROOT, start=TODAY), [held(Role.MEMBER, TOWN, end=YESTERDAY)], True),
        (held(Role.ADMIN, ROOT, start=TODAY), [held(Role.MEMBER, TOWN, end=TODAY)], False),
        (held(Role.ADMIN, ROOT, end=YESTERDAY), [held(Role.MEMBER, TOWN, start=TODAY)], True),
    ],
)
def test_which_roles_combine_on_which_days(new: Held, others: list[Held], may: bool) -> None:
    assert combines(new, others) is may


def test_a_slips_password_is_good_enough_and_never_the_same() -> None:
    made = {one_time_password() for _ in range(200)}
    assert len(made) == 200
    assert all(password_problem(text, login="town") is None for text in made)
    assert not any(letter in text for text in made for letter in "01oilaeu")


def test_a_key_reads_back_and_nothing_else_does() -> None:
    bearer = new_bearer()
    key_id, secret = parse_bearer(bearer.text)
    assert (key_id, len(secret)) == (bearer.key_id, 43)
    assert secret not in repr(bearer.secret_hash)
    for wrong in ("", "luodi_x_y", bearer.text + "a", bearer.text[1:], f"Bearer {bearer.text}"):
        assert parse_bearer(wrong) == ("", "")


@pytest.mark.parametrize(
    ("role", "scopes", "refused"),
    [
        (Role.PARTNER, ["leads:read", "leads:write", "events:read"], []),
        (Role.PARTNER, ["visits:write"], ["visits:write"]),
        (Role.LEADER, ["leads:write", "deals:read"], ["leads:write"]),
        (Role.MEMBER, ["visits:write"], []),
        (Role.ADMIN, ["leads:read"], ["leads:read"]),
        (Role.MEMBER, ["*"], ["*"]),
    ],
)
def test_scopes_end_at_the_role(role: Role, scopes: list[str], refused: list[str]) -> None:
    assert unusable_scopes(role, scopes) == refused
    assert unusable_scopes(role, usable_scopes(role)) == []


def test_paths_of_the_tree() -> None:
    assert path_of("/", "county") == "/county/"
    assert path_of("/county/", "town") == "/county/town/"
    assert [depth(path) for path in ("/c/", "/c/town/", "/c/town/v/")] == [0, 1, 2]


@pytest.mark.parametrize(
    ("first", "last", "on_it"),
    [(None, None, True), (TODAY, TODAY, True), (None, YESTERDAY, False), (date(2022, 11, 23), None, False)],
)
def test_both_ends_of_a_validity_are_included(first: date | None, last: date | None, on_it: bool) -> None:
    assert holds(first, last, on=TODAY) is on_it


@pytest.mark.parametrize(
    ("agent", "called"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/86.0 Safari/537.36", "Chrome · Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/120.0 Safari/537.36 Edg/120.0", "Edge · Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 13_0 like Mac OS X) MicroMessenger/8.0", "微信 · iPhone"),
        ("Mozilla/5.0 (Linux; Android 12; HarmonyOS) Chrome/99.0 Mobile Safari/537.36", "Chrome · HarmonyOS"),
        ("curl/8.0", ""),
    ],
)  # fmt: skip
def test_what_a_device_is_called(agent: str, called: str) -> None:
    assert device_name(agent) == called
