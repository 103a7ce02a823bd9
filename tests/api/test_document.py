"""The published document: a snapshot that shows every change, exact about security and refusals; its pages."""

from __future__ import annotations

import json
import re
from pathlib import Path

from fastapi import FastAPI

from app.core.i18n import knows
from app.core.permissions import SCOPES
from app.web.api_document import METHODS, PROBLEM, codes_in, document
from tests.api.conftest import County
from tests.factories.identity import client_of

PARTNERS = Path(__file__).resolve().parents[2] / "docs/partners"
SNAPSHOT = PARTNERS / "openapi.json"


def written(app: FastAPI) -> str:
    return json.dumps(document(app), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def test_the_snapshot_is_what_is_served(county: County) -> None:
    assert SNAPSHOT.read_text(encoding="utf-8") == written(county.app), (
        "the API changed: say so in CHANGELOG.md and run python -m scripts.write_openapi"
    )
    served = client_of(county.app).get("/api/v1/openapi.json")
    assert served.json() == json.loads(SNAPSHOT.read_text(encoding="utf-8"))


def test_every_operation_says_its_scope_its_refusals_and_an_example_of_each(county: County) -> None:
    found = document(county.app)
    assert found["openapi"].startswith("3.1") and all(path.startswith("/api/v1/") for path in found["paths"])
    for path, item in found["paths"].items():
        for method in set(item) & set(METHODS):
            made = item[method]
            assert made["security"] == [{"key": []}]
            assert path.endswith("/meta") or made["x-scope"] in SCOPES
            assert {"400", "401", "429", "503"} <= set(made["responses"])
            for status, answer in made["responses"].items():
                if int(status) >= 400:
                    content = answer["content"][PROBLEM]
                    assert content["schema"] == {"$ref": "#/components/schemas/Problem"}
                    assert all(
                        each["value"]["status"] == int(status) for each in content["examples"].values()
                    )
    refs = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(found)))
    assert refs <= set(found["components"]["schemas"])


def test_every_code_is_documented_in_both_languages_and_none_is_invented(county: County) -> None:
    real = codes_in(document(county.app))
    rows = re.findall(
        r"^\| `([\w.]+)` \| (\d+) \|", (PARTNERS / "problems.md").read_text("utf-8"), re.MULTILINE
    )
    assert {code: int(status) for code, status in rows} == real
    silent = [code for code in real for locale in ("zh_CN", "en") if not knows(locale, f"error.{code}")]
    assert silent == []


def test_the_pages_are_read_without_a_key_and_without_outside_assets(county: County) -> None:
    browser = client_of(county.app)
    for path in ("/api/docs", "/api/problems"):
        page = browser.get(path)
        assert page.status_code == 200 and page.headers["content-type"].startswith("text/html")
        assert re.findall(r'(?:src|href)="(?:https?:)?//', page.text) == []
    assert "PATCH /api/v1/leads/{lead_id}" in browser.get("/api/docs").text
    assert 'id="leads.already_held"' in browser.get("/api/problems").text


def test_an_unknown_address_and_method_are_problems(county: County) -> None:
    program = county.program()
    lost = program.get("/nowhere")
    assert (lost.status_code, lost.headers["content-type"]) == (404, PROBLEM)
    refused = program.client.delete("/api/v1/leads")
    assert (refused.status_code, refused.headers["content-type"]) == (405, PROBLEM)
    assert refused.headers["allow"] == "GET, POST"


def test_a_demo_database_says_so_in_every_answer(county: County) -> None:
    county.app.state.is_demo = lambda: True
    program = county.program()
    assert program.get("/meta").json()["demo"] is True
    assert program.get("/leads").json()["demo"] is True
    assert program.get("/leads", where=1).json()["demo"] is True
