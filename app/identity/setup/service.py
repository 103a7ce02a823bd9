"""The use case behind `luodi init`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.core.actor import Actor, ActorKind, Role
from app.core.errors import AppError, FieldError
from app.core.events import record
from app.core.ids import new_id
from app.core.options import County
from app.core.regions import normal_code
from app.identity import rules
from app.identity.models import MembershipRow, Person, Unit, User
from app.identity.setup import queries
from app.identity.setup.rules import county_code_problem
from app.identity.sign_in.service import hash_password

ROOT_CODE = "county"
ADMIN_POST = "系统管理员"


class CountyExists(AppError):
    """A database holds one county."""

    code = "identity.county_exists"
    status = 409


def set_up_county(
    session: Session,
    *,
    name: str,
    code: str,
    admin_login: str,
    admin_name: str,
    password: str,
    must_change_password: bool = True,
    at: datetime,
) -> User:
    """Create the county, its root unit and the first administrator with his entry on the roster.

    Raises CountyExists, or FieldError at `code`, `login` or `password`.
    """
    if (standing := queries.county(session)) is not None:
        raise CountyExists(county=standing.name)
    if county_code_problem(code):
        raise FieldError("code", "error.identity.county_code")
    county = County(
        id=new_id(), code=normal_code(code), name=name, is_demo=False, created_at=at, updated_at=at
    )
    session.add(county)
    root = _root_unit(county, at=at)
    session.add(root)
    session.flush()
    user = _administrator(session, root, login=admin_login, name=admin_name, password=password, at=at)
    user.must_change_password = must_change_password
    system = Actor(kind=ActorKind.SYSTEM, id=county.id, name="luodi init", county_id=county.id)
    record(session, system, "county.created", ("county", county.id), at=at)
    record(session, system, "user.created", ("user", user.id), at=at)
    return user


def _root_unit(county: County, *, at: datetime) -> Unit:
    return Unit(
        id=new_id(),
        county_id=county.id,
        path=f"/{ROOT_CODE}/",
        code=ROOT_CODE,
        name=county.name,
        kind=rules.UnitKind.COUNTY,
        created_at=at,
        updated_at=at,
    )


def _administrator(
    session: Session, root: Unit, *, login: str, name: str, password: str, at: datetime
) -> User:
    problem = rules.password_problem(password, login=login)
    if problem is not None:
        minimum = rules.MINIMUM_PASSWORD_LENGTH
        raise FieldError("password", f"error.identity.password_{problem.value}", minimum=minimum)
    stamps = {"created_at": at, "updated_at": at}
    person = Person(
        id=new_id(), county_id=root.county_id, unit_id=root.id, name=name, post=ADMIN_POST, **stamps
    )
    session.add(person)
    session.flush()
    user = User(
        id=new_id(),
        county_id=root.county_id,
        person_id=person.id,
        login=login,
        login_folded=rules.fold_login(login),
        password_hash=hash_password(password),
        password_changed_at=at,
        **stamps,
    )
    session.add(user)
    session.flush()
    session.add(MembershipRow(user_id=user.id, unit_id=root.id, role=Role.ADMIN))
    return user
