"""From what a program sends to what the services take."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from app.core.wire import Money
from app.leads.partners.schemas import LeadBody, LeadPatch, WithInvestor
from app.leads.rules import Planned, planned_text

# Where a service's field is called otherwise, its refusals are told at the body's pointer.
NAMED = {
    "chain": "industry_chain",
    "planned": "planned_investment",
    "contact_name": "contact/name",
    "contact_post": "contact/post",
    "contact_phone": "contact/phone",
    "source_system": "external_source",
}
_SAME = ("title", "source", "content", "confirm_amount", "expected_signing_on", "place")
_ALSO = ("first_contact_on", "next_step", "next_follow_up_on")
_AMOUNTS = ("planned_investment", "planned_min", "planned_max")
_EMPTY_TEXTS = ("content", "place", "next_step")


def report_values(body: WithInvestor, **more: Any) -> dict[str, Any]:
    """Return the values of a report. `more` adds what is not in the body."""
    names = ("investor_name", "investor_id", "second_project", "ruling_reason", "unit_id")
    given = {name: getattr(body, name) for name in names}
    return lead_values(body) | given | more


def lead_values(body: LeadBody) -> dict[str, Any]:
    """Return every value that a whole body gives."""
    plain = {name: getattr(body, name) for name in _SAME + _ALSO}
    return plain | {
        "chain": body.industry_chain,
        "land_mu": _mu(body.land_mu),
        "planned": _planned(body.planned_investment, body.planned_min, body.planned_max),
        **_contact(body),
    }


def patch_values(body: LeadPatch) -> dict[str, Any]:
    """Return only what a patch gives; null empties a value."""
    sent = body.model_fields_set
    found = {name: getattr(body, name) for name in _SAME + _ALSO if name in sent}
    found |= {name: "" for name in _EMPTY_TEXTS if name in sent and found[name] is None}
    if "industry_chain" in sent:
        found["chain"] = body.industry_chain or ""
    if "land_mu" in sent:
        found["land_mu"] = _mu(body.land_mu)
    if sent & set(_AMOUNTS):
        found["planned"] = _planned(body.planned_investment, body.planned_min, body.planned_max)
    if "contact" in sent:
        found |= _contact(body)
    return found


def _mu(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _planned(exact: Money | None, low: Money | None, high: Money | None) -> str:
    """Write the amount as people type it, which is what the services read; one number goes before bounds."""
    if exact is not None:
        return planned_text(Planned(exact.fen, exact.fen))
    return planned_text(Planned(low.fen if low else None, high.fen if high else None))


def _contact(body: LeadBody | LeadPatch) -> dict[str, Any]:
    if body.contact is None:
        return {}
    given = body.contact
    return {
        "contact_name": given.name,
        "contact_post": given.post,
        "contact_phone": given.phone,
        "contact_consent": given.consent,
    }
