"""Wrong passwords, as many as can be, each from an address of its own, so that limits by address hold none of them up.

``python -m bench.flood ADDRESS COUNT SECONDS NAME...`` tries so many, or for so long, at these names and at names that
nobody has, and prints how many were answered with each status. The server has to believe this machine's
``X-Forwarded-For``.
"""

import http.client
import json
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import urlsplit

CONNECTIONS = 128
"""More than the dashboard lets wait for their hashing."""


def address(number: int) -> str:
    """One of IPv6 with a /64 of its own."""
    return f"2001:db8:{number >> 16:x}:{number & 0xFFFF:x}::1"


def attempt(connection: http.client.HTTPConnection, number: int, name: str) -> int:
    """The status of the answer to a wrong password."""
    body = json.dumps({"username": name, "password": f"wrong horse {number}"})
    headers = {"Content-Type": "application/json", "X-Forwarded-For": address(number)}
    connection.request("POST", "/api/v1/login", body, headers)
    answer = connection.getresponse()
    answer.read()
    return answer.status


def connect(to: str) -> http.client.HTTPConnection:
    place = urlsplit(to)
    return http.client.HTTPConnection(place.hostname or "", place.port, timeout=120)


def flood(to: str, numbers: Iterator[int], names: list[str], statuses: Counter[int]) -> None:
    """Until there are no more numbers."""
    with closing(connect(to)) as connection:
        for number in numbers:
            name = names[number % len(names)] if number % 2 else f"nobody{number}"
            statuses[attempt(connection, number, name)] += 1


def main() -> None:
    to, count, seconds, *names = sys.argv[1:]
    statuses: Counter[int] = Counter()
    numbers = _Shared(int(count), time.monotonic() + float(seconds))
    threads = [threading.Thread(target=flood, args=[to, numbers, names, statuses]) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps(statuses), flush=True)


class _Shared(Iterator[int]):
    """Numbers from 1, handed out to several threads, each once, until a deadline."""

    def __init__(self, count: int, deadline: float) -> None:
        self._numbers, self._deadline = iter(range(1, count + 1)), deadline
        self._lock = threading.Lock()

    def __next__(self) -> int:
        if time.monotonic() > self._deadline:
            raise StopIteration
        with self._lock:
            return next(self._numbers)


if __name__ == "__main__":
    main()
