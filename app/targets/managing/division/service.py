"""Use cases of a target's division: parts of a kind, plan months, and the figures that bulletins published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.clock import day_of
from app.core.errors import FieldError
from app.core.i18n import N_
from app.core.ids import new_id
from app.core.options import Word, words
from app.core.text import clean_text
from app.identity.directory import queries as directory
from app.identity.versions import expect
from app.targets.managing import queries
from app.targets.managing.rules import typed_amount
from app.targets.managing.schemas import PartsInput, PlanInput, PublishedInput
from app.targets.managing.service import amount_of, locked, note_change
from app.targets.models import PlanMonth, PublishedFigure, Target, TargetPart
from app.targets.rules import Measure, PartKind

Key = TypeVar("Key", int, str)
MONTH_NAMES = {
    1: N_("1月"), 2: N_("2月"), 3: N_("3月"), 4: N_("4月"), 5: N_("5月"), 6: N_("6月"),
    7: N_("7月"), 8: N_("8月"), 9: N_("9月"), 10: N_("10月"), 11: N_("11月"), 12: N_("12月"),
}  # fmt: skip
# What a bulletin says of a month.
FIGURE = ("done", "count", "rank", "ranked", "document")


def set_parts(session: Session, actor: Actor, target_id: UUID, data: PartsInput, *, at: datetime) -> Target:
    """Divide a target by units, tracks, chains or leaders: the parts given replace those of that kind.

    They need not sum to the whole; the page shows the difference. Raises NotPermitted, NotFound, Stale, or FieldError
    at `amount` or `key`.
    """
    target = locked(session, actor, target_id)
    known = offered(session, actor, target, data.kind, at=at)
    wanted: dict[str, int] = {}
    for key, text in zip(data.key, data.amount, strict=False):
        amount = amount_of("amount", text, target.measure)
        if amount is None:
            continue
        if key not in known or key in wanted:
            raise FieldError("key", "error.targets.part_unknown")
        wanted[key] = amount
    standing = {part.key: part for part in target.parts if part.kind is data.kind}
    theirs = {key: part.amount for key, part in standing.items()}
    _expect(target, data.version, known, *(_typed(target, values) for values in (theirs, wanted)))
    changes = {
        known.get(key, key): (standing[key].amount if key in standing else None, wanted.get(key))
        for key in [*standing, *(key for key in wanted if key not in standing)]
        if key not in standing or standing[key].amount != wanted.get(key)
    }
    for key in standing.keys() - wanted.keys():
        target.parts.remove(standing[key])
    for position, (key, amount) in enumerate(wanted.items()):
        if key in standing:
            standing[key].amount, standing[key].position = amount, position
        else:
            target.parts.append(_part(data.kind, key, amount, position))
    told = {"kind": (None, data.kind), **changes}
    note_change(session, actor, "target.parts_set", target, told, at=at)
    return target


def offered(
    session: Session, actor: Actor, target: Target, kind: PartKind, *, at: datetime
) -> dict[str, str]:
    """Return {key: name} of what a target can be divided by, in order; what has a part already stays in it."""
    match kind:
        case PartKind.UNIT:
            units = directory.unit_choices(session, actor, on=day_of(at))
            found = {str(unit.id): unit.shown_name for unit in units if unit.parent_id is not None}
        case PartKind.TRACK:
            found = {str(track.id): track.name for track, _units in directory.tracks(session, actor)}
        case PartKind.LEADER:
            found = {str(one.id): _titled(one.name, one.post) for one in queries.leaders(session, actor)}
        case PartKind.CHAIN:
            found = {word.code: word.zh for word in words(session, actor.county_id, "industry_chain")}
    for part in target.parts:
        if part.kind is kind and part.key not in found:
            found[part.key] = part_name(part)
    return found


def chain_words(session: Session, actor: Actor) -> Sequence[Word]:
    """Return the industry chains' words, of those no longer chosen too: a part may be of one."""
    return words(session, actor.county_id, "industry_chain", with_inactive=True)


def part_name(part: TargetPart) -> str:
    """Return what a part is of, by name; unit, track and person must be loaded."""
    if part.unit is not None:
        return part.unit.shown_name
    if part.track is not None:
        return part.track.name
    return part.person.name if part.person is not None else part.chain or ""


