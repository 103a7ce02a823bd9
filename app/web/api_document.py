"""The published document of the API: OpenAPI 3.1 of exactly the routes under /api/v1, every status they answer.

What a route refuses is said where it stands (`operation`); what every route refuses follows from what it is.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.encoders import jsonable_encoder
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel, Field

from app import __version__
from app.core.errors import AppError
from app.web.api_answers import (
    ELSEWHERE,
    HEADERS,
    LIMITS,
    PREFIX,
    PROBLEM,
    REF,
    header,
    problems_of,
    refusals_of,
)
from app.web.api_examples import example_of

OWN = "x-luodi"
# The JSON bodies that routes take, by name; their schemas are made with the document, not at every start.
BODIES: dict[str, type[BaseModel]] = {}
__all__ = ["METHODS", "PREFIX", "PROBLEM", "codes_in", "document", "methods_at", "operation"]

METHODS = ("get", "post", "put", "patch", "delete")

DESCRIPTION = """\
Luodi's API for partners' programs. Requests carry `Authorization: Bearer luodi_<keyid>_<secret>`; a key belongs to an
account with a role and a unit, so its rows are those that the account may read. Contacts are never returned.

Money is a decimal string of yuan, days are `YYYY-MM-DD`, instants RFC 3339 with offset. A list is paged by cursor; its
answer stands in an envelope with `as_of`. A record carries an `ETag`: changes need it in `If-Match`, reads honour
`If-None-Match`. What creates needs an `Idempotency-Key`. Refusals are problem details (RFC 9457) whose codes stand at
`/api/problems`. Answers of a demo database carry `"demo": true`. Where a gateway cuts PATCH, PUT or DELETE, POST with
`X-HTTP-Method-Override` does the same."""


class ProblemError(BaseModel):
    """One field of a body or parameter that is refused."""

    pointer: str = Field(examples=["/title"])
    code: str = Field(examples=["missing"])
    message: str


class Candidate(BaseModel):
    """A record that may be the same; only what the caller may see."""

    id: str
    code: str
    title: str


class Problem(BaseModel):
    """Problem details (RFC 9457). `title` is the stable code; `detail` follows Accept-Language."""

    type: str = Field(examples=["/api/problems#not_found"])
    title: str = Field(examples=["not_found"])
    status: int = Field(examples=[404])
    detail: str
    instance: str = Field(examples=["/api/v1/leads"])
    request_id: str
    errors: list[ProblemError] = []
    candidates: list[Candidate] = Field(
        [], description="Of a possible duplicate, those that the caller may see."
    )
    held_by_unit: str = Field("", description="Of a possible duplicate that may not be seen: who holds it.")
    held_until: str = Field("", description="And until which day.")


def operation(
    *refusals: type[AppError],
    takes: type[BaseModel] | None = None,
    creates: bool = False,
    guarded: bool = False,
    tagged: bool = False,
    each: bool = False,
) -> dict[str, Any]:
    """Say of a route what its signature does not: its own refusals, its JSON body, and which headers it asks for.

    `creates` needs an Idempotency-Key, `guarded` If-Match, `tagged` honours If-None-Match; `each` says that the items
    of the body are refused one by one inside the answer.
    """
    extra: dict[str, Any] = {
        OWN: {
            "refuses": [[refusal.status, refusal.code] for refusal in refusals],
            "creates": creates,
            "guarded": guarded,
            "tagged": tagged,
            "each": each,
        }
    }
    if takes is not None:
        BODIES[takes.__name__] = takes
        extra[OWN]["takes"] = takes.__name__
        body = {"schema": {"$ref": REF.format(model=f"{takes.__name__}Input")}}
        extra["requestBody"] = {"required": True, "content": {"application/json": body}}
    return {"openapi_extra": extra}


def document(app: FastAPI) -> dict[str, Any]:
    """Build the document of every route under the prefix."""
    made = get_openapi(
        title="Luodi 落地",
        version=__version__,
        openapi_version="3.1.0",
        description=DESCRIPTION,
        routes=list(_flat(app.routes)),
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        servers=[{"url": "/"}],
    )
    paths = {path: item for path, item in made["paths"].items() if path.startswith(f"{PREFIX}/")}
    schemas: dict[str, Any] = made["components"]["schemas"]
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    _add(schemas, Problem, suffix="")
    scopes = _scopes(app.routes)
    for path, item in paths.items():
        for method in set(item) & set(METHODS):
            scope = scopes.get((method, path), "")
            item[method] = _finished(item[method], schemas, method=method, path=path, scope=scope)
    for item in paths.values():
        for method in set(item) & set(METHODS):
            _exemplify(item[method], schemas)
    made["paths"] = dict(sorted(paths.items()))
    made["components"]["schemas"] = dict(sorted(schemas.items()))
    made["components"]["headers"] = HEADERS
    text = json.dumps(made, ensure_ascii=False)
    found: dict[str, Any] = json.loads(text)
    return found


def codes_in(found: dict[str, Any]) -> dict[str, int]:
    """Return every problem code of a document with its status."""
    codes = dict(ELSEWHERE)
    for item in found["paths"].values():
        for method in set(item) & set(METHODS):
            for status, answer in item[method]["responses"].items():
                for code in answer.get("content", {}).get(PROBLEM, {}).get("examples", {}):
                    codes[code] = int(status)
    return dict(sorted(codes.items(), key=lambda pair: (pair[1], pair[0])))


def _finished(
    made: dict[str, Any], schemas: dict[str, Any], *, method: str, path: str, scope: str
) -> dict[str, Any]:
    """Complete one operation: its security, headers asked for, body schema, and every refusal with examples."""
    own: dict[str, Any] = made.pop(OWN, {})
    if taken := own.get("takes"):
        _hoist(schemas, BODIES[taken])
    made["security"] = [{"key": []}]
    if scope:
        made["x-scope"] = scope
        made["description"] = f"{made.get('description', '')}\n\nScope: `{scope}`.".strip()
    made.setdefault("parameters", []).extend(_asked(own, method))
    answers: dict[str, Any] = {
        status: answer for status, answer in made["responses"].items() if status.startswith("2")
    }
    asked = [each["name"] for each in made["parameters"] if each["in"] == "query"]
    for status, answer in answers.items():
        answer["headers"] = {name: header(name) for name in _sent_with(own, method, status, asked)}
        _allow_demo(answer, schemas)
    if own.get("tagged"):
        named = (*LIMITS, "ETag")
        answers["304"] = {"description": "Not modified.", "headers": {name: header(name) for name in named}}
    for code, codes in refusals_of(own, method=method, path=path, scope=scope, asked=asked):
        answers[str(code)] = problems_of(code, codes)
    made["responses"] = dict(sorted(answers.items()))
    if not made["parameters"]:
        del made["parameters"]
    return made


def _asked(own: dict[str, Any], method: str) -> Iterator[dict[str, Any]]:
    def asked(name: str, *, required: bool, text: str, **schema: Any) -> dict[str, Any]:
        return {
            "name": name,
            "in": "header",
            "required": required,
            "description": text,
            "schema": {"type": "string"} | schema,
        }

    if own.get("creates"):
        text = "Sent again with the same body, the stored answer comes back."
        yield asked(
            "Idempotency-Key", required=True, text=text, minLength=1, maxLength=255, pattern="^[!-~]+$"
        )
    if own.get("guarded"):
        yield asked(
            "If-Match", required=True, text="The ETag that the change is based on.", pattern="^[!-~]+$"
        )
    elif method == "put":
        text = "The ETag that the change is based on; without it the newest version is changed."
        yield asked("If-Match", required=False, text=text, pattern="^[!-~]+$")
    if own.get("tagged"):
        text = "An ETag: 304 where the record is still the same."
        yield asked("If-None-Match", required=False, text=text, pattern="^[!-~]+$")


def _sent_with(own: dict[str, Any], method: str, status: str, asked: Collection[str]) -> list[str]:
    names = list(LIMITS)
    if own.get("tagged") or own.get("guarded") or method == "put" or status == "201":
        names.append("ETag")
    if status == "201":
        names.append("Location")
    if "cursor" in asked:
        names.append("Link")
    if own.get("creates"):
        names.append("Idempotency-Replayed")
    return names


def _exemplify(made: dict[str, Any], schemas: dict[str, Any]) -> None:
    """Put an example beside the body that is sent and every body that is answered."""
    for content in made.get("requestBody", {}).get("content", {}).values():
        content["example"] = example_of(content["schema"], schemas, whole=False)
    for status, answer in made["responses"].items():
        if status.startswith("2"):
            for content in answer["content"].values():
                content["example"] = example_of(content["schema"], schemas, whole=True)


def _allow_demo(answer: dict[str, Any], schemas: dict[str, Any]) -> None:
    """Every answer may carry the demo mark."""
    for content in answer.get("content", {}).values():
        name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
        if name in schemas:
            mark = {"type": "boolean", "description": "`true` in every answer of a demo database."}
            schemas[name].setdefault("properties", {})["demo"] = mark


def _add(schemas: dict[str, Any], model: type[BaseModel], *, suffix: str) -> None:
    made = model.model_json_schema(ref_template=REF + suffix, mode="serialization")
    for name, schema in made.pop("$defs", {}).items():
        schemas[f"{name}{suffix}"] = schema
    schemas[f"{model.__name__}{suffix}"] = made | {"additionalProperties": True}
    required = ("type", "title", "status", "detail", "instance", "request_id")
    schemas["Problem"]["required"] = list(required)


def _hoist(schemas: dict[str, Any], model: type[BaseModel]) -> None:
    schema = model.model_json_schema(ref_template=REF + "Input", mode="validation")
    # As the framework does with its own: left out is not the same as null in a PATCH, so no null is a default here.
    body = jsonable_encoder(schema, exclude_none=True)
    for inner, schema in body.pop("$defs", {}).items():
        schemas[f"{inner}Input"] = schema
    schemas[f"{model.__name__}Input"] = body | {"title": model.__name__}


def methods_at(routes: Any, path: str) -> list[str]:
    """Return every method that an address of the API takes, for the Allow header."""
    fitting = [route for route in _flat(routes) if route.path_regex.match(path)]
    # `/leads/bulk` also looks like `/leads/{lead_id}`, where nothing is found by that name.
    fewest = min((route.path.count("{") for route in fitting), default=0)
    return sorted(
        {method for route in fitting if route.path.count("{") == fewest for method in route.methods}
    )


def _scopes(routes: Any) -> dict[tuple[str, str], str]:
    """Return the scope that each operation asks for, as its dependencies say."""
    found: dict[tuple[str, str], str] = {}
    for route in _flat(routes):
        names = [scope for scope in _named_in(route.dependant) if scope]
        for method in route.methods:
            found[method.lower(), route.path] = names[0] if names else ""
    return found


def _flat(routes: Any) -> Iterator[Any]:
    for route in routes:
        if hasattr(route, "original_router"):
            yield from _flat(route.original_router.routes)
        elif hasattr(route, "dependant") and route.path.startswith(f"{PREFIX}/"):
            yield route


def _named_in(dependant: Any) -> Iterator[str]:
    yield getattr(dependant.call, "scope", "")
    for inner in dependant.dependencies:
        yield from _named_in(inner)
