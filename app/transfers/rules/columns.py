"""The names that ledgers give their columns (domain §8), in any order and subset."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from app.core.i18n import N_
from app.transfers.rules.outcome import Kind


class Holds(StrEnum):
    """What the cells of a column are read as."""

    TEXT = "text"
    LONG = "long"
    AMOUNT = "amount"
    DAY = "day"
    NUMBER = "number"
    WORD = "word"


@dataclass(frozen=True, slots=True)
class Field:
    """A column that is known. `header` is the name in our own files, `names` other names without unit and brackets."""

    key: str
    header: str
    holds: Holds = Holds.TEXT
    names: tuple[str, ...] = ()
    # Whether our own exports write it; others are only understood.
    written: bool = True


_DEALS = (
    Field("code", N_("编号"), names=("项目编号", "系统编号")),
    Field("name", N_("项目名称"), names=("名称", "签约项目名称", "项目", "签约项目")),
    Field(
        "content",
        N_("建设内容"),
        Holds.LONG,
        ("建设内容及规模", "项目内容", "主要建设内容", "建设规模及内容"),
    ),
    Field(
        "investor",
        N_("投资方"),
        names=("投资方名称", "外来投资方", "投资主体", "投资企业", "投资单位", "客商", "投资商"),
    ),
    Field("uscc", N_("统一社会信用代码"), names=("信用代码", "社会信用代码")),
    Field(
        "home", N_("投资方所在地"), names=("投资方来源地", "来源地", "客商来源地", "资金来源地", "投资方地址")
    ),
    Field("funds", "资金来源", names=("资金来源类别", "资金性质"), written=False),
    Field(
        "total",
        N_("总投资（万元）"),
        Holds.AMOUNT,
        ("总投资额", "投资总额", "计划总投资", "协议总投资", "签约金额", "合同金额", "投资额"),
    ),
    Field("qualifier", N_("金额限定"), Holds.WORD, ("金额口径",)),
    Field("phase_one", N_("一期投资额（万元）"), Holds.AMOUNT, ("一期投资", "首期投资")),
    Field(
        "fixed",
        N_("其中固投（万元）"),
        Holds.AMOUNT,
        ("固投", "固定资产投资", "其中固定资产投资", "固定资产投资额"),
    ),
    Field("industry", N_("行业类别"), names=("行业", "所属行业")),
    Field("industry_kind", N_("产业类别"), names=("产业类型",), written=False),
    Field("chain", N_("产业链"), names=("所属产业链", "产业集群")),
    Field("signed", N_("签约时间"), Holds.DAY, ("签约日期", "签约年月", "签订时间", "合同签订时间")),
    Field("agreement", N_("协议类型"), Holds.WORD, ("合同类型", "协议性质", "合同性质")),
    Field("place", N_("建设地点"), names=("落户地点", "落户园区", "项目地点", "建设地址", "拟建地点")),
    Field("land_mu", N_("用地（亩）"), Holds.NUMBER, ("用地", "用地面积", "占地面积", "用地情况")),
    Field("introducer", N_("项目引荐单位"), names=("引荐单位", "引资单位", "招商单位", "引进单位")),
    Field("responsible_unit", N_("责任单位"), names=("牵头单位", "服务单位", "包保单位")),
    Field("responsible", N_("责任人"), names=("项目责任人", "跟踪人", "服务专员", "项目专员")),
    Field(
        "leader",
        N_("挂点县领导"),
        names=("责任领导", "分管领导", "挂点领导", "挂点领导姓名", "包保领导", "县领导"),
    ),
    Field("line", N_("口"), names=("分管口", "分口")),
    Field("company", N_("项目公司"), names=("项目公司名称", "注册公司", "落户企业")),
    Field("stage", N_("状态"), Holds.WORD, ("项目状态", "阶段", "状态/进展", "项目状态/进展")),
    Field("progress", N_("进展"), Holds.LONG, ("项目进展", "进展情况", "目前进展", "形象进度", "最新进展")),
    Field("registered_on", N_("注册时间"), Holds.DAY, ("注册日期", "工商注册时间")),
    Field("capital", "注册资本", names=("注册资金",), written=False),
    Field("legal_person", "法人代表", names=("法定代表人", "法人"), written=False),
    Field("planned_start_on", N_("计划开工时间"), Holds.DAY, ("约定开工时间", "约定开工日期", "拟开工时间")),
    Field("started_on", N_("开工时间"), Holds.DAY, ("开工日期", "实际开工时间")),
    Field("produced_on", N_("投产时间"), Holds.DAY, ("投产日期", "竣工投产时间")),
    Field(
        "paid",
        N_("累计到资（万元）"),
        Holds.AMOUNT,
        ("投资方实际到资额", "实际到资额", "到资额", "到位资金", "累计到位资金", "实际进资", "累计进资"),
    ),
    Field("paid_outside", N_("其中省外资金（万元）"), Holds.AMOUNT, ("省外资金", "省外到资", "其中省外到资")),
    Field("problem", N_("存在问题"), Holds.LONG, ("存在的问题", "存在的困难和问题", "困难问题")),
    Field("next_step", N_("下步打算"), Holds.LONG, ("下一步打算", "下步工作", "下一步计划", "下一步工作")),
    Field(
        "platform_on", N_("省平台入库"), Holds.WORD, ("是否省平台入库", "省平台入库时间", "省平台入库日期")
    ),
    Field("statistics_on", N_("入统时间"), Holds.WORD, ("是否入统", "入统日期")),
    Field("note", N_("备注"), Holds.LONG, ("说明",)),
)
_LEADS = (
    Field("code", N_("编号"), names=("线索编号", "项目编号", "系统编号")),
    Field("name", N_("在谈项目名称"), names=("项目名称", "线索名称", "名称", "在谈项目")),
    Field("content", N_("在谈建设内容"), Holds.LONG, ("建设内容", "项目内容", "洽谈内容")),
    Field("planned", N_("拟投资额（万元）"), Holds.AMOUNT,
        ("拟投资", "拟投资总额", "计划投资", "总投资", "投资额", "总投资额", "投资规模")),
    Field("investor", N_("在谈投资方"), names=("投资方", "投资方名称", "外来投资方", "客商", "投资企业")),
    Field("home", N_("投资方所在地"), names=("投资方来源地", "来源地", "客商来源地")),
    Field("place", N_("拟建地点"), names=("建设地点", "落户地点", "意向地点")),
    Field("land_mu", N_("用地情况（亩）"), Holds.NUMBER, ("用地情况", "用地", "用地面积", "用地需求")),
    Field("chain", N_("产业链"), names=("所属产业链",)),
    Field("contact", N_("联系人"), names=("客商联系人", "对方联系人"), written=False),
    Field("contact_post", N_("联系人职务"), names=("职务",), written=False),
    Field("contact_phone", N_("联系人电话"), names=("联系电话", "电话", "联系方式"), written=False),
    Field("owner", N_("跟踪人"), names=("责任人", "跟踪责任人", "我方联系人")),
    Field("unit", N_("跟踪单位"), names=("责任单位", "填报单位")),
    Field("stage", N_("阶段"), Holds.WORD, ("状态", "洽谈阶段", "洽谈进度", "项目阶段", "线索阶段")),
    Field("source", N_("线索来源"), Holds.WORD, ("来源", "信息来源")),
    Field("referrer", N_("引荐人"), names=("介绍人",)),
    Field("expected_on", N_("预计签约时间"), Holds.DAY, ("预计签约日期", "拟签约时间")),
    Field("first_contact_on", N_("首次接触时间"), Holds.DAY, ("首次接触日期", "首谈时间", "初次洽谈时间")),
    Field("next_step", N_("下步打算"), names=("下一步打算", "下步工作")),
)  # fmt: skip
_UNITS = (
    Field("code", N_("代码"), names=("单位代码", "编码")),
    Field("name", N_("单位名称"), names=("单位", "名称", "单位全称")),
    Field("short_name", N_("简称"), names=("单位简称",)),
    Field("kind", N_("类型"), Holds.WORD, ("单位类型", "类别", "单位类别")),
    Field("parent", N_("上级单位"), names=("上级", "主管单位", "隶属单位")),
    Field("track", N_("赛道"), names=("考核类别", "考核组别", "分类")),
)
_PEOPLE = (
    Field("name", N_("姓名"), names=("名字",)),
    Field("unit", N_("单位"), names=("单位名称", "所在单位", "工作单位")),
    Field("post", N_("职务"), names=("岗位", "职位")),
    Field("phone", N_("电话"), names=("联系电话", "手机", "手机号", "手机号码", "联系方式")),
    Field("is_leader", N_("县领导"), Holds.WORD, ("是否县领导", "领导", "是否领导")),
    Field("line", N_("分管口"), names=("口", "分管领域")),
)
FIELDS: dict[Kind, tuple[Field, ...]] = {
    Kind.DEALS: _DEALS,
    Kind.LEADS: _LEADS,
    Kind.UNITS: _UNITS,
    Kind.PEOPLE: _PEOPLE,
}
# A counting column, which says nothing about the record.
SEQUENCE = ("序号", "编次", "no", "no.")
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_UNIT_AT_END = re.compile(r"(?<=.)[/:]?(?:亿元|百万元|万元|千元|元|亩)$")


def recognise(kind: Kind, words: str) -> str | None:
    """Give the key of the column that a header names; None for one that is not known."""
    bare = bare_name(words)
    if bare in SEQUENCE:
        return "seq"
    return _names(kind).get(bare)


def field_of(kind: Kind, key: str) -> Field:
    """Return a known column. Raises KeyError."""
    return _by_key(kind)[key]


def propose(kind: Kind, columns: Iterable[tuple[int, Sequence[str]]]) -> dict[int, str]:
    """Say for each column (its place, what its name may be read from) which known one it is.

    Each known one is given once, to the first that names it.

    Of two columns that may be one (责任单位 twice) the other stays open for a person to choose.
    """
    chosen: dict[int, str] = {}
    taken: set[str] = set()
    for place, names in columns:
        key = next(filter(None, (recognise(kind, words) for words in names)), None)
        if key is not None and key != "seq" and key not in taken:
            chosen[place] = key
            taken.add(key)
    return chosen


def bare_name(words: str) -> str:
    """Strip a header to its name: no brackets, units, stars, spaces; full width made plain."""
    text = "".join(unicodedata.normalize("NFKC", words).split()).casefold()
    text = text.translate(str.maketrans("【】〔〕", "[][]")).replace("其中:", "其中")
    bare = _BRACKETS.sub("", text).strip("*:、.。")
    return _UNIT_AT_END.sub("", bare)


@cache
def _names(kind: Kind) -> dict[str, str]:
    found: dict[str, str] = {}
    for field in FIELDS[kind]:
        for name in _all_names(field):
            found.setdefault(name, field.key)
    return found


@cache
def _by_key(kind: Kind) -> dict[str, Field]:
    return {field.key: field for field in FIELDS[kind]}


def _all_names(field: Field) -> Iterable[str]:
    return (bare_name(name) for name in (field.header, *field.names))
