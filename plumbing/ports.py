"""Which port to listen on: the one wanted if it is free, and the same one as last time if it can be had."""

import contextlib
import errno
import json
import random
import socket
from collections.abc import Mapping
from pathlib import Path

LOOPBACK = "127.0.0.1"
LOOPBACK_6 = "::1"


OURS = range(10_000, 32_000)
"""Below the ports systems give to outgoing connections: what is free here is still free when its server starts."""


def free_port() -> int:
    """A port of the loopback address that nobody listens on just now, and no outgoing connection will take."""
    return next(port for port in iter(_any_of_ours, None) if is_free(port))


def _any_of_ours() -> int:
    return random.choice(OURS)


def is_free(port: int) -> bool:
    """Whether nobody listens on the port, by either name a browser may resolve `localhost` to."""
    return _can_bind(socket.AF_INET, LOOPBACK, port) and _can_bind(socket.AF_INET6, LOOPBACK_6, port)


def _can_bind(family: socket.AddressFamily, host: str, port: int) -> bool:
    try:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port just left is free
            probe.bind((host, port))
    except OSError as error:
        return error.errno not in (errno.EADDRINUSE, errno.EACCES)  # no IPv6 here is no obstacle
    return True


def choose(wanted: Mapping[str, int], asked: Mapping[str, int | None], memory: Path) -> dict[str, int]:
    """A port for each name: the one asked for now, else last time's, else the wanted, else any free one."""
    before = remembered(memory)
    chosen: dict[str, int] = {}
    for name, usual in wanted.items():
        candidates = (asked.get(name), before.get(name), usual)
        taken = set(chosen.values())
        fitting = (port for port in candidates if port and port not in taken and is_free(port))
        chosen[name] = next(fitting, None) or free_port()
    memory.write_text(json.dumps(chosen))
    return chosen


def remembered(memory: Path) -> dict[str, int]:
    """The ports of last time; none where there was none."""
    with contextlib.suppress(OSError, ValueError):
        return {str(name): int(port) for name, port in json.loads(memory.read_text()).items()}
    return {}
