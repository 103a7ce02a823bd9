"""Small answers that forms ask for while somebody types."""

from __future__ import annotations

from typing import Annotated

from starlette.responses import Response

from app.core.money import AmountError, AmountUnit, SlipReason, parse_amount, slip_reasons
from app.web.access import pages, signed_in
from app.web.context import Context

router = pages()

MAX_TYPED = 60


@router.get("/fragments/money")
def money_echo(ctx: Annotated[Context, signed_in()], text: str = "", unit: str = "wan") -> Response:
    """Say what an amount was understood as, before it is saved."""
    understood, problem = "", ""
    slips: tuple[SlipReason, ...] = ()
    if text.strip():
        try:
            parsed = parse_amount(
                text[:MAX_TYPED], default_unit=AmountUnit(unit) if unit in set(AmountUnit) else None
            )
            understood = parsed.understood
            slips = slip_reasons(parsed.fen) if parsed.fen is not None else ()
        except AmountError as refusal:
            problem = ctx.say(f"error.{refusal.code}")
    return ctx.render("_macros/_money_echo.html", understood=understood, problem=problem, slips=slips)
