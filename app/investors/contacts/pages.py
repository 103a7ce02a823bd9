"""Pages of contacts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from starlette.responses import Response

from app.core.errors import NotFound
from app.core.i18n import N_
from app.core.permissions import Permission, holds_over
from app.core.text import mask_phone
from app.identity.choices import labelled, units_offered
from app.identity.queries import writable_units
from app.identity.refused_forms import SHOWN, show_refusal
from app.investors import queries as investors
from app.investors.contacts import queries, service
from app.investors.contacts.queries import ContactRow
from app.investors.contacts.schemas import (
    ContactInput,
    EditContactInput,
    RemoveContactInput,
    RevealInput,
)
from app.investors.models import Contact
from app.investors.rules import PhonePurpose
from app.web.access import allow, pages
from app.web.context import Context
from app.web.forms import Form

router = pages()

Reader = Annotated[Context, allow(Permission.READ_RECORDS)]
Writer = Annotated[Context, allow(Permission.WRITE_RECORDS)]


@dataclass(frozen=True, slots=True)
class Card:
    """A contact as a page shows it: numbers masked."""

    contact: Contact
    unit_name: str
    phone: str
    wechat: str
    may_edit: bool


def card_of(ctx: Context, row: ContactRow) -> Card:
    return Card(
        contact=row.contact,
        unit_name=row.unit.shown_name,
        phone=mask_phone(row.contact.phone),
        wechat=service.mask_wechat(row.contact.wechat),
        may_edit=holds_over(ctx.actor, Permission.WRITE_RECORDS, row.unit.path, row.unit.id),
    )


@router.get("/investors/{investor_id}/contacts/new")
def new_contact(investor_id: UUID, ctx: Writer) -> Response:
    return _new(ctx, investor_id, ctx.blank())


@router.post("/investors/{investor_id}/contacts/new")
def add_contact(investor_id: UUID, ctx: Writer) -> Response:
    form, status = ctx.parse(ContactInput), 422
    if not form.errors:
        try:
            with ctx.transaction() as session:
                investor = investors.get_investor(session, ctx.actor, investor_id)
                # Whoever leads one unit only need not choose it.
                unit_id = form.data.unit_id or writable_units(session, ctx.actor)[0].id
                values = form.data.model_dump(exclude={"unit_id"})
                service.add_contact(
                    session, ctx.actor, investor_id=investor.id, unit_id=unit_id, **values, at=ctx.now
                )
                return ctx.redirect(f"/investors/{investor_id}", flash=N_("联系人已保存"))
        except SHOWN as refusal:
            status = show_refusal(ctx, form, refusal)
    return _new(ctx, investor_id, form, status=status)


@router.get("/investors/{investor_id}/contacts/{contact_id}")
def contact(investor_id: UUID, contact_id: UUID, ctx: Writer) -> Response:
    row = _found(ctx, investor_id, contact_id)
    shown = row.contact
    form = ctx.blank(name=shown.name, post=shown.post, consent=shown.consent, version=shown.version)
    return _edit(ctx, investor_id, row, form)


@router.post("/investors/{investor_id}/contacts/{contact_id}")
def save_contact(investor_id: UUID, contact_id: UUID, ctx: Writer) -> Response:
    row = _found(ctx, investor_id, contact_id)
    form, status = ctx.parse(EditContactInput), 422
    if not form.errors:
        try:
            with ctx.transaction() as session:
                service.edit_contact(session, ctx.actor, contact_id, form.data, at=ctx.now)
                return ctx.redirect(f"/investors/{investor_id}", flash=N_("联系人已保存"))
        except SHOWN as refusal:
            status = show_refusal(ctx, form, refusal)
    return _edit(ctx, investor_id, row, form, status=status)


@router.post("/investors/{investor_id}/contacts/{contact_id}/remove")
def remove_contact(investor_id: UUID, contact_id: UUID, ctx: Writer) -> Response:
    row = _found(ctx, investor_id, contact_id)
    form, status = ctx.parse(RemoveContactInput), 422
    if not form.errors:
        try:
            with ctx.transaction() as session:
                version = form.data.version
                service.remove_contact(session, ctx.actor, contact_id, expected_version=version, at=ctx.now)
                return ctx.redirect(f"/investors/{investor_id}", flash=N_("联系人已移除"))
        except SHOWN as refusal:
            status = show_refusal(ctx, form, refusal)
    form.values = {"name": row.contact.name, "post": row.contact.post} | form.values
    return _edit(ctx, investor_id, row, form, status=status)


@router.get("/investors/{investor_id}/contacts/{contact_id}/reveal")
def ask_reveal(investor_id: UUID, contact_id: UUID, ctx: Reader) -> Response:
    return _reveal(ctx, investor_id, _found(ctx, investor_id, contact_id), ctx.blank())


@router.post("/investors/{investor_id}/contacts/{contact_id}/reveal")
def reveal(investor_id: UUID, contact_id: UUID, ctx: Reader) -> Response:
    row = _found(ctx, investor_id, contact_id)
    form = ctx.parse(RevealInput)
    if form.errors:
        return _reveal(ctx, investor_id, row, form, status=422)
    with ctx.transaction() as session:
        service.reveal_contact(session, ctx.actor, contact_id, form.data, at=ctx.now)
    return _reveal(ctx, investor_id, row, form, revealed=True)


def _found(ctx: Context, investor_id: UUID, contact_id: UUID) -> ContactRow:
    with ctx.reading() as session:
        row = queries.get_contact(session, ctx.actor, contact_id)
        investor = investors.get_investor(session, ctx.actor, row.contact.investor_id)
    # A merged record's contacts stand on the page of the one that stands for it, too.
    if investor_id not in (investor.id, investor.canonical_id):
        raise NotFound()
    return row


def _new(ctx: Context, investor_id: UUID, form: Form[Any], *, status: int = 200) -> Response:
    with ctx.reading() as session:
        return ctx.render(
            "investors/contact.html",
            status=status,
            form=form,
            investor=investors.get_investor(session, ctx.actor, investor_id),
            card=None,
            units=units_offered(writable_units(session, ctx.actor)),
        )


def _edit(
    ctx: Context, investor_id: UUID, row: ContactRow, form: Form[Any], *, status: int = 200
) -> Response:
    with ctx.reading() as session:
        return ctx.render(
            "investors/contact.html",
            status=status,
            form=form,
            investor=investors.get_investor(session, ctx.actor, investor_id),
            card=card_of(ctx, row),
            units=[],
        )


def _reveal(
    ctx: Context,
    investor_id: UUID,
    row: ContactRow,
    form: Form[Any],
    *,
    revealed: bool = False,
    status: int = 200,
) -> Response:
    with ctx.reading() as session:
        response = ctx.render(
            "investors/reveal.html",
            status=status,
            form=form,
            investor=investors.get_investor(session, ctx.actor, investor_id),
            card=card_of(ctx, row),
            revealed=row.contact if revealed else None,
            purposes=labelled(ctx, PhonePurpose),
        )
    response.headers["Cache-Control"] = "no-store"
    return response
