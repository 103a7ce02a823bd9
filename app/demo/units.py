"""The demo county's tracks and its hundred units. A unit stands in one track or, like the judging bureau, apart."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.core.ids import new_id
from app.demo.county import COUNTY_NAME, Demo, DemoUnit
from app.identity.models import Track, Unit
from app.identity.rules import UnitKind

TOWNS, PARKS, ECONOMY, GENERAL, PUBLIC, TEAMS = (
    "乡镇（街道）",
    "园区平台",
    "经济部门",
    "综合部门",
    "群团及驻县单位",
    "专业招商队伍",
)
TRACKS = (TOWNS, PARKS, ECONOMY, GENERAL, PUBLIC, TEAMS)
APART = ""

ROOT = "county"
BUREAU = "b01"
FIRST_TOWN = "t01"
MAIN_TEAM = "d00"
TEAM_SUFFIX = "-team"

# First letter of the codes, kind, track and full names; the short name follows a slash where the office uses one.
GROUPS: tuple[tuple[str, UnitKind, str, str], ...] = (
    (
        "t",
        UnitKind.TOWN,
        TOWNS,
        """
        青禾镇 松溪镇 云岭镇 石塘镇 双桥镇 枫林镇 白鹭镇 临水镇 梅坑镇 南垅镇 竹山乡 茶亭乡 高陂乡
        下渡乡 芦洲乡 东街街道 西园街道 城北街道
        """,
    ),
    (
        "p",
        UnitKind.PARK,
        PARKS,
        """
        示范县高新技术产业园区管理委员会/高新区 示范县现代物流园管理中心/物流园
        示范县电子商务产业园管理中心/电商园 示范县农业科技园管理中心/农科园
        示范县文化旅游度假区管理委员会/旅游度假区
        """,
    ),
    (
        "e",
        UnitKind.BUREAU,
        ECONOMY,
        """
        县发展和改革委员会/县发改委 县工业和信息化局/县工信局 县财政局 县自然资源局
        县住房和城乡建设局/县住建局 县交通运输局 县水利局 县农业农村局 县文化广电旅游局/县文广旅局
        县林业局 县市场监督管理局/县市监局 县统计局 县行政审批局 县人力资源和社会保障局/县人社局
        县科学技术局/县科技局 县应急管理局 县城市管理局/县城管局 县国有资产监督管理办公室/县国资办
        """,
    ),
    (
        "g",
        UnitKind.BUREAU,
        GENERAL,
        """
        县委办公室/县委办 县政府办公室/县政府办 县人大常委会办公室/县人大办 县政协办公室/县政协办
        县纪委县监委机关/县纪委监委 县委组织部 县委宣传部 县委统战部 县委政法委员会/县委政法委
        县教育体育局/县教体局 县公安局 县民政局 县司法局 县卫生健康委员会/县卫健委 县退役军人事务局
        县审计局 县信访局 县医疗保障局/县医保局 县乡村振兴局 县档案馆
        """,
    ),
    (
        "q",
        UnitKind.OTHER,
        PUBLIC,
        """
        县总工会 团县委 县妇女联合会/县妇联 县工商业联合会/县工商联 县科学技术协会/县科协
        县文学艺术界联合会/县文联 县归国华侨联合会/县侨联 县残疾人联合会/县残联 县红十字会 县税务局
        县气象局 县供销合作社联合社/县供销社 县烟草专卖局 县邮政管理所
        """,
    ),
    (
        "d",
        UnitKind.TEAM,
        TEAMS,
        """
        驻长三角招商小分队/长三角分队 驻粤港澳大湾区招商小分队/大湾区分队 驻京津冀招商小分队/京津冀分队
        驻闽南招商小分队/闽南分队 驻浙北招商小分队/浙北分队 驻成渝招商小分队/成渝分队
        驻武汉长沙招商小分队/武长分队 驻南昌招商小分队/南昌分队
        """,
    ),
)

# Part-time teams inside units: what they bring counts for the unit, so they stand in no track of their own.
UNIT_TEAMS = ("t01", "t02", "t03", "t04", "t05", "p01", "p02", "e01", "e02", "e08", "e09", "q04")


def make_units(session: Session, demo: Demo) -> None:
    """Write the tracks and the tree; parents come before their children."""
    rows = [demo.row(id=new_id(), name=name, position=position) for position, name in enumerate(TRACKS, 1)]
    session.execute(insert(Track), rows)
    demo.tracks = {row["name"]: row["id"] for row in rows}
    made = [
        _unit(demo, ROOT, COUNTY_NAME, "全县", kind=UnitKind.COUNTY),
        _unit(demo, BUREAU, "县商务局", kind=UnitKind.BUREAU, parent=ROOT, is_verifying=True),
        _unit(demo, "b02", "县投资促进服务中心", "县投促中心", kind=UnitKind.OTHER, parent=BUREAU),
        _unit(demo, MAIN_TEAM, "招商总队", kind=UnitKind.TEAM, track=TEAMS, parent=ROOT),
    ]
    for letter, kind, track, names in GROUPS:
        parent = MAIN_TEAM if kind is UnitKind.TEAM else ROOT
        for number, each in enumerate(names.split(), 1):
            name, _, short = each.partition("/")
            made.append(
                _unit(demo, f"{letter}{number:02}", name, short, kind=kind, track=track, parent=parent)
            )
    for code in UNIT_TEAMS:
        name = f"{demo.unit(code).shown_name}招商小分队"
        made.append(_unit(demo, f"{code}{TEAM_SUFFIX}", name, kind=UnitKind.TEAM, parent=code))
    # One level of the tree at a time, so that no row is written before the one above it.
    for depth in sorted({row["path"].count("/") for row in made}):
        session.execute(insert(Unit), [row for row in made if row["path"].count("/") == depth])


def _unit(
    demo: Demo,
    code: str,
    name: str,
    short: str = "",
    *,
    kind: UnitKind,
    track: str = APART,
    parent: str = "",
    is_verifying: bool = False,
) -> dict[str, Any]:
    above = demo.units.get(parent)
    unit = DemoUnit(
        id=new_id(),
        code=code,
        name=name,
        short_name=short,
        kind=kind,
        track=track,
        path=f"{above.path if above else '/'}{code}/",
        parent=parent,
    )
    demo.units[code] = unit
    return demo.row(
        id=unit.id,
        parent_id=above.id if above else None,
        path=unit.path,
        code=code,
        name=name,
        short_name=short,
        kind=kind,
        track_id=demo.tracks.get(track),
        is_verifying=is_verifying,
    )
