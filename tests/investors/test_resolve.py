"""Finding the investor that a lead, visit or deal means, or putting it on record."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest

from app.core.errors import FieldError, NotFound, NotPermitted
from app.investors import service
from app.investors.models import Contact, Investor
from app.investors.resolving.service import Meant, resolve_investor
from app.investors.rules import InvestorKind
from tests.counting import counting
from tests.factories.investors import make_investor
from tests.investors.conftest import Office


def resolve(office: Office, who: str = "member", **changes: object) -> Investor:
    meant = Meant(**({"investor_id": None} | changes))  # type: ignore[arg-type]
    with office.database.writing() as session:
        return resolve_investor(
            session, office.actor(who), meant, unit_id=office.town.id, at=office.clock.now
        )


def test_a_known_name_finds_the_record(office: Office) -> None:
    assert resolve(office, name="江西云杉线缆 有限公司").id == office.investor.id
    assert resolve(office, investor_id=office.investor.id, name="任何别的").id == office.investor.id
    assert office.events("investor.added") == []


def test_a_merged_record_leads_to_the_one_that_stands_for_it(office: Office) -> None:
    merged = office.make(make_investor, name="云杉电缆有限公司", canonical_id=office.investor.id)
    assert resolve(office, name="云杉电缆有限公司").id == office.investor.id
    assert resolve(office, investor_id=merged.id).id == office.investor.id


def test_a_new_name_is_put_on_record_for_the_unit(office: Office) -> None:
    made = resolve(office, name="碧潭光学有限公司", home="浙江桐乡")
    assert (made.region_code, made.unit_id) == ("330483", office.town.id)
    assert resolve(office, name="碧潭光学有限公司").id == made.id
    (event,) = office.events("investor.added")
    assert event.subject_id == made.id


@pytest.mark.parametrize("home", ["", "鼓楼区", "浙江碧潭光学有限公司", "哪里也不是"])
def test_an_uncertain_home_stays_unknown(office: Office, home: str) -> None:
    assert resolve(office, name="浙江碧潭光学有限公司", home=home).home == ""


def test_persons_of_one_name_are_not_taken_for_each_other(office: Office) -> None:
    for _ in range(2):
        office.make(make_investor, name="王小明", kind=InvestorKind.PERSON)
    third = resolve(office, name="王小明", kind=InvestorKind.PERSON)
    assert len(office.events("investor.added")) == 1
    assert third.kind is InvestorKind.PERSON


def test_a_partner_names_an_investor_without_reading_any(office: Office) -> None:
    assert resolve(office, "partner", name="江西云杉线缆有限公司").id == office.investor.id
    with pytest.raises(NotFound):
        resolve(office, "partner", investor_id=office.investor.id)


@pytest.mark.parametrize("who", ["leader", "admin", "auditor"])
def test_who_refers_no_leads_puts_none_on_record(office: Office, who: str) -> None:
    with pytest.raises(NotPermitted):
        resolve(office, who, name="碧潭光学有限公司")


@pytest.mark.parametrize("name", ["", "  ", "\u200b", "长" * 201])
def test_an_empty_or_endless_name_is_refused(office: Office, name: str) -> None:
    with pytest.raises(FieldError):
        resolve(office, name=name)


def test_two_at_once_put_one_company_on_record(office: Office) -> None:
    actors = [office.actor("member"), office.actor("elsewhere")]

    def put(number: int) -> UUID:
        with office.database.writing() as session:
            return resolve_investor(
                session,
                actors[number % 2],
                Meant(None, "碧潭光学有限公司"),
                unit_id=office.town.id,
                at=office.clock.now,
            ).id

    with ThreadPoolExecutor(4) as pool:
        ids = set(pool.map(put, range(4)))
    assert len(ids) == 1
    assert len(office.events("investor.added")) == 1


def test_a_contact_given_twice_is_kept_once(office: Office) -> None:
    def add(who: str = "member", **changes: object) -> Contact:
        values = {"name": "孙大江", "post": "", "phone": "13812345678", "consent": True} | changes
        with office.database.writing() as session:
            return service.add_contact(
                session,
                office.actor(who),
                investor_id=office.investor.id,
                unit_id=office.town.id,
                at=office.clock.now,
                **values,  # type: ignore[arg-type]
            )

    assert add().id == add(name="孙大江 ").id == add(phone="+86 138-1234-5678").id
    assert add(phone="13900000000").id != add().id
    assert add("partner", name="周小河").unit_id == office.town.id
    with pytest.raises(NotPermitted):
        add("elsewhere", name="别人")


def test_putting_on_record_stays_within_a_writes_budget(office: Office) -> None:
    actor = office.actor()
    with counting(office.database) as found, office.database.writing() as session:
        resolve_investor(
            session, actor, Meant(None, "碧潭光学有限公司"), unit_id=office.town.id, at=office.clock.now
        )
    assert len(found) <= 14, found
