"""Finds and starts the Chromium that the browser tests and the benchmark drive. Knows no page of ours."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, expect, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

# Debian's Chromium runs as root in CI, which needs --no-sandbox; the others keep it from calling home.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
)

PATIENCE_MS = 30_000
"""What is waited for comes at once; a machine that is busy with other things may make it late."""


def find_chromium() -> str | None:
    """The path of a Chromium on this machine; `CHROMIUM` names another one."""
    chosen = os.environ.get("CHROMIUM")
    if chosen:
        return chosen
    return next((path for path in map(shutil.which, NAMES) if path), None)


@contextmanager
def launch(*more_arguments: str) -> Iterator[Browser]:
    """A headless Chromium, closed at the end. Raises RuntimeError where there is none."""
    path = find_chromium()
    if path is None:
        raise RuntimeError("No Chromium on this machine: install the package chromium or set CHROMIUM to its path.")
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*ARGUMENTS, *more_arguments])
        try:
            yield browser
        finally:
            browser.close()
