"""Many wrong passwords, each from an address of its own, while others watch."""

import threading
from collections import Counter

import requests

from tests.dashboard import PASSWORD, USERNAME

ATTEMPTS = 48
AT_ONCE = 16


def test_viewers_get_every_line_and_the_right_password_still_opens(docker, served, logs, shop):
    client, statuses, numbers = logs(), Counter(), iter(range(ATTEMPTS))
    client.wait_for("status")

    def guess():
        for number in numbers:
            name = USERNAME if number % 4 == 0 else f"nobody{number}"
            statuses[sign_in(served, name, f"wrong horse {number}", f"2001:db8:{number:x}::1").status_code] += 1

    guessing = [threading.Thread(target=guess) for _ in range(AT_ONCE)]
    for thread in guessing:
        thread.start()
    said = 0
    while any(thread.is_alive() for thread in guessing):
        docker.say("web", f"line {said}")
        client.wait_for_lines(f"line {said}")
        said += 1
    assert [line for line in client.lines if line.startswith("line ")] == [f"line {number}" for number in range(said)]
    assert said > 1
    assert statuses == {401: ATTEMPTS}

    # None of those addresses is this one, and of this name there were fewer attempts than hold it up.
    assert sign_in(served, USERNAME, PASSWORD, "192.0.2.77").status_code == 200
    assert client.all("error") == []


def sign_in(served, username, password, address):
    return requests.post(
        f"{served.address}/api/v1/login",
        json={"username": username, "password": password},
        headers={"X-Forwarded-For": address},
        timeout=120,
    )
