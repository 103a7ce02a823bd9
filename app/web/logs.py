"""Structured logs. No secret and no personal value is ever passed to a logger; a filter guards known names anyway."""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from app.settings import Settings

GUARDED = ("password", "secret", "token", "authorization", "cookie", "phone", "contact", "code")


def configure(settings: Settings) -> None:
    """Write one line per request to standard error: for people in development, as JSON where configured."""
    level = logging.getLevelNamesMapping().get(settings.log_level.upper(), logging.INFO)
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if settings.log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            guard,
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )


def guard(_logger: object, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Blank out values whose name says that they are secret or personal."""
    for name in line:
        if any(word in name.lower() for word in GUARDED):
            line[name] = "***"
    return line
