"""Words in Chinese and English. Chinese texts are their own message ids; coded ids (`error.…`, `enum.…`) are
translated in both catalogues. Each room keeps one PO file per language, read directly: no compile step to forget.
"""

from __future__ import annotations

import gettext
from enum import Enum
from functools import lru_cache
from typing import Any

from babel.messages.pofile import read_po

from app.core.resources import resource_dir

LOCALES = ("zh_CN", "en")
SOURCE_LOCALE = "zh_CN"


def N_(message: str) -> str:
    """Mark a text for translation where no language is known yet; rendering translates it."""
    return message


class Catalogue(gettext.NullTranslations):
    """All rooms' messages of one language."""

    def __init__(self, locale: str) -> None:
        super().__init__()
        self.locale = locale
        self.messages: dict[str, str] = {}
        for path in sorted((resource_dir("locale") / locale).glob("*.po")):
            with path.open("rb") as handle:
                for message in read_po(handle, locale=locale):
                    if message.id and message.string:
                        self.messages[str(message.id)] = str(message.string)

    def gettext(self, message: str) -> str:
        return self.messages.get(message, message)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return self.gettext(singular if n == 1 else plural)


@lru_cache
def catalogue(locale: str) -> Catalogue:
    return Catalogue(locale if locale in LOCALES else SOURCE_LOCALE)


def translate(locale: str, message: str, **params: Any) -> str:
    """Return the text in that language with its %(name)s filled in. Unknown ids come back as they are."""
    text = catalogue(locale).gettext(message)
    if not params:
        return text
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
