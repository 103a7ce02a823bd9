"""Managing the tree of units."""

from __future__ import annotations

from datetime import date

from app.core.actor import Role
from app.identity.models import Unit
from tests.factories.identity import make_key, make_person, make_track, make_unit, make_user, send
from tests.identity.conftest import Office


def values(office: Office, **changes: object) -> dict[str, object]:
    parent = office.row(Unit, office.town.parent_id)
    return {"name": "钤东街道", "code": "qiandong", "kind": "town", "parent_id": parent.id} | changes


def stored(office: Office, unit: Unit, **changes: object) -> dict[str, object]:
    return {
        "name": unit.name,
        "code": unit.code,
        "kind": unit.kind.value,
        "parent_id": unit.parent_id,
        "version": unit.version,
    } | changes


def test_a_unit_is_created_below_another(office: Office) -> None:
    client = office.client()
    answer = send(client, "/admin/units/new", **values(office, parent_id=office.town.id))
    assert answer.status_code == 303
    page = client.get(answer.headers["location"])
    assert "钤东街道" in page.text
    (event,) = office.events("unit.created")
    assert event.changes["code"] == [None, "qiandong"]
    assert office.row(Unit, event.subject_id).path == f"{office.town.path}qiandong/"


def test_a_code_is_used_once(office: Office) -> None:
    answer = send(office.client(), "/admin/units/new", **values(office, code="town"))
    assert answer.status_code == 422
    assert "这个代码已有单位使用" in answer.text
    assert 'value="钤东街道"' in answer.text


def test_what_is_missing_is_said_at_its_field(office: Office) -> None:
    answer = send(office.client(), "/admin/units/new", name="", code="Q D", kind="town")
    assert answer.status_code == 422
    assert 'id="e-name"' in answer.text
    assert 'id="e-code"' in answer.text


def test_there_is_one_root(office: Office) -> None:
    answer = send(office.client(), "/admin/units/new", **values(office, parent_id=None))
    assert answer.status_code == 422
    assert "请选择上级单位" in answer.text


def test_moving_a_unit_moves_what_is_below(office: Office) -> None:
    answer = send(
        office.client(),
        f"/admin/units/{office.town.id}",
        **stored(office, office.town, parent_id=office.other.id, code="hexia"),
    )
    assert answer.status_code == 303
    assert office.row(Unit, office.village.id).path == f"{office.other.path}hexia/village/"
    (event,) = office.events("unit.changed")
    assert event.changes["parent"] == ["汾溪县", "双林镇"]


def test_a_unit_cannot_lie_below_itself(office: Office) -> None:
    answer = send(
        office.client(),
        f"/admin/units/{office.town.id}",
        **stored(office, office.town, parent_id=office.village.id),
    )
    assert answer.status_code == 422
    assert "上级单位不能是本单位或其下级单位" in answer.text


def test_a_unit_with_people_below_it_cannot_end(office: Office) -> None:
    office.make(make_key, unit=office.town, role=Role.MEMBER)
    answer = send(
        office.client(),
        f"/admin/units/{office.town.id}",
        **stored(office, office.town, valid_to="2022-12-31"),
    )
    assert answer.status_code == 409
    assert "下级单位 1 个、名册人员 3 人、有角色的账号 3 个、接口账号 1 个" in answer.text
    assert 'value="2022-12-31"' in answer.text


def test_an_empty_unit_ends(office: Office) -> None:
    empty = office.make(make_unit)
    answer = send(office.client(), f"/admin/units/{empty.id}", **stored(office, empty, valid_to="2022-12-31"))
    assert answer.status_code == 303
    assert office.row(Unit, empty.id).valid_to == date(2022, 12, 31)


def test_the_root_stays(office: Office) -> None:
    root = office.row(Unit, office.town.parent_id)
    answer = send(office.client(), f"/admin/units/{root.id}", **stored(office, root, valid_to="2022-12-31"))
    assert answer.status_code == 422
    assert "最上级单位不能移动或停用" in answer.text


def test_a_stale_form_shows_both_versions_and_can_be_sent_again(office: Office) -> None:
    client, path = office.client(), f"/admin/units/{office.other.id}"
    assert send(client, path, **stored(office, office.other, name="双林镇人民政府")).status_code == 303
    late = send(client, path, **stored(office, office.other, name="双林新区"))
    assert late.status_code == 412
    assert "双林镇人民政府" in late.text
    assert 'value="双林新区"' in late.text
    assert 'name="version" value="2"' in late.text
    again = send(client, path, **stored(office, office.other, name="双林新区", version=2))
    assert again.status_code == 303
    assert office.row(Unit, office.other.id).name == "双林新区"
    assert len(office.events("unit.changed")) == 2


def test_the_list_keeps_filter_sort_and_page_in_its_address(office: Office) -> None:
    track = office.make(make_track, name="乡镇")
    for number in range(55):
        office.make(make_unit, name=f"清溪{number:02}", track_id=track.id)
    client = office.client()
    first = client.get(f"/admin/units?track={track.id}&sort=-name")
    assert "清溪54" in first.text
    assert "清溪03" not in first.text
    assert f"/admin/units?track={track.id}&amp;sort=-name&amp;page=2" in first.text
    second = client.get(f"/admin/units?track={track.id}&sort=-name&page=2")
    assert "清溪03" in second.text
    assert "第 51–55 条，共 55 条" in second.text


def test_a_unit_that_has_ended_is_not_offered(office: Office) -> None:
    ended = office.make(make_unit, name="旧镇", valid_to=date(2021, 12, 31))
    client = office.client()
    assert "旧镇" not in client.get("/admin/units").text
    assert "旧镇" in client.get("/admin/units?state=ended").text
    refused = send(client, "/admin/units/new", **values(office, parent_id=ended.id))
    assert refused.status_code == 422
    assert "这个单位已停用" in refused.text


def test_another_countys_unit_is_not_found(office: Office) -> None:
    unknown = office.people["admin"].id
    assert office.client().get(f"/admin/units/{unknown}").status_code == 404


def test_only_administrators_manage_units(office: Office) -> None:
    for who in ("head", "leader", "auditor", "verifier"):
        client = office.client(who)
        assert client.get("/admin/units").status_code == 403
        assert send(client, "/admin/units/new", **values(office)).status_code == 403
    assert office.events("unit.created") == []


def test_a_person_without_account_keeps_a_unit(office: Office) -> None:
    empty = office.make(make_unit)
    office.make(make_person, unit=empty)
    answer = send(office.client(), f"/admin/units/{empty.id}", **stored(office, empty, valid_to="2022-12-31"))
    assert answer.status_code == 409
    assert "名册人员 1 人、有角色的账号 0 个" in answer.text


def test_accounts_that_are_switched_off_do_not_keep_a_unit(office: Office) -> None:
    unit = office.make(make_unit)
    office.make(
        make_user, unit=unit, person=office.make(make_person, unit=office.town), disabled_at=office.clock()
    )
    answer = send(office.client(), f"/admin/units/{unit.id}", **stored(office, unit, valid_to="2022-12-31"))
    assert answer.status_code == 303
