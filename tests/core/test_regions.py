from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import regions
from app.core.regions import OriginLevel, RegionLevel, match_address, origin_level

FENYI = "360521"


@pytest.mark.parametrize(
    ("home", "level"),
    [
        ("360521", "county"),
        ("360502", "city"),
        ("360500", "city"),
        ("3605", "city"),
        ("360982", "province"),
        ("360000", "province"),
        ("36", "province"),
        ("369999", "province"),
        ("330600", "out_of_province"),
        ("440300", "out_of_province"),
        ("110000", "out_of_province"),
        ("429004", "out_of_province"),
        ("810000", "hk_mo_tw"),
        ("HK", "hk_mo_tw"),
        ("MO", "hk_mo_tw"),
        ("TW", "hk_mo_tw"),
        ("710000", "hk_mo_tw"),
        ("US", "foreign"),
        ("jp", "foreign"),
        ("CN", "unknown"),
        ("ZZ", "unknown"),
        ("990000", "unknown"),
        ("12345", "unknown"),
        ("", "unknown"),
        (None, "unknown"),
    ],
)
def test_how_far_an_investor_comes_from(home: str | None, level: str) -> None:
    assert origin_level(home, county_code=FENYI) is OriginLevel(level)


@pytest.mark.parametrize(
    ("home", "county", "level"),
    [
        ("110105", "110101", "city"),
        ("110000", "110101", "city"),
        ("500101", "500229", "city"),
        ("429005", "429004", "province"),
        ("429004", "429004", "county"),
        ("420000", "429004", "province"),
        ("420100", "429004", "province"),
        ("441900", "441900", "county"),
        ("440300", "441900", "province"),
        ("659001", "659002", "province"),
    ],
)
def test_municipalities_and_counties_run_by_their_province(home: str, county: str, level: str) -> None:
    assert origin_level(home, county_code=county) is OriginLevel(level)


@given(st.text(max_size=8))
def test_any_code_has_a_level(code: str) -> None:
    assert origin_level(code, county_code=FENYI) in OriginLevel


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("湖北省武汉市", "420100"),
        ("浙江绍兴", "330600"),
        ("江西省樟树市", "360982"),
        ("浙江桐乡", "330483"),
        ("桐乡", "330483"),
        ("分宜", FENYI),
        ("江西省新余市分宜县城西工业园", FENYI),
        ("广东省深圳市南山区科技园", "440305"),
        ("广东省东莞市长安镇", "441900"),
        ("深圳 南山", "440305"),
        ("北京市朝阳区", "110105"),
        ("北京", "110000"),
        ("上海浦东", "310115"),
        ("上海闵行", "310112"),
        ("重庆市渝中区", "500103"),
        ("重庆忠县", "500233"),
        ("湖北仙桃", "429004"),
        ("河南济源", "419001"),
        ("新疆石河子", "659001"),
        ("嘉峪关", "620200"),
        ("吉林省吉林市", "220200"),
        ("吉林", "220000"),
        ("内蒙古呼和浩特", "150100"),
        ("内蒙", "150000"),
        ("恩施州", "422800"),
        ("四川省阿坝州", "513200"),
        ("湖南长沙岳麓区", "430104"),
        ("福州鼓楼", "350102"),
        ("南京市鼓楼区", "320106"),
        ("广州市江西路", "440100"),
        ("中国江西", "360000"),
        ("赣", "360000"),
        ("香港", "810000"),
        ("中国香港", "810000"),
        ("香港特别行政区", "810000"),
        ("九龙", "810000"),
        ("澳门", "820000"),
        ("中国台湾台北", "710000"),
        ("臺灣新竹", "710000"),
        ("廣東省深圳市", "440300"),
        ("美国", "US"),
        ("日本东京", "JP"),
        ("英属维尔京群岛", "VG"),
        ("BVI", "VG"),
        ("USA", "US"),
        ("United States of America", "US"),
        ("Hangzhou, Zhejiang, China", "330100"),
        ("Hong Kong", "810000"),
    ],
)
def test_an_address_is_recognised(text: str, code: str) -> None:
    assert match_address(text)[0].code == code


