"""Pages that switch one-time codes on and off for one's own account."""

from __future__ import annotations

from typing import Annotated

import segno
from starlette.responses import Response

from app.core.errors import AppError
from app.core.i18n import N_
from app.identity.one_time_codes import service as codes
from app.identity.sign_in.schemas import CodeForm
from app.web.access import pages, signed_in
from app.web.context import Context

router = pages()


@router.post("/account/totp")
def start_totp(ctx: Annotated[Context, signed_in()]) -> Response:
    with ctx.transaction() as session:
        secret, address = codes.start_totp(session, ctx.actor)
    return _totp(ctx, secret=secret, address=address, form=ctx.blank())


@router.post("/account/totp/confirm")
def confirm_totp(ctx: Annotated[Context, signed_in()]) -> Response:
    form = ctx.parse(CodeForm)
    if not form.errors:
        try:
            with ctx.transaction() as session:
                codes.confirm_totp(session, ctx.actor, code=form.data.code, at=ctx.now)
                return ctx.redirect("/account", flash=N_("已启用动态验证码"))
        except AppError as refusal:
            form.refuse(refusal)
    with ctx.transaction() as session:
        secret, address = codes.start_totp(session, ctx.actor)
    return _totp(ctx, secret=secret, address=address, form=form, status=422)


@router.post("/account/totp/stop")
def stop_totp(ctx: Annotated[Context, signed_in()]) -> Response:
    with ctx.transaction() as session:
        codes.stop_totp(session, ctx.actor, at=ctx.now)
        return ctx.redirect("/account", flash=N_("已停用动态验证码"))


def _totp(ctx: Context, *, secret: str, address: str, form: object, status: int = 200) -> Response:
    picture = segno.make(address, error="m").svg_data_uri(scale=5, border=2)
    return ctx.render("identity/totp.html", status=status, secret=secret, picture=picture, form=form)
