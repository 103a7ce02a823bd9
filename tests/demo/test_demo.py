"""`luodi demo`: the fictional county that people try the software with."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from sqlalchemy import func, select
from typer.testing import CliRunner

from app.cli import cli
from app.core.actor import Role
from app.core.db import Database
from app.core.options import only_county
from app.core.regions import OriginLevel, is_known, origin_level
from app.demo.accounts import ACCOUNTS, PASSWORD
from app.demo.county import COUNTY_CODE, COUNTY_NAME, Demo
from app.demo.service import DemoInProduction, DemoRefused, load_demo
from app.demo.units import BUREAU, FIRST_TOWN, TRACKS
from app.identity.models import MembershipRow, Person, Track, Unit, User
from app.identity.sign_in.pages import DEMO_ACCOUNTS
from app.settings import Settings, get_settings
from tests.factories.identity import client_of, make_county, open_app, sign_in

TODAY = date(2022, 11, 22)
# The roster is always whole; of the work a little is enough here.
SCALE = 0.01


def load(database: Database, settings: Settings) -> Demo | None:
    with database.writing() as session:
        return load_demo(session, today=TODAY, zone=settings.zone, scale=SCALE)


@pytest.fixture
def demo(database, settings) -> Demo:
    made = load(database, settings)
    assert made is not None
    return made


@pytest.fixture
def luodi(settings, monkeypatch):
    """Run the command on this test's database."""
    monkeypatch.setenv("LUODI_DATABASE_URL", settings.database_url)
    get_settings.cache_clear()
    yield lambda *words: CliRunner().invoke(cli, list(words))
    get_settings.cache_clear()


def test_the_eight_accounts_are_those_that_the_sign_in_page_offers():
    assert {login for login, *_ in ACCOUNTS} == {login for login, _ in DEMO_ACCOUNTS}


def test_every_account_signs_in_with_the_published_password(demo, database, clock):
    app = open_app(database, clock)
    for login, *_ in ACCOUNTS:
        client = sign_in(client_of(app), login, PASSWORD)
        assert client.get("/account").status_code == 200


def test_each_account_holds_its_one_role_where_it_belongs(demo, database):
    with database.reading() as session:
        held = session.execute(
            select(User.login, MembershipRow.role, Unit.code)
            .join(MembershipRow, MembershipRow.user_id == User.id)
            .join(Unit, Unit.id == MembershipRow.unit_id)
        ).all()
        rows = session.execute(
            select(User.login, Unit.code)
            .join(Person, Person.id == User.person_id)
            .join(Unit, Unit.id == Person.unit_id)
        )
        homes = dict(rows.all())
    assert {login: role for login, role, _ in held} == {
        "admin": Role.ADMIN,
        "leader": Role.LEADER,
        "bureau": Role.VERIFIER,
        "bureau2": Role.VERIFIER,
        "head": Role.UNIT_HEAD,
        "town": Role.MEMBER,
        "team": Role.MEMBER,
        "auditor": Role.AUDITOR,
    }
    assert len(held) == 8
    assert {login: code for login, _, code in held} == homes
    assert homes["head"] == homes["town"] == FIRST_TOWN
    assert homes["bureau"] == homes["bureau2"] == BUREAU


def test_a_hundred_units_stand_in_one_track_or_apart(demo, database):
    with database.reading() as session:
        units = session.scalars(select(Unit)).all()
        tracks = {track.id: track.name for track in session.scalars(select(Track))}
    assert 95 <= len(units) <= 105
    sizes = Counter(tracks[unit.track_id] for unit in units if unit.track_id)
    assert set(sizes) == set(TRACKS)
    assert min(sizes.values()) >= 3, "a rank needs somebody to be compared with"
    judging = [unit for unit in units if unit.is_verifying]
    assert [unit.name for unit in judging] == ["县商务局"]
    assert judging[0].track_id is None


def test_every_unit_hangs_below_its_parent_and_under_the_county(demo, database):
    with database.reading() as session:
        units = {unit.id: unit for unit in session.scalars(select(Unit))}
    roots = [unit for unit in units.values() if unit.parent_id is None]
    assert [root.name for root in roots] == [COUNTY_NAME]
    for unit in units.values():
        above = units[unit.parent_id].path if unit.parent_id else "/"
        assert unit.path == f"{above}{unit.code}/"
    assert len({unit.name for unit in units.values()}) == len(units)


def test_three_hundred_people_with_leaders_and_their_lines(demo, database):
    with database.reading() as session:
        total = session.scalar(select(func.count()).select_from(Person))
        leaders = session.scalars(select(Person).where(Person.is_leader).order_by(Person.position)).all()
        staffed = session.scalar(select(func.count(Person.unit_id.distinct())))
    assert total is not None
    assert 290 <= total <= 330
    assert [leader.post for leader in leaders[:2]] == ["县委书记", "县委副书记、县长"]
    assert all(leader.line for leader in leaders)
    assert staffed == len(demo.units)


def test_the_county_is_marked_fictional_and_its_code_belongs_to_no_place(demo, database):
    with database.reading() as session:
        county = only_county(session)
    assert county.is_demo
    assert "虚构" in county.name
    assert not is_known(COUNTY_CODE)
    assert origin_level("360000", county_code=COUNTY_CODE) is OriginLevel.PROVINCE
    assert origin_level("330000", county_code=COUNTY_CODE) is OriginLevel.OUT_OF_PROVINCE


def test_the_same_people_are_made_every_time(demo, settings):
    again = Demo(county_id=demo.county_id, today=date(2030, 1, 1), zone=settings.zone)
    assert [next(again.names) for _ in demo.people] == [person.name for person in demo.people]
    assert len({person.name for person in demo.people}) == len(demo.people)


def test_a_second_time_changes_nothing(demo, database, settings):
    assert load(database, settings) is None
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(User)) == 8


def test_nothing_made_up_joins_a_real_county(database, settings):
    with database.writing() as session:
        make_county(session, name="实县")
    with pytest.raises(DemoRefused):
        load(database, settings)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Unit)) == 0


def test_the_command_says_what_it_did_and_politely_that_it_was_done_before(luodi):
    first = luodi("demo", "--today", "2022-11-22", "--scale", "0.01")
    assert first.exit_code == 0
    assert "2022-11-22" in first.output
    assert PASSWORD in first.output
    second = luodi("demo")
    assert second.exit_code == 0
    assert "nothing was changed" in second.output


def test_production_refuses_accounts_with_a_public_password(luodi, monkeypatch):
    monkeypatch.setenv("LUODI_ENV", "production")
    get_settings.cache_clear()
    refused = luodi("demo")
    assert isinstance(refused.exception, DemoInProduction)
