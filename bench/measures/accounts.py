"""Who may come in: how soon what is withdrawn closes a viewer, what the time of a refusal tells, what a flood costs."""

import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager

from bench import flood
from bench.crowd import Crowd
from bench.measures.lateness import within
from bench.numbers import median, percentile
from bench.processes import memory_mb
from bench.registry import Figure, measure
from bench.sides import Side
from bench.stage import Stage
from paas.accounts import passwords, sessions, tokens, users
from paas.accounts.permissions import Role
from paas.accounts.secret_key import load_secret_key
from paas.storage.database import Database
from tests.dashboard import HERE
from tests.listeners import Listener
from tests.waiting import eventually
from tests.web.live.deployed import Deployed
from tests.web.sockets.client import RawSocket

VIEWERS = 50
RATE = 100
WITHDRAWALS = 30
KNOWN = 20
ATTEMPTS = 400
WRONG_PASSWORDS = 10_000
SETTLE_SECONDS = 2
FLOOD_SECONDS = 60
LONGEST_SECONDS = 300

TRUSTED = {"PAAS_TRUSTED_PROXIES": "127.0.0.1"}


@measure("withdrawal", "from the end of a session to the close of its viewers")
def withdrawal(stage: Stage) -> list[Figure]:
    """Ended by another process, at any moment between two looks, while others watch."""
    rounds = WITHDRAWALS // (10 if stage.is_quick else 1)
    with ExitStack() as stack:
        writer = stack.enter_context(stage.writer())
        side = stack.enter_context(stage.side("quayside"))
        stack.enter_context(Crowd(side, viewers=VIEWERS, containers=[writer.name]))
        writer.order(rate=RATE, count=RATE * LONGEST_SECONDS)
        deployed = Deployed(side.folder / "data")
        stack.callback(deployed.database.close)
        app = deployed.adopted(writer.name)
        taken = [_withdraw(side, deployed, app.id) for _ in range(rounds)]
    note = f"{rounds} of each, {VIEWERS} others at {RATE} lines/s"
    return [
        figure
        for kind, seconds in zip(("raw socket", "Socket.IO"), zip(*taken, strict=True), strict=True)
        for figure in (
            Figure(f"withdrawn to closed, {kind}, p50", "s", median(seconds), target="<= 1", note=note),
            Figure(f"withdrawn to closed, {kind}, most", "s", max(seconds), target="<= 1"),
        )
    ]


def _withdraw(side: Side, deployed: Deployed, app_id: int) -> tuple[float, float]:
    """Seconds until the raw socket and the one of Socket.IO were closed, of a session that was made for this."""
    ada, now = deployed.actor("ada"), time.time()
    with deployed.database.session() as session:
        session_id = sessions.id_of(sessions.start(session, ada.user_id, address="", user_agent="", now=now))
    secret = load_secret_key(side.folder / "data")
    token = tokens.issue(secret, user_id=ada.user_id, session_id=session_id, lifetime_seconds=600)
    with (
        RawSocket(side.address, f"/ws/container/logs?appId={app_id}", token=token) as raw,
        Listener(side.address, "/logs", token=token) as listener,
    ):
        raw.wait_for("status")
        assert listener.ask("watch", {"app": app_id})["ok"]
        time.sleep(random.random())
        with deployed.database.session() as session:
            sessions.end(session, session_id)
        began = time.monotonic()
        raw.read_to_the_end()
        raw_seconds = time.monotonic() - began
        assert raw.code == 4001
        eventually(lambda: ("disconnect", None) in listener.heard, 30)
        return raw_seconds, time.monotonic() - began


@measure("sign-in", "time of a wrong password, for a name that is known and one that is not")
def sign_in(stage: Stage) -> list[Figure]:
    attempts = ATTEMPTS // (10 if stage.is_quick else 1)
    with stage.side("quayside", **TRUSTED) as side, closing(flood.connect(side.address)) as connection:
        names = _add_users(side)
        taken: dict[bool, list[float]] = {True: [], False: []}
        for number in range(attempts):
            is_known = random.random() < 0.5
            name = names[number % len(names)] if is_known else f"nobody{number}"
            began = time.monotonic()
            assert flood.attempt(connection, number, name) == 401
            taken[is_known].append((time.monotonic() - began) * 1000)
    known, unknown = median(taken[True]), median(taken[False])
    return [
        Figure("wrong password, known name, p50", "ms", known, note=_spread(taken[True])),
        Figure("wrong password, unknown name, p50", "ms", unknown, note=_spread(taken[False])),
        Figure("the slower of the two", "ratio", max(known, unknown) / min(known, unknown), target="<= 1.05"),
    ]


def _spread(taken_ms: list[float]) -> str:
    return f"p10 {percentile(taken_ms, 10):.1f}, p90 {percentile(taken_ms, 90):.1f}, {len(taken_ms)} attempts"


@measure("wrong-passwords", "what 10,000 wrong passwords, or those of a minute, do to others who watch")
def wrong_passwords(stage: Stage) -> list[Figure]:
    count = WRONG_PASSWORDS // (10 if stage.is_quick else 1)
    with ExitStack() as stack:
        writer = stack.enter_context(stage.writer())
        side = stack.enter_context(stage.side("quayside", watches_loop=True, **TRUSTED))
        names = _add_users(side)
        crowd = stack.enter_context(Crowd(side, viewers=VIEWERS, containers=[writer.name]))
        writer.order(rate=RATE, count=RATE * LONGEST_SECONDS)
        time.sleep(SETTLE_SECONDS)
        before, memory = crowd.counts(), memory_mb(side.pid)
        began = time.monotonic()
        with stage.load(f"{count:,} wrong passwords", side), _flood(side, count, names) as statuses:
            pass
        seconds, after = time.monotonic() - began, crowd.counts()
        time.sleep(SETTLE_SECONDS)
        grown = memory_mb(side.pid) - memory
        late_ms = list(within(stage.loads[-1]))
    assert after["gone"] == 0, f"{after['gone']} viewers were cut off"
    share = (after["lines"] - before["lines"]) / (VIEWERS * RATE * seconds)
    told = ", ".join(f"{number:,} x {status}" for status, number in sorted(statuses.items()))
    return [
        Figure(
            "loop late, while wrong passwords come, p99", "ms", percentile(late_ms, 99), target="<= 50",
            note=f"worst {max(late_ms):.1f}; {told} in {seconds:.0f} s; {share:.1%} of the lines reached their viewers",
        ),
        Figure("memory after them", "MB", grown, target="<= 20", note="more than before"),
    ]  # fmt: skip


@contextmanager
def _flood(side: Side, count: int, names: list[str]) -> Iterator[dict[str, int]]:
    """Under way while the block runs, over when it is left."""
    statuses: dict[str, int] = {}
    command = [sys.executable, "-m", "bench.flood", side.address, str(count), str(FLOOD_SECONDS), *names]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=HERE) as process:
        try:
            yield statuses
            answer, _ = process.communicate(timeout=LONGEST_SECONDS)
            statuses |= json.loads(answer)
        finally:
            process.kill()


def _add_users(side: Side) -> list[str]:
    """So many that their names are not held up."""
    names, password_hash = [f"user{number}" for number in range(KNOWN)], passwords.hash_password("correct horse")
    database = Database(f"sqlite:///{side.folder}/data/quayside.db")
    with closing(database), database.session() as session:
        for name in names:
            users.insert(session, name, password_hash, role=Role.MEMBER)
    return names
