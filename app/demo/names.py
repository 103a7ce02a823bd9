"""Names of people who do not exist: plausible, never repeated, drawn from a seeded generator."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢傅钟姜崔谭廖范"
    "汪陆金石戴贾韦夏邱方侯邹熊孟秦白阎薛尹段雷黎史龙陶贺顾郝龚邵万钱严"
)

# Whole given names instead of combined characters, so that no well-known name can come about by chance.
_GIVEN_NAMES = """
启明 景行 云舟 致和 怀瑾 嘉树 立言 守正 思源 望舒 清和 若谷 知远 明哲 安澜 秉文 承志 德润 敦仁 方舟
广益 浩然 宏毅 怀远 季同 家和 建业 敬之 景明 君实 凯风 朗清 乐山 礼成 励行 良弼 临川 茂才 敏行 慕远
南屏 培元 鹏举 平章 启航 千里 勤勉 清源 庆余 仁杰 荣轩 如松 睿思 润生 善渊 尚贤 少白 慎之 世安 书田
叔衡 树声 朔风 思齐 松年 泰来 天佑 庭芳 维桢 温如 文昭 希贤 锡畴 相宜 晓峰 孝先 新民 修远 绪之 延年
彦博 以宁 逸尘 荫棠 永年 友直 雨田 玉成 毓秀 元亮 远谋 耘之 允中 泽远 湛然 召南 贞吉 正言 知行 志学
仲谦 子衿 自牧 宗翰 佩兰 采薇 楚云 丹青 若兰 含章 蕙心 静姝 令仪 露白 曼青 梦溪 妙言 念慈 沛珊 琼华
秋水 如意 诗韵 淑慎 素心 婉清 惟馨 文茵 湘灵 晓月 欣荣 雅南 燕婉 依云 映雪 悠然 雨桐 语冰 芷若 卓然
紫苏 兰舟 秀蓉 碧霞 凤仪 桂香 海棠 红菱 金枝 菊英 丽泽 莲生 美娟 木兰 巧云 青梅 润芝 双喜 桃夭 晚晴
夏禾 小满 杏林 雪梅 月华
"""
GIVEN = _GIVEN_NAMES.split()


def person_names(random: Random) -> Iterator[str]:
    """Yield names without a repeat; ends after some fifteen thousand."""
    every = [surname + given for surname in SURNAMES for given in GIVEN]
    random.shuffle(every)
    yield from every
