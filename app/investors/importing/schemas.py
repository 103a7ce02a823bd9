"""What an import says about an investor, and what is known of it afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from app.core.text import fold
from app.investors.rules import InvestorKind

Key = tuple[InvestorKind, str]


@dataclass(frozen=True)
class WantedInvestor:
    """An investor as a ledger names it. `home` is the code of a certain home or empty; `uscc` is checked or empty."""

    name: str
    kind: InvestorKind = InvestorKind.COMPANY
    home: str = ""
    uscc: str = ""

    @cached_property
    def key(self) -> Key:
        return self.kind, fold(self.name)


@dataclass(frozen=True, slots=True)
class KnownInvestor:
    """The live record that a name means."""

    id: UUID
    name: str
    region_code: str
    country: str
    returning_native: bool

    @property
    def home(self) -> str:
        return self.region_code or self.country
