"""What is shipped for operators agrees with the program: settings, commands, files, ports, volumes, health checks."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import venv
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml

from app.cli import cli
from app.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
UNITS = sorted((ROOT / "deploy/systemd").glob("*.service"))
SECRET = "0123456789abcdef" * 4
# What compose.yaml puts together itself and the program never reads.
OF_COMPOSE = {"LUODI_DOMAIN", "LUODI_SUBNET", "LUODI_DB_PASSWORD"}


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile's steps as (word, rest), lines that go on joined, comments dropped."""
    lines = "\n".join(line for line in text("Dockerfile").splitlines() if not line.startswith("#"))
    steps = [step.strip() for step in lines.replace("\\\n", " ").splitlines() if step.strip()]
    return [(word, rest) for word, _, rest in (step.partition(" ") for step in steps)]


def compose() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load(text("compose.yaml"))
    return read


def filled_in(value: str, **given: str) -> str:
    """Put values where compose would: `${NAME:-otherwise}`, which may hold another, and `${NAME:?why}`."""
    innermost = re.compile(r"\$\{(\w+)(?::-([^${}]*)|:\?[^${}]*)?\}")
    while match := innermost.search(value):
        value = value.replace(match[0], given.get(match[1], match[2] or ""))
    return value


def assert_is_a_command(words: list[str]) -> None:
    """Names a command of ours, with options that it has."""
    command: Any = typer.main.get_command(cli)
    context = typer.Context(command)
    assert words[0] in command.list_commands(context), words
    options = {name for param in command.get_command(context, words[0]).params for name in param.opts}
    assert {word for word in words[1:] if word.startswith("--")} <= options, words


def test_every_setting_that_is_named_exists() -> None:
    known = {f"LUODI_{name.upper()}" for name in Settings.model_fields}
    for path in [ROOT / "Dockerfile", ROOT / "compose.yaml", *sorted((ROOT / "deploy").rglob("*.*"))]:
        named = set(re.findall(r"\bLUODI_[A-Z_]+\b", path.read_text(encoding="utf-8")))
        assert named <= known | OF_COMPOSE, path


def test_what_the_image_copies_is_there_and_is_not_ignored() -> None:
    sent = {line.removeprefix("!") for line in text(".dockerignore").splitlines() if line.startswith("!")}
    copied = [
        source
        for word, rest in instructions()
        if word == "COPY" and "--from" not in rest
        for source in rest.split()[:-1]
    ]
    assert copied and set(copied) == sent
    assert [source for source in copied if not (ROOT / source).exists()] == []


def test_the_image_runs_without_rights_and_is_asked_whether_it_is_ready() -> None:
    steps = instructions()
    assert [word for word, _ in steps].count("FROM") == 2
    users = [rest for word, rest in steps if word == "USER"]
    assert users == ["10001:10001"]
    health = next(rest for word, rest in steps if word == "HEALTHCHECK")
    assert "http://127.0.0.1:8000/readyz" in health
    assert ("EXPOSE", "8000") in steps and ("ENTRYPOINT", '["luodi"]') in steps
    assert_is_a_command(yaml.safe_load(next(rest for word, rest in steps if word == "CMD")))
    install = next(rest for word, rest in steps if word == "RUN" and "requirements.lock" in rest)
    assert "--require-hashes" in install and "--no-deps" in install


def test_compose_asks_for_a_secret_and_for_nothing_else() -> None:
    asked = re.findall(r"\$\{(\w+)(:[-?])?", text("compose.yaml"))
    assert {name for name, mark in asked if mark != ":-"} == {"LUODI_SECRET_KEY"}


@pytest.mark.parametrize(
    "given", [{}, {"LUODI_DOMAIN": "zs.example.gov.cn", "LUODI_DB_PASSWORD": "other"}], ids=["bare", "named"]
)
def test_compose_gives_settings_that_production_takes(given: dict[str, str]) -> None:
    environment = {
        name.removeprefix("LUODI_").lower(): filled_in(value, LUODI_SECRET_KEY=SECRET, **given)
        for name, value in compose()["services"]["app"]["environment"].items()
    }
    settings = Settings(**environment)
    assert settings.production and settings.problems() == []
    assert settings.https and not settings.worker_in_serve
    password = filled_in(
        compose()["services"]["database"]["environment"]["POSTGRES_PASSWORD"],
        LUODI_SECRET_KEY=SECRET,
        **given,
    )
    assert f"//luodi:{password}@database/" in settings.database_url


