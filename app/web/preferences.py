"""How a visitor likes pages: language, theme and text size, kept in a cookie so that they hold before sign-in."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request

from app.core.i18n import LOCALES
from app.settings import Settings

COOKIE = "luodi_preferences"
THEMES = ("auto", "light", "dark")
TEXT_SIZES = ("normal", "large")


@dataclass(frozen=True, slots=True)
class Preferences:
    locale: str
    theme: str = "auto"
    text_size: str = "normal"

    def pack(self) -> str:
        return f"{self.locale}.{self.theme}.{self.text_size}"


def read(request: Request, settings: Settings) -> Preferences:
    """Read the cookie; anything unknown in it falls back to the default."""
    parts = (request.cookies.get(COOKIE, "").split(".") + ["", "", ""])[:3]
    return choose(settings.locale, *parts)


def choose(default_locale: str, locale: str, theme: str, text_size: str) -> Preferences:
    return Preferences(
        locale=locale if locale in LOCALES else default_locale,
        theme=theme if theme in THEMES else "auto",
        text_size=text_size if text_size in TEXT_SIZES else "normal",
    )
