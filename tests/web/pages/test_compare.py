"""Two deployments compared: commit, processes, scale, and names of the environment without their values."""

import pytest

from paas.deployments.release import Release

ADDRESS = "/apps/shop/deployments/compare"


@pytest.fixture
def shop(make, deploy, services):
    app = make("shop")
    for environment, scale in (({"OLD": "1", "BOTH": "hidden-one"}, 1), ({"NEW": "1", "BOTH": "hidden-two"}, 3)):
        release = Release("sha256:1", {"web": "run"}, {"web": scale}, 5000, environment=environment)
        deploy(app, sealed=release.seal(services.vault))
    return app


def test_difference_is_told_by_names_alone(signed_in, shop):
    html = signed_in.get(f"{ADDRESS}?from=1&to=2").text
    for text in ("<code>NEW</code>", "<code>OLD</code>", "<code>BOTH</code>", "came", "went", "changed"):
        assert text in html
    assert "hidden-" not in html


def test_without_numbers_the_one_that_serves_and_the_newest_are_compared(signed_in, shop, deploy):
    deploy(shop, ends="failed", sealed="")
    html = signed_in.get(ADDRESS).text
    assert '<option value="2" selected>' in html
    assert '<option value="3" selected>' in html
    assert "one of the two is no longer kept" in html


def test_deployment_that_is_not_there_is_told_in_the_page(signed_in, shop):
    answer = signed_in.get(f"{ADDRESS}?from=1&to=99")
    assert answer.status_code == 404
    assert "shop has no deployment 99." in answer.text
    assert "<select" in answer.text


def test_app_without_deployments_has_nothing_to_compare(signed_in, make):
    make("shop")
    assert "No deployments to compare yet" in signed_in.get(ADDRESS).text
