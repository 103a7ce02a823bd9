"""What the forms of deals and their terms offer, and how their rows of investors and exclusions are shown again."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from app.core.money import AmountQualifier
from app.core.options import get_option, words
from app.core.regions import region_path
from app.core.text import plain_number
from app.deals import queries
from app.deals.facts import HOME_CURRENCY
from app.deals.models import Deal, DealTerms
from app.deals.rules import AgreementKind
from app.identity.choices import labelled, units_offered
from app.identity.queries import writable_units
from app.investors.rules import InvestorKind
from app.web.context import Context
from app.web.forms import Form

FEN_PER_WAN = 1_000_000
ROWS_AT_FIRST = 2
CURRENCIES = ("CNY", "USD", "HKD", "EUR", "JPY", "GBP", "TWD", "KRW", "SGD")
_INVESTOR = ("investor_name", "investor_ref", "investor_kind", "investor_home", "contribution")
_EXCLUSION = ("exclusion", "exclusion_note", "exclusion_part")


def offered(ctx: Context, session: Session, *, chain: str = "") -> dict[str, Any]:
    """Return the choices of the form of a deal; `chain` is the one that it bears."""
    people = queries.people_offered(session, ctx.actor)
    leaders = [person for person in people if person.is_leader]
    return {
        "own_units": units_offered(writable_units(session, ctx.actor)),
        "units": units_offered(queries.units_offered(session, ctx.actor, today=ctx.today)),
        "people": [(person.id, f"{person.name}（{person.unit.shown_name}）") for person in people],
        "leaders": [
            (person.id, f"{person.name}（{person.post or person.unit.shown_name}）") for person in leaders
        ],
        "occasions": [(each.id, each.name) for each in queries.occasions_offered(session, ctx.actor)],
        "chains": [
            (word.code, word.label(ctx.locale))
            for word in words(session, ctx.actor.county_id, "industry_chain", keep=chain)
        ],
        "start_days": get_option(session, ctx.actor.county_id, "deals.not_started_days", ctx.today),
    }


def terms_offered(ctx: Context, session: Session, form: Form[Any]) -> dict[str, Any]:
    """Return the choices of the form of terms, and its rows as typed with some to spare."""
    reasons = words(session, ctx.actor.county_id, "exclusion")
    return {
        "agreements": labelled(ctx, AgreementKind),
        "kinds_of_investor": labelled(ctx, InvestorKind),
        "currencies": [(code, code) for code in CURRENCIES],
        "reasons": [(word.code, word.label(ctx.locale)) for word in reasons],
        "investor_rows": _rows(form, _INVESTOR, most=12),
        "exclusion_rows": _rows(form, _EXCLUSION, most=9),
        "is_foreign": form.get("currency") not in ("", HOME_CURRENCY),
    }


def is_preview(form: Form[Any]) -> bool:
    """Tell whether somebody without scripts asks how the amounts are understood, before anything is saved."""
    return bool(form.get("preview"))


def terms_typed(ctx: Context, terms: DealTerms) -> dict[str, Any]:
    """Return a version's values as somebody would type them."""
    return {
        "agreement": terms.agreement.value,
        "total": amount_typed(terms.total_fen, terms.qualifier),
        "fixed": amount_typed(terms.fixed_fen),
        "phase_one": amount_typed(terms.phase_one_fen),
        "signed": signing_typed(terms),
        "effective_on": terms.effective_on,
        "currency": terms.currency,
        "original_amount": terms.original_amount,
        "rate": terms.rate,
        "rate_on": terms.rate_on,
        "rate_source": terms.rate_source,
        "investor_name": [row.investor.name for row in terms.investors],
        "investor_ref": [str(row.investor_id) for row in terms.investors],
        "investor_kind": [row.investor.kind.value for row in terms.investors],
        "investor_home": [
            region_path(row.investor.home, lang=ctx.locale) or row.investor.home for row in terms.investors
        ],
        "contribution": [amount_typed(row.contribution_fen) for row in terms.investors],
        "exclusion": [row.code for row in terms.exclusions],
        "exclusion_note": [row.note for row in terms.exclusions],
        "exclusion_part": [amount_typed(row.part_fen) for row in terms.exclusions],
        "terms_note": terms.note,
    }


def deal_typed(deal: Deal) -> dict[str, Any]:
    """Return a deal's facts as its form shows them."""
    names = (
        "name", "content", "occasion_id", "responsible_unit_id", "responsible_person_id", "responsible_text",
        "leader_in_charge_id", "line", "project_company", "place", "land_mu", "planned_start_on", "industry",
        "chain", "platform_accepted_on", "statistics_entered_on", "version",
    )  # fmt: skip
    return {name: getattr(deal, name) for name in names}


def amount_typed(fen: int | None, qualifier: AmountQualifier = AmountQualifier.EXACT) -> str:
    """Write an amount for a field in 万元 so that reading it gives the same fen: exact to the last one."""
    if fen is None:
        return ""
    wan = plain_number(Decimal(fen) / FEN_PER_WAN, grouped=True)
    if qualifier is AmountQualifier.ABOUT:
        return f"约{wan}万元"
    return f"{wan}万元以上" if qualifier is AmountQualifier.AT_LEAST else wan


def signing_typed(terms: DealTerms) -> str:
    """Write a signing day with the precision it has."""
    first, last = terms.signed_from, terms.signed_on
    if last is None or terms.signed_precision is None:
        return ""
    if first is None or first == last:
        return last.isoformat()
    if terms.signed_precision == "month":
        return f"{last:%Y-%m}"
    if terms.signed_precision == "year":
        return f"{last:%Y}"
    return f"{first.isoformat()}/{last.isoformat()}"


def _rows(form: Form[Any], names: tuple[str, ...], *, most: int) -> list[Mapping[str, str]]:
    columns = {name: form.get(name, []) for name in names}
    lists = {name: [value] if isinstance(value, str) else list(value) for name, value in columns.items()}
    filled = [
        {name: str(values[place]) if place < len(values) else "" for name, values in lists.items()}
        for place in range(max(len(values) for values in lists.values()))
    ]
    kept = [row for row in filled if row[names[0]]]
    spare = dict.fromkeys(names, "")
    # A first form invites to two; one that is filled keeps one row free.
    free = max(ROWS_AT_FIRST - len(kept), 1)
    return [*kept, *[dict(spare) for _ in range(min(free, most - len(kept)))]]
