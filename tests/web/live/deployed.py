"""What the pipeline would do to a deployment, by hand, from a process of its own."""

from paas.accounts.permissions import Actor, Role
from paas.apps import catalogue
from paas.apps.app import Kind, Wanted
from paas.deployments import requests
from paas.deployments.history import Records
from paas.deployments.journal.journal import Journals
from paas.deployments.news import News
from paas.deployments.stages import Stage
from paas.storage.database import Database
from paas.storage.tables import UserRow


class Deployed:
    """On the data of a dashboard."""

    def __init__(self, folder):
        self.database = Database(f"sqlite:///{folder}/quayside.db")
        self.records = Records(self.database, News())
        self.journals = Journals(folder / "deployments")
        self.count = 0

    def actor(self, name):
        with self.database.session() as session:
            user = session.query(UserRow).filter_by(username=name).one()
        return Actor(user.id, user.username, Role(user.role))

    def app(self, owner="ada", **wanted):
        self.count += 1
        wanted = Wanted(f"app-{self.count}", Kind.GIT, "https://git.example.org/a.git", "main", **wanted)
        actor = self.actor(owner)
        with self.database.session() as session:
            return catalogue.insert(session, actor, wanted)

    def adopted(self, container, owner="ada"):
        """An app of a container that is there."""
        actor = self.actor(owner)
        with self.database.session() as session:
            return catalogue.insert(
                session, actor, Wanted(f"of-{container.replace('/', '-')}", Kind.ADOPTED, adopted=container)
            )

    def request(self, app):
        actor = self.actor("ada")
        with self.database.session() as session:
            return requests.request(session, actor, app, trigger="page")

    def begin(self, app):
        deployment = self.request(app)
        self.records.enter(deployment.id, Stage.CLONING, "Fetching")
        return deployment.id

    def say(self, deployment_id, *lines):
        with self.journals.writer(deployment_id, str) as journal:
            for line in lines:
                journal.say(str(line))

    def succeed(self, deployment_id):
        self.records.enter(deployment_id, Stage.STARTING)
        self.records.enter(deployment_id, Stage.COMPLETED)
