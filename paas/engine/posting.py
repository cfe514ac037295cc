"""A POST through the SDK's session whose answer can be closed: the SDK's own methods keep theirs to themselves."""

from collections.abc import Mapping
from contextlib import closing
from typing import IO, Any

import docker
import requests
from docker.errors import create_api_error_from_http_exception


def post(
    api: docker.APIClient,
    path: str,
    *,
    query: Mapping[str, str] | None = None,
    headers: Mapping[str, str | bytes] | None = None,
    data: IO[bytes] | None = None,
    json: Mapping[str, Any] | None = None,
) -> requests.Response:
    """The answer, whose body is still to be read; it must be closed. The SDK's APIError when it is a refusal.

    It waits without end: a step of a build may be silent for long. Who calls limits the whole.
    """
    address = f"{api.base_url}/v{api.api_version}{path}"
    answer: requests.Response = api.post(
        address, params=query, headers=headers, data=data, json=json, stream=True, timeout=None
    )
    try:
        answer.raise_for_status()
    except requests.HTTPError as error:
        with closing(answer):
            raise create_api_error_from_http_exception(error) from error
    return answer
