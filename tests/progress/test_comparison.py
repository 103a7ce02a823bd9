"""A named cut-off beside a later one: the three numbers then and now, and the entries that lie between."""

from __future__ import annotations

import html
from datetime import date, datetime

from app.core.ids import new_id
from app.targets.models import Cutoff
from tests.counting import counting
from tests.factories.targets import YI
from tests.progress.conftest import World, at
from tests.progress.test_show import FIGURE, plain, rows_of


def keep(world: World, name: str, as_of: date, known_at: datetime) -> Cutoff:
    with world.database.writing() as session:
        kept = Cutoff(
            id=new_id(), county_id=world.county_id, name=name, as_of=as_of, known_at=known_at,
            taken_by=new_id(), taken_by_name="吴认真",
        )  # fmt: skip
        session.add(kept)
    return kept


def test_the_number_then_and_now_and_why_it_changed(world: World) -> None:
    # By 31 October 光学 and 暗号工程 were on record; 麻纺 was imported and 特钢 signed since.
    kept = keep(world, "第43周上报", date(2022, 10, 31), at(11, 1))
    for who in ("leader", "member"):
        client = world.client(who)
        page = client.get(f"/progress/comparison?earlier={kept.id}").text
        text = plain(page)
        assert "已认定12.30亿元2个17.80亿元4个+5.50亿元+2个" in text
        assert "待认定0.00亿元0个1.50亿元1个+1.50亿元+1个" in text
        assert "完成率4.1%5.9%+1.8个百分点" in text
        assert "期初导入3.00亿元1个新签约2.50亿元1个合计5.50亿元2个" in text
        found = FIGURE.findall(page)
        assert len(found) == 3
        for href, fen, count in found:
            rows = rows_of(client, html.unescape(href))
            assert (sum(row[0] for row in rows), sum(row[1] for row in rows)) == (int(fen), int(count))
        assert int(found[-1][1]) == 11 * YI // 2


def test_two_kept_cutoffs_are_compared(world: World) -> None:
    first = keep(world, "第43周上报", date(2022, 10, 31), at(11, 1))
    second = keep(world, "第46周上报", date(2022, 11, 20), at(11, 20))
    page = world.page(f"/progress/comparison?earlier={first.id}&cutoff={second.id}")
    assert "已认定12.30亿元2个14.80亿元3个+2.50亿元+1个" in plain(page)
    assert "第46周上报" in page
    reversed_page = world.page(f"/progress/comparison?earlier={second.id}&cutoff={first.id}")
    assert "请交换两个截点" in reversed_page


def test_what_is_not_chosen_or_not_there(world: World) -> None:
    assert "还没有截点" in world.page("/progress/comparison")
    client = world.client()
    assert client.get(f"/progress/comparison?earlier={world.town.id}").status_code == 404
    assert client.get(f"/progress/entries?since={world.town.id}").status_code == 404


def test_the_comparison_stays_within_its_budget(world: World) -> None:
    kept = keep(world, "第43周上报", date(2022, 10, 31), at(11, 1))
    client = world.client()
    path = f"/progress/comparison?earlier={kept.id}"
    client.get(path)
    with counting(world.database) as asked:
        client.get(path)
    assert len(asked) <= 14, "\n".join(asked)


def test_the_number_links_to_each_kept_cutoff(world: World) -> None:
    kept = keep(world, "第43周上报", date(2022, 10, 31), at(11, 1))
    page = world.page()
    assert f"cutoff={kept.id}" in page
    assert f"earlier={kept.id}" in page
    assert "截至10月31日，全县新签约省外2000万元以上项目2个" in world.page(f"/progress?cutoff={kept.id}")
