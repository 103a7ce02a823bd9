"""The demo's deals with their terms, credits, stages, notes, funds and lists."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.core import search
from app.core.ids import new_id
from app.core.options import reserve_codes
from app.core.regions import OriginLevel
from app.core.search import Entry
from app.core.text import fold
from app.deals.models import (
    Credit,
    Deal,
    DealNote,
    DealStageChange,
    DealTerms,
    ListedDeal,
    PaidIn,
    ProjectList,
    TermsExclusion,
    TermsInvestor,
)
from app.deals.rules import CreditRole, DealStage, ListLevel, even_shares, verification_of
from app.demo.business import CHAINS, PLACES, project_content
from app.demo.county import Demo
from app.demo.deal_course import Course, course_of, notes_of, paid_ins_of
from app.demo.deal_terms import TermsRows, Writer
from app.demo.division import part_weight
from app.demo.made import DemoInvestor, Fate, Signing
from app.demo.signings import YI
from app.demo.units import PARKS, TOWNS
from app.demo.working import Staff

LISTS = (
    (ListLevel.COUNTY, "县重点项目", "第一批"),
    (ListLevel.COUNTY, "县重点项目", "第二批"),
    (ListLevel.CITY, "市重点项目", ""),
)


def make_deals(session: Session, demo: Demo) -> None:
    """Write the planned deals with everything that hangs on them."""
    random = demo.random("deals")
    rows = _Rows(demo, random)
    codes = {
        year: iter(reserve_codes(session, demo.county_id, "D", year, number))
        for year in (demo.today.year - 1, demo.today.year)
        if (number := sum(signing.signed_on.year == year for signing in demo.signings))
    }
    for signing in sorted(demo.signings, key=lambda one: (one.filed_on, one.title)):
        rows.add(signing, next(codes[signing.signed_on.year]))
    for table, values in rows.tables:
        if values:
            session.execute(insert(table), values)
    search.put_many(session, rows.entries, at=demo.instant(demo.last_day))


class _Rows:
    """The rows of all tables while they are gathered."""

    def __init__(self, demo: Demo, random: Random) -> None:
        self.demo, self.random, self.staff = demo, random, Staff(demo, "deals")
        self.parks = [*demo.units_in(PARKS), *demo.units_in(TOWNS)[:8]]
        signed = {signing.investor.id for signing in demo.signings}
        self.local = [
            each
            for each in demo.investors
            if each.origin in (OriginLevel.PROVINCE, OriginLevel.CITY) and each.id not in signed
        ]
        self.all: dict[type[Any], list[dict[str, Any]]] = {
            table: []
            for table in (
                ProjectList,
                Deal,
                DealTerms,
                TermsInvestor,
                TermsExclusion,
                Credit,
                DealStageChange,
                DealNote,
                PaidIn,
                ListedDeal,
            )
        }
        self.entries: list[Entry] = []
        self.lists = {
            (year, place): new_id()
            for year in (demo.today.year - 1, demo.today.year)
            for place in range(len(LISTS))
        }
        self.all[ProjectList] = [
            demo.row(
                id=key,
                name=f"{year}年{LISTS[place][1]}",
                level=LISTS[place][0],
                year=year,
                batch=LISTS[place][2],
            )
            for (year, place), key in self.lists.items()
        ]

    @property
    def tables(self) -> list[tuple[type[Any], list[dict[str, Any]]]]:
        return list(self.all.items())

    def add(self, signing: Signing, code: str) -> None:
        """Write one deal."""
        partner = self._partner(signing)
        writer = Writer(demo=self.demo, random=self.random, signing=signing, partner=partner)
        writer.first()
        writer.follow_up()
        terms = writer.made
        course = course_of(self.demo, self.random, signing, terms)
        self.all[DealTerms] += terms.terms
        self.all[TermsInvestor] += terms.investors
        self.all[TermsExclusion] += terms.exclusions
        self._credits(signing)
        self._course(signing, course)
        deal = self._deal(signing, code, terms, course)
        self.all[Deal].append(deal)
        names = [signing.investor.name, *([partner.name] if partner else [])]
        texts = [*sorted(names), code, deal["place"], deal["project_company"], deal["content"]]
        self.entries.append(
            Entry(
                ("deal", signing.id),
                self.demo.county_id,
                signing.title,
                [text for text in texts if text],
                signing.unit.id,
                deal["confidential"],
            )
        )

    def _partner(self, signing: Signing) -> DemoInvestor | None:
        wanted = signing.fate is Fate.SHARED or (signing.counts and self.random.random() < 0.06)
        return self.random.choice(self.local) if wanted and self.local else None

    def _deal(self, signing: Signing, code: str, terms: TermsRows, course: Course) -> dict[str, Any]:
        demo, random = self.demo, self.random
        derived = verification_of(terms.versions)
        leader = random.choice(demo.leaders[:12])
        people = demo.people_of(signing.unit.code)
        # One deal in fifty is confidential; drafts are, more often.
        confidential = random.random() < 0.02
        by_no = {row["no"]: row for row in terms.terms}
        standing = by_no[derived.standing_no]["id"] if derived.standing_no else None
        verified_on = signing.decided_on if standing else None
        return demo.row(
            id=signing.id,
            code=code,
            name=signing.title,
            name_folded=fold(signing.title),
            owner_unit_id=signing.unit.id,
            lead_id=signing.lead_id,
            occasion_id=signing.occasion_id,
            responsible_unit_id=signing.unit.id,
            responsible_person_id=people[min(1, len(people) - 1)].id,
            leader_in_charge_id=leader.id,
            line=leader.line,
            entered_by=demo.hand(demo.clerk(signing.unit.code)),
            stage=course.stage,
            stage_since=course.since,
            registered_on=course.days.get(DealStage.REGISTERED),
            started_on=course.days.get(DealStage.STARTED),
            produced_on=course.days.get(DealStage.PRODUCING),
            planned_start_on=course.planned_start_on,
            project_company=self._company(signing, course),
            content=project_content(random, title=signing.title),
            place=random.choice(PLACES[:-1]),
            land_mu=Decimal(random.choice((20, 35, 60, 100, 180))) if random.random() < 0.6 else None,
            industry=CHAINS[signing.chain][0],
            chain=signing.chain,
            confidential=confidential,
            platform_accepted_on=self._after(verified_on, 0.7, 15),
            statistics_entered_on=self._after(course.days.get(DealStage.STARTED), 0.6, 30),
            terms_state=derived.state,
            pending_amendment=derived.pending_amendment,
            verified_terms_id=standing,
            newest_terms_id=terms.terms[-1]["id"],
            created_at=terms.terms[0]["created_at"],
            updated_at=max(row["updated_at"] for row in terms.terms),
        )

    def _company(self, signing: Signing, course: Course) -> str:
        """Name the local project company, which exists from the registration on."""
        registered = course.days.get(DealStage.REGISTERED) is not None
        return f"示范县{signing.investor.brand}有限公司" if registered else ""

    def _after(self, day: date | None, likely: float, days: int) -> date | None:
        if day is None or self.random.random() > likely:
            return None
        on = date.fromordinal(day.toordinal() + self.random.randint(1, days))
        return on if on <= self.demo.last_day else None

    def _credits(self, signing: Signing) -> None:
        introducers = [signing.unit]
        other = self.staff.choose(self.random)
        # Who helps to bring a deal has a part worth speaking of; a large one is shared among the large.
        able = part_weight(other) * YI >= 10 * signing.total_fen
        if self.random.random() < 0.4 and other is not signing.unit and able:
            introducers.append(other)
        landing = self.random.choice(self.parks) if self.parks else signing.unit
        for role, units in ((CreditRole.INTRODUCER, introducers), (CreditRole.LANDING, [landing])):
            shares = even_shares(len(units))
            if len(units) == 2 and self.random.random() < 0.5:
                shares = [Decimal(70), Decimal(30)]
            self.all[Credit] += [
                {
                    "id": new_id(),
                    "deal_id": signing.id,
                    "role": role,
                    "unit_id": unit.id,
                    "share_percent": share,
                    "first": role is CreditRole.INTRODUCER and place == 0,
                }
                for place, (unit, share) in enumerate(zip(units, shares, strict=True))
            ]

    def _course(self, signing: Signing, course: Course) -> None:
        clerk = self.demo.clerk(signing.unit.code)
        hand = {"by": self.demo.hand(clerk), "by_name": clerk.name}
        for stage, on in course.days.items():
            at = self.demo.instant(max(on, signing.filed_on), 16)
            self.all[DealStageChange].append(
                {"id": new_id(), "deal_id": signing.id, "stage": stage, "on_day": on, "recorded_at": at}
                | hand
            )
        for note in notes_of(self.demo, self.random, signing, course):
            self.all[DealNote].append({"id": new_id(), "deal_id": signing.id} | note | hand)
        for statement in paid_ins_of(self.demo, self.random, signing, course):
            self.all[PaidIn].append({"id": new_id(), "deal_id": signing.id} | statement | hand)
        self._list(signing, course)

    def _list(self, signing: Signing, course: Course) -> None:
        if signing.total_fen < YI or signing.decided_on is None:
            return
        year, spring = signing.signed_on.year, signing.signed_on.month <= 4
        chosen: list[UUID] = []
        if self.random.random() < 0.55:
            chosen.append(self.lists[year, 0 if spring else 1])
        if signing.total_fen >= 3 * YI and self.random.random() < 0.7:
            chosen.append(self.lists[year, 2])
        at = self.demo.instant(signing.decided_on, 18)
        self.all[ListedDeal] += [{"list_id": key, "deal_id": signing.id, "added_at": at} for key in chosen]
