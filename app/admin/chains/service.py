"""Use cases of industry chains: one is added, called otherwise, moved, or no longer offered."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.admin.chains.schemas import ChainInput, NewChainInput
from app.core.actor import Actor
from app.core.errors import FieldError, NotFound
from app.core.i18n import N_
from app.core.options import LONGEST_CODE, Word, add_word, change_word, words
from app.core.permissions import Permission, require
from app.core.text import fold, syllables_of
from app.identity.versions import expect

KIND = "industry_chain"
LABELS = {"zh": N_("名称"), "en": N_("英文名称"), "position": N_("排序"), "active": N_("在用")}


def chains(session: Session, actor: Actor) -> Sequence[Word]:
    """Return all chains in their order, those no longer offered too. Raises NotPermitted."""
    require(actor, Permission.MANAGE_SETTINGS)
    return words(session, actor.county_id, KIND, with_inactive=True)


def get_chain(session: Session, actor: Actor, code: str) -> Word:
    """Return a chain by its code. Raises NotPermitted or NotFound."""
    found = next((word for word in chains(session, actor) if word.code == code), None)
    if found is None:
        raise NotFound()
    return found


def add_chain(session: Session, actor: Actor, data: NewChainInput, *, at: datetime) -> Word:
    """Add a chain at the end, under a code made of how its name is read. Raises NotPermitted or FieldError."""
    standing = chains(session, actor)
    _refuse_twice(standing, data, but="")
    code = free_code(data.zh, {word.code for word in standing})
    return add_word(session, actor, KIND, code, zh=data.zh, en=data.en, at=at)


def change_chain(session: Session, actor: Actor, code: str, data: ChainInput, *, at: datetime) -> Word:
    """Call a chain otherwise, move it, or no longer offer it; records keep its code.

    Raises NotPermitted, NotFound, Stale with both versions, or FieldError.
    """
    word = get_chain(session, actor, code)
    before, after = _values(word), _values(data)
    expect(word, data.version, theirs=before, yours=after, labels=LABELS)
    _refuse_twice(chains(session, actor), data, but=code)
    if before == after:
        return word
    return change_word(session, actor, KIND, code, **after, at=at)


def free_code(name: str, taken: Collection[str]) -> str:
    """Return a code of small letters and digits for a name, with a number behind where others have it."""
    said = "".join(syllables_of(fold(name)))
    stem = (
        "".join(letter for letter in said if letter.isascii() and letter.isalnum())[: LONGEST_CODE - 4]
        or "chain"
    )
    numbered = (stem if number == 1 else f"{stem}_{number}" for number in range(1, len(taken) + 2))
    return next(code for code in numbered if code not in taken)


def _values(given: Word | ChainInput) -> dict[str, Any]:
    return {name: getattr(given, name) for name in LABELS}


def _refuse_twice(standing: Sequence[Word], data: NewChainInput, *, but: str) -> None:
    """Raises FieldError: two chains of one name could not be told apart in a ledger."""
    if any(fold(word.zh) == fold(data.zh) for word in standing if word.code != but):
        raise FieldError("zh", "error.options.word_exists")
