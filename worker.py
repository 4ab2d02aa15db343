"""The worker's door: registers the workflow and the activities, gives activities their tools, and runs."""

import asyncio
import signal
from datetime import timedelta

from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.worker import Worker, WorkerDeploymentConfig

from activities.counting import Counting
from activities.figures import FIGURES, Tally
from activities.look_up import LookUpActivities
from activities.notify import NotifyActivities
from activities.number_revisit import RevisitActivities
from activities.post import Post
from activities.record import RecordActivities
from plumbing.keys import FileKeyStore
from plumbing.settings import Settings
from plumbing.telemetry import served
from plumbing.temporal import connect
from records.database import Database
from workflows.complaint_case import ComplaintCase
from workflows.guard import SignalGuard
from workflows.names import TASK_QUEUE
from workflows.running import workflow_runner

STUCK_TO_THE_DEAD = timedelta(seconds=5)
"""So long a case waits for the worker that had it in memory, before any other may take it."""

KEPT_LINES = 8
"""To the mail server, while no turn needs them."""


async def main(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT, then finish what is in hand."""
    keys = FileKeyStore.of(settings)
    database = Database(settings.database_url, settings.database_pool_size)
    runtime = served(f"{settings.metrics_host}:{settings.metrics_port}", FIGURES)
    client = await connect(settings, keys, runtime=runtime)
    secret = settings.session_secret_file.read_text("utf-8").strip()
    post = Post(database, settings, secret, lines=KEPT_LINES)
    record = RecordActivities(database, keys, post)
    notify = NotifyActivities(database, keys, post)
    look_up = LookUpActivities(settings)
    revisits = RevisitActivities(database)
    worker = Worker(
        client,
        task_queue=TASK_QUEUE,
        workflows=[ComplaintCase],
        activities=[record.record, record.who_is, notify.notify, look_up.look_up, revisits.number_revisit],
        workflow_runner=workflow_runner(),
        interceptors=[SignalGuard(), Counting(Tally(runtime.metric_meter))],
        max_cached_workflows=settings.worker_cached_cases,
        max_concurrent_workflow_tasks=settings.worker_cases_at_once,
        max_concurrent_activities=settings.worker_acts_at_once,
        sticky_queue_schedule_to_start_timeout=STUCK_TO_THE_DEAD,
        graceful_shutdown_timeout=timedelta(seconds=5),
        deployment_config=_deployment(settings),
    )
    stopped = asyncio.Event()
    for wanted in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(wanted, stopped.set)
    async with worker:
        await stopped.wait()
    await post.courier.close()
    await database.close()


def _deployment(settings: Settings) -> WorkerDeploymentConfig | None:
    """With a deployment named, open cases follow the current build; `temporal worker deployment` names it."""
    if settings.worker_deployment is None or settings.worker_build_id is None:
        return None
    return WorkerDeploymentConfig(
        version=WorkerDeploymentVersion(settings.worker_deployment, settings.worker_build_id),
        use_worker_versioning=True,
        default_versioning_behavior=VersioningBehavior.AUTO_UPGRADE,
    )
