"""The bare flow's worker: a process of its own, shaped like the desk's (`python -m trials.bench.bare_worker`)."""

import asyncio
import sys

from temporalio.client import Client
from temporalio.worker import Worker

from trials.bench.bare import QUEUE, BareFlow, nothing
from worker import CACHED_CASES
from workflows.running import workflow_runner


async def main(address: str, namespace: str) -> None:
    """Run until killed."""
    client = await Client.connect(address, namespace=namespace)
    worker = Worker(
        client,
        task_queue=QUEUE,
        workflows=[BareFlow],
        activities=[nothing],
        workflow_runner=workflow_runner(),
        max_cached_workflows=CACHED_CASES,
    )
    await worker.run()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
