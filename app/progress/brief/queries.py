"""What the brief reads besides the number: the notes that ask a leader for something."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased, joinedload

from app.core.actor import Actor
from app.core.remembered import remembered
from app.deals.models import Deal, DealNote
from app.deals.queries import visible_to
from app.progress import queries
from app.progress.lines.queries import deal_lines
from app.progress.picture import depends_on, headline_of, news_since
from app.progress.queries import Cut
from app.progress.rules import (
    DealLine,
    Headline,
    Shown,
    by_column,
    by_deal,
    contract,
    is_late,
    is_news,
    latest_first,
    seen_rows,
    top,
    total,
)
from app.progress.units import IdleUnit, idle_units
from app.targets.rules import SizeColumn, Total

TOP_OF_BRIEF = 5
ASKED_AT_MOST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """The figures of the one page, in a leader's order; `amounts` are those of every deal that counts."""

    headline: Headline
    large: Total
    amounts: Sequence[int]
    top: Shown[DealLine]
    late: Shown[DealLine]
    needs: Sequence[DealNote]
    deals: dict[object, Deal]
    idle: Shown[IdleUnit]
    news: Total


def brief(session: Session, actor: Actor, cut: Cut) -> Brief:
    """Return the brief of a target at a cut-off: six statements, kept until something changes."""
    asked = ("progress.brief", *depends_on(actor, cut))
    return remembered(session, asked, lambda: _brief(session, actor, cut))


def _brief(session: Session, actor: Actor, cut: Cut) -> Brief:
    entries = queries.entries_known(session, cut)
    lines = deal_lines(session, actor, cut, entries)
    deals = by_deal(entries)
    asking = notes_asking(session, actor, cut)
    return Brief(
        headline=headline_of(cut, entries, lines),
        large=by_column(deals)[SizeColumn.OVER_100M],
        amounts=[one.fen for one in deals.values() if one.fen > 0],
        top=seen_rows(top(lines, places=TOP_OF_BRIEF), lambda line: line.done),
        late=seen_rows(latest_first(filter(is_late, lines)), contract),
        needs=[note for _deal, note in asking],
        deals={note.id: deal for deal, note in asking},
        idle=idle_units(actor, cut, queries.units_with_outings(session, cut)),
        news=total(one for one in entries if is_news(one, since=news_since(cut))),
    )


def notes_asking(session: Session, actor: Actor, cut: Cut) -> list[tuple[Deal, DealNote]]:
    """Return the deals whose newest note by the day asks for coordination (需协调事项), soonest due first."""
    newest = (
        select(
            DealNote.id,
            func.row_number()
            .over(
                partition_by=DealNote.deal_id,
                order_by=(DealNote.on_day.desc(), DealNote.recorded_at.desc(), DealNote.id.desc()),
            )
            .label("place"),
        )
        .where(DealNote.on_day <= cut.as_of, DealNote.recorded_at <= cut.known_at)
        .subquery()
    )
    note = aliased(DealNote)
    chosen = (
        visible_to(actor)
        .join(note, note.deal_id == Deal.id)
        .join(newest, newest.c.id == note.id)
        .where(newest.c.place == 1, note.to_coordinate != "")
        .add_columns(note)
        .options(joinedload(Deal.owner_unit), joinedload(Deal.responsible_unit))
        .order_by(note.due_on.asc().nulls_last(), note.on_day.desc(), note.id)
        .limit(ASKED_AT_MOST)
    )
    return [(deal, found) for deal, found in session.execute(chosen)]
