"""What setting up asks before it writes."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.options import County


def county(session: Session) -> County | None:
    """Return the database's county, or None when there is none yet."""
    return session.scalar(select(County).order_by(County.id).limit(1))
