"""What is known of a deployment under way."""

from types import SimpleNamespace

from paas.apps.app import App
from paas.apps.masking import Mask
from paas.apps.variables import Variable
from paas.deployments.pipeline.run import Run


def test_an_error_hides_the_secrets_of_today_and_those_that_the_deployment_began_with():
    """Somebody has changed one of them while it ran."""
    means = SimpleNamespace(masks=SimpleNamespace(of_app=lambda _app_id: Mask(["hunter33"])))
    began_with = (Variable("A", "hunter22", is_secret=True), Variable("B", "plainly"))
    run = Run(means, deployment=None, app=App("shop", id=1), variables=began_with)
    assert run.masked("hunter22 hunter33 plainly") == "[secret] [secret] plainly"
