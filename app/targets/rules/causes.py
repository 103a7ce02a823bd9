"""Why an entry was appended to the ledger."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from app.targets.rules.facts import TermsFacts, TermsKind


class Cause(StrEnum):
    OPENING = "opening"
    NEW_SIGNING = "new_signing"
    NEWLY_VERIFIED = "newly_verified"
    AMENDED = "amended"
    INCREASED = "increased"
    TERMINATED = "terminated"
    WITHDRAWN = "withdrawn"
    CREDIT_CHANGED = "credit_changed"
    RECLASSIFIED = "reclassified"
    RULE_CHANGED = "rule_changed"
    CORRECTED = "corrected"


_BY_KIND = {
    TermsKind.ORIGINAL: Cause.NEWLY_VERIFIED,
    TermsKind.UPGRADE: Cause.NEWLY_VERIFIED,
    TermsKind.AMENDMENT: Cause.AMENDED,
    TermsKind.INCREASE: Cause.INCREASED,
    TermsKind.CORRECTION: Cause.CORRECTED,
    TermsKind.TERMINATION: Cause.TERMINATED,
}


def verification_cause(terms: TermsFacts, *, verified_on: date, first_open_on: date | None = None) -> Cause:
    """Name what verified terms are to the ledger.

    A deal signed in the month of its verification, while that month is open, is a new signing; an older one is
    newly verified; imported history is never news.
    """
    if terms.opening:
        return Cause.OPENING
    cause = _BY_KIND[terms.kind]
    signed_on = terms.signed_on
    if cause is Cause.NEWLY_VERIFIED and signed_on is not None:
        same_month = (signed_on.year, signed_on.month) == (verified_on.year, verified_on.month)
        if same_month and (first_open_on is None or signed_on >= first_open_on):
            return Cause.NEW_SIGNING
    return cause


def cause_of_terms(terms: TermsFacts) -> Cause:
    """Name what terms are to the ledger by their kind alone, as a later re-posting knows them."""
    return Cause.OPENING if terms.opening else _BY_KIND[terms.kind]
