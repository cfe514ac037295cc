"""What the documents and the files for operators name exists, and what exists is documented."""

import configparser
import re
from pathlib import Path

import click
import pytest
import yaml

from paas.cli.main import main
from paas.settings import KNOWN

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
DEPLOY = ROOT / "deploy"
SETTING = re.compile(r"\bPAAS_[A-Z_]+\b")
COMMAND = re.compile(r"python -m paas ([a-z][a-z-]*)(?: ([a-z][a-z-]*))?")
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]["quayside"]


def commands(group=main, before=()):
    """The words of every command there is."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*before, name))
        else:
            yield (*before, name)


@pytest.mark.parametrize("path", [*DOCUMENTS, *sorted(DEPLOY.iterdir())], ids=lambda path: path.name)
def test_every_setting_and_command_that_is_named_exists(path):
    text, there = path.read_text(), set(commands())
    assert set(SETTING.findall(text)) <= set(KNOWN)
    for first, second in COMMAND.findall(text):
        groups = {words[0] for words in there if len(words) > 1}
        assert (first,) in there or (first in groups and (not second or (first, second) in there)), (first, second)


def test_every_setting_stands_in_the_readme():
    table = (ROOT / "README.md").read_text()
    assert [name for name in KNOWN if f"`{name}`" not in table] == []


def test_every_command_is_in_the_help_of_the_program():
    described = main.help or ""
    assert [words for words in commands() if f"\n{' '.join(words)} " not in described.replace("\n    ", "\n")] == []


def test_image_holds_what_the_dashboard_is_made_of():
    dockerfile = (DEPLOY / "Dockerfile").read_text()
    copied = [word for line in re.findall(r"^COPY (.+)$", dockerfile, re.MULTILINE) for word in line.split()[:-1]]
    allowed = (DEPLOY / "Dockerfile.dockerignore").read_text().split()
    assert {f"!{name}" for name in copied} <= set(allowed)
    assert {name for name in copied if not (ROOT / name).exists()} == set()
    assert {"app.py", "paas", "static", "templates", "requirements.txt", "requirements-pins.txt"} == set(copied)
    assert 'CMD ["python", "app.py"]' in dockerfile
    assert (ROOT / "Procfile").read_text().strip() == "web: python app.py"


def test_compose_file_builds_that_image_and_gives_it_what_its_settings_name():
    assert (DEPLOY / COMPOSE["build"]["context"] / COMPOSE["build"]["dockerfile"]).is_file()
    targets = {volume.split(":")[1] for volume in COMPOSE["volumes"]}
    paths = {value for value in COMPOSE["environment"].values() if value.startswith("/")}
    assert paths <= targets
    assert "/var/run/docker.sock" in targets


def test_unit_runs_what_the_makefile_has():
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str
    unit.read(DEPLOY / "quayside.service")
    program, target = unit["Service"]["ExecStart"].split()
    assert (program, target) == ("/usr/bin/make", "run")
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert unit["Install"]["WantedBy"] == "multi-user.target"
