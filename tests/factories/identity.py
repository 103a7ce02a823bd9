"""The people and units that tests begin with, and browsers signed in as one of them.

unit = make_unit(session, name="杨桥镇")
user = make_user(session, role=Role.UNIT_HEAD, unit=unit)
client = client_of(open_app(database, clock), user)
answer = send(client, "/leads/new", title="…")
"""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from functools import lru_cache
from itertools import count
from typing import Any
from uuid import UUID

from fastapi import FastAPI
from httpx import Response
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.core.actor import Actor, Role
from app.core.clock import day_of
from app.core.ids import new_id
from app.core.models import County
from app.identity import actors, queries, rules
from app.identity.keys.rules import new_bearer
from app.identity.models import ApiKey, MembershipRow, Person, ServiceAccount, Track, Unit, User
from app.identity.rules import UnitKind
from app.identity.sign_in.service import open_session
from app.web.csrf import token_for
from tests.factories.application import ADDRESS, SAME_SITE, open_app, visitor  # noqa: F401

PASSWORD = "a-Sound-Password-7"
EPOCH = datetime(2022, 1, 4, 1, 0, tzinfo=UTC)

_numbers = count(1)


@lru_cache
def password_hash() -> str:
    """Hash the tests' password once and cheaply: its cost stands in the hash, so that signing in is quick too."""
    return Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


def make_county(session: Session, *, name: str = "汾溪县", demo: bool = False) -> County:
    """Return the database's county; a database holds one."""
    county = session.scalar(select(County))
    if county is None:
        county = County(
            id=new_id(), name=name, code="360599", is_demo=demo, created_at=EPOCH, updated_at=EPOCH
        )
        session.add(county)
        session.flush()
    return county


def make_root(session: Session) -> Unit:
    """Return the county as the tree's root unit."""
    county = make_county(session)
    root = session.scalar(select(Unit).where(Unit.county_id == county.id, Unit.parent_id.is_(None)))
    return root or _unit(session, county.id, None, code="county", name=county.name, kind=UnitKind.COUNTY)


def make_unit(
    session: Session,
    *,
    parent: Unit | None = None,
    code: str = "",
    name: str = "",
    kind: UnitKind = UnitKind.TOWN,
    **values: Any,
) -> Unit:
    """Make a unit below the county's root, or below `parent`."""
    number = next(_numbers)
    above = parent or make_root(session)
    return _unit(
        session,
        above.county_id,
        above,
        code=code or f"u{number}",
        name=name or f"第{number}镇",
        kind=kind,
        **values,
    )


def _unit(session: Session, county_id: UUID, above: Unit | None, *, code: str, **values: Any) -> Unit:
    path = f"{above.path if above else '/'}{code}/"
    parent_id = above.id if above else None
    given = {"created_at": EPOCH, "updated_at": EPOCH} | values
    unit = Unit(id=new_id(), county_id=county_id, parent_id=parent_id, path=path, code=code, **given)
    session.add(unit)
    session.flush()
    return unit


def make_track(session: Session, *, name: str = "", **values: Any) -> Track:
    county = make_county(session)
    given = {"created_at": EPOCH, "updated_at": EPOCH} | values
    track = Track(id=new_id(), county_id=county.id, name=name or f"赛道{next(_numbers)}", **given)
    session.add(track)
    session.flush()
    return track


def make_person(session: Session, *, unit: Unit | None = None, name: str = "", **values: Any) -> Person:
    """Put somebody on the roster."""
    home = unit or make_unit(session)
    given = {"created_at": EPOCH, "updated_at": EPOCH} | values
    person = Person(
        id=new_id(), county_id=home.county_id, unit_id=home.id, name=name or f"王第{next(_numbers)}", **given
    )
    session.add(person)
    session.flush()
    return person


