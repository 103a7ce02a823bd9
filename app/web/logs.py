"""Structured logs. No secret and no personal value is ever passed to a logger; a filter guards known names anyway."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog
from jinja2 import TemplateError
from sqlalchemy.exc import DBAPIError

from app.settings import Settings

GUARDED = ("password", "secret", "token", "authorization", "cookie", "phone", "contact", "code")
# Faults whose text speaks of code, files and statements. Any other may quote what somebody typed ("invalid literal:
# '138…'"), so only its type is written; the frames say where it was raised.
SPEAK_OF_CODE = (DBAPIError, TemplateError, OSError, ImportError, AttributeError, NameError, TypeError)


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
            structlog.processors.ExceptionRenderer(lambda found: traceback_without_values(found[1])),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )
    # The server prints faults that reach it once more, with their texts.
    logging.getLogger("uvicorn.error").addFilter(_without_traceback)


def guard(_logger: object, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Blank out values whose name says that they are secret or personal."""
    for name in line:
        if any(word in name.lower() for word in GUARDED):
            line[name] = "***"
    return line


def traceback_without_values(error: BaseException | None) -> str:
    """Return where a fault and what caused it were raised, without texts that may quote what somebody typed."""
    parts: list[str] = []
    while error is not None:
        text = f": {error}" if isinstance(error, SPEAK_OF_CODE) else ""
        parts.append("".join(traceback.format_tb(error.__traceback__)) + type(error).__name__ + text)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n\nwhich led to:\n".join(reversed(parts))


def _without_traceback(record: logging.LogRecord) -> bool:
    record.exc_info = record.exc_text = None
    return True
