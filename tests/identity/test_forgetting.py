"""What the room forgets by itself."""

from __future__ import annotations

from datetime import timedelta

from app.core.events import verify_seals
from app.core.events.sealing import seal_pending
from app.core.jobs import Tools
from app.core.models import EventPrivate
from app.identity.jobs import forget
from app.identity.models import SessionRow, SignInAttempt
from app.settings import Settings
from tests.factories.identity import client_of, send, sign_in
from tests.identity.conftest import Office


def count(office: Office, table: type) -> int:
    with office.database.reading() as session:
        return session.query(table).count()


def forget_after(office: Office, days: int, **settings: int) -> None:
    kept = Settings(**settings)  # type: ignore[arg-type]
    forget(Tools(office.database, kept, office.clock), office.clock() + timedelta(days=days))


def test_the_sign_in_log_is_kept_a_year_and_dead_sessions_a_month(office: Office) -> None:
    sign_in(client_of(office.app), "member1")
    for days, attempts, sessions in ((1, 1, 1), (29, 1, 1), (32, 1, 0), (360, 1, 0), (373, 0, 0)):
        forget_after(office, days)
        assert (count(office, SignInAttempt), count(office, SessionRow)) == (attempts, sessions), days


def test_an_operator_may_keep_the_sign_in_log_shorter(office: Office) -> None:
    sign_in(client_of(office.app), "member1")
    forget_after(office, 187, keep_sign_in_months=6)
    assert count(office, SignInAttempt) == 0


def test_personal_values_leave_the_history_after_ten_years_and_the_seals_hold(office: Office) -> None:
    person = {"name": "张三丰", "unit_id": office.town.id, "phone": "13812345678"}
    assert send(office.client("admin"), "/admin/people/new", **person).status_code == 303
    with office.database.writing() as session:
        seal_pending(session, at=office.clock())
    for days, left in ((9 * 366, 1), (10 * 366 + 1, 0)):
        forget_after(office, days)
        assert count(office, EventPrivate) == left
    with office.database.reading() as session:
        assert verify_seals(session) == []
