"""How values become an investor: its row, the event that says so, and the words by which it is found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from app.core import search
from app.core.actor import Actor
from app.core.events import record_many
from app.core.i18n import N_
from app.core.ids import new_id
from app.core.text import fold
from app.identity.versions import changed
from app.investors import rules
from app.investors.models import Investor, InvestorName, InvestorTag
from app.investors.rules import InvestorKind
from app.investors.schemas import list_of

LABELS = {
    "kind": N_("类别"),
    "name": N_("名称"),
    "uscc": N_("统一社会信用代码"),
    "home": N_("所在地"),
    "address": N_("地址"),
    "group_name": N_("所属集团"),
    "industry": N_("行业"),
    "returning_native": N_("返乡"),
    "former_names": N_("曾用名"),
    "tags": N_("标签"),
    "note": N_("备注"),
}


@dataclass(frozen=True, slots=True)
class NewInvestor:
    """A record that is to be added, and the event that will say so."""

    investor: Investor
    event: dict[str, Any]


def new_investor(
    actor: Actor, values: Mapping[str, Any], *, unit_id: UUID | None, at: datetime
) -> NewInvestor:
    """Make the record of these values; those that are left out are empty. Nothing is written yet."""
    values = {**dict.fromkeys(LABELS, ""), "returning_native": False, **values}
    investor = Investor(
        id=new_id(),
        county_id=actor.county_id,
        unit_id=unit_id,
        created_by=actor.person_id,
        created_at=at,
        updated_at=at,
    )
    # Known to be empty: assigned, they would go through all that a change of a collection does.
    set_committed_value(investor, "names", [])
    set_committed_value(investor, "tags", [])
    apply(investor, values, at=at)
    event = {
        "kind": "investor.added",
        "subject": ("investor", investor.id),
        "at": at,
        "unit_id": unit_id,
        "changes": changed({}, {name: value for name, value in values.items() if value}),
    }
    return NewInvestor(investor, event)


def put_on_record(session: Session, actor: Actor, made: Sequence[NewInvestor], *, at: datetime) -> None:
    """Write down that records were added, and the words by which they are found; their rows are written already."""
    record_many(session, actor, [each.event for each in made])
    search.put_many(session, [entry_of(each.investor) for each in made], at=at)


def apply(investor: Investor, values: Mapping[str, Any], *, at: datetime) -> None:
    """Write values onto a record, with the keys by which names are compared."""
    for name, value in values.items():
        if name not in ("home", "tags", "former_names"):
            setattr(investor, name, value)
    home = values["home"]
    investor.region_code, investor.country = (home, "") if home.isdigit() else ("", home)
    keys = rules.name_keys(investor.name, kind=investor.kind)
    investor.name_folded, investor.name_core = keys.folded, keys.core
    investor.name_pinyin, investor.name_initials = keys.pinyin[:400], keys.initials[:100]
    wanted_tags = set(list_of(values["tags"]))
    kept_tags = [each for each in investor.tags if each.tag in wanted_tags]
    fresh = wanted_tags - {each.tag for each in kept_tags}
    if fresh or len(kept_tags) < len(investor.tags):
        investor.tags = kept_tags + [InvestorTag(tag=tag) for tag in sorted(fresh)]
    wanted = {fold(name): name for name in list_of(values["former_names"])}
    kept = [each for each in investor.names if each.merged_id is not None or each.name_folded in wanted]
    known = {each.name_folded for each in kept}
    added = [
        InvestorName(name=name, name_folded=folded, added_at=at)
        for folded, name in wanted.items()
        if folded not in known
    ]
    if added or len(kept) < len(investor.names):
        investor.names = kept + added


def index(session: Session, investor: Investor, *, at: datetime) -> None:
    """Keep the words by which an investor is found; a merged one is found under the record that stands for it."""
    if not investor.is_live:
        search.remove(session, ("investor", investor.id))
        return
    search.put_many(session, [entry_of(investor)], at=at)


def entry_of(investor: Investor) -> search.Entry:
    """Return a live record as the search index holds it; its names must be loaded."""
    other = [each.name for each in investor.names]
    return search.Entry(
        ("investor", investor.id),
        county_id=investor.county_id,
        title=investor.name,
        texts=[text for text in (*other, investor.uscc, investor.group_name) if text],
        person=investor.kind is InvestorKind.PERSON,
    )
