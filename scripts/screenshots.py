"""Take the pictures of pages that stand in the documentation.

`python scripts/screenshots.py` writes docs/images/*.png; it needs Debian's chromium.
Look at all of them before you commit: nothing else does. There is no `--check`,
because another browser or font draws other pixels.
"""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

import uvicorn
from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright
from starlette.applications import Starlette

from securelogin import AsyncSecureLogin, Audience, KeyRing, Portal, SecureLogin
from securelogin.demo.people import ANN, BOB, CAROL, PASSWORD
from securelogin.mailers.memory import AsyncMemoryMailer, MemoryMailer
from securelogin.starlette import add_pages
from securelogin.stores.memory import AsyncMemoryStore, MemoryStore
from securelogin.web import CookieSafety, WebSettings

IMAGES = Path(__file__).parent.parent / "docs" / "images"
WIDE = ViewportSize(width=640, height=400)
NARROW = ViewportSize(width=330, height=600)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
LOGO = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40">
<rect width="40" height="40" rx="8" fill="#702082"/>
<path d="M9 31 20 8l11 23h-6l-5-11-5 11z" fill="#fff"/></svg>"""


# As docs/how-to/brand-the-pages.md has it.
BRAND = {
    "theme": {"accent": "#702082", "radius": "4px"},
    "dark_theme": {"accent": "#d9b3ff", "on-accent": "#2b0a35"},
}


def main() -> None:
    """Take them all."""
    with sync_playwright() as playwright:
        # No sandbox: it cannot be had as root, and all pages come from here.
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        with demo() as url:
            photograph_demo(browser, url)
        with portal("Acme Secure Messaging") as (url, password):
            photograph_first_log_in(visitor(browser), url, password)
        with tempfile.TemporaryDirectory() as folder:
            logo = Path(folder) / "acme.svg"
            logo.write_text(LOGO)
            with portal("Acme", logo=logo, **BRAND) as (url, _):
                photograph_brand(visitor(browser), url, "branded-light")
                photograph_brand(visitor(browser, scheme="dark"), url, "branded-dark")
        browser.close()


def visitor(
    browser: Browser,
    *,
    size: ViewportSize = WIDE,
    scheme: Literal["light", "dark"] = "light",
) -> Page:
    """Return a page of somebody whom nobody knows."""
    return browser.new_context(
        locale="en-GB", user_agent=FIREFOX, viewport=size, color_scheme=scheme
    ).new_page()


def take(page: Page, name: str, *, most: int = 1_500) -> None:
    """Write a picture of a page, down to so many pixels, in few colours."""
    taken = Image.open(BytesIO(page.screenshot(full_page=True))).convert("RGB")
    cut = taken.crop((0, 0, taken.width, min(taken.height, most)))
    cut.quantize(64).save(IMAGES / f"{name}.png", optimize=True)


def log_in(page: Page, address: str, password: str) -> None:
    """Type both, and press the button."""
    page.get_by_label("Mail address").fill(address)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Log in", exact=True).click()


def photograph_demo(browser: Browser, url: str) -> None:
    """Be Bob, who cannot log in, and Carol, who finds out why."""
    bob = visitor(browser)
    bob.goto(url)
    take(bob, "demo-guide")
    phone = visitor(browser, size=NARROW)
    phone.goto(f"{url}acme/login")
    log_in(phone, BOB, "the name of my cat and a year")
    take(phone, "demo-refused")
    reference = phone.locator("#failure code").inner_text()

    carol = visitor(browser)
    carol.goto(f"{url}acme/login")
    log_in(carol, CAROL.address, PASSWORD)
    carol.get_by_label("Reference").fill(reference)
    carol.get_by_role("button", name="Look up", exact=True).click()
    expect(carol.locator(".diagnosis")).to_be_visible()
    take(carol, "demo-support", most=1_425)


def photograph_first_log_in(page: Page, url: str, password: str) -> None:
    """Be Ann on her first day, on pages as they come."""
    page.goto(f"{url}login")
    take(page, "log-in")
    log_in(page, ANN.address, password)
    expect(page.locator("h1")).to_have_text("Choose a new password")
    take(page, "new-password")


def photograph_brand(page: Page, url: str, name: str) -> None:
    """Show the log-in in somebody's own colours."""
    page.goto(f"{url}login")
    take(page, name)


@contextmanager
def demo() -> Iterator[str]:
    """Run the demo as its readers do, and give its URL."""
    command = [sys.executable, "-c", "from securelogin.cli import main; main()"]
    process = subprocess.Popen(
        [*command, "demo", "--port", "8000", "--json"],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None  # noqa: S101 -- asked for above
        # One object over several lines, after which the process goes on.
        told = "".join(iter(process.stdout.readline, "}\n")) + "}"
        yield json.loads(told)["url"]
    finally:
        process.terminate()
        process.wait()


@contextmanager
def portal(name: str, **settings: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 -- of WebSettings
    """Serve the pages; give their URL, and the temporary password of Ann."""
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/secure/"
    mailer = MemoryMailer()
    store = MemoryStore()
    shared: dict[str, Any] = {
        "portals": [
            Portal(tenant="acme", name=name, url=url, contact="it@acme.example")
        ],
        "keys": KeyRing(KeyRing.new_key()),
    }
    auth = SecureLogin(store=store, mailer=mailer, **shared)
    auth.accounts.register(ANN.address, tenant="acme", audience=Audience.INTERNAL)
    auth.courier.deliver()
    served = AsyncSecureLogin(
        store=AsyncMemoryStore(store), mailer=AsyncMemoryMailer(mailer), **shared
    )
    app = Starlette()
    cookies = CookieSafety.PLAIN_ON_LOOPBACK
    add_pages(app, served, settings=WebSettings(cookies=cookies, **settings))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield url, mailer.mails[-1].secrets["password"].reveal()
    finally:
        server.should_exit = True
        thread.join()


if __name__ == "__main__":
    main()
