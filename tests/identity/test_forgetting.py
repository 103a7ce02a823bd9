"""What the room forgets by itself."""

from __future__ import annotations

from datetime import timedelta

from app.identity.jobs import forget
from app.identity.models import SessionRow, SignInAttempt
from tests.identity.conftest import Office


def count(office: Office, table: type) -> int:
    with office.database.reading() as session:
        return session.query(table).count()


def test_the_sign_in_log_is_kept_a_year_and_dead_sessions_a_month(office: Office) -> None:
    office.client("member")
    for days, attempts, sessions in ((1, 1, 1), (29, 1, 1), (32, 1, 0), (360, 1, 0), (373, 0, 0)):
        with office.database.writing() as session:
            forget(session, office.clock() + timedelta(days=days))
        assert (count(office, SignInAttempt), count(office, SessionRow)) == (attempts, sessions), days
