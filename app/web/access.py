"""The doors of the pages: who may enter, decided before a handler runs.

def show(lead_id: UUID, ctx: Annotated[Context, allow(Permission.READ_RECORDS)]) -> Response: ...
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Request
from starlette.datastructures import FormData

from app.core.actor import Role
from app.core.errors import NotPermitted
from app.core.permissions import Permission, require
from app.web import csrf
from app.web.context import CSRF_FIELD, Context, PasswordChangeNeeded

MAX_FORM_PARTS = 1_000


async def _submitted(request: Request) -> FormData | None:
    if request.method in csrf.SAFE_METHODS:
        return None
    kind = request.headers.get("content-type", "")
    if not kind.startswith(("application/x-www-form-urlencoded", "multipart/form-data")):
        return FormData()
    limit = request.app.state.settings.max_upload_mb * 1024 * 1024
    return await request.form(max_files=20, max_fields=MAX_FORM_PARTS, max_part_size=limit)


# Each door is one dependency of a handler: every further level would be looked at again in each of two hundred routes
# when the application starts, and once more in each request.
Submitted = Annotated[FormData | None, Depends(_submitted)]


def context(request: Request, submitted: FormData | None) -> Context:
    """Build the context of a page that anybody may open; refuses forms that another site sent."""
    unsafe = request.method not in csrf.SAFE_METHODS
    if unsafe:
        csrf.require_same_site(request, request.app.state.settings)
    made = Context(request, submitted)
    request.state.context = made
    if unsafe and made.maybe_actor is not None:
        _require_token(made)
    return made


def _require_token(made: Context) -> None:
    given = made.request.headers.get("x-csrf-token") or (made.submitted or FormData()).get(CSRF_FIELD)
    csrf.require_token(given, made.settings.secret_key, made.csrf_holder)


def _visitor(request: Request, submitted: Submitted) -> Context:
    """Like `context`, for forms that somebody not signed in may send: the token belongs to the visitor's cookie."""
    made = context(request, submitted)
    if made.request.method not in csrf.SAFE_METHODS and made.maybe_actor is None:
        _require_token(made)
    return made


def _signed_in(request: Request, submitted: Submitted) -> Context:
    """Raises SignInNeeded or PasswordChangeNeeded."""
    made = context(request, submitted)
    actor = made.actor
    unfinished = actor.must_change_password or actor.needs_totp_setup
    if unfinished and not made.request.url.path.startswith(("/account", "/logout")):
        raise PasswordChangeNeeded()
    return made


def allow(permission: Permission) -> Any:
    """Depend on a context whose actor holds the permission somewhere; scope is the service's to check."""

    def permitted(request: Request, submitted: Submitted) -> Context:
        made = _signed_in(request, submitted)
        if made.actor.roles == {Role.PARTNER}:
            raise NotPermitted()  # partners act by key over the API only (contract: roles)
        require(made.actor, permission)
        return made

    permitted.permission = permission  # type: ignore[attr-defined]
    return Depends(permitted)


def signed_in() -> Any:
    """Depend on a context of anybody who is signed in."""
    return Depends(_signed_in)


def visitor() -> Any:
    return Depends(_visitor)
