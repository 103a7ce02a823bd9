"""/progress: figures against rows worked out by hand, links that sum to them, what a member sees, its budget."""

from __future__ import annotations

import html
import re
from datetime import date
from decimal import Decimal

import pytest
from starlette.testclient import TestClient

from app.core.events import record
from app.core.ids import new_id
from app.deals.models import Credit, Deal
from app.leads.rules import LeadStage
from app.targets.models import PublishedFigure, TargetPart
from app.targets.rules import CreditRole, PartKind, SetBy
from tests.counting import counting
from tests.factories.deals import make_deal
from tests.factories.identity import make_unit
from tests.factories.investors import make_investor
from tests.factories.leads import make_lead
from tests.factories.progress import post
from tests.factories.targets import YI, make_target
from tests.factories.visits import make_visit
from tests.progress.conftest import VERIFIED, World, at, sum_of

SENTENCE = (
    "截至11月22日，全县新签约省外2000万元以上项目4个，总投资17.8亿元，完成年度目标300亿元的5.9%，"
    "慢于序时进度83.5个百分点；另有待认定项目1个、1.5亿元。"
)
BUDGET = 14
FIGURE = re.compile(r'<a href="(/progress/[^"]*)" data-fen="(-?\d+)"(?: data-count="(-?\d+)")?>')
ROW = re.compile(r'<(?:tr|p class="card others-line") data-fen="(-?\d+)" data-count="(-?\d+)">')


def rows_of(client: TestClient, href: str) -> list[tuple[int, int]]:
    """The rows behind a figure, of every page, other units' line among them."""
    answer = client.get(href)
    assert answer.status_code == 200, href
    assert "page=2" not in answer.text
    return [(int(fen), int(count)) for fen, count in ROW.findall(answer.text)]


def odd_deal(world: World) -> None:
    """A deal that is not round, shared by thirds, and one in talks: sums that only exact rows give."""
    with world.database.writing() as session:
        deal = make_deal(
            session, unit=world.town, state=VERIFIED, name="零头", total_fen=2_345_678_901 * 10 + 7,
            investor=make_investor(session, home="440306"), signed_on=date(2022, 8, 3),
        )  # fmt: skip
        (held,) = session.query(Credit).filter_by(deal_id=deal.id)
        held.share_percent = Decimal("66.67")
        session.add(
            Credit(
                id=new_id(), deal_id=deal.id, role=CreditRole.INTRODUCER, unit_id=world.other.id,
                share_percent=Decimal("33.33"),
            )
        )  # fmt: skip
        post(session, deal, world.actor, at=at(8, 4))
        for unit in (world.town, world.other):
            make_lead(
                session, unit=unit, stage=LeadStage.NEGOTIATING, planned_min_fen=12 * YI + 1,
                planned_max_fen=12 * YI + 1, expected_signing_on=date(2022, 11, 30),
            )  # fmt: skip


def card(page: str, key: str) -> str:
    """The text of one card, without its tags."""
    found = re.search(rf'<section class="card[^"]*" id="{key}">(.*?)</section>', page, re.DOTALL)
    assert found, key
    return plain(found[1])


def plain(markup: str) -> str:
    return re.sub(r"\s+", "", html.unescape(re.sub(r"<[^>]+>", " ", markup)))


def links(page: str) -> list[tuple[str, str]]:
    found = re.findall(
        r'<a[^>]*href="(/progress/(?:entries|deals|talks)\?[^"]*)"[^>]*>(.*?)</a>', page, re.DOTALL
    )
    return [(html.unescape(href), plain(text)) for href, text in found]


def test_the_page_begins_with_the_sentence_in_the_offices_words(world: World) -> None:
    page = world.page()
    assert SENTENCE in page
    assert page.index(SENTENCE) < page.index("已认定")


def test_the_three_numbers_and_what_each_day_must_bring(world: World) -> None:
    text = plain(world.page())
    assert "已认定17.8亿元4个待认定1.5亿元1个合计上报19.3亿元5个" in text
    assert "序时进度89.4%落后序时-83.5个百分点" in text
    # 282.2亿 over the 39 days from 23 November to 31 December.
    assert "还差282.2亿元剩余39天每天需完成7.24亿元" in text


