"""Secrets never reach a log that we show, and nothing else is touched."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paas.accounts.permissions import Actor, Role
from paas.apps import catalogue, credentials, environment
from paas.apps.environment import Variable
from paas.apps.masking import BLANK, Mask, Masks
from paas.apps.vault import Vault
from paas.storage.tables import DeploymentRow

from .conftest import person, wanted

PEM = "-----BEGIN KEY-----\nMIIEvQIBADANBg\nq83vEjRWeJq83v==\n-----END KEY-----\n"


@pytest.mark.parametrize(("secrets", "text", "shown"), [
    (["hunter22"], "password=hunter22;", f"password={BLANK};"),
    (["hunter22"], "hunter22hunter22", BLANK),
    (["hunter2", "hunter22"], "hunter22 hunter2", f"{BLANK} {BLANK}"),
    (["abcdef", "defghi"], "<abcdefghi>", f"<{BLANK}>"),
    (["abcdef", "cd12"], "abcd12", f"ab{BLANK}"),
    (["secret"], "a secret", f"a {BLANK}"),
    (["on", "1", "abc", "    ", ""], "on 1 abc     ", "on 1 abc     "),
    ([PEM], "q83vEjRWeJq83v==", BLANK),
    ([PEM], f"key: {json.dumps(PEM)}", f'key: "{BLANK}\\n"'),
    (["true\nhunter22"], "true hunter22", f"true {BLANK}"),
    (["hunter22\n"], "is hunter22.", f"is {BLANK}."),
    (['say "hi" twice'], 'x = {"p": "say \\"hi\\" twice"}', f'x = {{"p": "{BLANK}"}}'),
    (["p@ss/word"], "https://ada:p%40ss%2Fword@example.org", f"https://ada:{BLANK}@example.org"),
    (["größe·zwölf"], "größe·zwölf", BLANK),
    ([], "nothing to hide", "nothing to hide"),
])  # fmt: skip
def test_secrets_are_blanked_and_the_rest_stays(secrets, text, shown):
    assert Mask(secrets)(text) == shown


@given(st.lists(st.text("ab", min_size=4, max_size=7), min_size=1, max_size=5), st.text("abc[]", max_size=60))
def test_no_secret_is_left_wherever_they_overlap(secrets, text):
    left = Mask(secrets)(text).replace(BLANK, "\n")
    assert not any(secret in left for secret in secrets)


@given(st.text(min_size=4).filter(lambda text: len(text.strip()) >= 4), st.text(), st.text())
def test_any_text_may_be_a_secret(secret, before, after):
    for line in (before + secret + after).split("\n"):
        assert secret.strip() not in Mask([secret])(line).replace(BLANK, "") or secret.strip() in BLANK + before + after


def test_mask_does_not_show_what_it_hides():
    assert "hunter22" not in repr(Mask(["hunter22"]))


@pytest.fixture
def shop(database):
    with database.session() as session:
        bob = person(session, "bob", Role.MEMBER)
        return catalogue.create(session, bob, wanted())


@pytest.fixture
def owner(shop):
    return Actor(shop.created_by, "bob", Role.MEMBER)


@pytest.fixture
def put(database, vault, shop, owner):
    def put(*variables):
        with database.session() as session:
            environment.replace(session, vault, owner, shop, variables)

    return put


@pytest.fixture
def masks(database, vault):
    return Masks(database, vault)


def test_mask_of_an_app_knows_its_secrets_but_not_its_plain_values(masks, shop, put):
    put(Variable("A", "hunter22", is_secret=True), Variable("B", "plainly", is_secret=False))
    assert masks.of_app(shop.id)("hunter22 plainly") == f"{BLANK} plainly"


def test_mask_in_use_learns_of_a_change(masks, shop, put):
    mask = masks.of_app(shop.id)
    put(Variable("A", "hunter22", is_secret=True))
    assert mask("hunter22") == "hunter22"
    masks.forget(shop.id)
    assert mask("hunter22") == masks.of_app(shop.id)("hunter22") == BLANK


def test_secrets_of_kept_releases_stay_blanked(database, vault, masks, shop):
    with database.session() as session:
        session.add(DeploymentRow(app_id=shop.id, number=1, status="success", trigger="page", requested_by="bob",
                                  requested_at=1.0, sealed_release=vault.seal('{"secrets": ["old-one"]}')))  # fmt: skip
    assert masks.of_app(shop.id)("was old-one") == f"was {BLANK}"


def test_credentials_are_blanked(database, vault, masks, shop, owner):
    with database.session() as session:
        credentials.set_secrets(session, vault, owner, shop, git_token="ghp_1234", webhook_secret="hook-5678-9012-3456")
    assert masks.of_app(shop.id)("ghp_1234 hook-5678-9012-3456") == f"{BLANK} {BLANK}"


@pytest.mark.parametrize(("token", "forms"), [
    ("ghp_1234", ["ghp_1234", "eC1hY2Nlc3MtdG9rZW46Z2hwXzEyMzQ="]),
    ("bob:glpat-1234", ["bob:glpat-1234", "glpat-1234", "Ym9iOmdscGF0LTEyMzQ="]),
])  # fmt: skip
def test_git_token_is_blanked_in_each_form_that_is_sent(database, vault, masks, shop, owner, token, forms):
    with database.session() as session:
        credentials.set_secrets(session, vault, owner, shop, git_token=token)
    assert [masks.of_app(shop.id)(f"remote: <{form}>") for form in forms] == [f"remote: <{BLANK}>"] * len(forms)


def test_deployment_hides_what_it_began_with_and_what_another_process_changed(database, vault, masks, shop, put):
    in_use = masks.of_app(shop.id)
    began_with = Variable("A", "hunter22", is_secret=True)
    put(began_with)
    mask = masks.of_deployment(shop.id, [began_with, Variable("B", "plainly")])
    assert in_use("hunter22") == BLANK
    put(Variable("A", "hunter33", is_secret=True))
    masks.forget(shop.id)
    assert mask("hunter22 hunter33 plainly") == f"{BLANK} {BLANK} plainly"


def test_container_is_known_by_its_label(masks, shop, put):
    put(Variable("A", "hunter22", is_secret=True))
    assert masks.of_labels({"quayside.app": str(shop.id)})("hunter22") == BLANK


@pytest.mark.parametrize("labels", [{}, {"quayside.app": ""}, {"quayside.app": "²"}, {"quayside.app": "9" * 30},
                                    {"quayside.app": "77"}, {"com.docker.compose.service": "1"}])  # fmt: skip
def test_container_of_no_app_is_shown_as_it_is(masks, shop, put, labels):
    put(Variable("A", "hunter22", is_secret=True))
    assert masks.of_labels(labels)("hunter22") == "hunter22"


def test_lost_key_hides_no_log_and_is_said(database, masks, shop, put, tmp_path, caplog):
    put(Variable("A", "hunter22", is_secret=True))
    other = Masks(database, Vault(tmp_path / "other"))
    assert other.of_app(shop.id)("a line") == "a line"
    assert "sealed with another key" in caplog.text
