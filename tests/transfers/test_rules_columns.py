"""Every name that ledgers give their columns (domain §8) is known, with units and brackets as people write them."""

from __future__ import annotations

import pytest

from app.core.money import AmountUnit, header_unit
from app.transfers.rules import FIELDS, Kind, propose, recognise

DEALS = {
    "序号": "seq", "项目名称": "name", "建设内容": "content", "投资方": "investor", "投资方名称": "investor",
    "外来投资方": "investor", "统一社会信用代码": "uscc", "投资方所在地": "home",
    "资金来源(省外/省内/外资/返乡)": "funds", "资金来源": "funds", "总投资额[亿元]": "total", "总投资(万元)": "total",
    "总投资额（亿元）": "total", "金额限定": "qualifier", "一期投资额": "phase_one", "其中固投": "fixed",
    "其中：固投（万元）": "fixed", "行业类别": "industry", "产业类别": "industry_kind", "产业链": "chain",
    "签约时间": "signed", "协议类型": "agreement", "建设地点[注明园区]": "place", "用地(亩)": "land_mu",
    "项目引荐单位": "introducer", "责任单位": "responsible_unit", "责任人": "responsible", "挂点县领导": "leader",
    "责任领导": "leader", "分管领导": "leader", "状态": "stage", "进展": "progress", "状态/进展": "stage",
    "注册时间": "registered_on", "注册资本[万元]": "capital", "法人代表": "legal_person", "开工时间": "started_on",
    "投产时间": "produced_on", "投资方实际到资额[亿元]": "paid", "累计到资": "paid", "其中省外资金": "paid_outside",
    "存在问题": "problem", "下步打算": "next_step", "是否省平台入库": "platform_on", "备注": "note",
}  # fmt: skip
LEADS = {
    "序号": "seq", "在谈项目名称": "name", "在谈建设内容": "content", "拟投资额": "planned", "在谈投资方": "investor",
    "拟建地点": "place", "用地情况[亩]": "land_mu", "联系人": "contact", "联系人职务": "contact_post",
    "联系人电话": "contact_phone", "跟踪人": "owner", "跟踪单位": "unit",
}  # fmt: skip
UNITS = {
    "单位": "name",
    "简称": "short_name",
    "类型": "kind",
    "上级单位": "parent",
    "赛道": "track",
    "代码": "code",
}
PEOPLE = {"单位": "unit", "序号": "seq", "姓名": "name", "职务": "post", "电话": "phone", "分管口": "line"}
EVERY = [
    (kind, words, key)
    for kind, names in ((Kind.DEALS, DEALS), (Kind.LEADS, LEADS), (Kind.UNITS, UNITS), (Kind.PEOPLE, PEOPLE))
    for words, key in names.items()
]


@pytest.mark.parametrize(("kind", "words", "key"), EVERY)
def test_a_columns_name_is_known(kind: Kind, words: str, key: str) -> None:
    assert recognise(kind, words) == key


@pytest.mark.parametrize("kind", list(Kind))
def test_the_headers_of_our_own_files_are_known_as_themselves(kind: Kind) -> None:
    assert [recognise(kind, field.header) for field in FIELDS[kind]] == [field.key for field in FIELDS[kind]]


@pytest.mark.parametrize(
    ("words", "unit"),
    [
        ("总投资额[亿元]", AmountUnit.YI),
        ("总投资(万元)", AmountUnit.WAN),
        ("注册资本【万元】", AmountUnit.WAN),
        ("总投资 （亿）", AmountUnit.YI),
        ("总投资：万元", AmountUnit.WAN),
        ("累计到资", None),
    ],
)
def test_a_header_says_what_its_numbers_mean(words: str, unit: AmountUnit | None) -> None:
    assert header_unit(words) is unit
    assert recognise(Kind.DEALS, words) in ("total", "capital", "paid")


def test_of_two_columns_that_may_be_one_the_second_is_left_to_a_person() -> None:
    columns = [(0, ("项目名称",)), (1, ("责任单位",)), (2, ("牵头单位",))]
    assert propose(Kind.DEALS, columns) == {0: "name", 1: "responsible_unit"}
