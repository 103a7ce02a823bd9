"""A page's cut-off from its address, and the links that keep it: what every page of this room begins with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeVar
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from app.core.clock import SHANGHAI
from app.progress import queries, words
from app.progress.queries import Cut
from app.progress.schemas import CutInput
from app.targets.models import Target
from app.targets.rules import Basis
from app.web.context import Context

Wanted = TypeVar("Wanted", bound=CutInput)


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks for, with every target that could be asked for; `cut` None where there is no target."""

    wanted: CutInput
    targets: Sequence[Target]
    cut: Cut | None


def read_address(ctx: Context, model: type[Wanted]) -> Wanted:
    """Read the address; what cannot be understood is left at its default, as in lists."""
    form = ctx.query(model)
    if not form.errors:
        return form.data
    sound = {name: value for name, value in form.values.items() if name not in form.errors}
    known = {name: value for name, value in sound.items() if name in model.model_fields and value != ""}
    return model.model_validate(known)


def asked(ctx: Context, session: Session, wanted: CutInput) -> Asked:
    """Return the target and cut-off of an address. Raises NotFound for a target that the county does not have."""
    targets = queries.targets_offered(session, ctx.actor)
    if not targets:
        return Asked(wanted, targets, None)
    cut = queries.cut_of(session, targets, wanted, today=ctx.today, now=ctx.now)
    return Asked(wanted, targets, cut)


def _with_filters(address: str, filters: Mapping[str, Any]) -> str:
    given = {
        name: 1 if value is True else value
        for name, value in filters.items()
        if value not in (None, "", False)
    }
    return f"{address}&{urlencode(given)}" if given else address


def _state_of(wanted: CutInput, cut: Cut) -> str:
    state: dict[str, Any] = {"target": cut.target.id}
    if wanted.cutoff is not None:
        state["cutoff"] = wanted.cutoff
    else:
        state["as_of"] = cut.as_of.isoformat()
        if cut.is_past:
            state["known_at"] = cut.known_at.isoformat()
    if cut.basis is not Basis.BOOKED:
        state["basis"] = cut.basis.value
    return urlencode(state)


class Frame:
    """What each page of this room says around its figures: scope, cut-off, rule version, and links that keep them."""

    def __init__(self, ctx: Context, found: Asked) -> None:
        assert found.cut is not None
        cut = found.cut
        target = cut.target
        self.cut, self.wanted = cut, found.wanted
        self.state = _state_of(found.wanted, cut)  # once: a page links its rows by the hundred
        self.target = target
        self._locale = ctx.locale
        self.rule_name = words.rule_name(target.rule.name, ctx.say)
        self.scope = words.scope(target.measure, self.rule_name, ctx.say)
        self.versions = "、".join(f"v{number}" for number in cut.version_numbers)
        offered = [
            (other.year, {"href": self._of(other), "label": other.label, "active": other.id == target.id})
            for other in found.targets
        ]
        # The county's own target and the city's stand side by side; other years are one step away.
        self.choices = [choice for year, choice in offered if year == target.year]
        self.other_years = [choice for year, choice in offered if year != target.year]
        self.known_local = (
            cut.known_at.astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M:%S") if cut.is_past else ""
        )

    def link(self, page: str, **filters: Any) -> str:
        """Return a page's address at this cut-off; page "" is the number's own."""
        return _with_filters(f"{f'/progress/{page}'.rstrip('/')}?{self.state}", filters)

    def kept(self, session: Session, ctx: Context) -> list[dict[str, Any]]:
        """Return the named cut-offs as links, the newest first."""
        return [
            {
                "id": each.id,
                "href": f"/progress?{urlencode({'target': self.target.id, 'cutoff': each.id})}",
                "label": each.name,
                "as_of": each.as_of,
                "active": each.id == self.wanted.cutoff,
            }
            for each in queries.kept_cutoffs(session, ctx.actor)
        ]

    def money(self, fen: int | Fraction, places: int = 2) -> str:
        """Write an amount in the reader's language, with its unit."""
        return words.amount(fen, self._locale, places=places)

    def money_parts(self, fen: int | Fraction, places: int = 2) -> tuple[str, str]:
        """Give number and unit of an amount apart, for figures whose unit is set smaller."""
        return words.amount_parts(fen, self._locale, places=places)

    def _of(self, other: Target) -> str:
        state: dict[str, Any] = {"target": other.id}
        if self.wanted.as_of is not None:
            state["as_of"] = self.wanted.as_of.isoformat()
        return f"/progress?{urlencode(state)}"
