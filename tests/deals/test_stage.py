"""Moving a deal to a stage, stepping back with a reason, and setting the days of stages right."""

from __future__ import annotations

from datetime import date

import pytest

from app.deals.rules import DealStage, TermsState
from tests.deals.conftest import Office, refuses


def test_a_stage_is_reached_on_its_day(office: Office) -> None:
    deal = office.deal()
    assert office.act(deal, "stage", stage="started", on_day="2022-10-08").status_code == 303
    found = office.row(deal.id)
    assert (found.stage, found.started_on) == (DealStage.STARTED, date(2022, 10, 8))
    assert office.events("deal.moved")[0].changes["stage"] == ["signed", "started"]


def test_a_step_back_needs_its_reason_and_takes_later_days_away(office: Office) -> None:
    deal = office.deal(stage="started")
    assert office.act(deal, "stage", stage="registered", on_day="2022-05-01").status_code == 422
    answer = office.act(deal, "stage", stage="registered", on_day="2022-05-01", note="误报开工")
    assert answer.status_code == 303
    found = office.row(deal.id)
    assert (found.started_on, found.registered_on) == (None, date(2022, 5, 1))


@pytest.mark.parametrize(
    ("stage", "on_day"), [("started", "2022-12-31"), ("terminated", "2022-11-01"), ("signed", "2022-11-01")]
)
def test_a_day_in_the_future_a_termination_and_no_move_are_refused(
    office: Office, stage: str, on_day: str
) -> None:
    deal = office.deal()
    assert office.act(deal, "stage", stage=stage, on_day=on_day).status_code == 422
    assert office.row(deal.id).stage is DealStage.SIGNED


def test_the_record_says_who_moved_it_and_when(office: Office) -> None:
    deal = office.deal()
    office.act(deal, "stage", stage="started", on_day="2022-10-08", note="桩机进场")
    page = office.client().get(f"/deals/{deal.id}").text
    for text in ("钱小树", "更新阶段", "2022年10月8日", "桩机进场"):
        assert text in page


def test_who_comes_second_sees_the_stage_that_was_saved_meanwhile(office: Office) -> None:
    deal = office.deal()
    version = office.row(deal.id).version
    office.act(deal, "stage", who="colleague", stage="registered", on_day="2022-10-01")
    answer = office.act(deal, "stage", stage="started", on_day="2022-10-08", note="桩机进场", version=version)
    assert answer.status_code == 412
    for text in ("已注册", "2022年10月1日", "已开工", "桩机进场"):
        assert text in answer.text
    assert office.row(deal.id).stage is DealStage.REGISTERED


def test_only_writers_of_the_unit_move_a_stage(office: Office) -> None:
    refuses(office, office.deal(), "stage", stage="started", on_day="2022-10-08")


def test_a_wrong_day_is_set_right_and_the_stage_stays(office: Office) -> None:
    deal = office.deal(stage="started", state=TermsState.VERIFIED)
    given = {"registered_on": "2022-04-02", "started_on": "2022-09-30", "note": "按施工许可证"}
    assert office.act(deal, "stage-days", **given).status_code == 303
    found = office.row(deal.id)
    assert (found.registered_on, found.started_on) == (date(2022, 4, 2), date(2022, 9, 30))
    assert (found.stage, found.stage_since) == (DealStage.STARTED, date(2022, 9, 30))
    (event,) = office.events("deal.days_corrected")
    assert event.changes["started_on"][1] == "2022-09-30"
    assert "按施工许可证" in office.client().get(f"/deals/{deal.id}").text


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"started_on": "2022-09-30"}, "note"),
        ({"note": "更正"}, "started_on"),
        ({"started_on": "2022-12-31", "note": "更正"}, "started_on"),
        ({"started_on": "2022-09-30", "produced_on": "2022-10-01", "note": "更正"}, "produced_on"),
    ],
)
def test_days_that_cannot_be_are_refused_where_they_stand(
    office: Office, given: dict[str, str], field: str
) -> None:
    deal = office.deal(stage="started")
    before = office.row(deal.id).started_on
    answer = office.act(deal, "stage-days", **given)
    assert answer.status_code == 422
    assert f"#f-{field}" in answer.text
    assert office.row(deal.id).started_on == before


def test_who_corrects_days_second_sees_both_versions(office: Office) -> None:
    deal = office.deal(stage="started")
    version = office.row(deal.id).version
    office.act(deal, "stage-days", who="colleague", started_on="2022-09-30", note="许可证")
    answer = office.act(deal, "stage-days", started_on="2022-09-28", note="现场照片", version=version)
    assert answer.status_code == 412
    assert "2022年9月30日" in answer.text
    assert "现场照片" in answer.text


def test_only_writers_of_the_unit_correct_days(office: Office) -> None:
    refuses(office, office.deal(stage="started"), "stage-days", started_on="2022-09-30", note="更正")
