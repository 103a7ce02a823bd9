"""A counting rule said in words, clause by clause, for whoever must know what counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from app.core.i18n import N_
from app.core.money import format_amount
from app.core.text import plain_number
from app.targets.rules import Clauses, ShareMode

# Turns a text with parameters into the reader's language.
Say = Callable[..., str]
_JOIN = N_("、")


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause: what it is about, and what it says."""

    about: str
    text: str


def in_words(
    clauses: Clauses, *, say: Say, label: Callable[[Enum], str], exclusions: Mapping[str, str]
) -> list[Clause]:
    """Say a rule's clauses. `label` names an enumeration's value, `exclusions` are {code: word}."""

    def listed(values: Iterable[str]) -> str:
        return say(_JOIN).join(values)

    amount = format_amount(clauses.minimum_fen)
    minimum = (
        N_("总投资%(amount)s以上（含）") if clauses.minimum_inclusive else N_("总投资超过%(amount)s（不含）")
    )
    agreements = listed(label(one) for one in sorted(clauses.agreements))
    origins = listed(label(one) for one in sorted(clauses.origins))
    excluded = listed(exclusions.get(code, code) for code in clauses.exclusions)
    found = [
        Clause(say(N_("统计期")), say(N_("签约时间在目标年度内"))),
        Clause(say(N_("起算金额")), say(minimum, amount=amount)),
        Clause(say(N_("协议类型")), agreements),
        Clause(say(N_("投资方来自")), origins),
        Clause(say(N_("返乡投资")), label(clauses.returning)),
        Clause(say(N_("多个投资方")), _share(clauses, say=say, label=label)),
        Clause(say(N_("增资扩股")), label(clauses.expansion)),
        Clause(say(N_("跨年增加")), label(clauses.increment)),
        Clause(say(N_("不予计入")), excluded or say(N_("没有"))),
    ]
    if clauses.platform_required:
        found.append(Clause(say(N_("省平台")), say(N_("须已入库"))))
    if clauses.statistics_required:
        found.append(Clause(say(N_("统计")), say(N_("须已入统"))))
    return found


def _share(clauses: Clauses, *, say: Say, label: Callable[[Enum], str]) -> str:
    if clauses.share_mode is not ShareMode.FULL:
        return label(clauses.share_mode)
    percent = plain_number(clauses.minimum_share_percent)
    return say(N_("计数来源出资占比达到%(percent)s%%的，全额计入"), percent=percent)
