"""A list's pages by number: the first, the last, the one shown and its neighbours; the rest of the address stays."""

from __future__ import annotations

import pytest
from starlette.requests import Request

from app.web.lists import pages_of


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
