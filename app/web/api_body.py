"""JSON bodies of the API, read strictly: what the document does not allow is refused, never guessed or echoed.

@router.post("/leads", **operation(AlreadyHeld, takes=NewLead))
def create_lead(ctx: Annotated[ApiContext, scoped("leads:write")], sent: Annotated[Sent[NewLead], body_of(NewLead)]):
    with ctx.creating(sent.raw) as session: ...
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from fastapi import Depends, Request
from pydantic import BaseModel, ValidationError

from app.core.errors import AppError, FieldError, InvalidInput
from app.web.forms import coded

Model = TypeVar("Model", bound=BaseModel)


class MalformedBody(AppError):
    """The body is not JSON."""

    code = "malformed_body"
    status = 400


class UnsupportedBody(AppError):
    """The body is not declared as application/json."""

    code = "unsupported_body"
    status = 415


@dataclass(frozen=True, slots=True)
class Sent(Generic[Model]):
    """A body as it was read, and as it came: repetitions are told by its bytes."""

    data: Model
    raw: bytes


def body_of(model: type[Model]) -> Any:
    """Depend on a JSON body of this model. Raises UnsupportedBody, MalformedBody, or InvalidInput by pointer."""

    async def read(request: Request) -> Sent[Model]:
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/json":
            raise UnsupportedBody()
        raw = await request.body()
        return Sent(data=read_json(model, raw), raw=raw)

    return Depends(read)


def read_json(model: type[Model], raw: bytes | str) -> Model:
    """Read JSON strictly: NaN, numbers beyond any float, lone surrogates and endless nesting are not JSON here."""
    try:
        return model.model_validate_json(raw)
    except ValidationError as refused:
        if any(error["type"] == "json_invalid" for error in refused.errors(include_input=False)):
            raise MalformedBody() from None
        raise invalid(refused) from None


def checked(
    model: type[Model], values: Mapping[str, Any], *, named: Mapping[str, str] | None = None
) -> Model:
    """Build a service's input from a body's values; what it refuses is told at the body's pointer (`named`)."""
    try:
        return model.model_validate(values)
    except ValidationError as refused:
        raise invalid(refused, named=named) from None


def invalid(refused: ValidationError, *, named: Mapping[str, str] | None = None) -> InvalidInput:
    """Say which fields of a body are wrong, without their values: an echoed NaN would break the answer."""
    found: dict[str, tuple[str, dict[str, Any]]] = {}
    for error in refused.errors(include_input=False):
        where = "/".join(str(part) for part in error["loc"])
        found.setdefault((named or {}).get(where, where), coded(dict(error)))
    return InvalidInput(found)


@contextmanager
def pointing(named: Mapping[str, str]) -> Iterator[None]:
    """Tell a service's refusal of one field at the body's pointer."""
    try:
        yield
    except FieldError as refused:
        field = named.get(refused.field, refused.field)
        raise FieldError(field, refused.field_message_id, **refused.params) from None
