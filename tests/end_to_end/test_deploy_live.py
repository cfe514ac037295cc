"""What the doors tell of real deployments: a build's log to the last line, whoever watches and whatever breaks; pushes,
and the command line."""

import hashlib
import hmac
import json
import re
import subprocess
import sys

import pytest

from tests.dashboard import HERE
from tests.end_to_end import deploying, samples
from tests.engines import PrivateEngine
from tests.waiting import eventually

LINES = 20_000
COUNTS = f'RUN i=0; while [ $i -lt {LINES} ]; do echo "line $i"; i=$((i+1)); done'
ENDLESS = 'RUN i=0; while :; do echo "line $i"; i=$((i+1)); [ $((i % 200)) = 0 ] && sleep 0.1; done'


class Viewer:
    """Confirms what it is shown, and counts."""

    def __init__(self, listener, deployment_id, **options):
        self.texts, self.gaps, self.position = [], [], ""
        self.listener, self._taken = listener, 0
        self.watch = listener.ask("watch", {"deployment": deployment_id, **options})["watch"]

    def take(self):
        """Look at what has come since, confirm it; whether the end has come."""
        heard = list(self.listener.heard)
        for event, message in heard[self._taken :]:
            if event == "lines" and message["watch"] == self.watch:
                if message["skipped"]:
                    self.gaps.append((len(self.texts), message["skipped"]))
                self.texts += [row[4] for row in json.loads(message["rows"])]
                self.position = message["position"] or self.position
        self._taken = len(heard)
        if self.position:
            self.listener.tell("taken", {"watch": self.watch, "position": self.position})
        return any(message["watch"] == self.watch for message in self.listener.all("end"))

    def assert_is(self, log):
        """Shown and declared is what was written."""
        at = 0
        for place, text in enumerate(self.texts):
            at += sum(skipped for gap, skipped in self.gaps if gap == place)
            assert text == log[at], f"row {place}"
            at += 1
        assert at + sum(skipped for gap, skipped in self.gaps if gap == len(self.texts)) == len(log)


def have_ended(*viewers):
    """Let all of them look; whether each has come to the end."""
    ended = [viewer.take() for viewer in viewers]
    return all(ended)


@pytest.fixture(scope="module")
def cookies(house):
    with house.dashboard.http() as session:
        yield session


def test_a_build_of_many_lines_is_shown_to_the_last_one_whenever_a_viewer_comes(house, cookies):
    app = house.app(samples.web("version 1", dockerfile=samples.dockerfile(COUNTS)))
    deployment = app.request()
    with house.dashboard.socket("/deployments", session=cookies) as listener:
        viewers = [Viewer(listener, deployment.id), Viewer(listener, deployment.id, tail=5)]
        late = []

        def have_all_ended():
            if not late and len(viewers[0].texts) > 3_000:
                late.append(Viewer(listener, deployment.id))
                late.append(Viewer(listener, deployment.id, position=viewers[0].position))
            return have_ended(*viewers, *late) and late

        eventually(have_all_ended, deploying.SECONDS)
        deployment.wait("success")
        log = deployment.log().splitlines()
        assert [line for line in log if line.startswith("line ")] == [f"line {number}" for number in range(LINES)]
        first, tail, whole, resumed = (*viewers, *late)
        first.assert_is(log)
        whole.assert_is(log)
        for viewer in (tail, resumed):
            if not viewer.gaps or viewer.gaps[0][0]:
                first_three = viewer.texts[:3]  # one alone may stand in the log several times
                viewer.assert_is(log[next(i for i in range(len(log)) if log[i : i + 3] == first_three) :])
        after = Viewer(listener, deployment.id)
        eventually(after.take)
        after.assert_is(log)
        assert after.gaps == []
        statuses = [message["status"] for message in listener.all("status") if message["watch"] == first.watch]
        assert statuses[-1] == "success"
        progress = [message["progress"] for message in listener.all("status") if message["watch"] == first.watch]
        assert progress == sorted(progress)


