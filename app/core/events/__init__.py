"""What happened, told once: timelines, the audit trail, notifications and webhooks read the same rows.

event = record(session, actor, "lead.reported", ("lead", lead.id), at=at, unit_id=lead.owner_unit_id,
               changes=diff({}, {"title": lead.title}), also=[("investor", lead.investor_id)])
"""

from app.core.events.erasing import erase_private, erase_private_before, events_with_private
from app.core.events.reading import PastEvent, feed, last_position, timeline
from app.core.events.recording import Subject, diff, record, record_many
from app.core.events.sealing import seal_pending, unsealed, verify_seals
from app.core.models.events import Event

__all__ = [
    "Event",
    "PastEvent",
    "Subject",
    "diff",
    "erase_private",
    "erase_private_before",
    "events_with_private",
    "feed",
    "last_position",
    "record",
    "record_many",
    "seal_pending",
    "timeline",
    "unsealed",
    "verify_seals",
]
