"""Saving everything and bringing it back, as an operator does."""


def test_round_trip(run, tmp_path):
    assert run("users", "add", "ada", "--role", "owner", typed="correct horse battery\n").returncode == 0
    assert run("backup", str(tmp_path / "saved")).returncode == 0
    elsewhere = {"PAAS_DATA_DIR": str(tmp_path / "new")}
    done = run("restore", str(tmp_path / "saved"), **elsewhere)
    assert (done.returncode, "Start the dashboard" in done.stdout) == (0, True), done.stderr
    assert "ada" in run("users", "list", **elsewhere).stdout
    refused = run("restore", str(tmp_path / "saved"), **elsewhere)
    assert (refused.returncode, "--force" in refused.stderr) == (1, True)
