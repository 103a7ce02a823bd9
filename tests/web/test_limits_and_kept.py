"""Rate limits and kept forms."""

from __future__ import annotations

from uuid import uuid4

import pytest
from starlette.datastructures import FormData

from app.web import kept
from app.web.csrf import CrossSite, require_token, token_for
from app.web.limits import RateLimiter


def test_a_bucket_empties_and_says_how_long_to_wait() -> None:
    limiter = RateLimiter()
    passed = [limiter.take("a", per_minute=3).wait_s for _ in range(4)]
    assert passed[:3] == [0, 0, 0]
    assert 0 < passed[3] <= 20
    assert limiter.take("b", per_minute=3).wait_s == 0


def test_a_kept_form_returns_to_its_owner_only() -> None:
    owner = uuid4()
    text = kept.pack(
        "secret", path="/leads", owner=owner, submitted=FormData([("title", "甲"), ("csrf_token", "x")])
    )
    assert kept.unpack("secret", text, owner=owner) == {
        "path": "/leads",
        "owner": str(owner),
        "fields": [["title", "甲"]],
    }
    assert kept.unpack("secret", text, owner=uuid4()) is None
    assert kept.unpack("other", text, owner=owner) is None
    assert kept.unpack("secret", "", owner=owner) is None


@pytest.mark.parametrize("given", ["", "0" * 64, None, 3])
def test_a_foreign_form_token_is_refused(given: object) -> None:
    with pytest.raises(CrossSite):
        require_token(given, "secret", "holder")
    require_token(token_for("secret", "holder"), "secret", "holder")
