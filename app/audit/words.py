"""The audit trail in the reader's language: what the rooms call their events and fields."""

from __future__ import annotations

from dataclasses import dataclass

from app.audit.rules import shown_changes
from app.core.i18n import N_, translate
from app.core.models import Event
from app.web import stories

# What the filter offers: the beginning of an event's kind, and the records that it is about.
SUBJECTS = {
    "user": N_("账号"),
    "person": N_("名册"),
    "unit": N_("单位"),
    "track": N_("赛道"),
    "service_account": N_("接口账号"),
    "api_key": N_("密钥"),
    "lead": N_("线索"),
    "visit": N_("拜访"),
    "trip": N_("行程"),
    "deal": N_("签约项目"),
    "occasion": N_("签约活动"),
    "project_list": N_("项目库"),
    "investor": N_("客商"),
    "contact": N_("联系人"),
    "target": N_("目标"),
    "rule": N_("口径"),
    "cutoff": N_("数据快照"),
    "option": N_("设置"),
    "private": N_("个人信息"),
}
NOTHING = "—"


@dataclass(frozen=True, slots=True)
class Row:
    """One event as the page shows it: each change is (field, before → after or empty)."""

    event: Event
    kind: str
    subject: str
    changes: list[tuple[str, str]]


def kinds(locale: str) -> list[tuple[str, str]]:
    """Return what the filter by kind offers."""
    return [(f"{name}.", translate(locale, text)) for name, text in SUBJECTS.items()]


def row(locale: str, event: Event) -> Row:
    """Put one event into words, values only where the auditor may see them."""
    about = event.subject_type
    changes = []
    for change in shown_changes(about, event.changes):
        before, after = (
            stories.value_in_words(locale, about, change.field, value) or NOTHING
            for value in (change.before, change.after)
        )
        told = f"{before} → {after}" if change.with_values else ""
        changes.append((stories.name_of_field(locale, about, change.field), told))
    return Row(
        event=event,
        kind=stories.name_of_kind(locale, event.kind),
        subject=translate(locale, SUBJECTS[about]) if about in SUBJECTS else about,
        changes=changes,
    )
