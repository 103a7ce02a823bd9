"""The counting rule (口径) as data in versions: its clauses, their form as JSON, and which version judges what."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from app.core.money import MAX_FEN
from app.core.regions import OriginLevel
from app.targets.rules.facts import AgreementKind

Kind = TypeVar("Kind", bound=StrEnum)
Body = dict[str, object]

DEFAULT_MINIMUM_FEN = 2_000_000_000
DEFAULT_EXCLUSIONS = (
    "real_estate",
    "government_funded",
    "ppp",
    "utility_outlet",
    "natural_resource_only",
    "consumer_service",
    "local_relocation",
    "phase_within_contract",
    "technical_upgrade",
)
_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")


class Measure(StrEnum):
    """What a target measures; each has its own number and they are never mixed."""

    SIGNED_INVESTMENT = "signed_investment"
    SIGNED_COUNT = "signed_count"
    PAID_IN = "paid_in"
    OUTSIDE_PAID_IN = "outside_paid_in"
    STARTED_COUNT = "started_count"
    PRODUCING_COUNT = "producing_count"


class PeriodKind(StrEnum):
    """Which days belong to a target: those of its calendar year."""

    CALENDAR_YEAR = "calendar_year"


class ShareMode(StrEnum):
    """What counts of a deal with several investors: all of it from a share on, the share itself, or all of it."""

    FULL = "full"
    PRO_RATA = "pro_rata"
    ANY = "any"


class ReturningMode(StrEnum):
    """Where a returning native comes from: outside the province, or wherever the home lies."""

    OUT_OF_PROVINCE = "out_of_province"
    BY_HOME = "by_home"


class ExpansionMode(StrEnum):
    """What a capital increase (增资扩股) brings: its increment, or nothing."""

    INCREMENT = "increment"
    NOTHING = "nothing"


class IncrementMode(StrEnum):
    """When an increment of a later year counts: by its own size, by the new total, or always."""

    OWN = "own"
    CUMULATIVE = "cumulative"
    ANY = "any"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clauses:
    """Every clause of a counting rule; the defaults are the headline's (省外2000万元以上).

    Verification is no clause that can be switched: only verified terms count. A deal always counts once.
    """

    measure: Measure = Measure.SIGNED_INVESTMENT
    period: PeriodKind = PeriodKind.CALENDAR_YEAR
    minimum_fen: int = DEFAULT_MINIMUM_FEN
    minimum_inclusive: bool = True
    agreements: frozenset[AgreementKind] = frozenset({AgreementKind.FORMAL_CONTRACT})
    origins: frozenset[OriginLevel] = frozenset({OriginLevel.OUT_OF_PROVINCE})
    returning: ReturningMode = ReturningMode.OUT_OF_PROVINCE
    share_mode: ShareMode = ShareMode.FULL
    minimum_share_percent: Decimal = Decimal(50)
    exclusions: tuple[str, ...] = DEFAULT_EXCLUSIONS
    expansion: ExpansionMode = ExpansionMode.INCREMENT
    increment: IncrementMode = IncrementMode.OWN
    platform_required: bool = False
    statistics_required: bool = False

    def meets_minimum(self, fen: int) -> bool:
        """Tell whether an amount meets the minimum: 以上 includes the number itself, 超过 does not."""
        return fen >= self.minimum_fen if self.minimum_inclusive else fen > self.minimum_fen

    def to_body(self) -> Body:
        """Write the clauses as JSON values, in a fixed order, so that equal clauses have equal bodies."""
        return {field.name: _written(getattr(self, field.name)) for field in fields(self)}


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleVersion:
    """A version of a counting rule: it judges terms signed from `applies_to_signed_from` on."""

    id: UUID
    applies_to_signed_from: date
    clauses: Clauses = Clauses()


class RuleBodyError(ValueError):
    """A body that is no counting rule; `fields` names what is missing, unknown or impossible."""

    def __init__(self, named: Sequence[str]) -> None:
        super().__init__(", ".join(named))
        self.fields = tuple(named)


def clauses_from_body(body: Mapping[str, object]) -> Clauses:
    """Read clauses from JSON values; what a body leaves out has the headline's default.

    Raises RuleBodyError naming every field that is unknown or whose value is impossible.
    """
    bad = [name for name in body if name not in _READERS]
    read: dict[str, object] = {}
    for name in body.keys() & _READERS.keys():
        try:
            read[name] = _READERS[name](body[name])
        except (ValueError, TypeError, InvalidOperation):
            bad.append(name)
    if bad:
        raise RuleBodyError(sorted(bad))
    return Clauses(**read)  # type: ignore[arg-type]


def judging_version(versions: Sequence[RuleVersion], signed_on: date | None) -> RuleVersion:
    """Give the one version that judges terms signed on a day: the last that applies from that day or earlier.

    An unknown day is judged by the newest version, a day before all versions by the oldest, so that the reasons can
    always be named. Raises ValueError without versions, and where two apply from the same day.
    """
    ordered = sorted(versions, key=lambda version: version.applies_to_signed_from)
    days = [version.applies_to_signed_from for version in ordered]
    if not ordered or len(set(days)) < len(days):
        raise ValueError("exactly one version must judge each day")
    if signed_on is None:
        return ordered[-1]
    return next((one for one in reversed(ordered) if one.applies_to_signed_from <= signed_on), ordered[0])


def _written(value: object) -> object:
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return list(value)
    return str(value) if isinstance(value, Decimal | StrEnum) else value


def _one_of(kind: type[Kind]) -> Callable[[object], Kind]:
    def read(value: object) -> Kind:
        return kind(str(value))

    return read


def _some_of(
    kind: type[Kind], *, without: frozenset[str] = frozenset()
) -> Callable[[object], frozenset[Kind]]:
    def read(value: object) -> frozenset[Kind]:
        found = frozenset(kind(one) for one in _listed(value))
        if not found or any(one.value in without for one in found):
            raise ValueError(value)
        return found

    return read


def _codes(value: object) -> tuple[str, ...]:
    codes = tuple(dict.fromkeys(_listed(value)))
    if not all(_CODE.fullmatch(code) for code in codes):
        raise ValueError(value)
    return codes


def _listed(value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise TypeError(value)
    return value


def _truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError(value)
    return value


def _fen(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_FEN:
        raise ValueError(value)
    return value


def _percent(value: object) -> Decimal:
    if not isinstance(value, str) or len(value) > 12:
        raise TypeError(value)
    percent = Decimal(value)
    if not percent.is_finite() or not 0 < percent <= 100:
        raise ValueError(value)
    return percent


# Terms of unknown agreement or origin never count: nobody can say that they meet the rule.
_UNKNOWN = frozenset({"unknown"})
_READERS: dict[str, Callable[[object], object]] = {
    "measure": _one_of(Measure),
    "period": _one_of(PeriodKind),
    "minimum_fen": _fen,
    "minimum_inclusive": _truth,
    "agreements": _some_of(AgreementKind, without=_UNKNOWN),
    "origins": _some_of(OriginLevel, without=_UNKNOWN),
    "returning": _one_of(ReturningMode),
    "share_mode": _one_of(ShareMode),
    "minimum_share_percent": _percent,
    "exclusions": _codes,
    "expansion": _one_of(ExpansionMode),
    "increment": _one_of(IncrementMode),
    "platform_required": _truth,
    "statistics_required": _truth,
}
