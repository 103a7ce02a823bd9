"""Other words for places: one-letter names of provinces, traditional characters, names in daily use."""

from __future__ import annotations

from app.core.regions.table import HONG_KONG, MACAO, TAIWAN

OVERSEAS_ALIASES = {
    HONG_KONG: ("香港", "中国香港", "九龙", "新界", "港岛", "Hongkong", "HK"),
    MACAO: ("澳门", "中国澳门", "Macau"),
    TAIWAN: (
        "台湾", "中国台湾", "台湾地区", "台北", "新北市", "台中", "台南", "高雄", "基隆", "新竹", "桃园市",
        "Taipei",
    ),
}  # fmt: skip
LETTER_OF_PROVINCE = {
    "京": "110000", "津": "120000", "冀": "130000", "晋": "140000", "蒙": "150000", "辽": "210000",
    "吉": "220000", "黑": "230000", "沪": "310000", "苏": "320000", "浙": "330000", "皖": "340000",
    "闽": "350000", "赣": "360000", "鲁": "370000", "豫": "410000", "鄂": "420000", "湘": "430000",
    "粤": "440000", "桂": "450000", "琼": "460000", "渝": "500000", "川": "510000", "蜀": "510000",
    "黔": "520000", "贵": "520000", "滇": "530000", "云": "530000", "藏": "540000", "陕": "610000",
    "秦": "610000", "甘": "620000", "陇": "620000", "青": "630000", "宁": "640000", "新": "650000",
    "港": HONG_KONG, "澳": MACAO, "台": TAIWAN,
}  # fmt: skip
NICKNAMES = {"内蒙": "150000", "苏州工业园": "320500"}
# Only the characters that stand in names of places: investors from Taiwan and Hong Kong write them.
TRADITIONAL = str.maketrans(
    "臺灣廣東門龍國際縣區濱陽陝寧遼蘇雲貴慶漢長瀋義烏島濟鄭兒爾韓蘭羅馬亞倫",
    "台湾广东门龙国际县区滨阳陕宁辽苏云贵庆汉长沈义乌岛济郑儿尔韩兰罗马亚伦",
)