def test_a_viewer_goes_on_where_it_was_when_the_dashboard_was_killed(tmp_path):
    with PrivateEngine() as engine, deploying.house(engine, tmp_path) as house:
        app = house.app(samples.web("version 1", dockerfile=samples.dockerfile(ENDLESS)))
        deployment = app.request()
        with house.dashboard.http() as session, house.dashboard.socket("/deployments", session=session) as listener:
            viewer = Viewer(listener, deployment.id)
            eventually(lambda: viewer.take() or len(viewer.texts) > 1_500, deploying.SECONDS)
            seen, position = viewer.texts, viewer.position
        house.dashboard.crash()
        house.dashboard.start()
        record = deployment.wait("interrupted")
        assert record["stage"] == "building_image"
        log = deployment.log().splitlines()
        assert log[: len(seen)] == seen
        with house.dashboard.http() as session, house.dashboard.socket("/deployments", session=session) as listener:
            again = Viewer(listener, deployment.id, position=position)
            eventually(again.take)
            again.assert_is(log[len(seen) :])
            assert listener.all("marker") == []


def test_a_push_deploys_the_pushed_commit_and_no_other(house):
    app = house.app(samples.web("version 1"))
    secret = house.say("POST", f"/apps/{app.id}/webhook-secret")["webhook_secret"]
    pushed = app.commit(samples.web("version 2"))
    app.commit(samples.web("version 3"))
    body = json.dumps({"ref": "refs/heads/main", "after": pushed, "pusher": {"name": "grace"}}).encode()
    headers = {
        "X-Hub-Signature-256": "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest(),
        "X-GitHub-Event": "push",
        "Content-Type": "application/json",
    }
    answer = house.session.post(f"/api/v1/hooks/{app.name}/github", data=body, headers=headers)
    assert answer.status_code == 202, answer.text
    deployment = deploying.ADeployment(app, answer.json()["id"], answer.json()["number"])
    record = deployment.wait("success")
    assert (record["commit"], record["requested_by"]) == (pushed, "grace on GitHub")
    with app.asked() as asked:
        asked.assert_always("version 2")


def test_the_request_that_the_documentation_shows_is_taken(house):
    app = house.app(samples.web("version 1"))
    secret = house.say("POST", f"/apps/{app.id}/webhook-secret")["webhook_secret"]
    shown = re.search(r"```sh\n(body=.*?)```", (HERE / "docs" / "deployments.md").read_text(), re.DOTALL)[1]
    commit = app.commit(samples.web("version 2"))
    script = shown.replace("0123456789abcdef0123456789abcdef01234567", commit)
    script = script.replace("http://127.0.0.1:8000", house.dashboard.address).replace("/shop/", f"/{app.name}/")
    done = subprocess.run(["sh", "-c", script], env={"SECRET": secret, "PATH": "/usr/bin:/bin"}, capture_output=True,
                          text=True, check=True, timeout=30)  # fmt: skip
    answer = json.loads(done.stdout)
    assert answer["ref"] == commit
    deploying.ADeployment(app, answer["id"], answer["number"]).wait("success")


def command(house, *args):
    return subprocess.Popen(
        [sys.executable, "-m", "paas", *args],
        cwd=HERE, env=house.dashboard.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("files", "status", "says"),
    [
        (samples.web("version 1"), 0, "succeeded after"),
        (samples.web("version 1", dockerfile=samples.dockerfile("RUN echo it breaks; exit 3")), 1, "ended as failed"),
    ],
)
def test_the_command_line_follows_the_log_and_tells_the_result(house, files, status, says):
    app = house.app(files)
    process = command(house, "deploy", app.name, "--follow")
    output, errors = process.communicate(timeout=deploying.SECONDS)
    assert process.returncode == status, errors
    assert says in errors
    made = house.say("GET", f"/apps/{app.id}/deployments")["deployments"][0]
    assert made["trigger"] == "cli"
    assert output == deploying.ADeployment(app, made["id"], made["number"]).log()


def test_ten_viewers_of_one_build_see_the_same(house, cookies):
    app = house.app(samples.web("version 1", dockerfile=samples.dockerfile("RUN seq 2000")))
    deployment = app.request()
    with house.dashboard.socket("/deployments", session=cookies) as listener:
        viewers = [Viewer(listener, deployment.id) for _ in range(10)]
        eventually(lambda: have_ended(*viewers), deploying.SECONDS)
        log = deployment.log().splitlines()
        assert "2000" in log
        for viewer in viewers:
            viewer.assert_is(log)
