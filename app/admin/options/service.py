"""Use case of settings: a value is decided from a day on, and what was decided before stays readable."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.admin.options import queries
from app.admin.options.queries import Shown
from app.admin.options.schemas import DecisionInput
from app.core.actor import Actor
from app.core.clock import day_of
from app.core.errors import FieldError, Stale
from app.core.i18n import N_, label
from app.core.options import Known, OptionGroup, OptionKind, get_option, history, known, set_option
from app.core.permissions import Permission, require
from app.identity.directory.queries import choose_unit
from app.leads.pool.service import ask_again_on

LABELS = {"value": N_("取值"), "applies_from": N_("自何日起")}


def decide(session: Session, actor: Actor, name: str, data: DecisionInput, *, at: datetime) -> None:
    """Decide a setting from today or a later day on; deciding for the same day again takes the place of the first.

    Raises NotPermitted, UnknownOption, Stale with both versions when somebody decided meanwhile, or FieldError.
    """
    require(actor, Permission.MANAGE_SETTINGS)
    option, today = known(name), day_of(at)
    queries.take_turns(session, actor)
    _expect(session, actor, option, data)
    if data.applies_from < today:
        raise FieldError("applies_from", "error.options.in_the_past")
    value = data.decided
    if option.kind is OptionKind.UNIT and value is not None:
        choose_unit(session, actor, value, on=data.applies_from, field="value")
    before = get_option(session, actor.county_id, name, data.applies_from)
    if option.check(value) == before:
        raise FieldError("value", "error.options.same")
    said = tuple(in_words(queries.shown(session, actor, option, each)) for each in (before, value))
    set_option(session, actor, name, value, applies_from=data.applies_from, at=at, said=said)
    if option.group is OptionGroup.PROTECTION and option.kind is OptionKind.DAYS:
        ask_again_on(session, actor.county_id, data.applies_from, at=at)


def in_words(value: Shown) -> Any:
    """Return a value as the history keeps it: names as they are called then."""
    if isinstance(value, tuple):
        return "、".join(label("zh_CN", stage) for stage in value)
    return value


def _expect(session: Session, actor: Actor, option: Known, data: DecisionInput) -> None:
    decided = history(session, actor.county_id, option.name)
    if len(decided) == data.version:
        return
    newest = max(decided, key=lambda row: row.at)
    theirs = queries.shown(session, actor, option, newest.value["value"])
    yours = queries.shown(session, actor, option, option.check(data.decided))
    pairs = [("value", theirs, yours), ("applies_from", newest.applies_from, data.applies_from)]
    differing = [(LABELS[name], one, other) for name, one, other in pairs if one != other]
    raise Stale(
        theirs=[(name, one) for name, one, _other in differing],
        yours=[(name, other) for name, _one, other in differing],
        version=len(decided),
    )