def make_user(
    session: Session,
    *,
    role: Role | None = Role.MEMBER,
    unit: Unit | None = None,
    login: str = "",
    name: str = "",
    person: Person | None = None,
    **values: Any,
) -> User:
    """Make an account that signs in with PASSWORD and holds one role in one unit (`role=None`: none at all)."""
    home = unit or (session.get(Unit, person.unit_id) if person else None) or make_unit(session)
    login = login or f"user{next(_numbers)}"
    given: dict[str, Any] = {
        "created_at": EPOCH,
        "updated_at": EPOCH,
        "password_hash": password_hash(),
    } | values
    user = User(
        id=new_id(),
        county_id=home.county_id,
        person_id=(person or make_person(session, unit=home, name=name)).id,
        login=login,
        login_folded=rules.fold_login(login),
        **given,
    )
    session.add(user)
    session.flush()
    if role is not None:
        add_role(session, user, role=role, unit=home)
    return user


def add_role(session: Session, user: User, *, role: Role, unit: Unit, **values: Any) -> MembershipRow:
    """Give a further role, in another unit or for a time."""
    membership = MembershipRow(id=new_id(), user_id=user.id, unit_id=unit.id, role=role, **values)
    session.add(membership)
    session.flush()
    return membership


def actor_of(session: Session, user: User, *, at: datetime = EPOCH) -> Actor:
    """Return the actor of an account, for calling a service without HTTP."""
    return actors.actor_of_user(session, queries.get_user(session, user.id), today=day_of(at))


def make_key(
    session: Session,
    *,
    role: Role = Role.PARTNER,
    unit: Unit | None = None,
    scopes: tuple[str, ...] = ("leads:read", "leads:write"),
    **values: Any,
) -> tuple[ApiKey, str]:
    """Make a service account with one key; returns the key's row and the bearer text that programs send."""
    home = unit or make_unit(session, kind=UnitKind.PARTNER)
    account = ServiceAccount(
        id=new_id(),
        county_id=home.county_id,
        name=f"程序{next(_numbers)}",
        unit_id=home.id,
        role=role,
        created_at=EPOCH,
        updated_at=EPOCH,
    )
    bearer = new_bearer()
    given: dict[str, Any] = {"created_at": EPOCH, "expires_at": EPOCH.replace(year=2099)} | values
    key = ApiKey(
        id=new_id(),
        account_id=account.id,
        key_id=bearer.key_id,
        secret_hash=bearer.secret_hash,
        scopes=list(scopes),
        **given,
    )
    session.add_all([account, key])
    session.flush()
    return key, bearer.text


def client_of(app: FastAPI, user: User | str | None = None) -> TestClient:
    """Return a browser at the application's address; with a user, one in which he signed in before."""
    client = visitor(app, follow_redirects=False)
    client.headers.update(SAME_SITE)
    if user is not None:
        _bring_session(client, app, user if isinstance(user, str) else user.login)
    return client


def _bring_session(client: TestClient, app: FastAPI, login: str) -> None:
    """Open a session through the use case; the form of signing in has tests of its own."""
    state = app.state
    with state.database.writing() as session:
        user = queries.user_by_login(session, login)
        assert user is not None
        opened = open_session(
            session, user, settings=state.settings, address="testclient", device="", at=state.clock()
        )
    client.cookies.set(state.session_cookie, opened.token, domain="127.0.0.1", path="/")


def form_token(page: str) -> str:
    """Read the token that every form of a page carries."""
    found = re.search(r'name="csrf_token"\s+value="([^"]+)"', page)
    assert found, f"the page has no form: {page[:300]}"
    return found[1]


def token_of(client: TestClient) -> str:
    """Return the token that the forms of a signed-in browser's pages carry."""
    state = client.app.state  # type: ignore[attr-defined]
    holder = hashlib.sha256(client.cookies[state.session_cookie].encode()).hexdigest()
    return token_for(state.settings.secret_key, holder)


def sign_in(client: TestClient, login: str, password: str = PASSWORD) -> TestClient:
    """Sign in as a person does: open the page, send its form. The client then sends its forms like a browser."""
    client.headers.update(SAME_SITE)
    page = client.get("/login")
    typed = {"login": login, "password": password, "csrf_token": form_token(page.text)}
    answer = client.post("/login", data=typed, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return client


def send(client: TestClient, path: str, **fields: Any) -> Response:
    """Send a form to `path` with the token that the pages of this session carry."""
    given = {name: value for name, value in fields.items() if value is not None}
    return client.post(path, data={"csrf_token": token_of(client), **given}, follow_redirects=False)
