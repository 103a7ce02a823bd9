"""Texts in two languages, and how they count."""

from __future__ import annotations

import pytest

from app.core.i18n import catalogue, translate
from app.web.templating import environment


@pytest.mark.parametrize(
    ("locale", "message", "values", "said"),
    [
        ("en", "%(n)s 天", {"n": 1}, "1 day"),
        ("en", "%(n)s 天", {"n": 0}, "0 days"),
        ("en", "%(n)s 天", {"n": "2"}, "2 days"),
        ("en", "%(n)s 条", {"n": "1"}, "1 record"),
        ("zh_CN", "%(n)s 天", {"n": 1}, "1 天"),
        ("en", "error.too_many_requests", {"retry_after": 1}, "Too many requests. Try again in 1 second."),
    ],
)
def test_one_is_said_otherwise_than_many(
    locale: str, message: str, values: dict[str, object], said: str
) -> None:
    assert translate(locale, message, **values) == said
    given = ", ".join(f"{name}={value!r}" for name, value in values.items())
    page = environment(locale, "Asia/Shanghai").from_string(f'{{{{ _("{message}", {given}) }}}}')
    assert page.render() == said


def test_every_text_of_one_takes_the_values_of_many() -> None:
    words = catalogue("en")
    assert words.of_one
    for message, of_one in words.of_one.items():
        assert of_one != words.messages[message]
        assert words.form_of(message, {"n": 2}) == words.messages[message]
