"""The clauses of a counting rule, one by one: why terms stay out, and which part of them may count (domain §3)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from app.core.money import AmountQualifier, largest_remainder
from app.core.regions import OriginLevel
from app.targets.rules.facts import AgreementKind, DealFacts, InvestorFacts, TermsFacts
from app.targets.rules.versions import Clauses, ReturningMode, ShareMode


class Reason(StrEnum):
    """Why a deal, or what it brings to a year, is not counted; an office's exclusion codes stand beside these."""

    NOT_VERIFIED = "not_verified"
    NOT_A_CONTRACT = "not_a_contract"
    UNKNOWN_AGREEMENT = "unknown_agreement"
    INSIDE_PROVINCE = "inside_province"
    HK_MO_TW_APART = "hk_mo_tw_apart"
    FOREIGN_APART = "foreign_apart"
    OUT_OF_PROVINCE_APART = "out_of_province_apart"
    UNKNOWN_ORIGIN = "unknown_origin"
    OUTSIDE_SHARE = "outside_share"
    OUTSIDE_SHARE_UNKNOWN = "outside_share_unknown"
    UNKNOWN_AMOUNT = "unknown_amount"
    AMOUNT_NOT_EXACT = "amount_not_exact"
    BELOW_MINIMUM = "below_minimum"
    UNKNOWN_SIGNING_DAY = "unknown_signing_day"
    OUTSIDE_PERIOD = "outside_period"
    ALREADY_COUNTED = "already_counted"
    TERMINATED = "terminated"
    NOT_ON_PLATFORM = "not_on_platform"
    NOT_IN_STATISTICS = "not_in_statistics"


@dataclass(frozen=True, slots=True, order=True)
class Origin:
    """Where money comes from: the level that the rule gives it, the place, and whether a native returns with it."""

    level: OriginLevel
    region: str
    returning: bool


_APART = {
    OriginLevel.COUNTY: Reason.INSIDE_PROVINCE,
    OriginLevel.CITY: Reason.INSIDE_PROVINCE,
    OriginLevel.PROVINCE: Reason.INSIDE_PROVINCE,
    OriginLevel.OUT_OF_PROVINCE: Reason.OUT_OF_PROVINCE_APART,
    OriginLevel.HK_MO_TW: Reason.HK_MO_TW_APART,
    OriginLevel.FOREIGN: Reason.FOREIGN_APART,
    OriginLevel.UNKNOWN: Reason.UNKNOWN_ORIGIN,
}
# Money that already comes from beyond the border stays what it is, whoever brings it home.
_BEYOND = frozenset({OriginLevel.HK_MO_TW, OriginLevel.FOREIGN})
_ORDER = {reason.value: place for place, reason in enumerate(Reason)}


def in_order(reasons: Iterable[str]) -> tuple[str, ...]:
    """Give each reason once, in the order of the list, an office's own codes last."""
    return tuple(sorted({str(reason) for reason in reasons}, key=lambda code: (_ORDER.get(code, 99), code)))


def standing_reasons(terms: TermsFacts, clauses: Clauses, deal: DealFacts) -> list[str]:
    """Name every clause that terms fail, except verification, period, minimum and termination."""
    found: list[str] = [
        *_agreement_reasons(terms, clauses),
        *_origin_reasons(terms.investors, clauses),
        *_amount_reasons(terms),
        *_exclusion_reasons(terms, clauses),
    ]
    if deal.counted_in is not None:
        found.append(Reason.ALREADY_COUNTED)
    if clauses.platform_required and deal.platform_accepted_on is None:
        found.append(Reason.NOT_ON_PLATFORM)
    if clauses.statistics_required and deal.statistics_entered_on is None:
        found.append(Reason.NOT_IN_STATISTICS)
    return found


def countable_fen(terms: TermsFacts, clauses: Clauses) -> int | None:
    """Give the total without the excluded parts; None where the total is unknown or not exact."""
    if terms.total_fen is None or terms.qualifier is not AmountQualifier.EXACT:
        return None
    parts = sum(one.part_fen or 0 for one in terms.exclusions if one.code in clauses.exclusions)
    return max(terms.total_fen - parts, 0)


