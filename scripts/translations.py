"""Fail on a text that is missing in a language, that nobody uses, or whose placeholders differ.

Chinese texts are their own ids and need English. Coded ids (`error.…`, `enum.…`) need both languages.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from babel.messages.pofile import read_po
from jinja2 import nodes

import app
from app.core.errors import AppError
from app.core.i18n import LOCALES, SOURCE_LOCALE, forms
from app.core.resources import resource_dir
from app.web.templating import environment

# Enumerations that no page shows: an operator's settings, and values that only code compares.
NOT_SHOWN = frozenset(
    {"Environment", "ActorKind", "Permission", "JobState", "ColumnKind", "Fate", "OptionKind"}
)
# Ids that are put together at run time from what pydantic calls an error.
PUT_TOGETHER = ("error.field.",)
# The product's name, and a language's name in itself.
SAME_IN_EVERY_LANGUAGE = frozenset({"落地 Luodi", "落地", "中文"})
Kind = TypeVar("Kind")
MARKERS = frozenset({"_", "N_", "gettext"})
CODED = re.compile(r"[a-z][a-z0-9_]*(\.[A-Za-z0-9_]+)+")
CHINESE = re.compile(r"[\u3400-\u9fff]")
# A comma, colon or bracket of Latin width inside Chinese text.
NARROW = re.compile(
    r"[\u3400-\u9fff][,;:?!(][\u3400-\u9fff]|[\u3400-\u9fff][,;:?!]$|[\u3400-\u9fff]\)[\u3400-\u9fff]"
)
PLACEHOLDER = re.compile(r"%\((\w+)\)[a-z]")


@dataclass
class Words:
    """What the code says: texts in use with one place each, and strings that may name a coded id."""

    used: dict[str, str] = field(default_factory=dict)
    strings: set[str] = field(default_factory=set)
    bare: list[str] = field(default_factory=list)

    def use(self, message: str, where: str) -> None:
        self.used.setdefault(message, where)


def problems() -> list[str]:
    """Return every problem with the catalogues, in words."""
    words = Words()
    for path in sorted(Path(app.__file__).parent.rglob("*.py")):
        read_python(path, words)
    for path in sorted(resource_dir("templates").rglob("*")):
        if path.suffix in {".html", ".txt"}:
            read_template(path, words)
    for coded in coded_ids():
        words.use(coded, "a class of that name")
    catalogues = {locale: read_catalogue(locale) for locale in LOCALES}
    found = list(words.bare)
    for messages, faults in catalogues.values():
        found += faults + list(unused(messages, words))
    for text in {*words.used, *catalogues[SOURCE_LOCALE][0].values()}:
        if NARROW.search(text):
            found.append(f"punctuation of Latin width in Chinese: {text}")
    return found + list(missing(words, {locale: messages for locale, (messages, _) in catalogues.items()}))


def read_python(path: Path, words: Words) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            words.strings.add(node.value)
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        at = 0 if name in MARKERS else 1 if name == "translate" else None
        if at is not None and len(node.args) > at:
            said = node.args[at]
            if isinstance(said, ast.Constant) and isinstance(said.value, str):
                words.use(said.value, f"{path.name}:{node.lineno}")


def read_template(path: Path, words: Words) -> None:
    """Take every Chinese constant for a text in use: macros translate the labels that they are given."""
    tree = environment(SOURCE_LOCALE, "Asia/Shanghai").parse(path.read_text(encoding="utf-8"))
    where = path.relative_to(resource_dir("templates")).as_posix()
    for const in tree.find_all(nodes.Const):
        if isinstance(const.value, str):
            words.strings.add(const.value)
            if CHINESE.search(const.value) and const.value not in SAME_IN_EVERY_LANGUAGE:
                words.use(const.value, f"{where}:{const.lineno}")
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name in MARKERS and call.args:
            first = call.args[0]
            if isinstance(first, nodes.Const) and isinstance(first.value, str):
                words.use(first.value, f"{where}:{first.lineno}")
    for text in tree.find_all(nodes.TemplateData):
        if CHINESE.search(text.data.replace("落地", "")):
            shown = " ".join(text.data.split())[:60]
            words.bare.append(f'templates/{where}:{text.lineno}: Chinese outside {{{{ _("…") }}}}: {shown}')


def coded_ids() -> Iterator[str]:
    """Yield the id of every refusal and of every value of every enumeration that people see."""
    for module in pkgutil.walk_packages(app.__path__, "app."):
        if module.name != "app.asgi":  # importing it builds the application
            importlib.import_module(module.name)
    for refusal in below(AppError):
        yield f"error.{refusal.code}"
    for kind in below(StrEnum):
        if kind.__module__.startswith("app.") and kind.__name__ not in NOT_SHOWN:
            yield from (f"enum.{kind.__name__}.{value.value}" for value in kind)


def below(kind: type[Kind]) -> set[type[Kind]]:
    found = set(kind.__subclasses__())
    return found.union(*(below(child) for child in found))


def read_catalogue(locale: str) -> tuple[dict[str, str], list[str]]:
    """Return the union of one language's rooms, and what is wrong inside it."""
    messages: dict[str, str] = {}
    rooms: dict[str, str] = {}
    faults = []
    for path in sorted((resource_dir("locale") / locale).glob("*.po")):
        with path.open("rb") as handle:
            for message in read_po(handle, locale=locale, abort_invalid=True):
                if not message.id:
                    continue
                where = f"locale/{locale}/{path.name}"
                ids, texts = forms(message)
                key, text = ids[0], texts[-1]
                if not all(texts) or message.fuzzy:
                    faults.append(f"{where}: not translated: {key}")
                if len(set(ids)) > 1 or any(placeholders(each) != placeholders(text) for each in texts):
                    faults.append(f"{where}: {key}: the forms of one and of many differ")
                if messages.get(key, text) != text:
                    faults.append(f"{where}: {key}: translated otherwise in {rooms[key]}")
                if not CODED.fullmatch(key) and placeholders(key) != placeholders(text):
                    faults.append(f"{where}: {key}: placeholders differ")
                messages[key], rooms[key] = text, where
    return messages, faults


def unused(messages: dict[str, str], words: Words) -> Iterator[str]:
    for key in messages:
        if key.startswith(PUT_TOGETHER) or key in words.used:
            continue
        if not (CODED.fullmatch(key) and is_said(key, words.strings)):
            yield f"unused: {key}"


def is_said(key: str, strings: set[str]) -> bool:
    """Say whether the code holds a coded id whole, or in two pieces that it joins: `f"error.{code}"`."""
    if key in strings:
        return True
    return any(key[:at] in strings and key[at:] in strings for at in range(1, len(key)))


def missing(words: Words, catalogues: dict[str, dict[str, str]]) -> Iterator[str]:
    coded = {key for messages in catalogues.values() for key in messages if CODED.fullmatch(key)}
    for key, where in words.used.items():
        if CODED.fullmatch(key):
            coded.add(key)
        elif key not in catalogues["en"]:
            yield f"missing in en: {key} ({where})"
    for key in sorted(coded):
        absent = [locale for locale in LOCALES if key not in catalogues[locale]]
        yield from (f"missing in {locale}: {key}" for locale in absent)
        if not absent and placeholders(catalogues["en"][key]) != placeholders(catalogues[SOURCE_LOCALE][key]):
            yield f"{key}: placeholders differ between the languages"


def placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


def main() -> int:
    found = problems()
    print(
        "\n".join(
            [*found, f"translations: {len(found)} problems" if found else "translations: complete and used"]
        )
    )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
