"""Where a campaign takes place: a real desk, its four servers run apart from it, and a line of ours before each.

The desk knows its servers by the lines' ports alone, so whatever worker and API say goes through a line. Worker and
API are looked after by `desk up` itself; a killed server is started again from here.
"""

import asyncio
import contextlib
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from threading import Thread
from typing import Self

import psutil

from plumbing.children import Launch, PidFile, Program, until
from plumbing.data_folder import DataFolder
from plumbing.embedded_postgres import EmbeddedPostgres
from plumbing.embedded_temporal import EmbeddedTemporal, TemporalShape
from plumbing.ports import LOOPBACK, free_port
from plumbing.search_attributes import as_flags
from plumbing.supervisor import Server
from trials.faults.plan import LINES, Fault
from trials.faults.proxy import Flow, Line
from trials.stack import EXTERNAL, PATIENCE_SECONDS, REPOSITORY, Desk
from workflows.names import SEARCH_ATTRIBUTES

PORTS = ("port", "ui-port", "temporal-port", "codec-port", "mailbox-port", "smtp-port", "company-port", "metrics-port")


class Grounds:
    """Everything that runs during a campaign, and the hands that hurt it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.desk_folder = DataFolder(folder / "desk")
        self.postgres = EmbeddedPostgres(folder / "postgres", free_port())
        shape = TemporalShape(search_attributes=as_flags(SEARCH_ATTRIBUTES))
        self.temporal = EmbeddedTemporal(folder / "temporal", shape=shape)
        self.mailbox_page, self.smtp, self.company_port = free_port(), free_port(), free_port()
        self._stack = contextlib.AsyncExitStack()
        self._servers: dict[str, Server] = {"postgres": self.postgres, "temporal": self.temporal}
        self._lines: dict[str, Line] = {}
        self.desk: Desk

    @property
    def mailbox(self) -> str:
        """The address of the mailbox's page, past every line."""
        return f"http://localhost:{self.mailbox_page}"

    async def __aenter__(self) -> Self:
        async with contextlib.AsyncExitStack() as stack:
            self.desk_folder.prepare()
            self._servers |= {name: self._program(name) for name in ("mailbox", "company")}
            for server in self._servers.values():
                stack.callback(server.stop)
            await asyncio.gather(*(asyncio.to_thread(server.start) for server in self._servers.values()))
            ends = {
                "postgres": self.postgres.port or 0, "temporal": self.temporal.port, "mailbox": self.smtp,
                "company": self.company_port,
            }  # fmt: skip
            self._lines = {name: await stack.enter_async_context(Line(port)) for name, port in ends.items()}
            options = [part for name in PORTS for part in (f"--{name}", str(free_port()))]
            self.desk = Desk(self.desk_folder.path, *options, **self._settings())
            stack.push_async_callback(self.close_desk)
            await asyncio.to_thread(self.desk.until_it_says, "Ready.")
            Thread(target=self._read_on, daemon=True).start()
            self._stack = stack.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def close_desk(self) -> None:
        """The desk leaves off, as with Ctrl-C, and the world stands still; its servers go on."""
        if self.desk.process.poll() is None:
            await asyncio.to_thread(self.desk.interrupt)

    async def strike(self, fault: Fault) -> None:
        """Do the harm, and make it good when its time is over."""
        await asyncio.sleep(fault.after)
        if fault.kind in LINES:
            await self._disturb(fault)
        else:
            await self._hands()[fault.kind](fault)

    # ── what runs ──

    def _settings(self) -> dict[str, str]:
        """How the desk comes to its servers: each by its line."""
        lines = {name: line.port for name, line in self._lines.items()}
        return {
            "DATABASE_URL": self.postgres.url.replace(f":{self.postgres.port}/", f":{lines['postgres']}/"),
            "TEMPORAL_ADDRESS": f"{LOOPBACK}:{lines['temporal']}",
            "TEMPORAL_UI_URL": f"http://localhost:{self.temporal.ui_port}",
            "SMTP_HOST": LOOPBACK,
            "SMTP_PORT": str(lines["mailbox"]),
            "MAILBOX_URL": self.mailbox,
            "COMPANY_URL": f"http://{LOOPBACK}:{lines['company']}",
        }

    def _program(self, name: str) -> Program:
        """The desk's own mailbox or company server, run by us; what else they are told is not for them."""
        folder = self.desk_folder
        given = {
            "DATABASE_URL": "postgresql://nobody@localhost/none", "TEMPORAL_ADDRESS": "none",
            "KEY_FILE": folder.key_file, "MASTER_KEY_FILE": folder.master_key_file,
            "SESSION_SECRET_FILE": folder.session_secret_file,
            "MAILBOX_DIR": folder.mailbox, "MAILBOX_PORT": self.mailbox_page, "SMTP_PORT": self.smtp,
            "COMPANY_PORT": self.company_port,
        }  # fmt: skip
        inherited = {key: value for key, value in os.environ.items() if key not in EXTERNAL}
        launch = Launch(
            (sys.executable, str(REPOSITORY / "desk.py"), name),
            self.folder / f"{name}.log",
            env={**inherited, **{key: str(value) for key, value in given.items()}},
        )
        return Program(name, launch, PidFile(self.folder / f"{name}.pid"))

    def _read_on(self) -> None:
        """Nobody looks at the screen any more, but a full pipe would stop the desk."""
        with contextlib.suppress(AssertionError, ValueError):
            self.desk.until_it_says("words it never says")

    # ── what is done to it ──

    def _hands(self) -> dict[str, Callable[[Fault], Awaitable[None]]]:
        return {"killed": self._kill, "away": self._send_away, "frozen": self._freeze}

    async def _disturb(self, fault: Fault) -> None:
        line = self._lines[fault.victim]
        line.switch(Flow(fault.kind))
        await asyncio.sleep(fault.seconds)
        line.switch(Flow.OPEN)

    async def _kill(self, fault: Fault) -> None:
        victim = await asyncio.to_thread(self._process, fault.victim)
        victim.kill()
        if fault.victim in self._servers:
            await asyncio.to_thread(self._servers[fault.victim].start)
        else:
            await asyncio.to_thread(self._await_another, fault.victim, victim.pid)

    async def _send_away(self, fault: Fault) -> None:
        (await asyncio.to_thread(self._process, fault.victim)).kill()
        await asyncio.sleep(fault.seconds)
        await asyncio.to_thread(self._servers[fault.victim].start)

    async def _freeze(self, fault: Fault) -> None:
        victim = await asyncio.to_thread(self._process, fault.victim)
        with contextlib.suppress(psutil.NoSuchProcess):
            victim.suspend()
            await asyncio.sleep(fault.seconds)
            victim.resume()

    def _process(self, name: str) -> psutil.Process:
        """The process behind a name; one that is just being started again is waited for."""
        if name in self._servers:
            return self._child(name)
        assert until(lambda: name in self.desk.family(), PATIENCE_SECONDS), f"{name} never came back"
        return self.desk.family()[name]

    def _child(self, name: str) -> psutil.Process:
        server = self._servers[name]
        if isinstance(server, EmbeddedPostgres | EmbeddedTemporal):
            process = server.process()
        else:
            assert isinstance(server, Program)
            process = server.process
        assert process is not None
        return psutil.Process(process.pid)

    def _await_another(self, name: str, old: int) -> None:
        def is_back() -> bool:
            found = self.desk.family().get(name)
            return found is not None and found.pid != old

        assert until(is_back, PATIENCE_SECONDS), f"{name} never came back"
