"""`luodi target …`, and the year's target that `luodi init` may be told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console
from sqlalchemy.orm import Session

from app.core.actor import Actor, Role
from app.core.clock import day_of
from app.core.db import Database
from app.core.errors import FieldError
from app.core.i18n import translate
from app.core.money import AmountError, format_amount
from app.identity.accounts.queries import terminal_actor
from app.identity.setup import commands as setup
from app.settings import get_settings
from app.targets.counting.queries import rule_by_code
from app.targets.counting.service import DEFAULT_CODE, ensure_default_rule
from app.targets.managing import service
from app.targets.managing.rules import read_amount
from app.targets.managing.schemas import TargetInput
from app.targets.models import Target
from app.targets.rules import CreditRole, Measure, SetBy, counts_deals

target_app = typer.Typer(no_args_is_help=True, help="Targets: add.")
console = Console()

DEFAULT_NAME = "新签约省外2000万元以上项目总投资"


@target_app.command("add")
def add(
    year: Annotated[int, typer.Argument(min=2000, max=2100, help="The target's year.")],
    amount: Annotated[str, typer.Argument(help="300亿, 12.5 (亿元), or a number of deals.")],
    name: Annotated[str, typer.Option(help="What people call it.")] = DEFAULT_NAME,
    set_by: Annotated[SetBy, typer.Option(help="Whose target it is.")] = SetBy.COUNTY,
    measure: Annotated[Measure, typer.Option(help="What it measures.")] = Measure.SIGNED_INVESTMENT,
    rule: Annotated[str, typer.Option(help="Code of the counting rule.")] = DEFAULT_CODE,
    credit_role: Annotated[CreditRole, typer.Option(help="How units are read.")] = CreditRole.INTRODUCER,
    document: Annotated[str, typer.Option(help="Number of the document that set it.")] = "",
) -> None:
    """Set a year's target; the shipped counting rule is made where it is missing."""
    _check(amount, measure, "amount")
    with _working("luodi target add") as (session, actor, at):
        ensure_default_rule(session, actor, at=at)
        found = rule_by_code(session, actor.county_id, rule)
        if found is None:
            raise typer.BadParameter(f"no rule has the code {rule}", param_hint="--rule")
        wanted = TargetInput(
            year=year,
            set_by=set_by,
            measure=measure,
            rule_id=found.id,
            credit_role=credit_role,
            name=name,
            amount=amount,
            document=document,
        )
        target = service.add_target(session, actor, wanted, at=at)
    _say(target, read_amount(amount, measure))


def init(
    county_code: Annotated[
        str,
        typer.Option(prompt="County's region code (GB/T 2260, six digits)", help="Six digits of GB/T 2260."),
    ],
    county_name: Annotated[str, typer.Option(help="The county's name (default: the code's).")] = "",
    admin_login: Annotated[str, typer.Option(help="The first administrator's login.")] = "",
    admin_name: Annotated[str, typer.Option(help="The administrator's own name.")] = "",
    password: Annotated[str, typer.Option(help="Empty: asked for, or made and printed once.")] = "",
    target: Annotated[
        str, typer.Option(help="The year's target of signed investment, such as 300亿; empty: later.")
    ] = "",
    target_year: Annotated[int, typer.Option(help="The target's year (default: this one).")] = 0,
) -> None:
    """Create the county, its first administrator, the shipped counting rule and a year's target."""
    _check(target, Measure.SIGNED_INVESTMENT, "--target")
    setup.init(
        county_code=county_code,
        county_name=county_name,
        admin_login=admin_login,
        admin_name=admin_name,
        password=password,
    )
    with _working("luodi init") as (session, actor, at):
        rule = ensure_default_rule(session, actor, at=at)
        if not target.strip():
            return
        year = target_year or day_of(at).year
        wanted = TargetInput(year=year, rule_id=rule.id, name=DEFAULT_NAME, amount=target)
        made = service.add_target(session, actor, wanted, at=at)
    _say(made, read_amount(target, Measure.SIGNED_INVESTMENT))


@contextmanager
def _working(name: str) -> Iterator[tuple[Session, Actor, datetime]]:
    """Open one transaction. Whoever sits at the terminal sets targets as the verifying bureau does."""
    database = Database(get_settings())
    try:
        with database.writing() as session:
            actor = terminal_actor(session, name=name)
            held = tuple(replace(one, role=Role.VERIFIER) for one in actor.memberships)
            yield session, replace(actor, memberships=held), datetime.now(UTC)
    except FieldError as refusal:
        message = translate("en", refusal.field_message_id, **refusal.params)
        raise typer.BadParameter(message, param_hint=refusal.field) from refusal
    finally:
        database.dispose()


def _check(text: str, measure: Measure, field: str) -> None:
    try:
        read_amount(text, measure)
    except AmountError as refusal:
        message = translate("en", f"error.{refusal.code}")
        raise typer.BadParameter(message, param_hint=field) from None


def _say(target: Target, amount: int | None) -> None:
    shown = f"{amount}个" if counts_deals(target.measure) else format_amount(amount)
    console.print(f"Target {target.label}: {shown}.", highlight=False, soft_wrap=True)
