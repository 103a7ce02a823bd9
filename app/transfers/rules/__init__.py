"""Decisions of imports: what a column's name means, what stands already, whether the sheet's own total agrees."""

from app.transfers.rules.columns import FIELDS, Field, Holds, field_of, propose, recognise
from app.transfers.rules.matching import Known, Match, Verdict, differences, match
from app.transfers.rules.outcome import Cure, Difference, Finding, Kind, Severity, TotalCompared

__all__ = [
    "FIELDS",
    "Cure",
    "Difference",
    "Field",
    "Finding",
    "Holds",
    "Kind",
    "Known",
    "Match",
    "Severity",
    "TotalCompared",
    "Verdict",
    "differences",
    "field_of",
    "match",
    "propose",
    "recognise",
]
