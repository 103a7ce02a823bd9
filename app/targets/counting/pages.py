"""Pages of counting rules: what each version says in words, and a version published anew."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from starlette.responses import Response

from app.core.i18n import N_, label
from app.core.money import format_wan
from app.core.options import words
from app.core.permissions import Permission
from app.core.regions import OriginLevel
from app.identity.choices import labelled
from app.identity.refused_forms import SHOWN, show_refusal
from app.targets.counting import queries, service
from app.targets.counting.schemas import RuleInput, VersionInput
from app.targets.counting.wording import Clause, in_words
from app.targets.models import CountingRule
from app.targets.rules import (
    AgreementKind,
    Clauses,
    ExpansionMode,
    IncrementMode,
    ReturningMode,
    ShareMode,
)
from app.web.access import allow, pages
from app.web.context import Context
from app.web.forms import Form

router = pages()

Publisher = Annotated[Context, allow(Permission.PUBLISH_RULES)]


@router.get("/progress/rules")
def rules(ctx: Publisher) -> Response:
    with ctx.reading() as session:
        found = queries.list_rules(session, ctx.actor)
    excluded = _exclusions(ctx)
    said: dict[UUID, list[Clause]] = {
        version.id: in_words(
            version.as_rule.clauses,
            say=ctx.say,
            label=lambda value: label(ctx.locale, value),
            exclusions=excluded,
        )
        for rule in found
        for version in rule.versions
    }
    return ctx.render("targets/rules.html", rules=found, said=said)


@router.get("/progress/rules/new")
def new_rule(ctx: Publisher) -> Response:
    return _form(ctx, ctx.blank(applies_from=ctx.today.replace(month=1, day=1), **_typed(Clauses())))


@router.post("/progress/rules/new")
def create_rule(ctx: Publisher) -> Response:
    form, status = ctx.parse(RuleInput), 422
    if not form.errors:
        try:
            with ctx.transaction() as session:
                service.add_rule(session, ctx.actor, form.data, at=ctx.now)
                return ctx.redirect("/progress/rules", flash=N_("口径已发布"))
        except SHOWN as refusal:
            status = show_refusal(ctx, form, refusal)
    return _form(ctx, form, status=status)


@router.get("/progress/rules/{rule_id}/versions/new")
def new_version(rule_id: UUID, ctx: Publisher) -> Response:
    with ctx.reading() as session:
        rule = queries.get_rule(session, ctx.actor, rule_id)
    newest = rule.versions[-1].as_rule.clauses
    return _form(ctx, ctx.blank(version=rule.version, **_typed(newest)), rule=rule)


@router.post("/progress/rules/{rule_id}/versions/new")
def publish_version(rule_id: UUID, ctx: Publisher) -> Response:
    form, status = ctx.parse(VersionInput), 422
    if not form.errors:
        try:
            with ctx.transaction() as session:
                service.publish_version(session, ctx.actor, rule_id, form.data, at=ctx.now)
                return ctx.redirect("/progress/rules", flash=N_("新口径已发布"))
        except SHOWN as refusal:
            status = show_refusal(ctx, form, refusal)
    with ctx.reading() as session:
        rule = queries.get_rule(session, ctx.actor, rule_id)
    return _form(ctx, form, rule=rule, status=status)


def _form(ctx: Context, form: Form[Any], *, rule: CountingRule | None = None, status: int = 200) -> Response:
    excluded = _exclusions(ctx)
    return ctx.render(
        "targets/version.html",
        status=status,
        form=form,
        rule=rule,
        agreements=labelled(ctx, [one for one in AgreementKind if one is not AgreementKind.UNKNOWN]),
        origins=labelled(ctx, [one for one in OriginLevel if one is not OriginLevel.UNKNOWN]),
        returning=labelled(ctx, ReturningMode),
        share_modes=labelled(ctx, ShareMode),
        expansions=labelled(ctx, ExpansionMode),
        increments=labelled(ctx, IncrementMode),
        exclusions=list(excluded.items()),
    )


def _exclusions(ctx: Context) -> Mapping[str, str]:
    with ctx.reading() as session:
        listed = words(session, ctx.actor.county_id, "exclusion", with_inactive=True)
    return {word.code: word.label(ctx.locale) for word in listed}


def _typed(clauses: Clauses) -> dict[str, Any]:
    """Write clauses as the form shows them."""
    body = clauses.to_body()
    kept = {name: value for name, value in body.items() if name not in ("minimum_fen", "measure", "period")}
    return kept | {"minimum": format_wan(clauses.minimum_fen).replace(",", "")}
