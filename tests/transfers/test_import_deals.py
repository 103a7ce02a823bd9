"""Ledgers of deals: checked whole, written whole, the same again changes nothing."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from app.core.clock import DayPrecision
from app.core.money import AmountQualifier, format_yi
from app.core.regions import OriginLevel
from app.deals.models import DealNote, PaidIn, TermsInvestor
from app.deals.rules import AgreementKind, DealStage, TermsState
from app.investors.models import Investor
from app.investors.rules import InvestorKind
from app.transfers.rules import Severity, Verdict
from app.transfers.service import NothingToWrite, RowsAreWrong
from tests.deals.conftest import Office
from tests.factories.identity import make_person
from tests.transfers.conftest import DATA, bring, csv, look

WANZAI = (DATA / "wanzai-2009.csv").read_bytes()
FENYI = (DATA / "fenyi-2022.csv").read_bytes()


def origins(office: Office) -> dict[str, OriginLevel]:
    with office.database.reading() as session:
        rows = session.execute(
            select(Investor.name, TermsInvestor.origin_level).join(
                TermsInvestor, TermsInvestor.investor_id == Investor.id
            )
        )
        return {name: level for name, level in rows}  # noqa: C416


def test_the_bulletin_of_2009_is_read_with_its_total_compared(office: Office) -> None:
    checked = look(office, WANZAI)
    assert checked.errors == []
    assert checked.counts[Verdict.NEW] == 11
    (total,) = checked.totals
    yi = [format_yi(fen) for fen in (total.stated_fen, total.read_fen, total.gap_fen)]
    assert (total.header, *yi) == ("总投资(亿元)", "39.50", "179.50", "140.00")
    assert [column.header for column in checked.opened.ignored] == []


def test_the_bulletin_of_2009_is_imported(office: Office) -> None:
    assert bring(office, WANZAI, opening=True).new == 11
    deals = office.deals()
    assert [deal.code for deal in deals] == [f"D2009-{number:04d}" for number in range(1, 12)]
    assert all(deal.opening and deal.contract_pending for deal in deals)
    assert {deal.terms_state for deal in deals} == {TermsState.DRAFT}
    terms = office.terms(deals[0])
    assert (terms.total_fen, terms.qualifier) == (233_000_000_000, AmountQualifier.EXACT)
    assert (terms.signed_precision, terms.signed_from, terms.signed_on) == (
        DayPrecision.RANGE, date(2009, 1, 1), date(2009, 8, 31),
    )  # fmt: skip
    assert office.terms(deals[10]).agreement is AgreementKind.LETTER_OF_INTENT
    found = origins(office)
    assert found["武汉凯迪绿色能源有限公司"] is OriginLevel.OUT_OF_PROVINCE
    assert found["香港启泰进出口贸易公司"] is OriginLevel.HK_MO_TW
    assert {found[name] for name in ("江西万憬旅游投资有限公司", "正邦集团", "熊国宝", "叶小牛")} == {
        OriginLevel.PROVINCE
    }
    assert found["李坚华"] is OriginLevel.OUT_OF_PROVINCE
    with office.database.reading() as session:
        person = session.scalars(select(Investor).where(Investor.name == "郑长青")).one()
    assert (person.kind, person.region_code) == (InvestorKind.PERSON, "330300")


def test_what_fenyi_did_not_publish_stays_unknown(office: Office) -> None:
    checked = look(office, FENYI)
    assert checked.errors == []
    assert bring(office, FENYI).new == 4
    deals = office.deals()
    first, second = office.terms(deals[0]), office.terms(deals[1])
    assert (first.total_fen, first.qualifier) == (100_000_000_000, AmountQualifier.AT_LEAST)
    assert (second.total_fen, second.qualifier, second.signed_on) == (None, AmountQualifier.UNKNOWN, None)
    assert {office.terms(deal).agreement for deal in deals} == {AgreementKind.UNKNOWN}
    assert deals[1].stage is DealStage.FILED
    assert origins(office) == dict.fromkeys(["海螺", "金达", "金博"], OriginLevel.UNKNOWN)
    assert deals[2].chain == "ramie_textiles"


@pytest.mark.parametrize("content", [WANZAI, FENYI])
def test_the_same_file_again_changes_nothing(office: Office, content: bytes) -> None:
    bring(office, content)
    events = len(office.events("deal.filed"))
    checked = look(office, content)
    assert {row.verdict for row in checked.rows} == {Verdict.UNCHANGED}
    with pytest.raises(NothingToWrite):
        bring(office, content)
    assert len(office.events("deal.filed")) == events
    assert office.events("deal.changed") == []


CELLS = {
    "项目名称": "光学模组项目",
    "投资方": "南昌某某光电有限公司",
    "投资方所在地": "江西省南昌市",
    "总投资(万元)": "约1.2亿",
    "签约时间": "2022.3.4",
    "协议类型": "正式合同",
    "责任单位": "双林镇",
    "责任人": "周远行",
    "挂点县领导": "冯挂帅",
    "累计到资[万元]": "3000",
    "状态": "桩基施工",
    "开工时间": "2022年6月",
    "存在问题": "用电",
    "注册资本": "5000万",
    "是否省平台入库": "是",
    "备注": "重点",
}
HEADER, ROW = ",".join(CELLS), ",".join(CELLS.values())


def test_every_kind_of_cell_finds_its_place(office: Office) -> None:
    with office.database.writing() as session:
        make_person(session, unit=office.bureau, name="冯挂帅", is_leader=True)
    assert bring(office, csv(HEADER, ROW)).new == 1
    (deal,) = office.deals()
    terms = office.terms(deal)
    assert (terms.total_fen, terms.qualifier, terms.agreement) == (
        12_000_000_000, AmountQualifier.ABOUT, AgreementKind.FORMAL_CONTRACT,
    )  # fmt: skip
    assert (deal.stage, deal.started_on) == (DealStage.STARTED, date(2022, 6, 30))
    assert deal.responsible_unit_id == office.other.id
    assert deal.responsible_person_id == office.people["elsewhere"].person_id
    assert deal.leader_in_charge_id is not None
    assert deal.entered_by == office.people["member"].id
    assert terms.note == "重点；是否省平台入库：是；注册资本：5000万"
    with office.database.reading() as session:
        paid, note = session.scalars(select(PaidIn)).one(), session.scalars(select(DealNote)).one()
    # A ledger does not say since when: the day of the import is the day of the statement.
    assert (paid.total_fen, paid.as_of) == (3_000_000_000, date(2022, 11, 22))
    assert (note.progress, note.problem) == ("桩基施工", "用电")
    assert look(office, csv(HEADER, ROW)).counts[Verdict.UNCHANGED] == 1


def test_people_who_are_not_on_the_roster_stay_as_text(office: Office) -> None:
    content = csv("项目名称,投资方,责任人,责任领导", "甲项目,甲公司,无名氏,某领导")
    checked = look(office, content)
    assert [finding.message for finding in checked.warnings] == [
        "error.transfers.not_on_roster",
        "error.transfers.no_such_leader",
    ]
    bring(office, content)
    (deal,) = office.deals()
    assert (deal.responsible_text, deal.leader_in_charge_id) == ("无名氏", None)
    assert office.terms(deal).note == "责任领导：某领导"


@pytest.mark.parametrize(
    ("header", "value", "message"),
    [
        ("总投资(万元)", "很多", "error.money.not_an_amount"),
        ("总投资", "3000", "error.money.no_unit"),
        ("总投资(万元)", "0-5000万", "error.transfers.one_amount"),
        ("签约时间", "去年", "error.clock.not_a_day"),
        ("签约时间", "2023-01-05", "enum.TermsProblem.signed_in_the_future"),
        ("协议类型", "口头", "error.transfers.unknown_word"),
        ("统一社会信用代码", "91360521MA35X", "error.text.uscc_length"),
        ("开工时间", "2023-05-01", "error.transfers.in_the_future"),
        ("用地", "很大", "error.sheets.not_a_number"),
    ],
)
def test_an_error_names_row_column_value_and_cure_and_keeps_all_out(
    office: Office, header: str, value: str, message: str
) -> None:
    content = csv(f"项目名称,投资方,{header}", "好项目,甲公司,", f"坏项目,乙公司,{value}")
    checked = look(office, content)
    (found,) = checked.errors
    assert (found.row, found.header, found.value, found.message) == (3, header, value, message)
    assert found.severity is Severity.ERROR
    with pytest.raises(RowsAreWrong):
        bring(office, content)
    assert office.deals() == []


def test_a_slip_of_a_zero_is_a_warning(office: Office) -> None:
    checked = look(office, csv("项目名称,投资方,总投资(亿元)", "甲项目,甲公司,1200", "乙项目,乙公司,0.03"))
    assert [(finding.row, finding.message) for finding in checked.warnings] == [
        (2, "enum.SlipReason.over_10_billion"),
        (3, "enum.SlipReason.under_5_million"),
    ]
    assert checked.errors == []


def test_changes_are_confirmed_one_by_one(office: Office) -> None:
    bring(
        office,
        csv("项目名称,投资方,总投资(万元),建设地点", "甲项目,甲公司,3000,城东", "乙项目,乙公司,4000,城西"),
    )
    later = csv(
        "项目名称,投资方,总投资(万元),建设地点",
        "甲项目,甲公司,5000,",
        "乙项目,乙公司,4500,城南",
        "丙项目,丙公司,6000,",
    )
    checked = look(office, later)
    assert [row.verdict for row in checked.rows] == [Verdict.CHANGED, Verdict.CHANGED, Verdict.NEW]
    assert [(change.label, change.theirs, change.yours) for change in checked.rows[1].changes] == [
        ("总投资(万元)", "4,000万元", "4,500万元"),
        ("建设地点", "城西", "城南"),
    ]
    outcome = bring(office, later, confirmed=(3,))
    assert (outcome.new, outcome.changed, outcome.left_out) == (1, 1, 1)
    first, second, _third = office.deals()
    assert (office.terms(first).total_fen, first.place) == (3_000_000_000, "城东")
    assert (office.terms(second).total_fen, second.place) == (4_500_000_000, "城南")
    (event,) = office.events("deal.changed")
    assert event.changes["place"] == ["城西", "城南"]


def test_verified_terms_change_by_an_amendment_only(office: Office) -> None:
    deal = office.deal(name="甲项目", state=TermsState.VERIFIED)
    content = csv("编号,项目名称,投资方,总投资(万元),建设地点", f"{deal.code},甲项目,,99999,城北")
    (row,) = look(office, content).rows
    assert [(change.name, change.applies) for change in row.changes] == [("total", False), ("place", True)]
    bring(office, content, confirmed=(2,))
    assert office.terms(deal).total_fen == 10_000_000_000
    assert office.row(deal.id).place == "城北"


def test_a_row_is_matched_by_code_else_by_name_and_investor(office: Office) -> None:
    bring(office, csv("项目名称,投资方", "甲项目,甲公司", "甲项目,", "乙项目,乙公司"))
    codes = {deal.name: deal.code for deal in office.deals()}
    checked = look(
        office,
        csv(
            "编号,项目名称,投资方",
            ",甲 项目,甲公司",
            ",甲项目,",
            f"{codes['乙项目']},乙项目（二期）,",
            ",丙项目,",
        ),
    )
    assert [row.verdict for row in checked.rows] == [
        Verdict.UNCHANGED, Verdict.UNCHANGED, Verdict.CHANGED, Verdict.NEW,
    ]  # fmt: skip


def test_two_of_a_name_are_a_suspected_duplicate(office: Office) -> None:
    content = csv("项目名称,投资方", "甲项目,甲公司", "甲项目,甲公司")
    checked = look(office, content)
    assert [row.verdict for row in checked.rows] == [Verdict.NEW, Verdict.SUSPECTED]
    assert checked.rows[1].same_as_row == 2
    assert bring(office, content).new == 1
    assert bring(office, content, confirmed=(3,)).new == 1
    assert [row.verdict for row in look(office, csv("项目名称,投资方", "甲项目,甲公司")).rows] == [
        Verdict.SUSPECTED
    ]


def test_the_home_on_file_stands_against_the_ledgers(office: Office) -> None:
    content = csv("项目名称,投资方,投资方所在地", "甲项目,桐乡新纺科技有限公司,江西省南昌市")
    assert [finding.message for finding in look(office, content).warnings] == ["error.transfers.other_home"]
    bring(office, content)
    assert origins(office)["桐乡新纺科技有限公司"] is OriginLevel.OUT_OF_PROVINCE


def test_columns_may_be_chosen_by_hand(office: Office) -> None:
    content = csv("项目名称,投资方,大数(亿元)", "甲项目,甲公司,2")
    assert [column.header for column in look(office, content).opened.ignored] == ["大数(亿元)"]
    checked = look(office, content, chosen={0: "name", 1: "investor", 2: "total"})
    assert checked.rows[0].entry.total_fen == 20_000_000_000


def test_the_import_is_on_record(office: Office) -> None:
    bring(office, WANZAI)
    (event,) = office.events("transfer.imported")
    assert event.changes["new"] == [None, 11]
    assert event.actor_id == office.people["member"].id
