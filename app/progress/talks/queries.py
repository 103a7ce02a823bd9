"""Sums of the leads in talks, and the clauses that pick the leads behind each sum."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from app.core.clock import last_of_month
from app.core.options import get_option
from app.leads.models import Lead
from app.progress.queries import Cut

YI = 10_000_000_000


@dataclass(frozen=True, slots=True)
class Talks:
    """在谈项目 as they are now: how many, what they plan at least, and how many plan nothing yet known."""

    count: int
    fen: int
    unknown: int


def talks(session: Session, cut: Cut, *, today: date) -> dict[str, Talks]:
    """Return the projects in talks: all, large ones, and those expected to sign in the cut-off's month and quarter."""
    clauses = talk_clauses(cut.as_of)
    least = func.coalesce(Lead.planned_min_fen, 0)
    unknown = and_(Lead.planned_min_fen.is_(None), Lead.planned_max_fen.is_(None))
    columns: list[ColumnElement[int]] = []
    for clause in clauses.values():
        columns += [
            func.coalesce(func.sum(case((clause, 1), else_=0)), 0),
            func.coalesce(func.sum(case((clause, least), else_=0)), 0),
            func.coalesce(func.sum(case((and_(clause, unknown), 1), else_=0)), 0),
        ]
    row = session.execute(select(*columns).where(*in_talks(session, cut, today=today))).one()
    values = [int(value) for value in row]
    return {name: Talks(*values[3 * place : 3 * place + 3]) for place, name in enumerate(clauses)}


def in_talks(session: Session, cut: Cut, *, today: date) -> list[ColumnElement[bool]]:
    """Clauses: the county's leads in the stages that it calls 在谈."""
    stages = get_option(session, cut.target.county_id, "leads.in_progress_stages", today)
    return [
        Lead.county_id == cut.target.county_id,
        Lead.archived_at.is_(None),
        Lead.stage.in_(stages),
    ]


def talk_clauses(as_of: date) -> Mapping[str, ColumnElement[bool]]:
    """Clauses by the name that the address gives them."""
    quarter = (as_of.month - 1) // 3
    first = date(as_of.year, 3 * quarter + 1, 1)
    month_ends = last_of_month(as_of.year, as_of.month)
    return {
        "all": Lead.id.is_not(None),
        "over_100m": Lead.planned_min_fen >= YI,
        "over_1b": Lead.planned_min_fen >= 10 * YI,
        "month": Lead.expected_signing_on.between(as_of.replace(day=1), month_ends),
        "quarter": Lead.expected_signing_on.between(first, last_of_month(as_of.year, 3 * quarter + 3)),
    }
