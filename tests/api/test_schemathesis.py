"""The whole document against the application: no request of any shape breaks it, no answer breaks the document.

Each operation is first asked for what it is there for, with records that exist, and then with made-up requests, sound
and unsound ones. A partner's key and an office's take turns.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import cycle
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure
from schemathesis.specs.openapi import checks
from sqlalchemy.orm import Session

from app.core.actor import Role
from app.core.db import Database
from app.core.events import seal_pending
from app.core.ids import new_id
from app.core.permissions import SCOPES
from app.identity.rules import UnitKind
from app.web.api_document import METHODS, PREFIX, PROBLEM, document
from tests.factories.application import open_app
from tests.factories.deals import make_deal
from tests.factories.identity import make_key, make_unit
from tests.factories.investors import make_investor
from tests.factories.leads import make_lead
from tests.factories.targets import make_target
from tests.factories.visits import make_visit

NOW = datetime(2022, 11, 22, 2, 30, tzinfo=UTC)
EXAMPLES = {GenerationMode.POSITIVE: 10, GenerationMode.NEGATIVE: 8}
# Accepting whatever the schema allows is not asked: that a lead needs an investor's name or id, or a visit a day that
# has come, are rules and no shapes.
CHECKED = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.response_headers_conformance,
    checks.negative_data_rejection,
    checks.missing_required_header,
]


@dataclass
class World:
    """The application with a record of each kind; `keys` are bearers, the office's first."""

    app: Any
    keys: list[str]
    records: dict[str, str]
    whole: dict[str, Any] = field(default_factory=dict)
    met: dict[str, Counter[int]] = field(default_factory=dict)

    def send(self, operation: Any, case: Any, bearer: str) -> Any:
        answer = case.call(headers={"Authorization": f"Bearer {bearer}"})
        self.met.setdefault(operation.label, Counter())[answer.status_code] += 1
        case.validate_response(answer, checks=CHECKED)
        self.has_a_documented_code(operation, answer)
        return answer

    def has_a_documented_code(self, operation: Any, answer: Any) -> None:
        if answer.status_code < 400:
            return
        item = self.whole["paths"][operation.path][operation.method.lower()]
        told = item["responses"][str(answer.status_code)]["content"][PROBLEM]["examples"]
        assert answer.json()["title"] in told, f"{answer.json()['title']} is not among {sorted(told)}"


def test_every_operation_keeps_its_word(database: Database) -> None:
    world = prepared(database)
    schema = schemathesis.openapi.from_dict(world.whole)
    schema.app = world.app
    broken: dict[str, str] = {}
    for path, item in world.whole["paths"].items():
        for method in sorted(set(item) & set(METHODS)):
            operation = schema[path][method.upper()]
            for attempt in attempts(world, operation, item[method]):
                try:
                    attempt()
                except (Failure, BaseExceptionGroup, AssertionError) as error:
                    broken[f"{method} {path}"] = message(error)
    assert broken == {}, "\n\n".join(f"{name}:\n{text}" for name, text in broken.items())
    # Each was really asked: carried out, and refused where something about it can be wrong.
    wanted = {
        f"{method.upper()} {path}": "422" in item[method]["responses"]
        for path, item in world.whole["paths"].items()
        for method in set(item) & set(METHODS)
    }
    assert set(world.met) == set(wanted)
    assert {name for name, met in world.met.items() if not (met[200] or met[201])} == set()
    assert {name for name, met in world.met.items() if wanted[name] and not (met[422] or met[400])} == set()
    assert sum(met.total() for met in world.met.values()) > 300


def message(error: BaseException) -> str:
    inner = getattr(error, "exceptions", ())
    return "\n".join(message(each) for each in inner) if inner else f"{type(error).__name__}: {error}"[:900]


