"""The number in the office's words: the sentence, its scope, and the text for the group (domain §9)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction

from app.core.i18n import N_
from app.core.money import UNIT_FEN, AmountUnit, format_percent, format_yi, round_half_up
from app.progress.rules import Headline, Pace
from app.targets.counting.service import DEFAULT_NAME
from app.targets.rules import Measure, Total

Say = Callable[..., str]

LONGEST_TEXT = 200
SCOPE = {
    Measure.SIGNED_INVESTMENT: N_("%(rule)s总投资（已认定）"),
    Measure.SIGNED_COUNT: N_("%(rule)s个数（已认定）"),
    Measure.PAID_IN: N_("%(rule)s到位资金（已认定项目）"),
    Measure.OUTSIDE_PAID_IN: N_("%(rule)s省外到位资金（已认定项目）"),
    Measure.STARTED_COUNT: N_("%(rule)s开工个数（已认定项目）"),
    Measure.PRODUCING_COUNT: N_("%(rule)s投产个数（已认定项目）"),
}
_DONE = {
    Measure.SIGNED_INVESTMENT: N_("截至%(day)s，全县%(rule)s%(count)s个，总投资%(amount)s"),
    Measure.SIGNED_COUNT: N_("截至%(day)s，全县%(rule)s%(count)s个，总投资%(amount)s"),
    Measure.PAID_IN: N_("截至%(day)s，全县%(rule)s到位资金%(amount)s"),
    Measure.OUTSIDE_PAID_IN: N_("截至%(day)s，全县%(rule)s省外到位资金%(amount)s"),
    Measure.STARTED_COUNT: N_("截至%(day)s，全县%(rule)s开工%(count)s个，总投资%(amount)s"),
    Measure.PRODUCING_COUNT: N_("截至%(day)s，全县%(rule)s投产%(count)s个，总投资%(amount)s"),
}
_PACE = {
    Pace.AHEAD: N_("，快于序时进度%(points)s个百分点"),
    Pace.BEHIND: N_("，慢于序时进度%(points)s个百分点"),
    Pace.LEVEL: N_("，与序时进度持平"),
}


def rule_name(name: str, say: Say) -> str:
    """Return a counting rule's name; the shipped one's has a translation, an office's own is as it was typed."""
    return say(name) if name == DEFAULT_NAME else name


def scope(measure: Measure, rule: str, say: Say) -> str:
    """Name the scope (口径) of a figure; every one carries it."""
    return say(SCOPE[measure], rule=rule)


def sentence(headline: Headline, *, rule: str, day: str, locale: str, say: Say) -> str:
    """Say where the target stands, in one sentence: what is done, how much of the target, the pace, what is pending."""
    parts = [done_words(headline, rule=rule, day=day, locale=locale, say=say)]
    parts += [target_words(headline, locale=locale, say=say), pace_words(headline, say)]
    parts += [pending_words(headline, locale=locale, say=say), say(N_("。"))]
    return "".join(parts)


def done_words(headline: Headline, *, rule: str, day: str, locale: str, say: Say) -> str:
    """Say what is verified; nothing yet is said as such."""
    shown = amount(headline.done.fen, locale)
    return say(_DONE[headline.measure], day=day, rule=rule, count=headline.done.count, amount=shown)


def target_words(headline: Headline, *, locale: str, say: Say) -> str:
    """Say how much of the target is done; empty without a target."""
    target = headline.progress.target
    if not target:
        return ""
    shown = deals(target, say) if headline.in_deals else amount(target, locale, trim=True)
    return say(
        N_("，完成年度目标%(target)s的%(rate)s"),
        target=shown,
        rate=format_percent(headline.progress.completion),
    )


def pace_words(headline: Headline, say: Say) -> str:
    """Say how far ahead of or behind the calendar the work is, in percentage points; empty without a target."""
    if headline.pace is None or headline.progress.gap_points is None:
        return ""
    return say(_PACE[headline.pace], points=points(headline.progress.gap_points))


def pending_words(headline: Headline, *, locale: str, say: Say) -> str:
    """Say what waits for verification; empty where nothing does."""
    if headline.pending == Total():
        return ""
    shown = amount(headline.pending.fen, locale)
    return say(N_("；另有待认定项目%(count)s个、%(amount)s"), count=headline.pending.count, amount=shown)


def group_text(
    headline: Headline, *, rule: str, day: str, locale: str, say: Say, news: Total, late: int
) -> str:
    """Write the text for the group: the sentence, then what fits of the news within 200 characters.

    Never contacts, never names. What is said last is left out first; a scope too long is shortened at its end.
    """
    text = sentence(headline, rule=rule, day=day, locale=locale, say=say)
    while len(text) > LONGEST_TEXT and len(rule) > 1:
        rule = f"{rule[:-2]}…" if len(rule) > 2 else "…"
        text = sentence(headline, rule=rule, day=day, locale=locale, say=say)
    for more in (_news_words(news, locale=locale, say=say), _late_words(late, say)):
        if more and len(text) + len(more) <= LONGEST_TEXT:
            text += more
    return text


def _news_words(news: Total, *, locale: str, say: Say) -> str:
    if not news.count and not news.fen:
        return ""
    shown = amount(news.fen, locale)
    return say(N_("近7天净增%(count)s个、%(amount)s。"), count=news.count, amount=shown)


def _late_words(late: int, say: Say) -> str:
    return say(N_("签约未按期开工项目%(count)s个。"), count=late) if late else ""


def amount(fen: int | Fraction, locale: str, *, places: int = 1, trim: bool = False) -> str:
    """Write a headline amount: 216.8亿元, in English CNY 21.68 bn, rounded at the same digit."""
    if locale == "zh_CN":
        return f"{format_yi(fen, places, trim=trim)}亿元"
    shown = str(round_half_up(Fraction(fen) / (10 * UNIT_FEN[AmountUnit.YI]), places + 1))
    if trim:
        shown = shown.rstrip("0").rstrip(".")
    return f"CNY {shown} bn"


def amount_parts(fen: int | Fraction, locale: str, *, places: int = 1) -> tuple[str, str]:
    """Give number and unit apart, for figures whose unit is set smaller."""
    if locale == "zh_CN":
        return format_yi(fen, places), "亿元"
    return str(round_half_up(Fraction(fen) / (10 * UNIT_FEN[AmountUnit.YI]), places + 1)), "bn CNY"


def deals(count: int, say: Say) -> str:
    """Write a number of deals."""
    return say(N_("%(n)s个"), n=count)


def points(gap: Fraction) -> str:
    """Write percentage points without their sign, which a word gives."""
    return str(round_half_up(abs(gap), 1))


def short_day(day: date, *, today: date, locale: str) -> str:
    """Write the cut-off's day, with its year where that is not this one."""
    if locale == "zh_CN":
        year = "" if day.year == today.year else f"{day.year}年"
        return f"{year}{day.month}月{day.day}日"
    return f"{day.day} {day:%B}" + ("" if day.year == today.year else f" {day.year}")
