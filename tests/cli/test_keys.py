"""A new key to sign with."""


def test_rotating_makes_a_key_and_says_what_to_do(run, tmp_path):
    file = tmp_path / "data" / "secret_key"
    assert run("keys", "rotate").returncode == 0
    before = file.read_text().split()
    done = run("keys", "rotate")
    assert (done.returncode, "Restart the dashboard" in done.stdout) == (0, True)
    after = file.read_text().split()
    assert (after[1], len(after)) == (before[0], 2)
    assert not any(key in done.stdout + done.stderr for key in after)
