"""A real server on a real port with the demo county, and Debian's Chromium to look at it."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
QUIET = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --js-flags=--single-threaded"
).split()
AXE = Path(__file__).with_name("axe.min.js")
PASSWORD = "luodi-demo"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="no Chromium: apt-get install chromium"))


@dataclass
class Watch:
    """What a page did that it should not: console errors, failed scripts, requests to other machines."""

    problems: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start `luodi serve` on a demo database of its own; gives the address."""
    folder = tmp_path_factory.mktemp("site")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    environment = os.environ | {
        "LUODI_DATABASE_URL": f"sqlite:///{folder}/luodi.db",
        "LUODI_DATA_DIR": str(folder),
        "LUODI_BASE_URL": address,
        "LUODI_LOG_LEVEL": "ERROR",
    }
    luodi = [sys.executable, "-m", "app"]
    for step in (["migrate"], ["demo", "--scale", "0.2"]):
        subprocess.run([*luodi, *step], env=environment, check=True, stdout=subprocess.DEVNULL)
    _give_deals_to_the_towns_accounts(folder / "luodi.db")
    server = subprocess.Popen([*luodi, "serve", "--port", str(port)], env=environment)
    try:
        _wait_for(f"{address}/readyz", server)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=15)


def _give_deals_to_the_towns_accounts(database: Path) -> None:
    """Which deals the town of `head` and `town` has is drawn anew each day; tests need one of these stages always."""
    own_unit = """
        SELECT memberships.unit_id FROM memberships JOIN users ON users.id = memberships.user_id
        WHERE users.login = 'head'"""
    with closing(sqlite3.connect(database)) as connection, connection:
        for stage in ("registered", "started"):
            given = connection.execute(
                f"""UPDATE deals SET owner_unit_id = ({own_unit}) WHERE id =
                (SELECT id FROM deals WHERE stage = ? AND terms_state = 'verified' AND NOT confidential LIMIT 1)""",
                (stage,),
            )
            assert given.rowcount == 1


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        assert server.poll() is None, "the server stopped at start"
        try:
            with urllib.request.urlopen(address, timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server did not become ready")


@pytest.fixture(scope="session")
def playwright_driver() -> Iterator[Playwright]:
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def browser(playwright_driver: Playwright) -> Iterator[Browser]:
    opened = playwright_driver.chromium.launch(executable_path=CHROMIUM, args=QUIET)
    yield opened
    opened.close()


OpenPage = Callable[..., Page]


@pytest.fixture(scope="session")
def signed_in() -> dict[str, str]:
    """The session's token of each account that has signed in: once is enough for most tests."""
    return {}


@pytest.fixture
def open_page(browser: Browser, site: str, signed_in: dict[str, str]) -> Iterator[OpenPage]:
    """Give a function that opens a page: `open_page("/leads", login="town", phone=True, scripts=False, dark=True)`.

    Tests share one session of each account; `own_session` is for those that end it. At the test's end every page
    opened must be free of console errors and of requests to other machines.
    """
    contexts: list[tuple[BrowserContext, Watch]] = []

    def opener(
        path: str = "/",
        *,
        login: str | None = None,
        phone: bool = False,
        scripts: bool = True,
        dark: bool = False,
        locale: str = "zh-CN",
        own_session: bool = False,
        expect_status: int | None = None,
    ) -> Page:
        context = browser.new_context(
            viewport=PHONE if phone else DESKTOP,
            has_touch=phone,
            java_script_enabled=scripts,
            color_scheme="dark" if dark else "light",
            locale=locale,
            base_url=site,
        )
        context.set_default_timeout(15_000)
        watch = Watch()
        contexts.append((context, watch))
        page = _read_before_going_on(context.new_page())
        page.on("console", lambda message: _note_console(watch, message.type, message.text))
        page.on("pageerror", lambda error: watch.problems.append(f"script error: {error}"))
        page.on("request", lambda request: _note_request(watch, request.url, site))
        if login is not None:
            _enter(page, login, site, {} if own_session else signed_in)
        response = page.goto(path)
        if login is not None and page.url.startswith(f"{site}/login?"):  # that session was ended since
            sign_in(page, login)
            response = page.goto(path)
        if expect_status is not None:
            assert response is not None and response.status == expect_status
        return page

    yield opener
    problems = [problem for _context, watch in contexts for problem in watch.problems]
    for context, _watch in contexts:
        context.close()
    assert not problems, problems


def _read_before_going_on(page: Page) -> Page:
    """Let a click or a key come back when the document it led to has been read; the driver does when it has begun."""

    def reading(act: Callable[..., None]) -> Callable[..., None]:
        def acting(*given: object, **named: object) -> None:
            act(*given, **named)
            page.wait_for_load_state("domcontentloaded")

        return acting

    for name in ("click", "press"):
        setattr(page, name, reading(getattr(page, name)))
    return page


def _note_console(watch: Watch, kind: str, text: str) -> None:
    # A refused form is a 4xx on purpose; the browser reports it as a failed resource.
    if kind == "error" and "Failed to load resource" not in text:
        watch.problems.append(f"console: {text}")


def _note_request(watch: Watch, url: str, site: str) -> None:
    if not url.startswith((site, "data:", "blob:")):
        watch.problems.append(f"left the machine: {url}")


def _enter(page: Page, login: str, site: str, signed_in: dict[str, str]) -> None:
    """Come in with the session of an earlier test, or sign in."""
    name = "luodi_session"
    if login in signed_in:
        page.context.add_cookies([{"name": name, "value": signed_in[login], "url": site}])
        return
    sign_in(page, login)
    signed_in[login] = next(each["value"] for each in page.context.cookies() if each["name"] == name)


def sign_in(page: Page, login: str, password: str = PASSWORD) -> None:
    page.goto("/login")
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", password)
    page.click("main form button[type=submit]")
    page.wait_for_url(lambda url: "/login" not in url)


def accessibility_problems(page: Page, *, both_themes: bool = False) -> list[str]:
    """Run axe-core on the page; gives one line per violation.

    Of a long table it looks at the first dozen rows: the others are drawn by the same lines of the template. The other
    theme changes nothing but colours, so that its contrasts are all that is looked at again.
    """
    page.evaluate(AXE.read_text())
    problems = _axe(page)
    if both_themes:
        dark = bool(page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches"))
        page.emulate_media(color_scheme="light" if dark else "dark")
        problems += [f"{'light' if dark else 'dark'}: {each}" for each in _axe(page, only="color-contrast")]
        page.emulate_media(color_scheme="dark" if dark else "light")
    return problems


def _axe(page: Page, *, only: str = "") -> list[str]:
    options = {"resultTypes": ["violations"], "preload": False} | ({"runOnly": [only]} if only else {})
    found = page.evaluate(
        "options => axe.run({exclude: [['tbody > tr:nth-child(n+13)']]}, options)"
        ".then(found => found.violations.map(({id, help, nodes}) =>"
        " ({id, help, nodes: nodes.slice(0, 3).map(node => node.target[0])})))",
        options,
    )
    return [f"{rule['id']}: {rule['help']} ({node})" for rule in found for node in rule["nodes"]]


def overflows(page: Page) -> bool:
    """Say whether the page is wider than the screen."""
    return bool(
        page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth + 1")
    )


def ready_without_network(page: Page) -> None:
    """Wait until the device could go without: the worker runs and the form is kept."""
    page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
    kept = "caches.open('luodi-shell').then((cache) => cache.match('/visits/offline')).then(Boolean)"
    for _ in range(100):
        if page.evaluate(kept):
            return
        page.wait_for_timeout(50)
    raise AssertionError("the form was not kept on the device")
