"""The demo's targets with their parts, plan and published figures, and the ledger that the verified deals make."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import accumulate
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session, selectinload

from app.core.clock import TimeProgressMode, last_of_month
from app.core.ids import new_id
from app.core.money import UNIT_FEN, AmountUnit, largest_remainder
from app.deals.facts import ledger_facts
from app.deals.models import Deal, DealTerms
from app.deals.rules import TermsState
from app.demo.business import CHAINS
from app.demo.county import Demo
from app.demo.division import part_weight
from app.demo.signings import TARGET_FEN
from app.demo.units import ECONOMY, GENERAL, PARKS, PUBLIC, TEAMS, TOWNS, TRACKS
from app.targets import service as targets
from app.targets.counting.service import ensure_default_rule
from app.targets.models import Cutoff, PlanMonth, PublishedFigure, Target, TargetAmount, TargetPart
from app.targets.rules import CreditRole, DealFacts, LedgerEntry, Measure, PartKind, SetBy, TermsFacts
from app.targets.service import Posting

_TRACK_WEIGHTS = {TOWNS: 30, PARKS: 20, ECONOMY: 16, GENERAL: 7, PUBLIC: 3, TEAMS: 24}
_MONTH_WEIGHTS = (5, 7, 11, 8, 8, 11, 8, 8, 11, 7, 8, 8)
WEEKS_KEPT = 4
_WHOLE = UNIT_FEN[AmountUnit.WAN] * 100


def make_targets(session: Session, demo: Demo) -> None:
    """Write last year's and this year's target, divided and planned, and post what counts in the order of knowing."""
    clerk = demo.holders["bureau"]
    rule = ensure_default_rule(session, demo.actor(clerk), at=demo.opened_at)
    whole = round(TARGET_FEN * demo.scale / _WHOLE) * _WHOLE
    made: dict[int, UUID] = {}
    for year in (demo.today.year - 1, demo.today.year):
        made[year] = _target(session, demo, year, rule.id, whole)
    posted = _post(session, demo)
    session.flush()
    last = demo.today.year - 1
    done = _by_month(demo, last, [entry for entry in posted if entry.effective_on.year == last])
    before = _earlier_year(demo, whole)
    for year, figures in ((last, before), (last + 1, done)):
        _publish(session, made[year], year - 1, figures)
    _keep_cutoffs(session, demo)


def _keep_cutoffs(session: Session, demo: Demo) -> None:
    """Name the last weekly reports' cut-offs: each Friday's, kept at its end of office hours."""
    clerk = demo.holders["bureau"]
    friday = demo.last_day - timedelta(days=(demo.last_day.weekday() - 4) % 7)
    days = [friday - timedelta(weeks=weeks) for weeks in range(WEEKS_KEPT)]
    rows = [
        {
            "id": new_id(),
            "county_id": demo.county_id,
            "name": f"{day:%G}年第{day:%V}周上报",
            "as_of": day,
            "known_at": demo.instant(day, 17, 30),
            "taken_by": clerk.id,
            "taken_by_name": clerk.name,
        }
        for day in days
        if day >= demo.opened_on
    ]
    if rows:
        session.execute(insert(Cutoff), rows)


def _target(session: Session, demo: Demo, year: int, rule_id: UUID, whole: int) -> UUID:
    target_id = new_id()
    decided_at = demo.instant(max(date(year, 1, 10), demo.opened_on), 10)
    at = min(decided_at, demo.instant(demo.last_day, 18))
    clerk = demo.holders["bureau"]
    session.execute(
        insert(Target),
        [
            demo.row(
                id=target_id,
                year=year,
                set_by=SetBy.COUNTY,
                measure=Measure.SIGNED_INVESTMENT,
                rule_id=rule_id,
                credit_role=CreditRole.INTRODUCER,
                pace=TimeProgressMode.MONTHS_AND_DAYS,
                name="新签约省外2000万元以上项目总投资",
                created_at=at,
                updated_at=at,
            )
        ],
    )
    amount = {
        "id": new_id(),
        "target_id": target_id,
        "amount": whole,
        "applies_from": date(year, 1, 1),
        "document": f"示范发〔{year}〕1号（虚构）",
        "set_at": at,
        "set_by": clerk.id,
        "set_by_name": clerk.name,
    }
    session.execute(insert(TargetAmount), [amount])
    session.execute(insert(TargetPart), list(_parts(demo, target_id, whole)))
    plan = largest_remainder(whole, _MONTH_WEIGHTS)
    months = [{"target_id": target_id, "month": month, "amount": part} for month, part in enumerate(plan, 1)]
    session.execute(insert(PlanMonth), months)
    return target_id


def _parts(demo: Demo, target_id: UUID, whole: int) -> Iterator[dict[str, Any]]:
    """Divide a target by units, tracks, chains and leaders; the leaders' parts leave something over."""
    named = [unit for unit in demo.units.values() if part_weight(unit)]
    weights = [part_weight(unit) for unit in named]
    division: list[tuple[PartKind, str, Sequence[Any], Sequence[int], int]] = [
        (PartKind.UNIT, "unit_id", [unit.id for unit in named], weights, whole),
        (
            PartKind.TRACK,
            "track_id",
            [demo.tracks[name] for name in TRACKS],
            [_TRACK_WEIGHTS[name] for name in TRACKS],
            whole,
        ),
        (PartKind.CHAIN, "chain", list(CHAINS), [weight for *_, weight in CHAINS.values()], whole),
        (
            PartKind.LEADER,
            "person_id",
            [one.id for one in demo.leaders[:12]],
            [3, 3, *[2] * 10],
            whole * 9 // 10,
        ),
    ]
    for kind, column, keys, shares, amount in division:
        # Parts are handed out in whole millions of yuan.
        for position, (key, part) in enumerate(
            zip(keys, largest_remainder(amount // _WHOLE, list(shares)), strict=True)
        ):
            keyed = dict.fromkeys(("unit_id", "track_id", "person_id", "chain")) | {column: key}
            yield {
                "id": new_id(),
                "target_id": target_id,
                "kind": kind,
                "amount": part * _WHOLE,
                "position": position,
                **keyed,
            }


def _post(session: Session, demo: Demo) -> list[LedgerEntry]:
    """Post every verification at its own instant, with the terms as they were known then."""
    deals = session.scalars(
        select(Deal).options(
            selectinload(Deal.terms).options(
                selectinload(DealTerms.investors), selectinload(DealTerms.exclusions)
            ),
            selectinload(Deal.credits),
            selectinload(Deal.paid_ins),
        )
    ).all()
    postings = []
    for deal in deals:
        facts = ledger_facts(deal, paid_ins=deal.paid_ins)
        for terms in deal.terms:
            if terms.state is TermsState.VERIFIED and terms.decided_at is not None:
                known = _as_known(facts, deal.terms, terms.decided_at)
                postings.append(Posting(facts=known, at=terms.decided_at, verified=terms.id))
    postings.sort(key=lambda posting: (posting.at, posting.facts.deal_id))
    return targets.post_each(session, demo.actor(demo.holders["bureau"]), postings)


def _as_known(facts: DealFacts, versions: Sequence[DealTerms], at: datetime) -> DealFacts:
    decided = {row.id for row in versions if row.decided_at is not None and row.decided_at <= at}
    kept: tuple[TermsFacts, ...] = tuple(terms for terms in facts.terms if terms.id in decided)
    return DealFacts(deal_id=facts.deal_id, terms=kept, credits=facts.credits, chain=facts.chain)


def _by_month(demo: Demo, year: int, entries: Sequence[LedgerEntry]) -> list[tuple[int, int]]:
    """Return what stood at each month's end as it was known a few days later, and from how many deals."""
    found = []
    for month in range(1, 13):
        end = last_of_month(year, month)
        known = [
            entry
            for entry in entries
            if entry.effective_on <= end and entry.recorded_at <= demo.instant(end, 23, 59)
        ]
        found.append((sum(one.delta_fen for one in known), sum(one.delta_count for one in known)))
    return found


def _earlier_year(demo: Demo, whole: int) -> list[tuple[int, int]]:
    """Make up what the year before the software brought."""
    random = demo.random("published")
    months = largest_remainder(
        whole * 94 // 100 // _WHOLE, [round(weight * random.uniform(80, 120)) for weight in _MONTH_WEIGHTS]
    )
    return [(total * _WHOLE, 9 * month) for month, total in enumerate(accumulate(months), 1)]


def _publish(session: Session, target_id: UUID, year: int, figures: Sequence[tuple[int, int]]) -> None:
    rows = [
        {
            "target_id": target_id,
            "year": year,
            "month": month,
            "done": done,
            "count": count,
            "rank": (month * 5) % 4 + 1,
            "ranked": 5,
            "document": f"示范招商通报〔{year}〕{month}号（虚构）",
        }
        for month, (done, count) in enumerate(figures, 1)
    ]
    session.execute(insert(PublishedFigure), rows)
