"""/progress/brief: one page and the text for the group, for any cut-off."""

from __future__ import annotations

import html
import re
from datetime import date

from app.core.ids import new_id
from app.deals.models import DealNote
from app.targets.models import Cutoff
from tests.counting import counting
from tests.progress.conftest import World, at
from tests.progress.test_show import SENTENCE, plain


def group_text(page: str) -> str:
    found = re.search(r'<pre id="group-text"[^>]*>(.*?)</pre>', page, re.DOTALL)
    assert found
    return html.unescape(found[1])


def test_the_text_for_the_group_carries_scope_cutoff_and_news(world: World) -> None:
    text = group_text(world.page("/progress/brief"))
    assert text == f"{SENTENCE}近7天净增1个、2.5亿元。签约未按期开工项目3个。"
    assert len(text) <= 200


def test_the_page_in_a_leaders_order(world: World) -> None:
    note(world, "光学", "用地指标60亩", due_on=date(2022, 12, 5))
    text = plain(world.page("/progress/brief"))
    order = [SENTENCE, "亿元以上17.50亿元3个", "签约未按期开工3个", "需要领导协调", "未外出单位"]
    places = [text.index(part) for part in order]
    assert places == sorted(places)
    assert "麻纺双林镇超期114天" in text
    assert "光学（河下镇，孙大山）：用地指标60亩2022年12月5日前" in text


def test_only_the_newest_note_asks_and_never_for_a_confidential_deal(world: World) -> None:
    note(world, "光学", "用地指标60亩")
    note(world, "光学", "", on_day=date(2022, 11, 20))
    note(world, "暗号工程", "电力增容")
    text = plain(world.page("/progress/brief"))
    assert "用地指标60亩" not in text
    assert "电力增容" not in text
    assert "目前没有需要协调的事项" in text


def test_a_kept_cutoff_gives_its_day_and_its_instant(world: World) -> None:
    with world.database.writing() as session:
        kept = Cutoff(
            id=new_id(), county_id=world.county_id, name="第43周上报", as_of=date(2022, 10, 31), known_at=at(11, 1),
            taken_by=new_id(), taken_by_name="吴认真",
        )  # fmt: skip
        session.add(kept)
    page = world.page(f"/progress/brief?cutoff={kept.id}")
    assert "第43周上报" in page
    # 麻纺 happened in February and was not imported before 21 November.
    assert "截至10月31日，全县新签约省外2000万元以上项目2个，总投资12.3亿元" in group_text(page)
    assert "截至10月31日，全县新签约省外2000万元以上项目3个" in group_text(
        world.page("/progress/brief?as_of=2022-10-31")
    )


def test_a_member_reads_other_units_as_one_line(world: World) -> None:
    page = world.page("/progress/brief", who="member")
    assert "其他单位 2 个" in page
    assert "特钢" not in page
    assert "双林镇" not in page


def test_without_a_target_the_way_leads_to_the_empty_page(empty_world: World) -> None:
    answer = empty_world.client().get("/progress/brief")
    assert answer.headers["location"] == "/progress"


def test_the_brief_stays_within_its_budget(world: World) -> None:
    client = world.client()
    client.get("/progress/brief")
    with counting(world.database) as asked:
        client.get("/progress/brief")
    assert len(asked) <= 14, "\n".join(asked)


def note(
    world: World, deal: str, asks: str, *, on_day: date = date(2022, 11, 10), due_on: date | None = None
) -> None:
    with world.database.writing() as session:
        session.add(
            DealNote(
                id=new_id(), deal_id=world.deals[deal].id, on_day=on_day, progress="正常", to_coordinate=asks,
                due_on=due_on, support_needs=[], by=new_id(), by_name="孙大山", recorded_at=at(11, 20),
            )
        )  # fmt: skip
