"""``python -m bench.baselines seed|floor DOCKER_HOST`` serves on a free port and prints its address."""

import sys

from bench.baselines import floor, seed, sockets

if __name__ == "__main__":
    name, docker_host = sys.argv[1:]
    sockets.serve({"seed": seed, "floor": floor}[name].loop(docker_host))
