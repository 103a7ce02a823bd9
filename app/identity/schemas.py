"""Input that several of the rooms' forms share."""

from __future__ import annotations

from pydantic import Field

from app.core.inputs import Input


class VersionInput(Input):
    """A button's form: only the version of what is changed."""

    version: int = Field(ge=1)
