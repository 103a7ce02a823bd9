"""How a target's timeline tells what happened to it."""

from __future__ import annotations

from app.core.clock import TimeProgressMode
from app.core.i18n import N_, label
from app.targets.managing.service import LABELS
from app.targets.rules import CreditRole, PartKind
from app.web import stories


def tell_stories() -> None:
    """Say what the events of this room are called. Amounts stand in the page's own tables, with their unit."""
    stories.tell(
        "target",
        {
            "target.added": N_("新建目标"),
            "target.edited": N_("修改目标"),
            "target.archived": N_("撤下目标"),
            "target.parts_set": N_("分解目标"),
            "target.plan_set": N_("修改月度计划"),
            "target.published_set": N_("录入公布数据"),
            "target.freeze_proposed": N_("申请封账"),
            "target.frozen": N_("确认封账"),
            "target.freeze_declined": N_("退回封账申请"),
        },
        fields={name: text for name, text in LABELS.items() if name != "amount"}
        | {"through": N_("封账至"), "kind": N_("分解方式"), "year": N_("年度")},
        wordings={
            "credit_role": lambda locale, value: label(locale, CreditRole(value)),
            "kind": lambda locale, value: label(locale, PartKind(value)),
            "pace": lambda locale, value: label(locale, TimeProgressMode(value)),
        },
        key={"target.frozen"},
    )
