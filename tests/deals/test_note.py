"""Dated notes of the schedule: 进展, 存在问题, 需协调事项, 下步打算, 完成时限."""

from __future__ import annotations

import pytest

from app.deals.models import DealNote
from tests.deals.conftest import Office, refuses


def test_a_note_is_dated_and_says_something(office: Office) -> None:
    deal = office.deal()
    assert office.act(deal, "note", on_day="2022-11-22").status_code == 422
    given = {
        "on_day": "2022-11-22",
        "progress": "厂房主体封顶",
        "next_step": "设备进场",
        "due_on": "2022-12-20",
        "support_needs": ["energy", "labour"],
    }
    assert office.act(deal, "note", **given).status_code == 303
    (note,) = office.rows(DealNote)
    assert (note.progress, note.support_needs) == ("厂房主体封顶", ["energy", "labour"])
    assert "厂房主体封顶" in office.client().get(f"/deals/{deal.id}").text


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({}, "progress"),
        ({"on_day": "2022-12-31", "progress": "还没到"}, "on_day"),
        ({"progress": "封顶", "due_on": "2022-12-20"}, "next_step"),
        ({"next_step": "设备进场", "due_on": "2022-11-01"}, "due_on"),
    ],
)
def test_a_note_that_cannot_be_keeps_what_was_typed(office: Office, said: dict[str, str], field: str) -> None:
    deal = office.deal()
    answer = office.act(deal, "note", **{"on_day": "2022-11-22", "problem": ""} | said)
    assert answer.status_code == 422
    assert f"#f-{field}" in answer.text
    for text in said.values():
        assert text in answer.text
    assert office.rows(DealNote) == []


def test_the_newest_note_stands_first_with_its_author(office: Office) -> None:
    deal = office.deal()
    office.act(deal, "note", on_day="2022-11-20", progress="主体封顶", to_coordinate="请供电公司增容")
    office.act(deal, "note", who="head", on_day="2022-11-21", progress="设备进场")
    page = office.client().get(f"/deals/{deal.id}").text
    assert page.index("设备进场") < page.index("主体封顶")
    for text in ("请供电公司增容", "李青山", "2022年11月21日"):
        assert text in page


def test_only_writers_of_the_unit_add_notes(office: Office) -> None:
    refuses(office, office.deal(), "note", on_day="2022-11-22", progress="主体封顶")