def test_signed_started_and_paid_in_stand_in_one_row(world: World) -> None:
    text = card(world.page(), "cohort")
    assert "签约17.80亿元4个" in text
    assert "开工12.00亿元1个25.0%" in text
    assert "到位2.00亿元1个11.2%" in text


def test_large_deals_and_the_share_of_the_ten_largest(world: World) -> None:
    text = card(world.page(), "large")
    assert "1亿元以上17.50亿元3个" in text
    assert "10亿元以上12.00亿元1个" in text
    assert "前十大占100.0%" in text
    assert "前十大17.80亿元4个" in text


def test_signed_and_not_started_with_the_days_late(world: World) -> None:
    text = card(world.page(), "late")
    # 商砼 (due 28 September, 55 days) does not count but is as late as any.
    assert "3个超期" in text
    assert "麻纺双林镇超114天" in text
    assert "商砼双林镇超55天" in text


def test_the_months_sum_to_the_headline(world: World) -> None:
    page = world.page()
    rows = re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)
    months = [plain(row) for row in rows if "月" in plain(row)[:3]]
    assert months[1].startswith("2月3.003.00")
    assert months[2].startswith("3月12.0015.00")
    assert months[10].startswith("11月2.5017.80")


def test_the_newest_published_place_is_named_with_its_bulletin(world: World) -> None:
    with world.database.writing() as session:
        for year, month, rank in ((2021, 12, 3), (2022, 10, 2), (2022, 12, 1)):
            session.add(
                PublishedFigure(
                    target_id=world.target_id, year=year, month=month, done=100 * YI, rank=rank, ranked=5,
                    document=f"余商字〔{year}〕{month}号",
                )
            )  # fmt: skip
    text = card(world.page(), "months")
    assert "通报排名：2022年1–10月第2（共5）余商字〔2022〕10号" in text
    assert "上年数据：余商字〔2021〕12号" in text


def test_what_does_not_count_is_named_by_every_reason(world: World) -> None:
    text = card(world.page(), "not-counted")
    assert "投资方在省内5.00亿元1个" in text
    assert "总投资未公布0.00亿元1个" in text
    assert "未认定0.00亿元1个" in text


def test_this_weeks_changes_leave_imported_history_out(world: World) -> None:
    text = card(world.page(), "changes")
    assert text == "近7天变动不含期初新签约2.50亿元1个合计2.50亿元1个"


def test_units_are_ranked_inside_their_track(world: World) -> None:
    text = card(world.page(), "units")
    assert "乡镇2个单位17.80亿元17.8%" in text
    assert "1河下镇12.30亿元12.3%2双林镇5.50亿元2个" in text
    assert "各单位目标合计100亿元，比全县目标300亿元少200亿元" in text


def test_the_table_says_when_the_units_add_to_more_deals_than_the_county(world: World) -> None:
    assert "各单位合计比全县多" not in world.page()
    with world.database.writing() as session:
        deal = session.get_one(Deal, world.deals["光学"].id)
        (held,) = session.query(Credit).filter_by(deal_id=deal.id)
        held.share_percent = Decimal(60)
        session.add(
            Credit(
                id=new_id(), deal_id=deal.id, role=CreditRole.INTRODUCER, unit_id=world.other.id,
                share_percent=Decimal(40),
            )
        )  # fmt: skip
        post(session, deal, world.actor, at=at(11, 21))
    text = card(world.page(), "units")
    assert "各单位合计比全县多1个" in text
    assert "7.50亿元7.5%" in text


def test_units_that_have_not_been_out_for_a_month_are_named(world: World) -> None:
    with world.database.writing() as session:
        investor = make_investor(session)
        make_visit(session, unit=world.town, investor=investor, from_on=date(2022, 11, 20), at=at(11, 20))
        make_visit(session, unit=world.other, investor=investor, from_on=date(2022, 10, 20), at=at(10, 20))
    assert card(world.page(), "idle") == "未外出单位近30天双林镇10月20日"


