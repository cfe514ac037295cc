"""The engine is restarted while nothing is deployed: its apps come back, those that ended in good order too."""

from tests.end_to_end import samples
from tests.waiting import eventually

# The engine's own ``on-failure`` does not start again what has ended with 0.
POLITE = '["sh", "-c", "httpd -f -p 5000 -h /www & trap \'exit 0\' TERM; while true; do sleep 0.05; done"]'


def test_app_runs_again_after_a_restart_of_the_engine(own_house):
    app = own_house.app(samples.web("version 1", dockerfile=samples.dockerfile(command=POLITE)))
    app.deploy()
    app.deploy()
    before = app.container().attrs["State"]["StartedAt"]
    own_house.engine.stop()
    own_house.engine.start()
    eventually(lambda: app.container().attrs["State"]["StartedAt"] != before, 20, what="it is started again")
    eventually(lambda: app.running() == [f"{app.name}.web.1"], 20)
    with app.asked() as asked:
        asked.assert_serves("version 1")
