"""The clients of the two documents that this began with, as they are written there, in a real browser: nothing but the
host is another one."""

import json
import time

import jwt
import pytest

from paas.accounts import sessions
from paas.deployments.stages import Stage, Status
from tests.waiting import eventually

pytestmark = pytest.mark.browser

CONTAINER_LOGS = """
const ws = new WebSocket('HOST/ws/container/logs?appId=APP');
ws.onopen = () => {
console.log('Connected to container logs');
};
ws.onmessage = (event) => {
const message = JSON.parse(event.data);
switch(message.type) {
case 'status':
console.log('Container status:', message.data);
break;
case 'log':
console.log('Log:', message.data.line);
break;
case 'error':
console.error('Error:', message.data.message);
break;
case 'end':
console.log('Log stream ended');
break;
}
};
ws.onerror = (error) => {
console.error('WebSocket error:', error);
};
ws.onclose = () => {
console.log('Disconnected from container logs');
};
"""

DEPLOYMENT_LOGS = """
const updateProgressBar = (progress) => console.log('Progress:', progress);
const updateStage = (stage) => console.log('Stage:', stage);
const appendLog = (line) => console.log('Log:', line);
const showError = (message) => console.log('Error:', message);
const ws = new WebSocket('HOST/ws/deployment/logs?deploymentId=DEPLOYMENT');
ws.onmessage = (event) => {
const message = JSON.parse(event.data);
if (message.type === 'status') {
updateProgressBar(message.data.progress);
updateStage(message.data.stage);
} else if (message.type === 'log') {
appendLog(message.data.line);
} else if (message.type === 'error') {
showError(message.data.message);
}
};
"""

METRICS = """
const updateDashboard = (metrics) => console.log('Metrics:', JSON.stringify(metrics));
const ws = new WebSocket('HOST/ws/metrics');
ws.onmessage = (event) => {
const metrics = JSON.parse(event.data);
updateDashboard(metrics);
};
"""

USE_CONTAINER_LOGS = """
const useEffect = (effect) => effect();
const useState = (initial) => {
  let value = initial;
  return [() => value, (next) => {
    value = typeof next === 'function' ? next(value) : next;
    console.log('State:', JSON.stringify(value));
  }];
};
function useContainerLogs(appId) {
const [logs, setLogs] = useState([]);
const [status, setStatus] = useState('connecting');
const [error, setError] = useState(null);
useEffect(() => {
const ws = new WebSocket(
`HOST/ws/container/logs?appId=${appId}`
);
ws.onopen = () => {
setStatus('connected');
};
ws.onmessage = (event) => {
const message = JSON.parse(event.data);
switch (message.type) {
case 'log':
setLogs(prev => [...prev, message.data.line]);
break;
case 'status':
setStatus(message.data.state);
break;
case 'error':
setError(message.data.message);
break;
case 'end':
setStatus('ended');
break;
}
};
ws.onerror = () => {
setError('WebSocket connection error');
setStatus('error');
};
ws.onclose = () => {
setStatus('disconnected');
};
return () => {
ws.close();
};
}, [appId]);
return { logs, status, error };
}
useContainerLogs(APP);
"""

SH0 = """
const goto = (path) => console.log('Goto:', path);
const appendLine = (line) => console.log('Line:', line);
const url = 'HOST/api/v1/apps/APP/logs/stream', token = 'TOKEN';
let reconnectDelay = 1000, reconnectTimer, ws;
function connect() {
  ws = new WebSocket(url, [`bearer-${token}`]);
  ws.onopen = () => { reconnectDelay = 1000; console.log('Protocol:', ws.protocol); };
  ws.onmessage = (event) => { appendLine(event.data); };
  ws.onclose = (event) => {
    if (event.code === 4001) {
      // Auth failure -- do not reconnect, redirect to login
      goto('/login');
      return;
    }
    reconnectTimer = setTimeout(() => {
      reconnectDelay = Math.min(reconnectDelay * 2, 30000); connect();
    }, reconnectDelay);
  };
}
connect();
"""


