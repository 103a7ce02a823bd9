from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import money
from app.core.money import AmountError, AmountQualifier, AmountUnit, SlipReason, parse_amount

WAN = 1_000_000
YI = 10_000_000_000


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("3000万", 3000 * WAN),
        ("1.2亿", 12_000 * WAN),
        ("1,200.5万元", 120_050 * WAN // 100),
        ("１，２００．５ 万元", 120_050 * WAN // 100),
        (" 3000 万 ", 3000 * WAN),
        ("3000\u200b万", 3000 * WAN),
        ("2000", 2000 * WAN),
        ("2000.01", 200_001 * WAN // 100),
        ("1999.99", 199_999 * WAN // 100),
        ("0", 0),
        ("20000000元", 2000 * WAN),
        ("¥2000万", 2000 * WAN),
        ("人民币2亿元整", 2 * YI),
        ("总投资10亿元", 10 * YI),
        ("三千万", 3000 * WAN),
        ("一亿二千万元", 12_000 * WAN),
        ("一点五亿", 15_000 * WAN),
        ("两亿", 2 * YI),
        ("壹仟万元整", 1000 * WAN),
        ("5千万", 5000 * WAN),
        ("1亿2000万", 12_000 * WAN),
        ("1亿2000万500元", 12_000 * WAN + 50_000),
        ("50百万", 5000 * WAN),
        ("1.2万亿", 12_000 * YI),
        ("3 million", 300 * WAN),
        ("2e3", 2000 * WAN),
        ("3千", 3000 * WAN),
        ("0.01元", 1),
        ("三百億", 300 * YI),
    ],
)
def test_an_exact_amount_is_read_exactly(text: str, fen: int) -> None:
    parsed = parse_amount(text, default_unit=AmountUnit.WAN)
    assert (parsed.fen, parsed.qualifier) == (fen, AmountQualifier.EXACT)
    assert (parsed.min_fen, parsed.max_fen) == (fen, fen)


@pytest.mark.parametrize(
    ("text", "fen", "qualifier", "low", "high", "understood"),
    [
        ("约2亿", 2 * YI, "about", None, None, "约2亿元"),
        ("2亿元左右", 2 * YI, "about", None, None, "约2亿元"),
        ("近2亿", 2 * YI, "about", None, None, "约2亿元"),
        ("10亿元以上", 10 * YI, "at_least", 10 * YI, None, "10亿元以上"),
        ("约10亿元以上", 10 * YI, "at_least", 10 * YI, None, "10亿元以上"),
        ("不低于5000万", 5000 * WAN, "at_least", 5000 * WAN, None, "5,000万元以上"),
        ("≥3亿", 3 * YI, "at_least", 3 * YI, None, "3亿元以上"),
        ("1.5亿余元", 15_000 * WAN, "at_least", 15_000 * WAN, None, "1.5亿元以上"),
        ("5亿以上", 5 * YI, "at_least", 5 * YI, None, "5亿元以上"),
        ("0-5000万", None, "unknown", 0, 5000 * WAN, "0—5,000万元"),
        ("5000万-1亿", None, "unknown", 5000 * WAN, YI, "5,000万元—1亿元"),
        ("1亿-5亿", None, "unknown", YI, 5 * YI, "1亿元—5亿元"),
        ("1～5亿元", None, "unknown", YI, 5 * YI, "1亿元—5亿元"),
        ("1亿至5亿左右", None, "unknown", YI, 5 * YI, "1亿元—5亿元"),
        ("2000-3000", None, "unknown", 2000 * WAN, 3000 * WAN, "2,000万元—3,000万元"),
        ("5000万以下", None, "unknown", None, 5000 * WAN, "5,000万元以下"),
        ("不超过1亿", None, "unknown", None, YI, "1亿元以下"),
        ("", None, "unknown", None, None, ""),
        ("待定", None, "unknown", None, None, ""),
        ("—", None, "unknown", None, None, ""),
        ("面议", None, "unknown", None, None, ""),
    ],
)
def test_a_qualified_amount_keeps_what_is_not_known(
    text: str, fen: int | None, qualifier: str, low: int | None, high: int | None, understood: str
) -> None:
    parsed = parse_amount(text, default_unit=AmountUnit.WAN)
    assert parsed == money.ParsedAmount(fen, AmountQualifier(qualifier), low, high, understood)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("abc", "money.not_an_amount"),
        ("亿", "money.not_an_amount"),
        ("亿元以上", "money.not_an_amount"),
        ("1,2", "money.not_an_amount"),
        ("1.2.3", "money.not_an_amount"),
        ("½亿", "money.not_an_amount"),
        ("2亿5", "money.not_an_amount"),
        ("万1亿", "money.not_an_amount"),
        ("2000万亩", "money.not_an_amount"),
        ("1-", "money.not_an_amount"),
        ("1" * 65, "money.not_an_amount"),
        ("٣٠٠٠", "money.not_an_amount"),
        ("-5", "money.negative"),
        ("−5000万", "money.negative"),
        ("负五千万", "money.negative"),
        ("NaN", "money.not_finite"),
        ("-Infinity", "money.not_finite"),
        ("1e400", "money.too_large"),
        ("1e99999", "money.too_large"),
        ("1" * 40, "money.too_large"),
        ("2000万亿", "money.too_large"),
        ("0.001元", "money.part_of_fen"),
        ("1.23456789012亿", "money.part_of_fen"),
        ("500万美元", "money.foreign_currency"),
        ("$500", "money.foreign_currency"),
        ("1亿-5000万", "money.range_reversed"),
    ],
)
def test_nonsense_is_refused_by_name(text: str, code: str) -> None:
    with pytest.raises(AmountError) as caught:
        parse_amount(text, default_unit=AmountUnit.WAN)
    assert caught.value.code == code
    assert isinstance(caught.value, ValueError)


