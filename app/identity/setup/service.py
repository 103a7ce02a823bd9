"""The use case behind `luodi init`."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actor import Actor, ActorKind, Membership, Role
from app.core.errors import AppError, FieldError
from app.core.events import record
from app.core.ids import new_id
from app.core.migrate import at_head
from app.core.options import County
from app.core.regions import normal_code
from app.identity.accounts import service as accounts
from app.identity.accounts.passwords.service import OneTimePassword
from app.identity.accounts.schemas import UserInput
from app.identity.directory import service as directory
from app.identity.directory.schemas import UnitInput
from app.identity.models import User
from app.identity.roster import service as roster
from app.identity.roster.schemas import PersonInput
from app.identity.rules import MINIMUM_PASSWORD_LENGTH, UnitKind, password_problem
from app.identity.setup import queries
from app.identity.setup.rules import county_code_problem
from app.identity.setup.schemas import SetupInput
from app.identity.sign_in.service import hash_password

ROOT_CODE = "county"
ADMIN_POST = "系统管理员"


class CountyExists(AppError):
    """A database holds one county."""

    code = "identity.county_exists"
    status = 409


class TablesMissing(AppError):
    """The database is not at this version's tables."""

    code = "identity.tables_missing"
    status = 503


def require_tables(session: Session) -> None:
    """Raises TablesMissing before `luodi migrate`."""
    if not at_head(session.connection()):
        raise TablesMissing()


def chosen_password(text: str, *, login: str) -> OneTimePassword:
    """Hash the password that the administrator chose. Raises FieldError at `password` when it is too weak."""
    if problem := password_problem(text, login=login):
        raise FieldError(
            "password", f"error.identity.password_{problem.value}", minimum=MINIMUM_PASSWORD_LENGTH
        )
    return OneTimePassword(text=text, hash=hash_password(text))


def set_up_county(
    session: Session, data: SetupInput, *, password: OneTimePassword, must_change_password: bool, at: datetime
) -> User:
    """Create the county, its root unit and the first administrator with an entry on the roster.

    Raises CountyExists, or FieldError at `county_code`.
    """
    if (standing := queries.county(session)) is not None:
        raise CountyExists(county=standing.name)
    if county_code_problem(data.county_code):
        raise FieldError("county_code", "error.identity.county_code")
    county = County(
        id=new_id(),
        code=normal_code(data.county_code),
        name=data.county_name,
        is_demo=False,
        created_at=at,
        updated_at=at,
    )
    session.add(county)
    session.flush()
    installer = _installer(county.id)
    record(session, installer, "county.created", ("county", county.id), at=at)
    root_input = UnitInput(name=county.name, code=ROOT_CODE, kind=UnitKind.COUNTY)
    root = directory.create_unit(session, installer, root_input, at=at)
    person_input = PersonInput(name=data.admin_name, unit_id=root.id, post=ADMIN_POST)
    person = roster.add_person(session, installer, person_input, at=at)
    user_input = UserInput(login=data.admin_login, person_id=person.id, unit_id=root.id, role=Role.ADMIN)
    user, _ = accounts.create_user(session, installer, user_input, password=password, at=at)
    user.must_change_password = must_change_password
    return user


def _installer(county_id: UUID) -> Actor:
    """Whoever sits at the server's terminal acts as administrator of a county that has none yet."""
    whole = Membership(role=Role.ADMIN, unit_id=county_id, unit_path=f"/{ROOT_CODE}/")
    return Actor(
        kind=ActorKind.SYSTEM, id=county_id, name="luodi init", county_id=county_id, memberships=(whole,)
    )
