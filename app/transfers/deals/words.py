"""The few words that ledgers of deals use for agreements, amounts and stages."""

from __future__ import annotations

from app.core.money import AmountQualifier
from app.deals.rules import AgreementKind, DealStage

AGREEMENTS = {
    "正式合同": AgreementKind.FORMAL_CONTRACT, "合同": AgreementKind.FORMAL_CONTRACT,
    "正式协议": AgreementKind.FORMAL_CONTRACT, "投资合同": AgreementKind.FORMAL_CONTRACT,
    "投资协议": AgreementKind.FORMAL_CONTRACT, "框架协议": AgreementKind.FRAMEWORK,
    "战略合作框架协议": AgreementKind.FRAMEWORK, "框架": AgreementKind.FRAMEWORK,
    "意向书": AgreementKind.LETTER_OF_INTENT, "意向协议": AgreementKind.LETTER_OF_INTENT,
    "意向": AgreementKind.LETTER_OF_INTENT, "协议类型未知": AgreementKind.UNKNOWN,
}  # fmt: skip
QUALIFIERS = {
    "确切": AmountQualifier.EXACT, "精确": AmountQualifier.EXACT, "准确": AmountQualifier.EXACT,
    "约": AmountQualifier.ABOUT, "大约": AmountQualifier.ABOUT, "左右": AmountQualifier.ABOUT,
    "不低于": AmountQualifier.AT_LEAST, "以上": AmountQualifier.AT_LEAST, "至少": AmountQualifier.AT_LEAST,
}  # fmt: skip
STAGES = {
    "备案": DealStage.FILED, "已备案": DealStage.FILED, "签约": DealStage.SIGNED, "已签约": DealStage.SIGNED,
    "注册": DealStage.REGISTERED, "已注册": DealStage.REGISTERED, "开工": DealStage.STARTED,
    "已开工": DealStage.STARTED, "在建": DealStage.STARTED, "投产": DealStage.PRODUCING,
    "已投产": DealStage.PRODUCING, "达产": DealStage.AT_CAPACITY, "已达产": DealStage.AT_CAPACITY,
    "终止": DealStage.TERMINATED, "已终止": DealStage.TERMINATED,
}  # fmt: skip
LABELS = {
    "agreement": {kind.value: word for word, kind in reversed(AGREEMENTS.items())},
    "stage": {
        stage.value: word for word, stage in reversed(STAGES.items()) if len(word) > 2 or word == "备案"
    },
}
