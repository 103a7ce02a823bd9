"""One message carried over a redirect in a signed cookie."""

from __future__ import annotations

from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.requests import Request

COOKIE = "luodi_flash"
MAX_AGE_S = 120


def pack(secret_key: str, kind: str, text: str) -> str:
    return str(URLSafeTimedSerializer(secret_key, salt="flash").dumps([kind, text]))


def read(request: Request, secret_key: str) -> list[tuple[str, str]]:
    """Return the messages to show: (kind success|info|warning|error, text). Forged ones are dropped."""
    raw = request.cookies.get(COOKIE)
    if not raw:
        return []
    try:
        kind, text = URLSafeTimedSerializer(secret_key, salt="flash").loads(raw, max_age=MAX_AGE_S)
    except (BadSignature, ValueError):
        return []
    return [(str(kind), str(text))]
