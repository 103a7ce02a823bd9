"""What each part of the list's filter asks of the database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, false, func, or_, select, union
from sqlalchemy.orm import Session

from app.core import search
from app.core.actor import Actor
from app.core.clock import start_of_day
from app.core.options import county_code, get_option
from app.core.regions import OriginLevel
from app.identity.models import Unit
from app.investors.models import Investor
from app.leads.lists.schemas import LeadFilter
from app.leads.models import Lead
from app.leads.protection.queries import open_rulings
from app.leads.queries import idle_limits, may_open, response_limits
from app.leads.rules import BAND_BOUNDS, OPEN_STAGES, AmountBand, Validity

HK_MO_TW = ("71", "81", "82")
_LEAST, _MOST = Lead.planned_min_fen, Lead.planned_max_fen
# An upper bound alone belongs to the band below it.
_SIZE = func.coalesce(_LEAST, _MOST - 1)


def clauses(
    session: Session, actor: Actor, wanted: LeadFilter, *, today: date
) -> Iterator[ColumnElement[bool]]:
    """Give the conditions of a filter, each on its own; `Lead` is joined with its investor."""
    yield from _about_names(actor, wanted)
    yield from _about_content(session, actor, wanted)
    if wanted.validity:
        yield Lead.validity == wanted.validity
    if wanted.pool:
        yield Lead.in_pool_since.is_not(None)
    if wanted.mine:
        yield _is_mine(actor)
    if wanted.stage:
        yield Lead.stage.in_(_stages(session, actor, wanted.stage, today=today))
    if wanted.unit is not None:
        above = select(Unit.path).where(Unit.id == wanted.unit).scalar_subquery()
        yield Lead.owner_unit_id.in_(select(Unit.id).where(Unit.path.like(above.op("||")("%"))))
    if wanted.updated:
        yield Lead.updated_at >= start_of_day(today - timedelta(days=int(wanted.updated)))
    if wanted.overdue:
        yield _overdue(session, actor, wanted.overdue, today=today)
    if wanted.ruling:
        yield and_(may_open(actor), Lead.id.in_(open_rulings(actor)))


def _about_names(actor: Actor, wanted: LeadFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.q:
        # A name that the actor may not read is not found by it either.
        yield and_(may_open(actor), _named(actor, wanted.q))
    if wanted.investor is not None:
        yield and_(may_open(actor), Lead.investor_id == wanted.investor)
    if wanted.owner is not None:
        yield and_(may_open(actor), Lead.owner_person_id == wanted.owner)


def _about_content(session: Session, actor: Actor, wanted: LeadFilter) -> Iterator[ColumnElement[bool]]:
    """What a confidential lead is about must not be found out by filtering for it."""
    for column, value in ((Lead.chain, wanted.chain), (Lead.source, wanted.source)):
        if value:
            yield and_(may_open(actor), column == value)
    if wanted.amount is not None:
        yield and_(may_open(actor), _in_band(wanted.amount))
    if wanted.origin is not None:
        home = _comes_from(wanted.origin, county=county_code(session, actor.county_id))
        yield and_(may_open(actor), home)


def _named(actor: Actor, text: str) -> ColumnElement[bool]:
    investors = search.matching_ids("investor", text, actor.county_id)
    # Sets of ids united: conditions joined by OR would be tried on every investor and every lead.
    same = union(investors, select(Investor.id).where(Investor.canonical_id.in_(investors)))
    by_investor = select(Lead.id).where(Lead.investor_id.in_(same))
    by_code = select(Lead.id).where(Lead.county_id == actor.county_id, Lead.code == text.upper())
    return Lead.id.in_(union(search.matching_ids("lead", text, actor.county_id), by_investor, by_code))


def _is_mine(actor: Actor) -> ColumnElement[bool]:
    entered = and_(Lead.owner_person_id.is_(None), Lead.entered_by == actor.id)
    if actor.person_id is None:
        return entered
    return or_(Lead.owner_person_id == actor.person_id, entered)


def _stages(session: Session, actor: Actor, stage: str, *, today: date) -> Sequence[str]:
    if stage == "open":
        return OPEN_STAGES
    if stage == "in_talks":
        stages: Sequence[str] = get_option(session, actor.county_id, "leads.in_progress_stages", today)
        return stages
    return [stage]


def _comes_from(level: OriginLevel, *, county: str) -> ColumnElement[bool]:
    """The same levels as `origin_level`, as a condition on the investor's home."""
    home, abroad = Investor.region_code, Investor.country
    is_special = or_(abroad.in_(("HK", "MO", "TW")), *(home.startswith(code) for code in HK_MO_TW))
    province, city = home.startswith(county[:2]), home.startswith(county[:4])
    return {
        OriginLevel.COUNTY: home == county,
        OriginLevel.CITY: and_(city, home != county),
        OriginLevel.PROVINCE: and_(province, ~city),
        OriginLevel.OUT_OF_PROVINCE: and_(home != "", ~province, ~is_special),
        OriginLevel.HK_MO_TW: is_special,
        OriginLevel.FOREIGN: and_(home == "", abroad.not_in(("", "CN", "HK", "MO", "TW"))),
        OriginLevel.UNKNOWN: and_(home == "", abroad.in_(("", "CN"))),
    }[level]


def _in_band(band: AmountBand) -> ColumnElement[bool]:
    if band is AmountBand.UNKNOWN:
        return and_(_LEAST.is_(None), _MOST.is_(None))
    low, high = BAND_BOUNDS[band]
    return low <= _SIZE if high is None else and_(low <= _SIZE, high > _SIZE)


def _overdue(session: Session, actor: Actor, kind: str, *, today: date) -> ColumnElement[bool]:
    if kind == "follow_up":
        late: ColumnElement[bool] = Lead.next_follow_up_on < today
    elif kind == "judgement":
        days = response_limits(session, actor.county_id, today=today).judged
        late = and_(
            Lead.validity == Validity.PENDING, Lead.reported_at < start_of_day(today - timedelta(days=days))
        )
    else:
        limits = idle_limits(session, actor.county_id, today=today)
        late = or_(
            false(),
            *(
                and_(Lead.stage == stage, Lead.last_activity_on <= today - timedelta(days=days))
                for stage, days in limits.items()
            ),
        )
    return and_(Lead.stage.in_(OPEN_STAGES), late)
