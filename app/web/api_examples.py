"""Examples of bodies, made from what the schemas say: a field's own example, else a plain value of its kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]

_BY_FORMAT = {
    "uuid": "01849e1c-7d3a-7c44-9a5e-1b2f6c8d0e11",
    "date": "2022-11-30",
    "date-time": "2022-11-30T09:30:00+08:00",
}
_BY_TYPE: dict[str, Any] = {"string": "", "integer": 1, "number": 1, "boolean": False, "null": None}


def example_of(schema: Schema, schemas: Mapping[str, Schema], *, whole: bool) -> Any:
    """Return one value that the schema allows. `whole` fills every field, as answers do; else only those that are
    needed or carry an example, as a sender would."""
    if "examples" in schema:
        return schema["examples"][0]
    if "$ref" in schema:
        return example_of(schemas[schema["$ref"].rpartition("/")[2]], schemas, whole=whole)
    if "anyOf" in schema:
        return example_of(schema["anyOf"][0], schemas, whole=whole)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type", "string")
    if kind == "array":
        return [example_of(schema["items"], schemas, whole=whole)]
    if kind == "object":
        return _fields(schema, schemas, whole=whole)
    return _BY_FORMAT.get(schema.get("format", ""), _BY_TYPE[kind])


def _fields(schema: Schema, schemas: Mapping[str, Schema], *, whole: bool) -> dict[str, Any]:
    needed = schema.get("required", ())
    found = {
        name: example_of(inner, schemas, whole=whole)
        for name, inner in schema.get("properties", {}).items()
        if name != "demo" and (whole or name in needed or "examples" in inner)
    }
    more = schema.get("additionalProperties")
    if isinstance(more, Mapping) and not found:
        found["…"] = example_of(more, schemas, whole=whole)
    return found
