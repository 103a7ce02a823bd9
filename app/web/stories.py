"""What happened to a record, told in the reader's language.

Rooms say once what their events' kinds mean; a timeline then tells the events of every room that show on it:

    stories.tell("investor", {"investor.added": N_("新建客商")}, fields={"name": N_("名称")})
    ctx.render(…, story=stories.told(ctx, timeline(session, ("investor", investor.id))))
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.core.events import PastEvent
from app.core.i18n import N_, translate
from app.core.text import plain_number
from app.web.context import Context
from app.web.templating import format_instant

# Turns a stored value into words: (locale, value) → text.
Wording = Callable[[str, Any], str]
SOMETHING = N_("有变动")

_texts: dict[str, str] = {}
_key_kinds: set[str] = set()
_fields: dict[tuple[str, str], str] = {}
_wordings: dict[tuple[str, str], Wording] = {}


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a timeline as `_macros/timeline.html` shows it; `key` marks what a reader looks for."""

    at: str
    who: str
    text: str
    changes: list[tuple[str, str, str]]
    key: bool


def tell(
    subject_type: str,
    texts: Mapping[str, str],
    *,
    fields: Mapping[str, str] | None = None,
    wordings: Mapping[str, Wording] | None = None,
    key: Collection[str] = (),
) -> None:
    """Say what a room's event kinds are called, its fields, and how values that are codes read."""
    _texts.update(texts)
    _key_kinds.update(key)
    _fields.update({(subject_type, field): text for field, text in (fields or {}).items()})
    _wordings.update({(subject_type, field): wording for field, wording in (wordings or {}).items()})


def as_number(_locale: str, value: Any) -> str:
    """Word a decimal, which an event keeps as it was typed or stored."""
    return plain_number(Decimal(str(value)))


def name_of_kind(locale: str, kind: str) -> str:
    """Return what a kind of event is called; its code where no room has said."""
    return translate(locale, _texts[kind]) if kind in _texts else kind


def name_of_field(locale: str, subject_type: str, field: str) -> str:
    """Return what a record's field is called; its code where no room has said."""
    text = _fields.get((subject_type, field))
    return translate(locale, text) if text else field


def value_in_words(locale: str, subject_type: str, field: str, value: Any) -> str:
    """Return a stored value as people read it, empty where there was none."""
    if value in (None, ""):
        return ""
    if isinstance(value, bool):
        return translate(locale, N_("是") if value else N_("否"))
    wording = _wordings.get((subject_type, field))
    return wording(locale, value) if wording else str(value)


def told(
    ctx: Context,
    events: Iterable[PastEvent],
    *,
    people: Mapping[UUID, str] | None = None,
    wordings: Mapping[str, Wording] | None = None,
) -> list[Entry]:
    """Tell events, in the order given. `people` names those for whom somebody typed; unnamed fields are left out.

    `wordings` are those of fields whose words the county keeps, by the field's name.
    """
    return [_entry(ctx, event, people or {}, wordings or {}) for event in events]


def _entry(
    ctx: Context, event: PastEvent, people: Mapping[UUID, str], wordings: Mapping[str, Wording]
) -> Entry:
    text = ctx.say(_texts.get(event.kind, SOMETHING))
    who = event.actor_name
    if event.on_behalf_of is not None and event.on_behalf_of in people:
        who = ctx.say(N_("%(who)s（代%(person)s填）"), who=who, person=people[event.on_behalf_of])
    return Entry(
        at=format_instant(event.at, ctx.settings.zone, ctx.locale),
        who=who,
        text=f"{text}\n{event.note}" if event.note else text,
        changes=_changes(ctx, event, wordings),
        key=event.kind in _key_kinds,
    )


def _changes(ctx: Context, event: PastEvent, wordings: Mapping[str, Wording]) -> list[tuple[str, str, str]]:
    def words(field: str, value: Any) -> str:
        if field in wordings and value not in (None, ""):
            return wordings[field](ctx.locale, value)
        return value_in_words(ctx.locale, event.subject_type, field, value)

    pairs = {**event.changes, **event.masked}
    return [
        (ctx.say(_fields[event.subject_type, field]), words(field, before), words(field, after))
        for field, (before, after) in pairs.items()
        if (event.subject_type, field) in _fields
    ]
