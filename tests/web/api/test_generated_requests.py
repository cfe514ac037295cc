"""Requests generated from ``openapi.json``, right ones and wrong ones: whatever is sent, the answer is an answer."""

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode

EXAMPLES = 10
WAITS = "wait"
"""Holds the answer until the deployment has ended, and here nobody runs any."""

THERE = {"reference": "shop", "username": "bob", "number": 1, "deployment_id": 1}
"""Or every generated place would be one that is not there."""


@pytest.fixture
def operations(app, api, shop):
    api("ada")("POST", "/api/v1/apps/shop/deployments")
    document = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    return [found.ok() for found in document.get_all_operations()]


@pytest.fixture
def token(app, people):
    """``token()`` is a new one of an admin, as some requests end the session of the last."""

    def token():
        who = {"username": "ada", "password": "correct horse"}
        return app.test_client().post("/api/v1/login", json=who).json["access_token"]

    return token


@pytest.mark.parametrize("mode", GenerationMode)
def test_no_request_is_a_fault_of_ours(operations, token, mode):
    asked = {}

    def ask(case):
        if mode is GenerationMode.POSITIVE:
            places = case.path_parameters or {}
            case.path_parameters = {name: THERE.get(name, value) for name, value in places.items()}
        case.query = {name: value for name, value in (case.query or {}).items() if name != WAITS}
        answer = case.call(headers={"Authorization": f"Bearer {bearer}"})
        asked.setdefault(case.operation.label, []).append(answer.status_code)
        assert answer.status_code < 500 or answer.status_code == 503, (case.as_curl_command(), answer.text)
        if answer.status_code >= 400:
            assert set(answer.json()["error"]) >= {"kind", "message"}, case.as_curl_command()

    for operation in operations:
        bearer = token()
        unhurried = settings(
            max_examples=EXAMPLES,
            phases=[Phase.explicit, Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        )
        unhurried(given(case=operation.as_strategy(generation_mode=mode))(ask))()
    assert mode is GenerationMode.NEGATIVE or sum(min(statuses) < 300 for statuses in asked.values()) > 20
    assert len(asked) > 40
