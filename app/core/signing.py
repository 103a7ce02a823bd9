"""Values that leave the server and come back unchanged, or not at all: signed, each for one purpose."""

from __future__ import annotations

import json
from typing import Any

from itsdangerous import BadData, URLSafeSerializer

from app.core.db import to_json


class BadSignature(ValueError):
    """The value was not signed by us for this purpose, or is too old."""


class _Compact:
    """JSON as short as it gets; days, instants and ids become text."""

    @staticmethod
    def dumps(value: object, **_options: Any) -> str:
        return to_json(value)

    @staticmethod
    def loads(text: str | bytes, **_options: Any) -> Any:
        return json.loads(text)


def sign(secret_key: str, purpose: str, value: object) -> str:
    """Return a text for an address or a form that `unsign` gives back."""
    return _text(URLSafeSerializer(secret_key, salt=purpose, serializer=_Compact).dumps(value))


def unsign(secret_key: str, purpose: str, text: str) -> Any:
    """Return what was signed. Raises BadSignature."""
    try:
        return URLSafeSerializer(secret_key, salt=purpose, serializer=_Compact).loads(text)
    except (BadData, ValueError):
        raise BadSignature(purpose) from None


def _text(signed: str | bytes) -> str:
    return signed if isinstance(signed, str) else signed.decode()
