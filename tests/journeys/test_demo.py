"""`desk demo` as a director sees it: interrupted, run again, and every story ending as it is written."""

import json
import re
import signal
import stat
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from trials.stack import EXTERNAL, REPOSITORY

pytestmark = [pytest.mark.stack, pytest.mark.timeout(300)]

STORIES = ("late_form", "withdrawn", "twice_told")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "演示 demo"


def demo(folder: Path) -> subprocess.Popen[str]:
    only = [part for key in STORIES for part in ("--only", key)]
    return subprocess.Popen(
        [sys.executable, str(REPOSITORY / "desk.py"), "demo", "--leave", "--data", str(folder), *only],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def until_a_case_is_open(process: subprocess.Popen[str]) -> str:
    """What it says up to its first case."""
    assert process.stdout
    said = ""
    for line in process.stdout:
        said += line
        if line.rstrip().endswith("受理"):
            return said
    raise AssertionError(f"no case was opened:\n{said}")


def family(process: subprocess.Popen[str]) -> list[psutil.Process]:
    return psutil.Process(process.pid).children(recursive=True)


def numbers(screen: str) -> set[str]:
    """The cases a run opened."""
    return set(re.findall(r"· (\d{11}) .* 受理$", screen, re.M))


def test_the_demo_is_interrupted_and_run_again_to_its_table(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in EXTERNAL:
        monkeypatch.delenv(name, raising=False)
    interrupted = demo(folder)
    begun = until_a_case_is_open(interrupted)
    processes = family(interrupted)
    interrupted.send_signal(signal.SIGINT)
    said, _ = interrupted.communicate()
    assert interrupted.returncode == 130, said
    assert "可随时再次运行" in said
    assert [each for each in processes if each.is_running()] == []

    again = demo(folder)
    screen, _ = again.communicate()
    assert again.returncode == 0, screen
    assert "先行撤回" in screen
    opened = numbers(screen)
    assert len(opened) == len(STORIES)
    assert not opened & numbers(begun)
    check_table(screen, opened)
    check_accounts(folder)


def check_table(screen: str, opened: set[str]) -> None:
    """A row and three links for every case, and the sum of what the stories mean to show."""
    _, _, ended = screen.partition("编号")
    table, _, links = ended.partition("逐件查看")
    assert {number for number in opened if number in table} == opened
    for ending in ("客户撤诉", "已解决", "非投诉或重复"):
        assert ending in table
    row = next(line for line in table.splitlines() if "微博留言登记超时" in line)
    assert "登记" in row.replace("微博留言登记超时", "")
    assert re.search(r"\d次 至\d级", row)
    for number in opened:
        line = next(line for line in links.splitlines() if line.startswith(number))
        api, mailbox, temporal = line.split()[1:]
        assert api.endswith(f"/api/v1/complaints/{number}")
        assert mailbox.endswith(f"/?q={number}")
        assert temporal.endswith(f"/workflows/complaint-{number}")
    assert re.search(rf"{len(STORIES)} 件投诉 cases · 按时 met \d+ · 超时 missed [1-9]", screen)
    assert "not as written" not in screen


def check_accounts(folder: Path) -> None:
    """The passwords are kept for the next run, where only their owner reads them."""
    kept = folder / "accounts.json"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert set(json.loads(kept.read_text("utf-8"))) >= {"agent-1", "supervisor-1"}
