"""Errors as answers: pages for people, RFC 9457 problem details for partners."""

from __future__ import annotations

import json
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.core.errors import AppError, FieldError, InvalidInput
from app.core.i18n import negotiate, translate
from app.web import preferences, templating
from app.web.api import StoredAnswer, limit_headers
from app.web.api_document import methods_at
from app.web.context import Context, Replayed
from app.web.forms import coded
from app.web.frame import PageFrame

log = structlog.get_logger("luodi.error")

PAGES = (400, 403, 404, 405, 409, 412, 413, 422, 429, 500, 503)
STATUS_CODES = {
    400: "bad_request",
    403: "not_permitted",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    422: "invalid_input",
    500: "server_error",
    503: "unavailable",
}


def install(app: FastAPI) -> None:
    app.add_exception_handler(AppError, _refusal)
    app.add_exception_handler(Replayed, _replay)
    app.add_exception_handler(StoredAnswer, _stored)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(HTTPException, _http)


def is_api(request: Request) -> bool:
    return request.url.path.startswith("/api/")


def _refusal(request: Request, error: Exception) -> Response:
    assert isinstance(error, AppError)
    handler = getattr(request.app.state, "refusal_pages", {}).get(type(error))
    if handler is not None and not is_api(request):
        page: Response = handler(request, error)
        return page
    if error.status == 500:
        # Only whoever runs the server can mend it, and looks for it under the page's number.
        log.error(error.code, request_id=request.state.request_id, path=request.url.path)
    return answer(
        request, error.status, error.code, error.message_id, error.params, errors=_pointers(request, error)
    )


def _pointers(request: Request, error: AppError) -> list[dict[str, str]]:
    locale = locale_of(request)
    if isinstance(error, FieldError):
        pairs = {error.field: (error.field_message_id, error.params)}
    elif isinstance(error, InvalidInput):
        pairs = error.errors
    else:
        return []
    return [
        {
            "pointer": f"/{field}",
            "code": message_id.rpartition(".")[2],
            "message": translate(locale, message_id, **params),
        }
        for field, (message_id, params) in pairs.items()
    ]


def _replay(request: Request, error: Exception) -> Response:
    assert isinstance(error, Replayed)
    return RedirectResponse(error.location, status_code=303)


def _stored(request: Request, error: Exception) -> Response:
    assert isinstance(error, StoredAnswer)
    headers = error.headers | {"Idempotency-Replayed": "true"} | limits_of(request)
    return Response(error.body, status_code=error.status, headers=headers, media_type="application/json")


def _invalid_request(request: Request, error: Exception) -> Response:
    """Bad path or query values. Never echoes the input: NaN or a lone surrogate in an echo breaks the answer."""
    assert isinstance(error, RequestValidationError)
    in_path = any(detail["loc"] and detail["loc"][0] == "path" for detail in error.errors())
    if in_path:
        return answer(request, 404, "not_found", "error.not_found", {})
    if is_api(request) and any(
        detail["type"] == "extra_forbidden" and detail["loc"][0] == "query" for detail in error.errors()
    ):
        return answer(request, 400, "unknown_parameter", "error.unknown_parameter", {})
    locale = locale_of(request)
    pointers = []
    for detail in error.errors():
        message_id, params = coded(dict(detail))
        where = "/".join(str(part) for part in detail["loc"][1:])
        pointers.append(
            {
                "pointer": f"/{where}",
                "code": str(detail["type"]),
                "message": translate(locale, message_id, **params),
            }
        )
    return answer(request, 422, "invalid_input", "error.invalid_input", {}, errors=pointers)


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = STATUS_CODES.get(error.status_code, "bad_request")
    headers = dict(error.headers or {})
    if error.status_code == 405 and is_api(request):
        headers["Allow"] = ", ".join(methods_at(request.app.routes, request.url.path))
    return answer(request, error.status_code, code, f"error.{code}", {}, headers=headers)


def answer_bug(request: Request, error: Exception) -> Response:
    """Note what nobody foresaw, under the request's id, and answer 500 (called by the outermost layer)."""
    log.error("bug", request_id=request.state.request_id, path=request.url.path, exc_info=error)
    return answer(request, 500, "server_error", "error.server_error", {})


def locale_of(request: Request) -> str:
    settings = request.app.state.settings
    if is_api(request):
        return negotiate(request.headers.get("accept-language", ""), settings.locale)
    return preferences.read(request, settings).locale


def answer(
    request: Request,
    status: int,
    code: str,
    message_id: str,
    params: dict[str, Any],
    *,
    errors: list[dict[str, str]] | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    """Answer a refusal in the form that the caller reads: problem+json under /api, a page elsewhere."""
    sent = dict(headers or {})
    if status == 401:
        sent["WWW-Authenticate"] = "Bearer"
    if "retry_after" in params:
        sent["Retry-After"] = str(params["retry_after"])
    locale = locale_of(request)
    text = translate(locale, message_id, **params)
    if is_api(request):
        return problem(request, status, code, text, params=params, errors=errors or [], headers=sent)
    made: Context | None = getattr(request.state, "context", None)
    page = status if status in PAGES else (500 if status >= 500 else 400)
    values = {
        "ctx": PageFrame(made) if made else BareFrame(request, locale),
        "nav": request.app.state.navigation(made) if made else (),
        "status": status,
        "code": code,
        "message": text,
        "errors": errors or [],
        "theirs": params.get("theirs", []),
        "yours": params.get("yours", []),
        "retry_after": params.get("retry_after"),
    }
    html = templating.render(
        f"errors/{page}.html", locale=locale, zone=request.app.state.settings.timezone, **values
    )
    return HTMLResponse(html, status_code=status, headers=sent)


class BareFrame:
    """Stands in for PageFrame where the context itself could not be built (the database is away)."""

    def __init__(self, request: Request, locale: str) -> None:
        self.actor = None
        self.locale = locale
        self.look = preferences.read(request, request.app.state.settings)
        self.path = request.url.path
        self.query = ""
        self.csrf_token = ""
        self.form_key = ""
        self.csp_nonce = request.state.csp_nonce
        self.demo = False
        self.request_id = request.state.request_id
        self.flashes: list[tuple[str, str]] = []
        self.today = None
        self.now = request.app.state.clock()
        self.may = lambda _permission: False


def limits_of(request: Request) -> dict[str, str]:
    """Return the rate limit's headers once a key is known, on refusals as on answers."""
    allowance = getattr(request.state, "allowance", None)
    return limit_headers(allowance) if allowance is not None else {}


def problem(
    request: Request,
    status: int,
    code: str,
    detail: str,
    *,
    params: dict[str, Any] | None = None,
    errors: list[dict[str, str]] | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    """Return application/problem+json with a stable code and a text in the caller's language."""
    body: dict[str, Any] = {
        "type": f"/api/problems#{code}",
        "title": code,
        "status": status,
        "detail": detail,
        "instance": request.url.path,
        "request_id": request.state.request_id,
    }
    if errors:
        body["errors"] = errors
    for name, value in (params or {}).items():
        if name in ("candidates", "held_by_unit", "held_until"):
            body[name] = value
    if request.app.state.is_demo():
        body["demo"] = True
    text = json.dumps(body, ensure_ascii=False, default=str)
    return Response(
        text.encode("utf-8", "replace"),
        status_code=status,
        headers=limits_of(request) | (headers or {}),
        media_type="application/problem+json",
    )
