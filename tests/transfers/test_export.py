"""What goes out comes back: nothing changes here, nothing is lost elsewhere."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from fastapi import FastAPI
from sqlalchemy import select

from app.core.actor import Role
from app.core.db import Database
from app.core.sheets import csv_bytes, xlsx_bytes
from app.deals.importing.queries import known_deals
from app.deals.models import Deal
from app.identity.models import Person, Unit
from app.settings import Settings
from app.transfers.exporting import export_ledger
from app.transfers.rules import Kind, Verdict
from tests.conftest import Clock
from tests.deals.conftest import Office
from tests.factories.identity import make_person, make_unit, make_user
from tests.transfers.conftest import DATA, bring, csv, look
from tests.transfers.test_import_deals import HEADER, ROW
from tests.transfers.test_other_ledgers import LEADS, PEOPLE

Format = Literal["xlsx", "csv"]


def taken_out(office: Office, kind: Kind, *, who: str, form: Format) -> bytes:
    with office.database.writing() as session:
        sheet = export_ledger(session, office.actor(who), kind, at=office.clock.now)
        return xlsx_bytes(sheet) if form == "xlsx" else csv_bytes(sheet)


@pytest.fixture
def filled(office: Office) -> Office:
    with office.database.writing() as session:
        make_person(session, unit=office.bureau, name="冯挂帅", is_leader=True)
    bring(office, (DATA / "wanzai-2009.csv").read_bytes())
    bring(office, (DATA / "fenyi-2022.csv").read_bytes())
    bring(
        office,
        csv(
            HEADER,
            ROW,
            '合资项目,甲公司、李坚华（客商）,浙江省安吉县、湖北省,0.123456,2022年,意向书,,无名氏,,,已开工,,"一，二",,,',
        ),
    )
    bring(office, LEADS, kind=Kind.LEADS)
    return office


@pytest.mark.parametrize("form", ["xlsx", "csv"])
@pytest.mark.parametrize("kind", [Kind.DEALS, Kind.LEADS])
def test_an_export_that_comes_back_changes_nothing(filled: Office, kind: Kind, form: Format) -> None:
    content = taken_out(filled, kind, who="member", form=form)
    checked = look(filled, content, kind=kind, name=f"a.{form}")
    assert checked.errors == []
    assert checked.rows
    assert [(row.name, row.changes) for row in checked.rows if row.verdict is not Verdict.UNCHANGED] == []


@pytest.mark.parametrize(("kind", "content"), [(Kind.UNITS, None), (Kind.PEOPLE, PEOPLE)])
def test_units_and_people_come_back_unchanged(office: Office, kind: Kind, content: bytes | None) -> None:
    if content is not None:
        bring(office, content, kind=kind, who="admin", unit=None)
    out = taken_out(office, kind, who="admin", form="xlsx")
    checked = look(office, out, kind=kind, who="admin", unit=None, name="a.xlsx")
    assert {row.verdict for row in checked.rows} == {Verdict.UNCHANGED}


def test_deals_lose_nothing_on_the_way_into_another_unit(filled: Office) -> None:
    """The other town has none of these deals, so that each row of the file is a new one there."""

    def facts(unit: object) -> list[dict[str, str]]:
        with filled.database.reading() as session:
            return [
                deal.facts for deal in known_deals(session, filled.actor("verifier")) if deal.unit_id == unit
            ]

    before = facts(filled.town.id)
    content = taken_out(filled, Kind.DEALS, who="member", form="xlsx")
    assert bring(filled, content, name="a.xlsx", who="elsewhere", into=filled.other).new == len(before)
    after = facts(filled.other.id)
    # Whoever stood as introducer is named in the file, and so stays the introducer.
    assert after == before


def test_a_confidential_deal_does_not_leave_in_others_hands(filled: Office) -> None:
    with filled.database.writing() as session:
        deal = session.get_one(Deal, filled.deals()[0].id)
        deal.confidential = True
    assert deal.name.encode() not in taken_out(filled, Kind.DEALS, who="leader", form="csv")


def test_the_export_is_on_record(filled: Office) -> None:
    taken_out(filled, Kind.DEALS, who="leader", form="csv")
    (event,) = filled.events("transfer.exported")
    assert event.changes["rows"] == [None, 17]


@pytest.fixture
def elsewhere(office: Office, migrated_file: Path, tmp_path: Path, clock: Clock) -> Iterator[Office]:
    """Another county hall's database with nothing in it but the county and its administrator."""
    copied = tmp_path / "elsewhere.db"
    shutil.copy(migrated_file, copied)
    database = Database(Settings(database_url=f"sqlite:///{copied}", data_dir=tmp_path / "elsewhere"))
    with database.writing() as session:
        bureau = make_unit(session, name="商务局", code=office.bureau.code)
        admin = make_user(session, role=Role.ADMIN, unit=bureau, name="陈管理")
    yield Office(database, FastAPI(), clock, bureau, bureau, bureau, None, {"admin": admin})  # type: ignore[arg-type]
    database.dispose()


def test_everything_goes_out_and_into_an_empty_database_and_is_the_same_there(
    filled: Office, elsewhere: Office
) -> None:
    out = {kind: taken_out(filled, kind, who=WHO[kind], form="xlsx") for kind in Kind}
    for kind in (Kind.UNITS, Kind.PEOPLE):
        # Two people of one name in one unit are another to whoever knows them.
        twins = look(elsewhere, out[kind], kind=kind, who="admin", unit=None, name="a.xlsx").of(
            Verdict.SUSPECTED
        )
        numbers = tuple(row.number for row in twins)
        bring(elsewhere, out[kind], kind=kind, who="admin", unit=None, name="a.xlsx", confirmed=numbers)
    with elsewhere.database.writing() as session:
        elsewhere.town = session.scalars(select(Unit).where(Unit.name == filled.town.name)).one()
        member = session.scalars(select(Person).where(Person.name == "钱小树")).one()
        elsewhere.people["member"] = make_user(session, unit=elsewhere.town, person=member)
    for kind in (Kind.DEALS, Kind.LEADS):
        checked = look(elsewhere, out[kind], kind=kind, name="a.xlsx")
        assert checked.errors == []
        assert {row.verdict for row in checked.rows} == {Verdict.NEW}
        bring(elsewhere, out[kind], kind=kind, name="a.xlsx")
    for kind in Kind:
        assert rows_of(elsewhere, kind) == rows_of(filled, kind), kind


WHO = {Kind.DEALS: "member", Kind.LEADS: "member", Kind.UNITS: "admin", Kind.PEOPLE: "admin"}


def rows_of(office: Office, kind: Kind) -> list[list[object]]:
    with office.database.writing() as session:
        return [
            list(row)
            for row in export_ledger(session, office.actor(WHO[kind]), kind, at=office.clock.now).rows
        ]
