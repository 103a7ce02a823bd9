"""What the room forgets by itself, once a day."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.core.jobs import every
from app.identity.accounts.service import forget_dead_sessions
from app.identity.sign_in.service import forget_old_attempts


@every(24 * 3600, name="identity.forget")
def forget(session: Session, at: datetime) -> None:
    """Remove the sign-in log past its time, and sessions that ended long ago."""
    forget_old_attempts(session, at=at)
    forget_dead_sessions(session, at=at)
