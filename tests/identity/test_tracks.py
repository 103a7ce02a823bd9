"""Managing the tracks in which units are ranked."""

from __future__ import annotations

from app.identity.models import Track
from tests.factories.identity import make_track, make_unit, send
from tests.identity.conftest import Office


def test_a_track_is_created_and_renamed(office: Office) -> None:
    client = office.client()
    assert send(client, "/admin/tracks", name="乡镇", position="1").status_code == 303
    (made,) = office.events("track.created")
    answer = send(client, f"/admin/tracks/{made.subject_id}", name="乡镇街道", position="1", version="1")
    assert answer.status_code == 303
    assert "乡镇街道" in client.get("/admin/tracks").text
    assert office.events("track.changed")[0].changes == {"name": ["乡镇", "乡镇街道"]}


def test_a_name_is_used_once(office: Office) -> None:
    office.make(make_track, name="园区")
    answer = send(office.client(), "/admin/tracks", name="园区")
    assert answer.status_code == 422
    assert "这个名称已被使用" in answer.text


def test_a_stale_form_shows_both_versions(office: Office) -> None:
    track, client = office.make(make_track, name="园区"), office.client()
    path = f"/admin/tracks/{track.id}"
    assert send(client, path, name="工业园区", version="1").status_code == 303
    late = send(client, path, name="开发区", version="1")
    assert late.status_code == 412
    assert "工业园区" in late.text
    assert 'value="开发区"' in late.text
    assert office.row(Track, track.id).name == "工业园区"


def test_a_track_with_units_stays(office: Office) -> None:
    track = office.make(make_track)
    office.make(make_unit, track_id=track.id)
    answer = send(office.client(), f"/admin/tracks/{track.id}/archive", version="1")
    assert answer.status_code == 409
    assert "还有 1 个单位在这个赛道里" in answer.text


def test_an_empty_track_is_put_away_and_taken_out_again(office: Office) -> None:
    track, client = office.make(make_track), office.client()
    assert send(client, f"/admin/tracks/{track.id}/archive", version="1").status_code == 303
    assert office.row(Track, track.id).archived_at is not None
    assert send(client, f"/admin/tracks/{track.id}/restore", version="2").status_code == 303
    assert office.row(Track, track.id).archived_at is None
    assert len(office.events("track.archived")) == len(office.events("track.restored")) == 1


def test_an_unknown_track_is_not_found(office: Office) -> None:
    assert office.client().get(f"/admin/tracks/{office.town.id}").status_code == 404


def test_only_administrators_manage_tracks(office: Office) -> None:
    client = office.client("head")
    assert client.get("/admin/tracks").status_code == 403
    assert send(client, "/admin/tracks", name="乡镇").status_code == 403
