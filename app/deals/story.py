"""How the timeline tells what happened to a deal."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from app.core.events import PastEvent
from app.core.i18n import N_, label, translate
from app.core.money import format_amount
from app.core.options import KINDS
from app.core.regions import OriginLevel
from app.deals.changes import LABELS
from app.deals.following.service import DAY_LABELS
from app.deals.rules import (
    AgreementKind,
    CreditRole,
    DealStage,
    EvidenceKind,
    RefusalReason,
    TermsKind,
    TermsState,
)
from app.deals.terms.writing import FROZEN
from app.deals.terms.writing import LABELS as TERMS_LABELS
from app.web import stories
from app.web.context import Context
from app.web.templating import format_day

FIELDS = (
    LABELS
    | TERMS_LABELS
    | FROZEN
    | DAY_LABELS
    | {
        "terms_kind": N_("版本类型"),
        "terms_state": N_("认定状态"),
        "own_unit": N_("本单位项目"),
        "refusal_reasons": N_("退回原因"),
        "stage": N_("阶段"),
        "on_day": N_("日期"),
        "credits": N_("引资责任"),
        "lists": N_("项目库"),
        "confidential": N_("保密"),
        "readers": N_("知情人"),
        "evidence": N_("佐证材料"),
        "file": N_("文件"),
        "paid_in": N_("累计到位资金"),
        "outside_paid_in": N_("其中省外资金"),
        "filter": N_("筛选条件"),
        "rows": N_("条数"),
        "format": N_("格式"),
    }
)


def _coded(kind: type[StrEnum]) -> Callable[[str, Any], str]:
    return lambda locale, value: label(locale, kind(value))


def _day(locale: str, value: Any) -> str:
    return format_day(date.fromisoformat(str(value)), locale)


def _chain(locale: str, value: Any) -> str:
    known = {code: (zh, en) for code, zh, en in KINDS["industry_chain"]}
    zh, en = known.get(str(value), (str(value), str(value)))
    return en if locale == "en" else zh


def _amount(_locale: str, value: Any) -> str:
    # What was recorded before amounts were kept as words is a number of fen.
    return format_amount(int(value)) if str(value).isdigit() else str(value)


def _signed(locale: str, value: Any) -> str:
    """Write a signing day as exactly as it was known: a day, a month or year as they are, a range by its ends."""
    return "–".join(_day(locale, part) if len(part) == 10 else part for part in str(value).split("/"))


def _listed(kind: type[StrEnum]) -> Callable[[str, Any], str]:
    """Put words in the place of the codes with which the parts of a listing begin."""
    codes = re.compile(rf"(?<![^、])({'|'.join(kind)})(?=[ 、]|$)")
    return lambda locale, value: codes.sub(lambda found: label(locale, kind(found[0])), str(value))


def _credits(locale: str, value: Any) -> str:
    first = translate(locale, N_("（第一引荐人）"))
    return _listed(CreditRole)(locale, value).replace(" 1st", first)


def _exclusions(locale: str, value: Any) -> str:
    text = str(value)
    for code, zh, en in KINDS["exclusion"]:
        text = text.replace(f"{code}：", f"{en}: " if locale == "en" else f"{zh}：")
    return text


def _reasons(locale: str, value: Any) -> str:
    return "、".join(label(locale, RefusalReason(each)) for each in value)


stories.tell(
    "deal",
    {
        "deal.filed": N_("登记签约项目"),
        "deal.changed": N_("修改项目资料"),
        "deal.terms_drafted": N_("起草新版条款"),
        "deal.terms_changed": N_("修改条款"),
        "deal.terms_submitted": N_("报请认定"),
        "deal.terms_withdrawn": N_("撤回条款"),
        "deal.terms_verified": N_("认定通过"),
        "deal.terms_refused": N_("退回"),
        "deal.verification_revoked": N_("撤销认定"),
        "deal.moved": N_("更新阶段"),
        "deal.days_corrected": N_("更正阶段日期"),
        "deal.noted": N_("调度进展"),
        "deal.paid_in_stated": N_("填报到位资金"),
        "deal.credited": N_("调整引资责任"),
        "deal.listed": N_("调整项目库"),
        "deal.evidence_added": N_("上传佐证材料"),
        "deal.evidence_removed": N_("移除佐证材料"),
        "deal.readers_changed": N_("保密设置变动"),
        "deal.handed_over": N_("移交责任人"),
        "deal.region_flagged": N_("投资方所在地已更正，请核对来源地"),
        "deal.region_settled": N_("来源地已核对"),
        "deal.exported": N_("导出签约项目清单"),
        "deal.schedule_exported": N_("导出调度表"),
    },
    fields=FIELDS,
    wordings={
        "agreement": _coded(AgreementKind),
        "terms_kind": _coded(TermsKind),
        "terms_state": _coded(TermsState),
        "stage": _coded(DealStage),
        "evidence": _coded(EvidenceKind),
        "chain": _chain,
        "land_mu": stories.as_number,
        "signed": _signed,
        "origins": _listed(OriginLevel),
        "credits": _credits,
        "exclusions": _exclusions,
        "fixed": _amount,
        "phase_one": _amount,
        "paid_in": _amount,
        "outside_paid_in": _amount,
        "refusal_reasons": _reasons,
        "on_day": _day,
        "effective_on": _day,
        "registered_on": _day,
        "started_on": _day,
        "produced_on": _day,
        "planned_start_on": _day,
        "platform_accepted_on": _day,
        "statistics_entered_on": _day,
    },
    key=("deal.filed", "deal.terms_verified", "deal.moved"),
)


def told(
    ctx: Context, events: Iterable[PastEvent], people: Mapping[UUID, str], *, chain: stories.Wording
) -> list[stories.Entry]:
    """Tell a deal's timeline; `people` names those for whom somebody typed, `chain` the county's chains."""
    return stories.told(ctx, events, people=people, wordings={"chain": chain})
