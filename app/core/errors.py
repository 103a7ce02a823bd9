"""Expected refusals. A bug is never an AppError: it crashes and is logged with its request id."""

from __future__ import annotations

from typing import Any, ClassVar


class AppError(Exception):
    """A refusal that a person or partner can understand and mend.

    `code` is stable and part of the public surface; the wording is the catalogue's `error.<code>`, which may use
    the keyword arguments as %(name)s.
    """

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 400

    def __init__(self, **params: Any) -> None:
        super().__init__(self.code, params)
        self.params = params

    @property
    def message_id(self) -> str:
        return f"error.{self.code}"


class NotFound(AppError):
    """The record does not exist, or is out of the actor's scope: the two look the same on purpose."""

    code = "not_found"
    status = 404


class NotPermitted(AppError):
    code = "not_permitted"
    status = 403


class Stale(AppError):
    """Somebody saved the record first. `theirs` and `yours` are lists of (label, value) for the page."""

    code = "stale"
    status = 412


class Conflict(AppError):
    code = "conflict"
    status = 409


class TooManyRequests(AppError):
    """`retry_after` is in seconds."""

    code = "too_many_requests"
    status = 429


class Unavailable(AppError):
    code = "unavailable"
    status = 503


class FieldError(AppError):
    """One field of an input is refused by a rule; the form shows it beside the field, the API by pointer."""

    code = "invalid_field"
    status = 422

    def __init__(self, field: str, message_id: str, **params: Any) -> None:
        super().__init__(**params)
        self.field = field
        self.field_message_id = message_id


class InvalidInput(AppError):
    """Several fields are refused at once: `errors` maps a field name to (message id, params)."""

    code = "invalid_input"
    status = 422

    def __init__(self, errors: dict[str, tuple[str, dict[str, Any]]]) -> None:
        super().__init__()
        self.errors = errors
