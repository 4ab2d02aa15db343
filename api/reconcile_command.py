"""`desk reconcile`: one reconciliation at once, and what it found as a table."""

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table
from temporalio.service import RPCError

from api.findings import Finding, Report, as_rows
from api.line import TemporalAway
from api.reconciling import Busy, NotToRestart
from api.tools import make_tools
from plumbing.keys import KeyStoreAway
from plumbing.settings import Settings
from records.database import DatabaseAway

FINE, NEEDS_A_PERSON, AWAY = 0, 1, 2
AWAY_SAYS: dict[type[Exception], str] = {
    DatabaseAway: "PostgreSQL does not answer; nothing was compared.",
    KeyStoreAway: "The key file can't be read; nothing was compared.",
    TemporalAway: "Temporal does not answer; nothing was compared.",
    RPCError: "Temporal gave up halfway; run it again.",
    Busy: "Another reconciliation runs just now; try again in a moment.",
}


async def run(settings: Settings, console: Console, number: str | None, dry_run: bool) -> int:
    """Reconcile, or bring one case back; the answer is the exit code."""
    desk = make_tools(settings)
    try:
        if number is not None:
            await desk.reconciler.bring_back(number)
            console.print(f"{number} goes on, as the record tells it.", highlight=False)
            return FINE
        return _show(console, await desk.reconciler.run(repairing=not dry_run))
    except NotToRestart as error:
        console.print(str(error), highlight=False)
        return NEEDS_A_PERSON
    except (DatabaseAway, KeyStoreAway, TemporalAway, RPCError, Busy) as error:
        console.print(next(says for kind, says in AWAY_SAYS.items() if isinstance(error, kind)), highlight=False)
        return AWAY
    finally:
        await desk.database.close()


def _show(console: Console, report: Report) -> int:
    if report.findings:
        console.print(_table(report.findings))
    figures = report.figures()
    console.print(
        f"{figures['open']} open cases compared, {figures['looked_into']} asked, {len(report.findings)} differences, "
        f"{len(report.open_ends())} left; open cases without an armed deadline: {figures['without_clock']}.",
        highlight=False, soft_wrap=True,
    )  # fmt: skip
    return NEEDS_A_PERSON if report.open_ends() else FINE


def _table(findings: Iterable[Finding]) -> Table:
    table = Table("number", "found", "what it means", "what was done", box=None, pad_edge=False)
    for row in as_rows(findings):
        table.add_row(*row)
    return table