def eligible_fen(fen: int, terms: TermsFacts, clauses: Clauses) -> int:
    """Give what of an amount may count: all of it, or pro rata the part from the rule's origins."""
    weights = _weights(terms.investors)
    if clauses.share_mode is not ShareMode.PRO_RATA or weights is None:
        return fen
    parts = zip(terms.investors, largest_remainder(fen, weights), strict=True)
    return sum(part for investor, part in parts if origin_of(investor, clauses).level in clauses.origins)


def spread(fen: int, terms: TermsFacts, clauses: Clauses) -> dict[Origin, int]:
    """Split a counted amount by where it comes from (其中), largest remainder; the parts sum to the amount."""
    investors, weights = terms.investors, _weights(terms.investors)
    if weights is None:
        raise ValueError("an amount without known contributions does not count")
    if clauses.share_mode is ShareMode.PRO_RATA:
        counting = [origin_of(one, clauses).level in clauses.origins for one in investors]
        weights = [weight if counts else 0 for weight, counts in zip(weights, counting, strict=True)]
    parts: dict[Origin, int] = {}
    for investor, part in zip(investors, largest_remainder(fen, weights), strict=True):
        if part:
            origin = origin_of(investor, clauses)
            parts[origin] = parts.get(origin, 0) + part
    return parts


def origin_of(investor: InvestorFacts, clauses: Clauses) -> Origin:
    """Give an investor's origin as the rule sees it: a returning native (赣商返乡) comes from outside the province."""
    level = investor.origin
    outside = clauses.returning is ReturningMode.OUT_OF_PROVINCE
    if investor.returning and outside and level not in _BEYOND:
        level = OriginLevel.OUT_OF_PROVINCE
    return Origin(level, investor.region, investor.returning)


def _agreement_reasons(terms: TermsFacts, clauses: Clauses) -> Iterable[str]:
    if terms.agreement is AgreementKind.UNKNOWN:
        yield Reason.UNKNOWN_AGREEMENT
    elif terms.agreement not in clauses.agreements:
        yield Reason.NOT_A_CONTRACT


def _amount_reasons(terms: TermsFacts) -> Iterable[str]:
    if terms.total_fen is None or terms.qualifier is AmountQualifier.UNKNOWN:
        yield Reason.UNKNOWN_AMOUNT
    elif terms.qualifier is not AmountQualifier.EXACT:
        yield Reason.AMOUNT_NOT_EXACT


def _exclusion_reasons(terms: TermsFacts, clauses: Clauses) -> Iterable[str]:
    nothing_left = countable_fen(terms, clauses) == 0
    for exclusion in terms.exclusions:
        if exclusion.code in clauses.exclusions and (exclusion.part_fen is None or nothing_left):
            yield exclusion.code


def _origin_reasons(investors: Sequence[InvestorFacts], clauses: Clauses) -> list[str]:
    levels = [origin_of(investor, clauses).level for investor in investors]
    if not levels:
        return [Reason.UNKNOWN_ORIGIN]
    unknown = OriginLevel.UNKNOWN in levels
    if len(levels) == 1 or not (unknown or clauses.origins.intersection(levels)):
        return [_APART[level] for level in levels if level not in clauses.origins]
    weights = _weights(investors)
    if weights is None:
        return [Reason.OUTSIDE_SHARE_UNKNOWN, *([Reason.UNKNOWN_ORIGIN] if unknown else [])]
    pairs = list(zip(levels, weights, strict=True))
    sure = sum(weight for level, weight in pairs if level in clauses.origins)
    possible = sure + sum(weight for level, weight in pairs if level is OriginLevel.UNKNOWN)
    if unknown and clauses.share_mode is ShareMode.PRO_RATA:
        return [Reason.UNKNOWN_ORIGIN]
    if _share_suffices(Fraction(sure, sum(weights)), clauses):
        return []
    suffices = _share_suffices(Fraction(possible, sum(weights)), clauses)
    return [Reason.UNKNOWN_ORIGIN if suffices else Reason.OUTSIDE_SHARE]


def _share_suffices(share: Fraction, clauses: Clauses) -> bool:
    if clauses.share_mode is ShareMode.FULL:
        return share * 100 >= Fraction(clauses.minimum_share_percent)
    return share > 0


def _weights(investors: Sequence[InvestorFacts]) -> list[int] | None:
    """Give the contributions; one investor brings everything, unknown ones of several give None."""
    if len(investors) == 1:
        return [1]
    known = [one.contribution_fen for one in investors if one.contribution_fen is not None]
    return known if len(known) == len(investors) and sum(known) > 0 else None
