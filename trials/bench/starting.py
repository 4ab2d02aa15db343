"""How long `desk up` takes until it is ready: from an empty folder, and from the second start on."""

import time
from pathlib import Path

from trials.bench.ground import say
from trials.bench.table import Found
from trials.stack import Desk


def timed(folder: Path) -> tuple[Desk, float]:
    """A desk that is ready, and how many seconds that took."""
    began = time.monotonic()
    desk = Desk(folder)
    desk.until_it_says("Ready.")
    return desk, time.monotonic() - began


def twice(folder: Path) -> tuple[Desk, Desk, Found]:
    """Start, stop and start again; the first desk (over, but its screen shows the passwords) and the running one."""
    first, from_nothing = timed(folder)
    say(f"the first start, from an empty folder, took {from_nothing:.1f} s")
    with first:
        pass
    again, second = timed(folder)
    say(f"the second start took {second:.1f} s")
    lines = [f"first start from an empty folder {from_nothing:.1f} s, second {second:.1f} s"]
    steps = [line.split(maxsplit=2) for line in again.screen if " s  " in line]
    lines += [f"second start, after {seconds} s: {what.strip()}" for seconds, _, what in steps]
    return first, again, Found({"start_s": second}, {"first_start_s": from_nothing}, lines)
