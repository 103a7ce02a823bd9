"""Write what was typed into a version of terms, with the origin of its investors as it is now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.clock import SigningDay, day_of
from app.core.errors import FieldError, InvalidInput
from app.core.i18n import N_
from app.core.ids import new_id
from app.core.money import AmountError, AmountQualifier, convert, format_amount
from app.core.options import only_county
from app.core.regions import origin_level
from app.core.text import plain_number
from app.deals import queries, rules
from app.deals.facts import HOME_CURRENCY, person_of, touch, words_of
from app.deals.models import Deal, DealTerms, TermsExclusion, TermsInvestor
from app.deals.rules import AgreementKind, TermsKind, TermsProblem, TermsState, TouchKind
from app.deals.terms.schemas import TermsInput, exact_amount
from app.investors.models import Investor
from app.investors.resolving.service import Meant, resolve_investor

LABELS = {
    "agreement": N_("协议类型"),
    "total": N_("总投资"),
    "fixed": N_("固定资产投资"),
    "phase_one": N_("一期投资"),
    "signed": N_("签约日期"),
    "effective_on": N_("生效日期"),
    "investors": N_("投资方"),
    "exclusions": N_("不计入情形"),
    "foreign": N_("外币"),
    "terms_note": N_("条款备注"),
}
# Frozen when a version is saved, never typed: a timeline tells it, two typed versions are not compared by it.
FROZEN = {"origins": N_("来源地层级")}
# Where a contradiction is shown.
_FIELD_OF = {
    TermsProblem.INVESTOR_TWICE: "investor_name",
    TermsProblem.CONTRIBUTIONS_EXCEED_TOTAL: "contribution",
    TermsProblem.CURRENCY_INCOMPLETE: "rate",
    TermsProblem.SIGNED_IN_THE_FUTURE: "signed",
    TermsProblem.DAYS_REVERSED: "signed",
    TermsProblem.EFFECTIVE_BEFORE_SIGNING: "effective_on",
    TermsProblem.EXCLUSION_TWICE: "exclusion",
    TermsProblem.EXCLUSION_WITHOUT_REASON: "exclusion_note",
    TermsProblem.PART_EXCEEDS_TOTAL: "fixed",
    TermsProblem.NOT_AN_UPGRADE: "agreement",
}
Planned = tuple[int | None, int | None]


def write_new(
    session: Session,
    actor: Actor,
    deal: Deal,
    data: TermsInput,
    *,
    kind: TermsKind,
    planned: Planned = (None, None),
    at: datetime,
) -> DealTerms:
    """Add a version as a draft. Raises FieldError or InvalidInput for what contradicts itself."""
    standing = queries.standing_terms(deal)
    terms = DealTerms(
        id=new_id(),
        deal_id=deal.id,
        no=max((each.no for each in deal.terms), default=0) + 1,
        kind=kind,
        corrects_id=standing.id if standing and kind is TermsKind.CORRECTION else None,
        state=TermsState.DRAFT,
        agreement=AgreementKind.UNKNOWN,
        qualifier=AmountQualifier.UNKNOWN,
        opening_basis="",
        drafted_by=person_of(actor),
        touched_by=[],
        refusal_reasons=[],
        decision_note="",
        own_unit=False,
        investors=[],
        exclusions=[],
        version=1,
        created_at=at,
        updated_at=at,
    )
    touch(terms, TouchKind.DRAFTED, actor, at=at)
    write(session, actor, deal, terms, data, at=at)
    deal.terms.append(terms)
    known_total = standing.total_fen if standing else None
    check(deal, terms, data, known_total=known_total, planned=planned, today=day_of(at))
    session.flush()
    return terms


def write(
    session: Session, actor: Actor, deal: Deal, terms: DealTerms, data: TermsInput, *, at: datetime
) -> None:
    """Put what was typed into a version. Raises FieldError for an investor or a rate that cannot be."""
    day = data.signing_day
    terms.agreement = data.agreement
    terms.signed_precision = day.precision if day else None
    terms.signed_from = day.first if day else None
    terms.signed_on = day.last if day else None
    terms.effective_on = data.effective_on
    terms.fixed_fen, terms.phase_one_fen = exact_amount(data.fixed), exact_amount(data.phase_one)
    terms.note = data.terms_note
    _write_amount(terms, data)
    _write_investors(session, actor, deal, terms, data, at=at)
    known = {row.code: row for row in terms.exclusions}
    terms.exclusions = [
        _exclusion(known[code] if code in known else TermsExclusion(code=code), note, part)
        for code, note, part in data.exclusion_rows()
    ]


def check(
    deal: Deal,
    terms: DealTerms,
    data: TermsInput,
    *,
    known_total: int | None,
    planned: Planned = (None, None),
    today: date,
) -> None:
    """Raises InvalidInput for contradictions, FieldError at `total` for an amount that looks like a slip.

    An amount that was confirmed before is not asked about again.
    """
    found = problems_of(deal, terms, today=today)
    if found:
        errors: dict[str, tuple[str, dict[str, Any]]] = {}
        for problem in found:
            errors.setdefault(_FIELD_OF.get(problem, "total"), (f"enum.TermsProblem.{problem.value}", {}))
        raise InvalidInput(errors)
    if data.confirm_amount or terms.total_fen == known_total:
        return
    low, high = planned
    if slips := rules.amount_slips(terms.total_fen, planned_min_fen=low, planned_max_fen=high):
        raise FieldError("total", "error.deals.confirm_amount", reason=slips[0], amount=terms.amount_text)


def problems_of(deal: Deal, terms: DealTerms, *, today: date) -> tuple[TermsProblem, ...]:
    """Name what contradicts itself in a version, against the verified one."""
    standing = queries.standing_terms(deal)
    before = words_of(standing) if standing and standing is not terms else None
    return rules.terms_problems(words_of(terms), kind=terms.kind, today=today, standing=before)


def said(terms: DealTerms) -> dict[str, Any]:
    """Return all that a version says as values that a timeline and a comparison show: what is not among them could
    be changed without anybody's hand being seen."""
    signed = ""
    if terms.signed_on is not None and terms.signed_precision is not None:
        signed = str(
            SigningDay(terms.signed_precision, terms.signed_from or terms.signed_on, terms.signed_on)
        )
    return {
        "agreement": terms.agreement,
        "total": terms.amount_text,
        "fixed": _amount(terms.fixed_fen),
        "phase_one": _amount(terms.phase_one_fen),
        "signed": signed,
        "effective_on": terms.effective_on,
        "investors": "、".join(
            _with_part(row.investor.name, row.contribution_fen) for row in terms.investors
        ),
        "exclusions": "、".join(
            _with_part(f"{row.code}：{row.note}", row.part_fen)
            for row in sorted(terms.exclusions, key=lambda row: row.code)
        ),
        "foreign": _foreign(
            terms.currency, terms.original_amount, terms.rate, terms.rate_on, terms.rate_source
        ),
        "terms_note": terms.note,
        "origins": "、".join(row.origin_level.value for row in terms.investors),
    }


