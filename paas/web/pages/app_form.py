"""The fields of an app in a form. What they may hold is decided in ``paas.apps``; each error stands at its field."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, PasswordField, RadioField, SelectField, StringField, TextAreaField
from wtforms.widgets import PasswordInput

from paas.apps import dotenv, given, places, rules
from paas.apps.app import App, Kind
from paas.errors import Invalid, Problem

BUILDS = {
    "auto": "As the repository says",
    "dockerfile": "Dockerfile",
    "python": "Python",
    "node": "Node.js",
    "go": "Go",
    "ruby": "Ruby",
    "static": "Static files",
}
RESTARTS: dict[str, str] = {
    "on-failure:10": "When it fails, up to 10 times",
    "on-failure": "When it fails",
    "unless-stopped": "Always, until it is stopped here",
    "always": "Always",
    "no": "Never",
}

COMMON = ("name", "port", "published_port")
OF_KIND = {
    Kind.GIT.value: ("repository", "branch", "folder", "build", "dockerfile", "procfile"),
    Kind.IMAGE.value: ("image",),
    Kind.ADOPTED.value: (),
}
PORTS = ("port", "published_port")
LIMITS = ("memory", "cpus", "restart_policy", "mounts")

CHECKS: Mapping[str, Callable[[Any], object]] = {
    "name": rules.check_name,
    "repository": places.check_repository,
    "branch": places.check_branch,
    "folder": lambda path: rules.check_inside(path, "folder"),
    "dockerfile": lambda path: rules.check_inside(path, "dockerfile"),
    "procfile": lambda path: rules.check_inside(path, "procfile"),
    "image": places.check_image,
    "port": lambda port: rules.check_port(port, "The port"),
    "published_port": lambda port: rules.check_port(port, "The port"),
    "cpus": rules.check_cpus,
    "memory_bytes": rules.check_memory,
    "restart_policy": rules.check_restart_policy,
    "mounts": rules.check_mounts,
}


class SourceForm(FlaskForm):  # type: ignore[misc]
    """Where the code comes from and what is made of it."""

    name = StringField("Name")
    repository = StringField("Repository")
    branch = StringField("Branch")
    folder = StringField("Folder")
    build = SelectField("Build", choices=BUILDS, default="auto", validate_choice=False)
    dockerfile = StringField("Dockerfile")
    procfile = StringField("Procfile")
    image = StringField("Image")
    port = StringField("Port in the container")
    published_port = StringField("Port of this server")

    def texts(self, names: tuple[str, ...]) -> dict[str, object]:
        """What was typed, as ``paas.apps.given`` reads it."""
        return {name: self[name].data for name in names}

    def is_fine(self, names: tuple[str, ...]) -> bool:
        """Whether these fields can be as they are; each that cannot says why."""
        is_valid = self.validate()
        for name in names:
            if words := what_is_wrong(name, self[name].data):
                self.say(name, words)
                is_valid = False
        return bool(is_valid)

    def say(self, name: str, words: str) -> None:
        """Put an error at this field, or over the form where it has no such field."""
        if name in self:
            self[name].errors = [*self[name].errors, words]
        else:
            self.form_errors.append(words)

    def leaves_alone(self, held: set[int]) -> bool:
        """Whether the port that is to lead to the app is none of these."""
        port = str(self.published_port.data or "").strip()
        if not port or int(port) not in held:
            return True
        self.say("published_port", f"Port {port} of this server is held by a container that runs. Choose another one.")
        return False

    def refuse(self, problem: Problem) -> None:
        """What the domain has against it."""
        self.say(problem.field, problem.message)


class NewAppForm(SourceForm):
    """A new app, with what it needs to be deployed at once."""

    kind = RadioField("Source", choices={Kind.GIT.value: "Git", Kind.IMAGE.value: "Image"}, default=Kind.GIT.value)
    git_token = PasswordField("Token", widget=PasswordInput(hide_value=False))  # as typed, until it is kept
    environment = TextAreaField("Environment")

    @property
    def names(self) -> tuple[str, ...]:
        """The fields that count for the kind that was chosen."""
        return (*COMMON, *OF_KIND.get(self.kind.data, ()))

    def is_whole(self) -> bool:
        """Whether an app can be made of it."""
        return self.is_fine(self.names) & self._environment_is_fine()

    def can_be_looked_at(self) -> bool:
        """Whether its repository can be asked for."""
        self.kind.data = Kind.GIT.value
        return self.is_fine(OF_KIND[Kind.GIT.value]) & self._environment_is_fine()

    def suggest_name(self) -> None:
        """Where none was typed, the repository's."""
        last = re.split(r"[/:]", (self.repository.data or "").rstrip("/").removesuffix(".git"))[-1]
        name = re.sub(r"[^a-z0-9]+", "-", last.lower()).strip("-")[:63].strip("-")
        if not self.name.data and not what_is_wrong("name", name):
            self.name.data = name

    def _environment_is_fine(self) -> bool:
        try:
            dotenv.parse(self.environment.data or "")
        except Invalid as problem:
            self.say("environment", problem.message)
            return False
        return True


class SettingsForm(SourceForm):
    """All that can be changed of an app."""

    memory = StringField("Memory")
    cpus = StringField("CPUs")
    restart_policy = SelectField("Restart", choices=RESTARTS, validate_choice=False)
    mounts = TextAreaField("Volumes and paths")
    privileged = BooleanField("Privileged: the containers may do on this server whatever its root user may")

    def allow_restart(self, policy: str) -> None:
        """Offer the policy that the app has, which may have come over another door."""
        self.restart_policy.choices = {policy: policy} | RESTARTS


def what_is_wrong(name: str, text: object) -> str:
    """Why a field cannot be as it was typed; empty when it can."""
    if name in PORTS and text and not str(text).strip().isdigit():
        return "The port must be a number from 1 to 65535."
    try:
        ((own, value),) = given.fields({name: text}).items()
        if own in CHECKS:
            CHECKS[own](value)
    except Invalid as problem:
        words = re.sub("^cpus", "CPUs", problem.message)
        return words[:1].upper() + words[1:]
    return ""


def settings_names(app: App, *, may_use_host: bool) -> tuple[str, ...]:
    """The fields of ``SettingsForm`` that this app has, and this person may change."""
    if app.kind is Kind.ADOPTED:
        return ("name",)
    return (*COMMON, *OF_KIND[app.kind.value], *LIMITS, *(("privileged",) if may_use_host else ()))


def texts_of(app: App) -> dict[str, object]:
    """The app as its form begins."""
    names = (*COMMON, *OF_KIND[app.kind.value])
    found = {name: "" if getattr(app, name) is None else str(getattr(app, name)) for name in names}
    return found | {
        "memory": given.memory_text(app.memory_bytes),
        "cpus": "" if app.cpus is None else f"{app.cpus:g}",
        "restart_policy": app.restart_policy,
        "mounts": given.mounts_text(app.mounts),
        "privileged": app.privileged,
    }