def prepared(database: Database) -> World:
    with database.writing() as session:
        town = make_unit(session, name="河下镇")
        chamber = make_unit(session, name="沪商会", kind=UnitKind.PARTNER)
        make_unit(session, name="商务局", is_verifying=True)
        keys = [
            make_key(session, role=role, unit=unit, scopes=tuple(SCOPES), per_minute=1_000_000)[1]
            for role, unit in ((Role.UNIT_HEAD, town), (Role.PARTNER, chamber))
        ]
        records = made(session, town)
        seal_pending(session, at=NOW)
    app = open_app(database, lambda: NOW, trusted_hosts=["localhost", "testserver"])
    return World(app=app, keys=keys, records=records, whole=document(app))


def made(session: Session, town: Any) -> dict[str, str]:
    investor = make_investor(session, unit=town)
    for year in (2021, 2022):  # so that every list has a second page
        rows = {
            "target_id": make_target(session, year=year),
            "deal_id": make_deal(session, unit=town),
            "lead_id": make_lead(session, unit=town),
            "visit_id": make_visit(session, unit=town, investor=investor),
        }
    return {name: str(row.id) for name, row in rows.items()} | {
        "investor_id": str(investor.id),
        "source": "crm",
        "external_id": "A-1024",
    }


def attempts(world: World, operation: Any, told: dict[str, Any]) -> Iterator[Any]:
    yield lambda: as_documented(world, operation, told)
    for mode, times in EXAMPLES.items():
        try:
            strategy = operation.as_strategy(generation_mode=mode)
        except schemathesis.errors.InvalidSchema:  # nothing about it can be unsound
            continue
        yield lambda strategy=strategy, times=times: made_up(world, operation, strategy, times)


def as_documented(world: World, operation: Any, told: dict[str, Any]) -> None:
    """Ask for a record that exists, send the document's own example, and follow a list to its second page."""
    given: dict[str, Any] = {
        "path_parameters": path_of(world, operation),
        "headers": headers_of(world, operation),
    }
    if "requestBody" in told:
        body = told["requestBody"]["content"]["application/json"]["example"]
        if "investor_name" in body:  # the same example twice would be a duplicate
            body = body | {"investor_name": f"江西{operation.method}{len(operation.path)}公司"}
        given |= {"body": body, "media_type": "application/json"}
    lists = any(each["name"] == "limit" for each in told.get("parameters", ()))
    answer = world.send(
        operation, operation.Case(**given, query={"limit": 1} if lists else {}), world.keys[0]
    )
    assert answer.status_code in (200, 201), answer.text
    if lists and (cursor := answer.json()["page"]["next_cursor"]):
        query = {"limit": 1, "cursor": cursor}
        assert world.send(operation, operation.Case(**given, query=query), world.keys[0]).status_code == 200


def path_of(world: World, operation: Any) -> dict[str, str]:
    return {name: key for name, key in world.records.items() if f"{{{name}}}" in operation.path}


def headers_of(world: World, operation: Any) -> dict[str, str]:
    """Return sound headers; If-Match with the record's tag as it is now."""
    method = operation.method.upper()
    if method == "POST":
        return {"Idempotency-Key": str(new_id())}
    if method != "PATCH":
        return {}
    address = operation.path.format(**path_of(world, operation))
    case = operation.schema[operation.path]["GET"].Case(path_parameters=path_of(world, operation))
    assert address.startswith(PREFIX)
    return {"If-Match": case.call(headers={"Authorization": f"Bearer {world.keys[0]}"}).headers["etag"][0]}


def made_up(world: World, operation: Any, strategy: Any, times: int) -> None:
    """Send made-up requests; of the sound ones every other goes to a record that exists."""
    keys, real = cycle(world.keys), cycle((True, False))

    @settings(
        max_examples=times,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategy)
    def one(case: Any) -> None:
        if next(real) and case.meta is not None and case.meta.generation.mode is GenerationMode.POSITIVE:
            case.path_parameters = dict(case.path_parameters or {}) | path_of(world, operation)
            if operation.method.upper() == "PATCH":
                case.headers.update(headers_of(world, operation))
        world.send(operation, case, next(keys))

    one()
