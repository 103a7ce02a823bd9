"""Reads about accounts and the roles that they hold."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session, contains_eager, selectinload
from sqlalchemy.sql.base import ExecutableOption

from app.core.actor import Actor, ActorKind, Membership, Role
from app.core.errors import NotFound
from app.core.permissions import Permission, allowed
from app.identity.accounts.rules import Held
from app.identity.accounts.schemas import UserFilter
from app.identity.directory.queries import PAGE_SIZE, contains, in_order, total_of, within_reach
from app.identity.models import MembershipRow, Person, Unit, User
from app.identity.rules import fold_login


def visible_to(actor: Actor) -> Select[User]:
    """Start every read here: administrators see the county's accounts, heads those of their unit and below."""
    chosen = select(User).join(User.person).join(Person.unit).where(User.county_id == actor.county_id)
    if allowed(actor, Permission.MANAGE_USERS):
        return chosen
    return chosen.where(within_reach(actor, Permission.MANAGE_UNIT_USERS))


def held_on(day: date) -> ColumnElement[bool]:
    """Return the condition that a membership holds on a day."""
    return and_(
        or_(MembershipRow.valid_from.is_(None), MembershipRow.valid_from <= day),
        or_(MembershipRow.valid_to.is_(None), MembershipRow.valid_to >= day),
    )


def page_of_users(
    session: Session, actor: Actor, wanted: UserFilter, *, on: date
) -> tuple[Sequence[User], int]:
    """Return one page of accounts with people, units and roles, and how many accounts there are."""
    chosen = visible_to(actor)
    if wanted.q:
        chosen = chosen.where(contains(wanted.q, User.login, Person.name, Unit.name))
    if wanted.role is not None:
        holders = select(MembershipRow.user_id).where(MembershipRow.role == wanted.role, held_on(on))
        chosen = chosen.where(User.id.in_(holders))
    if wanted.unit is not None:
        chosen = chosen.where(Person.unit_id == wanted.unit)
    if wanted.state != "all":
        off = User.disabled_at.is_not(None)
        chosen = chosen.where(off if wanted.state == "disabled" else ~off)
    columns = {"login": User.login_folded, "name": Person.name, "unit": Unit.path}
    rows = session.scalars(
        chosen.options(*_whole())
        .order_by(in_order(columns, wanted.sort), User.id)
        .limit(PAGE_SIZE)
        .offset((wanted.page - 1) * PAGE_SIZE)
    ).all()
    return rows, total_of(session, chosen)


def get_user(session: Session, actor: Actor, user_id: UUID, *, lock: bool = False) -> User:
    """Return an account with its person, unit and roles. Raises NotFound."""
    return get_users(session, actor, [user_id], lock=lock)[0]


def get_users(session: Session, actor: Actor, ids: Sequence[UUID], *, lock: bool = False) -> list[User]:
    """Return several accounts in the order of their units and logins. Raises NotFound when one is missing."""
    chosen = visible_to(actor).where(User.id.in_(ids)).order_by(Unit.path, User.login_folded, User.id)
    if lock:
        chosen = chosen.with_for_update(of=User)
    users = session.scalars(chosen.options(*_whole())).all()
    if len(users) != len(set(ids)):
        raise NotFound()
    return list(users)


def _whole() -> tuple[ExecutableOption, ...]:
    return (
        contains_eager(User.person).contains_eager(Person.unit),
        selectinload(User.memberships).joinedload(MembershipRow.unit),
    )


def user_by_login(session: Session, actor: Actor, login: str) -> User:
    """Return an account by its login. Raises NotFound."""
    user = session.scalar(visible_to(actor).where(User.login_folded == fold_login(login)).options(*_whole()))
    if user is None:
        raise NotFound()
    return user


def login_is_taken(session: Session, login: str, *, by_other_than: UUID | None = None) -> bool:
    """Say whether an account, of any county, signs in by this name."""
    holder = session.scalar(select(User.id).where(User.login_folded == fold_login(login)))
    return holder is not None and holder != by_other_than


def held_by(user: User) -> list[Held]:
    """Return what an account holds, in the words of the rules."""
    return [
        Held(
            role=Role(row.role),
            unit_id=row.unit_id,
            unit_path=row.unit.path,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
        )
        for row in user.memberships
    ]


def active_administrators(session: Session, county_id: UUID, *, on: date) -> Sequence[UUID]:
    """Return and lock the accounts that administer the county on a day: two must not leave together."""
    return session.scalars(
        select(User.id)
        .where(
            User.county_id == county_id,
            User.disabled_at.is_(None),
            User.id.in_(select(MembershipRow.user_id).where(MembershipRow.role == Role.ADMIN, held_on(on))),
        )
        .order_by(User.id)
        .with_for_update()
    ).all()


def accounts_of_people(session: Session, actor: Actor, people: Sequence[UUID]) -> dict[UUID, list[User]]:
    """Return the accounts of each of these people that the actor may see, with their roles."""
    found: dict[UUID, list[User]] = {}
    chosen = visible_to(actor).where(User.person_id.in_(people)).order_by(User.login_folded, User.id)
    for user in session.scalars(chosen.options(*_whole())):
        found.setdefault(user.person_id, []).append(user)
    return found


def terminal_actor(session: Session, *, name: str) -> Actor:
    """Return whoever sits at the server's terminal: an administrator to whom every rule applies as to anybody.

    Raises NotFound before `luodi init`.
    """
    root = session.scalar(select(Unit).where(Unit.parent_id.is_(None)).order_by(Unit.id).limit(1))
    if root is None:
        raise NotFound()
    whole = Membership(role=Role.ADMIN, unit_id=root.id, unit_path=root.path, unit_name=root.shown_name)
    return Actor(
        kind=ActorKind.SYSTEM, id=root.county_id, name=name, county_id=root.county_id, memberships=(whole,)
    )