@pytest.mark.parametrize(
    "text", ["", "中国", "无", "海螺水泥", "城西工业园", "长安汽车", "新华制药", "\x00", "(((("]
)
def test_what_names_no_place_gives_no_proposal(text: str) -> None:
    assert match_address(text) == []


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("鼓楼区", {"320106", "320302", "350102", "410204"}),
        ("朝阳区", {"110105", "220104"}),
        ("朝阳", {"211300", "110105", "211321", "220104"}),
        ("海南", {"460000", "632500", "150303"}),
    ],
)
def test_a_name_of_several_places_proposes_them_all(text: str, codes: set[str]) -> None:
    assert {match.code for match in match_address(text)} == codes


def test_the_greater_place_of_a_shared_name_comes_first() -> None:
    assert [match.level for match in match_address("吉林")] == [RegionLevel.PROVINCE, RegionLevel.CITY]
    assert match_address("朝阳")[0].level is RegionLevel.CITY


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("深圳比亚迪集团", "440300"),
        ("武汉凯迪电力股份有限公司", "420100"),
        ("武汉凯迪", "420100"),
        ("浙江金达麻纺有限公司", "330000"),
        ("江西（分宜）海螺建材有限公司", FENYI),
        ("上海江西投资有限公司", "310000"),
        ("香港汇丰控股", "810000"),
        ("德国大众汽车集团", "DE"),
        ("Shenzhen BYD Group Co., Ltd", "440300"),
    ],
)
def test_a_company_name_gives_a_guess(name: str, code: str) -> None:
    first = match_address(name)[0]
    assert (first.code, first.guessed) == (code, True)


@pytest.mark.parametrize("text", ["湖北省武汉市", "浙江绍兴", "广东省东莞市长安镇", "武汉光谷大道"])
def test_an_address_is_no_guess(text: str) -> None:
    assert not match_address(text)[0].guessed


@given(st.text(max_size=60))
def test_any_text_is_searched_without_a_crash(text: str) -> None:
    for match in match_address(text):
        assert regions.is_known(match.code)
        assert 0 < match.score <= 100


def test_every_county_is_found_by_its_full_path() -> None:
    missed = [
        code
        for code, each in regions.regions().items()
        if each.level is not RegionLevel.COUNTRY
        and code not in {match.code for match in match_address(regions.region_path(code))}
    ]
    assert missed == []


def test_places_are_named_in_both_languages() -> None:
    assert regions.region_path(FENYI) == "江西省新余市分宜县"
    assert regions.region_path(FENYI, lang="en") == "Fenyi, Xinyu, Jiangxi"
    assert regions.region_path("110105") == "北京市朝阳区"
    assert regions.region_path("429004") == "湖北省仙桃市"
    assert regions.region_name("610000", lang="en") == "Shaanxi"
    assert regions.region_name("JP") == "日本"
    assert regions.region_name("HK") == "香港特别行政区"
    assert regions.region_name("999999") == "999999"
    assert regions.region_name(None) == ""


def test_the_provinces_are_31_and_with_hong_kong_macao_and_taiwan_34() -> None:
    assert len(regions.provinces()) == 31
    assert len(regions.provinces(with_hk_mo_tw=True)) == 34


def test_children_are_cities_and_the_counties_without_one() -> None:
    assert {each.name for each in regions.children("360500")} == {"渝水区", "分宜县"}
    hubei = {each.name for each in regions.children("420000")}
    assert {"武汉市", "仙桃市", "神农架林区"} <= hubei
    assert "江岸区" not in hubei
    assert {each.name for each in regions.children("110000")} >= {"东城区", "朝阳区"}


def test_the_parent_of_every_place_is_known() -> None:
    table = regions.regions()
    assert all(each.parent is None or each.parent in table for each in table.values())
    assert all(each.name and each.name_en for each in table.values())


@pytest.mark.parametrize(
    ("code", "normal"),
    [
        ("36", "360000"),
        ("3605", "360500"),
        (" 360521 ", FENYI),
        ("jp", "JP"),
        ("tw", "710000"),
        ("1", None),
        ("", None),
    ],
)
def test_a_code_is_written_one_way(code: str, normal: str | None) -> None:
    assert regions.normal_code(code) == normal


def test_importing_the_module_reads_no_data() -> None:
    script = "from app.core.regions import table, regions; assert regions.cache_info().currsize == 0"
    subprocess.run([sys.executable, "-c", script], check=True)