def test_compose_starts_in_order_and_opens_the_proxy_alone() -> None:
    whole = compose()
    services = whole["services"]
    assert set(services) == {"database", "migrate", "app", "worker", "proxy"}
    assert [name for name, service in services.items() if service.get("ports")] == ["proxy"]
    assert whole["networks"]["inside"]["internal"] is True
    for name in ("migrate", "app", "worker"):
        assert services[name]["read_only"] is True and services[name]["cap_drop"] == ["ALL"]
        if words := services[name].get("command"):
            assert_is_a_command(words)
    for name in ("app", "worker"):
        assert services[name]["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}
    assert services["migrate"]["depends_on"] == {"database": {"condition": "service_healthy"}}
    assert services["proxy"]["depends_on"] == {"app": {"condition": "service_healthy"}}
    assert services["database"]["healthcheck"]["test"]


def test_the_volumes_of_compose_exist_and_the_image_may_write_to_them() -> None:
    whole = compose()
    mounted = [mount.split(":") for service in whole["services"].values() for mount in service["volumes"]]
    for source, *_ in mounted:
        assert (ROOT / source).exists() if source.startswith("./") else source in whole["volumes"], source
    # A named volume takes owner and rights of what lies at its place in the image.
    made = next(rest for word, rest in instructions() if word == "RUN" and "useradd" in rest)
    for place in (mount.partition(":")[2] for mount in whole["x-luodi"]["volumes"]):
        assert re.search(rf"install -d -o luodi -g luodi -m 07[05]0 {place}\b", made), place


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_units_call_commands_that_exist_as_a_user_without_rights(unit: Path) -> None:
    lines = [line for line in unit.read_text(encoding="utf-8").splitlines() if line.startswith("Exec")]
    called = [re.search(r"/opt/luodi/venv/bin/luodi ([^']*)", line) for line in lines]
    assert any(called)
    for match in filter(None, called):
        assert_is_a_command(shlex.split(match[1]))
    parser = ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(unit, encoding="utf-8")
    service = parser["Service"]
    assert service["User"] == "luodi" and service["EnvironmentFile"] == "/etc/luodi/luodi.env"
    assert service["ProtectSystem"] == "strict" and service["NoNewPrivileges"] == "yes"
    # Each unit sets the folder's rights anew when it starts.
    assert (service["StateDirectory"], service["StateDirectoryMode"]) == ("luodi", "0750")
    if "Documentation" in parser["Unit"]:
        assert (ROOT / parser["Unit"]["Documentation"].removeprefix("file:///opt/luodi/src/")).is_file()


def test_the_settings_of_the_units_are_safe_once_the_secret_is_in() -> None:
    lines = [line for line in text("deploy/systemd/luodi.env").splitlines() if line and line[0] != "#"]
    given = {
        name.removeprefix("LUODI_").lower(): value for name, _, value in (x.partition("=") for x in lines)
    }
    assert [problem.partition(":")[0] for problem in Settings(**given).problems()] == ["LUODI_SECRET_KEY"]
    assert Settings(**(given | {"secret_key": SECRET})).problems() == []


def test_the_command_of_a_checkout_runs_once_however_many_processes_serve(tmp_path: Path) -> None:
    """Each process of `serve --workers` reads the command's file under another name, and must not serve itself."""
    venv.create(tmp_path, symlinks=True)
    python, command = str(tmp_path / "bin/python"), tmp_path / "bin/luodi"
    subprocess.run([python, str(ROOT / "scripts/link_checkout.py")], check=True)
    assert command.stat().st_mode & 0o777 == 0o755
    assert command.read_text(encoding="utf-8").startswith(f"#!{python}\n")
    read_again = "import runpy, sys; runpy.run_path(sys.argv[1], run_name='__mp_main__'); print('quiet')"
    answer = subprocess.run(
        [python, "-c", read_again, str(command)], check=True, capture_output=True, text=True
    )
    assert answer.stdout == "quiet\n"


def test_systemd_finds_no_fault_with_the_units(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("SKIPPED: systemd-analyze is not installed, the units were not verified")
    for unit in (ROOT / "deploy/systemd").glob("luodi*.*"):
        content = unit.read_text(encoding="utf-8").replace("/opt/luodi/venv/bin/luodi", "/bin/true")
        (tmp_path / unit.name).write_text(content, encoding="utf-8")
    units = [str(unit) for unit in tmp_path.glob("*.service")] + [str(tmp_path / "luodi-backup.timer")]
    found = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units], check=False, capture_output=True, text=True
    )
    ours = [line for line in found.stderr.splitlines() if "luodi" in line]
    assert (found.returncode, ours) == (0, [])


def test_both_proxies_let_through_what_may_be_uploaded_and_believe_no_visitor() -> None:
    most = Settings().max_upload_mb
    caddy, nginx = text("deploy/Caddyfile"), text("deploy/nginx.conf")
    for found in (re.search(r"max_size (\d+)MB", caddy), re.search(r"client_max_body_size (\d+)m;", nginx)):
        assert found and int(found[1]) > most
    assert "header_up X-Forwarded-For {remote_host}" in caddy
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in nginx
    assert "reverse_proxy app:8000" in caddy and "server 127.0.0.1:8000;" in nginx
    assert "@metrics path /metrics" in caddy and "location = /metrics { return 404; }" in nginx
