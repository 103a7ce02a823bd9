"""What people send for a file of the list."""

from __future__ import annotations

from typing import Literal

from app.core.inputs import Input


class ExportInput(Input):
    format: Literal["xlsx", "csv"] = "xlsx"
