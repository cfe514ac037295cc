"""Processes with the containers of each."""

from paas.deployments.processes import Process
from paas.engine.containers import Container
from paas.web.shapes.process_rows import process_rows


def container(process, number):
    labels = {"quayside.process": process, "quayside.number": str(number)}
    return Container(f"{process}{number}", f"shop.{process}.{number}", "i", "running", "Up", labels=labels, since=0.0)


def test_containers_stand_by_their_process_in_the_order_of_their_numbers():
    known = [Process("web", "run", 2), Process("worker", "work", 0)]
    web, worker = process_rows(known, [container("web", 10), container("web", 2)], 100.0)
    assert [each.called for each in web.containers] == ["web.2", "web.10"]
    assert (web.field, web.command, worker.containers) == ("scale-web", "run", ())


def test_process_that_is_no_more_is_shown_while_it_has_containers():
    assert [each.name for each in process_rows([Process("web", "", 1)], [container("old", 1)], 100.0)] == ["web", "old"]


def test_container_that_somebody_else_made_goes_by_its_name():
    (row,) = process_rows([], [Container("c", "proxy", "nginx", "running", "Up")], 100.0)
    assert (row.name, row.containers[0].called) == ("", "proxy")
