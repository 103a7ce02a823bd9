"""Reads about service accounts and keys. Only administrators see them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, false, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.core.actor import Actor
from app.core.errors import NotFound
from app.core.permissions import Permission, allowed
from app.identity.models import ApiKey, ServiceAccount

PAGE_SIZE = 50


def visible_to(actor: Actor) -> Select[ServiceAccount]:
    """Start every read here: an administrator sees the county's accounts, anybody else none."""
    chosen = select(ServiceAccount).where(ServiceAccount.county_id == actor.county_id)
    return chosen if allowed(actor, Permission.MANAGE_KEYS) else chosen.where(false())


def page_of_accounts(
    session: Session, actor: Actor, *, text: str = "", state: str = "", page: int = 1
) -> tuple[Sequence[ServiceAccount], int]:
    """Return one page of accounts with units and keys, and how many there are in all."""
    chosen = visible_to(actor)
    if text:
        chosen = chosen.where(ServiceAccount.name.icontains(text, autoescape=True))
    if state == "active":
        chosen = chosen.where(ServiceAccount.disabled_at.is_(None))
    if state == "disabled":
        chosen = chosen.where(ServiceAccount.disabled_at.is_not(None))
    total = session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
    rows = session.scalars(
        chosen.options(joinedload(ServiceAccount.unit), selectinload(ServiceAccount.keys))
        .order_by(ServiceAccount.name, ServiceAccount.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()
    return rows, total


def get_account(session: Session, actor: Actor, account_id: UUID, *, lock: bool = False) -> ServiceAccount:
    """Return the account with its unit and keys. Raises NotFound."""
    chosen = visible_to(actor).where(ServiceAccount.id == account_id)
    if lock:
        chosen = chosen.with_for_update(of=ServiceAccount)
    account = session.scalar(
        chosen.options(selectinload(ServiceAccount.unit), selectinload(ServiceAccount.keys))
    )
    if account is None:
        raise NotFound()
    return account


def account_by_name(session: Session, actor: Actor, name: str) -> ServiceAccount | None:
    """Return the county's account of that name, or None."""
    return session.scalar(visible_to(actor).where(ServiceAccount.name == name))


def get_key(session: Session, actor: Actor, key_id: str) -> ApiKey:
    """Return a key by the id that stands in it, with its account. Raises NotFound."""
    accounts = visible_to(actor).with_only_columns(ServiceAccount.id)
    key = session.scalar(
        select(ApiKey)
        .where(ApiKey.key_id == key_id, ApiKey.account_id.in_(accounts))
        .options(joinedload(ApiKey.account).joinedload(ServiceAccount.unit))
    )
    if key is None:
        raise NotFound()
    return key
