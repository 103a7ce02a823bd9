"""What the house asks of every file and no linter checks. Import floors are import-linter's (`make check`)."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APP = ROOT / "app"
LONGEST_FILE = {"app": 300, "scripts": 300, "tests": 450}
LONGEST_FUNCTION = 45
DOCUMENTED = {"rules", "queries", "service"}
NAMES_THAT_SAY_NOTHING = {"utils", "util", "helpers", "manager", "managers", "data", "info", "misc", "common"}
# Written in pieces, or this file would find itself.
INDEX_HOSTS = (
    "pypi|org",
    "pythonhosted|org",
    "registry|npmjs|org",
    "npmmirror|com",
    "tuna|tsinghua",
    "aliyun|com/pypi",
)
FOLDERS = ("root", "home", "work", "Users")
FOREIGN = [re.compile(host.replace("|", r"\.")) for host in INDEX_HOSTS] + [
    re.compile(rf"(?<![\w.]){'/' + folder + '/'}") for folder in FOLDERS
]
MAY_NAME_FOREIGN_PLACES = ("app/static/vendor/", "LICENSE")
BINARY = {".xls", ".png", ".jpg", ".ico", ".woff2", ".docx", ".xlsx", ".pdf", ".gz", ".webp", ".zip"}


def python_files(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def kind(path: Path) -> str:
    """`deals/rules.py` and `deals/rules/terms.py` hold the same kind of knowledge."""
    return path.parent.name if path.parent.name in DOCUMENTED else path.stem


def test_no_file_is_longer_than_a_reader_holds_in_mind():
    long = {
        shown(path): lines
        for folder, most in LONGEST_FILE.items()
        for path in python_files(folder)
        if (lines := path.read_text(encoding="utf-8").count("\n")) > most
    }
    assert long == {}


def test_no_function_is_longer_than_a_screen():
    long = [
        f"{shown(path)}:{function.lineno} {function.name}: {length} lines"
        for path in python_files("app", "scripts")
        for function in functions(path)
        if (length := (function.end_lineno or 0) - function.lineno + 1) > LONGEST_FUNCTION
    ]
    assert long == []


def test_every_public_rule_query_and_service_says_what_it_promises():
    silent = [
        f"{shown(path)}:{node.lineno} {node.name}"
        for path in python_files("app")
        if kind(path) in DOCUMENTED
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and not ast.get_docstring(node)
    ]
    assert silent == []


def test_every_module_of_core_and_web_says_what_it_is_for():
    silent = [
        shown(path)
        for path in python_files("app/core", "app/web")
        if (text := path.read_text(encoding="utf-8")) and not ast.get_docstring(ast.parse(text))
    ]
    assert silent == []


def test_only_the_visible_transaction_commits():
    allowed = {"app/core/db.py", "app/core/migrate.py"}
    found = [
        f"{shown(path)}:{number}"
        for path in python_files("app")
        if shown(path) not in allowed
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if ".commit(" in line
    ]
    assert found == []


def test_no_module_has_a_name_that_says_nothing():
    assert [shown(path) for path in python_files("app") if path.stem in NAMES_THAT_SAY_NOTHING] == []


def test_migrations_are_dated_and_know_no_model():
    dated = re.compile(r"\d{4}_\d\d_\d\d_\d{4}_[a-z0-9_]+\.py")
    for path in python_files("migrations/versions"):
        assert dated.fullmatch(path.name), path.name
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("app"):
                assert node.module == "app.core.ddl", f"{path.name} imports {node.module}"


def test_nothing_tracked_names_a_package_index_or_somebodys_machine():
    found = [
        f"{name}:{number}: {match.group()}"
        for name in tracked()
        if not name.startswith(MAY_NAME_FOREIGN_PLACES) and Path(name).suffix not in BINARY
        for number, line in enumerate((ROOT / name).read_text(encoding="utf-8").splitlines(), 1)
        for pattern in FOREIGN
        if (match := pattern.search(line))
    ]
    assert found == []


def tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]
