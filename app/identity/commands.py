"""`luodi user …` and `luodi key …`: for whoever sits at the server's terminal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

import typer
from pydantic import ValidationError
from rich.console import Console
from sqlalchemy.orm import Session

from app.core.actor import Actor, Role
from app.core.clock import day_of
from app.core.db import Database
from app.core.errors import FieldError
from app.core.i18n import translate
from app.identity.accounts import queries as account_queries
from app.identity.accounts import service as accounts
from app.identity.accounts.passwords import service as passwords
from app.identity.accounts.schemas import UserInput
from app.identity.directory import queries as directory_queries
from app.identity.keys import queries as key_queries
from app.identity.keys import service as keys
from app.identity.keys.schemas import KeyInput, ServiceAccountInput
from app.settings import get_settings

user_app = typer.Typer(no_args_is_help=True, help="Accounts: add, disable, reset a password.")
key_app = typer.Typer(no_args_is_help=True, help="API keys: create, revoke.")
console = Console()

Login = Annotated[str, typer.Argument(help="The account's login.")]


@user_app.command("add")
def add_user(
    login: Login,
    name: Annotated[str, typer.Option(help="The person's name, put on the roster.")],
    unit: Annotated[str, typer.Option(help="Code of the unit.")],
    role: Annotated[Role, typer.Option(help="The first role.")] = Role.MEMBER,
) -> None:
    """Open an account; its one-time password is printed once."""
    password = passwords.new_password()
    with _working("luodi user add") as (session, actor, at):
        data = _checked(
            UserInput, login=login, person_name=name, unit_id=_unit_id(session, actor, unit), role=role
        )
        _user, slip = accounts.create_user(session, actor, data, password=password, at=at)
    console.print(f"Account {slip.login} opened.")
    console.print(f"One-time password, shown once: {slip.password}", highlight=False)


@user_app.command("disable")
def disable_user(login: Login) -> None:
    """Switch an account off and sign it out everywhere."""
    with _working("luodi user disable") as (session, actor, at):
        user = account_queries.user_by_login(session, actor, login)
        accounts.switch_user(session, actor, user.id, on=False, expected_version=user.version, at=at)
    console.print(f"Account {login} disabled and signed out everywhere.")


@user_app.command("reset-password")
def reset_password(login: Login) -> None:
    """Set a one-time password, printed once, and sign the account out everywhere."""
    password = passwords.new_password()
    with _working("luodi user reset-password") as (session, actor, at):
        user = account_queries.user_by_login(session, actor, login)
        passwords.reset_passwords(session, actor, {user.id: password}, at=at)
    console.print(f"One-time password of {login}, shown once: {password.text}", highlight=False)


@key_app.command("create")
def create_key(
    account: Annotated[str, typer.Argument(help="Name of the service account; made when it does not exist.")],
    unit: Annotated[str, typer.Option(help="Code of the account's unit.")],
    scope: Annotated[list[str], typer.Option(help="A scope; may be given several times.")],
    role: Annotated[Role, typer.Option(help="The account's role.")] = Role.PARTNER,
    days: Annotated[int, typer.Option(min=1, max=731, help="Days until it expires.")] = 365,
    per_minute: Annotated[int, typer.Option(min=1, max=6000, help="Requests per minute.")] = 120,
) -> None:
    """Make an API key; it is printed once."""
    with _working("luodi key create") as (session, actor, at):
        unit_id = _unit_id(session, actor, unit)
        found = key_queries.account_by_name(session, actor, account)
        if found is None:
            wanted = _checked(ServiceAccountInput, name=account, unit_id=unit_id, role=role)
            found = keys.create_account(session, actor, wanted, at=at)
        elif found.unit_id != unit_id or found.role != role:
            raise typer.BadParameter(f"{account} exists with another unit or role")
        data = _checked(KeyInput, scopes=scope, expires_on=_expiry(at, days), per_minute=per_minute)
        key, text = keys.create_key(session, actor, found.id, data, at=at)
    console.print(f"Key {key.key_id} of {account} expires after {data.expires_on}.")
    console.print(f"Key, shown once: {text}", highlight=False, soft_wrap=True)


@key_app.command("revoke")
def revoke_key(
    key_id: Annotated[str, typer.Argument(help="The key's id: what stands between `luodi_` and the secret.")],
) -> None:
    """Withdraw a key; it opens nothing from now on."""
    with _working("luodi key revoke") as (session, actor, at):
        keys.revoke_key(session, actor, key_id, at=at)
    console.print(f"Key {key_id} revoked.")


@contextmanager
def _working(name: str) -> Iterator[tuple[Session, Actor, datetime]]:
    """Open one transaction for a command; a refused field is said as a wrong option."""
    database = Database(get_settings())
    try:
        with database.writing() as session:
            yield session, account_queries.terminal_actor(session, name=name), datetime.now(UTC)
    except FieldError as refusal:
        message = translate("en", refusal.field_message_id, **refusal.params)
        raise typer.BadParameter(message, param_hint=refusal.field) from refusal
    finally:
        database.dispose()


def _checked(model: type[Any], **given: Any) -> Any:
    try:
        return model(**given)
    except ValidationError as refusal:
        problems = [f"{error['loc'][0]}: {error['msg']}" for error in refusal.errors(include_input=False)]
        raise typer.BadParameter("; ".join(problems)) from None


def _unit_id(session: Session, actor: Actor, code: str) -> UUID:
    unit = directory_queries.unit_by_code(session, actor, code)
    if unit is None:
        raise typer.BadParameter(f"no unit has the code {code}")
    return unit.id


def _expiry(at: datetime, days: int) -> date:
    return day_of(at) + timedelta(days=days)
