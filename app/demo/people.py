"""The demo county's roster (名册): its leaders with their lines, and three people in each unit."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.core.ids import new_id
from app.demo.county import Demo, DemoPerson, DemoUnit
from app.demo.units import BUREAU, MAIN_TEAM, ROOT, TEAM_SUFFIX
from app.identity.models import Person
from app.identity.rules import UnitKind

# Post and line (口) of the county's leaders, in their order.
LEADERS = (
    ("县委书记", "全面"),
    ("县委副书记、县长", "全面"),
    ("县委副书记", "党群口"),
    ("县委常委、常务副县长", "项目口"),
    ("县委常委、高新区党工委书记", "工业口"),
    ("县委常委、宣传部部长", "文旅口"),
    ("县委常委、统战部部长", "乡贤口"),
    ("副县长（分管商务）", "商贸口"),
    ("副县长（分管工业）", "工业口"),
    ("副县长（分管农业）", "农业口"),
    ("副县长（分管城建）", "城建口"),
    ("副县长（分管教科文卫）", "文卫口"),
    ("县人大常委会主任", "乡贤口"),
    ("县政协主席", "乡贤口"),
)
SMALL_TEAM_POSTS = ("队长", "队员")
# What the lead of a unit, the one who recruits and the one who types are called.
POSTS: dict[UnitKind, tuple[str, ...]] = {
    UnitKind.TOWN: ("党委书记", "镇长（主任）", "分管招商副职", "招商联络员"),
    UnitKind.PARK: ("主任", "副主任", "招商部部长", "招商联络员"),
    UnitKind.BUREAU: ("局长（主任）", "分管招商副职", "招商联络员"),
    UnitKind.OTHER: ("主要负责人", "招商联络员"),
    UnitKind.TEAM: ("队长", "副队长", "队员"),
}
MAIN_POSTS = {
    BUREAU: ("局长", "副局长", "认定股股长", "认定股副股长", "招商股股长", "信息统计员"),
    MAIN_TEAM: ("总队长", "副总队长", "综合科科长", "队员", "队员", "队员"),
}


def make_people(session: Session, demo: Demo) -> None:
    """Write the roster; each unit's people come in the order of their posts."""
    rows = [
        _person(demo, demo.unit(ROOT), post, position, is_leader=True, line=line)
        for position, (post, line) in enumerate(LEADERS, 1)
    ]
    rows.append(_person(demo, demo.unit(ROOT), "系统管理员", len(rows) + 1))
    rows.append(_person(demo, demo.unit(ROOT), "审计员", len(rows) + 1))
    for unit in demo.units.values():
        if unit.code != ROOT:
            rows += [_person(demo, unit, post, position) for position, post in enumerate(_posts(unit), 1)]
    session.execute(insert(Person), rows)


def _posts(unit: DemoUnit) -> tuple[str, ...]:
    if unit.code in MAIN_POSTS:
        return MAIN_POSTS[unit.code]
    if unit.code.endswith(TEAM_SUFFIX):
        return SMALL_TEAM_POSTS
    return POSTS[unit.kind]


def _person(
    demo: Demo, unit: DemoUnit, post: str, position: int, *, is_leader: bool = False, line: str = ""
) -> dict[str, Any]:
    person = DemoPerson(
        id=new_id(), name=next(demo.names), post=post, unit=unit.code, is_leader=is_leader, line=line
    )
    demo.people.append(person)
    return demo.row(
        id=person.id,
        unit_id=unit.id,
        name=person.name,
        post=post,
        # Short numbers of an office's own exchange: they reach nobody outside it.
        phone=f"6{len(demo.people):04}",
        is_leader=is_leader,
        line=line,
        position=position,
    )
