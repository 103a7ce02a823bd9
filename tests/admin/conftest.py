"""The office that these tests begin with."""

from __future__ import annotations

from tests.identity.conftest import count_queries, office

__all__ = ["count_queries", "office"]
