"""Each change of terms or credit posts in its own transaction: the ledger says what recomputing says."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from app.deals.models import Deal, DealTerms
from app.deals.rules import AgreementKind, EvidenceKind, TermsKind, TermsState
from app.investors.models import Investor
from app.progress.posting.service import verify_ledger
from app.targets.models import EntryShare, LedgerRow, Target
from app.targets.rules import Cause, Measure
from tests.deals.conftest import Office
from tests.deals.test_ledger import standing
from tests.deals.test_verify import act
from tests.factories.deals import make_evidence
from tests.factories.identity import send
from tests.factories.investors import make_investor
from tests.factories.targets import YI, make_target

WHOLE = {"agreement": "formal_contract", "signed": "2022-03-04"}
PROOF = {
    TermsKind.AMENDMENT: EvidenceKind.SUPPLEMENT,
    TermsKind.INCREASE: EvidenceKind.SUPPLEMENT,
    TermsKind.TERMINATION: EvidenceKind.TERMINATION,
    TermsKind.CORRECTION: EvidenceKind.CONTRACT,
    TermsKind.UPGRADE: EvidenceKind.CONTRACT,
}


@pytest.fixture
def counted(office: Office) -> Deal:
    """A deal of 1亿 that counts."""
    office.make(make_target)
    deal = office.deal(state=TermsState.SUBMITTED, evidence=[EvidenceKind.CONTRACT])
    assert act(office, deal, "verification").status_code == 303
    assert standing(office) == (YI, 1)
    agrees(office)
    return deal


def agrees(office: Office) -> None:
    """What `luodi verify` recomputes is what the ledger says."""
    with office.database.reading() as session:
        assert verify_ledger(session) == []


def change(
    office: Office, deal: Deal, kind: TermsKind, *, investor: Investor | None = None, **fields: Any
) -> int:
    """Draft further terms, submit and verify them, each by its own hands; returns the version's number."""
    named = investor or office.investor
    given = {
        "kind": kind.value, **WHOLE, "total": "1亿", "effective_on": "2022-10-10", "confirm_amount": "true",
        "investor_name": [named.name], "investor_ref": [str(named.id)], "investor_kind": ["company"],
    } | fields  # fmt: skip
    before = standing(office)
    office.clock.advance(minutes=1)
    answer = send(office.client(), f"/deals/{deal.id}/terms/new", **given)
    assert answer.status_code == 303, answer.text
    with office.database.reading() as session:
        no = session.scalar(select(func.max(DealTerms.no)).where(DealTerms.deal_id == deal.id)) or 0
    office.make(make_evidence, deal=deal, kind=PROOF[kind], terms=office.terms(deal, no))
    assert act(office, deal, "submission", who="head", no=no).status_code == 303
    # What is only submitted takes nothing out and adds nothing.
    assert standing(office) == before
    agrees(office)
    office.clock.advance(minutes=1)
    answer = act(office, deal, "verification", no=no)
    assert answer.status_code == 303, answer.text
    agrees(office)
    return no


def causes(office: Office) -> list[Cause]:
    with office.database.reading() as session:
        return list(session.scalars(select(LedgerRow.cause).order_by(LedgerRow.seq)))


