"""A form that was refused, shown again with what was typed: beside the field, or both versions side by side."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any

from app.core.errors import AppError, Conflict, FieldError, InvalidInput, Stale
from app.core.i18n import N_, label
from app.identity.sign_in.service import ConfirmationNeeded
from app.web.context import Context
from app.web.forms import Form
from app.web.templating import format_day

# What a form shows itself. Anything else (not found, not permitted) has a page of its own.
SHOWN = (FieldError, InvalidInput, Conflict, Stale, ConfirmationNeeded)


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that somebody else saved meanwhile: its name, their value and yours, as text."""

    label: str
    theirs: str
    yours: str


def show_refusal(ctx: Context, form: Form[Any], refusal: AppError) -> int:
    """Put a refusal into the form and return the answer's status.

    After a stale write the form carries the newer version: sending it again is a decision, nothing typed is lost.
    """
    form.refuse(refusal)
    if isinstance(refusal, Stale):
        form.values["version"] = refusal.params["version"]
        form.values["differences"] = differences(ctx, refusal)
    if isinstance(refusal, ConfirmationNeeded):
        form.values["confirm_first"] = True
    return refusal.status


def differences(ctx: Context, refusal: Stale) -> list[Difference]:
    """Return both versions field by field; only theirs where the act had no values of its own."""
    theirs, yours = refusal.params["theirs"], refusal.params["yours"]
    mine = [_as_text(ctx, value) for _name, value in yours] or ["—"] * len(theirs)
    return [
        Difference(ctx.say(name), _as_text(ctx, value), own)
        for (name, value), own in zip(theirs, mine, strict=True)
    ]


def _as_text(ctx: Context, value: Any) -> str:
    if isinstance(value, bool):
        return ctx.say(N_("是")) if value else ctx.say(N_("否"))
    if isinstance(value, Enum):
        return label(ctx.locale, value)
    if isinstance(value, date):
        return format_day(value, ctx.locale)
    if isinstance(value, tuple):
        return ctx.say(N_("、")).join(_as_text(ctx, each) for each in value)
    return "—" if value in (None, "") else str(value)
