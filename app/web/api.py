"""What an API handler receives: the key's actor, the transaction, and answers with the conventions of the contract.

@router.get("/leads/{lead_id}")
def get_lead(lead_id: UUID, ctx: Annotated[ApiContext, scoped("leads:read")]) -> Response:
    with ctx.reading() as session:
        lead = service.read_lead(session, ctx.actor, lead_id)
        return ctx.record(LeadOut.of(lead), version=lead.version)
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel
from starlette.responses import Response

from app.core import idempotency
from app.core.actor import Actor
from app.core.clock import day_of
from app.core.errors import AppError, TooManyRequests
from app.core.i18n import negotiate, translate
from app.core.permissions import SCOPES, require
from app.settings import Settings
from app.web.limits import Allowance

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

bearer = HTTPBearer(auto_error=False, scheme_name="key", description="`luodi_<keyid>_<secret>`")


class KeyNeeded(AppError):
    code = "key_needed"
    status = 401


class ScopeMissing(AppError):
    """The key lacks the scope named in `scope`."""

    code = "scope_missing"
    status = 403


class VersionNeeded(AppError):
    """A change needs If-Match with the record's ETag."""

    code = "version_needed"
    status = 428


class IdempotencyKeyNeeded(AppError):
    code = "idempotency_key_needed"
    status = 400


class StoredAnswer(Exception):
    """The same request was already carried out: its stored answer is sent again."""

    def __init__(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.status, self.body, self.headers = status, body, headers


class ApiContext:
    """One request of a partner's program."""

    def __init__(self, request: Request, actor: Actor, allowance: Allowance) -> None:
        self.request = request
        self.actor = actor
        self.settings: Settings = request.app.state.settings
        self.database = request.app.state.database
        self.now: datetime = request.app.state.clock()
        self.locale = negotiate(request.headers.get("accept-language", ""), self.settings.locale)
        self.demo: bool = request.app.state.is_demo()
        self.allowance = allowance
        self._session: Session | None = None
        self._key = ""

    @property
    def today(self) -> date:
        return day_of(self.now, zone=self.settings.zone)

    def say(self, message: str, **params: Any) -> str:
        return translate(self.locale, message, **params)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        with self.database.reading() as session:
            yield session

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Open a transaction without a key: for changes that If-Match guards."""
        with self.database.writing() as session:
            yield session

    @contextmanager
    def creating(self, body: bytes) -> Iterator[Session]:
        """Open a transaction under the request's Idempotency-Key; what is answered inside is stored with it.

        Raises IdempotencyKeyNeeded, StoredAnswer for a repetition, or core.idempotency's refusals.
        """
        key = self.request.headers.get("idempotency-key", "")
        if not key or len(key) > 255:
            raise IdempotencyKeyNeeded()
        digest = hashlib.sha256(self.request.url.path.encode() + b"\0" + body).hexdigest()
        with self.database.writing() as session:
            stored = idempotency.begin(
                session, holder=f"key:{self.actor.id}", key=key, request_hash=digest, at=self.now
            )
            if stored is not None:
                raise StoredAnswer(stored.status, stored.body, dict(stored.headers))
            self._session, self._key = session, key
            try:
                yield session
            finally:
                self._session = None

    def record(self, body: BaseModel, *, version: int, status: int = 200, location: str = "") -> Response:
        """Answer one record with its ETag; 304 when the caller has this version already."""
        etag = f'"{version}"'
        if self.request.method == "GET" and etag in self.request.headers.get("if-none-match", ""):
            return self._send(b"", status=304, headers={"ETag": etag})
        headers = {"ETag": etag} | ({"Location": location} if location else {})
        return self._answer(body.model_dump_json().encode(), status=status, headers=headers)

    def listing(self, items: Sequence[BaseModel], *, next_cursor: str | None, as_of: datetime) -> Response:
        """Answer a list in the contract's envelope, with the next page's address in a Link header."""
        rows = ",".join(item.model_dump_json() for item in items)
        page = Page(next_cursor=next_cursor, has_more=next_cursor is not None).model_dump_json()
        text = f'{{"data":[{rows}],"page":{page},"as_of":"{as_of.isoformat()}"}}'
        headers = {}
        if next_cursor is not None:
            following = self.request.url.include_query_params(cursor=next_cursor)
            headers["Link"] = f'<{following.path}?{following.query}>; rel="next"'
        return self._answer(text.encode(), status=200, headers=headers)

    def plain(self, body: BaseModel, *, status: int = 200) -> Response:
        return self._answer(body.model_dump_json().encode(), status=status, headers={})

    def expected_version(self) -> int:
        """Read If-Match. Raises VersionNeeded when it is absent; a foreign tag matches nothing (0)."""
        given = self.request.headers.get("if-match", "").strip().removeprefix("W/").strip('"')
        if not given:
            raise VersionNeeded()
        return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0

    def _answer(self, body: bytes, *, status: int, headers: dict[str, str]) -> Response:
        if self.demo:
            body = b'{"demo":true' + (b"" if body == b"{}" else b",") + body[1:]
        if self._session is not None:
            idempotency.finish(
                self._session,
                holder=f"key:{self.actor.id}",
                key=self._key,
                status=status,
                body=body,
                headers=headers,
            )
        return self._send(body, status=status, headers=headers)

    def _send(self, body: bytes, *, status: int, headers: dict[str, str]) -> Response:
        return Response(
            body,
            status_code=status,
            headers=headers | limit_headers(self.allowance),
            media_type="application/json",
        )


class Page(BaseModel):
    next_cursor: str | None
    has_more: bool


def limit_headers(allowance: Allowance) -> dict[str, str]:
    return {"RateLimit-Limit": str(allowance.limit), "RateLimit-Remaining": str(allowance.remaining)}


def api_context(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]
) -> ApiContext:
    """Raises KeyNeeded for no, a wrong, an expired or a revoked key; TooManyRequests past its limit."""
    if credentials is None:
        raise KeyNeeded()
    actor, per_minute = request.app.state.resolve_key(request, credentials.credentials)
    if actor is None:
        raise KeyNeeded()
    allowance = request.app.state.limiter.take(f"key:{actor.session_id}", per_minute=per_minute)
    if allowance.wait_s:
        raise TooManyRequests(retry_after=allowance.wait_s)
    return ApiContext(request, actor, allowance)


def scoped(scope: str) -> Any:
    """Depend on a key that carries the scope and whose role holds the permission behind it."""

    def permitted(ctx: Annotated[ApiContext, Depends(api_context)]) -> ApiContext:
        if ctx.actor.scopes is not None and scope not in ctx.actor.scopes:
            raise ScopeMissing(scope=scope)
        require(ctx.actor, SCOPES[scope])
        return ctx

    permitted.scope = scope  # type: ignore[attr-defined]
    return Depends(permitted)


def any_key() -> Any:
    """Depend on any key that holds, whatever its scopes."""
    return Depends(api_context)


class MethodOverride:
    """POST with X-HTTP-Method-Override does what PATCH, PUT or DELETE would (keys only): gateways cut those."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["method"] == "POST" and scope["path"].startswith("/api/"):
            wanted = dict(scope["headers"]).get(b"x-http-method-override", b"").decode("latin-1").upper()
            if wanted in ("PATCH", "PUT", "DELETE"):
                scope = dict(scope, method=wanted)
        await self.app(scope, receive, send)
