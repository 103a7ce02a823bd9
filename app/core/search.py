"""The search index: each service puts its record in, in the transaction of the change; one box finds them all.

put(session, ("lead", lead.id), county_id=lead.county_id, title=lead.title, texts=[lead.content],
    unit_id=lead.owner_unit_id, confidential=lead.confidential, at=at)
leads = select(Lead).where(Lead.id.in_(matching_ids("lead", "fyhl", county_id)))

Texts are stored as pairs of characters with pinyin and initials beside them. The full text lies in `search_text`,
FTS5 on SQLite and a GIN index on PostgreSQL; this module and `core.fulltext` are the only ones that know it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    case,
    delete,
    or_,
    select,
    text,
)
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Session

from app.core.db import dialect_of, insert_for, rows_of
from app.core.fulltext import Matching, Plain, county_mark
from app.core.models.search import SearchEntry
from app.core.text import bigrams, fold, search_terms, syllables_of

Subject = tuple[str, UUID]
Shown = Select[int, str, UUID, str, UUID | None, bool]
NEWEST = 500
AT_ONCE = 100
LONGEST_TITLE = 200
LONGEST_READ = 30
LAST = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Entry:
    """What `put_many` puts in for one record. `person` reads the title's surname as a surname."""

    subject: Subject
    county_id: UUID
    title: str
    texts: Sequence[str] = ()
    unit_id: UUID | None = None
    confidential: bool = False
    person: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    subject_type: str
    subject_id: UUID
    title: str
    unit_id: UUID | None
    confidential: bool


def put(
    session: Session,
    subject: Subject,
    *,
    county_id: UUID,
    title: str,
    texts: Sequence[str] = (),
    unit_id: UUID | None = None,
    confidential: bool = False,
    at: datetime,
    person: bool = False,
) -> None:
    """Put a record into the index, or bring it up to date; two statements. Contacts do not belong in `texts`."""
    entry = Entry(subject, county_id, title, tuple(texts), unit_id, confidential, person)
    put_many(session, [entry], at=at)


def put_many(session: Session, entries: Iterable[Entry], *, at: datetime) -> None:
    """Put many records in, a hundred to a statement. A record may stand in the list once."""
    waiting = list(entries)
    if not waiting:
        return
    session.flush()
    for begin in range(0, len(waiting), AT_ONCE):
        _put_some(session, waiting[begin : begin + AT_ONCE], at=at)


def remove(session: Session, subject: Subject) -> None:
    """Take a record out of the index."""
    here = and_(SearchEntry.subject_type == subject[0], SearchEntry.subject_id == subject[1])
    no = session.scalar(select(SearchEntry.no).where(here))
    if no is None:
        return
    key = "rowid" if dialect_of(session) == "sqlite" else "no"
    session.execute(text(f"DELETE FROM search_text WHERE {key} = :no"), {"no": no})  # noqa: S608 - a constant
    session.execute(delete(SearchEntry).where(SearchEntry.no == no))


def find(
    session: Session,
    query: str,
    *,
    county_id: UUID,
    kinds: Collection[str] = (),
    visible: ColumnElement[bool] | None = None,
    limit: int = 20,
) -> list[Hit]:
    """Return a county's best records for what was typed: exact titles, then beginnings, then the newest 500 that match.

    `visible` is a condition on `SearchEntry` that keeps out what the actor may not read; None keeps nothing out.
    """
    terms = search_terms(query)
    if not terms.folded:
        return []
    scope: list[ColumnElement[bool]] = []
    if kinds:
        scope.append(SearchEntry.subject_type.in_(sorted(kinds)))
    if visible is not None:
        scope.append(visible)
    found: dict[int, Hit] = {}
    for chosen in (_begins(terms.folded, terms.latin, county_id), _newest(query, county_id, scope)):
        if chosen is None or len(found) >= limit:
            continue
        for row in session.execute(chosen.where(*scope).limit(limit)):
            found.setdefault(row.no, Hit(*row[1:]))
    return list(found.values())[:limit]


def matching_ids(subject_type: str, query: str, county_id: UUID) -> Select[Any]:
    """Return a subquery of the ids of a county's records of one kind whose *title* holds what was typed.

    Characters must stand together; letters match pinyin or initials from any character on. For name filters of lists.
    """
    found = select(SearchEntry.subject_id).where(Plain(SearchEntry.county_id) == county_id)
    terms = search_terms(query)
    if not terms.folded:
        return found.where(SearchEntry.subject_type == subject_type)
    in_title = SearchEntry.title_folded.contains(terms.folded, autoescape=True)
    if terms.latin:
        in_title = or_(
            in_title,
            SearchEntry.pinyin.contains(terms.latin, autoescape=True),
            SearchEntry.initials.contains(terms.latin, autoescape=True),
        )
    matching = _matching(query, county_id)
    if matching is None:
        return found.where(SearchEntry.subject_type == subject_type, in_title)
    return found.where(Plain(SearchEntry.subject_type) == subject_type, in_title, matching)


_SHOWN = (
    SearchEntry.no,
    SearchEntry.subject_type,
    SearchEntry.subject_id,
    SearchEntry.title,
    SearchEntry.unit_id,
    SearchEntry.confidential,
)


