"""The page's figures as finished values: numbers with their unit, bars, the chart, the units' lists."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from app.core.i18n import N_
from app.core.money import format_percent, format_points, round_half_up
from app.progress import words
from app.progress.cuts import Frame
from app.progress.picture import Picture
from app.progress.rules import Headline
from app.targets.rules import Basis, Total
from app.web.context import Context
from app.web.templating import format_month

YI = 10_000_000_000


def head_values(ctx: Context, frame: Frame, head: Headline) -> dict[str, Any]:
    """Return the headline: the sentence, its three numbers, the bar with its marker, and what is needed."""
    day = words.short_day(head.as_of, today=ctx.today, locale=ctx.locale)
    told = words.sentence(head, rule=frame.rule_name, day=day, locale=ctx.locale, say=ctx.say)
    state = head.progress
    return {
        "sentence": told,
        "numbers": [
            _number(N_("已认定"), head.done, head, frame.link("entries"), locale=ctx.locale),
            _number(N_("待认定"), head.pending, head, frame.link("deals", show="pending"), locale=ctx.locale),
            _number(
                N_("合计上报"), head.reported, head, frame.link("deals", show="reported"), locale=ctx.locale
            ),
        ],
        "completion": format_percent(state.completion),
        "percent": percent(state.completion),
        "pending_percent": _pending_percent(head),
        "time": format_percent(state.time_passed),
        "time_percent": percent(state.time_passed),
        "gap": format_points(state.gap_points),
        "pace": head.pace,
        "target": measured(state.target, head, locale=ctx.locale),
        "remaining": measured(state.remaining, head, locale=ctx.locale),
        "days_left": state.days_left,
        "per_day": per_day(state.per_day, head, locale=ctx.locale),
        "is_met": head.is_met,
    }


def measured(
    value: int | Fraction | None, head: Headline, *, locale: str = "zh_CN", places: int = 1
) -> tuple[str, str]:
    """Return an amount of the target's own measure as (number, unit)."""
    if value is None:
        return "—", ""
    if head.in_deals:
        return f"{value:,}", N_("个")
    return words.amount_parts(value, locale, places=places)


def per_day(value: Fraction | None, head: Headline, *, locale: str) -> tuple[str, str]:
    """Return what each remaining day must bring; deals to one decimal, money to two."""
    if value is None:
        return "—", ""
    if head.in_deals:
        return str(round_half_up(value, 1)), N_("个")
    return words.amount_parts(value, locale, places=2)


def chart_values(ctx: Context, picture: Picture) -> dict[str, Any]:
    """Return the month curve for the chart and its table: done against plan and last year, summed up."""
    head, curve = picture.headline, picture.curve
    done = [_drawn(_worth(point.cumulative, head), head) for point in curve.points]
    series: list[dict[str, Any]] = [
        {"name": ctx.say(N_("累计")), "role": "done", "data": done},
        {
            "name": ctx.say(N_("序时计划")),
            "role": "plan",
            "data": [_drawn(each, head) for each in picture.plan],
        },
    ]
    last = picture.last_year
    if last is not None:
        drawn = [_drawn(each, head) for each in last.months]
        series.append({"name": ctx.say(N_("上年")), "role": "last", "data": drawn})
    months = [format_month(number, ctx.locale) for number in range(1, 13)]
    unit = ctx.say(N_("个") if head.in_deals else N_("亿元"))
    return {
        "data": {"categories": months, "unit": unit, "series": series},
        "rows": _month_rows(picture, months),
        "apart": [
            {"place": place, "total": one, "filters": {"apart": place.value}}
            for place, one in curve.apart.items()
        ],
        "is_signed_view": picture.cut.basis is Basis.EFFECTIVE,
    }


def _month_rows(picture: Picture, months: Sequence[str]) -> list[dict[str, Any]]:
    last = picture.last_year
    head = picture.headline
    return [
        {
            "month": months[point.month - 1],
            "added": point.added,
            "cumulative": point.cumulative,
            "plan": measured(picture.plan[point.month - 1], head, places=2)[0],
            "last": measured(last.months[point.month - 1], head, places=2)[0] if last else "—",
            "filters": {"month": point.month},
            "until": {"until": point.month},
        }
        for point in picture.curve.points
    ]


def _number(label: str, total: Total, head: Headline, href: str, *, locale: str) -> dict[str, Any]:
    number, unit = words.amount_parts(total.fen, locale)
    money = {"value": number, "unit": unit}
    deals = {"value": f"{total.count:,}", "unit": N_("个")}
    first, second = (deals, money) if head.in_deals else (money, deals)
    return {"label": label, "total": total, **first, "second": second, "href": href}


def _worth(total: Total, head: Headline) -> int:
    return total.count if head.in_deals else total.fen


def _drawn(value: int | None, head: Headline) -> float | None:
    if value is None:
        return None
    return float(value) if head.in_deals else float(round_half_up(Fraction(value, YI), 2))


def percent(rate: Fraction | None) -> float:
    """Return a rate as the length of a bar."""
    return float(round_half_up(rate * 100, 2)) if rate is not None else 0.0


def _pending_percent(head: Headline) -> float:
    target = head.progress.target
    return percent(Fraction(max(_worth(head.pending, head), 0), target)) if target else 0.0
