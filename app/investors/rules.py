"""Decisions about investors: names, what may be a duplicate, and how two records become one (domain §5)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from app.core.regions import OriginLevel, RegionMatch, is_known, match_address, normal_code, region_path
from app.core.text import core_name, fold, initials_of, pinyin_of, similarity

FUZZY_CUTOFF = 75
MOST_SUGGESTIONS = 8


class InvestorKind(StrEnum):
    COMPANY = "company"
    PERSON = "person"
    GOVERNMENT = "government"


class DuplicateReason(StrEnum):
    """Why a record may be the same investor; the order is the order of certainty."""

    SAME_CODE = "same_code"
    SAME_NAME = "same_name"
    FORMER_NAME = "former_name"
    CORE_NAME = "core_name"
    SAME_SOUND = "same_sound"
    ALIKE = "alike"


class MergeProblem(StrEnum):
    ITSELF = "itself"
    ANOTHER_KIND = "another_kind"
    ALREADY_MERGED = "already_merged"
    INTO_MERGED = "into_merged"
    ARCHIVED = "archived"
    TWO_CODES = "two_codes"
    STANDS_FOR_OTHERS = "stands_for_others"


class UnmergeProblem(StrEnum):
    NOT_MERGED = "not_merged"
    NAME_TAKEN = "name_taken"
    CODE_TAKEN = "code_taken"


class HomeProblem(StrEnum):
    """Why a home as typed is not taken: several places may be meant, or none is known."""

    UNCLEAR = "unclear"
    UNKNOWN = "unknown"


class PhonePurpose(StrEnum):
    """Why a masked number is revealed; logged with the reveal (domain §10)."""

    FOLLOW_UP = "follow_up"
    VISIT = "visit"
    VERIFY = "verify"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class NameKeys:
    """The forms of a name by which it is found and compared."""

    folded: str
    core: str
    pinyin: str
    initials: str


@dataclass(frozen=True, slots=True)
class InvestorFacts:
    """What duplicates and merges ask about one record. `uscc` is checked and normal, or empty; a merged record has
    its `canonical_id`."""

    id: UUID
    kind: InvestorKind
    name: str
    uscc: str = ""
    former_names: tuple[str, ...] = ()
    canonical_id: UUID | None = None
    archived: bool = False
    stands_for_others: bool = False

    @property
    def is_live(self) -> bool:
        return self.canonical_id is None and not self.archived


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record that may be the same investor. `blocks`: the new record cannot be kept beside it. `likeness` 0–100."""

    id: UUID
    reason: DuplicateReason
    blocks: bool
    likeness: int


def name_keys(name: str, *, kind: InvestorKind) -> NameKeys:
    """Work out the forms of a name; a person's surname is read as one and has no core."""
    person = kind is InvestorKind.PERSON
    return NameKeys(
        folded=fold(name),
        core=fold(name) if person else core_name(name),
        pinyin=pinyin_of(name, person=person),
        initials=initials_of(name, person=person),
    )


def duplicates(
    investor: InvestorFacts,
    others: Iterable[InvestorFacts],
    *,
    cutoff: int = FUZZY_CUTOFF,
    limit: int = MOST_SUGGESTIONS,
) -> tuple[Candidate, ...]:
    """List the live records that may be this investor, the surest first; those that block are never cut off.

    The same credit code is certain for every kind, the same folded name for two companies. Everything else, and any
    name of a person, is a suggestion.
    """
    found = [
        candidate
        for other in others
        if other.is_live
        and other.id != investor.id
        and (candidate := _compare(investor, other, cutoff)) is not None
    ]
    order = list(DuplicateReason)
    found.sort(
        key=lambda candidate: (not candidate.blocks, order.index(candidate.reason), -candidate.likeness)
    )
    blocking = sum(candidate.blocks for candidate in found)
    return tuple(found[: max(limit, blocking)])


def blocking_duplicate(candidates: Iterable[Candidate]) -> Candidate | None:
    """Give the record that keeps this one from being saved; None when it may be."""
    return next((candidate for candidate in candidates if candidate.blocks), None)


def merge_problem(merged: InvestorFacts, into: InvestorFacts) -> MergeProblem | None:
    """Name what keeps one record from standing behind another; None when it may.

    Chains are not made: the canonical record is itself no merged one, and one that others stand behind stays.
    Two different credit codes are two investors.
    """
    if merged.id == into.id:
        return MergeProblem.ITSELF
    if merged.canonical_id is not None:
        return MergeProblem.ALREADY_MERGED
    if into.canonical_id is not None:
        return MergeProblem.INTO_MERGED
    if merged.archived or into.archived:
        return MergeProblem.ARCHIVED
    if merged.stands_for_others:
        return MergeProblem.STANDS_FOR_OTHERS
    if merged.kind is not into.kind:
        return MergeProblem.ANOTHER_KIND
    if merged.uscc and into.uscc and merged.uscc != into.uscc:
        return MergeProblem.TWO_CODES
    return None


