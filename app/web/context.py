"""What a page handler receives: who, when, the form, the transaction and the answer.

    @router.post("/leads/{lead_id}/loss")
    def lose(lead_id: UUID, ctx: Annotated[Context, allow(Permission.WRITE_RECORDS)]) -> Response:
        form = ctx.parse(LossInput)
        if form.errors:
            return ctx.render("leads/lose.html", status=422, form=form)
        with ctx.transaction() as session:
            service.lose_lead(session, ctx.actor, lead_id, reason=form.data.reason, at=ctx.now)
            return ctx.redirect(f"/leads/{lead_id}", flash=N_("已终止洽谈"))

The transaction commits when the block ends, before the answer is sent. A form's one-time key is taken inside it, so
the same form sent twice changes once and answers the same both times.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, datetime
from functools import cached_property
from typing import Any, TypeVar
from urllib.parse import urlencode

from fastapi import Request
from markupsafe import Markup
from pydantic import BaseModel
from sqlalchemy.orm import Session
from starlette.datastructures import FormData, UploadFile
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.core import idempotency
from app.core.actor import Actor
from app.core.clock import day_of
from app.core.db import Database
from app.core.errors import AppError
from app.core.i18n import translate
from app.core.permissions import Permission, allowed
from app.settings import Settings
from app.web import csrf, flash, preferences, templating
from app.web.forms import Form, blank_form, parse_form
from app.web.frame import PageFrame

Model = TypeVar("Model", bound=BaseModel)
Answer = TypeVar("Answer", bound=Response)

FORM_KEY = "form_key"
CSRF_FIELD = "csrf_token"


class SignInNeeded(AppError):
    """Nobody is signed in; `main` answers with the sign-in page and keeps what was typed."""

    code = "sign_in_needed"
    status = 401


class PasswordChangeNeeded(AppError):
    """The password was set by somebody else, or a one-time code is required: nothing else works until then."""

    code = "password_change_needed"
    status = 403


class Replayed(Exception):
    """The same form was already carried out; its stored answer is sent again."""

    def __init__(self, location: str) -> None:
        self.location = location


class Context:
    """One request to a page. `decide` is the door at which it waits until `access` has asked who it is."""

    def __init__(
        self, request: Request, submitted: FormData | None, decide: Callable[[Context], None]
    ) -> None:
        self.request = request
        self.decide = decide
        self.settings: Settings = request.app.state.settings
        self._database: Database = request.app.state.database
        self.now: datetime = request.app.state.clock()
        self.submitted = submitted
        self.preferences = preferences.read(request, self.settings)
        self.locale = self.preferences.locale
        self.session_token = request.cookies.get(request.app.state.session_cookie, "")
        self.maybe_actor: Actor | None
        self.demo: bool
        self._session: Session | None = None
        self._kept: Session | None = None
        self._until_left = ExitStack()
        self._cookies: list[tuple[str, str]] = []

    def recognise(self) -> None:
        """Find out who asks. The door calls it (`access`): before that nobody is known, and nothing works."""
        self.maybe_actor = self.request.app.state.resolve_session(self)
        self.demo = self.request.app.state.is_demo()

    @contextmanager
    def entering(self) -> Iterator[Session]:
        """Open the session in which the door asks who it is; the handler's first reading goes on in it."""
        with ExitStack() as opened:
            session = opened.enter_context(self._database.asking())
            yield session
            self._kept, self._until_left = session, opened.pop_all()

    def leave(self) -> None:
        """Close the door's session where no reading took it."""
        self._kept = None
        self._until_left.close()

    @property
    def database(self) -> Database:
        """Return the database, for sessions of one's own: a thread has one connection at a time."""
        self.leave()
        return self._database

    @property
    def actor(self) -> Actor:
        """Raises SignInNeeded when nobody is signed in."""
        if self.maybe_actor is None:
            raise SignInNeeded()
        return self.maybe_actor

    @property
    def today(self) -> date:
        return day_of(self.now, zone=self.settings.zone)

    @property
    def path(self) -> str:
        """Return the address without host and query; `request.url` would put the whole together and take it apart."""
        return str(self.request.scope["path"])

    @property
    def client_address(self) -> str:
        return str(self.request.state.client)

    @cached_property
    def visitor(self) -> str:
        """Return what stands for somebody who is not signed in."""
        return self.request.cookies.get(csrf.ANONYMOUS_COOKIE) or csrf.new_visitor()

    @property
    def csrf_holder(self) -> str:
        return hashlib.sha256(self.session_token.encode()).hexdigest() if self.maybe_actor else self.visitor

    @property
    def csrf_token(self) -> str:
        return csrf.token_for(self.settings.secret_key, self.csrf_holder)

    @property
    def is_fragment(self) -> bool:
        """Say whether htmx asks for a part of a page."""
        return self.request.headers.get("hx-request") == "true" and "hx-boosted" not in self.request.headers

    def become(self, actor: Actor | None, token: str) -> None:
        """Go on as somebody who signed in during this very request, so that the page's token is theirs."""
        self.maybe_actor, self.session_token = actor, token

    def may(self, permission: Permission) -> bool:
        return self.maybe_actor is not None and allowed(self.maybe_actor, permission)

    def say(self, message: str, **params: Any) -> str:
        return translate(self.locale, message, **params)

    def parse(self, model: type[Model]) -> Form[Model]:
        """Check the submitted form against an input model; never raises for what a person typed."""
        return parse_form(model, self.submitted or FormData(), self.locale)

    def blank(self, **values: Any) -> Form[Any]:
        return blank_form(self.locale, **values)

    def query(self, model: type[Model]) -> Form[Model]:
        """Check the address's query string like a form: lists keep their state there."""
        return parse_form(
            model,
            FormData(list[tuple[str, str | UploadFile]](self.request.query_params.multi_items())),
            self.locale,
        )

    def files(self, field: str) -> list[UploadFile]:
        """Return the uploaded files of one field that are not empty."""
        found = self.submitted.getlist(field) if self.submitted is not None else []
        return [item for item in found if isinstance(item, UploadFile) and item.filename]

    @contextmanager
    def reading(self) -> Iterator[Session]:
        session, self._kept = self._kept, None
        if session is None:
            with self.database.asking() as session:
                yield session
        else:
            with self._until_left.pop_all():
                yield session

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Open a transaction; raises Replayed when this form's one-time key was used before."""
        with self.database.writing() as session:
            self._session = session
            try:
                self._take_form_key(session)
                yield session
            finally:
                self._session = None

    def _take_form_key(self, session: Session) -> None:
        key = self.submitted.get(FORM_KEY) if self.submitted is not None else None
        if not isinstance(key, str) or not key:
            return
        body = urlencode(
            sorted(
                (name, value.filename or "" if isinstance(value, UploadFile) else value)
                for name, value in (self.submitted or FormData()).multi_items()
                if name != CSRF_FIELD
            )
        )
        digest = hashlib.sha256(f"{self.path}?{body}".encode("utf-8", "replace")).hexdigest()
        stored = idempotency.begin(
            session, holder=f"form:{self.csrf_holder}", key=key[:255], request_hash=digest, at=self.now
        )
        if stored is not None:
            raise Replayed(str(stored.headers.get("location", "/")))

    def render(self, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
        """Render a page with the frame's own names (`ctx`, `nav`) and yours."""
        text = templating.render(
            template,
            locale=self.locale,
            zone=self.settings.timezone,
            ctx=PageFrame(self),
            nav=self.request.app.state.navigation(self),
            **values,
        )
        response = HTMLResponse(text, status_code=status)
        return self.finish(response)

    def draw(self, template: str, **values: Any) -> Markup:
        """Render a part of a page without its frame, for what several requests may share."""
        return templating.draw(template, locale=self.locale, zone=self.settings.timezone, **values)

    def redirect(self, location: str, *, flash: str = "", kind: str = "success", **params: Any) -> Response:
        """Answer a done form: 303 to a page of ours, with a word on what was done."""
        if not location.startswith("/") or location.startswith(("//", "/\\")):
            location = "/"
        response = RedirectResponse(location, status_code=303)
        if flash:
            self.flash(flash, kind=kind, **params)
        self.remember(location)
        return self.finish(response)

    def remember(self, location: str) -> None:
        """Keep under the form's one-time key where its answer leads, for the same form sent again."""
        key = self.submitted.get(FORM_KEY) if self.submitted is not None else None
        if self._session is not None and isinstance(key, str) and key:
            idempotency.finish(
                self._session,
                holder=f"form:{self.csrf_holder}",
                key=key[:255],
                status=303,
                body=b"",
                headers={"location": location},
            )

    def flash(self, message: str, *, kind: str = "success", **params: Any) -> None:
        self._cookies.append(
            (flash.COOKIE, flash.pack(self.settings.secret_key, kind, self.say(message, **params)))
        )

    def set_cookie(self, name: str, value: str) -> None:
        self._cookies.append((name, value))

    def finish(self, response: Answer) -> Answer:
        """Add the cookies that this request set. Handlers that build their own response pass it through here."""
        for name, value in self._cookies:
            set_cookie(response, self.settings, name, value)
        if flash.COOKIE in self.request.cookies and response.media_type == "text/html":
            if not any(name == flash.COOKIE for name, _value in self._cookies):
                response.delete_cookie(flash.COOKIE)
        if self.maybe_actor is None and csrf.ANONYMOUS_COOKIE not in self.request.cookies:
            set_cookie(response, self.settings, csrf.ANONYMOUS_COOKIE, self.visitor)
        return response


def set_cookie(
    response: Response, settings: Settings, name: str, value: str, *, max_age: int | None = None
) -> None:
    """Set a cookie that scripts cannot read and other sites do not send; secure where the address is https."""
    response.set_cookie(
        name, value, max_age=max_age, path="/", secure=settings.https, httponly=True, samesite="lax"
    )
