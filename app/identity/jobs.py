"""What is forgotten by itself, once a day."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.core.events import erase_private_before
from app.core.jobs import Tools, every
from app.identity.accounts.service import forget_dead_sessions
from app.identity.sign_in.service import forget_attempts_before

MONTH, YEAR = timedelta(days=31), timedelta(days=366)


@every(24 * 3600, name="identity.forget", outside=True)
def forget(tools: Tools, at: datetime) -> None:
    """Remove what is past its time: the sign-in log, sessions long dead, personal values in the history."""
    kept = tools.settings
    with tools.database.writing() as session:
        forget_attempts_before(session, at - kept.keep_sign_in_months * MONTH)
        forget_dead_sessions(session, at=at)
    with tools.database.writing() as session:
        erase_private_before(session, at - kept.keep_personal_years * YEAR)
