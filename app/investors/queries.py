"""Reads about investors. Their name, region and code are known to all staff (domain §5)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, CompoundSelect, Select, false, func, or_, select, true, union
from sqlalchemy.orm import Session, selectinload

from app.core import search
from app.core.actor import Actor, ActorKind
from app.core.errors import NotFound
from app.core.events import PastEvent, timeline
from app.core.paging import Key, Page, behind, paginate
from app.core.permissions import STAFF, reads_all
from app.core.remembered import remembered
from app.core.text import fold, pinyin_of
from app.identity.models import Unit
from app.identity.queries import in_readable_units
from app.investors.models import Investor, InvestorName, InvestorTag
from app.investors.rules import Candidate, InvestorFacts, InvestorKind, duplicates, name_keys
from app.investors.schemas import InvestorFilter

# More than these are never compared with a name: a part that so many share tells nothing.
MOST_COMPARED = 200
MOST_TOLD = 50
FOREIGN, UNKNOWN = "foreign", "unknown"


def visible_to(actor: Actor) -> Select[Investor]:
    """Start every read for a person here: staff read all investors of the county, a partner what its scopes grant."""
    reads = true() if reads_investors(actor) else false()
    return select(Investor).where(Investor.county_id == actor.county_id, reads)


def reads_investors(actor: Actor) -> bool:
    """Say whether the actor reads investors at all."""
    scoped = "investors:read" in (actor.scopes or ())
    return scoped or bool(actor.roles & STAFF) or actor.kind is ActorKind.SYSTEM


def get_investor(session: Session, actor: Actor, investor_id: UUID, *, lock: bool = False) -> Investor:
    """Return an investor with its names and tags; a merged one stays readable. Raises NotFound."""
    chosen = visible_to(actor).where(Investor.id == investor_id)
    if lock:
        chosen = chosen.with_for_update().execution_options(populate_existing=True)
    investor = session.scalar(chosen.options(selectinload(Investor.names), selectinload(Investor.tags)))
    if investor is None:
        raise NotFound()
    return investor


def canonical(session: Session, investor: Investor) -> Investor:
    """Follow a merge to the record that stands for this one; a live record stands for itself."""
    if investor.canonical_id is None:
        return investor
    # Chains are not made (see rules.merge_problem), so one step is the whole way.
    return session.scalars(select(Investor).where(Investor.id == investor.canonical_id)).one()


def live(county_id: UUID) -> ColumnElement[bool]:
    """Clause: the county's records that are neither merged nor archived."""
    return (
        (Investor.county_id == county_id) & Investor.canonical_id.is_(None) & Investor.archived_at.is_(None)
    )


def name_matches(session: Session, county_id: UUID, text: str) -> Select[UUID]:
    """Return a subquery of the ids of the investors whose names hold the text, in characters, pinyin or initials.

    Records merged into one of them are among the ids: leads and deals of old keep pointing at them.
    """
    hits = _named(text, county_id)
    return select(Investor.id).where(
        Investor.county_id == county_id, or_(Investor.id.in_(hits), Investor.canonical_id.in_(hits))
    )


def page_of_investors(session: Session, actor: Actor, wanted: InvestorFilter) -> Page[Investor]:
    """Return one page of live investors with their tags."""
    chosen = filtered(actor, wanted).options(selectinload(Investor.tags))
    return paginate(session, chosen.order_by(*(key.order for key in _keys(wanted.sort))), page=wanted.page)


def all_of(session: Session, actor: Actor, wanted: InvestorFilter) -> Sequence[Investor]:
    """Return every live investor that a filter finds, in the list's order, with their tags."""
    chosen = filtered(actor, wanted).options(selectinload(Investor.tags))
    return session.scalars(chosen.order_by(*(key.order for key in _keys(wanted.sort)))).all()


def filtered(actor: Actor, wanted: InvestorFilter) -> Select[Investor]:
    """Return the live investors that a list's filter finds, in no order yet."""
    chosen = visible_to(actor).where(live(actor.county_id))
    if wanted.q:
        chosen = chosen.where(
            or_(Investor.id.in_(_named(wanted.q, actor.county_id)), Investor.uscc == wanted.q.upper())
        )
    if wanted.kind is not None:
        chosen = chosen.where(Investor.kind == wanted.kind)
    if wanted.home:
        chosen = chosen.where(_at_home(wanted.home))
    if wanted.tag:
        tagged = select(InvestorTag.investor_id).where(InvestorTag.tag == wanted.tag)
        chosen = chosen.where(Investor.id.in_(tagged))
    if wanted.group:
        chosen = chosen.where(Investor.group_name == wanted.group)
    return chosen


def neighbours(
    session: Session, actor: Actor, wanted: InvestorFilter, investor: Investor
) -> tuple[UUID | None, UUID | None]:
    """Return the ids before and after a record in the list that a filter gives; None at the ends."""
    keys = _keys(wanted.sort)
    position = [getattr(investor, key.column.key) for key in keys]
    backwards = [Key(key.column, descending=not key.descending) for key in keys]

    def beside(order: Sequence[Key]) -> UUID | None:
        chosen = filtered(actor, wanted).with_only_columns(Investor.id).where(behind(order, position))
        return session.scalar(chosen.order_by(*(key.order for key in order)).limit(1))

    return beside(backwards), beside(keys)


def merged_into(session: Session, investor: Investor) -> Sequence[Investor]:
    """Return the records that stand behind this one."""
    return session.scalars(
        select(Investor)
        .where(Investor.canonical_id == investor.id)
        .options(selectinload(Investor.names))
        .order_by(Investor.updated_at.desc(), Investor.id)
        .limit(50)
    ).all()


