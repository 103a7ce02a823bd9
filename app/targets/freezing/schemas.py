"""What is sent about a freeze."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BeforeValidator, Field

from app.core.inputs import Input
from app.core.text import clean_text


def _lines(value: object) -> object:
    return clean_text(value, multiline=True) if isinstance(value, str) else value


Note = Annotated[str, BeforeValidator(_lines)]


class ProposeFreezeInput(Input):
    """Through which day a target's months are to be closed."""

    through: date
    note: Note = Field("", max_length=500)


class DecideFreezeInput(Input):
    """Why a proposal is turned down; nothing is asked of who confirms."""

    note: Note = Field("", max_length=500)