def names_after_merge(merged: InvestorFacts, into: InvestorFacts) -> tuple[str, ...]:
    """List the other names by which the canonical record is found after a merge, each once."""
    names = {fold(name): name for name in (*into.former_names, merged.name, *merged.former_names)}
    names.pop(fold(into.name), None)
    return tuple(names.values())


def unmerge_problem(merged: InvestorFacts, live: Iterable[InvestorFacts]) -> UnmergeProblem | None:
    """Name what keeps a merge from being undone: meanwhile another live record took its code or company name."""
    if merged.canonical_id is None:
        return UnmergeProblem.NOT_MERGED
    for other in live:
        if other.id == merged.id or not other.is_live:
            continue
        if merged.uscc and other.uscc == merged.uscc:
            return UnmergeProblem.CODE_TAKEN
        if _same_company_name(merged, other):
            return UnmergeProblem.NAME_TAKEN
    return None


def propose_homes(home: str, *, name: str = "") -> list[RegionMatch]:
    """Propose the places that may be meant; with no home typed, those that a company's name begins with."""
    return match_address(home or name, limit=8)


def settle_home(home: str, *, chosen: str = "") -> str | HomeProblem:
    """Read a home as typed: a code, or the one place that the words can mean; empty when nothing was typed.

    `chosen` is the proposal that a person took; it holds only while it is one that the words propose, so that a
    choice left over from other words is never taken.
    """
    if not home:
        return normal_code(chosen) or "" if is_known(chosen) else ""
    if is_known(home):
        return normal_code(home) or ""
    choice = normal_code(chosen) or ""
    found = propose_homes(home)
    if choice and home in (region_path(choice), region_path(choice, lang="en")):
        return choice
    if choice and any(match.code == choice for match in found):
        return choice
    if not found:
        return HomeProblem.UNKNOWN
    return found[0].code if len(found) == 1 and not found[0].guessed else HomeProblem.UNCLEAR


def certain_home(home: str) -> str:
    """Give the code of a home that leaves no doubt; empty otherwise: a guess is never stored unseen."""
    settled = settle_home(home)
    return "" if isinstance(settled, HomeProblem) else settled


def flags_deals(before: OriginLevel, after: OriginLevel, *, region_changed: bool) -> bool:
    """Tell whether a corrected home flags the investor's deals: their frozen origin changes only by an amendment."""
    return before is not after or region_changed


def _compare(investor: InvestorFacts, other: InvestorFacts, cutoff: int) -> Candidate | None:
    if investor.uscc and investor.uscc == other.uscc:
        return Candidate(other.id, DuplicateReason.SAME_CODE, blocks=True, likeness=100)
    if _same_company_name(investor, other):
        return Candidate(other.id, DuplicateReason.SAME_NAME, blocks=True, likeness=100)
    if investor.uscc and other.uscc:
        # Two codes are two legal persons, whatever their names look like.
        return None
    reason, likeness = _likeness(investor, other)
    if reason is DuplicateReason.ALIKE and likeness < cutoff:
        return None
    return Candidate(other.id, reason, blocks=False, likeness=likeness)


def _same_company_name(one: InvestorFacts, other: InvestorFacts) -> bool:
    both_companies = one.kind is InvestorKind.COMPANY and other.kind is InvestorKind.COMPANY
    return both_companies and fold(one.name) == fold(other.name)


def _likeness(investor: InvestorFacts, other: InvestorFacts) -> tuple[DuplicateReason, int]:
    mine, theirs = name_keys(investor.name, kind=investor.kind), name_keys(other.name, kind=other.kind)
    if mine.folded == theirs.folded:
        return DuplicateReason.SAME_NAME, 100
    my_names = {mine.folded, *map(fold, investor.former_names)}
    if my_names & {theirs.folded, *map(fold, other.former_names)}:
        return DuplicateReason.FORMER_NAME, 100
    if InvestorKind.PERSON in (investor.kind, other.kind):
        if investor.kind is other.kind and mine.pinyin == theirs.pinyin:
            return DuplicateReason.SAME_SOUND, 90
        return DuplicateReason.ALIKE, 0
    if mine.core and mine.core == theirs.core:
        return DuplicateReason.CORE_NAME, 95
    if mine.core and pinyin_of(mine.core) == pinyin_of(theirs.core):
        return DuplicateReason.SAME_SOUND, 90
    return DuplicateReason.ALIKE, similarity(investor.name, other.name)
