"""What one process keeps: a limited number of answers, each gone a minute after it was last asked for."""

import pytest

from app.core import memory
from app.core.memory import KEPT_S, Memory


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    at = [1_000.0]
    monkeypatch.setattr(memory, "monotonic", lambda: at[0])
    return at


def test_the_least_used_goes_first(now: list[float]) -> None:
    kept = Memory(most=2)
    for key in ("a", "b", "a", "c"):
        kept.recall(key, 1, lambda: "made")
    assert [kept.recall(key, 1, lambda: "anew") for key in ("a", "c", "b")] == ["made", "made", "anew"]


def test_what_is_too_old_does_not_stay_in_memory(now: list[float]) -> None:
    kept = Memory()
    for number in range(10):
        kept.recall(number, 1, str)
    now[0] += KEPT_S + 1
    for number in range(10, 20):
        kept.recall(number, 1, str)
    assert len(kept) == 10


def test_an_old_answer_that_is_asked_for_alone_is_made_once(now: list[float]) -> None:
    kept = Memory()
    kept.recall("a", 1, lambda: "made")
    now[0] += KEPT_S + 1
    assert [kept.recall("a", 1, lambda: "anew"), kept.recall("a", 1, lambda: "again")] == ["anew", "anew"]
