"""What partners read without a key: the OpenAPI document, its pages, and the list of problems. No outside asset."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from app.core.i18n import translate
from app.web import templating
from app.web.api_document import METHODS, PROBLEM, codes_in, document
from app.web.problems import BareFrame, locale_of

router = APIRouter(include_in_schema=False)

# A text on this page stands for no request: its numbers are open.
SAMPLES = {
    "retry_after": "N",
    "scope": "…",
    "held_by_unit": "…",
    "held_until": "…",
    "lead": "…",
    "title": "…",
}


@lru_cache(maxsize=4)
def built(app: FastAPI) -> dict[str, Any]:
    """Build the document once per application."""
    return document(app)


@router.get("/api/v1/openapi.json")
def openapi(request: Request) -> Response:
    return JSONResponse(built(request.app), headers={"Cache-Control": "public, max-age=300"})


@router.get("/api/docs")
def docs(request: Request) -> Response:
    """The document as a page to read and print."""
    found = built(request.app)
    operations = [
        {"method": method.upper(), "path": path, **item[method], **_examples(item[method])}
        for path, item in found["paths"].items()
        for method in METHODS
        if method in item
    ]
    return _page(request, "api/docs.html", document=found, operations=operations, problem=PROBLEM)


def _examples(told: dict[str, Any]) -> dict[str, str]:
    """Return what is sent and what is answered, as people read JSON."""
    answered = next(answer for status, answer in told["responses"].items() if status.startswith("2"))
    bodies = {"sent": told.get("requestBody", {}), "answered": answered}
    return {
        name: json.dumps(content["example"], ensure_ascii=False, indent=2)
        for name, body in bodies.items()
        for content in body.get("content", {}).values()
    }


@router.get("/api/problems")
def problems(request: Request) -> Response:
    """Every code that a problem's `type` points at, with its words."""
    codes = codes_in(built(request.app))
    locale = locale_of(request)
    words = {code: translate(locale, f"error.{code}", **SAMPLES) for code in codes}
    return _page(request, "api/problems.html", codes=codes, words=words)


def _page(request: Request, template: str, **values: Any) -> Response:
    locale = locale_of(request)
    frame = BareFrame(request, locale)
    html = templating.render(
        template, locale=locale, zone=request.app.state.settings.timezone, ctx=frame, nav=(), **values
    )
    return HTMLResponse(html)
