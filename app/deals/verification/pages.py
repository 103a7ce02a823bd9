"""Pages for verifiers: the queue with what is missing, the decision on a version."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from starlette.responses import Response

from app.core.i18n import N_
from app.core.permissions import Permission
from app.deals import queries as deals
from app.deals import rules
from app.deals.choosing import mark
from app.deals.facts import verification_facts, verifier_of
from app.deals.terms.pages import step
from app.deals.verification import queries, service
from app.deals.verification.schemas import QueueFilter, RefuseInput, RevokeInput, VerifyInput
from app.web.access import allow, pages
from app.web.context import Context
from app.web.forms import Form
from app.web.lists import pages_of

router = pages()

Verifier = Annotated[Context, allow(Permission.VERIFY_TERMS)]


@router.get("/deals/verification")
def queue(ctx: Verifier) -> Response:
    return _queue(ctx)


@router.post("/deals/{deal_id}/terms/{terms_id}/verification")
def verify(deal_id: UUID, terms_id: UUID, ctx: Verifier) -> Response:
    return step(ctx, deal_id, terms_id, VerifyInput, service.verify_terms, done=N_("认定通过"))


@router.post("/deals/{deal_id}/terms/{terms_id}/refusal")
def refuse(deal_id: UUID, terms_id: UUID, ctx: Verifier) -> Response:
    return step(ctx, deal_id, terms_id, RefuseInput, service.refuse_terms, done=N_("已退回"))


@router.post("/deals/{deal_id}/terms/{terms_id}/revocation")
def revoke(deal_id: UUID, terms_id: UUID, ctx: Verifier) -> Response:
    return step(ctx, deal_id, terms_id, RevokeInput, service.revoke_verification, done=N_("认定已撤销"))


def _queue(ctx: Context) -> Response:
    found: Form[Any] = ctx.query(QueueFilter)
    wanted = QueueFilter() if found.errors else found.data
    opening = wanted.opening
    with ctx.reading() as session:
        counted = queries.waiting(session, ctx.actor)
        lying = queries.queue(session, ctx.actor, page=wanted.page, opening=opening)
        people = deals.verifier_people(session, ctx.actor.county_id, today=ctx.today)
        me = verifier_of(ctx.actor)
        waiting = []
        for deal in lying:
            terms = deals.open_terms(deal)
            if terms is None:
                continue
            facts = verification_facts(deal, terms)
            waiting.append(
                {
                    "deal": deal,
                    "terms": terms,
                    "mark": mark(deal, terms),
                    "standing": deals.standing_terms(deal),
                    "blockers": _still_missing(facts, me, opening=opening),
                    "own_unit": rules.is_own_unit(facts, me),
                }
            )
        return ctx.render(
            "deals/verification.html",
            waiting=waiting,
            opening=opening,
            counts={False: counted.new, True: counted.opening},
            kept_from=counted.kept_from,
            too_few=rules.too_few_verifiers(people),
            pages=pages_of(
                ctx.request,
                total=counted.opening if opening else counted.new,
                page=wanted.page,
                size=queries.per_page(opening=opening),
                shown=len(lying),
            ),
        )


def _still_missing(
    facts: rules.VerificationFacts, verifier: rules.Verifier, *, opening: bool
) -> list[rules.VerificationBlocker]:
    """List what keeps the verifier from it; the basis of opening deals is named in the batch's next step."""
    found = rules.verification_blockers(facts, verifier)
    return [each for each in found if not (opening and each is rules.VerificationBlocker.NO_BASIS)]
