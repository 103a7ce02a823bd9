"""Words in Chinese and English. Chinese texts are their own message ids; coded ids (`error.…`, `enum.…`) are
translated in both catalogues. Each room keeps one PO file per language, read directly: no compile step to forget.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum
from functools import lru_cache
from typing import Any

from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from app.core.resources import resource_dir

LOCALES = ("zh_CN", "en")
SOURCE_LOCALE = "zh_CN"
FIRST_NAMED = re.compile(r"%\((\w+)\)")


def N_(message: str) -> str:
    """Mark a text for translation where no language is known yet; rendering translates it."""
    return message


class Catalogue:
    """All rooms' messages of one language. A text that counts may have a form of its own for one."""

    def __init__(self, locale: str) -> None:
        self.messages: dict[str, str] = {}
        self.of_one: dict[str, str] = {}
        for path in sorted((resource_dir("locale") / locale).glob("*.po")):
            with path.open("rb") as handle:
                for message in read_po(handle, locale=locale):
                    ids, texts = forms(message)
                    if ids[0] and texts[-1]:
                        self.messages[ids[0]] = texts[-1]
                        self.of_one |= {ids[0]: texts[0]} if len(texts) > 1 else {}

    def gettext(self, message: str) -> str:
        return self.messages.get(message, message)

    def form_of(self, message: str, values: Mapping[str, Any]) -> str:
        """Return the text into which these values are to be filled: `n` or `count` of them says how many there are,
        or else the first that the text names."""
        of_one = self.of_one.get(message)
        if of_one is None:
            return self.gettext(message)
        first = FIRST_NAMED.search(of_one)
        counted = next((name for name in ("n", "count") if name in values), first[1] if first else "")
        return of_one if str(values.get(counted)) == "1" else self.gettext(message)


def forms(message: Message) -> tuple[list[str], list[str]]:
    """Return a message's ids, and its texts: of one and of many where it counts."""
    ids, texts = (
        [each or ""] if isinstance(each, str) or each is None else [str(part) for part in each]
        for each in (message.id, message.string)
    )
    return ids, texts


@lru_cache
def catalogue(locale: str) -> Catalogue:
    return Catalogue(locale if locale in LOCALES else SOURCE_LOCALE)


def translate(locale: str, message: str, **params: Any) -> str:
    """Return the text in that language with its %(name)s filled in. Unknown ids come back as they are."""
    if not params:
        return catalogue(locale).gettext(message)
    text = catalogue(locale).form_of(message, params)
    shown = {
        name: label(locale, value) if isinstance(value, Enum) else value for name, value in params.items()
    }
    return text % shown


def knows(locale: str, message: str) -> bool:
    return message in catalogue(locale).messages


def label(locale: str, value: Enum | None) -> str:
    """Return the word that people use for an enumeration's value; "—" for None."""
    if value is None:
        return "—"
    return catalogue(locale).gettext(f"enum.{type(value).__name__}.{value.value}")


def negotiate(accept_language: str, default: str) -> str:
    """Choose a language from an Accept-Language header: the first that we have, in the order of preference."""
    offers = []
    for position, part in enumerate(accept_language.split(",")[:20]):
        tag, _, weight = part.strip().partition(";q=")
        try:
            quality = float(weight or 1)
        except ValueError:
            quality = 0.0
        if quality > 0:  # a language of weight 0 is one that the caller cannot read
            offers.append((-quality, position, tag.strip().lower()))
    for _quality, _position, tag in sorted(offers):
        if tag.startswith("zh"):
            return "zh_CN"
        if tag.startswith("en"):
            return "en"
    return default
