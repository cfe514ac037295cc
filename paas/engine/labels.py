"""The labels by which we know again what we made on an engine. What lacks ``INSTANCE`` is somebody else's."""

from collections.abc import Mapping

PREFIX = "quayside."

INSTANCE = "quayside.instance"
APP = "quayside.app"
"""The app's id; names can change hands."""
APP_NAME = "quayside.app.name"
PROCESS = "quayside.process"
NUMBER = "quayside.number"
DEPLOYMENT = "quayside.deployment"
"""The deployment's id."""
DEPLOYMENT_NUMBER = "quayside.deployment.number"
COMMIT = "quayside.commit"
ROLE = "quayside.role"
"""``process``, or ``release`` for the container in which a release command ran."""

IMAGE = "quayside.image"
"""On an image: whose it is, and nothing by which a container is known. The builder shows an image's labels to whoever
reads the build's log, and containers inherit them."""

RESTART = "quayside.restart"
"""The restart policy that it has while it serves."""


def ours(labels: Mapping[str, str] | None) -> dict[str, str]:
    """Those that we set."""
    return {key: value for key, value in (labels or {}).items() if key.startswith(PREFIX)}
