"""Everything that /progress and the brief show of one target at one cut-off, read in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from fractions import Fraction

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.clock import TimeProgressMode, last_of_month, same_period_last_year, year_to_date
from app.core.i18n import label
from app.core.money import year_on_year
from app.core.options import words
from app.core.regions import OriginLevel
from app.core.remembered import remembered
from app.progress import queries, rules
from app.progress.lines.queries import deal_lines
from app.progress.queries import Cut
from app.progress.rules import Cohort, Curve, DealLine, Headline, Shown
from app.progress.talks.queries import Talks, talks
from app.progress.units import IdleUnit, TrackLines, idle_units, in_tracks, unit_lines
from app.targets.models import PublishedFigure
from app.targets.rules import (
    Band,
    Cause,
    LedgerEntry,
    PerformanceRates,
    Reason,
    SizeColumn,
    Total,
)

NEWS_DAYS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class LastYear:
    """Last year's sums by month end; `document` names the bulletins where they were typed in."""

    months: Sequence[int | None]
    document: str
    growth: Fraction | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """The figures of one page; every sum here is the sum of the rows that its link picks."""

    cut: Cut
    headline: Headline
    entries: Sequence[LedgerEntry]
    lines: Sequence[DealLine]
    cohort: Mapping[Cohort, Total]
    rates: PerformanceRates
    bands: Mapping[Band, Total]
    columns: Mapping[SizeColumn, Total]
    top: Shown[DealLine]
    late: Shown[DealLine]
    not_counted: Mapping[str, Total]
    curve: Curve
    plan: Sequence[int | None]
    last_year: LastYear | None
    ranking: PublishedFigure | None
    chains: Mapping[str, Total]
    origins: Mapping[OriginLevel, Total]
    places: Mapping[str, Total]
    returning: Total
    changes: Mapping[Cause, Total]
    news: Total
    tracks: Sequence[TrackLines]
    unit_sum: Total
    parts_sum: int
    idle: Shown[IdleUnit]
    talks: Mapping[str, Talks]
    chain_names: Mapping[str, str]
    reason_names: Mapping[str, str]


def picture(session: Session, actor: Actor, cut: Cut, *, today: date, locale: str) -> Picture:
    """Return a target at a cut-off: worked out in twelve statements, however many deals there are, and kept until
    something changes, because it judges every deal of the year and is read by every leader."""
    kept = remembered(
        session,
        ("progress", *depends_on(actor, cut), today, locale),
        lambda: _picture(session, actor, cut, today=today, locale=locale),
    )
    return replace(kept, cut=cut)


def depends_on(actor: Actor, cut: Cut) -> tuple[Hashable, ...]:
    """Return what the figures of a cut-off depend on besides the database, for what is remembered of them."""
    known_at = cut.known_at if cut.is_past else None
    return actor.reach, cut.target.id, cut.as_of, known_at, cut.basis


def _picture(session: Session, actor: Actor, cut: Cut, *, today: date, locale: str) -> Picture:
    target, as_of = cut.target, cut.as_of
    entries = queries.entries_known(session, cut)
    lines = deal_lines(session, actor, cut, entries)
    deals = rules.by_deal(entries)
    news = [one for one in entries if rules.is_news(one, since=news_since(cut))]
    sums, rates = rules.cohort(lines)
    places = queries.units_with_outings(session, cut)
    units = unit_lines(session, actor, cut, places)
    head = headline_of(cut, entries, lines)
    published = queries.published_figures(session, cut.target.id)
    return Picture(
        cut=cut,
        headline=head,
        entries=entries,
        lines=lines,
        cohort=sums,
        rates=rates,
        bands=rules.by_band(deals),
        columns=rules.by_column(deals),
        top=rules.seen_rows(rules.top(lines), lambda line: line.done),
        late=rules.seen_rows(rules.latest_first(filter(rules.is_late, lines)), rules.contract),
        not_counted=_reasons(lines),
        curve=rules.curve(entries, year=target.year, as_of=as_of, basis=cut.basis),
        plan=rules.planned_cumulative(cut.amount, queries.plan_months(session, target.id)),
        last_year=_last_year(session, cut, published, head.progress.done),
        ranking=_ranking(published, cut.as_of),
        chains=rules.by_chain(entries),
        origins=rules.by_origin(entries),
        places=rules.by_province(entries),
        returning=rules.total(one for one in entries if one.dimensions.returning),
        changes=rules.by_cause(news),
        news=rules.total(news),
        tracks=in_tracks(units),
        unit_sum=rules.sum_of(unit.done for unit in units),
        parts_sum=sum(unit.part or 0 for unit in units),
        idle=idle_units(actor, cut, places),
        talks=talks(session, cut, today=today),
        chain_names=chain_names(session, actor, locale),
        reason_names=reason_names(session, actor, locale),
    )


