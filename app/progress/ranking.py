"""The rankings as finished values: each track with its sum, its units in order, those with nothing in one line."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from app.core.i18n import N_
from app.core.money import format_percent
from app.progress import words
from app.progress.cuts import Frame
from app.progress.figures import measured, percent
from app.progress.picture import Picture
from app.progress.rules import Headline
from app.progress.units import TrackLines, UnitLine
from app.targets.rules import Total
from app.web.context import Context

CLOSE_POINTS = 10


def track_values(ctx: Context, picture: Picture, frame: Frame) -> list[dict[str, Any]]:
    """Return each track's ranking; without parts a unit's bar is drawn to the track's largest."""
    return [_track(track, picture.headline, frame, ctx.locale) for track in picture.tracks]


def parts_note(ctx: Context, picture: Picture) -> str:
    """Say what the units' parts add to beside the whole target; empty where none has one."""
    target, parts = picture.headline.progress.target, picture.parts_sum
    if not parts or target is None:
        return ""
    if parts == target:
        return ctx.say(
            N_("各单位目标合计%(parts)s，与全县目标一致。"), parts=_said(ctx, parts, picture.headline)
        )
    shown = [_said(ctx, value, picture.headline) for value in (parts, target, abs(parts - target))]
    said = N_("各单位目标合计%(parts)s，比全县目标%(target)s多%(gap)s。")
    if parts < target:
        said = N_("各单位目标合计%(parts)s，比全县目标%(target)s少%(gap)s。")
    return ctx.say(said, parts=shown[0], target=shown[1], gap=shown[2])


def _track(track: TrackLines, head: Headline, frame: Frame, locale: str) -> dict[str, Any]:
    rows = track.shown.rows
    none = [line for line in rows if line.done == Total()]
    done = track.shown.all.count if head.in_deals else track.shown.all.fen
    value, unit = measured(done, head, locale=locale, places=2)
    return {
        "key": track.track_id or "none",
        "name": track.name,
        "size": track.size,
        "value": value,
        "unit": unit,
        "rate": format_percent(Fraction(done, track.part)) if track.part else "",
        "fen": track.shown.all.fen,
        "href": frame.link("entries", track=track.track_id) if track.track_id and done else "",
        "others": track.shown.others if len(rows) < track.size else None,
        "others_size": track.size - len(rows),
        "rows": [_unit_row(line, rows, head, frame, locale) for line in rows if line.done != Total()],
        "none": [line.name for line in none],
        "none_rank": none[0].rank if len({line.rank for line in none}) == 1 else 0,
    }


def _said(ctx: Context, value: int, head: Headline) -> str:
    return words.deals(value, ctx.say) if head.in_deals else words.amount(value, ctx.locale, trim=True)


def _unit_row(
    line: UnitLine, rows: Sequence[UnitLine], head: Headline, frame: Frame, locale: str
) -> dict[str, Any]:
    most = max((row.measured for row in rows), default=0)
    share = line.rate if line.part else Fraction(max(line.measured, 0), most) if most else Fraction(0)
    value, unit = measured(line.measured, head, locale=locale, places=2)
    return {
        "rank": line.rank or "",
        "name": line.name,
        "share": percent(share),
        "colour": _colour(line.rate, head.progress.time_passed),
        "value": value,
        "unit": unit,
        "fen": line.done.fen,
        "count": line.done.count,
        "rate": format_percent(line.rate) if line.part else "",
        "href": frame.link("entries", unit=line.unit_id),
    }


def _colour(rate: Fraction | None, time: Fraction) -> str:
    if rate is None:
        return "grey"
    gap = (rate - time) * 100
    return "green" if gap >= 0 else "yellow" if gap >= -CLOSE_POINTS else "red"
