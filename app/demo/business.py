"""What the demo's firms make and plan: chains, products, places, the words of notes. All of it is made up."""

from __future__ import annotations

from random import Random

# Chain → industry, products as they stand in project names, weight.
CHAINS: dict[str, tuple[str, tuple[str, ...], int]] = {
    "opto_electronics": (
        "光电信息",
        ("光学镜头", "摄像模组", "显示背光", "光通信器件", "虚拟现实头显", "精密光学膜"),
        22,
    ),
    "ramie_textiles": ("纺织服装", ("苎麻纱线", "麻纺面料", "功能服装", "家纺床品", "植物染整"), 14),
    "building_materials": ("新材料", ("装配式构件", "石英板材", "锂电隔膜", "特种陶瓷", "绿色建材"), 14),
    "special_steel": ("钢铁深加工", ("特钢锻件", "精密钢管", "弹簧钢丝"), 8),
    "machinery": ("装备制造", ("驱动桥", "高效电机", "数控机床", "环保装备", "液压元件"), 12),
    "electric_vehicles": ("新能源", ("锂电池模组", "储能系统", "充电桩", "汽车线束"), 10),
    "food": ("食品加工", ("预制菜", "富硒食品", "茶油精炼", "休闲食品"), 6),
    "health": ("医药健康", ("医用敷料", "中药饮片", "康复器械"), 5),
    "modern_services": ("现代服务", ("智慧物流园", "数据标注基地", "跨境电商产业园"), 4),
    "culture_tourism": ("文化旅游", ("湖畔文旅小镇", "研学营地", "温泉康养"), 3),
    "modern_farming": ("现代农业", ("设施蔬菜基地", "林下经济产业园"), 2),
}
SCALES = ("年产{n}万套", "年产{n}吨", "", "", "智能制造", "二期")
PLACES = (
    "高新区标准厂房",
    "高新区北区",
    "物流园东侧",
    "青禾镇工业小区",
    "松溪镇",
    "农科园",
    "旅游度假区",
    "待定",
)
STEPS = (
    "约客商来县考察",
    "寄送用地和政策资料",
    "上门拜访敲定用地",
    "对接基金和银行",
    "提交项目评审",
    "商谈合同条款",
)
SUMMARIES = (
    "客商介绍产能和市场，对我县产业配套表示认可，希望了解用地和用工情况。",
    "实地看了两处标准厂房，客商关心电价和物流成本，约定下周反馈意见。",
    "就投资强度和分期建设交换意见，双方对合同框架基本一致。",
    "拜访总部，见到分管投资的负责人，得知今年有中部布局计划。",
    "客商带技术团队考察，对原料和工人情况作了测算。",
    "座谈会上介绍营商环境，客商提出环评和能耗指标问题。",
    "回访老客商，请其引荐上下游企业。",
    "电话沟通进展，客商正在内部评审，月底前有结论。",
)
OUTCOMES = ("达成初步意向", "约定回访时间", "取得项目建议书", "客商同意来县考察", "")
PROGRESS = ("完成公司注册，正在办理用地手续。", "厂房主体封顶，设备陆续进场。", "土地平整完成，正在打桩。")
# By what a deal waits for: the trouble, and what somebody above the unit has to settle.
PROBLEMS = {
    "land": "用地指标未落实，土地尚未挂牌。",
    "energy": "变压器容量不足，需新增专线。",
    "finance": "银团贷款尚未批复，二期资金有缺口。",
    "labour": "熟练工招聘困难。",
    "approvals": "环评报告尚在编制，能评未批复。",
}
TO_COORDINATE = {
    "land": "请协调市自然资源部门调剂用地指标",
    "energy": "请协调供电公司优先架设专线",
    "finance": "请出面对接省行，加快贷款审批",
    "labour": "请牵头组织跨县专场招聘",
    "approvals": "请协调市生态环境部门加快环评审批",
}
NEXT_STEPS = ("月底前完成土地挂牌。", "协调供电公司现场踏勘。", "组织专场招聘会。", "督促施工单位进场。")
LOST_TO = ("邻县", "浙江某园区", "湖南某县", "安徽某开发区")


def chain_of(random: Random) -> str:
    """Choose a chain by its weight."""
    return random.choices(list(CHAINS), [weight for *_, weight in CHAINS.values()])[0]


def project_title(random: Random, *, brand: str, chain: str) -> str:
    """Make up a project's name."""
    product = random.choice(CHAINS[chain][1])
    scale = random.choice(SCALES).format(n=random.choice((5, 20, 50, 80, 120, 300, 500)))
    if scale == "二期":
        return f"{brand}{product}项目（二期）"
    return f"{brand}{scale}{product}项目"


def project_content(random: Random, *, title: str) -> str:
    """Say in a sentence what a project builds."""
    lines, square_metres = random.randint(2, 16), random.choice((8_000, 12_000, 20_000, 36_000, 60_000))
    return f"{title.removesuffix('项目')}，租用或新建厂房{square_metres}平方米，建设生产线{lines}条。"
