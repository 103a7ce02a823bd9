"""Forms: parsed into the same pydantic models as JSON, and rendered again with what was typed."""

from __future__ import annotations

from typing import Any, Generic, TypeVar, get_origin

from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData, UploadFile

from app.core.errors import AppError, FieldError, InvalidInput
from app.core.i18n import knows, translate
from app.core.inputs import FieldProblem

Model = TypeVar("Model", bound=BaseModel)


class Form(Generic[Model]):
    """One submitted form: `values` as typed, `errors` by field in the reader's language, `data` when sound."""

    def __init__(self, values: dict[str, Any], locale: str) -> None:
        self.values = values
        self.errors: dict[str, str] = {}
        self._locale = locale
        self._data: Model | None = None

    @property
    def data(self) -> Model:
        assert self._data is not None, "check `errors` first"
        return self._data

    def get(self, field: str, default: Any = "") -> Any:
        """Return what was typed, for re-rendering."""
        return self.values.get(field, default)

    def error(self, field: str) -> str:
        return self.errors.get(field, "")

    def refuse(self, refusal: AppError) -> None:
        """Show a rule's refusal at its field, or above the form where it names none."""
        if isinstance(refusal, FieldError):
            self.errors[refusal.field] = translate(self._locale, refusal.field_message_id, **refusal.params)
        elif isinstance(refusal, InvalidInput):
            for field, (message_id, params) in refusal.errors.items():
                self.errors[field] = translate(self._locale, message_id, **params)
        else:
            self.errors[""] = translate(self._locale, refusal.message_id, **refusal.params)


def blank_form(locale: str, **values: Any) -> Form[Any]:
    """Return a form to show for the first time, filled with a record's values or nothing."""
    return Form({name: "" if value is None else value for name, value in values.items()}, locale)


def parse_form(model: type[Model], submitted: FormData, locale: str) -> Form[Model]:
    """Check a submitted form. Empty text counts as not given; list fields take every value of their name."""
    typed: dict[str, Any] = {}
    for name in dict.fromkeys(submitted.keys()):
        texts = [value for value in submitted.getlist(name) if not isinstance(value, UploadFile)]
        if not texts:
            continue
        field = model.model_fields.get(name)
        many = field is not None and get_origin(field.annotation) in (list, tuple, set, frozenset)
        typed[name] = texts if many else texts[-1]
    form: Form[Model] = Form(typed, locale)
    given = {
        name: value for name, value in typed.items() if not (isinstance(value, str) and not value.strip())
    }
    try:
        form._data = model.model_validate(given)
    except ValidationError as refusal:
        form.errors = field_messages(refusal, locale)
    return form


def field_messages(refusal: ValidationError, locale: str) -> dict[str, str]:
    """Turn pydantic's errors into one text per field, in the reader's language, never echoing the input."""
    messages: dict[str, str] = {}
    for error in refusal.errors(include_url=False, include_input=False):
        name = str(error["loc"][0]) if error["loc"] else ""
        message_id, params = coded(dict(error))
        messages.setdefault(name, translate(locale, message_id, **params))
    return messages


def coded(error: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return the message id and parameters of one pydantic error: ours, a known kind's, or the general one."""
    context = error.get("ctx") or {}
    cause = context.get("error")
    if isinstance(cause, FieldProblem):
        return cause.message_id, cause.params
    message_id = f"error.field.{error['type']}"
    if knows("zh_CN", message_id):
        return message_id, {name: value for name, value in context.items() if name != "error"}
    return "error.field.invalid", {}
