"""The documentation says what the code does: settings, commands, targets, decisions, links."""

import re
from pathlib import Path

import pytest
import typer.main
from click import Command

from app.cli import cli
from app.core.i18n import label, translate
from app.core.options import KNOWN, OptionKind
from app.leads.rules import LeadStage
from app.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
CHINESE, ENGLISH = ROOT / "docs/operators", ROOT / "docs/operators/en"
DECISIONS = ROOT / "docs/decisions"
ONE_PAGE = 70
both_languages = pytest.mark.parametrize("folder", [CHINESE, ENGLISH], ids=["zh", "en"])


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def commands(command: Command, name: str) -> dict[str, set[str]]:
    """Every command with the long names of its options."""
    if hasattr(command, "commands"):
        found: dict[str, set[str]] = {}
        context = typer.Context(command)
        for child in command.list_commands(context):
            found |= commands(command.get_command(context, child), f"{name} {child}")
        return found
    options = {word for param in command.params for word in param.opts if word.startswith("--")}
    return {name: options - {"--help"}}


def documented_commands(folder) -> dict[str, str]:
    """A section of commands.md per command: its heading is the command."""
    parts = re.split(r"^## `(luodi [a-z -]+)`.*$", text(folder / "commands.md"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@both_languages
def test_every_setting_is_documented_with_its_default_and_none_is_invented(folder):
    rows = re.findall(r"^\| `(LUODI_\w+)` \| (.*?) \| (.+) \|$", text(folder / "settings.md"), re.MULTILINE)
    documented = {name: shown.strip("`") for name, shown, _ in rows}
    real = {f"LUODI_{name.upper()}": default(field) for name, field in Settings.model_fields.items()}
    assert documented == real


def default(field) -> str:
    value = field.get_default(call_default_factory=True)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ",".join(value) or "empty"
    return str(value) or "empty"


@both_languages
def test_every_command_is_documented_with_its_options_and_none_is_invented(folder):
    real = commands(typer.main.get_command(cli), "luodi")
    documented = documented_commands(folder)
    assert set(documented) == set(real)
    silent = [
        f"{name} {option}"
        for name, options in real.items()
        for option in options
        if option not in documented[name]
    ]
    assert silent == []


@pytest.mark.parametrize(("locale", "page"), [("zh_CN", "zh.md"), ("en", "en.md")])
def test_every_setting_of_the_county_is_in_the_guide_with_its_default(locale, page):
    rows = dict(re.findall(r"^\| (.+?) \| (.+) \|$", text(ROOT / "docs/guide" / page), re.MULTILINE))
    assert {
        translate(locale, each.label): in_words(locale, each) for each in KNOWN.values()
    }.items() <= rows.items()


def in_words(locale, setting) -> str:
    if setting.kind is OptionKind.DAYS:
        return translate(locale, "%(n)s 天", n=setting.default)
    if setting.kind is OptionKind.STAGES:
        return translate(locale, "、").join(label(locale, LeadStage(code)) for code in setting.default)
    return translate(locale, "是" if setting.kind is OptionKind.FLAG else "认定单位")


def test_every_page_for_operators_is_there_in_both_languages():
    assert {page.name for page in CHINESE.glob("*.md")} == {page.name for page in ENGLISH.glob("*.md")}
    for page in CHINESE.glob("*.md"):
        assert f"[English](en/{page.name})" in text(page)
        assert f"[中文](../{page.name})" in text(ENGLISH / page.name)


def test_every_make_target_is_in_the_contributors_guide():
    targets = re.findall(r"^([a-z-]+):.*## ", text(ROOT / "Makefile"), re.MULTILINE)
    guide = text(ROOT / "CONTRIBUTING.md")
    assert [target for target in targets if f"`make {target}`" not in guide] == []


def test_decisions_are_numbered_listed_and_one_page_long():
    files = sorted(path.name for path in DECISIONS.glob("[0-9]*.md"))
    assert [int(name[:4]) for name in files] == list(range(1, len(files) + 1))
    index = text(DECISIONS / "README.md")
    for name in files:
        assert f"]({name})" in index, f"{name} is not in the list of decisions"
        page = text(DECISIONS / name)
        assert page.count("\n") <= ONE_PAGE, f"{name} is longer than a page"
        for heading in ("## Context", "## Decision", "## Consequences"):
            assert heading in page, f"{name} lacks {heading}"


@pytest.mark.parametrize(
    "page", sorted(ROOT.glob("*.md")) + sorted((ROOT / "docs").rglob("*.md")), ids=lambda p: p.name
)
def test_links_lead_somewhere(page):
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text(page))
    broken = [target for target in targets if "://" not in target and not (page.parent / target).exists()]
    assert broken == []
