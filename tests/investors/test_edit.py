"""Correcting an investor."""

from __future__ import annotations

from typing import Any

import pytest

from app.investors.models import Investor
from tests.factories.identity import send
from tests.factories.investors import make_investor
from tests.investors.conftest import Office


def stored(investor: Investor, **changes: object) -> dict[str, Any]:
    home = investor.region_code
    return {
        "kind": investor.kind.value,
        "name": investor.name,
        "home": home,
        "former_names": "云杉电线厂",
        "version": investor.version,
    } | changes


def test_a_correction_is_an_event_with_old_and_new(office: Office) -> None:
    client, here = office.client("elsewhere"), f"/investors/{office.investor.id}"
    answer = send(client, f"{here}/edit", **stored(office.investor, group_name="云杉集团", tags="线缆"))
    assert answer.status_code == 303
    (event,) = office.events("investor.changed")
    assert event.changes == {"group_name": ["", "云杉集团"], "tags": ["", "线缆"]}
    assert office.events("investor.region_changed") == []
    page = client.get(here).text
    assert "所属集团" in page
    assert "云杉集团" in page


def test_the_form_shows_what_is_stored(office: Office) -> None:
    page = office.client().get(f"/investors/{office.investor.id}/edit").text
    assert 'value="浙江省嘉兴市桐乡市"' in page
    assert "云杉电线厂" in page


def test_a_corrected_home_is_an_event_of_its_own(office: Office) -> None:
    here = f"/investors/{office.investor.id}"
    answer = send(office.client(), f"{here}/edit", **stored(office.investor, home="江西省新余市分宜县"))
    assert answer.status_code == 303
    (event,) = office.events("investor.region_changed")
    assert event.changes["home"] == ["330483", "360521"]
    assert event.changes["origin_level"][0] == "out_of_province"
    assert "更正所在地" in office.client().get(here).text


def test_saving_without_a_change_is_no_event(office: Office) -> None:
    answer = send(office.client(), f"/investors/{office.investor.id}/edit", **stored(office.investor))
    assert answer.status_code == 303
    assert office.events("investor.changed") == []
    assert office.row(Investor, office.investor.id).version == 1


def test_a_stale_write_is_refused_with_both_versions(office: Office) -> None:
    client, path = office.client(), f"/investors/{office.investor.id}/edit"
    assert send(client, path, **stored(office.investor, group_name="云杉集团")).status_code == 303
    late = send(client, path, **stored(office.investor, group_name="松柏集团"))
    assert late.status_code == 412
    assert "云杉集团" in late.text
    assert 'value="松柏集团"' in late.text
    assert 'name="version" value="2"' in late.text


def test_a_name_that_another_company_has_is_refused(office: Office) -> None:
    office.make(make_investor, name="赤岩材料有限公司")
    answer = send(
        office.client(),
        f"/investors/{office.investor.id}/edit",
        **stored(office.investor, name="赤岩材料有限公司"),
    )
    assert answer.status_code == 409
    assert office.row(Investor, office.investor.id).name == "江西云杉线缆有限公司"


def test_a_renamed_investor_is_found_by_its_new_and_its_former_name(office: Office) -> None:
    client = office.client()
    values = stored(office.investor, name="晴川电气有限公司", former_names="江西云杉线缆有限公司")
    assert send(client, f"/investors/{office.investor.id}/edit", **values).status_code == 303
    for typed in ("晴川", "云杉线缆", "qingchuan", "qcdq"):
        assert "晴川电气有限公司" in client.get("/investors", params={"q": typed}).text, typed
    assert "晴川电气有限公司" not in client.get("/investors", params={"q": "电线厂"}).text


def test_out_of_scope_looks_like_no_record(office: Office) -> None:
    missing = "018f0000-0000-7000-8000-000000000000"
    assert office.client().get(f"/investors/{missing}/edit").status_code == 404
    assert send(office.client(), f"/investors/{missing}/edit", **stored(office.investor)).status_code == 404


@pytest.mark.parametrize("who", ["leader", "admin", "auditor", "partner"])
def test_who_writes_no_records_corrects_none(office: Office, who: str) -> None:
    path = f"/investors/{office.investor.id}/edit"
    assert send(office.client(who), path, **stored(office.investor)).status_code == 403
