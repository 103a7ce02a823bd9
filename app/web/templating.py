"""Jinja environments, one per language, with the formatting filters that templates may use."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable, Iterable
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.runtime import Context, Macro
from markupsafe import Markup

from app.core import money
from app.core.i18n import LOCALES, Catalogue, catalogue, label, translate
from app.core.regions import region_path
from app.core.resources import resource_dir
from app.core.text import plain_number

Formatter = Callable[..., Any]
OURS = {"_", "static", "kept"}  # what every template calls
MOST_KEPT = 1_500  # pieces per language: thirty pages of a list, some 3 MB


class QuickContext(Context):
    """Calls macros as Jinja does, without first asking of each what it is: a page of fifty rows calls thousands.

    Nor is it asked at each import which globals it lacks: all templates have the same.
    """

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.globals_keys = set()

    def call(self, __obj: Any, *args: Any, **kwargs: Any) -> Any:
        if type(__obj) is Macro:
            kwargs.pop("_block_vars", None)
            kwargs.pop("_loop_vars", None)
            return __obj(self.eval_ctx, *args, **kwargs)
        return super().call(__obj, *args, **kwargs)


@lru_cache
def environment(locale: str, zone: str) -> Environment:
    """Return the environment of one language. Undefined names are errors: a template never guesses."""
    env = Environment(
        loader=FileSystemLoader(resource_dir("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.loopcontrols"],
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    env.context_class = QuickContext
    words = catalogue(locale)
    env.globals["_"] = _gettext(words)
    env.globals["static"] = static_url
    env.globals["kept"] = _kept()
    env.filters.update(_filters(locale, ZoneInfo(zone)))
    return env


def _gettext(words: Catalogue) -> Callable[..., Markup]:
    """Return `_` of the templates: the text in the page's language, with its values escaped and filled in."""
    plain: dict[str, Markup] = {}

    def gettext(message: str, /, **values: Any) -> Markup:
        if values:
            return Markup(words.form_of(message, values)) % values  # noqa: S704 - from our catalogues
        known = plain.get(message)
        if known is None:
            known = plain[message] = Markup(words.gettext(message)) % {}  # noqa: S704 - from our catalogues
        return known

    return gettext


def _kept() -> Callable[..., Markup]:
    """Return `kept(macro, *values)` of the templates: what the macro says of these values, remembered.

    For pieces that many pages show alike: a row of a list, the options of a filter. The values must be hashable and
    say everything that the piece depends on; the macro comes from a file imported without its context.
    """

    @lru_cache(maxsize=MOST_KEPT)
    def kept(macro: Macro, *values: Hashable) -> Markup:
        return Markup(macro(*values))  # noqa: S704 - what our own macro wrote, already escaped

    return kept


def warm(zone: str) -> None:
    for locale in LOCALES:
        environment(locale, zone)


@lru_cache
def static_url(path: str) -> str:
    """Return the address of a static file with its content's hash, so that it may be cached for ever."""
    digest = hashlib.sha256((resource_dir("static") / path).read_bytes()).hexdigest()[:12]
    return f"/static/{path}?v={digest}"


def _filters(locale: str, zone: ZoneInfo) -> dict[str, Formatter]:
    write_amount = money.format_amount if locale == "zh_CN" else money.format_cny
    return {
        "label": lambda value: (
            label(locale, value) if isinstance(value, Enum) or value is None else str(value)
        ),
        "translate": lambda message, **params: translate(locale, message, **params),
        # The unit behind a number: English sets a space between them.
        "measure": lambda unit: ("" if locale == "zh_CN" else " ") + translate(locale, unit),
        "day": lambda value: format_day(value, locale),
        "short_day": lambda value: format_short_day(value, locale),
        "instant": lambda value: format_instant(value, zone, locale),
        "yi": lambda fen, places=2: "—" if fen is None else money.format_yi(fen, places),
        "wan": lambda fen: "—" if fen is None else money.format_wan(fen),
        "amount": lambda fen: translate(locale, "未公布") if fen is None else write_amount(fen),
        "understood": understood,
        "place": lambda code: region_path(code, lang=locale) or code or "—",
        "plain": plain,
        "number": lambda value: "—" if value is None else f"{value:,}",
        "fixed": fixed,
    }


def fixed(pairs: Iterable[Iterable[Hashable]]) -> tuple[Iterable[Hashable], ...]:
    """Return the pairs of a list as what cannot change, so that a piece made of them can be kept."""
    return pairs if type(pairs) is tuple else tuple(tuple(pair) for pair in pairs)


def plain(value: object, *, grouped: bool = False) -> object:
    """Return a number as text; what somebody typed stays as it is."""
    return plain_number(value, grouped=grouped) if isinstance(value, Decimal) else value


def understood(text: object) -> str:
    """Return what an amount was understood as, a bare number in 万元; empty for nothing and for what cannot be read."""
    try:
        return (
            money.parse_amount(str(text)[:60], default_unit=money.AmountUnit.WAN).understood if text else ""
        )
    except money.AmountError:
        return ""


def format_day(value: date | None, locale: str) -> str:
    if value is None:
        return "—"
    return (
        f"{value.year}年{value.month}月{value.day}日"
        if locale == "zh_CN"
        else f"{value.day} {value:%b} {value.year}"
    )


def format_short_day(value: date | None, locale: str) -> str:
    if value is None:
        return "—"
    return f"{value.month}月{value.day}日" if locale == "zh_CN" else f"{value.day} {value:%b}"


def format_month(month: int, locale: str) -> str:
    return f"{month}月" if locale == "zh_CN" else f"{date(2000, month, 1):%b}"


def format_instant(value: datetime | None, zone: ZoneInfo, locale: str) -> str:
    if value is None:
        return "—"
    here = value.astimezone(zone)
    return f"{format_day(here.date(), locale)} {here:%H:%M}"


def draw(template: str, *, locale: str, zone: str, **values: Any) -> Markup:
    """Render a part of a page, for a page that takes it as it is."""
    return Markup(render(template, locale=locale, zone=zone, **values))  # noqa: S704 - escaped by its template


def render(template: str, *, locale: str, zone: str, **values: Any) -> str:
    assert OURS.isdisjoint(values), f"the frame of {template} needs these names itself: {OURS & set(values)}"
    return environment(locale, zone).get_template(template).render(**values)
