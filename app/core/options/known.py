"""Every dated setting with its default, its kind and its meaning. Defaults are those of the office's rules."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, TypeAdapter, ValidationError

from app.core.errors import AppError
from app.core.i18n import N_

MOST_DAYS = 3660
Days = Annotated[int, Field(ge=0, le=MOST_DAYS)]


class OptionKind(StrEnum):
    """What a setting's values are: a number of days, yes or no, a unit (or none), some stages of leads."""

    DAYS = "days"
    FLAG = "flag"
    UNIT = "unit"
    STAGES = "stages"


class OptionGroup(StrEnum):
    """Under which heading the page of settings shows one."""

    PROTECTION = "protection"
    RESPONSE = "response"
    REMINDERS = "reminders"
    COUNTING = "counting"


_TYPES: dict[OptionKind, TypeAdapter[Any]] = {
    OptionKind.DAYS: TypeAdapter(Days),
    OptionKind.FLAG: TypeAdapter(bool),
    OptionKind.UNIT: TypeAdapter(UUID | None),
    OptionKind.STAGES: TypeAdapter(Annotated[list[str], Field(min_length=1)]),
}


class UnknownOption(AppError):
    code = "options.unknown"
    status = 404


class OptionRefused(AppError):
    """The value is not of the setting's kind."""

    code = "options.refused"
    status = 422


@dataclass(frozen=True, slots=True)
class Known:
    """A setting: its name, default and kind, what people call it and what it means."""

    name: str
    kind: OptionKind
    default: Any
    group: OptionGroup
    label: str
    doc: str

    def check(self, value: Any) -> Any:
        """Return the value as JSON. Raises OptionRefused."""
        adapter = _TYPES[self.kind]
        try:
            return adapter.dump_python(adapter.validate_python(value, strict=False), mode="json")
        except ValidationError:
            raise OptionRefused(name=self.name) from None


def _days(name: str, default: int, group: OptionGroup, label: str, doc: str) -> Known:
    return Known(name, OptionKind.DAYS, default, group, label, doc)


_ALL = (
    _days(
        "leads.protection_lapse_days",
        7,
        OptionGroup.PROTECTION,
        N_("待研判的保护天数"),
        N_("首报后这么多天内没有研判为有效，保护自动失效。"),
    ),
    _days(
        "leads.protection_days",
        90,
        OptionGroup.PROTECTION,
        N_("有效线索的保护天数"),
        N_("研判为有效的首报，从报送日起保护这么多天。"),
    ),
    _days(
        "leads.protection_renewed_days",
        180,
        OptionGroup.PROTECTION,
        N_("续期后的保护天数"),
        N_("保护期内当面拜访过的，保护从报送日起延长到这么多天。"),
    ),
    _days(
        "leads.protection_grace_days",
        3,
        OptionGroup.PROTECTION,
        N_("补录拜访的宽限天数"),
        N_("保护期满后这么多天内补录的、保护期内的拜访仍可续期。"),
    ),
    Known(
        "leads.intake_unit_id",
        OptionKind.UNIT,
        None,
        OptionGroup.PROTECTION,
        N_("引荐线索的受理单位"),
        N_("合作单位引荐的线索归这个单位；不指定时归认定单位。"),
    ),
    _days(
        "leads.response_registered_days",
        1,
        OptionGroup.RESPONSE,
        N_("登记时限"),
        N_("收到线索后应在这么多天内登记。"),
    ),
    _days(
        "leads.response_judged_days",
        3,
        OptionGroup.RESPONSE,
        N_("研判时限"),
        N_("收到线索后应在这么多天内研判。"),
    ),
    _days(
        "leads.response_answered_days",
        7,
        OptionGroup.RESPONSE,
        N_("答复时限"),
        N_("收到引荐后应在这么多天内答复引荐人。"),
    ),
    _days(
        "leads.response_progress_days",
        14,
        OptionGroup.RESPONSE,
        N_("更新进展的间隔"),
        N_("跟踪中的线索至少每隔这么多天更新一次进展。"),
    ),
    _days(
        "leads.idle_early_days",
        45,
        OptionGroup.REMINDERS,
        N_("前期线索的停滞天数"),
        N_("还没有进入洽谈的线索，这么多天没有动静就提醒。"),
    ),
    _days(
        "leads.idle_late_days",
        30,
        OptionGroup.REMINDERS,
        N_("洽谈线索的停滞天数"),
        N_("在谈和拟签约的线索，这么多天没有动静就提醒。"),
    ),
    _days(
        "leads.reminder_days",
        7,
        OptionGroup.REMINDERS,
        N_("提前提醒的天数"),
        N_("保护到期或停滞之前这么多天开始提醒。"),
    ),
    _days(
        "deals.unregistered_days",
        20,
        OptionGroup.REMINDERS,
        N_("签约后的注册时限"),
        N_("签约后这么多天还没有注册公司，就提醒。"),
    ),
    _days(
        "deals.not_started_days",
        180,
        OptionGroup.REMINDERS,
        N_("签约后的开工时限"),
        N_("合同没有约定开工日期时，签约后这么多天未开工算逾期。"),
    ),
    Known(
        "leads.in_progress_stages",
        OptionKind.STAGES,
        ["visiting", "negotiating", "agreed"],
        OptionGroup.COUNTING,
        N_("在谈项目的阶段"),
        N_("处在这些阶段的线索算作在谈项目。"),
    ),
    Known(
        "appraisal.rank_by_amount",
        OptionKind.FLAG,
        True,
        OptionGroup.COUNTING,
        N_("没有任务的单位也排名次"),
        N_("是：没有分解到任务的单位按完成额一起排名；否：只排有任务的单位。"),
    ),
)
KNOWN: dict[str, Known] = {known.name: known for known in _ALL}


def known(name: str) -> Known:
    """Return a setting by name. Raises UnknownOption."""
    if name not in KNOWN:
        raise UnknownOption(name=name)
    return KNOWN[name]
