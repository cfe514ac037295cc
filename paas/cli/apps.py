"""``apps``: what runs here and how."""

import sys
from collections.abc import Callable
from typing import Any

import click

from paas.apps import catalogue, credentials, environment, given
from paas.apps.app import App, Kind
from paas.cli.opening import asked, database, explained, operator, settings, vault
from paas.storage.instance import instance_id

OPTIONS = (
    ("--repository", "Address of the Git repository."),
    ("--image", "Name of an image, for an app that is not built here."),
    ("--branch", "Branch; the repository's own default without it."),
    ("--folder", "Folder in the repository."),
    ("--build", "auto, dockerfile, python, node, go, ruby or static."),
    ("--dockerfile", "Place of the Dockerfile in the folder."),
    ("--procfile", "Place of the Procfile in the folder."),
    ("--port", "Port on which web listens in its container."),
    ("--published-port", "Port of the host that leads there."),
    ("--cpus", "Limit for each container, for instance 0.5."),
    ("--memory", "Limit for each container, for instance 512m."),
    ("--restart-policy", "no, always, unless-stopped or on-failure:10."),
    ("--scale", 'Containers of each process: "web=2 worker=1".'),
)


def _with_options(command: Callable[..., None]) -> Callable[..., None]:
    for name, words in reversed(OPTIONS):
        command = click.option(name, help=words)(command)
    mount = click.option(
        "--mount", "mounts", multiple=True, help="uploads:/app/uploads or /srv/shop:/data:ro; repeatable."
    )
    token = click.option("--git-token", is_flag=True, help="Ask for the token, or read it from standard input.")
    return token(mount(command))


@click.group("apps")
def apps_group() -> None:
    """Add, list, show and change apps."""


@apps_group.command("list")
@explained
def list_apps() -> None:
    """Show every app: name, kind and where it comes from."""
    with database().session() as session:
        everything = catalogue.visible(session, operator(session))
    if not everything:
        click.echo("No apps yet. Add one with: python -m paas apps create NAME --repository URL", err=True)
    width = max((len(app.name) for app in everything), default=0)
    for app in everything:
        click.echo(f"{app.name:<{width}}  {app.kind:<7}  {_source(app)}")


@apps_group.command("create")
@click.argument("name")
@_with_options
@explained
def create_app(name: str, *, git_token: bool, **options: Any) -> None:  # noqa: ANN401 - as click gives them
    """Add the app NAME, of a repository or of an image. Nothing runs before its first deployment."""
    wanted = given.wanted({"name": name} | _given(options))
    token = _token() if git_token else None
    with database().session() as session:
        who = operator(session)
        app = catalogue.create(session, who, wanted)
        credentials.set_secrets(session, vault(), who, app, git_token=token)
    click.echo(f"Added {app.name}. Deploy it with: python -m paas deploy {app.name}")


@apps_group.command("show")
@click.argument("reference", metavar="APP")
@explained
def show_app(reference: str) -> None:
    """Show what the app APP (its name or id) is. What is empty is left out."""
    with database().session() as session:
        app = catalogue.find(session, operator(session), reference)
    for name, text in _described(app).items():
        if text:
            click.echo(f"{name:<15} {text}")


@apps_group.command("change")
@click.argument("reference", metavar="APP")
@click.option("--name", help="Another name.")
@_with_options
@explained
def change_app(reference: str, *, git_token: bool, **options: Any) -> None:  # noqa: ANN401 - as click gives them
    """Change the app APP. An empty text ("") takes an option back to its default."""
    changes = given.fields(_given(options))
    token = _token() if git_token else None
    with database().session() as session:
        who = operator(session)
        before = catalogue.find(session, who, reference)
        app = catalogue.change(session, who, before, **changes)
        credentials.set_secrets(session, vault(), who, app, git_token=token)
    is_behind = app.current_id is not None and app.changed_at != before.changed_at
    click.echo(f"Changed {app.name}." + (" The next deployment brings it into effect." if is_behind else ""))


@apps_group.command("environment")
@click.argument("reference", metavar="APP")
@click.option("--replace", is_flag=True, help="Read all variables from standard input, in the form of a .env file.")
@explained
def show_environment(reference: str, *, replace: bool) -> None:
    """Show the variables of APP in the form of a .env file, secrets as placeholders, or replace them by another."""
    text = sys.stdin.read() if replace else ""
    with database().session() as session:
        who = operator(session)
        app = catalogue.find(session, who, reference)
        if replace:
            environment.replace_dotenv(session, vault(), who, app, text)
        variables = environment.read(session, vault(), app.id)
    click.echo(environment.as_dotenv(variables), nl=False)


@apps_group.command("delete")
@click.argument("reference", metavar="APP")
@click.option("--volumes", is_flag=True, help="Delete its volumes, and what is in them, as well.")
@explained
def delete_app(reference: str, *, volumes: bool) -> None:
    """Delete APP with its containers, images, deployments and their logs. Its name is asked for once more."""
    opened = database()
    with opened.session() as session:
        who = operator(session)
        app = catalogue.find(session, who, reference)
        instance = instance_id(session)
    name = asked(f"This deletes {app.name} for good. Type its name")
    # Loaded only now: every other command does without the engine.
    from paas.deployments.journal.journal import Journals  # noqa: PLC0415
    from paas.deployments.upkeep import removal  # noqa: PLC0415
    from paas.engine.engine import Engine  # noqa: PLC0415

    journals = Journals(settings().data_dir / "deployments")
    engine = Engine(settings(), instance)
    removal.remove(opened, engine, journals, actor=who, app=app, name=name, with_volumes=volumes)
    click.echo(f"Deleted {app.name}.")


def _given(options: dict[str, Any]) -> dict[str, Any]:
    """What was said: an option that was not is no change."""
    mounts = options.pop("mounts")
    said = {name: value for name, value in options.items() if value is not None}
    return said | ({"mounts": "\n".join(mounts)} if mounts else {})


def _token() -> str:
    return asked("Token", hide=True)


def _source(app: App) -> str:
    places = {Kind.GIT: app.repository, Kind.IMAGE: app.image, Kind.ADOPTED: app.adopted}
    return places[app.kind]


def _described(app: App) -> dict[str, str]:
    return {
        "id": str(app.id),
        "name": app.name,
        "kind": app.kind.value,
        "repository": app.repository,
        "branch": app.branch,
        "folder": app.folder,
        "build": app.build if app.kind is Kind.GIT else "",
        "dockerfile": app.dockerfile,
        "procfile": app.procfile,
        "image": app.image,
        "adopted": app.adopted,
        "port": str(app.port or ""),
        "published port": str(app.published_port or ""),
        "cpus": f"{app.cpus:g}" if app.cpus else "",
        "memory": given.memory_text(app.memory_bytes),
        "restart policy": app.restart_policy if app.kind is not Kind.ADOPTED else "",
        "scale": given.scale_text(app.scale),
        "mounts": given.mounts_text(app.mounts).replace("\n", " "),
        "privileged": "yes" if app.privileged else "",
        "deploy key": app.deploy_key,
    }
