"""Tables of the number: counting rules in versions, targets with their parts, the ledger, freezes, cut-offs."""

from app.targets.models.counting import CountingRule, RuleVersionRow
from app.targets.models.ledger import Cutoff, EntryShare, Freeze, LedgerRow
from app.targets.models.targets import PlanMonth, PublishedFigure, Target, TargetAmount, TargetPart

__all__ = [
    "CountingRule",
    "Cutoff",
    "EntryShare",
    "Freeze",
    "LedgerRow",
    "PlanMonth",
    "PublishedFigure",
    "RuleVersionRow",
    "Target",
    "TargetAmount",
    "TargetPart",
]
