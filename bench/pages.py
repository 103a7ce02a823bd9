"""Pages beside their floors: lead list, search filter, record, progress; the JSON list; creating a lead."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from sqlalchemy import select

from app.core.models import SearchEntry
from app.identity.models import User
from app.leads.models import Lead
from bench.calling import Office
from bench.floors import Bare, Samples, in_turns, template_of


@dataclass(frozen=True, slots=True)
class Paired:
    """One page with its floor, all taken in turns."""

    name: str
    page: Samples
    statements: Samples
    template: Samples
    number: int

    @property
    def ratio(self) -> float:
        return self.page.middle / (self.statements.middle + self.template.middle)

    @property
    def to_statements(self) -> float:
        return self.page.middle / self.statements.middle


def addresses(office: Office) -> dict[str, str]:
    """Return the pages that are measured, with a record and a word from the data."""
    with office.database.reading() as session:
        newest = (
            select(Lead.id)
            .where(
                Lead.county_id == select(User.county_id).where(User.login == office.login).scalar_subquery(),
                Lead.confidential.is_(False),
                Lead.title.not_like("年产%"),  # half of the made-up titles begin so
            )
            .order_by(Lead.updated_at.desc())
            .limit(1)
        )
        lead_id = session.scalars(newest).one()
        title = session.scalars(select(SearchEntry.title).where(SearchEntry.subject_id == lead_id)).one()
    return {
        "lead list": "/leads",
        "search filter": f"/leads?q={quote(title[:2])}",
        "record": f"/leads/{lead_id}",
        "progress": "/progress",
    }


def measure(office: Office, bare: Bare, *, rounds: int) -> Iterator[Paired]:
    for name, address in addresses(office).items():
        with office.catching() as whole:  # the first time, when every part of the page is drawn
            office.get(address)
        for _ in range(3):
            answer = office.get(address)
            assert answer.status == 200, (address, answer.status)
        with office.catching() as caught:
            office.get(address)
        statements = [one for one in caught.statements if not one[0].startswith("UPDATE")]
        times = in_turns(
            {
                "page": lambda: office.get(address),  # noqa: B023
                "statements": lambda: bare.replay(statements),  # noqa: B023
                "template": template_of(whole),
            },
            rounds=rounds,
        )
        yield Paired(name, times["page"], times["statements"], times["template"], len(statements))
