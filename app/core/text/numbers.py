"""Numbers as text: the Unified Social Credit Code, telephone numbers with their mask, plain decimals."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from importlib import import_module
from typing import Any

from stdnum import exceptions
from stdnum.cn import uscc

from app.core.text.folding import fold

_EXTENSION = re.compile(r"(?:转|ext\.?|#|x)\s*[0-9]{1,6}$", re.IGNORECASE)


class UsccError(ValueError):
    """A text that is no Unified Social Credit Code; `code` is stable, the wording is translated."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(code)
        self.code = code
        self.text = text[:40]


def check_uscc(text: str) -> str:
    """Give a Unified Social Credit Code the one way it is written: 18 capitals and digits (GB 32100).

    Raises UsccError when it has another length or form, or when its check digit is wrong.
    """
    code = fold(text).replace("-", "").upper()
    try:
        return str(uscc.validate(code))
    except exceptions.InvalidLength:
        raise UsccError("text.uscc_length", text) from None
    except exceptions.InvalidChecksum:
        raise UsccError("text.uscc_checksum", text) from None
    except exceptions.ValidationError:
        raise UsccError("text.uscc_format", text) from None


def mask_phone(phone: str) -> str:
    """Hide the middle of a number and keep what people recognise it by: 138****5678, 0790****234.

    Fewer than seven digits are hidden entirely. A +86 stays before the mask.
    """
    digits = re.sub(r"[^0-9+]", "", phone)
    prefix, digits = ("+86 ", digits[3:]) if digits.startswith("+86") else ("", digits.lstrip("+"))
    if len(digits) < 7:
        return "*" * len(digits)
    if digits.startswith("0") and len(digits) > 9:
        area = 3 if digits[1] in "12" else 4
        return f"{digits[:area]}****{digits[-3:]}"
    if len(digits) < 11:
        return f"{prefix}****{digits[-2:]}"
    return f"{prefix}{digits[:3]}****{digits[-4:]}"


def normal_phone(text: str, *, country: str = "CN") -> str | None:
    """Write a telephone number as +8613812345678; None when it cannot be one. An extension is dropped."""
    typed = _EXTENSION.sub("", fold(text)[:40])
    library = _phonenumbers()
    try:
        number = library.parse(typed, country)
    except library.NumberParseException:
        return None
    if not library.is_valid_number(number):
        return None
    return str(library.format_number(number, library.PhoneNumberFormat.E164))


@cache
def _phonenumbers() -> Any:
    # Its metadata takes longer to load than the rest of the application's modules together.
    return import_module("phonenumbers")


def plain_number(number: Decimal, *, grouped: bool = False) -> str:
    """Write a number out: no zeros at its end that say nothing, never an exponent; `grouped` by thousands."""
    return format(number.normalize(), ",f" if grouped else "f")
