"""A real browser for the page tests; where there is none the test fails and says which command brings one."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, ViewportSize, async_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SIZE: ViewportSize = {"width": 1600, "height": 900}
PATIENCE_MS = 20_000


@asynccontextmanager
async def browsing() -> AsyncIterator[Browser]:
    """A browser; nobody is logged in anywhere."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.fail("No browser here. As root: apt-get install -y chromium fonts-wqy-microhei")
    # Chromium refuses its sandbox to root; the pages it opens here are our own.
    flags = ["--no-sandbox"] if os.getuid() == 0 else []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=found, args=flags)
        yield browser
        await browser.close()


async def stranger(browser: Browser) -> Page:
    """The page of somebody who is not logged in, in China."""
    context = await browser.new_context(viewport=SIZE, locale="zh-CN", timezone_id="Asia/Shanghai")
    page = await context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    return page


async def log_in(page: Page, desk: str, login: str, password: str) -> None:
    """Log in on the desk's own page."""
    await page.goto(f"{desk}/login")
    await page.fill("#login", login)
    await page.fill("#password", password)
    await page.click("form button")
    await page.wait_for_url(f"{desk}/")


async def picture(page: Page, name: str, folder: Path) -> None:
    """Keep what the page shows: in docs/pictures where `make pictures` asks for it, else with the test's files."""
    folder = Path(os.environ.get("PICTURES", folder))
    folder.mkdir(parents=True, exist_ok=True)
    await page.screenshot(path=folder / f"{name}.png")