def set_plan(session: Session, actor: Actor, target_id: UUID, data: PlanInput, *, at: datetime) -> Target:
    """Plan the months. Raises NotPermitted, NotFound, Stale, or FieldError at `amount`."""
    target = locked(session, actor, target_id)
    wanted = {
        month: amount
        for month, text in enumerate(data.amount, start=1)
        if (amount := amount_of("amount", text, target.measure)) is not None
    }
    standing = {one.month: one for one in target.plan}
    theirs = {month: one.amount for month, one in standing.items()}
    _expect(target, data.version, MONTH_NAMES, *(_typed(target, values) for values in (theirs, wanted)))
    changes = {
        str(month): (standing[month].amount if month in standing else None, wanted.get(month))
        for month in sorted(standing.keys() | wanted.keys())
        if (standing[month].amount if month in standing else None) != wanted.get(month)
    }
    for month in standing.keys() - wanted.keys():
        target.plan.remove(standing[month])
    for month, amount in wanted.items():
        if month in standing:
            standing[month].amount = amount
        else:
            target.plan.append(PlanMonth(month=month, amount=amount))
    note_change(session, actor, "target.plan_set", target, changes, at=at)
    return target


def set_published(
    session: Session, actor: Actor, target_id: UUID, data: PublishedInput, *, at: datetime
) -> Target:
    """Type in what a year's bulletins published; each figure needs its document number.

    Raises NotPermitted, NotFound, Stale, or FieldError at `done`, `count`, `rank`, `ranked` or `document`.
    """
    target = locked(session, actor, target_id)
    if data.year not in (target.year, target.year - 1):
        raise FieldError("year", "error.targets.published_year")
    wanted = {
        month: figure
        for month in range(1, 13)
        if (figure := _figure(data, month, target.measure)) is not None
    }
    standing = {one.month: one for one in target.published if one.year == data.year}
    theirs = {month: {name: getattr(one, name) for name in FIGURE} for month, one in standing.items()}
    _expect(target, data.version, MONTH_NAMES, *(_in_line(target, values) for values in (theirs, wanted)))
    for month in standing.keys() - wanted.keys():
        target.published.remove(standing[month])
    for month, figure in wanted.items():
        row = standing.get(month)
        if row is None:
            target.published.append(PublishedFigure(year=data.year, month=month, **figure))
            continue
        for name, value in figure.items():
            setattr(row, name, value)
    told: dict[str, tuple[Any, Any]] = {"year": (None, data.year)}
    told |= {str(month): (None, figure["done"]) for month, figure in wanted.items()}
    note_change(session, actor, "target.published_set", target, told, at=at)
    return target


def _expect(
    target: Target,
    version: int,
    names: Mapping[Key, str],
    theirs: Mapping[Key, str],
    yours: Mapping[Key, str],
) -> None:
    """Raises Stale with what stands beside what was typed, entry by entry, when the target was saved since."""
    labels = {str(key): name for key, name in names.items()}
    shown = ({str(key): values.get(key, "") for key in names} for values in (theirs, yours))
    expect(target, version, theirs=next(shown), yours=next(shown), labels=labels)


def _typed(target: Target, amounts: Mapping[Key, int]) -> dict[Key, str]:
    return {key: typed_amount(amount, target.measure) for key, amount in amounts.items()}


def _in_line(target: Target, figures: Mapping[int, Mapping[str, Any]]) -> dict[int, str]:
    lines = {}
    for month, figure in figures.items():
        rest = [str(figure[name]) for name in FIGURE[1:] if figure[name] is not None]
        lines[month] = " · ".join([typed_amount(figure["done"], target.measure) or "—", *rest])
    return lines


def _figure(data: PublishedInput, month: int, measure: Measure) -> dict[str, Any] | None:
    at = month - 1
    figure = {
        "done": amount_of("done", data.done[at], measure),
        "count": amount_of("count", data.count[at], Measure.SIGNED_COUNT),
        "rank": amount_of("rank", data.rank[at], Measure.SIGNED_COUNT),
        "ranked": amount_of("ranked", data.ranked[at], Measure.SIGNED_COUNT),
    }
    document = clean_text(data.document[at], multiline=False)
    if not any(value is not None for value in figure.values()):
        return None
    if not document:
        raise FieldError("document", "error.targets.document_missing", month=month)
    rank, ranked = figure["rank"], figure["ranked"]
    if rank is not None and (rank == 0 or (ranked is not None and rank > ranked)):
        raise FieldError("rank", "error.targets.rank_impossible", month=month)
    return {**figure, "document": document}


def _part(kind: PartKind, key: str, amount: int, position: int) -> TargetPart:
    column = {
        PartKind.UNIT: "unit_id",
        PartKind.TRACK: "track_id",
        PartKind.LEADER: "person_id",
        PartKind.CHAIN: "chain",
    }[kind]
    value = key if kind is PartKind.CHAIN else UUID(key)
    return TargetPart(id=new_id(), kind=kind, amount=amount, position=position, **{column: value})


def _titled(name: str, post: str) -> str:
    return f"{name}（{post}）" if post else name