def typed(data: TermsInput) -> Mapping[str, Any]:
    """Return the same values of what somebody typed."""
    day = data.signing_day
    return {
        "agreement": data.agreement,
        "total": data.amount.understood if data.currency == HOME_CURRENCY else _converted(data)[1],
        "fixed": _amount(exact_amount(data.fixed)),
        "phase_one": _amount(exact_amount(data.phase_one)),
        "signed": "" if day is None else str(day),
        "effective_on": data.effective_on,
        "investors": "、".join(_with_part(row.name, row.contribution_fen) for row in data.investor_rows()),
        "exclusions": "、".join(
            _with_part(f"{code}：{note}", part) for code, note, part in sorted(data.exclusion_rows(), key=str)
        ),
        "foreign": _foreign(data.currency, data.original_amount, data.rate, data.rate_on, data.rate_source),
        "terms_note": data.terms_note,
    }


def _write_amount(terms: DealTerms, data: TermsInput) -> None:
    terms.currency = data.currency
    terms.original_amount = data.original_amount
    terms.rate, terms.rate_on, terms.rate_source = data.rate, data.rate_on, data.rate_source
    if data.currency == HOME_CURRENCY:
        terms.original_amount = terms.rate = terms.rate_on = None
        terms.rate_source = ""
        amount = data.amount
        terms.total_fen, terms.qualifier, terms.amount_text = amount.fen, amount.qualifier, amount.understood
        return
    terms.total_fen, terms.amount_text = _converted(data)
    terms.qualifier = AmountQualifier.UNKNOWN if terms.total_fen is None else AmountQualifier.EXACT


def _converted(data: TermsInput) -> tuple[int | None, str]:
    """Convert an amount in foreign currency once, at the rate of the signing; what is incomplete is refused by the
    rules. Raises FieldError for what is out of bounds."""
    if data.original_amount is None or data.rate is None:
        return None, ""
    try:
        fen = convert(data.original_amount, rate=data.rate)
    except AmountError as refusal:
        raise FieldError("original_amount", f"error.{refusal.code}") from None
    return fen, format_amount(fen)


def _amount(fen: int | None) -> str:
    return "" if fen is None else format_amount(fen)


def _with_part(text: str, fen: int | None) -> str:
    return text if fen is None else f"{text} {format_amount(fen)}"


def _foreign(
    currency: str, amount: Decimal | None, rate: Decimal | None, rate_on: date | None, source: str
) -> str:
    if currency == HOME_CURRENCY:
        return ""
    figures = [plain_number(number) for number in (amount, rate) if number is not None]
    return " ".join(
        [currency, " × ".join(figures), *([rate_on.isoformat()] if rate_on else []), source]
    ).strip()


def _write_investors(
    session: Session, actor: Actor, deal: Deal, terms: DealTerms, data: TermsInput, *, at: datetime
) -> None:
    county = only_county(session).code
    known = {row.investor_id: row for row in terms.investors}
    rows: list[TermsInvestor] = []
    for place, typed_row in enumerate(data.investor_rows()):
        investor = resolve_investor(
            session,
            actor,
            Meant(typed_row.investor_id, typed_row.name, typed_row.kind, typed_row.home),
            unit_id=deal.owner_unit_id,
            at=at,
        )
        if any(row.investor_id == investor.id for row in rows):
            raise FieldError("investor_name", "enum.TermsProblem.investor_twice")
        row = known.get(investor.id) or TermsInvestor(id=new_id(), investor_id=investor.id)
        _freeze(row, investor, county=county)
        row.position, row.contribution_fen = place, typed_row.contribution_fen
        rows.append(row)
    terms.investors = rows


def _freeze(row: TermsInvestor, investor: Investor, *, county: str) -> None:
    """Keep where the investor is from as it is known now; a later correction of its home changes nothing here."""
    row.investor = investor
    row.origin_level = origin_level(investor.home, county_code=county)
    row.region_code, row.country = investor.region_code, investor.country
    row.returning_native = investor.returning_native


def _exclusion(row: TermsExclusion, note: str, part_fen: int | None) -> TermsExclusion:
    row.note, row.part_fen = note[:300], part_fen
    return row
