"""The eight accounts that people try the software with. Their password is public, so production refuses them."""

from __future__ import annotations

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.core.actor import Role
from app.core.ids import new_id
from app.demo.county import Demo, DemoPerson
from app.demo.units import BUREAU, FIRST_TOWN, MAIN_TEAM, ROOT
from app.identity import rules
from app.identity.models import MembershipRow, User
from app.identity.sign_in.service import hash_password

PASSWORD = "luodi-demo"  # noqa: S105 - published on purpose, shown on the demo's sign-in page

# Login, role, unit and post of the person who holds the account.
ACCOUNTS: tuple[tuple[str, Role, str, str], ...] = (
    ("admin", Role.ADMIN, ROOT, "系统管理员"),
    ("leader", Role.LEADER, ROOT, "县委副书记、县长"),
    ("bureau", Role.VERIFIER, BUREAU, "认定股股长"),
    ("bureau2", Role.VERIFIER, BUREAU, "认定股副股长"),
    ("head", Role.UNIT_HEAD, FIRST_TOWN, "党委书记"),
    ("town", Role.MEMBER, FIRST_TOWN, "招商联络员"),
    ("team", Role.MEMBER, MAIN_TEAM, "队员"),
    ("auditor", Role.AUDITOR, ROOT, "审计员"),
)


def make_accounts(session: Session, demo: Demo) -> None:
    """Write the accounts with one hash for all: each would cost a tenth of a second."""
    hashed = hash_password(PASSWORD)
    users, memberships = [], []
    for login, role, unit, post in ACCOUNTS:
        user_id = new_id()
        holder = _holder(demo, unit, post)
        demo.users[login], demo.holders[login] = user_id, holder
        users.append(
            demo.row(
                id=user_id,
                person_id=holder.id,
                login=login,
                login_folded=rules.fold_login(login),
                password_hash=hashed,
                password_changed_at=demo.opened_at,
                is_demo=True,
            )
        )
        memberships.append({"id": new_id(), "user_id": user_id, "unit_id": demo.unit(unit).id, "role": role})
    session.execute(insert(User), users)
    session.execute(insert(MembershipRow), memberships)


def _holder(demo: Demo, unit: str, post: str) -> DemoPerson:
    return next(person for person in demo.people_of(unit) if person.post == post)
