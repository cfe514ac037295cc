"""``python -m demo start|clean``, on the engine at DOCKER_HOST: what ``make demo`` and ``make demo-clean`` run."""

import argparse

import docker
from requests import RequestException

from demo import containers


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m demo", description=containers.__doc__)
    parser.add_argument("command", choices=["start", "clean"])
    command = {"start": containers.start, "clean": containers.clean}[parser.parse_args().command]
    try:
        print(command(docker.DockerClient.from_env(timeout=30)))
    except containers.NotPossible as reason:
        parser.exit(1, f"{reason}\n")
    except (docker.errors.DockerException, RequestException, OSError, ValueError) as error:
        parser.exit(1, f"The Docker Engine refused or does not answer: {error}\n")


if __name__ == "__main__":
    main()
