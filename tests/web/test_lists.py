"""A list's pages by number, and when its filter is offered to be emptied; the rest of the address stays."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from starlette.requests import Request

from app.core.actor import Role
from app.core.db import Database
from app.web.lists import pages_of
from tests.factories.identity import client_of, make_unit, make_user


def request(query: str) -> Request:
    return Request({"type": "http", "path": "/leads", "query_string": query.encode(), "headers": []})


@pytest.mark.parametrize(
    ("total", "page", "shown"),
    [
        (0, 1, ""),
        (50, 1, ""),
        (51, 1, "[1] 2"),
        (486, 1, "[1] 2 … 10"),
        (486, 2, "1 [2] 3 … 10"),
        (486, 3, "1 2 [3] 4 … 10"),
        (486, 4, "1 … 3 [4] 5 … 10"),
        (486, 10, "1 … 9 [10]"),
    ],
)
def test_pages_are_offered_by_number(total: int, page: int, shown: str) -> None:
    pages = pages_of(request("stage=new"), total=total, page=page, size=50, shown=min(50, total))
    words = [
        ("… " if each.skips else "") + (f"[{each.number}]" if each.here else str(each.number))
        for each in pages.numbers
    ]
    assert " ".join(words) == shown


def test_the_rest_of_the_address_stays() -> None:
    pages = pages_of(request("stage=new&sort=-planned&page=4"), total=486, page=4, size=50, shown=50)
    assert [each.href for each in pages.numbers] == [
        "/leads?stage=new&sort=-planned",
        "/leads?stage=new&sort=-planned&page=3",
        "/leads?stage=new&sort=-planned&page=4",
        "/leads?stage=new&sort=-planned&page=5",
        "/leads?stage=new&sort=-planned&page=10",
    ]


@pytest.mark.parametrize(
    ("path", "sort", "nothing_yet"),
    [
        ("/leads", "-planned", "还没有线索"),
        ("/deals", "-amount", "还没有签约项目"),
        ("/visits", "from_on", "还没有拜访"),
        ("/investors", "name", "还没有客商"),
    ],
)
def test_what_keeps_rows_out_is_offered_to_be_emptied(
    app: FastAPI, database: Database, path: str, sort: str, nothing_yet: str
) -> None:
    with database.writing() as session:
        user = make_user(session, role=Role.MEMBER, unit=make_unit(session))
    client, reset = client_of(app, user), f'href="{path}">清空条件'
    sorted_only = client.get(f"{path}?sort={sort}").text
    assert reset not in sorted_only
    assert nothing_yet in sorted_only
    assert reset in client.get(f"{path}?sort={sort}&q=线缆").text
    assert reset in client.get(f"{path}?page=0").text
