"""Read the investors that many names mean, in a fixed number of queries for each five hundred."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.investors.importing.schemas import Key, KnownInvestor, WantedInvestor
from app.investors.models import Investor
from app.investors.resolving.queries import one_of_each

AT_ONCE = 500


def known_many(
    session: Session, county_id: UUID, wanted: Iterable[WantedInvestor]
) -> dict[Key, KnownInvestor]:
    """Return the live record of each name that one record answers to, by credit code first.

    A merged record leads to the one that stands for it; several persons of one name are nobody for certain.
    """
    asked = {each.key: each for each in wanted}
    by_name: dict[Key, list[Investor]] = defaultdict(list)
    by_code: dict[str, Investor] = {}
    for some in batches(list(asked.values())):
        codes = {each.uscc for each in some if each.uscc}
        chosen = select(Investor).where(
            Investor.county_id == county_id,
            Investor.archived_at.is_(None),
            or_(Investor.name_folded.in_({each.key[1] for each in some}), Investor.uscc.in_(codes)),
        )
        for row in session.scalars(chosen.order_by(Investor.id)):
            by_name[row.kind, row.name_folded].append(row)
            if row.uscc and row.canonical_id is None:
                by_code[row.uscc] = row
    by_key = one_of_each(session, {key: rows for key, rows in by_name.items() if key in asked})
    found = {}
    for key, each in asked.items():
        meant = (by_code.get(each.uscc) if each.uscc else None) or by_key.get(key)
        if meant is not None:
            found[key] = _known(meant)
    return found


def batches(items: Sequence[WantedInvestor]) -> Iterator[list[WantedInvestor]]:
    """Cut a long list into parts that one statement may name."""
    rest = iter(items)
    while some := list(islice(rest, AT_ONCE)):
        yield some


def _known(row: Investor) -> KnownInvestor:
    return KnownInvestor(row.id, row.name, row.region_code, row.country, row.returning_native)
