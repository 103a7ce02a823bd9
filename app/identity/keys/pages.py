"""The administrator's pages of service accounts and keys, and the door that a key opens."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import Request
from starlette.responses import Response

from app.core.actor import Actor
from app.core.i18n import N_
from app.core.permissions import Permission
from app.identity.actors import actor_of_key
from app.identity.choices import labelled, units_offered
from app.identity.directory import queries as directory_queries
from app.identity.keys import queries, rules, service
from app.identity.keys.schemas import AccountFilter, KeyInput, ServiceAccountInput
from app.identity.refused_forms import SHOWN, show_refusal
from app.identity.schemas import VersionInput
from app.identity.sign_in.service import require_confirmed
from app.web.access import allow, pages
from app.web.context import Context
from app.web.forms import Form
from app.web.lists import pages_of

router = pages()

Manager = Annotated[Context, allow(Permission.MANAGE_KEYS)]
DEFAULT_LIFE = timedelta(days=365)


@router.get("/admin/keys")
def accounts(ctx: Manager) -> Response:
    form = ctx.query(AccountFilter)
    wanted = AccountFilter() if form.errors else form.data
    with ctx.reading() as session:
        rows, total = queries.page_of_accounts(
            session, ctx.actor, text=wanted.q, state=wanted.state, page=wanted.page
        )
        return ctx.render(
            "identity/keys.html",
            form=form,
            wanted=wanted,
            rows=rows,
            live={row.id: sum(_is_open(ctx, key) for key in row.keys) for row in rows},
            used={
                row.id: max((key.last_used_at for key in row.keys if key.last_used_at), default=None)
                for row in rows
            },
            pages=pages_of(
                ctx.request, total=total, page=wanted.page, size=queries.PAGE_SIZE, shown=len(rows)
            ),
        )


@router.get("/admin/keys/new")
def new_account(ctx: Manager) -> Response:
    with ctx.reading() as session:
        require_confirmed(session, ctx.actor, at=ctx.now)
    return _account_form(ctx, ctx.blank(role="partner"))


@router.post("/admin/keys/new")
def create_account(ctx: Manager) -> Response:
    form, status = ctx.parse(ServiceAccountInput), 422
    if not form.errors:
        try:
            with ctx.transaction() as session:
                account = service.create_account(session, ctx.actor, form.data, at=ctx.now)
                return ctx.redirect(f"/admin/keys/{account.id}", flash=N_("接口账号已新建，请签发密钥"))
        except SHOWN as refusal:
            status = show_refusal(ctx, form, refusal)
    return _account_form(ctx, form, status=status)


def _account_form(ctx: Context, form: Form[Any], *, status: int = 200) -> Response:
    with ctx.reading() as session:
        return ctx.render(
            "identity/key_account_new.html",
            status=status,
            form=form,
            roles=labelled(ctx, rules.KEY_ROLES),
            units=units_offered(directory_queries.unit_choices(session, ctx.actor, on=ctx.today)),
        )


@router.get("/admin/keys/{account_id}")
def account(account_id: UUID, ctx: Manager) -> Response:
    return _account(ctx, account_id)


@router.post("/admin/keys/{account_id}/keys")
def create_key(account_id: UUID, ctx: Manager) -> Response:
    form, status = ctx.parse(KeyInput), 422
    if not form.errors:
        try:
            with ctx.transaction() as session:
                key, text = service.create_key(session, ctx.actor, account_id, form.data, at=ctx.now)
                # Sent again, the form leads to the account: the key was shown once and is stored nowhere.
                ctx.redirect(f"/admin/keys/{account_id}")
                return ctx.render("identity/key_shown.html", key=key, text=text, account_id=account_id)
        except SHOWN as refusal:
            status = show_refusal(ctx, form, refusal)
    return _account(ctx, account_id, form=form, status=status)


@router.post("/admin/keys/{account_id}/keys/{key_id}/revoke")
def revoke_key(account_id: UUID, key_id: str, ctx: Manager) -> Response:
    with ctx.transaction() as session:
        service.revoke_key(session, ctx.actor, key_id, at=ctx.now)
        return ctx.redirect(f"/admin/keys/{account_id}", flash=N_("密钥已吊销，立即失效"))


@router.post("/admin/keys/{account_id}/disable")
def disable_account(account_id: UUID, ctx: Manager) -> Response:
    return _switch(ctx, account_id, on=False, done=N_("接口账号已停用，其密钥全部失效"))


@router.post("/admin/keys/{account_id}/enable")
def enable_account(account_id: UUID, ctx: Manager) -> Response:
    return _switch(ctx, account_id, on=True, done=N_("接口账号已启用"))


def _switch(ctx: Context, account_id: UUID, *, on: bool, done: str) -> Response:
    form, status = ctx.parse(VersionInput), 422
    if not form.errors:
        try:
            with ctx.transaction() as session:
                version = form.data.version
                service.switch_account(
                    session, ctx.actor, account_id, on=on, expected_version=version, at=ctx.now
                )
                return ctx.redirect(f"/admin/keys/{account_id}", flash=done)
        except SHOWN as refusal:
            status = show_refusal(ctx, form, refusal)
    return _account(ctx, account_id, refused=form, status=status)


def _account(
    ctx: Context,
    account_id: UUID,
    *,
    form: Form[Any] | None = None,
    refused: Form[Any] | None = None,
    status: int = 200,
) -> Response:
    with ctx.reading() as session:
        found = queries.get_account(session, ctx.actor, account_id)
        fresh = ctx.blank(scopes=[], expires_on=ctx.today + DEFAULT_LIFE, per_minute=rules.DEFAULT_PER_MINUTE)
        return ctx.render(
            "identity/key_account.html",
            status=status,
            account=found,
            keys=sorted(found.keys, key=lambda key: key.created_at, reverse=True),
            open_keys={key.id for key in found.keys if _is_open(ctx, key)},
            scope_options=[(scope, scope) for scope in rules.usable_scopes(found.role)],
            form=form or fresh,
            refused_form=refused or ctx.blank(),
        )


def _is_open(ctx: Context, key: Any) -> bool:
    return key.revoked_at is None and key.expires_at > ctx.now


def resolve_key(request: Request, bearer: str) -> tuple[Actor | None, int]:
    """Turn a bearer text into its actor and limit per minute, in short sessions of its own."""
    database, now = request.app.state.database, request.app.state.clock()
    with database.asking() as session:
        key = service.resolve_key(session, bearer, at=now)
        if key is None:
            return None, 0
        actor, per_minute, due = actor_of_key(key), key.per_minute, service.needs_touch(key, at=now)
    if due:
        with database.writing() as session:
            service.touch_key(session, key.id, at=now)
    return actor, per_minute
