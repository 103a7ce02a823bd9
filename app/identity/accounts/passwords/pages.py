"""Pages that set passwords for others and print account slips; for administrators and heads of units."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from starlette.responses import Response

from app.core.actor import Role
from app.core.errors import Conflict, FieldError
from app.core.i18n import N_
from app.core.permissions import Permission
from app.identity.accounts import queries
from app.identity.accounts.passwords import service
from app.identity.accounts.rules import may_set_password
from app.identity.accounts.schemas import SlipsInput
from app.identity.choices import units_offered
from app.identity.directory import queries as directory_queries
from app.identity.models import User
from app.identity.roster import queries as roster_queries
from app.identity.roster.schemas import PersonFilter
from app.identity.sign_in.service import require_confirmed
from app.web.access import allow, pages
from app.web.context import Context
from app.web.forms import Form
from app.web.lists import pages_of, sortings

router = pages()

Manager = Annotated[Context, allow(Permission.MANAGE_USERS)]
Head = Annotated[Context, allow(Permission.MANAGE_UNIT_USERS)]

NOTHING_CHOSEN = N_("请先勾选 1 至 50 个账号")


@router.get("/unit/users")
def unit_users(ctx: Head) -> Response:
    return _unit_users(ctx, ctx.query(PersonFilter))


@router.post("/unit/users/slips")
def unit_slips(ctx: Head) -> Response:
    form = ctx.parse(SlipsInput)
    return _slips(ctx, form, back="/unit/users")


@router.post("/unit/users/{user_id}/password")
def unit_reset(user_id: UUID, ctx: Head) -> Response:
    return _reset(ctx, [user_id], back="/unit/users")


@router.post("/admin/users/slips")
def slips(ctx: Manager) -> Response:
    form = ctx.parse(SlipsInput)
    return _slips(ctx, form, back="/admin/users")


@router.post("/admin/users/{user_id}/password")
def reset(user_id: UUID, ctx: Manager) -> Response:
    return _reset(ctx, [user_id], back=f"/admin/users/{user_id}")


def _slips(ctx: Context, form: Form[SlipsInput], *, back: str) -> Response:
    if form.errors or not form.data.user_id:
        return ctx.redirect(back, flash=NOTHING_CHOSEN, kind="warning")
    return _reset(ctx, form.data.user_id, back=back)


def _reset(ctx: Context, chosen: Sequence[UUID], *, back: str) -> Response:
    """Reset and show the slips in the same answer: a redirect would have to keep the passwords somewhere.

    A form sent twice leads back to the list instead of setting other passwords than those just printed.
    """
    with ctx.reading() as session:
        # Before the hashing, which is slow on purpose.
        require_confirmed(session, ctx.actor, at=ctx.now)
    passwords = {user_id: service.new_password() for user_id in chosen}
    try:
        with ctx.transaction() as session:
            found = service.reset_passwords(session, ctx.actor, passwords, at=ctx.now)
            ctx.redirect(back)
            return ctx.render(
                "identity/slips.html", slips=found, address=ctx.settings.base_url, back=back, fresh=False
            )
    except (Conflict, FieldError) as refusal:
        return ctx.redirect(back, flash=refusal.message_id, kind="error", **refusal.params)


def _unit_users(ctx: Context, form: Form[PersonFilter]) -> Response:
    wanted = PersonFilter() if form.errors else form.data
    with ctx.reading() as session:
        reach = directory_queries.within_reach(ctx.actor, Permission.MANAGE_UNIT_USERS)
        rows, total = roster_queries.page_of_people(session, ctx.actor, wanted, reach=reach)
        accounts = queries.accounts_of_people(session, ctx.actor, [row.id for row in rows])
        every = [user for found in accounts.values() for user in found]
        units = directory_queries.unit_choices(session, ctx.actor, on=ctx.today, keep=wanted.unit)
        size = directory_queries.PAGE_SIZE
        return ctx.render(
            "identity/unit_users.html",
            form=form,
            wanted=wanted,
            rows=rows,
            accounts=accounts,
            resettable={user.id for user in every if _may_reset(ctx, user)},
            units=units_offered(
                unit for unit in units if unit.path.startswith(ctx.actor.paths(Role.UNIT_HEAD))
            ),
            pages=pages_of(ctx.request, total=total, page=wanted.page, size=size, shown=len(rows)),
            sorting=sortings(ctx.request, ("unit", "name"), sort=wanted.sort),
        )


def _may_reset(ctx: Context, user: User) -> bool:
    home = user.person.unit
    if user.disabled_at is not None or user.id == ctx.actor.id:
        return False
    return may_set_password(ctx.actor, home.id, home.path, queries.held_by(user), on=ctx.today)
