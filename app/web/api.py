"""What an API handler receives: the key's actor, the transaction, and answers with the conventions of the contract.

@router.get("/leads/{lead_id}")
def get_lead(lead_id: UUID, ctx: Annotated[ApiContext, scoped("leads:read")]) -> Response:
    with ctx.reading() as session:
        lead = service.read_lead(session, ctx.actor, lead_id)
        return ctx.record(LeadOut.of(lead), version=lead.version)
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.core import idempotency, paging
from app.core.actor import Actor
from app.core.clock import day_of
from app.core.errors import AppError, TooManyRequests
from app.core.i18n import negotiate, translate
from app.core.permissions import SCOPES, require
from app.core.wire import Instant, Listing
from app.settings import Settings
from app.web import tags
from app.web.limits import Allowance

__all__ = [
    "ApiContext",
    "IdempotencyKeyNeeded",
    "KeyNeeded",
    "ListOf",
    "ScopeMissing",
    "Session",
    "StoredAnswer",
    "UnknownParameter",
    "VersionNeeded",
    "any_key",
    "limit_headers",
    "scoped",
]


Row = TypeVar("Row", bound=BaseModel)
KEY_TEXT = re.compile(r"[!-~]{1,255}")
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


class UnknownParameter(AppError):
    """The address carries a parameter that this route does not know: a filter that does nothing would mislead."""

    code = "unknown_parameter"
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
        with self.database.asking() as session:
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
        if not KEY_TEXT.fullmatch(key):
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
        text = body.model_dump_json().encode()
        etag = tags.etag(version, text)
        if self.request.method == "GET" and tags.names(self.request.headers.get("if-none-match", ""), etag):
            return self._send(b"", status=304, headers={"ETag": etag})
        headers = {"ETag": etag} | ({"Location": location} if location else {})
        return self._answer(text, status=status, headers=headers)

    def after(self, wanted: Listing) -> list[Any] | None:
        """Return the position that a list's cursor stands for; None at its beginning. Raises BadCursor."""
        if wanted.cursor is None:
            return None
        return paging.decode_cursor(self.settings.secret_key, wanted.cursor, filters=self._bound_to(wanted))

    def page(
        self, items: Sequence[BaseModel], wanted: Listing, *, position: Sequence[Any] | None
    ) -> Response:
        """Answer a page of a list; `position` is its last row's, None where the list ends."""
        cursor = None if position is None else self.cursor(wanted, position)
        return self.listing(items, next_cursor=cursor, as_of=self.now)

    def cursor(self, wanted: Listing, position: Sequence[Any]) -> str:
        return paging.encode_cursor(self.settings.secret_key, position, filters=self._bound_to(wanted))

    def _bound_to(self, wanted: Listing) -> dict[str, Any]:
        return {"path": self.request.url.path, **wanted.filters}

    def listing(
        self,
        items: Sequence[BaseModel],
        *,
        next_cursor: str | None,
        as_of: datetime,
        has_more: bool | None = None,
    ) -> Response:
        """Answer a list in the contract's envelope, with the next page's address in a Link header.

        A feed goes on from its end: there `has_more` is given and the cursor stands although nothing follows yet.
        """
        more = next_cursor is not None if has_more is None else has_more
        rows = ",".join(item.model_dump_json() for item in items)
        page = Page(next_cursor=next_cursor, has_more=more).model_dump_json()
        at = as_of.astimezone(self.settings.zone).isoformat()
        text = f'{{"data":[{rows}],"page":{page},"as_of":"{at}"}}'
        headers = {}
        if next_cursor is not None and more:
            following = self.request.url.include_query_params(cursor=next_cursor)
            headers["Link"] = f'<{following.path}?{following.query}>; rel="next"'
        return self._answer(text.encode(), status=200, headers=headers)

    def plain(self, body: BaseModel, *, status: int = 200) -> Response:
        return self._answer(body.model_dump_json().encode(), status=status, headers={})

    def expected_version(self) -> int:
        """Read If-Match. Raises VersionNeeded when it is absent; a foreign tag matches nothing (0)."""
        given = self.request.headers.get("if-match", "").strip()
        if not given:
            raise VersionNeeded()
        return tags.version_in(given)

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
    """Where a list goes on: send `next_cursor` as `cursor` with the same filters."""

    next_cursor: str | None
    has_more: bool


class ListOf(BaseModel, Generic[Row]):
    """A page of a list as of an instant."""

    data: list[Row]
    page: Page
    as_of: Instant


def limit_headers(allowance: Allowance) -> dict[str, str]:
    return {"RateLimit-Limit": str(allowance.limit), "RateLimit-Remaining": str(allowance.remaining)}


Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]


def api_context(request: Request, credentials: Credentials) -> ApiContext:
    """Raises KeyNeeded for no, a wrong, an expired or a revoked key; TooManyRequests past its limit."""
    if credentials is None:
        raise KeyNeeded()
    actor, per_minute = request.app.state.resolve_key(request, credentials.credentials)
    if actor is None:
        raise KeyNeeded()
    allowance = request.app.state.limiter.take(f"key:{actor.session_id}", per_minute=per_minute)
    request.state.allowance = allowance
    if allowance.wait_s:
        raise TooManyRequests(retry_after=allowance.wait_s)
    _refuse_unknown_parameters(request)
    return ApiContext(request, actor, allowance)


def _refuse_unknown_parameters(request: Request) -> None:
    """Routes without parameters take none; a list's own model refuses what it does not know."""
    if request.query_params and not request.scope["route"].dependant.query_params:
        raise UnknownParameter()


def scoped(scope: str) -> Any:
    """Depend on a key that carries the scope and whose role holds the permission behind it."""

    def permitted(request: Request, credentials: Credentials) -> ApiContext:
        ctx = api_context(request, credentials)
        if ctx.actor.scopes is not None and scope not in ctx.actor.scopes:
            raise ScopeMissing(scope=scope)
        require(ctx.actor, SCOPES[scope])
        return ctx

    permitted.scope = scope  # type: ignore[attr-defined]
    return Depends(permitted)


def any_key() -> Any:
    """Depend on any key that holds, whatever its scopes."""
    return Depends(api_context)
