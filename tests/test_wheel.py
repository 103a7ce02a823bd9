"""The wheel runs outside the checkout: tables, pages, styles and both languages come along."""

import os
import re
import socket
import subprocess
import sys
import sysconfig
import time
import urllib.error
import urllib.request
import venv
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
READY_WITHIN_S = 120


LIBRARIES = sysconfig.get_path("purelib")
# Imported at the start of the environment's Python: what only development has is not there.
HIDING = """
import sys

class Hidden:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] in {names}:
            raise ModuleNotFoundError(name, name=name)

sys.meta_path.insert(0, Hidden)
"""


def locked(name: str) -> dict[str, str]:
    """Each library of a lock with its version and hashes, whatever the systems it is for."""
    parts = re.split(r"^(?=\w)", (ROOT / name).read_text(encoding="utf-8"), flags=re.MULTILINE)
    pinned = [re.match(r"([\w.-]+)==(.*)", re.sub(r"\s*#.*", "", part), re.DOTALL) for part in parts]
    return {canonical(match[1]): re.sub(r";[^\\]*", "", match[2]).strip() for match in pinned if match}


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """An environment with our wheel and nothing of the checkout.

    The libraries are those already installed, less what the lock for production does not name: a line of a .pth file
    adds their folder, and does not follow the .pth files in it, by which the checkout is known there.
    """
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    wheel = next(folder.glob("luodi-*.whl"))
    venv.create(folder / "venv", symlinks=True)
    python = str(folder / "venv/bin/python")
    pip = [
        sys.executable,
        "-m",
        "pip",
        "--disable-pip-version-check",
        "--python",
        python,
        "install",
        "--quiet",
    ]
    subprocess.run([*pip, "--no-deps", "--no-index", "--no-compile", str(wheel)], check=True)
    own = next((folder / "venv/lib").glob("python*/site-packages"))
    kept = set(locked("requirements.lock"))
    hidden = {name for name, of in packages_distributions().items() if not kept & set(map(canonical, of))}
    (own / "hidden.py").write_text(HIDING.replace("{names}", repr(hidden)), encoding="utf-8")
    (own / "libraries.pth").write_text(f"{LIBRARIES}\nimport hidden\n", encoding="utf-8")
    return folder


def test_nothing_of_the_checkout_and_no_tool_of_development_is_there(environment):
    def tried(code: str) -> subprocess.CompletedProcess[str]:
        command = [str(environment / "venv/bin/python"), "-c", code]
        where = {"cwd": environment, "env": clean(environment)}
        return subprocess.run(command, check=False, capture_output=True, text=True, **where)

    assert tried("import app; print(app.__file__)").stdout.startswith(str(environment))
    assert "ModuleNotFoundError" in tried("import pytest").stderr
    assert "ModuleNotFoundError" in tried("import tests").stderr


def test_development_has_the_same_libraries_as_production():
    ours, theirs = locked("requirements.lock"), locked("requirements-dev.lock")
    assert len(ours) > 40
    assert {name: pin for name, pin in ours.items() if theirs.get(name) != pin} == {}


def clean(folder: Path, port: int = 0) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LUODI_", "PYTHON"))}
    return kept | {
        "LUODI_DATABASE_URL": f"sqlite:///{folder / 'office' / 'luodi.db'}",
        "LUODI_DATA_DIR": str(folder / "office"),
        "LUODI_BASE_URL": f"http://127.0.0.1:{port}",
    }


def get(address: str) -> tuple[int, str]:
    with urllib.request.urlopen(address, timeout=5) as answer:
        return answer.status, answer.read().decode()


def wait_until_up(address: str, process: subprocess.Popen) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            get(address)
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
        else:
            return
    raise AssertionError(f"the server did not come up: {process.poll()}")


@pytest.fixture(scope="module")
def server(environment):
    luodi = str(environment / "venv/bin/luodi")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    elsewhere = environment / "elsewhere"
    elsewhere.mkdir()
    subprocess.run([luodi, "migrate"], check=True, cwd=elsewhere, env=clean(environment), capture_output=True)
    command = [luodi, "serve", "--port", str(port)]
    process = subprocess.Popen(command, cwd=elsewhere, env=clean(environment, port))
    try:
        wait_until_up(f"http://127.0.0.1:{port}/healthz", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=20)


def test_the_installed_wheel_is_healthy_and_at_the_newest_tables(server):
    assert get(f"{server}/healthz")[0] == 200
    assert get(f"{server}/readyz")[0] == 200


def test_the_installed_wheel_shows_the_sign_in_page_with_its_styles(server):
    status, page = get(f"{server}/login")
    assert status == 200
    sheet = page.split('rel="stylesheet"')[1].split('href="')[1].split('"')[0]
    status, css = get(server + sheet)
    assert status == 200
    assert "{" in css


def test_the_installed_wheel_speaks_both_languages(server):
    assert "登录" in get(f"{server}/login")[1]
    request = urllib.request.Request(
        f"{server}/login", headers={"Cookie": "luodi_preferences=en.auto.normal"}
    )
    with urllib.request.urlopen(request, timeout=5) as answer:
        assert "Sign in" in answer.read().decode()
