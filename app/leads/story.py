"""How the timeline tells what happened to a lead."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from enum import StrEnum
from typing import Any

from app.core.events import PastEvent
from app.core.i18n import N_, label
from app.core.options import KINDS
from app.leads.changes import LABELS
from app.leads.models import Lead
from app.leads.rules import LeadSource, LeadStage, LostReason, RulingOutcome, Validity
from app.web import stories
from app.web.context import Context
from app.web.templating import format_day

FIELDS = LABELS | {
    "code": N_("编号"),
    "investor": N_("投资方"),
    "stage": N_("阶段"),
    "unit": N_("责任单位"),
    "validity": N_("研判结论"),
    "ruling": N_("裁定"),
    "protected_until": N_("保护至"),
    "lost_reason": N_("终止原因"),
    "lost_to": N_("落户何处"),
    "confidential": N_("保密"),
    "readers": N_("知情人"),
    "complete": N_("首报要素齐全"),
    "filter": N_("筛选条件"),
    "rows": N_("条数"),
    "format": N_("格式"),
}


def _coded(kind: type[StrEnum]) -> Callable[[str, Any], str]:
    return lambda locale, value: label(locale, kind(value))


def _day(locale: str, value: Any) -> str:
    return format_day(date.fromisoformat(str(value)), locale)


def _chain(locale: str, value: Any) -> str:
    known = {code: (zh, en) for code, zh, en in KINDS["industry_chain"]}
    zh, en = known.get(str(value), (str(value), str(value)))
    return en if locale == "en" else zh


stories.tell(
    "lead",
    {
        "lead.reported": N_("报送线索"),
        "lead.changed": N_("修改线索"),
        "lead.moved": N_("调整阶段"),
        "lead.lost": N_("终止洽谈"),
        "lead.reopened": N_("重新启动"),
        "lead.signed": N_("签约"),
        "lead.noted": N_("进展"),
        "lead.answered": N_("答复引荐人"),
        "lead.judged": N_("研判"),
        "lead.ruling_asked": N_("申请裁定"),
        "lead.ruled": N_("裁定"),
        "lead.pooled": N_("保护到期，转入公海"),
        "lead.taken": N_("从公海认领"),
        "lead.protection_changed": N_("保护期变动"),
        "lead.readers_changed": N_("保密设置变动"),
        "lead.handed_over": N_("移交跟踪人"),
        "lead.exported": N_("导出线索清单"),
    },
    fields=FIELDS,
    wordings={
        "stage": _coded(LeadStage),
        "source": _coded(LeadSource),
        "validity": _coded(Validity),
        "ruling": _coded(RulingOutcome),
        "lost_reason": _coded(LostReason),
        "chain": _chain,
        "land_mu": stories.as_number,
        "expected_signing_on": _day,
        "first_contact_on": _day,
        "next_follow_up_on": _day,
        "protected_until": _day,
    },
    key=("lead.signed", "lead.judged", "lead.ruled"),
)


def told(
    ctx: Context, lead: Lead, events: Iterable[PastEvent], *, chain: stories.Wording
) -> list[stories.Entry]:
    """Tell a lead's timeline, with the person for whom it was typed and the county's words for chains."""
    people = {lead.typed_for.id: lead.typed_for.name} if lead.typed_for else {}
    return stories.told(ctx, events, people=people, wordings={"chain": chain})