class Tab:
    """A page of a signed-in browser, and what its console says."""

    def __init__(self, page, served):
        self.said = []
        self._page, self._served = page, served
        page.on("console", lambda message: self.said.append(message.text))

    def run(self, script, **values):
        host = self._served.address.replace("http", "ws", 1)
        for name, value in {"HOST": host, **values}.items():
            script = script.replace(name, str(value))
        self._page.evaluate(f"() => {{ {script} }}")

    def wait_for(self, *texts):
        def are_said():
            self._page.wait_for_timeout(20)  # lets the console speak
            return all(any(text in said for said in self.said) for text in texts)

        eventually(are_said, what=f"the console says {texts}")


@pytest.fixture
def tab(browser, served, api):
    context = browser.new_context()
    page = context.new_page()
    served.sign_in(page)
    yield Tab(page, served)
    context.close()


def test_mist_container_logs(docker, worker, tab):
    docker.say("worker", "Server listening on port 3000")
    tab.run(CONTAINER_LOGS, APP=worker)
    tab.wait_for("Connected to container logs", "Container status: {container: worker, state: running", "Log: Server")
    docker.say("worker", "and now")
    tab.wait_for("Log: and now")
    docker.end("worker")
    tab.wait_for("Log stream ended", "Disconnected from container logs")
    docker.start("worker")


def test_mist_react_hook(docker, shop, tab):
    docker.say("web", "for the hook")
    tab.run(USE_CONTAINER_LOGS, APP=shop)
    tab.wait_for('State: "connected"', 'State: "running"', '"for the hook"]')


def test_mist_deployment_logs(deployed, tab):
    deployment_id = deployed.begin(deployed.app())
    deployed.say(deployment_id, "Step 3/8 : COPY package*.json ./")
    tab.run(DEPLOYMENT_LOGS, DEPLOYMENT=deployment_id)
    tab.wait_for("Progress: 25", "Stage: cloning_repo", "Log: Step 3/8 : COPY package*.json ./")
    deployed.records.enter(deployment_id, Stage.BUILDING)
    tab.wait_for("Stage: building_image")
    deployed.records.end(deployment_id, Status.FAILED, "Docker build failed: exit code 1")
    tab.wait_for("Error: Docker build failed: exit code 1")


def test_mist_metrics(docker, tab):
    tab.run(METRICS)
    tab.wait_for(
        f'"docker":{{"containers_running":{len(docker.names)},"containers_total":{len(docker.names)},"images":4}}'
    )
    shapes = [shape(json.loads(said.removeprefix("Metrics: "))) for said in tab.said]
    assert shapes == [AS_MIST_HAS_IT] * len(shapes)


AS_MIST_HAS_IT = {
    "timestamp": None, "cpu": {"usage": None, "cores": None}, "memory": {"used": None, "total": None, "percent": None},
    "disk": {"used": None, "total": None, "percent": None},
    "docker": {"containers_running": None, "containers_total": None, "images": None},
}  # fmt: skip


def shape(message):
    return {name: shape(each) for name, each in message.items()} if isinstance(message, dict) else None


def test_sh0_stream_with_its_token_and_its_end_by_4001(docker, deployed, streamed, served, tab):
    with served.api() as program:
        token = program.headers["Authorization"].removeprefix("Bearer ")
        docker.say_at("api", [(time.time_ns(), "a line of sh0")])
        tab.run(SH0, APP=streamed, TOKEN=token)
        tab.wait_for(f"Protocol: bearer-{token}", "Line: a line of sh0")
        docker.say_at("api", [(time.time_ns(), "and another")])
        tab.wait_for("Line: and another")
        end_session(deployed, token)
        tab.wait_for("Goto: /login")


def end_session(deployed, token):
    claims = jwt.decode(token, options={"verify_signature": False})
    with deployed.database.session() as session:
        sessions.end(session, claims["sid"])
