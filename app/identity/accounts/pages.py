"""The administrator's pages of accounts."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from starlette.responses import Response

from app.core.i18n import N_
from app.core.permissions import Permission
from app.identity.accounts import queries, service
from app.identity.accounts.passwords import service as passwords
from app.identity.accounts.roles import service as roles
from app.identity.accounts.rules import ROLES_OF_PEOPLE
from app.identity.accounts.schemas import LoginInput, RoleInput, UserFilter, UserInput
from app.identity.choices import labelled, units_offered
from app.identity.directory import queries as directory_queries
from app.identity.models import User
from app.identity.refused_forms import SHOWN, show_refusal
from app.identity.roster import queries as roster_queries
from app.identity.schemas import VersionInput
from app.identity.sign_in.service import require_confirmed
from app.identity.story import tell_stories
from app.web.access import allow, pages
from app.web.context import Context
from app.web.forms import Form
from app.web.lists import pages_of, sortings

router = pages()
tell_stories()

Manager = Annotated[Context, allow(Permission.MANAGE_USERS)]


@router.get("/admin/users")
def users(ctx: Manager) -> Response:
    form = ctx.query(UserFilter)
    wanted = UserFilter() if form.errors else form.data
    with ctx.reading() as session:
        rows, total = queries.page_of_users(session, ctx.actor, wanted, on=ctx.today)
        size = directory_queries.PAGE_SIZE
        return ctx.render(
            "identity/users.html",
            form=form,
            wanted=wanted,
            rows=rows,
            roles=labelled(ctx, ROLES_OF_PEOPLE),
            units=units_offered(
                directory_queries.unit_choices(session, ctx.actor, on=ctx.today, keep=wanted.unit)
            ),
            pages=pages_of(ctx.request, total=total, page=wanted.page, size=size, shown=len(rows)),
            sorting=sortings(ctx.request, ("login", "name", "unit"), sort=wanted.sort),
        )


@router.get("/admin/users/new")
def new_user(ctx: Manager, person: UUID | None = None) -> Response:
    with ctx.reading() as session:
        # Asked before anything is typed, so that nothing typed is lost on the way to the password page.
        require_confirmed(session, ctx.actor, at=ctx.now)
        found = roster_queries.get_person(session, ctx.actor, person) if person else None
    return _new_user(
        ctx, ctx.blank(person_id=person, unit_id=found.unit_id if found else None, role="member")
    )


@router.post("/admin/users/new")
def create_user(ctx: Manager) -> Response:
    form, status = ctx.parse(UserInput), 422
    if not form.errors:
        password = passwords.new_password()
        try:
            with ctx.transaction() as session:
                user, slip = service.create_user(session, ctx.actor, form.data, password=password, at=ctx.now)
                # Sent again, the form leads to the account: the password was shown once and is stored nowhere.
                ctx.redirect(f"/admin/users/{user.id}")
                return ctx.render(
                    "identity/slips.html",
                    slips=[slip],
                    address=ctx.settings.base_url,
                    back="/admin/users",
                    fresh=True,
                )
        except SHOWN as refusal:
            status = show_refusal(ctx, form, refusal)
    return _new_user(ctx, form, status=status)


def _new_user(ctx: Context, form: Form[Any], *, status: int = 200) -> Response:
    with ctx.reading() as session:
        chosen = str(form.get("person_id"))
        person = roster_queries.find_person(session, ctx.actor, chosen) if chosen else None
        return ctx.render(
            "identity/user_new.html",
            status=status,
            form=form,
            person=person,
            roles=labelled(ctx, ROLES_OF_PEOPLE),
            units=units_offered(directory_queries.unit_choices(session, ctx.actor, on=ctx.today)),
        )


@router.get("/admin/users/{user_id}")
def user(user_id: UUID, ctx: Manager) -> Response:
    return _user(ctx, user_id)


@router.post("/admin/users/{user_id}/login")
def change_login(user_id: UUID, ctx: Manager) -> Response:
    form, status = ctx.parse(LoginInput), 422
    if not form.errors:
        try:
            with ctx.transaction() as session:
                service.change_login(session, ctx.actor, user_id, form.data, at=ctx.now)
                return ctx.redirect(f"/admin/users/{user_id}", flash=N_("用户名已修改"))
        except SHOWN as refusal:
            status = show_refusal(ctx, form, refusal)
    return _user(ctx, user_id, login_form=form, status=status)


@router.post("/admin/users/{user_id}/roles")
def grant_role(user_id: UUID, ctx: Manager) -> Response:
    form, status = ctx.parse(RoleInput), 422
    if not form.errors:
        try:
            with ctx.transaction() as session:
                roles.grant_role(session, ctx.actor, user_id, form.data, at=ctx.now)
                return ctx.redirect(f"/admin/users/{user_id}", flash=N_("角色已授予"))
        except SHOWN as refusal:
            status = show_refusal(ctx, form, refusal)
    return _user(ctx, user_id, role_form=form, status=status)


@router.post("/admin/users/{user_id}/roles/{membership_id}/end")
def end_role(user_id: UUID, membership_id: UUID, ctx: Manager) -> Response:
    form, status = ctx.parse(VersionInput), 422
    if not form.errors:
        try:
            with ctx.transaction() as session:
                version = form.data.version
                roles.end_role(
                    session, ctx.actor, user_id, membership_id, expected_version=version, at=ctx.now
                )
                return ctx.redirect(f"/admin/users/{user_id}", flash=N_("角色已收回"))
        except SHOWN as refusal:
            status = show_refusal(ctx, form, refusal)
    return _user(ctx, user_id, refused=form, status=status)


@router.post("/admin/users/{user_id}/disable")
def disable_user(user_id: UUID, ctx: Manager) -> Response:
    return _switch(ctx, user_id, on=False, done=N_("账号已停用，已退出所有设备"))


@router.post("/admin/users/{user_id}/enable")
def enable_user(user_id: UUID, ctx: Manager) -> Response:
    return _switch(ctx, user_id, on=True, done=N_("账号已启用"))


def _switch(ctx: Context, user_id: UUID, *, on: bool, done: str) -> Response:
    form, status = ctx.parse(VersionInput), 422
    if not form.errors:
        try:
            with ctx.transaction() as session:
                version = form.data.version
                service.switch_user(session, ctx.actor, user_id, on=on, expected_version=version, at=ctx.now)
                return ctx.redirect(f"/admin/users/{user_id}", flash=done)
        except SHOWN as refusal:
            status = show_refusal(ctx, form, refusal)
    return _user(ctx, user_id, refused=form, status=status)


@router.post("/admin/users/{user_id}/totp/remove")
def remove_totp(user_id: UUID, ctx: Manager) -> Response:
    form, status = ctx.parse(VersionInput), 422
    if not form.errors:
        try:
            with ctx.transaction() as session:
                version = form.data.version
                service.remove_totp(session, ctx.actor, user_id, expected_version=version, at=ctx.now)
                return ctx.redirect(f"/admin/users/{user_id}", flash=N_("已解除该账号的动态验证码"))
        except SHOWN as refusal:
            status = show_refusal(ctx, form, refusal)
    return _user(ctx, user_id, refused=form, status=status)


def _user(
    ctx: Context,
    user_id: UUID,
    *,
    login_form: Form[Any] | None = None,
    role_form: Form[Any] | None = None,
    refused: Form[Any] | None = None,
    status: int = 200,
) -> Response:
    with ctx.reading() as session:
        found = queries.get_user(session, ctx.actor, user_id)
        return ctx.render(
            "identity/user.html",
            status=status,
            user=found,
            held=_in_order(found),
            login_form=login_form or ctx.blank(login=found.login, version=found.version),
            role_form=role_form
            or ctx.blank(unit_id=found.person.unit_id, role="member", version=found.version),
            refused_form=refused or ctx.blank(),
            roles=labelled(ctx, ROLES_OF_PEOPLE),
            units=units_offered(directory_queries.unit_choices(session, ctx.actor, on=ctx.today)),
        )


def _in_order(user: User) -> list[Any]:
    """Return the roles, those that hold still first."""
    return sorted(
        user.memberships, key=lambda row: (row.valid_to is not None, row.unit.path, row.role, row.id)
    )
