"""What verifiers send: the decision on terms, and the opening batch on a named basis."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from app.core.inputs import Input
from app.core.text import clean_text
from app.deals.rules import OpeningBasis, RefusalReason

OneLine = Annotated[
    str,
    BeforeValidator(lambda value: clean_text(value, multiline=False) if isinstance(value, str) else value),
]


class VerifyInput(Input):
    """`version` is the terms'. Opening terms may name their basis here."""

    version: int
    note: OneLine = Field("", max_length=500)
    basis_kind: OpeningBasis | None = None
    basis: OneLine = Field("", max_length=200)


class RefuseInput(Input):
    version: int
    reasons: list[RefusalReason] = Field(default_factory=list, max_length=12)
    note: OneLine = Field("", max_length=500)


class RevokeInput(Input):
    """Taking a verification back needs its reason."""

    version: int
    note: OneLine = Field(min_length=2, max_length=500)


class QueueFilter(Input):
    page: int = Field(1, ge=1, le=10_000)
    opening: bool = False
