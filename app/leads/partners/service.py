"""What programs do with leads: the same use cases as the pages', with a partner's limits."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import Conflict, FieldError, NotPermitted
from app.core.text import fold
from app.identity.versions import expect
from app.leads import queries
from app.leads.changes import is_own_referral, may_change, planned_words
from app.leads.following.schemas import NoteInput
from app.leads.models import Lead
from app.leads.partners.queries import by_external
from app.leads.schemas import EditLeadInput, ReportLeadInput
from app.leads.service import edit_lead, note, report_lead


class JudgedLead(NotPermitted):
    """The referral is judged: its partner may only add notes."""

    code = "leads.judged"


class OtherInvestor(Conflict):
    """A lead that is on record keeps its investor."""

    code = "leads.other_investor"


def put_external(
    session: Session,
    actor: Actor,
    data: ReportLeadInput,
    *,
    expected_version: int | None,
    at: datetime,
) -> tuple[Lead, bool]:
    """Bring a lead to what another system says of it, or report it; returns the lead and whether it is new.

    The same again changes nothing, also when it is judged. Raises NotFound for another's external id, Stale,
    JudgedLead, OtherInvestor, and what reporting and editing raise.
    """
    key = by_external(session, actor, data.source_system, data.external_id)
    if key is None:
        return report_lead(session, actor, data, at=at), True
    lead = queries.get_lead(session, actor, key, lock=True)
    version = lead.version if expected_version is None else expected_version
    expect(lead, version, theirs={}, labels={})
    same = data.investor_id == lead.investor_id or fold(data.investor_name) == fold(lead.investor.name)
    if (data.investor_id or data.investor_name) and not same:
        raise OtherInvestor()
    edit = editing(lead, {name: getattr(data, name) for name in FROM_OUTSIDE}, version=version)
    if edit.model_dump(exclude=_BESIDES) == editing(lead, {}, version=version).model_dump(exclude=_BESIDES):
        return lead, False
    return change(session, actor, lead, edit, at=at), False


FROM_OUTSIDE = (
    "title",
    "source",
    "chain",
    "content",
    "planned",
    "confirm_amount",
    "expected_signing_on",
    "place",
    "land_mu",
    "first_contact_on",
    "next_step",
    "next_follow_up_on",
    "contact_name",
    "contact_post",
    "contact_phone",
    "contact_consent",
)
_BESIDES = {"confirm_amount", "contact_name", "contact_post", "contact_phone", "contact_consent"}


def editing(lead: Lead, changes: dict[str, Any], *, version: int) -> EditLeadInput:
    """Return a lead's values with some of them changed, as an input to edit it by; its investor must be loaded."""
    return EditLeadInput(**(values_to_edit(lead) | changes), version=version)


def values_to_edit(lead: Lead) -> dict[str, Any]:
    """Return what an edit would leave as it is."""
    names = ("title", "source", "chain", "content", "expected_signing_on", "place", "land_mu")
    more = ("referrer_text", "owner_person_id", "first_contact_on", "next_step", "next_follow_up_on")
    kept = {name: getattr(lead, name) for name in names + more}
    return kept | {
        "owner_text": "" if lead.owner_person_id else lead.owner_text,
        "planned": planned_words(lead),
    }


def change(session: Session, actor: Actor, lead: Lead, data: EditLeadInput, *, at: datetime) -> Lead:
    """Edit a lead. Raises JudgedLead for a partner's that is judged, and what `edit_lead` raises."""
    if is_own_referral(actor, lead) and not may_change(actor, lead, lead.owner_unit):
        raise JudgedLead()
    return edit_lead(session, actor, lead.id, data, at=at)


def add_note(session: Session, actor: Actor, lead: Lead, text: str, *, version: int, at: datetime) -> Lead:
    """Append a note to a lead's timeline. Raises Stale, ClosedLead, or FieldError for an empty one."""
    if len(text) < 2:
        raise FieldError("note", "error.field.missing")
    return note(session, actor, lead.id, NoteInput(text=text, version=version), at=at)
