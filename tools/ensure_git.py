"""Provides git, and ssh for repositories that are reached with a key, where that is ours to do: as root on Debian.

It never stops the start: without git the dashboard shows logs all the same, and a deployment says what is missing.
"""

from tools import debian

PROGRAMS = {"git": "git", "ssh": "openssh-client"}


def main() -> None:
    missing = [package for program, package in PROGRAMS.items() if debian.find(program) is None]
    if not missing or (debian.can_install() and debian.install(missing, reason="apps are deployed from Git")):
        return
    print(f"Missing: {', '.join(missing)}. Until it is installed, apps cannot be deployed from Git.", flush=True)


if __name__ == "__main__":
    main()
