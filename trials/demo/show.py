"""The demo from start to end: its desk comes up, staff log in, every story is played, the table is shown."""

import asyncio
import secrets
import time
from collections.abc import Iterable, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

from rich.console import Console

from plumbing.data_folder import FolderInUse
from plumbing.supervisor import stopping_on_signals
from trials.demo import table
from trials.demo.cast import LOGINS, staff_of
from trials.demo.findings import Finding, find
from trials.demo.own_desk import Accounts, DeskNotReady, OwnDesk, running
from trials.demo.player import Playing, Run
from trials.demo.progress import Progress
from trials.demo.script import Story, stories
from trials.people import NotServed, People

BETWEEN_STORIES = 2.5
LOOK_SECONDS = 0.5
FAILED = 1
INTERRUPTED = 130
OVER = ("closed", "archived")


def a_console() -> Console:
    """The terminal as wide as it is; a file or pipe wide enough for the table."""
    console = Console()
    return console if console.is_terminal else Console(width=table.WIDTH)


def chosen(policy: str, only: Sequence[str]) -> tuple[Story, ...]:
    """The stories asked for, all of the policy without any; KeyError names one there isn't."""
    known = {story.key: story for story in stories(policy)}
    return tuple(known[key] for key in only) or stories(policy)


def run(folder: Path, only: Sequence[Story], stay: bool, console: Console) -> int:
    """The whole demo; the answer is the exit code."""
    wrong: int | None = None
    try:
        with stopping_on_signals():
            wrong = _show(folder, only, stay, console)
    except (DeskNotReady, FolderInUse) as error:
        console.print(f"[red]{error}[/red]", soft_wrap=True)
        return FAILED
    if wrong is None:
        console.print("已中断,可随时再次运行。 Interrupted; it can be run again.")
        return INTERRUPTED
    console.print("投诉台已停止。 The desk has stopped.")
    return wrong


def _show(folder: Path, only: Sequence[Story], stay: bool, console: Console) -> int:
    began = time.monotonic()
    with ExitStack() as stack:
        with console.status("启动投诉台 starting the desk"):
            desk = stack.enter_context(running(folder))
        console.print(f"{time.monotonic() - began:6.1f} s  投诉台就绪 the desk is up", highlight=False)
        findings = asyncio.run(_play(desk, only, console))
        table.show(console, findings, desk, time.monotonic() - began)
        if stay:
            _stay(desk, console)
    return int(any(each.troubles for each in findings))


def _stay(desk: OwnDesk, console: Console) -> None:
    """Keep the desk up until Ctrl-C, so that the links lead somewhere."""
    says = f"登录名 {LOGINS['supervisor']},密码在 {desk.folder / 'accounts.json'}。 Ctrl-C 停止 stops everything."
    console.print(says, highlight=False, soft_wrap=True)
    with suppress(KeyboardInterrupt):
        while desk.alive():
            time.sleep(LOOK_SECONDS)


async def _play(desk: OwnDesk, only: Sequence[Story], console: Console) -> list[Finding]:
    """Everybody comes to work, every complaint takes its course."""
    accounts = Accounts(desk.folder)
    accounts.remember(desk.screen)
    addresses = desk.address("My desk and API"), desk.address("Mailbox")
    people = People(*addresses, accounts.seeded(), accounts.changed())
    try:
        await _come_to_work(people, accounts, staff_of(only))
        console.print(f"          员工已登录 {len(people.clients)} people have logged in", highlight=False)
        await _put_aside_what_was_interrupted(people, console)
        await _refuse_mail(people, only)
        playings = await _stories(people, only, console)
        return await asyncio.gather(*(find(each) for each in playings if each.number))
    finally:
        await people.close()


async def _come_to_work(people: People, accounts: Accounts, logins: Iterable[str]) -> None:
    """Who is needed logs in, one after the other; who can't, because the password was lost, gets a new one."""
    for login in logins:
        try:
            await people.staff(login)
        except (NotServed, KeyError):
            await asyncio.to_thread(accounts.replace, login)
            people.seeded, people.changed = accounts.seeded(), accounts.changed()
            await people.staff(login)
        accounts.came(login)


async def _put_aside_what_was_interrupted(people: People, console: Console) -> None:
    """Cases an interrupted run left open would climb their ladders for ever: they are withdrawn, and say why."""
    agent = await people.staff(LOGINS["agent"])
    words = {"text": "上次演示中断,撤回", "reference": "demo"}
    left = await _left_open(people)
    if left:
        console.print(f"上次中断留下 {len(left)} 件,先行撤回 withdrawing what was interrupted", highlight=False)
    for number in left:
        await people.do(agent, number, kind="withdraw", words=words, evidence=words)


async def _left_open(people: People) -> list[str]:
    agent, found = await people.staff(LOGINS["agent"]), list[str]()
    query: dict[str, Any] = {"limit": 200}
    while query:
        page = (await people.ask(agent, "GET", "/api/v1/complaints", params=query)).json()
        found += [each["number"] for each in page["complaints"] if each["stage"] not in OVER]
        query = {"limit": 200, "cursor": page["next_cursor"]} if page["next_cursor"] else {}
    return found


async def _refuse_mail(people: People, only: Sequence[Story]) -> None:
    """The mailbox refuses those customers whose address is dead, as a mail server would."""
    refused = [story.customer.email for story in only if story.refuses_mail]
    async with people.client(people.mailbox) as client:
        await people.ask(client, "POST", "/api/fault", json={"refuse_for_good": refused})


async def _stories(people: People, only: Sequence[Story], console: Console) -> list[Playing]:
    """All stories, one beginning after the other."""
    with Progress(console, len(only)) as progress:
        run = Run(secrets.token_hex(4), people, progress.hear)
        playings = [Playing(run, story) for story in only]
        async with asyncio.TaskGroup() as group:
            for place, playing in enumerate(playings):
                group.create_task(playing.play(place * BETWEEN_STORIES))
    return playings
