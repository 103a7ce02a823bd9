"""The rows of the demo's leads in all their tables; protection is what the rule says it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from app.core.ids import new_id
from app.core.money import AmountQualifier
from app.demo.business import LOST_TO, PLACES, STEPS, project_content, project_title
from app.demo.county import Demo
from app.demo.lead_lives import Life, take_turns
from app.demo.made import DemoLead
from app.demo.signings import WAN
from app.investors.models import Contact
from app.leads.models import Adjudication, Claim, ContactReceipt, Lead, LeadJudgement, LeadReader
from app.leads.rules import LeadSource, LeadStage, LostReason, Validity, is_open, protection

_SOURCES = {
    LeadSource.OUTBOUND_VISIT: 30,
    LeadSource.INBOUND_VISIT: 12,
    LeadSource.LEADER: 8,
    LeadSource.NATIVE: 14,
    LeadSource.ASSOCIATION: 10,
    LeadSource.CHAIN: 12,
    LeadSource.ENTERPRISE: 8,
    LeadSource.OCCASION: 4,
    LeadSource.ONLINE: 2,
}


class LeadRows:
    """The rows of all tables while they are gathered."""

    def __init__(self, demo: Demo, random: Random, lives: Sequence[Life]) -> None:
        self.demo, self.random = demo, random
        self.leads: list[dict[str, Any]] = []
        self.contacts: list[dict[str, Any]] = []
        self.claims: list[dict[str, Any]] = []
        self.judgements: list[dict[str, Any]] = []
        self.receipts: list[dict[str, Any]] = []
        self.rulings: list[dict[str, Any]] = []
        self.readers: list[dict[str, Any]] = []
        self.known_contacts: set[tuple[Any, Any]] = set()
        self.families: dict[Any, list[Life]] = {}
        for life in lives:
            self.families.setdefault(life.investor.id, []).append(life)
        for family in self.families.values():
            take_turns(demo, random, family)
        self.states = {
            key: protection([life.report() for life in family], today=demo.today)
            for key, family in self.families.items()
        }

    @property
    def tables(self) -> tuple[tuple[Any, list[dict[str, Any]]], ...]:
        return (
            (Contact, self.contacts),
            (Lead, self.leads),
            (LeadReader, self.readers),
            (Claim, self.claims),
            (LeadJudgement, self.judgements),
            (ContactReceipt, self.receipts),
            (Adjudication, self.rulings),
        )

    def add(self, life: Life, code: str) -> None:
        """Write one life down: the lead, the claim and what belongs to it."""
        demo, random = self.demo, self.random
        signing = life.signing
        title = (
            signing.title
            if signing
            else project_title(random, brand=life.investor.brand, chain=life.investor.chain)
        )
        confidential = signing is None and random.random() < 0.008
        lead = DemoLead(
            id=life.id,
            code=code,
            title=title,
            investor=life.investor,
            unit=life.unit,
            stage=life.stage,
            reported_at=life.reported_at,
            content=project_content(random, title=title),
            place=random.choice(PLACES),
            confidential=confidential,
        )
        demo.leads.append(lead)
        demo.visits += [replace(visit, confidential=confidential) for visit in life.visits]
        self._contact(life)
        self.leads.append(self._lead(life, lead))
        if confidential:
            self.readers.append({"lead_id": life.id, "person_id": demo.leaders[1].id})
        self._claim(life)

    def _lead(self, life: Life, lead: DemoLead) -> dict[str, Any]:
        demo, random = self.demo, self.random
        people = demo.people_of(life.unit.code)
        standing = self.states[life.investor.id].leads.get(life.claim_id)
        is_live = standing is not None and is_open(life.stage)
        pooled = bool(standing and is_live and standing.in_pool)
        contacts = [visit.to_on for visit in life.visits]
        newest = max([life.stages[-1][1], *(min(visit.to_on, demo.last_day) for visit in life.visits)])
        last_contact = max([day for day in (life.first_contact_on, *contacts) if day], default=None)
        judged = life.judgement
        updated = max([life.reported_at, demo.moment(random, newest), *((judged.at,) if judged else ())])
        since = standing.lapsed_on if standing and standing.lapsed_on else None
        return demo.row(
            id=life.id,
            code=lead.code,
            title=lead.title,
            investor_id=life.investor.id,
            owner_unit_id=life.unit.id,
            owner_person_id=random.choice(people).id,
            reported_by_unit_id=life.unit.id,
            entered_by=demo.hand(demo.clerk(life.unit.code)),
            on_behalf_of=random.choice(people).id if random.random() < 0.3 else None,
            stage=life.stage,
            stage_since=life.stages[-1][1],
            source=random.choices(list(_SOURCES), list(_SOURCES.values()))[0],
            chain=life.investor.chain,
            content=lead.content,
            place=lead.place,
            land_mu=Decimal(random.choice((15, 30, 50, 80, 120))) if random.random() < 0.5 else None,
            confidential=lead.confidential,
            in_pool_since=(since or life.reported_on + timedelta(days=8)) if pooled else None,
            reported_at=life.reported_at,
            first_contact_on=life.first_contact_on,
            last_contact_on=last_contact,
            last_activity_on=newest,
            protected_until=standing.held_until if standing and is_live and standing.holds else None,
            deal_id=life.signing.id if life.signing else None,
            created_at=life.reported_at,
            updated_at=updated,
            **self._planned(life),
            **self._judged(life),
            **self._ending(life),
            **self._next_step(life, newest),
        )

    def _planned(self, life: Life) -> dict[str, Any]:
        random = self.random
        low = life.signing.total_fen if life.signing else random.choice((20, 30, 50, 80, 100, 200, 500, 1000))
        fen = low if life.signing else low * 100 * WAN
        drawn = random.random()
        bounds: tuple[int | None, int | None]
        if drawn < 0.08 and not life.signing:
            bounds, qualifier = (None, None), AmountQualifier.UNKNOWN
        elif drawn < 0.3:
            bounds, qualifier = (fen, fen * 3 // 2), AmountQualifier.ABOUT
        elif drawn < 0.45:
            bounds, qualifier = (fen, None), AmountQualifier.AT_LEAST
        elif drawn < 0.7:
            bounds, qualifier = (fen, fen), AmountQualifier.ABOUT
        else:
            bounds, qualifier = (fen, fen), AmountQualifier.EXACT
        return {
            "planned_min_fen": bounds[0],
            "planned_max_fen": bounds[1],
            "planned_qualifier": qualifier,
        }

    def _judged(self, life: Life) -> dict[str, Any]:
        judged = life.judgement
        invalid = judged is not None and judged.validity is Validity.INVALID
        return {
            "validity": life.validity,
            "judged_at": judged.at if judged else None,
            "judged_by": self.demo.users["bureau"] if judged else None,
            "judgement_note": "投资主体和意向无法核实" if invalid else "",
        }

    def _ending(self, life: Life) -> dict[str, Any]:
        lost = life.lost_reason if life.stage is LeadStage.LOST else None
        elsewhere = lost is LostReason.WENT_ELSEWHERE
        return {
            "lost_reason": lost,
            "lost_to": self.random.choice(LOST_TO) if elsewhere else "",
            "lost_note": "客商内部意见不一" if lost is LostReason.OTHER else "",
        }

    def _next_step(self, life: Life, newest: date) -> dict[str, Any]:
        if not is_open(life.stage):
            return {"next_step": "", "next_follow_up_on": None, "expected_signing_on": None}
        random, today = self.random, self.demo.today
        due = max(newest + timedelta(days=random.choice((7, 14, 30))), today - timedelta(days=25))
        talks = life.stage in (LeadStage.NEGOTIATING, LeadStage.AGREED)
        return {
            "next_step": random.choice(STEPS),
            "next_follow_up_on": due if random.random() < 0.7 else None,
            "expected_signing_on": today + timedelta(days=random.randint(3, 120)) if talks else None,
        }

    def _contact(self, life: Life) -> None:
        key = (life.investor.id, life.unit.id)
        if life.complete_at is None or key in self.known_contacts:
            return
        self.known_contacts.add(key)
        posts = ("董事长", "总经理", "投资部经理", "副总裁", "董事长助理")
        self.contacts.append(
            self.demo.row(
                id=new_id(),
                investor_id=life.investor.id,
                unit_id=life.unit.id,
                name=next(self.demo.names),
                post=self.random.choice(posts),
                # No telephone network of the country gives out numbers that begin with 100.
                phone=f"100{len(self.known_contacts):08}",
                consent=self.random.random() < 0.7,
                created_at=life.complete_at,
                updated_at=life.complete_at,
            )
        )

    def _claim(self, life: Life) -> None:
        demo = self.demo
        self.claims.append(
            {
                "id": life.claim_id,
                "county_id": demo.county_id,
                "investor_id": life.investor.id,
                "seq": life.seq,
                "lead_id": life.id,
                "unit_id": life.unit.id,
                "reported_at": life.reported_at,
                "complete_at": life.complete_at,
                "ended_at": life.ended_at,
            }
        )
        if life.judgement:
            self.judgements.append(
                {
                    "id": new_id(),
                    "claim_id": life.claim_id,
                    "validity": life.judgement.validity,
                    "at": life.judgement.at,
                    "by": demo.users["bureau"],
                }
            )
        if life.asked_for_ruling:
            self.rulings.append(self._ruling(life))
        self.receipts += [
            {
                "id": new_id(),
                "claim_id": life.claim_id,
                "visited_on": one.visited_on,
                "received_at": one.received_at,
                "offline": one.offline,
            }
            for one in life.receipts()
        ]

    def _ruling(self, life: Life) -> dict[str, Any]:
        ruling = life.ruling
        return {
            "id": new_id(),
            "county_id": self.demo.county_id,
            "claim_id": life.claim_id,
            "second_project": True,
            "reason": "与在先首报单位洽谈的不是同一项目",
            "asked_at": life.reported_at,
            "asked_by": self.demo.hand(self.demo.clerk(life.unit.code)),
            "outcome": ruling.outcome if ruling else None,
            "decision_note": "经核实双方项目情况后裁定" if ruling else "",
            "decided_at": ruling.at if ruling else None,
            "decided_by": self.demo.users["bureau"] if ruling else None,
        }
