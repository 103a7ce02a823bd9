"""What deals do by themselves: an investor's corrected home flags the deals whose terms froze the old one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.core.jobs import every
from app.deals.regions.service import flag_corrected_regions

EVERY_SECONDS = 60


@every(EVERY_SECONDS, name="deals.regions")
def flag_regions(session: Session, at: datetime) -> None:
    """Look for corrections that no deal was flagged for yet."""
    flag_corrected_regions(session, at=at)