@pytest.mark.parametrize(
    ("kind", "fields", "stands", "cause"),
    [
        (TermsKind.AMENDMENT, {"total": "3亿"}, (3 * YI, 1), Cause.AMENDED),
        (TermsKind.AMENDMENT, {"total": "1500万"}, (0, 0), Cause.AMENDED),
        (TermsKind.INCREASE, {"total": "1.5亿"}, (3 * YI // 2, 1), Cause.INCREASED),
        (TermsKind.CORRECTION, {"total": "1.2亿", "effective_on": ""}, (12 * YI // 10, 1), Cause.CORRECTED),
        (TermsKind.TERMINATION, {}, (0, 0), Cause.TERMINATED),
        (
            TermsKind.AMENDMENT,
            {"exclusion": ["real_estate"], "exclusion_note": ["住宅为主"]},
            (0, 0),
            Cause.AMENDED,
        ),
    ],
)
def test_further_terms_post_what_they_change(
    office: Office,
    counted: Deal,
    kind: TermsKind,
    fields: dict[str, Any],
    stands: tuple[int, int],
    cause: Cause,
) -> None:
    no = change(office, counted, kind, **fields)
    assert standing(office) == stands
    assert causes(office)[-1] is cause
    # Taken back, what stood before stands again.
    office.clock.advance(minutes=1)
    assert act(office, counted, "revocation", no=no, note="补充协议系伪造").status_code == 303
    assert standing(office) == (YI, 1)
    agrees(office)


def test_a_letter_of_intent_counts_from_its_contract(office: Office) -> None:
    office.make(make_target)
    deal = office.deal(
        state=TermsState.SUBMITTED,
        agreement=AgreementKind.LETTER_OF_INTENT,
        evidence=[EvidenceKind.CONTRACT],
    )
    assert act(office, deal, "verification").status_code == 303
    assert standing(office) == (0, 0)
    agrees(office)
    change(office, deal, TermsKind.UPGRADE, signed="2022-09-09", effective_on="")
    assert standing(office) == (YI, 1)


def test_an_investor_replaced_by_one_of_the_province_takes_the_deal_out(
    office: Office, counted: Deal
) -> None:
    local = office.make(make_investor, name="赣江实业有限公司", home="360104")
    change(office, counted, TermsKind.AMENDMENT, investor=local)
    assert standing(office) == (0, 0)


def test_a_corrected_home_changes_nothing_until_an_amendment_says_so(office: Office, counted: Deal) -> None:
    with office.database.writing() as session:
        session.get_one(Investor, office.investor.id).region_code = "360104"
    agrees(office)
    assert standing(office) == (YI, 1)
    change(office, counted, TermsKind.CORRECTION, effective_on="")
    assert standing(office) == (0, 0)


def test_a_changed_chain_moves_what_stands(office: Office, counted: Deal) -> None:
    office.clock.advance(minutes=1)
    fields = {"name": counted.name, "chain": "special_steel", "version": office.row(counted.id).version}
    assert send(office.client(), f"/deals/{counted.id}/edit", **fields).status_code == 303
    agrees(office)
    assert standing(office) == (YI, 1)
    with office.database.reading() as session:
        sums = select(LedgerRow.chain, func.sum(LedgerRow.delta_fen)).group_by(LedgerRow.chain)
        assert dict(session.execute(sums).all()) == {counted.chain: 0, "special_steel": YI}
    assert causes(office)[1:] == [Cause.RECLASSIFIED, Cause.RECLASSIFIED]


def test_a_changed_credit_moves_the_shares(office: Office, counted: Deal) -> None:
    office.clock.advance(minutes=1)
    shared = {
        "credit_unit": [str(office.town.id), str(office.other.id)],
        "credit_role": ["first", "introducer"],
        "credit_share": ["70", "30"],
        "version": office.row(counted.id).version,
    }
    assert send(office.client("head"), f"/deals/{counted.id}/credits", **shared).status_code == 303
    agrees(office)
    assert standing(office) == (YI, 1)
    with office.database.reading() as session:
        sums = select(EntryShare.unit_id, func.sum(EntryShare.delta_fen)).group_by(EntryShare.unit_id)
        held = dict(session.execute(sums).all())
    assert held == {office.town.id: 7 * YI // 10, office.other.id: 3 * YI // 10}
    assert causes(office)[1:] == [Cause.CREDIT_CHANGED, Cause.CREDIT_CHANGED]


def test_a_withdrawn_draft_and_a_merged_investor_change_nothing(office: Office, counted: Deal) -> None:
    given = {
        "kind": "amendment", **WHOLE, "total": "2亿", "effective_on": "2022-10-10",
        "investor_name": [office.investor.name], "investor_ref": [str(office.investor.id)],
        "investor_kind": ["company"],
    }  # fmt: skip
    assert send(office.client(), f"/deals/{counted.id}/terms/new", **given).status_code == 303
    assert act(office, counted, "withdrawal", who="member", no=2).status_code == 303
    agrees(office)
    twin = office.make(make_investor, name="桐乡新纺集团有限公司", home="360104")
    merged = {"into": twin.name, "into_id": str(twin.id), "reason": "同一家企业"}
    answer = send(
        office.client("verifier"),
        f"/investors/{office.investor.id}/merge",
        version=office.investor.version,
        **merged,
    )
    assert answer.status_code == 303, answer.text
    agrees(office)
    assert standing(office) == (YI, 1)
    assert causes(office) == [Cause.NEWLY_VERIFIED]


def test_funds_and_starts_post_to_the_targets_that_measure_them(office: Office, counted: Deal) -> None:
    office.make(make_target, measure=Measure.STARTED_COUNT, amount=40)
    office.make(make_target, measure=Measure.PAID_IN, amount=20 * YI)
    office.clock.advance(minutes=1)
    stage = {"stage": "started", "on_day": "2022-08-01", "version": office.row(counted.id).version}
    answer = send(office.client(), f"/deals/{counted.id}/stage", **stage)
    assert answer.status_code == 303, answer.text
    paid = {"as_of": "2022-09-30", "total": "2000万", "version": office.row(counted.id).version}
    answer = send(office.client(), f"/deals/{counted.id}/paid-in", **paid)
    assert answer.status_code == 303, answer.text
    agrees(office)
    with office.database.reading() as session:
        sums = (
            select(Target.measure, func.sum(LedgerRow.delta_fen), func.sum(LedgerRow.delta_count))
            .join(Target, Target.id == LedgerRow.target_id)
            .group_by(Target.measure)
        )
        found = {measure: (int(fen), int(count)) for measure, fen, count in session.execute(sums)}
    assert found[Measure.STARTED_COUNT][1] == 1
    assert found[Measure.PAID_IN][0] == YI // 5
