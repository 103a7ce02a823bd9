"""What was typed into a form whose session had ended: kept through sign-in, given back to the same person only."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from itsdangerous import BadData, URLSafeTimedSerializer
from starlette.datastructures import FormData, UploadFile

MAX_AGE_S = 3600
MAX_KEPT = 200_000
LEFT_OUT = ("csrf_token",)


def pack(secret_key: str, *, path: str, owner: UUID, submitted: FormData) -> str:
    """Return a signed text with the form's fields (files are not kept); empty when it would be too large."""
    fields = [
        [name, value]
        for name, value in submitted.multi_items()
        if not isinstance(value, UploadFile) and name not in LEFT_OUT
    ]
    text = str(_serializer(secret_key).dumps({"path": path, "owner": str(owner), "fields": fields}))
    return text if len(text) <= MAX_KEPT else ""


def unpack(secret_key: str, text: str, *, owner: UUID) -> dict[str, Any] | None:
    """Return {"path", "fields"} when the text is ours, fresh and belongs to this person."""
    if not text:
        return None
    try:
        kept = _serializer(secret_key).loads(text, max_age=MAX_AGE_S)
    except BadData:
        return None
    return kept if kept.get("owner") == str(owner) else None


def _serializer(secret_key: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret_key, salt="kept-form")
