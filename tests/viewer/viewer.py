"""The viewer as a test sees and moves it: its state, its rows, its scroll."""

import itertools
import json
import re
import urllib.request
from typing import Any

from playwright.sync_api import Page

from tests.waiting import eventually

MEASURE = """() => {
  const scroll = document.querySelector('.log-scroll');
  const rows = [...document.querySelectorAll('.log-row')];
  return {
    texts: rows.map((row) => row.querySelector('.log-text').textContent),
    top: scroll.scrollTop,
    distance: scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight,
  };
}"""


class Server:
    """Tells the scripted server what to do and asks it what it saw: a method for each of its `script_` functions."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.log_page = f"{address}/containers/shop/logs"

    def __getattr__(self, word: str):
        def say(**said: Any) -> dict[str, Any]:
            headers = {"Content-Type": "application/json"}
            address = f"{self.address}/script/{word}"
            request = urllib.request.Request(address, json.dumps(said).encode(), headers)  # noqa: S310 - our own server
            with urllib.request.urlopen(request) as answer:  # noqa: S310
                return json.load(answer)

        return say

    def write(self, *lines: str | list[str]) -> None:
        """Lines of a log: a text on stdout of web.1, or [stream, process, text]. `%N` becomes the line's number."""
        self.add(texts=list(lines))


class Viewer:
    def __init__(self, page: Page, server: Server) -> None:
        self.page = page
        self.server = server

    def open(self, *, fragment: str = "", theme: str = "light", page: str = "/containers/shop/logs") -> "Viewer":
        self.page.goto(f"{self.server.address}{page}?theme={theme}{fragment}")
        eventually(lambda: self.state == "live", what="live")
        return self

    @property
    def state(self) -> str:
        return self.page.locator(".log-view").get_attribute("data-state") or ""

    def measure(self) -> dict[str, Any]:
        return self.page.evaluate(MEASURE)

    @property
    def texts(self) -> list[str]:
        return self.measure()["texts"]

    @property
    def numbers(self) -> list[int]:
        """The numbers at the end of the rows' texts."""
        return [int(re.findall(r"\d+", text)[-1]) for text in self.texts if re.search(r"\d", text)]

    @property
    def distance(self) -> float:
        return self.measure()["distance"]

    @property
    def jump(self) -> str:
        """The words of the button that leads to the newest lines, "" while it is hidden."""
        button = self.page.locator(".log-jump")
        return button.inner_text().strip() if button.is_visible() else ""

    @property
    def problem(self) -> str:
        place = self.page.locator(".log-problem")
        return place.inner_text() if place.is_visible() else ""

    def until_last(self, number: int) -> None:
        eventually(lambda: self.numbers[-1:] == [number], what=f"line {number} at the end")

    def scroll_to(self, distance: float) -> None:
        """So many pixels above the bottom, as a scrollbar would do it."""
        self.page.evaluate(
            """(distance) => { const scroll = document.querySelector('.log-scroll');
            scroll.scrollTop = scroll.scrollHeight - scroll.clientHeight - distance; }""",
            distance,
        )
        self.frames()

    def scroll_by(self, pixels: float) -> None:
        self.page.evaluate("(pixels) => { document.querySelector('.log-scroll').scrollTop += pixels; }", pixels)
        self.frames()

    def frames(self, count: int = 2) -> None:
        """Let the browser draw: scroll events come with frames."""
        self.page.evaluate(
            """(count) => new Promise((done) => {
            const step = () => (count-- > 0 ? requestAnimationFrame(step) : done()); step(); })""",
            count,
        )

    def place_of(self, text: str) -> float:
        """Where a row is on the screen, in pixels from the top."""
        return self.page.evaluate(
            """(text) => [...document.querySelectorAll('.log-row')]
            .find((row) => row.querySelector('.log-text').textContent === text).getBoundingClientRect().top""",
            text,
        )

    def first_visible(self) -> str:
        return self.page.evaluate(
            """() => { const top = document.querySelector('.log-scroll').getBoundingClientRect().top;
            return [...document.querySelectorAll('.log-row')].find((row) => row.getBoundingClientRect().bottom > top)
            .querySelector('.log-text').textContent; }"""
        )

    def row(self, text: str) -> Any:
        return self.page.locator(".log-row", has_text=text)


def contiguous(numbers: list[int]) -> bool:
    return all(later == earlier + 1 for earlier, later in itertools.pairwise(numbers))
