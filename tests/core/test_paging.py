"""Pages by number for people, by signed cursor for programs."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.core.db import Database
from app.core.ids import new_id
from app.core.models import Job, JobState
from app.core.paging import (
    BadCursor,
    Key,
    Page,
    behind,
    decode_cursor,
    encode_cursor,
    in_order,
    keyset_page,
    paginate,
)
from app.core.signing import BadSignature, sign, unsign
from tests.conftest import Clock

SECRET = "a secret of the tests"


def fill(database: Database, clock: Clock, leased: list[int | None]) -> None:
    """Add jobs whose lease ends after so many minutes (None: no lease), which gives a column with ties and gaps."""
    with database.writing() as session:
        for number, minutes in enumerate(leased):
            session.add(
                Job(
                    id=new_id(),
                    kind=f"kind {number}",
                    payload={},
                    state=JobState.WAITING,
                    run_at=clock(),
                    created_at=clock(),
                    attempts=0,
                    lease="",
                    leased_until=None if minutes is None else clock().replace(minute=minutes),
                    last_error="",
                )
            )


def test_a_page_knows_its_place() -> None:
    page = Page(["a", "b"], total=12, page=3, per_page=5)
    assert (page.pages, page.first, page.last, page.previous, page.next) == (3, 11, 12, 2, None)
    assert page.map(str.upper).items == ["A", "B"]
    empty: Page[str] = Page([], total=0, page=1, per_page=5)
    assert (empty.pages, empty.first, empty.last, empty.previous, empty.next) == (1, 0, 0, None, None)


def test_pages_hold_every_row_once(database: Database, clock: Clock) -> None:
    fill(database, clock, [None] * 7)
    rows = select(Job).order_by(Job.id)
    with database.reading() as session:
        pages = [paginate(session, rows, page=number, per_page=3) for number in (1, 2, 3)]
        assert [job.kind for page in pages for job in page.items] == [f"kind {number}" for number in range(7)]
        assert {(page.total, page.pages) for page in pages} == {(7, 3)}
        assert paginate(session, rows, page=99, per_page=3).page == 3
        assert paginate(session, rows, page=-1, per_page=3).page == 1
        assert paginate(session, rows.where(Job.kind == "none")).items == []


@pytest.mark.parametrize("descending", [False, True])
def test_keyset_pages_hold_every_row_once_with_ties_and_empty_values(
    database: Database, clock: Clock, *, descending: bool
) -> None:
    fill(database, clock, [5, None, 3, 5, None, 1, 5, 3])
    keys = [Key(Job.leased_until, descending), Key(Job.id)]
    with database.reading() as session:
        whole = list(session.scalars(select(Job).order_by(*(key.order for key in keys))))
        seen, after = [], None
        while True:
            page = keyset_page(
                session,
                select(Job),
                keys,
                limit=3,
                after=after,
                position_of=lambda job: (job.leased_until, job.id),
            )
            seen += page.items
            if page.position is None:
                break
            cursor = encode_cursor(SECRET, page.position, filters={})
            after = decode_cursor(SECRET, cursor, filters={})
    assert [job.id for job in seen] == [job.id for job in whole]
    assert [job.leased_until is None for job in whole] == [False] * 6 + [True] * 2


VALUES = [
    new_id(),
    date(2022, 2, 15),
    datetime(2022, 2, 15, 1, 2, 3, 4, tzinfo=UTC),
    Decimal("1.50"),
    7,
    "海螺",
    None,
]


def test_a_column_that_is_never_empty_is_ordered_and_bounded_as_its_index_is(clock: Clock) -> None:
    """PostgreSQL sorts the whole table for "empty ones last", and finds no beginning in conditions joined by OR."""
    assert "NULLS LAST" not in str(in_order(Job.run_at, descending=True))
    assert "NULLS LAST" in str(in_order(Job.finished_at, descending=True))
    keys = [Key(Job.run_at, descending=True), Key(Job.id)]
    assert str(behind(keys, [clock(), new_id()])).startswith("jobs.run_at <= :run_at_1 AND (")


def test_a_cursor_gives_back_what_it_was_made_of() -> None:
    cursor = encode_cursor(SECRET, VALUES, filters={"stage": "signed", "unit": None})
    assert decode_cursor(SECRET, cursor, filters={"stage": "signed"}) == VALUES
    assert cursor.isascii()


@pytest.mark.parametrize("filters", [{}, {"stage": "lost"}, {"stage": "signed", "sort": "-id"}])
def test_a_cursor_of_another_list_is_refused(filters: dict[str, str]) -> None:
    cursor = encode_cursor(SECRET, VALUES, filters={"stage": "signed"})
    with pytest.raises(BadCursor):
        decode_cursor(SECRET, cursor, filters=filters)


@given(st.text())
def test_a_made_up_cursor_is_refused(text: str) -> None:
    with pytest.raises(BadCursor):
        decode_cursor(SECRET, text, filters={})


def test_a_cursor_signed_with_another_key_is_refused() -> None:
    with pytest.raises(BadCursor):
        decode_cursor(SECRET, encode_cursor("another", [1], filters={}), filters={})


def test_a_signed_value_holds_for_its_purpose_only() -> None:
    text = sign(SECRET, "invite", {"id": 1})
    assert unsign(SECRET, "invite", text) == {"id": 1}
    with pytest.raises(BadSignature):
        unsign(SECRET, "reset", text)
    with pytest.raises(BadSignature):
        unsign(SECRET, "invite", text[:-1] + ("A" if text[-1] != "A" else "B"))
