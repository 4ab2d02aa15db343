"""The README's walk-through, run word for word against a desk just started."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.test_desk_up import Start, folder, start
from trials.people import passwords

__all__ = ["folder", "start"]
pytestmark = [pytest.mark.stack, pytest.mark.timeout(90)]

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")


def test_the_readmes_first_complaint_is_handled_as_it_says(start: Start, tmp_path: Path) -> None:
    desk = start()
    desk.until_it_says("Ready.")
    found = re.search(r"```sh\n(DESK=.*?)```", README, re.S)
    assert found
    script = found[1].replace("http://localhost:8000", desk.address("My desk and API"))
    done = subprocess.run(
        ["/bin/bash", "-euo", "pipefail", "-c", script],
        cwd=tmp_path,
        env={"PATH": "/usr/local/bin:/usr/bin:/bin", "AGENT_PASSWORD": passwords(desk.screen)["agent-1"]},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    *_, deadlines, may_do = answers(done.stdout)
    assert "registration" in {it["limit"] for it in deadlines["deadlines"]}, done.stdout
    assert "register" in may_do["commands"]


def answers(printed: str) -> list[dict[str, Any]]:
    """The JSON objects curl printed one after the other."""
    decoder, at, found = json.JSONDecoder(), 0, []
    while at < len(printed):
        value, at = decoder.raw_decode(printed, at)
        found.append(value)
    return found
