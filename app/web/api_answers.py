"""What an operation of the API may answer: its refusals by what it is, each with an example, and its headers."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from app.core.i18n import translate

PREFIX = "/api/v1"
PROBLEM = "application/problem+json"
REF = "#/components/schemas/{model}"

# What may be answered although no route says so.
ELSEWHERE = {"unknown_host": 400, "method_not_allowed": 405, "server_error": 500}


def _always(text: str, kind: str) -> dict[str, Any]:
    return {"description": text, "required": True, "schema": {"type": kind}}


LIMITS = ("RateLimit-Limit", "RateLimit-Remaining")
HEADERS: dict[str, Any] = {
    "ETag": _always("The record's version, for If-Match.", "string"),
    "RateLimit-Limit": _always("Requests a minute.", "integer"),
    "RateLimit-Remaining": _always("Requests left now.", "integer"),
    "Retry-After": _always("Seconds to wait.", "integer"),
    "WWW-Authenticate": _always("`Bearer`.", "string"),
    "Link": {
        "description": 'The next page, where there is one: `<…>; rel="next"`.',
        "schema": {"type": "string"},
    },
    "Location": _always("Where the record is.", "string"),
    "Idempotency-Replayed": {
        "description": "`true` where the stored answer of the first request is sent again.",
        "schema": {"type": "string"},
    },
}


def header(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/headers/{name}"}


def refusals_of(
    own: dict[str, Any], *, method: str, path: str, scope: str, asked: Collection[str]
) -> Iterator[tuple[int, list[str]]]:
    """Say what an operation may refuse, by status; `asked` are the parameters of its query."""
    found: dict[int, list[str]] = {
        400: ["unknown_parameter"],
        401: ["key_needed"],
        429: ["too_many_requests"],
        503: ["unavailable"],
    }
    if scope:
        found[403] = ["scope_missing", "not_permitted"]
    if "{" in path:
        found[404] = ["not_found"]
    has_body = "takes" in own
    if asked:
        found[422] = ["invalid_input"]
    if "cursor" in asked:
        found[400].append("paging.bad_cursor")
    if has_body:
        found[400].append("malformed_body")
        found[413] = ["too_large"]
        found[415] = ["unsupported_body"]
        found[422] = ["invalid_input", "invalid_field"]
    if has_body and not own.get("each"):
        found.setdefault(404, []).append("not_found")
    if own.get("creates"):
        found[400].append("idempotency_key_needed")
        found.setdefault(409, []).append("idempotency.running")
        found[422].append("idempotency.reused")
    if (own.get("creates") and not own.get("each")) or method == "put":
        found.setdefault(409, []).append("conflict")
    if own.get("guarded"):
        found[428] = ["version_needed"]
    if own.get("guarded") or method == "put":
        found[412] = ["stale"]
    for status, code in own.get("refuses", []):
        found.setdefault(status, []).append(code)
    yield from ((status, list(dict.fromkeys(codes))) for status, codes in sorted(found.items()))


def problems_of(status: int, codes: list[str]) -> dict[str, Any]:
    examples = {code: {"value": _example(status, code)} for code in codes}
    # The limit is a key's: before a key is known there is none to tell.
    named: tuple[str, ...] = () if status in (401, 503) else LIMITS
    named += {401: ("WWW-Authenticate",), 429: ("Retry-After",), 503: ("Retry-After",)}.get(status, ())
    content = {PROBLEM: {"schema": {"$ref": REF.format(model="Problem")}, "examples": examples}}
    return {
        "description": " / ".join(f"`{code}`" for code in codes),
        "headers": {name: header(name) for name in named},
        "content": content,
    }


def _example(status: int, code: str) -> dict[str, Any]:
    known = {
        "retry_after": 5,
        "scope": "leads:read",
        "lead": "L2022-0133",
        "title": "线缆项目",
        "held_by_unit": "河下镇",
        "held_until": "2022-12-31",
    }
    example: dict[str, Any] = {
        "type": f"/api/problems#{code}",
        "title": code,
        "status": status,
        "detail": translate("en", f"error.{code}", **known),
        "instance": f"{PREFIX}/leads",
        "request_id": "3f2b8c1d9a7e4f60",
    }
    if code == "invalid_input":
        text = translate("en", "error.field.missing")
        example["errors"] = [{"pointer": "/title", "code": "missing", "message": text}]
    if code == "invalid_field":
        text = translate("en", "error.field.missing")
        example["errors"] = [{"pointer": "/investor_name", "code": "missing", "message": text}]
    if code == "leads.duplicate":
        record = {"id": "01849e1c-7d3a-7c44-9a5e-1b2f6c8d0e11", "code": "L2022-0133", "title": "线缆项目"}
        example["candidates"] = [record]
    if code == "leads.already_held":
        example |= {"held_by_unit": "河下镇", "held_until": "2022-12-31"}
    return example
