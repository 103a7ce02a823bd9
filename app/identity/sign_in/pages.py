"""Pages of signing in and of one's own account."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from fastapi import Request
from starlette.responses import Response

from app.core.actor import Actor
from app.core.errors import AppError, FieldError, TooManyRequests
from app.core.i18n import N_
from app.identity import actors, queries
from app.identity.models import User
from app.identity.one_time_codes import service as codes
from app.identity.sign_in import service
from app.identity.sign_in.schemas import (
    ConfirmForm,
    EndSessionForm,
    PasswordForm,
    PreferencesForm,
    SignInForm,
)
from app.web import kept, preferences
from app.web.access import pages, signed_in, visitor
from app.web.context import Context
from app.web.csrf import SAFE_METHODS
from app.web.forms import Form

router = pages()

REFUSED = (service.SignInRefused, codes.CodeNeeded, codes.CodeRefused, TooManyRequests)

DEMO_ACCOUNTS = (
    ("admin", N_("系统管理员")),
    ("leader", N_("县领导")),
    ("bureau", N_("县商务局认定员")),
    ("bureau2", N_("第二位认定员")),
    ("head", N_("乡镇负责人")),
    ("town", N_("乡镇填报员")),
    ("team", N_("招商总队填报员")),
    ("auditor", N_("审计员")),
)


@router.get("/login")
def login_page(ctx: Annotated[Context, visitor()], next: str = "/") -> Response:
    if ctx.maybe_actor is not None:
        return ctx.redirect(local_path(next))
    return _login(ctx, next=local_path(next))


@router.post("/login")
def login(ctx: Annotated[Context, visitor()]) -> Response:
    form = ctx.parse(SignInForm)
    if form.errors:
        return _login_again(ctx, form, status=422)
    try:
        signed = _verify(ctx, form.data)
    except REFUSED as refusal:
        form.refuse(refusal)
        asked = bool(form.data.code) or isinstance(refusal, codes.CodeNeeded | codes.CodeRefused)
        response = _login_again(ctx, form, status=refusal.status, ask_code=asked)
        if isinstance(refusal, TooManyRequests):
            response.headers["Retry-After"] = str(refusal.params["retry_after"])
        return response
    return _enter(ctx, signed, form.data)


def _verify(ctx: Context, typed: SignInForm) -> service.SignedIn:
    """Check what was typed and open a session."""
    with ctx.reading() as session:
        user = service.usable_account(session, typed.login)
    attempt = _guess(ctx, typed.login, typed.password, user)
    if user is None or attempt is None:
        raise service.SignInRefused()
    with ctx.database.writing() as session:
        codes.accept_code(session, user, typed.code, at=ctx.now)
        service.settle_attempt(session, attempt)
        device = ctx.request.headers.get("user-agent", "")
        return service.open_session(
            session, user, settings=ctx.settings, address=ctx.client_address, device=device, at=ctx.now
        )


def _guess(ctx: Context, login: str, password: str, user: User | None) -> UUID | None:
    """Compare a password, outside every transaction because it is slow on purpose; the attempt if it is right.

    Raises TooManyRequests.
    """
    with ctx.database.writing() as session:
        attempt = service.reserve_attempt(session, login=login, address=ctx.client_address, at=ctx.now)
    matched = service.password_matches(password, user.password_hash if user is not None else "")
    return attempt if matched else None


def _enter(ctx: Context, signed: service.SignedIn, typed: SignInForm) -> Response:
    """Set the cookie and go on: to the page that was asked for, or to the form that was kept."""
    ctx.set_cookie(ctx.request.app.state.session_cookie, signed.token)
    waiting = kept.unpack(ctx.settings.secret_key, typed.kept, owner=signed.user_id)
    if waiting is None:
        return ctx.redirect(local_path(typed.next))
    with ctx.reading() as session:
        actor, _due = service.resolve_session(session, signed.token, settings=ctx.settings, at=ctx.now)
    ctx.become(actor, signed.token)
    return ctx.render("identity/resume.html", path=local_path(waiting["path"]), fields=waiting["fields"])


@router.post("/logout")
def logout(ctx: Annotated[Context, signed_in()]) -> Response:
    with ctx.transaction() as session:
        if ctx.actor.session_id is not None:
            service.end_session(session, ctx.actor, ctx.actor.session_id, at=ctx.now)
    response = ctx.redirect("/login", flash=N_("已退出登录"))
    response.delete_cookie(ctx.request.app.state.session_cookie, path="/")
    return response


@router.get("/account")
def account(ctx: Annotated[Context, signed_in()]) -> Response:
    return _account(ctx)


@router.post("/account/password")
def change_password(ctx: Annotated[Context, signed_in()]) -> Response:
    form = ctx.parse(PasswordForm)
    if not form.errors and form.data.new != form.data.again:
        form.errors["again"] = ctx.say(N_("两次输入的新密码不一致"))
    if form.errors:
        return _account(ctx, status=422, password_form=form)
    try:
        with ctx.transaction() as session:
            service.change_password(
                session, ctx.actor, current=form.data.current, new=form.data.new, at=ctx.now
            )
            return ctx.redirect("/account", flash=N_("密码已修改，其他设备已退出登录"))
    except AppError as refusal:
        form.refuse(refusal)
        return _account(ctx, status=422, password_form=form)


@router.post("/account/sessions/end")
def end_session(ctx: Annotated[Context, signed_in()]) -> Response:
    form = ctx.parse(EndSessionForm)
    if form.errors:
        return _account(ctx, status=422)
    with ctx.transaction() as session:
        service.end_session(session, ctx.actor, form.data.session_id, at=ctx.now)
        return ctx.redirect("/account", flash=N_("该设备已退出登录"))


@router.get("/account/confirm")
def confirm_page(ctx: Annotated[Context, signed_in()], next: str = "/account") -> Response:
    return ctx.render("identity/confirm.html", form=ctx.blank(next=local_path(next)))


@router.post("/account/confirm")
def confirm(ctx: Annotated[Context, signed_in()]) -> Response:
    form, status = ctx.parse(ConfirmForm), 422
    if not form.errors:
        try:
            with ctx.reading() as session:
                user = queries.get_user(session, ctx.actor.id)
            attempt = _guess(ctx, user.login, form.data.password, user)
            if attempt is None:
                raise FieldError("password", "error.identity.wrong_password")
            with ctx.transaction() as session:
                service.settle_attempt(session, attempt)
                service.note_confirmed(session, ctx.actor, at=ctx.now)
                return ctx.redirect(local_path(form.data.next))
        except (FieldError, TooManyRequests) as refusal:
            form.refuse(refusal)
            status = refusal.status
    return ctx.render("identity/confirm.html", status=status, form=form)


@router.post("/account/preferences")
def keep_preferences(ctx: Annotated[Context, visitor()]) -> Response:
    form = ctx.parse(PreferencesForm)
    if form.errors:
        return ctx.redirect("/")
    now = ctx.preferences
    chosen = preferences.choose(
        ctx.settings.locale,
        form.data.locale or now.locale,
        form.data.theme or now.theme,
        form.data.text_size or now.text_size,
    )
    ctx.set_cookie(preferences.COOKIE, chosen.pack())
    return ctx.redirect(local_path(form.data.next))


def sign_in_page(request: Request, _error: AppError) -> Response:
    """Answer a request that needs somebody: to the sign-in page, with what was typed kept inside it."""
    ctx: Context = request.state.context
    if request.method in SAFE_METHODS:
        target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        response = ctx.redirect(f"/login?{_query(target)}")
        if ctx.is_fragment:
            response.headers["HX-Redirect"] = response.headers["location"]
            response.status_code = 200
        return response
    owner = _owner_of_ended_session(ctx)
    text = ""
    if owner is not None and ctx.submitted is not None:
        text = kept.pack(ctx.settings.secret_key, path=request.url.path, owner=owner, submitted=ctx.submitted)
    return _login(ctx, next="/", kept_text=text, status=401)


def confirm_first(request: Request, _error: AppError) -> Response:
    """Answer a sensitive act whose password was not entered lately."""
    ctx: Context = request.state.context
    asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    came_from = urlsplit(request.headers.get("referer", "")).path or "/account"
    return ctx.redirect(f"/account/confirm?{_query(asked if request.method in SAFE_METHODS else came_from)}")


def password_first(request: Request, _error: AppError) -> Response:
    ctx: Context = request.state.context
    return ctx.redirect(
        "/account", flash=N_("请先修改初始密码或启用动态验证码，再使用其他功能"), kind="warning"
    )


def local_path(target: str) -> str:
    """Return the target when it is a path of ours, else the start page: no open redirects."""
    parts = urlsplit(target)
    sound = target.startswith("/") and not target.startswith(("//", "/\\")) and not parts.netloc
    return target if sound and not any(ord(letter) < 32 for letter in target) else "/"


def _query(target: str) -> str:
    return urlencode({"next": target})


def _owner_of_ended_session(ctx: Context) -> UUID | None:
    if not ctx.session_token:
        return None
    with ctx.reading() as session:
        return service.session_owner(session, ctx.session_token)


def _demo_accounts(ctx: Context) -> tuple[tuple[str, str], ...]:
    return DEMO_ACCOUNTS if ctx.demo else ()


def _login(ctx: Context, *, next: str, kept_text: str = "", status: int = 200) -> Response:
    return _login_again(ctx, ctx.blank(login="", next=next, kept=kept_text), status=status)


def _login_again(ctx: Context, form: Form[Any], *, status: int, ask_code: bool = False) -> Response:
    return ctx.render(
        "identity/login.html", status=status, form=form, demo_accounts=_demo_accounts(ctx), ask_code=ask_code
    )


def _account(ctx: Context, *, status: int = 200, password_form: object = None) -> Response:
    with ctx.reading() as session:
        user = queries.get_user(session, ctx.actor.id)
        return ctx.render(
            "identity/account.html",
            status=status,
            user=user,
            sessions=actors.live_sessions(session, user.id, now=ctx.now),
            this_session=ctx.actor.session_id,
            password_form=password_form or ctx.blank(),
            needs_totp=ctx.actor.needs_totp_setup,
        )


def resolve(ctx: Context) -> Actor | None:
    """Turn the request's cookie into an actor."""
    if not ctx.session_token:
        return None
    with ctx.entering() as session:
        actor, due = service.resolve_session(session, ctx.session_token, settings=ctx.settings, at=ctx.now)
    if actor is not None and due and actor.session_id is not None:
        with ctx.database.writing() as session:
            service.touch_session(session, actor.session_id, at=ctx.now)
    return actor
