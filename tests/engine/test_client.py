"""What the engine's SDK says when it fails, in words that an operator can use."""

import docker
import pytest
import requests
from docker.errors import DockerException

from paas.engine.client import Client
from paas.engine.containers import Containers
from paas.errors import Unavailable
from paas.settings import Settings


def test_engine_that_hangs_while_its_version_is_asked_for_is_told_in_plain_words(monkeypatch, tmp_path):
    def hang(**_):
        try:
            raise requests.ReadTimeout("UnixHTTPConnectionPool(host='localhost', port=None): Read timed out.")
        except requests.ReadTimeout as timeout:
            raise DockerException("Error while fetching server API version") from timeout

    monkeypatch.setattr(docker, "APIClient", hang)
    client = Client(Settings.from_environment({"DOCKER_HOST": "unix:///nowhere", "PAAS_DATA_DIR": str(tmp_path)}))
    with pytest.raises(Unavailable) as caught, client.calling("Container"):
        pass
    assert caught.value.message == "The engine does not answer (/nowhere: no answer in time)."


@pytest.mark.parametrize("nonsense", [[{"Id": 7}], [None], "text", {"message": "hello"}])
def test_an_answer_that_is_not_the_engines_is_told_apart(monkeypatch, tmp_path, nonsense):
    class Odd:
        def containers(self, **_):
            return nonsense

    monkeypatch.setattr(docker, "APIClient", lambda **_: Odd())
    client = Client(Settings.from_environment({"DOCKER_HOST": "unix:///odd", "PAAS_DATA_DIR": str(tmp_path)}))
    with pytest.raises(Unavailable, match="/odd did not answer as a Docker Engine does"):
        Containers(client).list()
