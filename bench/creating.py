"""Creating a lead over the API beside the bare insert of a lead's row and its commit."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import count
from uuid import uuid4

from app.core.ids import new_id
from bench.calling import Answer, Office, call
from bench.floors import Bare

_numbers = count(1)
RUN = uuid4().hex[:6]
AT_ONCE = 50


def fresh_report() -> bytes:
    """Write the report of a lead on an investor that nobody has reported yet, in this run or another."""
    return json.dumps(_report(), ensure_ascii=False).encode()


def _report() -> dict[str, object]:
    number = next(_numbers)
    return {
        "title": f"年产{number}万套线缆项目{RUN}",
        "source": "leader",
        "investor_name": f"赣{RUN}{number}线缆有限公司",
        "planned_investment": {"amount": "500000000.00", "currency": "CNY"},
        "content": "建设线缆生产线",
        "first_contact_on": "2026-11-02",
        "contact": {"name": "孙经理", "phone": "13800000000", "consent": True},
    }


def create(office: Office) -> Answer:
    """Report one lead through the application."""
    answer = call(office.loop, office.app, "POST", "/api/v1/leads", _headers(office), fresh_report())
    assert answer.status == 201, answer.body
    return answer


def create_many(office: Office) -> Answer:
    """Report `AT_ONCE` leads in one request."""
    body = json.dumps({"items": [_report() for _ in range(AT_ONCE)]}, ensure_ascii=False).encode()
    answer = call(office.loop, office.app, "POST", "/api/v1/leads/bulk", _headers(office), body)
    assert answer.status == 200, answer.body
    assert json.loads(answer.body)["created"] == AT_ONCE, answer.body
    return answer


def _headers(office: Office) -> dict[str, str]:
    return {
        "authorization": f"Bearer {office.key}",
        "content-type": "application/json",
        "idempotency-key": uuid4().hex,
    }


def bare_insert(bare: Bare) -> Callable[[], None]:
    """Return what inserts a copy of a lead's row on a bare connection and commits."""
    cursor = bare.connection.cursor()
    cursor.execute("SELECT * FROM leads LIMIT 1")
    names = [column[0] for column in cursor.description]
    row = list(cursor.fetchone())
    mark = "?" if bare.is_sqlite else "%s"
    statement = f"INSERT INTO leads ({', '.join(names)}) VALUES ({', '.join([mark] * len(names))})"  # noqa: S608

    def insert() -> None:
        values = list(row)
        key = new_id()
        values[names.index("id")] = key.hex if bare.is_sqlite else key
        values[names.index("code")] = key.hex[-16:]
        cursor.execute("BEGIN IMMEDIATE" if bare.is_sqlite else "BEGIN")
        cursor.execute(statement, values)
        cursor.execute("COMMIT")

    return insert