def test_projects_in_talks_by_size_and_by_the_day_expected(world: World) -> None:
    with world.database.writing() as session:
        for wan, day in ((12 * YI, date(2022, 12, 5)), (YI, date(2022, 11, 30)), (YI // 2, None)):
            make_lead(
                session, unit=world.town, stage=LeadStage.NEGOTIATING, planned_min_fen=wan, planned_max_fen=wan,
                expected_signing_on=day,
            )  # fmt: skip
        make_lead(session, unit=world.town, stage=LeadStage.CONTACTED)
    text = card(world.page(), "talks")
    assert "全部13.50亿元3个1亿元以上13.00亿元2个10亿元以上12.00亿元1个" in text
    assert "当月预计签约1.00亿元1个当季预计签约13.00亿元2个" in text


@pytest.mark.parametrize("who", ["leader", "member"])
def test_every_figure_leads_to_rows_that_sum_to_it_to_the_fen(world: World, who: str) -> None:
    odd_deal(world)
    client = world.client(who)
    page = client.get("/progress").text
    found = FIGURE.findall(page)
    for href, fen, count in found:
        rows = rows_of(client, html.unescape(href))
        assert sum(row[0] for row in rows) == int(fen), href
        if count:
            assert sum(row[1] for row in rows) == int(count), href
    # The three numbers, eight of the key row, months and their sums, bands, units, chains, homes, reasons, changes.
    assert len(found) > 45


@pytest.mark.parametrize("who", ["leader", "member"])
def test_no_figure_stands_without_its_link(world: World, who: str) -> None:
    odd_deal(world)
    main = world.page(who=who).split("<main", 1)[1].split("</main>")[0]
    # What is derived from figures, and the rows themselves, lead nowhere: the pace, last year, the ten by name.
    for apart in (
        r'<p class="headline">.*?</p>',
        r'<p class="progress-pace">.*?</p>',
        r'<section class="card[^"]*" id="top">.*?</section>',
        r"<p[^>]*>(?:(?!</p>).)*各单位目标合计.*?</p>",
        r"其他单位[^<]*",
        r"<a [^>]*data-fen.*?</a>",
        r"<figure[^>]*>",
    ):
        main = re.sub(apart, "", main, flags=re.DOTALL)
    amounts = [
        found for found in re.findall(r"[\d,]+\.\d+\s*亿元", plain(main)) if not found.startswith("0.00")
    ]
    assert amounts == []


def test_the_rows_are_the_same_at_an_earlier_cutoff(world: World) -> None:
    client = world.client()
    page = client.get("/progress?as_of=2022-11-19&known_at=2022-11-20T23:59:00").text
    found = FIGURE.findall(page)
    assert len(found) > 40
    for href, fen, _count in found:
        assert "as_of=2022-11-19&amp;known_at=2022-11-20" in href
        assert sum(row[0] for row in rows_of(client, html.unescape(href))) == int(fen), href


def test_a_units_link_sums_to_its_shares_and_the_units_sum_to_the_county(world: World) -> None:
    client = world.client()
    page = client.get("/progress").text
    sums = [sum_of(client.get(href).text) for href, _text in links(page) if "unit=" in href]
    assert sorted(sums) == [11 * YI // 2, 123 * YI // 10]
    (track,) = [sum_of(client.get(href).text) for href, _text in links(page) if "track=" in href]
    assert track == sum(sums)


def test_a_member_sees_other_units_rows_as_one_line(world: World) -> None:
    client = world.client("member")
    page = client.get("/progress").text
    assert SENTENCE in page
    for kept in ("特钢", "麻纺", "双林镇"):
        assert kept not in page
    assert "其他单位1个/5.50亿元" in plain(page)
    rows = client.get("/progress/entries").text
    assert sum_of(rows) == 178 * YI // 10
    assert "其他单位2个/5.5000亿元" in plain(rows)
    assert "特钢" not in rows
    assert "光学" in rows
    late = client.get("/progress/deals?show=late").text
    assert "其他单位2个/8.0000亿元" in plain(late)


def test_a_confidential_deal_is_counted_and_not_named(world: World) -> None:
    for who in ("leader", "member"):
        client = world.client(who)
        for path in (
            "/progress",
            "/progress/entries",
            "/progress/deals?show=verified",
            "/progress/deals?show=late",
        ):
            text = client.get(path).text
            assert "暗号工程" not in text, (who, path)
            assert "D2022-0003" not in text, (who, path)
        assert "某项目（保密）" in client.get("/progress/entries").text
    assert "暗号工程" in world.client("colleague").get("/progress/entries").text


def test_the_day_and_the_instant_are_two_clocks(world: World) -> None:
    # By 31 October: 12 + 0.3 + 3 (the imported deal happened in February).
    assert "总投资15.3亿元" in world.page("/progress?as_of=2022-10-31")
    # As known on 31 October nobody had imported it yet, and nothing was submitted that day… except by its own day.
    then = world.page("/progress?as_of=2022-10-31&known_at=2022-10-31T23:59")
    assert "项目2个，总投资12.3亿元" in then
    assert "另有待认定" not in then
    assert "以2022年10月31日 23:59所知" in then


def test_what_the_address_says_wrongly_is_left_out(world: World) -> None:
    page = world.page("/progress?as_of=yesterday&known_at=9999-99-99&basis=nonsense")
    assert SENTENCE in page


def test_an_unknown_target_is_not_found(world: World) -> None:
    client = world.client()
    assert client.get(f"/progress?target={world.town.id}").status_code == 404
    assert client.get(f"/progress?cutoff={world.town.id}").status_code == 404


def test_without_a_target_the_page_says_what_to_do(empty_world: World) -> None:
    page = empty_world.page(who="verifier")
    assert "还没有年度目标" in page
    assert 'href="/progress/targets"' in page
    assert 'href="/progress/targets"' not in empty_world.page()
    assert empty_world.client().get("/progress/entries").headers["location"] == "/progress"


def test_several_targets_are_offered_and_the_chosen_one_is_shown(world: World) -> None:
    with world.database.writing() as session:
        before = make_target(session, year=2021, name="上年目标", amount=200 * YI)
    assert "2021 上年目标" in world.page()
    with world.database.writing() as session:
        make_target(session, name="市下达目标", amount=200 * YI, set_by=SetBy.CITY)
    page = world.page()
    assert "2022 新签约目标" in page
    assert "2022 市下达目标" in page
    other = world.page(f"/progress?target={before.id}")
    assert "2021年目标进度" in other
    assert "年度已结束" in other


def test_the_page_speaks_english(world: World) -> None:
    client = world.client()
    assert SENTENCE in client.get("/progress").text, "drawn in Chinese, and kept"
    client.cookies.set("luodi_preferences", "en.auto.normal")
    page = client.get("/progress").text
    assert "CNY 1.78 bn" in page
    assert "83.5 percentage points behind" in page
    assert SENTENCE not in page


def test_the_page_costs_the_same_at_any_length(world: World) -> None:
    client = world.client()
    with counting(world.database) as few:
        client.get("/progress")
    with counting(world.database) as again:
        client.get("/progress")
    assert len(again) < len(few), "nothing was changed: the figures are kept"
    with world.database.writing() as session:
        investor = make_investor(session)
        for number in range(20):
            unit = make_unit(session, track_id=world.town.track_id)
            session.add(TargetPart(target_id=world.target_id, kind=PartKind.UNIT, unit_id=unit.id, amount=YI))
            deal = make_deal(
                session, unit=unit, state=VERIFIED, investor=investor, signed_on=date(2022, 8, number + 1)
            )
            post(session, deal, world.actor, at=at(9, 1))
            record(session, world.actor, "deal.terms_verified", ("deal", deal.id), at=at(9, 1))
    with counting(world.database) as many:
        page = client.get("/progress").text
    assert "项目24个" in page
    assert len(many) == len(few) <= BUDGET, "\n".join(many)
    for path in ("entries", "deals?show=reported", "talks"):
        with counting(world.database) as asked:
            client.get(f"/progress/{path}")
        assert len(asked) <= 6, path
