"""The second step of signing in, on a clock of the test's own."""

import pyotp
import pytest
from sqlalchemy import select

from paas.accounts import two_factor, users
from paas.accounts.permissions import SCOPES, Actor, Role, Scope
from paas.apps.vault import Vault
from paas.errors import Conflict, Forbidden, Invalid
from paas.storage.tables import RecoveryCodeRow, SecondFactorRow

STEP = 30


@pytest.fixture
def clock(monkeypatch):
    clock = [1_800_000_000.0]
    monkeypatch.setattr("paas.accounts.two_factor.time.time", lambda: clock[0])
    return clock


@pytest.fixture
def vault(tmp_path):
    return Vault(tmp_path)


@pytest.fixture
def ada(database):
    user = users.add(database, "ada", "correct horse", role=Role.ADMIN)
    return Actor(user.id, "ada", Role.ADMIN)


@pytest.fixture
def do(database):
    def do(function, *args):
        with database.session() as session:
            return function(session, *args)

    return do


@pytest.fixture
def phone(do, ada, vault, clock):
    """``phone()`` -> the code that it shows now, of the secret that was begun for ada."""
    totp = pyotp.TOTP(do(two_factor.begin, ada, vault))
    return lambda: totp.at(int(clock[0]))


@pytest.fixture
def recovery(do, ada, vault, phone, clock):
    """It is on; the codes that were written down. The clock is a step further."""
    codes = do(two_factor.confirm, ada, vault, phone())
    clock[0] += STEP
    return codes


def accepts(do, ada, vault, code):
    return do(two_factor.accepts, ada.user_id, vault, code)


def test_nothing_counts_before_the_first_code(do, ada, vault, phone):
    assert not do(two_factor.is_on, ada.user_id)
    assert not accepts(do, ada, vault, phone())
    assert do(two_factor.begun, ada, vault)
    with pytest.raises(Invalid, match="not right"):
        do(two_factor.confirm, ada, vault, "000000" if phone() != "000000" else "000001")
    assert not do(two_factor.is_on, ada.user_id)


def test_first_code_turns_it_on_and_the_secret_is_shown_no_more(do, ada, vault, recovery):
    assert do(two_factor.is_on, ada.user_id)
    assert do(two_factor.begun, ada, vault) is None
    assert len(set(recovery)) == 10
    with pytest.raises(Conflict, match="on already"):
        do(two_factor.begin, ada, vault)
    with pytest.raises(Conflict, match="nothing to confirm"):
        do(two_factor.confirm, ada, vault, "123456")


def test_code_counts_once_and_none_before_it_after(do, ada, vault, phone, recovery, clock):
    earlier = phone()
    clock[0] += STEP
    code = phone()
    assert accepts(do, ada, vault, f" {code[:3]} {code[3:]} ")
    assert not accepts(do, ada, vault, code)
    assert not accepts(do, ada, vault, earlier)


@pytest.mark.parametrize(("steps", "is_right"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_clocks_may_differ_by_half_a_minute(do, ada, vault, phone, recovery, clock, steps, is_right):
    clock[0] += 5 * STEP
    code = phone()
    clock[0] -= steps * STEP
    assert accepts(do, ada, vault, code) is is_right


@pytest.mark.parametrize(
    "code", ["", "12345", "1234567", "abcdef", "\uff11\uff12\uff13\uff14\uff15\uff16", "-1", "\ud800", "x" * 9_999]
)
def test_what_is_no_code_lets_nobody_in(do, ada, vault, recovery, code):
    assert not accepts(do, ada, vault, code)


def test_recovery_code_takes_the_place_of_a_code_once(do, ada, vault, recovery):
    first, second = recovery[:2]
    assert accepts(do, ada, vault, first)
    assert not accepts(do, ada, vault, first)
    assert accepts(do, ada, vault, second.upper().replace("-", " "))
    assert do(two_factor.recovery_codes_left, ada.user_id) == 8


def test_recovery_code_helps_where_the_key_of_the_secret_is_lost(do, ada, recovery, tmp_path):
    (tmp_path / "other").mkdir()
    assert accepts(do, ada, Vault(tmp_path / "other"), recovery[0])


def test_new_recovery_codes_replace_the_old_ones(do, ada, vault, recovery):
    renewed = do(two_factor.renew_recovery_codes, ada)
    assert not accepts(do, ada, vault, recovery[0])
    assert accepts(do, ada, vault, renewed[0])


def test_turned_off_nothing_of_it_counts(do, ada, vault, phone, recovery):
    do(two_factor.turn_off, ada.user_id)
    do(two_factor.turn_off, ada.user_id)
    assert not do(two_factor.is_on, ada.user_id)
    assert not accepts(do, ada, vault, phone())
    assert not accepts(do, ada, vault, recovery[0])
    with pytest.raises(Conflict, match="is off"):
        do(two_factor.renew_recovery_codes, ada)


def test_codes_of_one_person_let_no_other_in(do, database, ada, vault, phone, recovery):
    bob = users.add(database, "bob", "correct horse", role=Role.ADMIN)
    for code in (phone(), recovery[0]):
        assert not do(two_factor.accepts, bob.id, vault, code)


def test_tables_do_not_hold_what_would_let_anyone_in(database, ada, vault, recovery):
    with database.session() as session:
        secret = session.scalar(select(SecondFactorRow.sealed_secret))
        hashes = set(session.scalars(select(RecoveryCodeRow.hash)))
    assert vault.open(secret) not in secret
    assert not hashes & set(recovery)


def test_token_changes_nothing_of_it(do, ada, vault):
    token = Actor(ada.user_id, "ada", Role.ADMIN, scope=SCOPES[Scope.ADMIN])
    for act in (lambda: do(two_factor.begin, token, vault), lambda: do(two_factor.renew_recovery_codes, token)):
        with pytest.raises(Forbidden):
            act()


def test_address_names_the_dashboard_and_the_person():
    assert two_factor.address_of("ABCD" * 8, "ada@example.org") == (
        f"otpauth://totp/Quayside:ada%40example.org?secret={'ABCD' * 8}&issuer=Quayside"
    )
