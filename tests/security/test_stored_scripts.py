"""Whatever is written into any text of any record, or typed into any form, stays text on every page and sheet."""

from __future__ import annotations

import csv
import re
import zipfile
from html.parser import HTMLParser
from io import BytesIO
from urllib.parse import urlsplit

from httpx import Response

from app.core.actor import Role
from tests.factories.identity import form_token, send
from tests.permissions.matrix import ROUTES
from tests.security.conftest import Hostile, attack

LEFT_ALONE = ("/logout", "/login", "/account")
EXPORTS = (
    "/leads/export",
    "/deals/export",
    "/deals/schedule/export",
    "/investors/export",
    "/visits/export",
    "/transfers/export",
)
FORMULA = re.compile(r"^[\s]*[=+\-@\t\r|]")


class Page(HTMLParser):
    """Reads a page as a browser would: notes what would run, and its forms."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.runs: list[str] = []
        self.forms: list[dict[str, str]] = []
        self.actions: list[str] = []
        self._open: str | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.runs += [f"<{tag} {name}>" for name in given if name.startswith("on")]
        self.runs += [f"<{tag} style>" for name in given if name == "style"]
        if tag == "script" and not (given.get("nonce") or given.get("src", "").startswith("/static/")):
            self.runs.append("<script>")
        for name in ("href", "src", "action", "formaction"):
            if (
                re.match(r"[\s\x00-\x20]*(javascript|data|vbscript):", given.get(name, ""), re.I)
                and tag != "img"
            ):
                self.runs.append(f"<{tag} {name}={given[name][:30]}>")
        if tag in ("iframe", "object", "embed", "base"):
            self.runs.append(f"<{tag}>")
        self._note_form(tag, given)

    def _note_form(self, tag: str, given: dict[str, str]) -> None:
        if tag == "form" and given.get("method", "").lower() == "post":
            self.actions.append(given.get("action", ""))
            self.forms.append({})
            self._open = "form"
        name = given.get("name", "")
        if self._open and name and tag in ("input", "textarea", "select"):
            kept = tag == "input" and given.get("type") in ("hidden", "radio", "checkbox", "date", "file")
            self.forms[-1].setdefault(name, given.get("value", "") if kept else attack(60))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None


def test_no_text_of_any_record_or_form_runs_on_any_page(hostile: Hostile) -> None:
    running: dict[str, list[str]] = {}
    shown, forms, unseen = 0, {}, []
    for route, doors in ROUTES.items():
        path = route.removeprefix("GET ")
        if path == route or path.startswith("/api/") or not isinstance(doors, frozenset):
            continue
        client = hostile.client(doors)
        assert client is not None, route
        query = "?text=1" if path == "/fragments/money" else f"?q={attack(20)}"
        answer = client.get(hostile.address(path) + query)
        assert answer.status_code < 500, (route, answer.text[-300:])
        if answer.status_code != 200 or not answer.headers["content-type"].startswith("text/html"):
            unseen.append(f"{route} {answer.status_code}")
            continue
        page = Page(answer.text)
        shown += answer.text.count("&lt;i onx=1&gt;")
        if page.runs:
            running[route] = page.runs
        for action, fields in zip(page.actions, page.forms, strict=True):
            target = urlsplit(action).path or hostile.address(path)
            if not target.startswith(LEFT_ALONE):
                forms[client, target] = fields
    tokens = {client: form_token(client.get("/account").text) for client, _target in forms}
    for (client, target), fields in forms.items():
        answer = client.post(target, data=fields | {"csrf_token": tokens[client]})
        assert answer.status_code != 401 and "/login" not in answer.headers.get("location", ""), target
        assert answer.status_code < 500, (target, fields)
        if answer.headers.get("content-type", "").startswith("text/html") and (
            runs := Page(answer.text).runs
        ):
            running[f"POST {target}"] = runs
    assert running == {}
    # It was really there to be seen, nearly everywhere.
    assert shown > 300, shown
    assert len(forms) > 40, sorted(target for _client, target in forms)
    assert len(unseen) <= 16, unseen


def test_no_text_is_a_formula_in_any_sheet(hostile: Hostile) -> None:
    client = hostile.clients[Role.UNIT_HEAD]
    for path in EXPORTS:
        for kind in ("csv", "xlsx"):
            more = {"kind": "deals"} if path.startswith("/transfers") else {}
            answer = send(client, path, format=kind, **more)
            assert answer.status_code == 200, (path, answer.text[-300:])
            assert "onx" in cells_of(answer) or "onx" in answer.text, path
            assert "\n" not in answer.headers["content-disposition"]
            if "csv" in answer.headers["content-type"]:
                rows = list(csv.reader(answer.content.decode("utf-8-sig").splitlines()))
                live = [cell for row in rows for cell in row if FORMULA.match(cell) and not number(cell)]
                assert live == [], path
            else:
                with zipfile.ZipFile(BytesIO(answer.content)) as book:
                    parts = {name: book.read(name) for name in book.namelist()}
                assert not any(b"<f>" in part or b"<f " in part for part in parts.values()), path
                assert not any("externalLink" in name or "vba" in name.lower() for name in parts), path
                assert b"<hyperlink" not in b"".join(parts.values()), path


def test_a_program_gets_the_texts_as_json_that_no_browser_takes_for_a_page(hostile: Hostile) -> None:
    client = hostile.clients[Role.LEADER]
    for path in ("/api/v1/leads", "/api/v1/deals", f"/api/v1/leads/{hostile.ids['lead_id']}"):
        answer = client.get(path, headers={"Authorization": f"Bearer {hostile.bearer}"})
        assert answer.status_code == 200 and "onx" in answer.text
        assert answer.headers["content-type"] == "application/json"
        assert answer.headers["x-content-type-options"] == "nosniff"


def number(cell: str) -> bool:
    return re.fullmatch(r"-?[0-9.]+", cell) is not None


def cells_of(answer: Response) -> str:
    if not answer.content.startswith(b"PK"):
        return answer.text
    with zipfile.ZipFile(BytesIO(answer.content)) as book:
        return "".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())
