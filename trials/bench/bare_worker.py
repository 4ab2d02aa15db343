"""The worker of the bare flow: a process with settings and sandbox as ours (`python -m trials.bench.bare_worker`)."""

import asyncio

from temporalio.client import Client
from temporalio.service import GrpcCompression
from temporalio.worker import Worker

from plumbing.settings import Settings
from trials.bench.bare import QUEUE, BareFlow, nothing
from workflows.running import workflow_runner


async def bare_client(settings: Settings) -> Client:
    """The line to Temporal as our own processes have it, with the library's own converter and no codec."""
    return await Client.connect(
        settings.temporal_address, namespace=settings.temporal_namespace, grpc_compression=GrpcCompression.NONE
    )


async def main(settings: Settings) -> None:
    """Run until killed."""
    client = await bare_client(settings)
    worker = Worker(
        client,
        task_queue=QUEUE,
        workflows=[BareFlow],
        activities=[nothing],
        workflow_runner=workflow_runner("trials.bench.bare"),
        max_cached_workflows=settings.worker_cached_cases,
        max_concurrent_workflow_tasks=settings.worker_cases_at_once,
        max_concurrent_activities=settings.worker_acts_at_once,
    )
    await worker.run()


if __name__ == "__main__":
    asyncio.run(main(Settings.read()))
