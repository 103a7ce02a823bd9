"""Further versions of terms: upgrade, amendment, increase, correction, termination; one open at a time."""

from __future__ import annotations

from typing import Any

import pytest

from app.core.actor import Role
from app.deals.models import Deal
from app.deals.rules import AgreementKind, EvidenceKind, TermsKind, TermsState
from tests.deals.conftest import Office
from tests.deals.test_file import typed
from tests.deals.test_verify import act as decide
from tests.factories.identity import add_role, send


def draft(office: Office, deal: Deal, kind: str, *, who: str = "member", **changes: Any) -> Any:
    return send(office.client(who), f"/deals/{deal.id}/terms/new", **typed(kind=kind, total="1亿", **changes))


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("amendment", {"total": "8000万", "effective_on": "2022-11-01"}),
        ("increase", {"total": "1.5亿", "effective_on": "2022-11-01"}),
        ("correction", {"signed": "2022-03-05"}),
        ("termination", {"effective_on": "2022-11-01"}),
    ],
)
def test_a_version_is_drafted_beside_the_verified_one(
    office: Office, kind: str, changes: dict[str, str]
) -> None:
    deal = office.deal(state=TermsState.VERIFIED)
    client = office.client()
    assert client.get(f"/deals/{deal.id}/terms/new?kind={kind}").status_code == 200
    answer = send(client, f"/deals/{deal.id}/terms/new", **typed(kind=kind, **{"total": "1亿"} | changes))
    assert answer.status_code == 303, answer.text
    assert office.terms(deal, 2).kind == kind
    found = office.row(deal.id)
    assert (found.terms_state, found.verified_terms_id) == (TermsState.VERIFIED, office.terms(deal).id)
    (event,) = office.events("deal.terms_drafted")
    assert event.changes["terms_kind"] == [None, kind]


def test_a_letter_of_intent_is_upgraded_to_a_contract(office: Office) -> None:
    deal = office.deal(state=TermsState.VERIFIED, agreement=AgreementKind.LETTER_OF_INTENT)
    form = office.client().get(f"/deals/{deal.id}/terms/new?kind=upgrade").text
    assert 'value="formal_contract" checked' in form
    assert draft(office, deal, "upgrade", agreement="framework").status_code == 422
    assert draft(office, deal, "upgrade").status_code == 303
    assert office.terms(deal, 2).kind is TermsKind.UPGRADE


@pytest.mark.parametrize(
    ("kind", "changes", "status"),
    [
        ("increase", {"total": "9000万"}, 422),
        ("amendment", {"effective_on": "2021-01-01"}, 422),
        ("upgrade", {}, 409),
        ("original", {}, 409),
    ],
)
def test_what_cannot_follow_is_refused(
    office: Office, kind: str, changes: dict[str, str], status: int
) -> None:
    deal = office.deal(state=TermsState.VERIFIED)
    given = typed(**{"kind": kind, "total": "1亿"} | changes)
    assert send(office.client(), f"/deals/{deal.id}/terms/new", **given).status_code == status
    assert office.events("deal.terms_drafted") == []


def test_a_contribution_alone_is_a_change_with_a_hand_in_it(office: Office) -> None:
    with office.database.writing() as session:
        add_role(session, office.people["verifier"], role=Role.MEMBER, unit=office.town)
    deal = office.deal(evidence=[EvidenceKind.CONTRACT])
    terms = office.terms(deal)
    given = typed(total="1亿", contribution=["5000", ""], place="", version=terms.version)
    path = f"/deals/{deal.id}/terms/{terms.id}"
    assert send(office.client("verifier"), f"{path}/edit", **given).status_code == 303
    assert office.terms(deal).version == terms.version + 1
    (event,) = office.events("deal.terms_changed")
    assert event.changes["investors"][1] == "桐乡新纺科技有限公司 5,000万元"
    assert decide(office, deal, "submission", who="head").status_code == 303
    assert decide(office, deal, "verification").status_code == 409
    assert decide(office, deal, "verification", who="second").status_code == 303


def test_who_edits_terms_second_sees_both_versions_in_words(office: Office) -> None:
    deal = office.deal()
    terms = office.terms(deal)
    path = f"/deals/{deal.id}/terms/{terms.id}/edit"
    first = typed(total="1亿", fixed="7000万", version=terms.version)
    assert send(office.client("colleague"), path, **first).status_code == 303
    answer = send(office.client(), path, **first | {"fixed": "6500万"})
    assert answer.status_code == 412
    for text in ("7,000万元", "6,500万元", 'value="6500万"'):
        assert text in answer.text


def test_terms_are_drafted_by_writers_of_the_unit_only(office: Office) -> None:
    deal = office.deal(state=TermsState.VERIFIED)
    for who, status in (("elsewhere", 404), ("leader", 403), ("admin", 403), ("verifier", 403)):
        assert draft(office, deal, "amendment", who=who).status_code == status
    assert office.events("deal.terms_drafted") == []
