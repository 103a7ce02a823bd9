"""Fail on CSS and JavaScript that the floor of browsers cannot read: Chromium 86, iOS 13, WeChat's web view.

One unknown token loses a whole rule, one new operator a whole script, and the person is told nothing.
Vendored files are left out: they are built to the floor.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from app.core.resources import resource_dir

CSS = {
    r"@layer\b": "@layer (Chromium 99)",
    r"@container\b|\bcontainer(-type|-name)?\s*:": "container queries (Chromium 105)",
    r"@scope\b": "@scope (Chromium 118)",
    r":has\(": ":has() (Chromium 105)",
    r":(is|where)\(": ":is() and :where() (Chromium 88)",
    r"\blight-dark\(": "light-dark() (Chromium 123)",
    r"\bcolor-mix\(": "color-mix() (Chromium 111)",
    r"\b(ok)?(lab|lch)\(": "lab and lch colours (Chromium 111)",
    r"@media[^{]*[<>]=?": "range syntax in media queries (Chromium 104)",
    r"(?<![\w-])inset\s*:": "inset: write top, right, bottom, left (Chromium 87)",
    r"(?<![\w-])(margin|padding|inset)-(inline|block)\s*:": "logical shorthands (Chromium 87)",
}

JS = {
    r"\?\.(?!\d)": "?. (ES2020)",
    r"\?\?": "?? (ES2020)",
    r"(\|\||&&)=": "logical assignment (ES2021)",
    r"\b\d+n\b": "BigInt (ES2020)",
    r"\b\d+_\d": "numeric separators (ES2021)",
    r"\bimport\.meta\b": "import.meta (ES2020)",
    r"\bimport\s*\(": "import() (ES2020)",
    r"\bexport\s*\*\s*as\b": "export * as (ES2020)",
    r"(?<![\w$])#[A-Za-z_$]": "private members (ES2022)",
    r"^\s*static\s*\{": "static blocks (ES2022)",
    r"^await\b": "await outside a function (ES2022)",
    r"\.replaceAll\(": "replaceAll (Chromium 85, iOS 13.4)",
    r"\.at\(": ".at() (Chromium 92)",
    r"\bstructuredClone\(": "structuredClone (Chromium 98)",
    r"\bObject\.hasOwn\(": "Object.hasOwn (Chromium 93)",
    r"\bPromise\.any\(": "Promise.any (iOS 14)",
    r"\brandomUUID\(": "crypto.randomUUID (Chromium 92)",
}

INLINE = re.compile(r"<(script|style)\b([^>]*)>(.*?)</\1>", re.DOTALL | re.IGNORECASE)
CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
# Comments, strings and regular expressions say nothing about syntax; templates keep what stands in ${…}.
JS_SILENT = re.compile(
    r"//[^\n]*|/\*.*?\*/|'(?:\\.|[^'\\\n])*'|\"(?:\\.|[^\"\\\n])*\"|`(?:\\.|[^`\\])*`"
    r"|(?<=[=(,:\[!&|?{};])\s*/(?![/*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n\[])+/[a-z]*",
    re.DOTALL,
)


def blank(match: re.Match[str]) -> str:
    """Keep the line numbers, and a template's expressions, while removing what is not code."""
    kept = re.findall(r"\$\{[^}]*\}", match.group()) if match.group().startswith("`") else []
    return " ".join(kept) + "\n" * match.group().count("\n") + " "


def css_problems(source: str) -> Iterator[tuple[int, str]]:
    """Yield (line, what) for each thing in a style sheet that the floor cannot read."""
    code = CSS_COMMENT.sub(blank, source)
    yield from findings(code, CSS)
    yield from nested_rules(code)


def js_problems(source: str) -> Iterator[tuple[int, str]]:
    """Yield (line, what) for each thing in a module that the floor cannot read."""
    code = JS_SILENT.sub(blank, source)
    yield from findings(code, JS)


def findings(code: str, patterns: dict[str, str]) -> Iterator[tuple[int, str]]:
    for pattern, name in patterns.items():
        for match in re.finditer(pattern, code, re.MULTILINE):
            yield code.count("\n", 0, match.start()) + 1, name


def nested_rules(code: str) -> Iterator[tuple[int, str]]:
    """Yield a style rule that stands inside another; only @media, @supports and their like may hold rules."""
    opened: list[bool] = []  # for each open brace: is it a style rule?
    prelude = ""
    line = 1
    for character in code:
        line += character == "\n"
        if character == "{":
            holds_rules = prelude.strip().startswith("@")
            if opened and opened[-1]:
                yield line, "nesting (Chromium 112)"
            opened.append(not holds_rules)
            prelude = ""
        elif character == "}":
            if opened:
                opened.pop()
            prelude = ""
        elif character == ";":
            prelude = ""
        else:
            prelude += character


def problems() -> list[str]:
    """Return every problem of what is shipped, as file:line: what."""
    found = []
    static = resource_dir("static")
    for path in sorted(static.rglob("*")):
        if "vendor" in path.relative_to(static).parts or path.suffix not in {".css", ".js", ".mjs"}:
            continue
        check = css_problems if path.suffix == ".css" else js_problems
        found += [f"{shown(path)}:{line}: {what}" for line, what in check(path.read_text(encoding="utf-8"))]
    for path in sorted(resource_dir("templates").rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        for match in INLINE.finditer(text):
            check = css_problems if match.group(1).lower() == "style" else js_problems
            offset = text.count("\n", 0, match.start(3))
            found += [f"{shown(path)}:{line + offset}: {what}" for line, what in check(match.group(3))]
    return found


def shown(path: Path) -> str:
    return path.relative_to(Path.cwd()).as_posix() if path.is_relative_to(Path.cwd()) else str(path)


def main() -> int:
    found = problems()
    print("\n".join([*found, f"browser floor: {len(found)} problems" if found else "browser floor: kept"]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
