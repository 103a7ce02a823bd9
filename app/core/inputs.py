"""Base of the input models that forms and JSON share."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator

MAX_TEXT = 20_000


class Input(BaseModel):
    """Texts are stripped and bounded. Forms ignore fields they do not know; the API refuses them."""

    # Made ready when the first form of its kind comes: of a hundred kinds a start needs none.
    model_config = ConfigDict(
        str_strip_whitespace=True, str_max_length=MAX_TEXT, frozen=True, defer_build=True
    )

    @model_validator(mode="before")
    @classmethod
    def storable(cls, given: Any) -> Any:
        """Take out of every text what no database keeps: NUL, and halves of surrogate pairs."""
        if not isinstance(given, dict):
            return given
        return {name: _storable(value) for name, value in given.items()}


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", "ignore").decode() if _is_odd(value) else value
    if isinstance(value, list):
        return [_storable(item) for item in value]
    return value


def _is_odd(text: str) -> bool:
    return "\x00" in text or any("\ud800" <= letter <= "\udfff" for letter in text)


class FieldProblem(ValueError):
    """Raised inside a model's validator: a coded message for one field, with its parameters."""

    def __init__(self, message_id: str, **params: Any) -> None:
        super().__init__(message_id)
        self.message_id = message_id
        self.params = params
