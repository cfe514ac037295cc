"""What keeps a message where it belongs: no connection to an address that it may not reach, no file, no program.

It hooks into the interpreter itself (``sys.addaudithook``) and cannot be taken off again, so it is for a process of its
own, see courier.py. A connection is judged by the address that it is made to, at the moment it is made: it makes no
difference how the name was written (``http://2130706433``), what it resolved to a moment ago, or which redirect led
there.

What remains:

- The public addresses of this machine itself are public. What listens there must be as guarded against it as against
  the internet; a firewall that trusts the machine itself is not known here.
- Where the operator has set a proxy (HTTPS_PROXY) it is used for admins' destinations alone, and it is the proxy then
  that decides what may be reached. Members' go without.
- It is no sandbox against hostile Python: Apprise is trusted, only what it is given and what answers it are not.
"""

import sys
import sysconfig
from collections.abc import Callable

from paas.alerts import reach

NETWORK_FAMILIES = 2
"""An address of them begins with host and port; one of a socket in the file system is a text."""

CONNECTS = ("socket.connect", "socket.sendto", "socket.sendmsg")
NEVER = (
    "subprocess.Popen",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.fork",
    "os.forkpty",
    "pty.spawn",
    "socket.bind",
)


class Refused(OSError):
    """An ``OSError``, so that who tried takes it for a connection or a file that failed."""


def arm(*, may_be_private: bool, tell: Callable[[str], None]) -> None:
    """From now on refuse, and ``tell`` what was refused, in a sentence."""
    readable = _readable()

    def judge(event: str, args: tuple[object, ...]) -> None:
        if event in CONNECTS:
            said = _address(args, may_be_private=may_be_private)
        elif event == "open":
            said = _file(args, readable)
        else:
            said = "A program of this machine would have been started." if event in NEVER else ""
        if said:
            tell(said)
            raise Refused(said)

    sys.addaudithook(judge)


def _address(args: tuple[object, ...], *, may_be_private: bool) -> str:
    """A socket that is connected already sends without an address."""
    address = args[1] if len(args) > 1 else None
    if address is None:
        return ""
    if not isinstance(address, tuple) or len(address) < NETWORK_FAMILIES:
        return "A socket of this machine would have been opened."
    host = str(address[0])
    why = reach.refusal(host, may_be_private=may_be_private)
    return f"{host} {why}." if why else ""


def _file(args: tuple[object, ...], readable: tuple[str, ...]) -> str:
    """Nothing but what Python and its packages are made of, and to read alone."""
    path, mode = args[0], args[1]
    if isinstance(path, int):
        return ""
    name = path.decode(errors="replace") if isinstance(path, bytes) else str(path)
    is_read = mode is None or not set(str(mode)) & set("wax+")
    if is_read and name.startswith(readable) and ".." not in name:
        return ""
    return "A file of this machine would have been opened."


def _readable() -> tuple[str, ...]:
    places = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    return (*(f"{place}/" for place in places if place), "/usr/share/zoneinfo/", "/dev/null", "/dev/urandom")
