"""`luodi erase`: one person out of the records and the history, on request."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest
from typer.testing import CliRunner

from app.cli import cli
from app.core.events import events_with_private, seal_pending, verify_seals
from app.core.ids import new_id
from app.identity.models import Person
from app.investors.models import Contact
from app.settings import get_settings
from tests.factories.identity import make_person, make_root, send
from tests.factories.investors import make_contact
from tests.investors.conftest import Office

PHONE = "13912345678"


@pytest.fixture(autouse=True)
def _same_database(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("LUODI_DATABASE_URL", database_url)
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


@pytest.fixture
def contact(office: Office) -> Contact:
    """A contact whose number was changed on a page, so that the history holds both."""
    office.make(make_root)
    made: Contact = office.make(make_contact, investor=office.investor, unit=office.town, name="欧阳佩玉")
    typed = {"name": "欧阳佩玉", "phone": PHONE, "version": "1", "consent": "true"}
    place = f"/investors/{office.investor.id}/contacts/{made.id}"
    assert send(office.client(), place, **typed).status_code == 303
    return made


def erase(kind: str, key: UUID, *more: str, fails: bool = False) -> str:
    result = CliRunner().invoke(cli, ["erase", kind, str(key), "--reason", "本人要求", *more])
    assert (result.exit_code != 0) is fails, result.output
    return result.output


def left(office: Office, kind: str, key: UUID) -> int:
    with office.database.reading() as session:
        return events_with_private(session, (kind, key))


def test_a_dry_run_says_what_would_go_and_changes_nothing(office: Office, contact: Contact) -> None:
    said = erase("contact", contact.id, "--dry-run")
    assert "欧阳佩玉" in said and "1 events" in said and "Nothing was changed" in said
    assert left(office, "contact", contact.id) == 1


def test_a_contact_goes_from_record_and_history_and_the_seals_hold(office: Office, contact: Contact) -> None:
    with office.database.writing() as session:
        seal_pending(session, at=office.clock())
    erase("contact", contact.id)
    with office.database.writing() as session:
        seal_pending(session, at=office.clock())
        row = session.get_one(Contact, contact.id)
        assert (row.name, row.phone, row.wechat, row.post) == ("已清除", "", "", "")
        assert verify_seals(session) == []
    assert left(office, "contact", contact.id) == 0
    assert office.events("private.erased")[0].note == "本人要求"
    assert "欧阳佩玉" not in office.client().get(f"/investors/{office.investor.id}").text


def test_somebody_of_the_roster_keeps_the_name_on_acts_of_office(office: Office, contact: Contact) -> None:
    person: Person = office.make(make_person, unit=office.town, name="张三丰", phone=PHONE)
    erase("person", person.id)
    with office.database.reading() as session:
        row = session.get_one(Person, person.id)
        assert (row.name, row.phone) == ("张三丰", "")


def test_an_unknown_person_is_not_found(office: Office, contact: Contact) -> None:
    erase("contact", new_id(), fails=True)
