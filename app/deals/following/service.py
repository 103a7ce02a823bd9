"""Use cases of what happens to a deal by the day: stages, notes of the schedule, statements of funds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.clock import day_of
from app.core.errors import FieldError, InvalidInput
from app.core.i18n import N_
from app.core.ids import new_id
from app.core.money import format_amount
from app.deals import queries, rules
from app.deals.changes import after_change, enter_stage, put_on_record, require_change
from app.deals.facts import stage_days
from app.deals.following import queries as following
from app.deals.following.schemas import NoteInput, PaidInInput, StageDaysInput, StageInput
from app.deals.models import Deal, DealNote, PaidIn
from app.deals.rules import (
    DealStage,
    NoteProblem,
    NoteText,
    PaidInProblem,
    PaidInWarning,
    StageDayProblem,
    StageMove,
)
from app.deals.terms.schemas import exact_amount
from app.identity.versions import changed, expect

_STAGE_LABELS = {"stage": N_("阶段"), "on_day": N_("日期")}
DAY_LABELS = {"registered_on": N_("注册日期"), "started_on": N_("开工日期"), "produced_on": N_("投产日期")}
_COLUMN = {
    DealStage.REGISTERED: "registered_on",
    DealStage.STARTED: "started_on",
    DealStage.PRODUCING: "produced_on",
}
_NOTE_FIELD = {
    NoteProblem.EMPTY: "progress",
    NoteProblem.DEADLINE_WITHOUT_STEP: "next_step",
    NoteProblem.IN_THE_FUTURE: "on_day",
    NoteProblem.DEADLINE_BEFORE_NOTE: "due_on",
}
_PAID_FIELD = {
    PaidInProblem.NEGATIVE: "total",
    PaidInProblem.IN_THE_FUTURE: "as_of",
    PaidInProblem.OUTSIDE_EXCEEDS_PAID_IN: "outside",
}


def move_stage(session: Session, actor: Actor, deal_id: UUID, data: StageInput, *, at: datetime) -> Deal:
    """Let a deal reach a stage on a day, or correct a step with its reason. A termination goes by terms.

    Raises NotFound, NotPermitted, Stale, or FieldError for a move or day that cannot be.
    """
    deal = queries.get_deal(session, actor, deal_id, lock=True)
    require_change(actor, deal)
    theirs = {"stage": deal.stage, "on_day": deal.stage_since}
    expect(
        deal, data.version, theirs=theirs, yours=data.model_dump(include=set(theirs)), labels=_STAGE_LABELS
    )
    move = rules.stage_move(deal.stage, data.stage)
    if move is None or move is StageMove.TERMINATION:
        raise FieldError("stage", "error.deals.move_refused")
    if move is StageMove.BACK and not data.note:
        raise FieldError("note", "error.deals.step_back_unexplained")
    days = stage_days(deal)
    _set_days(days, data.stage, data.on_day, back=move is StageMove.BACK)
    problems = rules.stage_day_problems(days | {data.stage: data.on_day}, today=day_of(at))
    if problems:
        raise FieldError("on_day", f"enum.{StageDayProblem.__name__}.{problems[0].value}")
    before = deal.stage
    for stage, column in _COLUMN.items():
        setattr(deal, column, days.get(stage))
    enter_stage(session, actor, deal, data.stage, data.on_day, note=data.note, at=at)
    deal.touch(at)
    changes = {"stage": (before, data.stage), "on_day": (None, data.on_day)}
    event = put_on_record(session, actor, "deal.moved", deal, at=at, changes=changes, note=data.note)
    after_change(session, actor, deal, at=at, event=event)
    return deal


def correct_days(
    session: Session, actor: Actor, deal_id: UUID, data: StageDaysInput, *, at: datetime
) -> Deal:
    """Set the days of the stages right that a deal has reached, with the reason; the stage itself stays.

    Raises NotFound, NotPermitted, Stale with both versions, or InvalidInput at the day that cannot be.
    """
    deal = queries.get_deal(session, actor, deal_id, lock=True)
    require_change(actor, deal)
    before = {column: getattr(deal, column) for column in _COLUMN.values()}
    after = {column: getattr(data, column) for column in _COLUMN.values()}
    expect(deal, data.version, theirs=before, yours=after, labels=DAY_LABELS)
    days = {stage: after[column] for stage, column in _COLUMN.items() if after[column] is not None}
    if found := rules.corrected_day_problems(deal.stage, days, today=day_of(at)):
        raise InvalidInput(
            {
                _COLUMN[stage]: (f"enum.StageDayProblem.{problem.value}", {})
                for stage, problem in found.items()
            }
        )
    changes = changed(before, after)
    if not changes:
        return deal
    for column, day in after.items():
        setattr(deal, column, day)
    deal.stage_since = days.get(deal.stage, deal.stage_since)
    deal.touch(at)
    event = put_on_record(session, actor, "deal.days_corrected", deal, at=at, changes=changes, note=data.note)
    after_change(session, actor, deal, at=at, event=event)
    return deal


def add_note(session: Session, actor: Actor, deal_id: UUID, data: NoteInput, *, at: datetime) -> DealNote:
    """Add a dated note for the schedule. Raises NotFound, NotPermitted, or InvalidInput for what says nothing."""
    deal = queries.get_deal(session, actor, deal_id, lock=True)
    require_change(actor, deal)
    text = NoteText(
        noted_on=data.on_day,
        progress=data.progress,
        problems=data.problem,
        to_coordinate=data.to_coordinate,
        next_steps=data.next_step,
        due_on=data.due_on,
    )
    if found := rules.note_problems(text, today=day_of(at)):
        raise InvalidInput({_NOTE_FIELD[each]: (f"enum.NoteProblem.{each.value}", {}) for each in found})
    note = DealNote(
        id=new_id(),
        deal_id=deal.id,
        on_day=data.on_day,
        progress=data.progress,
        problem=data.problem,
        to_coordinate=data.to_coordinate,
        next_step=data.next_step,
        due_on=data.due_on,
        support_needs=[need.value for need in data.support_needs],
        by=actor.id,
        by_name=actor.name[:60],
        recorded_at=at,
    )
    session.add(note)
    deal.updated_at = at
    said = "\n".join(part for part in (data.progress, data.problem, data.next_step) if part)
    put_on_record(session, actor, "deal.noted", deal, at=at, note=said[:1000])
    return note


def state_paid_in(
    session: Session, actor: Actor, deal_id: UUID, data: PaidInInput, *, at: datetime
) -> PaidIn:
    """State the funds paid in altogether by a day; a day stated before is corrected in place, on record.

    Raises NotFound, NotPermitted, or FieldError for what cannot be or is odd and not confirmed with a note.
    """
    deal = queries.get_deal(session, actor, deal_id, lock=True)
    require_change(actor, deal)
    total, outside = exact_amount(data.total), exact_amount(data.outside)
    if total is None:
        raise FieldError("total", "error.field.missing")
    rows = following.paid_ins_of(session, deal)
    standing = next((row for row in rows if row.as_of == data.as_of), None)
    others = [rules.PaidIn(row.as_of, row.total_fen, row.outside_fen) for row in rows if row is not standing]
    statement = rules.PaidIn(data.as_of, total, outside)
    for problem in rules.paid_in_problems(statement, others=others, today=day_of(at)):
        raise FieldError(_PAID_FIELD.get(problem, "as_of"), f"enum.PaidInProblem.{problem.value}")
    shown = queries.shown_terms(deal)
    warnings = rules.paid_in_warnings(
        statement,
        others=others,
        contract_fen=shown.total_fen if shown else None,
        signed_on=(shown.signed_from or shown.signed_on) if shown else None,
    )
    if not (data.confirm and data.note):
        _ask(warnings, standing=standing, statement=statement)
    before = (standing.total_fen, standing.outside_fen) if standing else (None, None)
    row = standing or PaidIn(id=new_id(), deal_id=deal.id, as_of=data.as_of)
    row.total_fen, row.outside_fen, row.note = total, outside, data.note
    row.by, row.by_name, row.recorded_at = actor.id, actor.name[:60], at
    session.add(row)
    changes = {
        "on_day": (None, data.as_of),
        "paid_in": (before[0], total),
        "outside_paid_in": (before[1], outside),
    }
    event = put_on_record(session, actor, "deal.paid_in_stated", deal, at=at, changes=changes, note=data.note)
    after_change(session, actor, deal, at=at, event=event)
    return row


def settle_region(session: Session, actor: Actor, deal_id: UUID, *, version: int, at: datetime) -> Deal:
    """Say that a corrected home of an investor was looked at and the frozen origin stays.

    Raises NotFound, NotPermitted or Stale.
    """
    deal = queries.get_deal(session, actor, deal_id, lock=True)
    require_change(actor, deal)
    expect(deal, version, theirs={}, labels={})
    deal.region_flagged_at = None
    deal.touch(at)
    put_on_record(session, actor, "deal.region_settled", deal, at=at)
    return deal


def _ask(warnings: Sequence[PaidInWarning], *, standing: PaidIn | None, statement: rules.PaidIn) -> None:
    """Raises FieldError at `confirm` for what is odd, and for another statement of the same day: perhaps somebody
    else's of a moment ago, it is shown before it is replaced."""
    if warnings:
        raise FieldError("confirm", f"enum.PaidInWarning.{warnings[0].value}")
    if standing and _differs(standing, statement):
        amount = format_amount(standing.total_fen)
        raise FieldError("confirm", "error.deals.already_stated", amount=amount, by=standing.by_name)


def _differs(standing: PaidIn, statement: rules.PaidIn) -> bool:
    return (standing.total_fen, standing.outside_fen) != (statement.total_fen, statement.outside_fen)


def _set_days(days: dict[DealStage, date], stage: DealStage, on_day: date, *, back: bool) -> None:
    """Note the day of a stage; a step back takes the days of the later stages away."""
    if back:
        reached = rules.WORKING_STAGES.index(stage)
        for later in rules.WORKING_STAGES[reached + 1 :]:
            days.pop(later, None)
    if stage in _COLUMN:
        days[stage] = on_day
