"""What `luodi init` is told."""

from __future__ import annotations

from pydantic import Field

from app.core.inputs import Input
from app.identity.accounts.schemas import LOGIN


class SetupInput(Input):
    county_name: str = Field(min_length=2, max_length=60)
    county_code: str = Field(min_length=2, max_length=6)
    admin_login: str = Field(min_length=2, max_length=40, pattern=LOGIN)
    admin_name: str = Field(min_length=1, max_length=60)
