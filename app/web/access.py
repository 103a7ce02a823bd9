"""The doors of the pages: who may enter, decided before a handler runs.

router = pages()

@router.get("/leads/{lead_id}")
def show(lead_id: UUID, ctx: Annotated[Context, allow(Permission.READ_RECORDS)]) -> Response: ...
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial, wraps
from inspect import iscoroutinefunction
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.datastructures import FormData
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from app.core.actor import Role
from app.core.errors import NotPermitted
from app.core.permissions import Permission, require
from app.web import csrf
from app.web.context import CSRF_FIELD, Context, PasswordChangeNeeded
from app.web.threads import in_a_thread

MAX_FORM_PARTS = 1_000


async def _submitted(request: Request) -> FormData | None:
    if request.method in csrf.SAFE_METHODS:
        return None
    kind = request.headers.get("content-type", "")
    if not kind.startswith(("application/x-www-form-urlencoded", "multipart/form-data")):
        return FormData()
    limit = request.app.state.settings.max_upload_mb * 1024 * 1024
    return await request.form(max_files=20, max_fields=MAX_FORM_PARTS, max_part_size=limit)


def pages() -> APIRouter:
    """Return a router for pages: each of its handlers runs behind the door that it names."""
    return APIRouter(include_in_schema=False, route_class=Page)


class Page(APIRoute):
    """An address whose door decides in the very thread that then runs the handler.

    To ask who is signed in takes the database, so it takes a thread; a second hand-over for the handler would cost a
    small page a twentieth of its time. Where the address itself is wrong no handler runs, and the door decides alone
    before anybody is told so.

    What a handler asks for is analysed when its address is first asked: a start needs none of two hundred.
    """

    def __init__(
        self, path: str, endpoint: Callable[..., Any], *, methods: Sequence[str], **given: Any
    ) -> None:
        if iscoroutinefunction(endpoint):
            raise TypeError(f"{path}: a door asks the database, which must not hold up the event loop")
        Route.__init__(self, path, endpoint, methods=methods, include_in_schema=False)
        self.methods = set(methods)  # HEAD is answered as GET is (`HeadAsGet`)
        self._unread: dict[str, Any] | None = given

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._unread is not None:
            given, self._unread = self._unread, None
            super().__init__(self.path, _behind_its_door(self.endpoint), methods=self.methods, **given)
        await super().handle(scope, receive, send)

    def get_route_handler(self) -> Callable[[Request], Any]:
        handle = super().get_route_handler()

        async def handle_or_turn_away(request: Request) -> Response:
            try:
                answer: Response = await handle(request)
            except RequestValidationError:
                if (waiting := getattr(request.state, "waiting", None)) is not None:
                    await in_a_thread(partial(_turn_away, waiting))
                raise
            return answer

        return handle_or_turn_away


def _behind_its_door(handler: Callable[..., Any]) -> Callable[..., Any]:
    def opened(values: dict[str, Any]) -> Any:
        waiting = [value for value in values.values() if isinstance(value, Context)]
        try:
            for made in waiting:
                _enter(made)
            return handler(**values)
        finally:
            for made in waiting:
                made.leave()

    @wraps(handler)
    async def waits_for_it(**values: Any) -> Any:
        return await in_a_thread(partial(opened, values))

    return waits_for_it


def _enter(made: Context) -> None:
    """Find out who asks; refuses forms that another site sent, and whom the door does not let in."""
    unsafe = made.request.method not in csrf.SAFE_METHODS
    if unsafe:
        csrf.require_same_site(made.request, made.settings)
    made.recognise()
    made.request.state.context = made
    if unsafe:
        # A form's handler may think for long before it asks anything, and what it changes begins a session of its own.
        made.leave()
        if made.maybe_actor is not None:
            _require_token(made)
    made.decide(made)


def _turn_away(made: Context) -> None:
    try:
        _enter(made)
    finally:
        made.leave()


def _require_token(made: Context) -> None:
    given = made.request.headers.get("x-csrf-token") or (made.submitted or FormData()).get(CSRF_FIELD)
    csrf.require_token(given, made.settings.secret_key, made.csrf_holder)


def _door(decide: Callable[[Context], None]) -> Callable[..., Any]:
    """Return the dependency that has somebody wait at a door: only `Page` lets them in."""

    # One dependency without any of its own: each further level would be gone through once more in every request.
    async def waiting(request: Request) -> Context:
        made = request.state.waiting = Context(request, await _submitted(request), decide)
        return made

    return waiting


def _anybody(made: Context) -> None:
    """Let in whoever comes; a form of somebody not signed in carries the token of the visitor's cookie."""
    if made.request.method not in csrf.SAFE_METHODS and made.maybe_actor is None:
        _require_token(made)


def _somebody(made: Context) -> None:
    """Raises SignInNeeded or PasswordChangeNeeded."""
    actor = made.actor
    unfinished = actor.must_change_password or actor.needs_totp_setup
    if unfinished and not made.path.startswith(("/account", "/logout")):
        raise PasswordChangeNeeded()


def allow(permission: Permission) -> Any:
    """Depend on a context whose actor holds the permission somewhere; scope is the service's to check."""

    def permitted(made: Context) -> None:
        _somebody(made)
        if made.actor.roles == {Role.PARTNER}:
            raise NotPermitted()  # partners act by key over the API only (contract: roles)
        require(made.actor, permission)

    return Depends(_door(permitted))


def signed_in() -> Any:
    """Depend on a context of anybody who is signed in."""
    return Depends(_door(_somebody))


def visitor() -> Any:
    return Depends(_door(_anybody))