def test_a_bare_number_without_a_unit_is_refused() -> None:
    with pytest.raises(AmountError) as caught:
        parse_amount("3000", default_unit=None)
    assert caught.value.code == "money.no_unit"
    assert parse_amount("3000万", default_unit=None).fen == 3000 * WAN


def test_the_unit_in_the_text_wins_over_the_header() -> None:
    assert parse_amount("3000万", default_unit=AmountUnit.YI).fen == 3000 * WAN
    assert parse_amount("0.3", default_unit=AmountUnit.YI).fen == 3000 * WAN


@pytest.mark.parametrize(
    ("header", "unit"),
    [
        ("总投资(亿元)", AmountUnit.YI),
        ("总投资额[亿元]", AmountUnit.YI),
        ("总投资额【亿元】", AmountUnit.YI),
        ("总投资额（亿）", AmountUnit.YI),
        ("注册资本[万元]", AmountUnit.WAN),
        ("注册资本（万元人民币）", AmountUnit.WAN),
        ("总投资/万元", AmountUnit.WAN),
        ("单位：万元", AmountUnit.WAN),
        ("投资额(万)", AmountUnit.WAN),
        ("投资额（百万元）", AmountUnit.MILLION),
        ("金额(千元)", AmountUnit.THOUSAND),
        ("金额(元)", AmountUnit.YUAN),
        ("合同外资(万美元)", None),
        ("用地(亩)", None),
        ("项目名称", None),
    ],
)
def test_a_header_names_its_unit(header: str, unit: AmountUnit | None) -> None:
    assert money.header_unit(header) is unit


@pytest.mark.parametrize(
    ("value", "text"), [(0.1 + 0.2, "0.3"), (39.5, "39.5"), (2000.0, "2000"), (1e8, "100000000"), (3, "3")]
)
def test_a_spreadsheet_number_is_read_with_its_fifteen_digits(value: float, text: str) -> None:
    assert money.cell_text(value) == text