def tags_in_use(session: Session, actor: Actor) -> Sequence[str]:
    """Return the county's tags for a list's filter, the commonest first."""
    chosen = (
        select(InvestorTag.tag)
        .join(Investor, Investor.id == InvestorTag.investor_id)
        .where(live(actor.county_id))
        .group_by(InvestorTag.tag)
        .order_by(func.count().desc(), InvestorTag.tag)
        .limit(30)
    )
    return remembered(session, ("investors.tags", actor.county_id), lambda: session.scalars(chosen).all())


def story(session: Session, actor: Actor, investor: Investor) -> list[PastEvent]:
    """Return what happened to a record, the newest first.

    What units did about it (leads, visits, contacts) is told to those who read the unit's records only: that another
    unit works on the same investor is the protection's to say, not the history's.
    """
    events = timeline(session, ("investor", investor.id), limit=MOST_COMPARED)
    readable: set[UUID | None] = set()
    if not reads_all(actor):
        readable.update(session.scalars(select(Unit.id).where(in_readable_units(Unit.id, actor))))
    return [
        event
        for event in events
        if event.subject_type == "investor" or reads_all(actor) or event.unit_id in readable
    ][:MOST_TOLD]


def unit_name(session: Session, unit_id: UUID | None) -> str:
    """Return the name of the unit that first wrote a record down; empty where none is known."""
    unit = session.get(Unit, unit_id) if unit_id is not None else None
    return unit.shown_name if unit is not None else ""


def suggestions(session: Session, county_id: UUID, facts: InvestorFacts) -> list[tuple[Candidate, Investor]]:
    """List the live records that may be this investor, each with its reason, the surest first."""
    others = {investor.id: investor for investor in alike(session, county_id, facts)}
    found = duplicates(facts, [facts_of(investor) for investor in others.values()])
    return [(candidate, others[candidate.id]) for candidate in found]


def alike(session: Session, county_id: UUID, facts: InvestorFacts) -> Sequence[Investor]:
    """Return the live records worth comparing with one: of its code, names, sound, or the beginning of its core."""
    keys = name_keys(facts.name, kind=facts.kind)
    folded = {keys.folded, *map(fold, facts.former_names)}
    named = select(InvestorName.investor_id).where(InvestorName.name_folded.in_(folded))
    same: list[ColumnElement[bool]] = [
        Investor.name_folded.in_(folded),
        Investor.name_core == keys.core,
        Investor.name_pinyin == keys.pinyin,
        Investor.id.in_(named),
    ]
    if facts.uscc:
        same.append(Investor.uscc == facts.uscc)
    if len(keys.core) > 1 and facts.kind is not InvestorKind.PERSON:
        # Firms are known by the word that their core begins with; comparing with all of them would read the table.
        same.append(Investor.id.in_(search.matching_ids("investor", keys.core[:2], county_id)))
        same.append(Investor.id.in_(search.matching_ids("investor", pinyin_of(keys.core), county_id)))
    return session.scalars(
        select(Investor)
        .where(live(county_id), Investor.id != facts.id, or_(*same))
        .options(selectinload(Investor.names))
        .order_by(Investor.name_folded != keys.folded, Investor.updated_at.desc(), Investor.id)
        .limit(MOST_COMPARED)
    ).all()


def of_same_code_or_name(session: Session, county_id: UUID, facts: InvestorFacts) -> Sequence[Investor]:
    """Return the live records that could keep this one from being saved."""
    same: ColumnElement[bool] = Investor.name_folded == fold(facts.name)
    if facts.uscc:
        same = or_(same, Investor.uscc == facts.uscc)
    return session.scalars(
        select(Investor)
        .where(live(county_id), Investor.id != facts.id, same)
        .options(selectinload(Investor.names))
        .order_by(Investor.id)
        .limit(20)
    ).all()


def found_by_text(session: Session, actor: Actor, text: str, *, limit: int) -> Sequence[Investor]:
    """Return live investors whose names hold what was typed, the most recently changed first."""
    return session.scalars(
        visible_to(actor)
        .where(live(actor.county_id), Investor.id.in_(_named(text, actor.county_id)))
        .order_by(Investor.updated_at.desc(), Investor.id)
        .limit(limit)
    ).all()


def facts_of(investor: Investor, *, stands_for_others: bool = False) -> InvestorFacts:
    """State what the rules ask about a loaded record; its names must be loaded too."""
    return InvestorFacts(
        id=investor.id,
        kind=investor.kind,
        name=investor.name,
        uscc=investor.uscc,
        former_names=tuple(each.name for each in investor.names),
        canonical_id=investor.canonical_id,
        archived=investor.archived_at is not None,
        stands_for_others=stands_for_others,
    )


def _at_home(home: str) -> ColumnElement[bool]:
    """A province or city with all inside it, a country, everything abroad, or what is not known yet."""
    if home == UNKNOWN:
        return (Investor.region_code == "") & (Investor.country == "")
    if home == FOREIGN:
        return Investor.country != ""
    if home.isdigit():
        return Investor.region_code.startswith(home.removesuffix("00").removesuffix("00"))
    return Investor.country == home.upper()


def _named(text: str, county_id: UUID) -> CompoundSelect[UUID]:
    """Ids of the live records whose name, or a former one, holds a text."""
    former = select(InvestorName.investor_id).where(
        InvestorName.name_folded.contains(fold(text), autoescape=True)
    )
    return union(search.matching_ids("investor", text, county_id), former)


def _keys(sort: str) -> tuple[Key, ...]:
    column = Investor.name_pinyin if sort.endswith("name") else Investor.updated_at
    return Key(column, descending=sort.startswith("-")), Key(Investor.id)
