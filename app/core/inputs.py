"""Base of the input models that forms and JSON share."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict

MAX_TEXT = 20_000


class Input(BaseModel):
    """Texts are stripped and bounded. Forms ignore fields they do not know; the API refuses them."""

    model_config = ConfigDict(str_strip_whitespace=True, str_max_length=MAX_TEXT, frozen=True)


class FieldProblem(ValueError):
    """Raised inside a model's validator: a coded message for one field, with its parameters."""

    def __init__(self, message_id: str, **params: Any) -> None:
        super().__init__(message_id)
        self.message_id = message_id
        self.params = params
