"""Lists as files that import again without loss: the columns are those that an import knows, under the same names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.clock import SHANGHAI
from app.core.events import record
from app.core.i18n import N_, label, translate
from app.core.money import AmountQualifier
from app.core.options import words
from app.core.permissions import Permission, require
from app.core.sheets import Cell, Column, ColumnKind, Sheet
from app.deals.importing.queries import known_deals
from app.deals.importing.schemas import KnownDeal
from app.identity.rules import UnitKind
from app.leads.importing.queries import KnownLead, known_leads
from app.leads.rules import LeadSource
from app.transfers import queries
from app.transfers.deals.words import LABELS
from app.transfers.investors import PERSON_MARK
from app.transfers.rules import FIELDS, Field, Holds, Kind

TITLES = {
    Kind.DEALS: N_("签约项目台账"),
    Kind.LEADS: N_("在谈项目台账"),
    Kind.UNITS: N_("单位名单"),
    Kind.PEOPLE: N_("人员名册"),
}
_WIDTHS = {Holds.LONG: 40, Holds.AMOUNT: 16, Holds.DAY: 20}
_BY_QUALIFIER = {
    AmountQualifier.ABOUT: "约",
    AmountQualifier.AT_LEAST: "不低于",
    AmountQualifier.EXACT: "确切",
}
_LEAD_FACTS = {
    "name": "title",
    "content": "content",
    "place": "place",
    "land_mu": "land_mu",
    "owner": "owner_person",
    "referrer": "referrer_text",
    "expected_on": "expected_signing_on",
    "first_contact_on": "first_contact_on",
    "next_step": "next_step",
}


def export_ledger(session: Session, actor: Actor, kind: Kind, *, at: datetime) -> Sheet:
    """Write every record of a kind that the actor may open; who took how many out is on record.

    Headers are the office's own whatever the reader's language, because the file is meant to come back.
    Raises NotPermitted.
    """
    require(actor, _permission(kind))
    rows = list(_rows(session, actor, kind))
    unit_id = next(iter(actor.unit_ids), None)
    changes = {"export_kind": (None, kind.value), "rows": (None, len(rows))}
    record(
        session,
        actor,
        "transfer.exported",
        ("county", actor.county_id),
        at=at,
        unit_id=unit_id,
        changes=changes,
    )
    stamp = f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    mark = N_("%(name)s（%(unit)s）导出于 %(at)s")
    return Sheet(
        title=translate("zh_CN", TITLES[kind]),
        columns=columns_of(kind),
        rows=rows,
        mark=translate("zh_CN", mark, name=actor.name, unit=actor.unit_name, at=stamp),
        a3=True,
    )


def columns_of(kind: Kind) -> list[Column]:
    """Return the columns of our own files."""
    return [
        Column(field.header, _kind(field), _WIDTHS.get(field.holds, 18))
        for field in FIELDS[kind]
        if field.written
    ]


def _kind(field: Field) -> ColumnKind:
    # A planned amount may be a band (0—5000万元), which is a text.
    is_number = field.holds is Holds.AMOUNT and field.key != "planned"
    return ColumnKind.WAN if is_number else ColumnKind.TEXT


def _permission(kind: Kind) -> Permission:
    if kind in (Kind.DEALS, Kind.LEADS):
        return Permission.EXPORT
    return Permission.MANAGE_UNITS if kind is Kind.UNITS else Permission.MANAGE_USERS


def _rows(session: Session, actor: Actor, kind: Kind) -> Iterable[list[Cell]]:
    match kind:
        case Kind.DEALS:
            labels = _chains(session, actor)
            found: Iterable[Mapping[str, Cell]] = (
                _deal(deal, labels) for deal in known_deals(session, actor)
            )
        case Kind.LEADS:
            labels = _chains(session, actor)
            found = (_lead(lead, labels) for lead in known_leads(session, actor))
        case Kind.UNITS:
            found = _units(session, actor)
        case Kind.PEOPLE:
            found = _people(session, actor)
    keys = [field.key for field in FIELDS[kind] if field.written]
    return ([row.get(key) for key in keys] for row in found)


def _chains(session: Session, actor: Actor) -> dict[str, str]:
    return {
        word.code: word.zh for word in words(session, actor.county_id, "industry_chain", with_inactive=True)
    }


def _deal(deal: KnownDeal, chains: Mapping[str, str]) -> dict[str, Cell]:
    cells: dict[str, Cell] = dict(deal.facts)
    cells |= dict(deal.fen)
    cells |= {name: LABELS[name].get(deal.facts[name], "") for name in LABELS}
    return cells | {
        "code": deal.code,
        "investor": "、".join(
            f"{each.name}{PERSON_MARK if each.is_person else ''}" for each in deal.investors
        ),
        "home": "、".join(each.home or "未知" for each in deal.investors) if _any_home(deal) else "",
        "uscc": deal.investors[0].uscc if deal.investors else "",
        "qualifier": _BY_QUALIFIER.get(deal.qualifier, ""),
        "chain": chains.get(deal.facts["chain"], deal.facts["chain"]),
    }


def _any_home(deal: KnownDeal) -> bool:
    return any(each.home for each in deal.investors)


def _lead(lead: KnownLead, chains: Mapping[str, str]) -> dict[str, Cell]:
    cells: dict[str, Cell] = {key: lead.facts[name] for key, name in _LEAD_FACTS.items()}
    return cells | {
        "code": lead.code,
        "planned": lead.facts["planned"],
        "investor": f"{lead.investor}{PERSON_MARK if lead.is_person else ''}",
        "home": lead.home,
        "unit": lead.unit,
        "chain": chains.get(lead.facts["chain"], lead.facts["chain"]),
        "source": label("zh_CN", LeadSource(lead.facts["source"])),
        "stage": label("zh_CN", lead.stage),
    }


def _units(session: Session, actor: Actor) -> Iterable[dict[str, Cell]]:
    tracks = queries.track_names(session, actor)
    found = queries.all_units(session, actor)
    by_id = {unit.id: unit for unit in found}
    for unit in found:
        parent = by_id.get(unit.parent_id) if unit.parent_id else None
        if parent is None:
            continue
        yield {
            "code": unit.code,
            "name": unit.name,
            "short_name": unit.short_name,
            "kind": label("zh_CN", UnitKind(unit.kind)),
            "parent": parent.name,
            "track": tracks.get(unit.track_id, "") if unit.track_id else "",
        }


def _people(session: Session, actor: Actor) -> Iterable[dict[str, Any]]:
    for person, unit in queries.roster(session, actor):
        yield {
            "name": person.name,
            "unit": unit,
            "post": person.post,
            "phone": person.phone,
            "is_leader": "是" if person.is_leader else "否",
            "line": person.line,
        }
