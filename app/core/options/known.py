"""Every dated setting with its default, its kind and its meaning. Defaults are those of the office's rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, TypeAdapter, ValidationError

from app.core.errors import AppError

Days = Annotated[int, Field(ge=0, le=3660)]
Fen = Annotated[int, Field(ge=0, le=10**17)]
Percent = Annotated[int, Field(ge=0, le=100)]


class UnknownOption(AppError):
    code = "options.unknown"
    status = 404


class OptionRefused(AppError):
    """The value is not of the setting's kind."""

    code = "options.refused"
    status = 422


@dataclass(frozen=True, slots=True)
class Known:
    """A setting: its name, default, the type its values must have, and what it means (documented from here)."""

    name: str
    default: Any
    kind: Any
    doc: str

    def check(self, value: Any) -> Any:
        """Return the value as JSON. Raises OptionRefused."""
        adapter: TypeAdapter[Any] = TypeAdapter(self.kind)
        try:
            return adapter.dump_python(adapter.validate_python(value, strict=False), mode="json")
        except ValidationError:
            raise OptionRefused(name=self.name) from None


_ALL = (
    Known(
        "leads.in_progress_stages", ["visiting", "negotiating", "agreed"], list[str], "在谈: which stages."
    ),
    Known(
        "leads.protection_lapse_days",
        7,
        Days,
        "A first report lapses after so many days unless judged valid.",
    ),
    Known("leads.protection_days", 90, Days, "A valid first report holds the investor so many days."),
    Known(
        "leads.protection_renewed_days", 180, Days, "To which day a visit within the valid days prolongs it."
    ),
    Known("leads.protection_grace_days", 3, Days, "How long after those days their visit may be received."),
    Known("leads.response_registered_days", 1, Days, "Registered within."),
    Known("leads.response_judged_days", 3, Days, "Judged within."),
    Known("leads.response_answered_days", 7, Days, "Referrer answered within."),
    Known("leads.response_progress_days", 14, Days, "News of progress every."),
    Known("leads.idle_early_days", 45, Days, "Idle warning from new to visiting."),
    Known("leads.idle_late_days", 30, Days, "Idle warning when negotiating or agreed."),
    Known("leads.reminder_days", 7, Days, "A reminder comes so many days before a warning or an end."),
    Known(
        "leads.intake_unit_id", None, UUID | None, "Unit that owns referrals; empty: the verifying bureau."
    ),
    Known("visits.late_after_days", 3, Days, "A visit is late when entered more than so many days after."),
    Known("deals.unregistered_days", 20, Days, "Idle warning when signed and not registered."),
    Known(
        "deals.not_started_days",
        180,
        Days,
        "签约未开工 is overdue after so many days without a contract's day.",
    ),
    Known("money.confirm_above_fen", 1_000_000_000_000, Fen, "Amounts above ask for confirmation (100亿元)."),
    Known("money.confirm_below_fen", 500_000_000, Fen, "Amounts below ask for confirmation (500万元)."),
    Known("money.confirm_ratio", 10, Annotated[int, Field(ge=2, le=1000)], "Signed against planned amount."),
    Known("progress.large_deal_fen", 10_000_000_000, Fen, "亿元以上: the large deals that leaders read."),
    Known(
        "progress.time_progress",
        "months_and_days",
        Literal["months_and_days", "whole_months", "days_of_year"],
        "序时进度: months and days (as published at each month's end), whole months, or days of the year.",
    ),
    Known(
        "progress.performing",
        "registered_and_paid",
        Literal["registered", "registered_and_paid"],
        "履约率: which deals perform.",
    ),
    Known(
        "supervision.holidays_move",
        False,
        bool,
        "13710: a due day on a holiday moves to the next working day.",
    ),
    Known("supervision.yellow_percent", 20, Percent, "Yellow when at most so much of the window is left."),
    Known("appraisal.rank_by_amount", True, bool, "Units may be ranked by signed amount."),
)
KNOWN: dict[str, Known] = {known.name: known for known in _ALL}


def known(name: str) -> Known:
    """Return a setting by name. Raises UnknownOption."""
    if name not in KNOWN:
        raise UnknownOption(name=name)
    return KNOWN[name]
