"""Credit by role: shares that sum to the whole, one first introducer, read rights that follow."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from app.deals.models import Credit
from app.deals.rules import EvidenceKind, TermsState
from tests.deals.conftest import Office, refuses
from tests.deals.test_verify import act as decide


def shared(office: Office, *parts: tuple[str, str, str]) -> dict[str, Any]:
    """Return the form's rows of (unit, role, share)."""
    units = {"town": office.town, "other": office.other, "bureau": office.bureau}
    return {
        "credit_unit": [str(units[unit].id) for unit, _, _ in parts],
        "credit_role": [role for _, role, _ in parts],
        "credit_share": [share for _, _, share in parts],
    }


def test_credit_is_shared_and_those_credited_read_the_deal(office: Office) -> None:
    deal = office.deal()
    given = shared(
        office, ("town", "first", "60"), ("other", "introducer", "40"), ("other", "landing", "100%")
    )
    answer = office.act(deal, "credits", **given)
    assert answer.status_code == 303, answer.text
    shares = {(row.unit_id, row.role.value): row.share_percent for row in office.rows(Credit)}
    assert shares == {
        (office.town.id, "introducer"): Decimal(60),
        (office.other.id, "introducer"): Decimal(40),
        (office.other.id, "landing"): Decimal(100),
    }
    assert office.client("elsewhere").get(f"/deals/{deal.id}").status_code == 200
    refused = office.act(deal, "note", who="elsewhere", on_day="2022-11-22", progress="别的单位")
    assert refused.status_code == 403
    page = office.client().get(f"/deals/{deal.id}").text
    assert "引荐 河下镇 60%（第一引荐人）" in page


@pytest.mark.parametrize(
    "parts",
    [
        [("town", "first", "60"), ("other", "introducer", "30")],
        [("town", "introducer", "100")],
        [("town", "first", "50"), ("other", "first", "50")],
        [("town", "first", "50"), ("town", "introducer", "50")],
        [("town", "first", "百分之百")],
    ],
)
def test_what_does_not_add_up_is_refused_and_kept_as_typed(
    office: Office, parts: list[tuple[str, str, str]]
) -> None:
    deal = office.deal()
    answer = office.act(deal, "credits", **shared(office, *parts))
    assert answer.status_code == 422
    assert f'value="{parts[0][2]}"' in answer.text
    assert [row.share_percent for row in office.rows(Credit)] == [Decimal(100)]


def test_who_comes_second_sees_both_divisions(office: Office) -> None:
    deal = office.deal()
    version = office.row(deal.id).version
    office.act(
        deal, "credits", who="head", **shared(office, ("town", "first", "60"), ("other", "introducer", "40"))
    )
    mine = shared(office, ("town", "first", "70"), ("other", "introducer", "30"))
    answer = office.act(deal, "credits", **mine, version=version)
    assert answer.status_code == 412
    for text in ("60%", "70%", 'value="70"'):
        assert text in answer.text


def test_crediting_the_verifiers_unit_afterwards_does_not_get_round_the_mark(office: Office) -> None:
    deal = office.deal(state=TermsState.SUBMITTED, evidence=[EvidenceKind.CONTRACT])
    assert decide(office, deal, "verification").status_code == 303
    assert not office.terms(deal).own_unit
    given = shared(office, ("town", "first", "50"), ("bureau", "introducer", "50"))
    assert office.act(deal, "credits", **given).status_code == 303
    assert office.terms(deal).own_unit
    for path in ("/deals", "/deals/schedule", f"/deals/{deal.id}"):
        assert "本单位项目" in office.client("leader").get(path).text


def test_only_writers_of_the_unit_share_credit(office: Office) -> None:
    refuses(office, office.deal(), "credits", **shared(office, ("town", "first", "100")))
