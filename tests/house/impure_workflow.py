"""A workflow that must not be: its module reads the clock when it is imported."""

from datetime import datetime

from temporalio import workflow

LOADED_AT = datetime.now()  # noqa: DTZ005  # the very thing the sandbox must refuse


@workflow.defn
class Impure:
    """Does nothing."""

    @workflow.run
    async def run(self) -> None:
        return None