@pytest.mark.parametrize(
    ("fen", "shown"),
    [
        (300 * YI, "300亿元"),
        (2168 * YI // 10, "216.8亿元"),
        (2000 * WAN, "2,000万元"),
        (200_001 * WAN // 100, "2,000.01万元"),
        (YI, "1亿元"),
        (YI - 1, "1亿元"),
        (YI - 50 * 100 * 100, "9,999.5万元"),
        (0, "0万元"),
        (1234, "12.34元"),
        (-2000 * WAN, "-2,000万元"),
        (None, "—"),
    ],
)
def test_an_amount_is_shown_with_its_unit(fen: int | None, shown: str) -> None:
    assert money.format_amount(fen) == shown


def test_columns_are_aligned_and_rounded_half_away_from_zero() -> None:
    assert money.format_yi(300 * YI) == "300.00"
    assert money.format_yi(YI * 125 // 1000) == "0.13"
    assert money.format_yi(-YI * 125 // 1000) == "-0.13"
    assert money.format_yi(2168 * YI // 10, 1) == "216.8"
    assert money.format_yi(12_345 * YI, 1) == "12,345.0"
    assert money.format_wan(2000 * WAN) == "2,000"
    assert money.format_wan(2000 * WAN, trim=False) == "2,000.00"
    assert money.format_yi(None) == money.format_wan(None) == "—"
    assert money.format_yi(-1) == "0.00"


def test_rates_and_points_are_shown_in_their_own_words() -> None:
    assert money.format_percent(Fraction(2168, 3000)) == "72.3%"
    assert money.format_percent(Fraction(6290, 6474), 2) == "97.16%"
    assert money.format_percent(None) == "—"
    assert money.format_points(Fraction(-172, 10)) == "-17.2"
    assert money.format_points(Fraction(138, 10)) == "+13.8"
    assert money.format_points(Fraction(-172, 10), signed=False) == "17.2"
    assert money.format_points(Fraction(-1, 100)) == "0.0"
    assert money.format_points(None) == "—"
    assert money.rate_string(Fraction(608, 1000)) == "0.6080"
    assert money.rate_string(None) is None


def test_a_rate_without_a_base_is_missing_and_never_zero() -> None:
    assert money.completion_rate(5, 0) is None
    assert money.completion_rate(5, None) is None
    assert money.year_on_year(5, 0) is None
    assert money.year_on_year(5, None) is None
    assert money.year_on_year(15, 10) == Fraction(1, 2)


@pytest.mark.parametrize(
    ("fen", "planned", "reasons"),
    [
        (100 * YI, None, ()),
        (100 * YI + 1, None, (SlipReason.OVER_10_BILLION,)),
        (500 * WAN, None, ()),
        (500 * WAN - 1, None, (SlipReason.UNDER_5_MILLION,)),
        (YI, YI // 10, (SlipReason.TEN_TIMES_PLANNED,)),
        (YI // 10, YI, (SlipReason.TENTH_OF_PLANNED,)),
        (YI, YI // 9, ()),
        (0, YI, (SlipReason.UNDER_5_MILLION, SlipReason.TENTH_OF_PLANNED)),
        (YI, 0, ()),
        (None, YI, ()),
    ],
)
def test_slips_of_a_factor_are_named(
    fen: int | None, planned: int | None, reasons: tuple[SlipReason, ...]
) -> None:
    assert money.slip_reasons(fen, planned_fen=planned) == reasons


def test_foreign_currency_is_converted_once_half_up() -> None:
    assert money.convert(Decimal("1000000"), rate=Decimal("6.3014")) == 630_140_000
    assert money.convert(Decimal("0.01"), rate=Decimal("0.5")) == 1
    assert money.convert(Decimal("0.01"), rate=Decimal("0.49")) == 0


@pytest.mark.parametrize(
    ("original", "rate", "code"),
    [
        ("-1", "6", "money.negative"),
        ("NaN", "6", "money.not_finite"),
        ("1", "Infinity", "money.not_finite"),
        ("1", "0", "money.bad_rate"),
        ("1e400", "6", "money.too_large"),
        ("1e18", "6", "money.too_large"),
    ],
)
def test_a_conversion_without_sense_is_refused(original: str, rate: str, code: str) -> None:
    with pytest.raises(AmountError) as caught:
        money.convert(Decimal(original), rate=Decimal(rate))
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "money.not_an_amount"),
        ("1,000.00", "money.not_an_amount"),
        ("1e9", "money.not_an_amount"),
        ("NaN", "money.not_an_amount"),
        ("１", "money.not_an_amount"),
        ("-1", "money.negative"),
        ("0.001", "money.part_of_fen"),
        ("9" * 20, "money.too_large"),
    ],
)
def test_the_api_refuses_what_is_no_decimal_of_yuan(text: str, code: str) -> None:
    with pytest.raises(AmountError) as caught:
        money.parse_yuan(text)
    assert caught.value.code == code


FEN = st.integers(min_value=-money.MAX_FEN, max_value=money.MAX_FEN)


@given(FEN)
def test_yuan_strings_come_back_as_they_went(fen: int) -> None:
    assert money.parse_yuan(money.yuan_string(fen), allow_negative=True) == fen


@given(st.integers(min_value=0, max_value=money.MAX_FEN))
def test_what_is_shown_in_full_is_read_back(fen: int) -> None:
    shown = money.format_amount(fen, places=10)
    assert parse_amount(shown, default_unit=None).fen == fen


@given(st.text(max_size=70))
def test_any_text_is_read_or_refused_and_never_crashes(text: str) -> None:
    try:
        parsed = parse_amount(text, default_unit=AmountUnit.WAN)
    except AmountError:
        return
    assert parsed.fen is None or 0 <= parsed.fen <= money.MAX_FEN


@given(FEN, st.lists(st.integers(min_value=0, max_value=10**15), min_size=1).filter(any))
def test_shares_sum_to_the_amount_and_stray_by_less_than_one_fen(total: int, weights: list[int]) -> None:
    parts = money.largest_remainder(total, weights)
    assert sum(parts) == total
    whole = sum(weights)
    assert all(
        abs(part - Fraction(total * weight, whole)) < 1 for part, weight in zip(parts, weights, strict=True)
    )


def test_shares_need_a_positive_weight() -> None:
    assert money.largest_remainder(100, [1, 1, 1]) == [34, 33, 33]
    for weights in ([], [0, 0], [2, -1]):
        with pytest.raises(ValueError, match="weights"):
            money.largest_remainder(100, weights)


@given(FEN, st.integers(min_value=1, max_value=10**12), st.integers(min_value=0, max_value=4))
def test_rounding_is_symmetric_and_within_half_a_step(numerator: int, denominator: int, places: int) -> None:
    value = Fraction(numerator, denominator)
    rounded = Fraction(money.round_half_up(value, places))
    assert abs(rounded - value) * 2 <= Fraction(1, 10**places)
    assert Fraction(money.round_half_up(-value, places)) == -rounded


@pytest.mark.parametrize(
    ("fen", "shown"),
    [
        (None, "—"),
        (0, "CNY 0"),
        (70_000_000, "CNY 700,000"),
        (99_999_999, "CNY 1 m"),
        (10_500_000_000, "CNY 105 m"),
        (99_999_999_999, "CNY 1 bn"),
        (105_000_000_000, "CNY 1.05 bn"),
        (3_000_000_000_000, "CNY 30 bn"),
        (-2_000_000_000, "CNY -20 m"),
    ],
)
def test_amounts_for_readers_of_english(fen, shown):
    assert money.format_cny(fen) == shown
