"""One deployment under way: what it is about, what is known of it so far, and where it says what it does."""

from dataclasses import dataclass
from pathlib import Path

from paas.apps.app import App
from paas.apps.masking import Mask, Masks
from paas.apps.variables import Variable
from paas.apps.vault import Vault
from paas.concurrency.turns import Turns
from paas.deployments.history import Deployment, Records
from paas.deployments.journal.journal import Journals
from paas.deployments.journal.writer import Writer
from paas.deployments.release import Release
from paas.engine import labels
from paas.engine.engine import Engine
from paas.engine.workload import Listed, Workload
from paas.settings import Settings
from paas.storage.database import Database

PROCESS_ROLE = "process"
RELEASE_ROLE = "release"


def image_repository(instance: str, app_id: int) -> str:
    """What the images of this app are called, before the colon and the deployment's number."""
    return f"quayside-{instance[:8]}/{app_id}"


def image_labels(instance: str, app_id: int) -> dict[str, str]:
    """What every image that was built for this app is labelled with, also before it has a name."""
    return {labels.IMAGE: image_repository(instance, app_id)}


@dataclass(frozen=True)
class Means:
    """What every deployment is done with."""

    settings: Settings
    database: Database
    engine: Engine
    vault: Vault
    masks: Masks
    records: Records
    journals: Journals

    @property
    def turns(self) -> Turns:
        return self.engine.turns

    def repository(self, app: App) -> str:
        return image_repository(self.engine.workloads.instance, app.id)

    @property
    def work_folder(self) -> Path:
        """Where deployments have their folders; empty while none is under way."""
        return self.settings.data_dir / "work"


@dataclass
class Run:
    """``release`` is None until the image is there."""

    means: Means
    deployment: Deployment
    app: App
    variables: tuple[Variable, ...] = ()
    journal: Writer | None = None
    """None where its log is closed already."""
    release: Release | None = None
    commit: str = ""
    afterwards: tuple[str, ...] = ()
    """The commands to run once the new version serves."""
    failed: str = ""
    """The id of the container whose log tells why."""

    @property
    def folder(self) -> Path:
        """Its own, for what it fetches and packs; removed when it is over."""
        return self.means.work_folder / str(self.deployment.id)

    @property
    def image_name(self) -> str:
        return f"{self.means.repository(self.app)}:{self.deployment.number}"

    @property
    def secrets(self) -> tuple[str, ...]:
        return tuple(variable.value for variable in self.variables if variable.is_secret)

    @property
    def environment(self) -> dict[str, str]:
        """Of every container of the app, as it is set today."""
        return {variable.key: variable.value for variable in self.variables if variable.is_in_run}

    def adopt(self, release: Release) -> None:
        """From here on this is what is deployed. It is kept at once: whoever clears up needs to know it."""
        self.release = release
        self.means.records.note(self.deployment.id, sealed_release=release.seal(self.means.vault))

    def masked(self, text: str) -> str:
        """Without the app's secrets, for what goes elsewhere than into the log. Should one be changed meanwhile, this
        deployment still uses the old one."""
        return self.means.masks.of_app(self.app.id)(Mask(self.secrets)(text))

    def say(self, text: str) -> None:
        if self.journal is not None:
            self.journal.say(text)

    def warn(self, text: str) -> None:
        if self.journal is not None:
            self.journal.warn(text)

    @property
    def the_release(self) -> Release:
        """For the steps that come after the image is there."""
        if self.release is None:
            raise RuntimeError("the release is known once the image is there")
        return self.release

    def labels(self, process: str, number: int, role: str) -> dict[str, str]:
        """Of a container of this deployment."""
        return {
            labels.APP: str(self.app.id),
            labels.APP_NAME: self.app.name,
            labels.PROCESS: process,
            labels.NUMBER: str(number),
            labels.DEPLOYMENT: str(self.deployment.id),
            labels.DEPLOYMENT_NUMBER: str(self.deployment.number),
            labels.COMMIT: self.the_release.commit,
            labels.ROLE: role,
        }

    def made(self) -> list[Workload]:
        """The containers that this deployment has made so far, whatever for."""
        return self.means.engine.workloads.find({labels.DEPLOYMENT: str(self.deployment.id)})

    def new(self) -> list[Listed]:
        """Those of them that are to serve."""
        wanted = {labels.DEPLOYMENT: str(self.deployment.id), labels.ROLE: PROCESS_ROLE}
        return self.means.engine.workloads.rows(wanted)

    def old(self) -> list[Workload]:
        """The containers of the deployment that served when this one began."""
        current = self.app.current_id
        return [] if current is None else self.means.engine.workloads.find({labels.DEPLOYMENT: str(current)})

    def of_app(self) -> list[Listed]:
        """All containers of the app, of whatever deployment."""
        return self.means.engine.workloads.rows({labels.APP: str(self.app.id)})