def chain_names(session: Session, actor: Actor, locale: str) -> dict[str, str]:
    """Return the words of the industry chains, of those no longer chosen too."""
    listed = words(session, actor.county_id, "industry_chain", with_inactive=True)
    return {word.code: word.label(locale) for word in listed}


def reason_names(session: Session, actor: Actor, locale: str) -> dict[str, str]:
    """Return the words of every reason: the office's exclusions and the rule's own."""
    listed = words(session, actor.county_id, "exclusion", with_inactive=True)
    own = {reason.value: label(locale, reason) for reason in Reason}
    return {word.code: word.label(locale) for word in listed} | own


def headline_of(cut: Cut, entries: Sequence[LedgerEntry], lines: Sequence[DealLine]) -> Headline:
    """Compare the ledger's sum with the target; what is pending comes from the deals' submitted terms."""
    return rules.headline(
        rules.total(entries),
        rules.sum_of(line.pending for line in lines),
        measure=cut.target.measure,
        target=cut.amount,
        year=cut.target.year,
        as_of=cut.as_of,
        mode=TimeProgressMode(cut.target.pace),
    )


def news_since(cut: Cut) -> datetime:
    """Return the instant a week before the instant of knowing: what was recorded later is news."""
    return cut.known_at - timedelta(days=NEWS_DAYS)


def _reasons(lines: Sequence[DealLine]) -> dict[str, Total]:
    found: dict[str, Total] = {}
    for line in filter(rules.not_counted, lines):
        for reason in line.reasons:
            found[reason] = found.get(reason, Total()).plus(line.total_fen or 0, 1)
    return dict(sorted(found.items(), key=lambda pair: (-pair[1].count, -pair[1].fen, pair[0])))


def _ranking(published: Sequence[PublishedFigure], as_of: date) -> PublishedFigure | None:
    """Return the newest place among the city's counties that a bulletin gave by a day; None where none did."""
    ranked = [one for one in published if one.rank and (one.year, one.month) <= (as_of.year, as_of.month)]
    return max(ranked, key=lambda one: (one.year, one.month), default=None)


def _last_year(
    session: Session, cut: Cut, published: Sequence[PublishedFigure], done: int
) -> LastYear | None:
    """Return last year's months from its ledger, else as bulletins published them; None where nobody knows."""
    year, as_of = cut.target.year - 1, cut.as_of
    by_day = queries.last_year_by_day(session, cut)
    published = [one for one in published if one.year == year]
    if by_day:
        until = same_day_last_year(as_of)
        base = sum(amount for day, amount in by_day if day <= until)
        return LastYear(
            months=rules.cumulative_of(by_day, year=year), document="", growth=year_on_year(done, base)
        )
    if not published:
        return None
    months = {one.month: one.done for one in published}
    documents = dict.fromkeys(one.document for one in published if one.document)
    ended = as_of == last_of_month(as_of.year, as_of.month) and as_of.year == cut.target.year
    return LastYear(
        months=tuple(months.get(month) for month in range(1, 13)),
        document="、".join(documents),
        growth=year_on_year(done, months.get(as_of.month)) if ended else None,
    )


def same_day_last_year(day: date) -> date:
    """Return the end of last year's same period (同期)."""
    return same_period_last_year(year_to_date(day)).last
