"""`luodi init`: asks for what it was not given."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.console import Console

from app.core.db import Database
from app.core.errors import FieldError
from app.core.i18n import translate
from app.core.regions import region_name
from app.identity.accounts.passwords.service import new_password
from app.identity.setup import service
from app.identity.setup.schemas import SetupInput
from app.settings import get_settings

console = Console()


def init(
    county_code: Annotated[
        str,
        typer.Option(prompt="County's region code (GB/T 2260, six digits)", help="Six digits of GB/T 2260."),
    ],
    county_name: Annotated[str, typer.Option(help="The county's name (default: the code's).")] = "",
    admin_login: Annotated[str, typer.Option(help="The first administrator's login.")] = "",
    admin_name: Annotated[str, typer.Option(help="The administrator's own name.")] = "",
    password: Annotated[str, typer.Option(help="Empty: asked for, or made and printed once.")] = "",
) -> None:
    """Create the county, its root unit and the first administrator in an empty database."""
    name = county_name or typer.prompt("County's name", default=region_name(county_code) or None)
    login = admin_login or typer.prompt("First administrator's login", default="admin")
    person = admin_name or typer.prompt("First administrator's own name")
    given = password or _asked_password()
    data = _checked(county_name=name, county_code=county_code, admin_login=login, admin_name=person)
    database = Database(get_settings())
    try:
        chosen = service.chosen_password(given, login=login) if given else new_password()
        with database.writing() as session:
            service.require_tables(session)
            user = service.set_up_county(
                session, data, password=chosen, must_change_password=not given, at=datetime.now(UTC)
            )
    except FieldError as refusal:
        message = translate("en", refusal.field_message_id, **refusal.params)
        raise typer.BadParameter(message, param_hint=refusal.field) from refusal
    finally:
        database.dispose()
    console.print(f"{data.county_name} is set up. Sign in as {user.login}.")
    if not given:
        console.print(f"Password, shown once: {chosen.text}", highlight=False)


def _checked(**given: str) -> SetupInput:
    try:
        return SetupInput(**given)
    except ValidationError as refusal:
        problems = (f"{each['loc'][0]}: {each['msg']}" for each in refusal.errors(include_input=False))
        raise typer.BadParameter("; ".join(problems)) from None


def _asked_password() -> str:
    """Return what is typed twice, or nothing where nobody sits at the terminal."""
    if not sys.stdin.isatty():
        return ""
    question = "Password (empty: one is made)"
    typed: str = typer.prompt(
        question, default="", show_default=False, hide_input=True, confirmation_prompt=True
    )
    return typed
