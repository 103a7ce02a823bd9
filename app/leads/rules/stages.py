"""A lead's stages, its validity, how it ends, and what it plans (domain §5)."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from app.core.money import SlipReason, slip_reasons


class LeadStage(StrEnum):
    """Where a lead stands; the order is the order of the work."""

    NEW = "new"
    CONTACTED = "contacted"
    VISITING = "visiting"
    NEGOTIATING = "negotiating"
    AGREED = "agreed"
    SIGNED = "signed"
    LOST = "lost"


class LeadMove(StrEnum):
    """What a change of stage amounts to."""

    FORWARD = "forward"
    BACK = "back"
    LOSS = "loss"
    REOPENING = "reopening"


class LostReason(StrEnum):
    """Why talks ended (终止洽谈)."""

    WENT_ELSEWHERE = "went_elsewhere"
    LAND = "land"
    POLICY = "policy"
    INDUSTRY_CHAIN = "industry_chain"
    ENERGY_OR_ENVIRONMENT = "energy_or_environment"
    FUNDING = "funding"
    PLANS_CHANGED = "plans_changed"
    NO_ANSWER = "no_answer"
    NOT_GENUINE = "not_genuine"
    DUPLICATE = "duplicate"
    OTHER = "other"


class LostProblem(StrEnum):
    NO_REASON = "no_reason"
    NO_DESTINATION = "no_destination"
    NO_NOTE = "no_note"


class Validity(StrEnum):
    """The decision on record whether a lead is a valid one (有效线索)."""

    PENDING = "pending"
    VALID = "valid"
    INVALID = "invalid"


class LeadSource(StrEnum):
    """Where a lead came from."""

    OUTBOUND_VISIT = "outbound_visit"
    INBOUND_VISIT = "inbound_visit"
    LEADER = "leader"
    NATIVE = "native"
    ASSOCIATION = "association"
    CHAIN = "chain"
    ENTERPRISE = "enterprise"
    PARTNER = "partner"
    SUPERIOR = "superior"
    OCCASION = "occasion"
    ONLINE = "online"
    OTHER = "other"


OPEN_STAGES = (
    LeadStage.NEW,
    LeadStage.CONTACTED,
    LeadStage.VISITING,
    LeadStage.NEGOTIATING,
    LeadStage.AGREED,
)
# 在谈项目; a dated setting may name other stages.
IN_TALKS_STAGES = frozenset({LeadStage.VISITING, LeadStage.NEGOTIATING, LeadStage.AGREED})


def is_open(stage: LeadStage) -> bool:
    """Tell whether the lead is still being worked on: neither signed nor lost."""
    return stage in OPEN_STAGES


def in_talks(stage: LeadStage, *, stages: Collection[LeadStage] = IN_TALKS_STAGES) -> bool:
    """Tell whether the lead is a 在谈项目; `stages` is the county's setting."""
    return stage in stages


def lead_move(current: LeadStage, wanted: LeadStage) -> LeadMove | None:
    """Name what a hand-made change of stage amounts to; None when it is not allowed.

    Open stages may be skipped and stepped back. `signed` is reached by signing a deal, never by hand, and is not
    left; a lost lead is reopened to any open stage.
    """
    if wanted is current or LeadStage.SIGNED in (current, wanted):
        return None
    if wanted is LeadStage.LOST:
        return LeadMove.LOSS
    if current is LeadStage.LOST:
        return LeadMove.REOPENING
    return LeadMove.FORWARD if OPEN_STAGES.index(wanted) > OPEN_STAGES.index(current) else LeadMove.BACK


def allowed_moves(current: LeadStage) -> tuple[LeadStage, ...]:
    """List the stages that a person may set next, in the order of the work."""
    return tuple(stage for stage in LeadStage if lead_move(current, stage) is not None)


def may_sign(stage: LeadStage) -> bool:
    """Tell whether a deal may be made from the lead: from any open stage, for talks can be short."""
    return is_open(stage)


def lost_problems(reason: LostReason | None, *, lost_to: str, note: str) -> tuple[LostProblem, ...]:
    """Name what is missing to end talks: a reason, to whom it went where it went elsewhere, a word on 其他."""
    if reason is None:
        return (LostProblem.NO_REASON,)
    problems = []
    if reason is LostReason.WENT_ELSEWHERE and not lost_to.strip():
        problems.append(LostProblem.NO_DESTINATION)
    if reason is LostReason.OTHER and not note.strip():
        problems.append(LostProblem.NO_NOTE)
    return tuple(problems)


def planned_slips(minimum_fen: int | None, maximum_fen: int | None) -> tuple[SlipReason, ...]:
    """Name what makes a planned amount ask for confirmation: either bound over ¥10B or under ¥5M (domain §2).

    The lower bound 0 of the usual band 0–5000万 is no slip; an upper bound of 0 is one.
    """
    found = {reason for bound in (minimum_fen or None, maximum_fen) for reason in slip_reasons(bound)}
    return tuple(reason for reason in SlipReason if reason in found)


def partner_may_edit(validity: Validity) -> bool:
    """Tell whether the partner who referred the lead may still change it: until it is judged."""
    return validity is Validity.PENDING
