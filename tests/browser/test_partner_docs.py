"""The API's pages are for everybody who reads, on a screen and on a phone; `open_page` watches for outside assets."""

from __future__ import annotations

import pytest

from tests.browser.conftest import OpenPage, accessibility_problems, overflows


@pytest.mark.parametrize("phone", [False, True])
@pytest.mark.parametrize("path", ["/api/docs", "/api/problems"])
def test_the_apis_pages_pass_axe_and_fit(open_page: OpenPage, path: str, phone: bool) -> None:
    page = open_page(path, phone=phone, expect_status=200)
    assert accessibility_problems(page) == []
    assert not overflows(page)