def _begins(folded: str, latin: str, county_id: UUID) -> Shown:
    """Choose titles (and their reading) that begin with the query, whole ones first."""
    ranges = [(SearchEntry.title_folded, folded)]
    if latin:
        ranges += [(SearchEntry.pinyin, latin), (SearchEntry.initials, latin)]
    # The county stands in each, so that each follows its own index.
    begins = [and_(SearchEntry.county_id == county_id, _range(*each)) for each in ranges]
    whole = case(
        (SearchEntry.title_folded == folded, 0), (_range(SearchEntry.title_folded, folded), 1), else_=2
    )
    return select(*_SHOWN).where(or_(*begins)).order_by(whole, SearchEntry.no.desc())


def _range(column: Any, beginning: str) -> ColumnElement[bool]:
    return and_(column >= beginning, column < beginning + LAST)


def _newest(query: str, county_id: UUID, scope: Sequence[ColumnElement[bool]]) -> Shown | None:
    """Choose from the newest matches those that have the query in their title first."""
    matching = _matching(query, county_id)
    if matching is None:
        return None
    here = Plain(SearchEntry.county_id) == county_id
    newest = (
        select(SearchEntry.no).where(matching, here, *scope).order_by(SearchEntry.no.desc()).limit(NEWEST)
    )
    in_title = SearchEntry.title_folded.contains(search_terms(query).folded, autoescape=True)
    return (
        select(*_SHOWN)
        .where(SearchEntry.no.in_(newest))
        .order_by(case((in_title, 0), else_=1), SearchEntry.no.desc())
    )


def _matching(query: str, county_id: UUID) -> ColumnElement[bool] | None:
    """Return the full-text condition; None where nothing in the query can be looked up (有限, punctuation)."""
    terms = search_terms(query)
    words = [(gram, len(gram) == 1 or gram.isascii()) for gram in terms.grams]
    if not words:
        return None
    matching: ColumnElement[bool] = Matching(words, county_id)
    if terms.latin and terms.grams != (terms.latin,):
        matching = or_(matching, Matching([(terms.latin, True)], county_id))
    return matching


def _put_some(session: Session, entries: Sequence[Entry], *, at: datetime) -> None:
    rows, tokens = [], {}
    for entry in entries:
        said = syllables_of(entry.title[:LONGEST_TITLE], person=entry.person)[:LONGEST_READ]
        rows.append(
            {
                "subject_type": entry.subject[0],
                "subject_id": entry.subject[1],
                "county_id": entry.county_id,
                "unit_id": entry.unit_id,
                "confidential": entry.confidential,
                "title": entry.title[:LONGEST_TITLE],
                "title_folded": fold(entry.title)[:LONGEST_TITLE],
                "pinyin": "".join(said)[:LONGEST_TITLE],
                "initials": "".join(syllable[:1] for syllable in said),
                "updated_at": at,
            }
        )
        tokens[entry.subject] = " ".join(_tokens(entry, said))
    placed = {no: tokens[kind, key] for no, kind, key in _put_rows(session, rows)}
    _put_text(session, placed)


def _put_rows(session: Session, rows: list[dict[str, Any]]) -> Iterable[Row[int, str, UUID]]:
    """Put rows of the index in, or bring them up to date; returns the number, kind and id of each."""
    names = tuple(rows[0])
    if dialect_of(session) == "sqlite":
        return session.execute(_one_by_one(names), rows)
    adding = insert_for(session, SearchEntry.__table__).from_select(names, rows_of(SearchEntry, rows))
    return session.execute(_upserting(adding, names))


@lru_cache
def _one_by_one(names: tuple[str, ...]) -> Any:
    """Build SQLite's statement once: it is sent for each record that is saved."""
    table: Any = SearchEntry.__table__
    return _upserting(insert(table), names)


def _upserting(adding: Any, names: Sequence[str]) -> Any:
    table = SearchEntry.__table__
    kept = ("subject_type", "subject_id", "county_id")
    return adding.on_conflict_do_update(
        index_elements=[table.c.subject_type, table.c.subject_id],
        set_={name: adding.excluded[name] for name in names if name not in kept},
    ).returning(table.c.no, table.c.subject_type, table.c.subject_id)


def _put_text(session: Session, placed: dict[int, str]) -> None:
    """Put the tokens of the rows with these numbers in, or replace them."""
    if dialect_of(session) == "sqlite":
        replacing = text("INSERT OR REPLACE INTO search_text (rowid, tokens) VALUES (:no, :tokens)")
        session.execute(replacing, [{"no": no, "tokens": tokens} for no, tokens in placed.items()])
        return
    upserting = text(
        "INSERT INTO search_text (no, tokens) SELECT no, array_to_tsvector(string_to_array(tokens, ' ')) "
        "FROM unnest(CAST(:nos AS BIGINT[]), CAST(:tokens AS TEXT[])) AS put (no, tokens) "
        "ON CONFLICT (no) DO UPDATE SET tokens = excluded.tokens"
    )
    session.execute(upserting, {"nos": list(placed), "tokens": list(placed.values())})


def _tokens(entry: Entry, said: Sequence[str]) -> list[str]:
    """Return a record's tokens: of its texts, and of the title's reading from each character on, so that a query
    typed in letters finds the middle of a name as the beginning of a token."""
    found = dict.fromkeys(bigrams("\n".join([entry.title, *entry.texts])))
    whole, letters = "".join(said), "".join(syllable[:1] for syllable in said)
    at = 0
    for place, syllable in enumerate(said):
        found[whole[at:]] = None
        found[letters[place:]] = None
        at += len(syllable)
    mark = county_mark(entry.county_id)
    # PostgreSQL holds no lexeme of more than 2 KB, and nobody types one.
    return [mark + token[:100] for token in found if token]
