"""A form is refused in words, beside its field, and nothing typed is lost."""

from __future__ import annotations

from pydantic import Field, field_validator
from starlette.datastructures import FormData

from app.core.errors import FieldError, InvalidInput, NotPermitted
from app.core.inputs import FieldProblem, Input
from app.web.forms import blank_form, parse_form


class Sample(Input):
    name: str = Field(max_length=5)
    count: int = Field(0, ge=0)
    tags: list[str] = []

    @field_validator("name")
    @classmethod
    def no_star(cls, value: str) -> str:
        if value == "*":
            raise FieldProblem("error.field.missing")
        return value


def parse(*fields: tuple[str, str]):
    return parse_form(Sample, FormData(list(fields)), "zh_CN")


def test_a_sound_form_gives_data() -> None:
    form = parse(("name", " 甲 "), ("count", "3"), ("tags", "a"), ("tags", "b"))
    assert form.errors == {}
    assert (form.data.name, form.data.count, form.data.tags) == ("甲", 3, ["a", "b"])


def test_empty_text_counts_as_not_given_and_stays_typed() -> None:
    form = parse(("name", "  "), ("count", "x"))
    assert set(form.errors) == {"name", "count"}
    assert form.get("count") == "x"


def test_lists_take_one_value_too() -> None:
    assert parse(("name", "甲"), ("tags", "a")).data.tags == ["a"]


def test_messages_never_echo_the_input() -> None:
    form = parse(("name", "<script>alert(1)</script>"), ("count", "\ud800"))
    assert all("script" not in text and "\ud800" not in text for text in form.errors.values())


def test_validators_name_their_message() -> None:
    assert parse(("name", "*")).errors["name"] != ""


def test_refusals_of_rules_land_at_their_field() -> None:
    form = blank_form("zh_CN", name=None)
    form.refuse(FieldError("name", "error.field.missing"))
    form.refuse(InvalidInput({"count": ("error.field.invalid", {})}))
    form.refuse(NotPermitted())
    assert set(form.errors) == {"name", "count", ""}
    assert form.get("name") == ""
