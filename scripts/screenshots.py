"""Take the pictures of the README and the user guide anew from a running demo: `python -m scripts.screenshots ADDRESS`.

Pictures are part of the documentation: take them again when a page that they show has changed.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from app.demo.accounts import PASSWORD
from app.web.preferences import COOKIE, Preferences
from scripts.programs import chromium

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
DESKTOP = ViewportSize(width=1440, height=900)
PHONE = ViewportSize(width=390, height=844)
LANGUAGES = {"zh": "zh_CN", "en": "en"}


@dataclass(frozen=True)
class Picture:
    """One page as one account sees it; `phone` pictures are taken at twice the pixels, as phones show them."""

    name: str
    login: str
    path: str
    phone: bool = False


PICTURES = (
    Picture("progress", "leader", "/progress"),
    Picture("progress-phone", "leader", "/progress", phone=True),
    Picture("visit-phone", "town", "/visits/new", phone=True),
    Picture("lead-phone", "town", "/leads/new", phone=True),
    Picture("work", "town", "/"),
    Picture("verification", "bureau", "/deals/verification"),
    Picture("import", "town", "/transfers/import"),
    Picture("brief", "leader", "/progress/brief"),
)


def main(address: str) -> int:
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"])
        for language, chosen in LANGUAGES.items():
            for picture in PICTURES:
                page = opened(browser, address, picture, language=chosen)
                page.screenshot(path=IMAGES / f"{picture.name}-{language}.png")
                page.context.close()
                print(f"{picture.name}-{language}.png", flush=True)
        browser.close()
    return 0


def opened(browser: Browser, address: str, picture: Picture, *, language: str) -> Page:
    """Sign in and open the picture's page."""
    context = browser.new_context(
        viewport=PHONE if picture.phone else DESKTOP,
        locale=language.replace("_", "-"),
        base_url=address,
        has_touch=picture.phone,
    )
    liked = Preferences(locale=language, theme="light")
    context.add_cookies([{"name": COOKIE, "value": liked.pack(), "url": address}])
    page = context.new_page()
    page.goto("/login")
    page.fill("input[name=login]", picture.login)
    page.fill("input[name=password]", PASSWORD)
    page.click("main form button[type=submit]")
    page.wait_for_url(lambda url: "/login" not in url)
    page.goto(picture.path, wait_until="networkidle")
    page.wait_for_timeout(800)  # charts draw themselves
    return page


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"))
