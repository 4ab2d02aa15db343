"""The short bench runs whole: every figure is there, no rung is lost, none told twice. How fast is not asked here."""

import json
import math
import subprocess
import sys
from pathlib import Path

import pytest

from trials.bench.table import BARS
from trials.stack import REPOSITORY

pytestmark = [pytest.mark.stack, pytest.mark.timeout(400)]


def test_the_short_bench_finds_every_figure(tmp_path: Path) -> None:
    kept = tmp_path / "bench.json"
    command = [sys.executable, "-m", "trials.bench", "--short", "--into", str(kept)]
    run = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    found = json.loads(kept.read_text("utf-8"))
    assert [name for name in BARS if not math.isfinite(found.get(name, math.nan))] == []
    assert (found["lost"], found["duplicates"]) == (0, 0)
    assert found["size"] == "short"
    assert [name for name in BARS if name not in run.stdout] == []
