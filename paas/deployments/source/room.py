"""Keeps room on the disk of the data folder. A repository of a few MB can unpack to any size, and the database, which
lies on the same disk, would stand still with everything else once that is full."""

import os
from pathlib import Path

import psutil

from paas.errors import Invalid

RESERVE_BYTES = 512 * 1024 * 1024


def check_room(folder: Path, *, needed_bytes: int = 0) -> None:
    """Invalid when so much more in ``folder`` would leave too little on its disk."""
    free = psutil.disk_usage(str(folder)).free
    if free - needed_bytes < RESERVE_BYTES:
        raise Invalid(
            f"The code does not fit on the disk of the data folder, of which {RESERVE_BYTES >> 20} MB must stay free. "
            "Remove what the repository does not need, or make room there."
        )


def size_of(folder: Path) -> int:
    """Of all files below it, in bytes; links are not followed. It takes long: use ``run_blocking``."""
    return sum(os.lstat(os.path.join(top, name)).st_size for top, _, names in os.walk(folder) for name in names)
